"""A total without repeats that its rows cannot make."""

from __future__ import annotations

from pipeline.rules.rule import Rule

TREND_TOTAL_IMPOSSIBLE = Rule(
    id="trend-total-impossible",
    severity="warning",
    title="推移表の合計のくいちがい",
    explanation=(
        "推移の表の合計は重なりを除いた数なので、最も大きい行から全部の行の和までのはずですが、その間にありません。"
        "表の数字を確かめてください。"
    ),
    sentence="{year}の合計{stated:,}は、重複を除いた数なので{least:,}から{most:,}までのはずです。",
    suggestion="元の資料で表の数字を確かめてください。",
)
