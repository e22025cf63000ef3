"""A total that a list of agreements states, against its rows."""

from __future__ import annotations

from pipeline.rules.rule import Rule

AGREEMENT_TOTAL_DIFFERS = Rule(
    id="agreement-total-differs",
    severity="warning",
    title="協定の合計のくいちがい",
    explanation=(
        "協定の一覧に書かれた団体・道府県・企業・構成自治体の合計が、一覧の行を数えた結果と合いません。"
        "行の抜けや重なりがないかを確かめてください。"
    ),
    sentence="{what}は{stated}と書かれ、数えると{counted}です。",
    suggestion="一覧の行に抜けがないかを確かめてください。",
)
