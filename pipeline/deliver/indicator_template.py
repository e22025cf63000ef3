"""A table of all municipalities to paste the numbers of an indicator into: codes and names are there already."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.places.codes import to_code6
from pipeline.deliver.xlsx import workbook

#: The empty column, to be renamed after what is pasted below it.
EXAMPLE = "人口（人）"

_GUIDE = (
    ("団体コード・都道府県・市区町村", "消さずに残してください。並べかえてもかまいません"),
    (EXAMPLE, "数を貼り付ける列です。見出しは「面積（km2）」「高齢化率（%）」のように書きかえてください"),
    ("列を増やすとき", "右に列を足せば、いくつでも読み取ります。見出しに単位を（）で書いてください"),
    ("値がないとき", "空のままか「-」にしてください。0 と書くと、値が0であるものとして使います"),
    ("表の上に行を足すとき", "「令和7年1月1日現在」「出典：○○調査」と書けば、時点と出典として読み取ります"),
)


def template(dataset: Dataset) -> pd.DataFrame:
    """The rows: 団体コード (six digits), 都道府県, 市区町村 of every municipality, and an empty column for the values."""
    places = dataset.municipalities
    places = places[places.kind != "designated_ward"].sort_values("code")
    return pd.DataFrame(
        {
            "団体コード": places.code.map(to_code6),
            "都道府県": places.prefecture,
            "市区町村": places.name,
            EXAMPLE: pd.Series(pd.NA, index=places.index, dtype="string"),
        }
    ).reset_index(drop=True)


def template_workbook(dataset: Dataset) -> bytes:
    """The rows as a workbook (xlsx); a second sheet says what belongs where."""
    guide = pd.DataFrame(list(_GUIDE), columns=["列", "書くこと"])
    sheets = {"指標": template(dataset), "書き方": guide}
    # The same bytes whenever it is saved.
    return workbook(sheets, "市区町村ごとの指標", "", created=datetime(2026, 4, 1))
