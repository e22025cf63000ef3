"""Two agreements of one prefecture whose printed numbers of members are each other's."""

from __future__ import annotations

from pipeline.rules.rule import Rule

AGREEMENT_MEMBERS_SWAPPED = Rule(
    id="agreement-members-swapped",
    severity="warning",
    title="協定の構成自治体数の入れ替わり",
    explanation=(
        "同じ道府県の2つの協定で、書かれた構成自治体数が互いに入れ替わっています。"
        "資料の書き誤りとみられるので、公表元に確かめてください。合計は変わりません。"
    ),
    sentence="「{body}」の構成自治体数は{stated}と書かれていますが、該当する市町村は{counted}で、{other_line}行目の「{twin}」の数と入れ替わっています。",
    suggestion="合計は変わりません。地図と表では、数えた市町村を使っています。",
)
