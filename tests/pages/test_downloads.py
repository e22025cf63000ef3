"""CSV that opens in Excel as it should and runs nothing."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from geo.ledger.selection import Selection
from pages.shared.parts import tables
from pipeline.deliver.csv import csv_bytes


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+81", "-1+1", "@SUM(A1)", "\tx", "\rx", "＝1", " =1+1", "\u200b=1"]
)
def test_a_cell_never_begins_a_formula(cell):
    written = rows(csv_bytes(pd.DataFrame({"事業": [cell]})))[1][0]
    assert written == f"'{cell}"


def test_plain_cells_numbers_and_unknowns_stay_as_they_are():
    table = pd.DataFrame({"名": ["港区", None], "差": [-1.5, 2.0], "行, 目": ['"引用"', "改\n行"]})
    content = csv_bytes(table)
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows(content) == [["名", "差", "行, 目"], ["港区", "-1.5", '"引用"'], ["", "2.0", "改\n行"]]


def test_the_flows_csv_holds_every_flow_of_the_view(dataset):
    selected = dataset.select(Selection(origins=("13112",)))
    table = tables.all_flows(selected)
    pairs = set(
        zip(
            selected.links.origin_code,
            selected.links.municipality_code.fillna(selected.links.prefecture_code),
            strict=True,
        )
    )
    assert set(zip(table["区の団体コード"], table["相手の団体コード"], strict=True)) == pairs
    assert table["最初の年"].str.contains("年").sum() + (table["最初の年"] == "不明").sum() == len(table)
