"""A name that is not in the prefecture printed beside it."""

from __future__ import annotations

from pipeline.rules.rule import Rule

WRONG_PREFECTURE = Rule(
    id="wrong-prefecture",
    severity="warning",
    title="都道府県の誤り",
    explanation=(
        "書かれた都道府県にその名前の自治体がなく、同じ名前の自治体は全国に一つだけなので、それと読みました。"
        "都道府県の書き誤りとみられます。"
    ),
    sentence="「{text}」は{prefecture}にありません。{place}と読みました。",
    suggestion="「{place}」の誤りと思われます。原本を確かめてください。",
)
