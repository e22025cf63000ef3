"""The same project twice, with nothing printed that would tell the two apart."""

from __future__ import annotations

from pipeline.rules.rule import Rule

PROJECT_REPEATED = Rule(
    id="project-repeated",
    severity="warning",
    title="同じ事業の重なり",
    explanation=(
        "名前も内容も相手方も同じ事業が二度書かれていて、2件として数えています。"
        "重ねて書かれたものなら、資料から一つを除いてください。"
    ),
    sentence="「{project}」は{other_line}行目と同じ内容で、2件の事業として数えています。",
    suggestion="元の文書で、同じ事業が重ねて書かれていないかを確かめてください。",
)
