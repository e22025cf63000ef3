"""More or fewer years than partners, so that none can be given one."""

from __future__ import annotations

from pipeline.rules.rule import Rule

YEARS_PARTNERS_MISMATCH = Rule(
    id="years-partners-mismatch",
    severity="warning",
    title="相手方と開始年の数のくいちがい",
    explanation=(
        "連携相手方の数と開始年の数が合わず、どの相手方がどの年からか分かりません。開始年は不明としています。"
    ),
    sentence=(
        "連携相手方が{n_partners}、開始年が{n_years}あり、どの相手方の年か分かりません。"
        "開始年は不明としました。"
    ),
    suggestion="原本で、どの相手方がどの年からかを確かめてください。",
)
