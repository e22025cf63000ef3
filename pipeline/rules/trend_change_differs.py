"""The change printed at the end of a row of counts, against its last minus its first year."""

from __future__ import annotations

from pipeline.rules.rule import Rule

TREND_CHANGE_DIFFERS = Rule(
    id="trend-change-differs",
    severity="warning",
    title="推移表の増減のくいちがい",
    explanation=(
        "推移の表に書かれた増減が、最後の年度と最初の年度の差と合いません。"
        "表の数字か増減の書き誤りを確かめてください。"
    ),
    sentence="「{what}」の増減は{stated:+}と書かれ、{first_year}と{last_year}の差は{counted:+}です。",
    suggestion="元の資料で表の数字を確かめてください。",
)
