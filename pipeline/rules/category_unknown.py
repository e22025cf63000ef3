"""A printed category that data/reference/categories.csv does not list."""

from __future__ import annotations

from pipeline.rules.rule import Rule

CATEGORY_UNKNOWN = Rule(
    id="category-unknown",
    severity="warning",
    title="分類表にない連携カテゴリ",
    explanation=(
        "書かれた連携カテゴリが分類表になく、どの分野に入れるかが決まっていません。"
        "分類表に加えるまでは「その他」として数えます。"
    ),
    sentence="連携カテゴリ「{category}」は分類表にありません。",
    suggestion=("data/reference/categories.csv に行を加えてください。それまでは「その他」とします。"),
)
