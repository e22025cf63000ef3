"""Several names in one text with nothing between them, or not as many as it says."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

NAMES_RUN_TOGETHER = Rule(
    id="names-run-together",
    severity="warning",
    title="区切りのない二つの名称",
    explanation=(
        "一つの欄に自治体の名前が区切りなしに続いているか、書かれた数と名前の数が合いません。"
        "読み取った自治体が正しいかを確かめてください。"
    ),
    cases={
        "counted": Case(
            sentence="「{text}」は、書かれた数と名前の数が合いません。{places}と読みました。",
            suggestion="原本を確かめてください。",
        ),
        "unseparated": Case(
            sentence="「{text}」は、{places}が区切りなしに書かれたものと読みました。",
            suggestion="原本を確かめ、間に区切りを入れてください。",
        ),
    },
)
