"""A project whose name names municipalities of which none is a partner."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PARTNER_NOT_IN_NAME = Rule(
    id="partner-not-in-name",
    severity="warning",
    title="事業名と相手方のくいちがい",
    explanation=(
        "事業名に出てくる自治体が、その事業の連携相手方にありません。"
        "行がずれて、ほかの事業の相手方が入っている疑いがあります。"
    ),
    sentence="事業名「{project}」にある自治体が連携相手方になく、「{partners}」と書かれています。",
    suggestion="ほかの行の連携相手方と入れ替わっていないかを確かめてください。",
)
