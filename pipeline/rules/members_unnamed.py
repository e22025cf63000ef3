"""A mention that counts more municipalities than it names."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

MEMBERS_UNNAMED = Rule(
    id="members-unnamed",
    severity="warning",
    title="名前の書かれていない相手方",
    explanation=(
        "「ほか10市町村」のように、数だけが書かれて名前のない相手方があります。"
        "名前が分からないので連携相手に入っていません。"
    ),
    suggestion="ほかの相手方を、原本か担当課で確かめてください。",
    cases={
        "some": Case(
            sentence=(
                "「{text}」には、名前の書かれていない{count}が入っています。"
                "名前のある{places}だけを連携相手としました。"
            )
        ),
        "none": Case(
            sentence=(
                "「{text}」には、名前の書かれていない{count}が入っています。どれも連携相手に入っていません。"
            )
        ),
    },
)
