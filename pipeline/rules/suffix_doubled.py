"""A name that ends with its 市, 町 or 村 twice."""

from __future__ import annotations

from pipeline.rules.rule import Rule

SUFFIX_DOUBLED = Rule(
    id="suffix-doubled",
    severity="info",
    title="重なった「市」「町」「村」",
    explanation="名前の終わりの「市」「町」「村」などが重ねて書かれています。一つとして読みました。",
    sentence="「{text}」は「{suffix}」が重なっています。{place}と読みました。",
    suggestion="原本を確かめてください。",
)
