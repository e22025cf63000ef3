"""Years printed on a row of their own, given to partners in the order printed."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEARS_STANDING_ALONE = Rule(
    id="years-standing-alone",
    severity="info",
    title="離れて印刷された開始年",
    explanation=(
        "年度だけが印刷された行があり、年度のない相手方に印刷された順に当てました。"
        "元の資料で、組み合わせが正しいかを確かめてください。"
    ),
    sentence="年度だけが印刷された行です。年度のない相手方に、印刷された順に当てました。",
    suggestion="元の資料で、どの相手方の年度かを確かめてください。",
)
