"""A document that is defined and has no file."""

from __future__ import annotations

from pipeline.rules.rule import Rule

DOCUMENT_MISSING = Rule(
    id="document-missing",
    severity="warning",
    title="置かれていない文書",
    explanation="定義のある資料のファイルが一覧のフォルダにないため、その資料の事業や協定は地図にも表にも入っていません。",
    sentence="「{document}」がフォルダ「{folder}」にないため、入っていません。",
    suggestion="文書を置いて作り直してください。",
)
