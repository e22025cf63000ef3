"""A correction that the edition in force prints by itself: it rests."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

CORRECTION_REFLECTED = Rule(
    id="correction-reflected",
    severity="info",
    title="資料に反映された訂正",
    explanation="職員が訂正したとおりに、今の版の資料が書かれています。この訂正は、もう使っていません。",
    suggestion="この訂正は取り消してもかまいません。残しておくと、前の版には使われます。",
    cases={
        "value": Case("「{project}」の{what}の訂正「{name}」が、資料に反映されています。"),
        "removed": Case("「{project}」の{what}「{printed}」を除く訂正が、資料に反映されています。"),
        "withdrawn": Case("取り下げた「{project}」の行は、資料にもありません。"),
    },
)
