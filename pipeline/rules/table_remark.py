"""The remark below a table of counts."""

from __future__ import annotations

from pipeline.rules.rule import Rule

TABLE_REMARK = Rule(
    id="table-remark",
    severity="info",
    title="表の注記",
    explanation=(
        "表の下に印刷された注記です。数の数え方や基準日が書かれているので、表の数を使うときに読んでください。"
    ),
    sentence="表の注記です。{text}",
)
