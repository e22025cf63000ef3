"""Partners without a year that were given that of the partner above."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEARS_CARRIED_DOWN = Rule(
    id="years-carried-down",
    severity="info",
    title="上の行から補った開始年",
    explanation=(
        "年度が印刷されていない相手方に、すぐ上の相手方の年度を当てました。"
        "年度の欄がまとめて印刷されていれば、これで正しい年です。"
    ),
    sentence="年度が印刷されていない相手方（{rows}行）に、すぐ上の相手方の年度を当てました。",
    suggestion="元の資料で、年度の欄がまとまっているか確かめてください。",
)
