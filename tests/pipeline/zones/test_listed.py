"""Lists of municipalities as zones: codes as spreadsheets leave them, names as clerks write them, and what is neither."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.codes import to_code6
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.zones.bring import read_zone


def codes(brought) -> set[str]:
    return set(brought.zone.inside())


@pytest.mark.parametrize(
    "text",
    [
        "13101\n13102\n22130\n01100\n",
        "131016\n131024\n221309\n011002\n",
        # Excel has dropped the zero.
        "131016\n131024\n221309\n11002\n",
        "13101\n13102\n22130\n1100\n",
        "団体コード,市区町村名\n131016,千代田区\n131024,中央区\n221309,浜松市\n11002,札幌市\n",
        "13101,13102,22130,01100",
        "東京都千代田区\n東京都中央区\n浜松市\n札幌市\n",
        "東京都千代田区、東京都中央区、浜松市、札幌市",
        "都道府県,市区町村\n東京都,千代田区\n東京都,中央区\n静岡県,浜松市\n北海道,札幌市\n",
        "１３１０１\n１３１０２\n２２１３０\n０１１００\n",
    ],
)
def test_one_list_in_many_forms(read, text):
    brought = read(text)
    assert codes(brought) == {"13101", "13102", "22130", "01100"}
    assert brought.unread == ()


def test_a_workbook_with_numbers(read):
    book = openpyxl.Workbook()
    for row in (["団体コード", "市区町村", "人口"], [131016, "千代田区", 67911], [11002, "札幌市", 1973395]):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    assert codes(read(kept.getvalue(), "一覧.xlsx")) == {"13101", "01100"}


def test_a_prefecture_stands_for_all_its_municipalities_and_that_is_said(read, dataset):
    expected = set(
        dataset.municipalities.code[
            (dataset.municipalities.prefecture_code == "22000")
            & (dataset.municipalities.kind != "designated_ward")
        ]
    )
    for text in ("22000\n", "220001\n", "静岡県\n"):
        brought = read(text)
        assert codes(brought) == expected
        assert brought.said == ("「静岡県」は、その全35市区町村としました。",)


def test_a_prefecture_that_heads_its_municipalities_is_none_of_the_list(read):
    brought = read("静岡県\n浜松市\n静岡市\n愛知県\n豊橋市\n")
    assert codes(brought) == {"22130", "22100", "23201"}
    assert brought.said == ()


def test_designated_wards_stand_for_their_city(read):
    brought = read("14104\n14105\n川崎市\n")
    assert codes(brought) == {"14100", "14130"}
    assert brought.said == ("神奈川県横浜市の行政区（中区・南区）は、神奈川県横浜市としました。",)


def test_what_is_not_understood_is_listed_with_its_line_and_nothing_is_lost(read):
    text = "コード,市区町村\n13101,千代田区\n99999,どこか\n13102,中央区\n13102,中央区\n,府中市\n,山田太郎\n"
    brought = read(text)
    assert codes(brought) == {"13101", "13102"}
    assert [(line.place, line.text) for line in brought.unread] == [
        ("3行目", "99999 どこか"),
        ("6行目", "府中市"),
        ("7行目", "山田太郎"),
    ]
    assert "東京都府中市・広島県府中市" in brought.unread[1].reason
    assert brought.said == ("同じ市区町村が重ねて書かれていたところ1は、1つとして数えました。",)
    # 6 rows of data: 2 municipalities, 1 named again, 3 unread.
    assert len(codes(brought)) + 1 + len(brought.unread) == 6


def test_a_part_of_a_municipality_counts_and_is_said(read):
    brought = read("鴨川市の一部\n館山市\n")
    assert codes(brought) == {"12223", "12205"}
    assert brought.said == ("「一部」などと書かれた市区町村1も、区域の中としました。",)


def test_totals_and_notes_are_not_read_and_said(read):
    brought = read("団体コード,市区町村\n13101,千代田区\n計,1\n※令和7年4月1日現在\n")
    assert codes(brought) == {"13101"}
    assert [line.reason for line in brought.unread] == [
        "合計の行なので読みません。",
        "注記の行なので読みません。",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n ",
        b"0\n1\n2\n",
        "あいうえお\nかきくけこ\n".encode(),
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"%PDF-1.7 x",
    ],
)
def test_what_holds_no_municipality_gets_one_sentence(read, content):
    with pytest.raises(SourceError) as caught:
        read(content)
    assert str(caught.value).startswith("ファイル「区域.csv」")
    assert str(caught.value).endswith("。")
    assert "\n" not in str(caught.value)


@settings(max_examples=60)
@given(data=st.data())
def test_any_codes_come_back_whatever_zeros_are_lost(dataset, contents, data):
    places = dataset.municipalities
    known = sorted(places.code[places.kind != "designated_ward"])
    chosen = data.draw(st.lists(st.sampled_from(known), min_size=3, max_size=12, unique=True))
    six = data.draw(st.booleans())
    written = [to_code6(code) if six else code for code in chosen]
    if data.draw(st.booleans()):
        written = [code.lstrip("0") for code in written]
    text = "団体コード\n" + "\n".join(written)
    brought = read_zone(text.encode(), "区域.csv", places, contents, Geocoder(contents.gazetteer, []))
    assert codes(brought) == set(chosen)


@settings(max_examples=60)
@given(st.text(max_size=200).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)))
def test_no_text_is_a_fault(dataset, contents, text):
    geocoder, inside, said = Geocoder(contents.gazetteer, []), frozenset(), ""
    try:
        inside = read_zone(
            text.encode(), "区域.txt", dataset.municipalities, contents, geocoder
        ).zone.inside()
    except SourceError as error:
        said = str(error)
    assert inside or said.endswith("。")
