"""A line or a text that belongs to no project, agreement or row."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

UNREAD_LINE = Rule(
    id="unread-line",
    severity="warning",
    title="読めない行",
    explanation=(
        "どの事業、協定、行のものか読み取れず、表に入っていない文字です。"
        "元の資料と見比べて、行のつながりや列のずれを直してください。"
    ),
    cases={
        "agreements": Case(
            sentence="「{text}」は、どの協定や事業についてのものか読み取れなかった文字です。",
            suggestion="元の資料の同じ場所と見比べてください。",
        ),
        "cell": Case(
            sentence="「{text}」は、相手方や事業のどの欄のものか分からないため、読んでいません。",
            suggestion="元の一覧の同じ場所と見比べ、要るものなら、列の役割を選び直してください。",
        ),
        "column": Case(
            sentence="見出しのない列に「{text}」とあり、読んでいません。",
            suggestion="元の資料と見比べて、2つの行がつながっていないか確かめてください。",
        ),
        "counts": Case(
            sentence="表の行として読めない行です。",
            suggestion="元の資料と見比べて、名前・日付・数のどれかが欠けていないか確かめてください。",
        ),
        "project": Case(
            sentence="どの事業のものか読み取れなかった文字です。",
            suggestion="元の資料の同じ場所と見比べてください。",
        ),
        "row": Case(
            sentence="相手方か事業名がないため、事業として読めない行です。",
            suggestion="元の資料と見比べて、行が途中で改行されていないか確かめてください。",
        ),
    },
)
