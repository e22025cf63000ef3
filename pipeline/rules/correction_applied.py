"""A row that is read as a person corrected it, because the document still prints what is wrong."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

CORRECTION_APPLIED = Rule(
    id="correction-applied",
    severity="info",
    title="訂正して読んだ行",
    explanation=(
        "職員が記録した訂正のとおりに読んだ行です。資料には、訂正する前の値が書かれています。"
        "地図、表、数は、すべて訂正した後のものです。"
    ),
    suggestion="資料の公表者に「正誤のお知らせ」で伝えると、次の版で直ります。",
    cases={
        "value": Case("「{project}」の{what}「{printed}」を、訂正で「{name}」と読みました。"),
        "added": Case("「{project}」の{what}に、訂正で「{name}」を加えました。"),
        "removed": Case("「{project}」の{what}「{printed}」を、訂正で除きました。"),
        "new": Case("資料にない事業「{project}」を、訂正で加えました。"),
        "withdrawn": Case("「{project}」の行を、訂正で取り下げました。数えていません。"),
    },
)
