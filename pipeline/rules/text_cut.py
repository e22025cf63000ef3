"""A sentence of the document that breaks off."""

from __future__ import annotations

from pipeline.rules.rule import Rule

TEXT_CUT = Rule(
    id="text-cut",
    severity="info",
    title="途中で切れた文",
    explanation=(
        "資料の文が途中で切れていて、続きがどこにもありません。切れたところに印を付けました。"
        "全文は公表元の資料で確かめてください。"
    ),
    sentence=("資料の文がこの行で切れていて、続きがありません。出来事の文では「{mark}」を付けています。"),
    suggestion="全文は、公表元の資料で確かめてください。",
)
