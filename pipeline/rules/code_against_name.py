"""A printed code that is of another municipality than the name beside it."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

CODE_AGAINST_NAME = Rule(
    id="code-against-name",
    severity="warning",
    title="団体コードと名称のくいちがい",
    explanation=(
        "書かれた団体コードが、となりの名称とは別の自治体のものか、今はない自治体のものです。"
        "名称のほうを使っているので、どちらが正しいかを原本で確かめてください。"
    ),
    suggestion="原本のコードを確かめてください。",
    cases={
        "gone": Case(
            sentence=("「{text}」のコードと名称が食い違っています。コード {code} の自治体は今はありません。")
        ),
        "gone_decided": Case(
            sentence=(
                "「{text}」のコードと名称が食い違っています。"
                "コード {code} の自治体は今はありません。名称から{places}としました。"
            )
        ),
        "other": Case(
            sentence=("「{text}」のコードと名称が食い違っています。コード {code} は{place}のものです。")
        ),
        "other_decided": Case(
            sentence=(
                "「{text}」のコードと名称が食い違っています。"
                "コード {code} は{place}のものです。名称から{places}としました。"
            )
        ),
    },
)
