"""A project with no partner printed."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PROJECT_WITHOUT_PARTNERS = Rule(
    id="project-without-partners",
    severity="warning",
    title="相手方のない事業",
    explanation="連携相手方が一つも書かれていない事業です。事業としては数えますが、地図には出ません。",
    sentence="「{project}」に連携相手方が書かれていません。",
    suggestion="元の文書で連携相手方を確かめてください。",
)
