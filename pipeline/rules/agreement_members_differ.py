"""The number of members printed beside an agreement, against the municipalities there are."""

from __future__ import annotations

from pipeline.rules.rule import Rule

AGREEMENT_MEMBERS_DIFFER = Rule(
    id="agreement-members-differ",
    severity="warning",
    title="協定の構成自治体数のくいちがい",
    explanation=(
        "広域連携協定の団体に書かれた構成自治体数が、今その団体に入る市町村の数と合いません。"
        "協定を結んだあとの合併などで変わったのか、書き誤りなのかを確かめてください。"
        "地図と表では、数えた市町村を使っています。"
    ),
    sentence="「{body}」の構成自治体数は{stated}と書かれていますが、該当する市町村は{counted}です。",
    suggestion="締結の時と今とで市町村の数が変わったか、書き誤りかを確かめてください。",
)
