"""Rows a reader counted in a document and made no record of."""

from __future__ import annotations

from pipeline.rules.rule import Rule

ROWS_LOST = Rule(
    id="rows-lost",
    severity="error",
    title="読み落とした行",
    explanation=(
        "資料にある事業の行の数より、表に入った行が少なくなりました。"
        "読み取りの不具合なので、開発者に知らせてください。"
    ),
    sentence="事業名のある行は{stated}行ありますが、表に入ったのは{counted}行です。",
    suggestion="読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
)
