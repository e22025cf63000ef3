"""Rows one below the other whose names differ in a number that grows by one."""

from __future__ import annotations

from pipeline.rules.rule import Rule

SERIES_DAMAGED = Rule(
    id="series-damaged",
    severity="warning",
    title="連番で書き換わった疑い",
    explanation=(
        "続く行の事業名の数字が1ずつ増えています。"
        "表計算ソフトで下へ写したときに、同じ名前のはずが書き換わった疑いがあります。"
    ),
    sentence=(
        "事業名の数字が{other_line}行目の「{other_project}」から1ずつ増えています（{rows}行）。"
        "表計算ソフトの連番で書き換わった疑いがあります。"
    ),
    suggestion="「{other_project}」と同じ事業でないかを確かめてください。",
)
