"""A row of a municipality that is no special ward, in the list of them."""

from __future__ import annotations

from pipeline.rules.rule import Rule

WARD_UNKNOWN = Rule(
    id="ward-unknown",
    severity="warning",
    title="特別区でない自治体の行",
    explanation=(
        "特別区の一覧に、特別区ではない自治体の事業の行があります。表に入れていません。"
        "区名の書き誤りなら直してください。"
    ),
    sentence="特別区ではない自治体の事業の行なので、表に入れていません。",
    suggestion="この一覧には特別区の事業だけを入れてください。区名の書き誤りなら、区名を直してください。",
)
