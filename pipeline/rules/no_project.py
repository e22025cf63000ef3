"""A municipality beside which it says that nothing is done together."""

from __future__ import annotations

from pipeline.rules.rule import Rule

NO_PROJECT = Rule(
    id="no-project",
    severity="info",
    title="事業のない相手方",
    explanation="連携事業の欄に「なし」とある相手方です。事業としては数えていません。協定は別に数えています。",
    sentence="「{partner}」との連携事業の欄は「{text}」なので、事業としていません。",
)
