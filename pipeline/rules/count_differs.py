"""A number of members in a project's name, against the partners listed."""

from __future__ import annotations

from pipeline.rules.rule import Rule

COUNT_DIFFERS = Rule(
    id="count-differs",
    severity="warning",
    title="団体数と相手方の数のくいちがい",
    explanation=(
        "事業名にある「22団体」のような数と、書かれている連携相手方の数が合いません。"
        "相手方の抜けや重なりか、事業名の数の古さかを確かめてください。"
    ),
    sentence="事業名には「{stated}」とありますが、書かれている連携相手方は{counted}です。",
    suggestion="元の文書で連携相手方に抜けや重なりがないかを確かめてください。",
)
