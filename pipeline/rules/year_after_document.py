"""A project said to have begun after the document was made."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEAR_AFTER_DOCUMENT = Rule(
    id="year-after-document",
    severity="warning",
    title="文書より後の開始年",
    explanation=(
        "事業の開始年が、資料の基準日のある年より後です。"
        "開始年の書き誤りか、これから始まる事業かを確かめてください。"
    ),
    sentence="「{project}」の開始{year}が、文書の基準日のある{document_year}より後です。",
    suggestion="元の文書で開始年を確かめてください。",
)
