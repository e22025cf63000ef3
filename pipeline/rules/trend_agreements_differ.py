"""The row of regional agreements in the table of counts, against those signed by that day."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

TREND_AGREEMENTS_DIFFER = Rule(
    id="trend-agreements-differ",
    severity="info",
    title="推移表と協定の数のくいちがい",
    explanation=(
        "推移の表にある広域連携協定の自治体数が、その年の8月1日までに結んだ協定の構成自治体の数と合いません。"
        "同じ年度の後から結んだ協定を含むことがあります。"
    ),
    cases={
        "later": Case(
            sentence=(
                "「{what}」の{year}は{stated}ですが、8月1日までに結んだ協定の構成自治体は{counted}です。"
                "同じ年度の後から結んだ協定（{bodies}）を加えた数と思われます。"
            )
        ),
        "alone": Case(
            sentence="「{what}」の{year}は{stated}ですが、8月1日までに結んだ協定の構成自治体は{counted}です。"
        ),
    },
)
