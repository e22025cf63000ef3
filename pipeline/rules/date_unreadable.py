"""A date of an event that cannot be read."""

from __future__ import annotations

from pipeline.rules.rule import Rule

DATE_UNREADABLE = Rule(
    id="date-unreadable",
    severity="warning",
    title="読めない日付",
    explanation=(
        "催しの日時から日付を読み取れず、出来事の表に入っていません。「20日」のような日付に直すと入ります。"
    ),
    sentence="日時「{text}」から日付を読めないため、出来事に入れていません。",
    suggestion="元の資料と見比べて、「20日」のような日付に直してください。",
)
