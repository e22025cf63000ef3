"""A name without its 市, 町 or 村."""

from __future__ import annotations

from pipeline.rules.rule import Rule

SUFFIX_LOST = Rule(
    id="suffix-lost",
    severity="info",
    title="抜けた「市」「町」「村」",
    explanation=(
        "名前の終わりの「市」「町」「村」などが抜けています。"
        "その都道府県でこの名の自治体は一つだけなので、それと読みました。"
    ),
    sentence="「{text}」は「{suffix}」が抜けています。{place}と読みました。",
    suggestion="原本を確かめてください。",
)
