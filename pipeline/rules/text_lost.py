"""Printed text that is in no table and no finding."""

from __future__ import annotations

from pipeline.rules.rule import Rule

TEXT_LOST = Rule(
    id="text-lost",
    severity="error",
    title="どこにも入らない文字",
    explanation=(
        "資料に印刷された文字が、どの表にもほかの指摘にも入っていません。"
        "読み取りの不具合なので、開発者に知らせてください。"
    ),
    sentence="「{text}」は、どの表にも入らず、ほかの指摘にもありません。",
    suggestion="読み取りの不具合です。元の資料の同じ行と見比べ、文書の名前を添えて開発者に知らせてください。",
)
