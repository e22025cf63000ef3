"""Lists of municipalities that seek partners: who, what for, in which row; and who could not be placed."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.intake.contents import Contents
from pipeline.intake.records import SourceError
from pipeline.intake.seekers import read_seekers
from pipeline.reading.geocode.geocoder import Geocoder

HEAD = ["番号", "都道府県", "自治体名", "分野", "求める内容", "掲載日", "連絡先", "順位"]
ROWS = [
    [
        1,
        "鳥取県",
        "智頭町",
        "災害・防災",
        "災害時相互応援協定",
        "令和8年4月1日",
        "https://example.jp/?a=1",
        "甲",
    ],
    [2, None, "三朝町・湯梨浜町", "観光", "教育旅行の\n受け入れ先", None, "0858-00-0000", "乙"],
    [3, None, "府中市", "スポーツ", "大会", None, None, None],
    [4, "静岡県", "浜松市天竜区", None, "森林", None, None, None],
    [5, None, "鳥取県", None, "何か", None, None, None],
    [6, None, "なぞの村", None, "x", None, None, None],
    [7, None, None, None, "名前のない行", None, None, None],
    ["合計", None, 7],
]


@pytest.fixture(scope="module")
def read():
    gazetteer = Gazetteer.load()
    contents, geocoder = Contents(gazetteer), Geocoder(gazetteer, ())
    return lambda content, file="募集.xlsx": read_seekers(content, file, contents, geocoder)


def workbook(*sheets: tuple[str, list]) -> bytes:
    book, content = openpyxl.Workbook(), BytesIO()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(content)
    return content.getvalue()


def test_every_row_is_placed_or_said_not_to_be(read):
    found = read(
        workbook(("掲示板", [["連携相手を募集する自治体の一覧"], ["令和8年10月1日現在"], HEAD, *ROWS]))
    )
    assert (found.title, found.date) == ("連携相手を募集する自治体の一覧", "2026-10-01")
    table = pd.DataFrame(found.rows)
    assert table[["place", "printed", "code"]].to_numpy().tolist() == [
        ["掲示板!C4", "智頭町", "31328"],
        ["掲示板!C5", "三朝町", "31364"],
        ["掲示板!C5", "湯梨浜町", "31370"],
        ["掲示板!C6", "府中市", ""],
        ["掲示板!C7", "浜松市天竜区", "22130"],
        ["掲示板!C8", "鳥取県", ""],
        ["掲示板!C9", "なぞの村", ""],
    ]
    assert table.key.is_unique
    assert (table.reason == "").tolist() == (table.code != "").tolist()
    assert [row.printed for row in found.unplaced] == ["府中市", "鳥取県", "なぞの村"]
    assert "広島県府中市" in found.unplaced[0].reason
    assert table.wanted.tolist()[:3] == ["災害時相互応援協定"] + ["教育旅行の 受け入れ先"] * 2
    assert (table.category[0], table.date[0], table.contact[0]) == (
        "災害・防災",
        "令和8年4月1日",
        "https://example.jp/?a=1",
    )
    assert found.by_code == {"31328": ("1",), "31364": ("2",), "31370": ("3",), "22130": ("5",)}
    assert [(place, why) for place, _, why in found.left_out] == [
        ("掲示板!A11", "合計"),
        ("掲示板!A10", "自治体の名前がありません"),
    ]
    assert "H列「順位」: 使っていません" in found.reasons


def test_a_sheet_for_each_region_is_one_list(read):
    head, others = ["自治体名", "求める内容"], [["担当", "内線"], ["山田", "12"]]
    found = read(
        workbook(("東", [head, ["川場村", "森"]]), ("西", [head, ["智頭町", "防災"]]), ("係", others))
    )
    assert {(row.place, row.code) for row in found.rows} == {("東!A2", "10444"), ("西!A2", "31328")}
    assert "「係」" in found.reasons[-1]


@pytest.mark.parametrize(
    ("content", "file", "places"),
    [
        ("自治体名,内容\n智頭町,災害協定\n".encode(), "一覧.csv", ["2行目"]),
        ("団体名\t募集内容\n智頭町\t災害協定\n".encode("cp932"), "貼り付けた表.txt", ["2行目"]),
        (
            "<table><tr><th>市町村<th>希望<tr><td>智頭町<td>祭り</table>".encode(),
            "掲示板.html",
            None,
        ),
    ],
)
def test_any_kind_of_file(read, content, file, places):
    found = read(content, file)
    assert [row.code for row in found.rows] == ["31328"]
    assert found.rows[0].wanted in ("災害協定", "祭り")
    assert found.title == file.rsplit(".", 1)[0]
    assert places in (None, [row.place for row in found.rows])


def test_the_code_beside_the_name_decides(read):
    found = read("団体コード,自治体名,内容\n342084,府中市,大会\n132063,府中市,大会\n".encode(), "一覧.csv")
    assert [row.code for row in found.rows] == ["34208", "13206"]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", "品名,数\nりんご,2\n".encode(), b"", b"%PDF-1.4 broken"])
def test_what_is_no_such_list_is_refused_in_japanese(read, content):
    with pytest.raises(SourceError) as error:
        read(content, "何か.csv")
    assert str(error.value).endswith("。")
