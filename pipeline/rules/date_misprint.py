"""A date whose 月 stands for 日."""

from __future__ import annotations

from pipeline.rules.rule import Rule

DATE_MISPRINT = Rule(
    id="date-misprint",
    severity="warning",
    title="日付の書き誤り",
    explanation=(
        "催しの日時の「月」が「日」の書き誤りと見られるので、直して読みました。"
        "元の資料で日付を確かめてください。"
    ),
    sentence="日時「{text}」の「月」は「日」の書き誤りと見て、{day}からとしました。",
    suggestion="元の資料で日付を確かめてください。",
)
