"""The latest official count of partners beside that of the list of all origins."""

from __future__ import annotations

from pipeline.rules.rule import Rule

OFFICIAL_COUNT_DIFFERS = Rule(
    id="official-count-differs",
    severity="info",
    title="公表された数との比較",
    explanation=(
        "公表された相手先の数と、一覧から数えた数とは、基準日と数え方が違うので同じになりません。"
        "くらべるために並べたもので、直すところはありません。"
    ),
    sentence=(
        "公表された{what}は{year}に{stated:,}、「{document}」（{as_of}）の相手先の市区町村は{counted:,}です（その年度までに始まったことが分かるものは{begun:,}、開始年の分からないものは{unknown:,}）。"
        "基準日が違い、終わった事業の相手先は今の一覧に残らず、協議会などの構成自治体・{among}都道府県をどう数えたかが公表資料に書かれていないため、同じ数にはなりません。"
        "合わせる調整はしていません。"
    ),
)
