"""Partners printed apart from the project they are read as those of."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PARTNERS_PRINTED_ELSEWHERE = Rule(
    id="partners-printed-elsewhere",
    severity="info",
    title="離れて印刷された相手方",
    explanation=(
        "ページの切れ目などで事業名と離れて印刷された相手方を、並び順から事業に当てました。"
        "ほかの事業の相手方でないかを確かめてください。"
    ),
    sentence="{other_line}行目の事業名と離れて印刷された相手方を、並び順からこの事業のものとして読みました。",
    suggestion="元の資料の同じページで、相手方の欄の区切りを確かめてください。",
)
