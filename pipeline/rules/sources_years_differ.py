"""Years of the same tie that two documents do not agree on."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

SOURCES_YEARS_DIFFER = Rule(
    id="sources-years-differ",
    severity="info",
    title="文書どうしの開始年の違い",
    explanation=(
        "同じ相手先との連携の始まりが、2つの資料で違う年になっています。"
        "年と年度の違いや、途中から加わった相手先であれば、どちらも正しい年です。"
    ),
    suggestion="元の資料や協定書で、始まった日を確かめてください。",
    cases={
        "project": Case(
            sentence=(
                "「{project}」は相手先ごとに年が書かれています（{years}）。"
                "「{other_document}」{other_line}行目の「{other_project}」は事業全体で{other_year}です。"
                "途中から加わった相手先であれば、どちらも正しい年です。"
            )
        ),
        "fiscal": Case(
            sentence=(
                "{place}: 「{project}」は{year}、「{other_document}」{other_line}行目の「{other_project}」は{other_year}です。"
                "1月から3月までに始まったのであれば、年と年度の違いだけで、どちらも正しい年です。"
            )
        ),
        "years": Case(
            sentence="{place}: 「{project}」は{year}、「{other_document}」{other_line}行目の「{other_project}」は{other_year}です。",
            severity="warning",
        ),
    },
)
