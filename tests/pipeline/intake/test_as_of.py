"""The day a document says it stands for, in every printed form; and what contradicts it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.as_of import printed_as_of
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from pipeline.words.dates import to_wareki
from tests.documents import DOCUMENTS

LIST = "tokyo23_linkage_r8"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("令和9年3月31日現在", "2027-03-31"),
        ("（令和 ９ 年 ３ 月 ３１ 日 現在）", "2027-03-31"),
        ("R9.3.31現在", "2027-03-31"),
        ("2027年3月31日時点現在", "2027-03-31"),
        ("2027/3/31現在", "2027-03-31"),
        ("こちらの情報は令和6年4月現在のものです。", "2024-04-01"),
        ("平成元年度の表", None),
        ("※各年 8月 1日現在。", None),
    ],
)
def test_as_printed(text, date):
    found = printed_as_of(["", text], "x.txt")
    assert (found and found.date) == date
    assert found is None or found.line == 2


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_any_day(day):
    text = f"{to_wareki(day.year, '年')}{day.month}月{day.day}日現在"
    assert printed_as_of([text], "x.txt").date == day.isoformat()


def test_what_stands_in_the_table_is_no_date_of_the_document():
    assert printed_as_of(["区\t事業\t内容", "令和5年3月31日現在"], "x.txt") is None


def test_two_days_in_one_head_are_refused():
    with pytest.raises(
        SourceError, match=r"1行目には「令和8年3月31日現在」、2行目には「令和9年3月31日現在」"
    ):
        printed_as_of(["令和8年3月31日現在", "令和9年3月31日現在"], "x.txt")


def test_another_edition_under_this_name_stops_with_a_sentence(root, tmp_path):
    text = (
        (root / "data" / "sources" / f"{LIST}.txt")
        .read_text("utf-8")
        .replace("令和8年3月31日", "令和9年3月31日")
    )
    path = tmp_path / f"{LIST}.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(
        SourceError, match="5行目には「令和9年3月31日現在」.*令和8年3月31日現在の資料に差し替えて"
    ):
        read(path, DOCUMENTS[LIST])


def test_the_tables_say_what_the_documents_print(dataset):
    table = dataset.documents.set_index("id")
    assert list(table.index) == list(DOCUMENTS)
    assert table.as_of[LIST] == "令和8年3月31日現在"
    assert table.as_of["setagaya_exchange_r6"] == "令和6年4月現在"
    assert table.series.is_unique
    assert set(dataset.links.series) <= set(table.series)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("令和九年三月三十一日現在", "2027-03-31"),
        ("昭和六十三年十月二十日現在", "1988-10-20"),
        ("二〇二七年十二月一日現在", "2027-12-01"),
        ("令和元年五月一日現在", "2019-05-01"),
        ("令和9年3月31日時点", "2027-03-31"),
        ("令和9年3月末時点", "2027-03-01"),
        ("令和9年3月31日に時点修正", None),
    ],
)
def test_kanji_numbers_and_the_other_word(text, date):
    found = printed_as_of([text], "x.txt")
    assert (found and found.date) == date


@pytest.mark.parametrize("day", ["令和9年2月30日", "令和9年13月1日", "2027年0月10日", "令和0年1月1日"])
def test_a_day_that_there_is_not_is_said(day):
    with pytest.raises(SourceError, match=f"1行目の「{day}現在」は、暦にない日です"):
        printed_as_of([f"（{day}現在）"], "x.txt")
