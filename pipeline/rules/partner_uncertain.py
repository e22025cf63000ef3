"""A mention whose place was only guessed."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PARTNER_UNCERTAIN = Rule(
    id="partner-uncertain",
    severity="warning",
    title="確かでない相手方",
    explanation=(
        "相手方の自治体を推し量りましたが、確かではありません。"
        "人が確かめて決めるまで、地図にも数にも入りません。"
    ),
    sentence=("「{text}」は{candidates}と思われますが、確かではありません。{reason}"),
    suggestion="正しいかどうかを確かめてください。確かめるまで地図には描きません。",
)
