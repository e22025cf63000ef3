"""A row whose ward cannot be read, taken as that of the row above."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

WARD_UNREADABLE = Rule(
    id="ward-unreadable",
    severity="warning",
    title="読めない区の名前",
    explanation=(
        "区名が読み取れないか印刷されていない行を、すぐ上の行と同じ区の事業として読みました。"
        "元の資料で区名を確かめてください。"
    ),
    cases={
        "merged": Case(
            sentence="区名のない{rows}行を、区名がまとめて印刷されたものと見て、すぐ上の区の事業として読みました。",
            suggestion="元の資料で、区名の欄がまとまっているかを確かめてください。",
            severity="info",
        ),
        "row": Case(
            sentence="区名が読み取れないため、すぐ上の事業と同じ区のものとして読みました。",
            suggestion="元の資料で区名を確かめてください。",
        ),
    },
)
