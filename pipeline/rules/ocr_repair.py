"""A name with a wrong character, read as the one it can only be."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

OCR_REPAIR = Rule(
    id="ocr-repair",
    severity="info",
    title="文字の誤りを補った名称",
    explanation=(
        "文字の誤りとみられる名前を、形の似た文字に直して読みました。"
        "読み取った自治体が正しいかを原本で確かめてください。"
    ),
    suggestion="原本を確かめてください。",
    cases={
        "name": Case(sentence="「{text}」の「{printed}」は、「{name}」（{place}）の誤記と読みました。"),
        "prefecture": Case(sentence="「{text}」の「{printed}」は「{name}」の誤記と読みました。"),
        "list": Case(sentence="「{printed}」を誤記と見て、{places}と読みました。", severity="warning"),
    },
)
