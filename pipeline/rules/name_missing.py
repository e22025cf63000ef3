"""A row that is whole but for its project's name."""

from __future__ import annotations

from pipeline.rules.rule import Rule

NAME_MISSING = Rule(
    id="name-missing",
    severity="warning",
    title="事業名のない行",
    explanation=(
        "連携相手方と開始年だけがあり、事業名が印刷されていない行です。"
        "別の事業として数えているので、元の資料で事業名を確かめてください。"
    ),
    sentence=(
        "連携相手方と開始年だけの行です。"
        "すぐ上の「{project}」は相手方ごとに開始年がそろっているため、名称の記載がない別の事業として数えました。"
    ),
    suggestion="元の資料で事業名を確かめてください。",
)
