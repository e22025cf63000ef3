"""A correction of a row that the edition in force has no more."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

CORRECTION_ROW_GONE = Rule(
    id="correction-row-gone",
    severity="warning",
    title="行の見つからない訂正",
    explanation="訂正した行が、今の版の資料に見つかりません。事業が終わったか、名前が変わっています。",
    suggestion="資料で行を確かめ、名前が変わったのなら、訂正を取り消して、新しい名前の行であらためて訂正してください。",
    cases={
        "row": Case(
            "訂正した「{project}」の行（{what}）が、今の版の資料にありません。訂正は使っていません。"
        ),
        "document": Case(
            "「{project}」の訂正（{what}）は、系列「{document}」の資料についてのものですが、その資料がありません。"
        ),
    },
)
