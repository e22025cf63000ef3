"""Tables of numbers by municipality: whose each row is, what is a number, and that no row is dropped in silence."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ledger.dataset import Dataset
from geo.places.codes import to_code6
from geo.places.gazetteer import Gazetteer
from pipeline.deliver.csv import csv_bytes
from pipeline.deliver.indicator_template import EXAMPLE, template
from pipeline.deliver.xlsx import workbook
from pipeline.intake.contents import Contents
from pipeline.intake.indicators import IndicatorTable, read_indicators
from pipeline.intake.numbers import is_missing, number
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder

GAZETTEER = Gazetteer.load()
CONTENTS, GEOCODER = Contents(GAZETTEER), Geocoder(GAZETTEER)

HEAD = ["団体コード", "都道府県", "市区町村", "人口（人）", "高齢化率（％）"]
BODY = [
    ["", "全国", "合計", "9,999", "29.0"],
    ["200000", "長野県", "", "2,000", "30.1"],
    ["202011", "長野県", "長野市", "３７０，０００", "29.9"],
    ["202029", "長野県", "松本市", "240,000", "28.4％"],
    [to_code6("20588"), "長野県", "小川村", "2,200", "x"],
    ["", "長野県", "市計", "610,000", ""],
    ["100005", "群馬県", "", "1,900", "30"],
    ["104442", "群馬県", "川場村", "▲3", "調査中"],
]


def as_csv(rows: list[list[str]], encoding: str = "utf-8", above: tuple[str, ...] = ()) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([*([line] for line in above), *rows])
    return text.getvalue().encode(encoding)


def read(rows: list[list[str]], encoding: str = "utf-8", above: tuple[str, ...] = ()) -> IndicatorTable:
    return read_indicators(as_csv(rows, encoding, above), CONTENTS, GEOCODER, "表.csv")


def values(table: IndicatorTable, name: str, level: str = "municipality") -> dict[str, float]:
    own = table.values[(table.values.indicator == name) & (table.values.level == level)]
    return dict(zip(own.code, own.value, strict=True))


def reconciled(table: IndicatorTable) -> bool:
    return sum(table.used.values()) + len(table.left_out) == table.n_rows


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_whatever_its_encoding(encoding):
    table = read([HEAD, *BODY], encoding)
    assert [(one.name, one.unit, one.adds) for one in table.columns] == [
        ("人口", "人", True),
        ("高齢化率", "%", False),
    ]
    assert values(table, "人口") == {"20201": 370_000, "20202": 240_000, "20588": 2_200, "10444": -3}
    assert values(table, "人口", "prefecture") == {"20000": 2_000, "10000": 1_900}
    assert values(table, "高齢化率") == {"20201": 29.9, "20202": 28.4}
    assert [(one.place, one.text) for one in table.unread] == [("9行目", "調査中")]
    assert reconciled(table)
    assert table.unused == ()
    assert table.n_rows == len(BODY)
    assert {one.why for one in table.left_out if "計" in one.text} == {"合計やまとまりの行です"}


def test_a_code_with_a_wrong_check_digit_or_of_another_place_gives_its_number_to_nobody():
    rows = [
        HEAD,
        ["202012", "長野県", "長野市", "1", "1"],
        ["202029", "長野県", "長野市", "2", "2"],
        ["104442", "群馬県", "川場村", "3", "3"],
        ["999999", "", "", "4", "4"],
    ]
    table = read(rows)
    assert values(table, "人口") == {"10444": 3}
    assert [one.place for one in table.left_out] == ["2行目", "3行目", "5行目"]
    assert all(one.why for one in table.left_out)
    assert reconciled(table)


def test_lost_zeros_and_five_digits_are_codes_too():
    for code in ("012025", "12025", "01202", "1202"):
        table = read([["コード", "面積（km2）"], [code, "677.87"], ["104442", "85.25"], ["202029", "978"]])
        assert values(table, "面積")["01202"] == 677.87, code
        assert table.columns[0].unit == "km²"


def test_namesakes_need_their_prefecture_beside_or_above_them():
    alone = read([["市町村", "人口"], ["府中市", "1"], ["松本市", "2"], ["川場村", "3"]])
    assert values(alone, "人口") == {"20202": 2, "10444": 3}
    assert "広島県府中市" in alone.left_out[0].why
    beside = read(
        [
            ["都道府県", "市町村", "人口"],
            ["広島県", "府中市", "1"],
            ["", "三次市", "2"],
            ["東京都", "府中市", "3"],
        ]
    )
    assert values(beside, "人口") == {"34208": 1, "34209": 2, "13206": 3}
    above = read([["地域", "人口"], ["広島県", "9"], ["府中市", "1"], ["東京都", "8"], ["府中市", "3"]])
    assert values(above, "人口") == {"34208": 1, "13206": 3}
    assert values(above, "人口", "prefecture") == {"34000": 9, "13000": 8}
    inside = read([["地域", "人口"], ["広島県府中市", "1"], ["13206 府中市", "3"], ["東京都　八王子市", "4"]])
    assert values(inside, "人口") == {"34208": 1, "13206": 3, "13201": 4}


def test_wards_of_a_designated_city_are_apart_from_it():
    table = read(
        [
            ["都道府県", "市区町村", "人口"],
            ["北海道", "札幌市", "10"],
            ["北海道", "札幌市中央区", "4"],
            ["北海道", "函館市", "3"],
        ]
    )
    assert values(table, "人口") == {"01100": 10, "01202": 3}
    assert values(table, "人口", "designated_ward") == {"01101": 4}
    assert table.indicator("人口").values.to_dict() == {"01100": 10, "01202": 3}


def test_a_place_that_is_no_more_does_not_give_its_number_to_the_one_that_took_it_in():
    table = read(
        [
            ["都道府県", "市町村", "人口"],
            ["長野県", "奈川村", "1"],
            ["長野県", "松本市", "2"],
            ["長野県", "飯田市", "5"],
        ]
    )
    assert values(table, "人口") == {"20202": 2, "20205": 5}
    assert "松本市の一部" in table.left_out[0].why


def test_rows_that_come_twice_are_said_and_those_that_differ_are_used_by_nobody():
    same = [["市町村", "人口"], ["長野県松本市", "2"], ["長野県飯田市", "5"], ["長野県松本市", "2"]]
    table = read(same)
    assert values(table, "人口") == {"20202": 2, "20205": 5}
    assert [(one.place, one.why) for one in table.left_out] == [
        ("4行目", "2行目と同じ自治体の、同じ値の行です")
    ]
    towns = [[place.full_name, "5"] for place in GAZETTEER.members("20000")[2:10]]
    table = read([["市町村", "人口"], ["長野県松本市", "2"], *towns, ["長野県松本市", "3"]])
    assert "20202" not in values(table, "人口")
    assert len(table.left_out) == 2
    assert reconciled(table)


def test_title_source_and_date_are_those_the_file_prints():
    above = ("市区町村別の人口（令和7年1月1日現在）", "出典：総務省「住民基本台帳」", "単位：人")
    table = read([["市町村", "人口"], ["長野県松本市", "2"], ["長野県飯田市", "5"]], above=above)
    assert (table.title, table.source, table.as_of) == (
        "市区町村別の人口",
        "総務省「住民基本台帳」",
        "令和7年1月1日現在",
    )
    assert table.columns[0].unit == "人"
    plain = read([["市町村", "人口"], ["長野県松本市", "2"], ["長野県飯田市", "5"]])
    assert (plain.title, plain.source, plain.as_of) == ("表", "", "")
    year = read([["市町村", "人口（令和2年国勢調査）"], ["長野県松本市", "2"], ["長野県飯田市", "5"]])
    assert year.as_of == "令和2年"


def test_two_rows_of_headings_are_one_name():
    rows = [
        ["市町村", "人口", "人口"],
        ["", "総数（人）", "65歳以上（人）"],
        ["長野県松本市", "2", "1"],
        ["長野県飯田市", "5", "2"],
    ]
    table = read(rows)
    assert [(one.name, one.unit) for one in table.columns] == [("人口・総数", "人"), ("人口・65歳以上", "人")]


def test_the_sheet_with_the_numbers_is_found_and_another_can_be_asked_for():
    places = ["長野県松本市", "長野県飯田市", "群馬県川場村"]
    book = workbook(
        {
            "表紙": pd.DataFrame({"題": ["人口の表"]}),
            "人口": pd.DataFrame({"市町村": places, "人口（人）": [2, 5, 3]}),
            "面積": pd.DataFrame({"市町村": places[:2], "面積（km2）": [2.5, 5.5]}),
        },
        "",
        "",
    )
    table = read_indicators(book, CONTENTS, GEOCODER, "表.xlsx")
    assert (table.sheet, table.others) == ("人口", ("面積",))
    assert table.values.source_place.tolist() == ["人口!B2", "人口!B3", "人口!B4"]
    asked = read_indicators(book, CONTENTS, GEOCODER, "表.xlsx", "面積")
    assert values(asked, "面積") == {"20202": 2.5, "20205": 5.5}
    with pytest.raises(SourceError, match="「財政」というシートはありません"):
        read_indicators(book, CONTENTS, GEOCODER, "表.xlsx", "財政")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [["氏名", "点"], ["山田", "3"], ["佐藤", "4"]],
            "市区町村の名前か団体コードの並ぶ列が見つかりません",
        ),
        (
            [["市町村", "備考"], ["長野県松本市", "あり"], ["長野県飯田市", "なし"]],
            "数の並ぶ列が見つかりません",
        ),
        (
            [
                ["市町村", "年", "人口"],
                *[[p, y, y[-1]] for p in ("長野県松本市", "長野県飯田市") for y in ("2020", "2021")],
            ],
            "同じ自治体の行がいくつもあり",
        ),
    ],
)
def test_a_bad_file_is_one_sentence(rows, said):
    with pytest.raises(SourceError, match=said) as caught:
        read(rows)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("。")


def test_the_template_is_read_as_it_stands_once_numbers_are_in_it(build_dir):
    dataset = Dataset.load(build_dir)
    table = template(dataset)
    assert len(table) == 1741
    table[EXAMPLE] = [str(n) for n in range(len(table))]
    found = read_indicators(csv_bytes(table), CONTENTS, GEOCODER, "ひな型.csv")
    assert found.used == {"municipality": 1741}
    assert not found.left_out
    expected = {code[:5]: n for n, code in enumerate(table.団体コード)}
    assert values(found, "人口") == expected


@given(
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from(["", "人", "%"]),
    st.sampled_from(["-", "▲", "△", "−"]),
)
def test_a_number_is_read_as_it_was_written(value, unit, minus):
    digits = f"{abs(value):,.2f}"
    for text in (digits, digits.translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))):
        printed = f"{minus if value < 0 else ''}{text}{unit}"
        found, behind = number(printed)
        assert found == pytest.approx(round(value, 2), abs=0.006)
        assert behind == unit


@settings(max_examples=40)
@given(st.text(max_size=8))
def test_any_text_is_a_number_or_none_and_never_both_a_number_and_missing(text):
    found, _ = number(text)
    assert found is None or not is_missing(text)


TOWNS = GAZETTEER.members("20000")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*TOWNS, None]),
            st.sampled_from(["12", "1,234", "-", "", "▲5", "abc"]),
            st.booleans(),
        ),
        min_size=3,
        max_size=12,
    )
)
def test_every_row_is_used_or_listed(rows):
    body = [
        [
            "" if not coded or not town else to_code6(town.code),
            "長野県",
            town.name if town else "まぼろし町",
            text,
        ]
        for town, text, coded in rows
    ]
    try:
        table = read([["コード", "県", "町", "数"], ["", "新潟県", "新潟市", "1"], *body])
    except SourceError:
        return
    assert reconciled(table)
    assert table.n_rows == len(body) + 1
    assert len(table.values) + len(table.unread) <= sum(table.used.values())


def test_a_column_that_is_no_number_is_named():
    rows = [
        ["市町村", "人口", "備考", ""],
        ["長野県松本市", "2", "推計", "1"],
        ["長野県飯田市", "5", "", "x"],
    ]
    table = read(rows)
    assert table.unused == ("備考",)
    assert [one.name for one in table.columns] == ["人口", "D列の値"]


@pytest.mark.parametrize(
    "form", [str, lambda code: str(int(code)), to_code6, lambda code: str(int(to_code6(code)))]
)
def test_a_table_of_the_whole_country_is_used_whole_however_its_codes_are_written(form):
    codes = sorted(place.code for place in GAZETTEER if place.level == "municipality")
    rows = [["コード", "人口"], *([form(code), str(number)] for number, code in enumerate(codes))]
    table = read(rows, above=("令和7年1月1日現在",))
    assert values(table, "人口") == {code: float(number) for number, code in enumerate(codes)}
    assert (len(table.left_out), table.as_of, table.title) == (0, "令和7年1月1日現在", "表")
