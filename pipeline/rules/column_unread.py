"""A column of a list that nobody can say what it is."""

from __future__ import annotations

from pipeline.rules.rule import Rule

COLUMN_UNREAD = Rule(
    id="column-unread",
    severity="warning",
    title="読んでいない列",
    explanation=(
        "見出しからも中身からも、何の列か分からないため読んでいない列です。"
        "要る列なら、その列の役割を選び直してください。要らなければ、このままでかまいません。"
    ),
    sentence="{column}は、何の列か分からないため、書かれている{count}件を読んでいません。",
    suggestion="要る列なら、列の役割を選び直してください。",
)
