"""A mention without a place."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

PARTNER_UNRESOLVED = Rule(
    id="partner-unresolved",
    severity="warning",
    title="決められない相手方",
    explanation=(
        "書かれた相手方がどの自治体かを決められず、地図にも数にも入っていません。"
        "「データと品質」の画面で決めると、次からはそのとおりに読み取ります。"
    ),
    sentence="「{text}」がどの自治体か決められません。{reason}",
    cases={
        "candidates": Case(suggestion="候補: {candidates}"),
        "none": Case(suggestion="自治体の名前であれば、都道府県名を補って決めてください。"),
    },
)
