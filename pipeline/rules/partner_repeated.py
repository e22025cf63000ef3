"""The same mention twice in the list of one project."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PARTNER_REPEATED = Rule(
    id="partner-repeated",
    severity="info",
    title="同じ相手方の重なり",
    explanation=(
        "一つの事業に同じ相手方が二度書かれています。地図では一度だけ数えます。"
        "別の自治体の書き誤りでないかを確かめてください。"
    ),
    sentence="「{project}」の連携相手方に「{text}」が重ねて書かれています。",
    suggestion="{other_line}行目と同じです。別の自治体の書き誤りでないかを確かめてください。",
)
