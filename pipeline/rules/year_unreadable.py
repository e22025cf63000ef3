"""A cell of years with a number from which no year can be read."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEAR_UNREADABLE = Rule(
    id="year-unreadable",
    severity="warning",
    title="読めない開始年",
    explanation=(
        "開始年の欄に数字がありますが、年として読めないので、開始年を不明としました。"
        "元の資料で確かめてください。"
    ),
    sentence="開始年の欄の「{text}」から年を読み取れないため、不明としました。",
    suggestion="元の資料で開始年を確かめてください。",
)
