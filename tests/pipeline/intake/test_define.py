"""Definitions of lists: made of what was understood, written, and read again to the same."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.define import Said, define, definition_text, document_id, parse_day
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import read_list
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read, read_definition
from tests.lists import contents, text_table, tools, workbook

ROWS = [
    ["小田原市の交流先（令和8年3月31日現在）"],
    ["都道府県", "相手", "名称", "始まり", "謎の列"],
    ["長野県", "松本市", "災害時相互応援協定", "平成28年度", "あ"],
    ["", "安曇野市", "", "", "い"],
    ["北海道", "函館市", "物産展", "H5.4.1", "う"],
]


def understood(data: bytes, file: str, choices: Choices):
    return read_list(data, contents(), choices, file)


@pytest.mark.parametrize(
    ("file", "data", "choices"),
    [
        ("list_r8.csv", text_table(ROWS), Choices()),
        ("二つ.xlsx", workbook(("説明", [["見てください"]], ()), ("一覧", ROWS, ())), Choices(sheet="一覧")),
        ("直す.csv", text_table(ROWS), Choices(columns={"note": "C", "project": "謎の列"})),
        (
            "印.csv",
            text_table([["相手", "港区", "文京区"], ["川崎市", "○", ""], ["柏市", "○", "○"]]),
            Choices(),
        ),
        ("名前.txt", "文京区の交流先\n長野県\n松本市\n安曇野市\n".encode(), Choices()),
    ],
)
def test_a_definition_reads_the_list_as_it_was_understood(tmp_path, file, data, choices):
    before = understood(data, file, choices)
    day = "" if before.as_of else "令和8年4月1日"
    document = define(before, choices, file, Said(date=day), tools()[0])
    path = tmp_path / document.definition
    path.write_text(definition_text(document), "utf-8")
    again = read_definition(path)
    assert again == document.__class__(
        **{name: getattr(document, name) for name in _fields(document)} | {"definition": path}
    )
    reading = read(tmp_path / file, again, data, contents())
    for record in before.reading.records:
        record.source = document.id
    assert reading.records == before.reading.records


def _fields(document) -> list[str]:
    return list(type(document).__dataclass_fields__)


def test_what_it_says_of_itself():
    data = text_table(ROWS)
    document = define(
        understood(data, "list_r8.csv", Choices()), Choices(), "list_r8.csv", Said(), tools()[0]
    )
    assert (document.id, document.series, document.layout) == ("list_r8", "list", "table")
    assert (document.date, document.as_of) == ("2026-03-31", "令和8年3月31日現在")
    assert (document.title, document.publisher) == ("小田原市の交流先", "神奈川県小田原市")
    assert document.options["columns"] == {
        "prefecture": "都道府県",
        "partner": "相手",
        "project": "名称",
        "year": "始まり",
    }
    said = tomllib.loads(definition_text(document))
    assert said["date"] == date(2026, 3, 31)
    assert said["options"]["origin"] == "14206"


def test_a_day_that_contradicts_the_title_or_is_missing_is_said():
    titled, bare = (
        understood(text_table(rows), "a.csv", Choices(origin="小田原市")) for rows in (ROWS, ROWS[1:])
    )
    with pytest.raises(SourceError, match="令和8年3月31日現在.*令和7年4月1日"):
        define(titled, Choices(), "a.csv", Said(date="R7.4.1"), tools()[0])
    with pytest.raises(SourceError, match="いつの資料か"):
        define(bare, Choices(), "a.csv", Said(), tools()[0])
    undated = define(bare, Choices(), "a.csv", Said(), tools()[0], dated=False)
    assert (undated.date, undated.as_of) == (date.today().isoformat(), "基準日の記載なし")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年3月31日", "2026-03-31"),
        ("R8.3.31", "2026-03-31"),
        ("2026/3/31", "2026-03-31"),
        ("2026-03-31", "2026-03-31"),
        ("平成31年3月", "2019-03-01"),
        ("令和元年", "2019-01-01"),
    ],
)
def test_a_day_in_any_form(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["きのう", "2026-02-30", "令和8年13月1日", ""])
def test_what_is_no_day_is_said(text):
    with pytest.raises(SourceError, match="日付として読めません"):
        parse_day(text)


@pytest.mark.parametrize("stem", ["20260331", "0331", "43170836e335", "2026-03-31", "2026年3月", "1.5"])
def test_no_name_is_one_that_a_spreadsheet_takes_for_a_number(stem):
    assert document_id(stem) == f"d{stem}"
    assert document_id(f"{stem}一覧") == f"{stem}一覧"


@given(st.text(max_size=80))
def test_any_name_becomes_one_that_every_system_can_write(stem):
    name = document_id(stem)
    assert name
    assert len(name) <= 61
    assert not set(name) & set('<>:"/\\|?*\n\t\x00 ')
    assert name.strip(".") == name
    assert name.upper() not in ("CON", "NUL", "AUX", "PRN", "COM1", "LPT1")
    assert document_id(name) == name
