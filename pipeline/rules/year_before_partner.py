"""A tie older than the partner, which was made of others since."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEAR_BEFORE_PARTNER = Rule(
    id="year-before-partner",
    severity="info",
    title="相手方ができる前の開始年",
    explanation=(
        "相手方の自治体が合併でできる前から続く連携です。"
        "合併前の市町村との連携が引き継がれたものとみられ、誤りではありません。"
    ),
    sentence=(
        "「{project}」の開始は{year}ですが、{place}は{founded}に合併でできました。"
        "合併前の市町村との連携から続くものとみられます。"
    ),
    suggestion="合併前のどの市町村との連携かを、担当課で確かめてください。",
)
