"""What extraction may do to the same document without changing what it says, and cells of any text."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.layouts import setagaya, tokyo23
from pipeline.intake.layouts.tokyo23_rows import COLUMNS
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from pipeline.intake.source_text import read_bytes, squeeze, to_lines, unwrap
from tests.documents import DOCUMENTS

FIRST, LAST = 1202, 1300  # 中野 and 杉並: cut names, lists out of step, lost names, page breaks


@pytest.fixture(scope="module")
def pages(linkage_path):
    lines = linkage_path.read_text(encoding="utf-8").split("\n")
    return lines[:7] + lines[FIRST:LAST]


def told(lines):
    return [
        (r.origin_code, r.name, squeeze(r.organiser), r.years, [(squeeze(c.text), c.years) for c in r.cells])
        for r in tokyo23.read(lines, "source", "file.txt").records
    ]


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_blank_lines_and_header_wraps_change_nothing(pages, data):
    spaces = st.sampled_from(["", " ", "  ", "　"])
    changed = []
    for line in pages:
        if line.startswith("各特別"):
            line = re.sub(r"(?<=\w)(?=\w)", lambda _: data.draw(spaces), squeeze_cells(line))
        if line or data.draw(st.booleans()):
            changed.append(line)
        changed += [""] * data.draw(st.integers(0, 1))
    assert told(changed) == told(pages)


def squeeze_cells(line):
    return "\t".join(squeeze(cell) for cell in line.split("\t"))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_other_line_wraps_change_nothing(pages, seed):
    random = Random(seed)
    changed = [
        line if line.startswith("各特別") else re.sub(
            r"(?<=[ぁ-んァ-ン一-龥])(?=[ぁ-んァ-ン一-龥])", lambda _: " " if random.random() < 0.1 else "", line
        )
        for line in pages
    ]  # fmt: skip
    assert told(changed) == told(pages)


def test_characters_taken_apart_and_marks_nobody_sees_change_nothing(pages, tmp_path):
    path = tmp_path / "list.txt"
    apart = unicodedata.normalize("NFD", "\n".join(pages))
    assert apart != "\n".join(pages)
    path.write_text(re.sub(r"(?<=[一-龥])(?=[\t市])", "\u200b", apart), encoding="utf-8")
    assert told(to_lines(read_bytes(path), path.name)) == told(pages)


@pytest.mark.parametrize("mark", ["\x01", "\x7f", "\x9c", "\u202e", "\u2066", "\u200e"])
def test_control_characters_and_directions_of_writing_are_left_out(tmp_path, mark):
    path = tmp_path / "list.txt"
    path.write_text(f"長野県{mark}東御市\t祭り{mark}\x0c", encoding="utf-8")
    assert to_lines(read_bytes(path), path.name) == ["長野県東御市\t祭り\x0c"]


def test_a_printed_variant_of_a_kanji_stays_as_printed(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("\ufa19石町のか\u3099", encoding="utf-8")
    assert to_lines(read_bytes(path), path.name) == ["\ufa19石町のが"]


def test_a_header_broken_over_two_lines(pages):
    top = "\t".join(["各特別", "連携カテ", "事業名称等", "事業", "連携相手方", "事業内容", "事業開始"])
    bottom = "\t".join(["区名", "ゴリ", "", "主体", "", "", "年度"])
    changed = []
    for number, line in enumerate(pages):
        changed += [top, bottom] if number > 7 and line.startswith("各特別") else [line]
    assert told(changed) == told(pages)


def test_empty_cells_cut_off_by_an_editor(pages):
    assert told(
        [line if line.count("\t") == 6 and line.split("\t")[2] else line.rstrip("\t") for line in pages]
    ) == told(pages)


def test_a_ward_cell_that_caught_header_words_or_the_word_ward(pages):
    changed = [
        re.sub(r"^杉並\t文化交流", "各特別 区名 杉並区\t連携カテ ゴリ 文化交流", line) for line in pages
    ]
    assert changed != pages
    assert told(changed) == told(pages)


def test_a_ward_that_cannot_be_read_is_told(pages):
    changed = [line.replace("杉並\t文化交流\tコミュ", "衫※\t文化交流\tコミュ") for line in pages]
    reading = tokyo23.read(changed, "source", "file.txt")
    assert [r.origin_code for r in reading.records if r.name == "コミュかるショップ出店"] == ["13115"]
    assert {"ward-unreadable", "unread-line"} <= {note.rule for note in reading.notes}
    assert reading.rows == tokyo23.read(pages, "source", "file.txt").rows - 1


@pytest.mark.parametrize("name", ["武蔵野市", "八王子"])
def test_rows_of_another_municipality_are_not_the_wards_above(pages, name):
    added = [f"{name}\t文化交流\t祭り\t市\t北海道\t\t", "\t\t\t\t長野県松本市\t\t"]
    reading = tokyo23.read([*pages, *added], "source", "file.txt")
    assert told([*pages, *added]) == told(pages)
    lines = [note.line for note in reading.notes if note.rule == "ward-unknown"]
    assert lines == [len(pages) + 1, len(pages) + 2]
    back = [*added, "杉並\t文化交流\t祭り\t区\t青森県\t\t令和元年", "\t\t\t\t秋田県\t\t"]
    assert told([*pages, *back])[-1][3:] == told([*pages, *back[2:]])[-1][3:]


def test_a_misread_ward_that_happens_to_be_a_city_stays_the_ward_above():
    rows = [f"{ward}\t産業\t祭り{ward}\t区\t長野県東御市\t\t" for ward in ("大田", "太田")]
    reading = tokyo23.read(["\t".join(COLUMNS), *rows], "source", "file.txt")
    assert [record.origin_code for record in reading.records] == ["13111", "13111"]


def test_stray_text_is_told_not_taken_for_a_partner(pages):
    reading = tokyo23.read([*pages, "※この一覧は各区の回答によります。"], "source", "file.txt")
    assert told(pages) == told([*pages, "※この一覧は各区の回答によります。"])
    assert [note.line for note in reading.notes if note.rule == "unread-line"] == [len(pages) + 1]


def test_page_furniture_is_no_text_of_the_table(pages):
    furniture = ["12", "- 13 -", "14/60", "各特別区と全国市町村等連携事業一覧", "令和8年3月31日現在"]
    assert told([*pages[:20], *furniture, *pages[20:]]) == told(pages)


def test_a_title_with_the_empty_cells_of_a_spreadsheet(pages):
    tabs = "\t" * 6
    assert told([line + tabs if line and "\t" not in line else line for line in pages]) == told(pages)


def test_columns_in_another_order(pages):
    order = [4, 0, 2, 1, 3, 6, 5]

    def turned(line):
        cells = line.split("\t")
        return "\t".join(cells[i] for i in order) if len(cells) == 7 else line

    keep = [
        line for line in pages if line.count("\t") != 6 or "\t文" in line or line.startswith("各特別区名")
    ]
    assert told([turned(line) for line in keep]) == told(keep)


any_cell = st.text(max_size=30) | st.text(
    alphabet="港杉並区東京都北海道市、・ ()（）※-—平成令和元年度0123456789\ufffd\u200b", max_size=30
)


@given(st.lists(st.lists(any_cell, max_size=9), max_size=12))
@settings(max_examples=150, deadline=None)
def test_rows_of_any_text_raise_nothing_but_a_source_error(rows):
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in rows)]
    with suppress(SourceError):
        assert tokyo23.read(lines, "source", "file.txt").rows


@given(st.lists(st.lists(any_cell, max_size=11), max_size=12))
@settings(max_examples=100, deadline=None)
def test_the_database_too(rows):
    lines = ["\t".join(setagaya.COLUMNS), *("\t".join(row) for row in rows)]
    with suppress(SourceError):
        assert setagaya.read(lines, "source", "file.txt").rows


@given(st.text())
def test_unwrap_removes_white_space_and_nothing_else(text):
    assert "".join(unwrap(text).split()) == "".join(text.split())
    assert unwrap(unwrap(text)) == unwrap(text)


def test_a_start_year_nobody_can_read_is_told():
    header = "\t".join(COLUMNS)
    rows = [
        f"港\t文化\t催し{n}\t区\t長野県東御市\t\t{year}"
        for n, year in enumerate(("約20年前", "毎年", "H30年度"))
    ]
    reading = tokyo23.read([header, *rows], "source", "file.txt")
    assert [note.line for note in reading.notes if note.rule == "year-unreadable"] == [2]
    assert [record.years[0] and record.years[0].year for record in reading.records] == [None, None, 2018]

    cells = ["202193", "長野県東御市", "催し", "", "2: イベント", "", "約20年前", "", ""]
    reading = setagaya.read(["\t".join(setagaya.COLUMNS), "\t".join(cells)], "source", "file.txt")
    assert [note.line for note in reading.notes if note.rule == "year-unreadable"] == [2]


def test_cells_quoted_by_a_spreadsheet(pages):
    quoted = [
        "\t".join(f'"{cell}"' if cell else "" for cell in line.split("\t")) if "\t" in line else line
        for line in pages
    ]
    assert told(quoted) == told(pages)


def test_a_quoted_row_of_several_lines_keeps_the_line_numbers_below_it():
    header = "\t".join(COLUMNS)
    rows = [
        '港\t文化\t"祭り',
        '「""夏""」"\t区\t"長野県東御市',
        '長野県上田市"\t\t',
        "港\t文化\t市\t区\t長野県小諸市\t\t",
    ]
    first, second = tokyo23.read([header, *rows], "source", "file.txt").records
    assert (first.name, [cell.text for cell in first.cells]) == (
        '祭り「"夏"」',
        ["長野県東御市 長野県上田市"],
    )
    assert (first.line, second.line) == (2, 5)


def test_columns_the_table_does_not_have_are_told_once(pages):
    changed = [
        f"{line}\t備考" if line.startswith("各特別") else f"{line}\t継続" if line.count("\t") == 6 else line
        for line in pages
    ]
    assert told(changed) == told(pages)
    notes, before = (tokyo23.read(part, "source", "file.txt").notes for part in (changed, pages))
    assert [n.subject for n in notes if n.rule == "outside-table"] == ["備考"]
    assert len(notes) == len(before) + 1


def test_a_row_of_totals_is_no_project(pages):
    total = "合計\t\t891件\t\t1,700団体\t\t"
    assert told([*pages, total]) == told(pages)


def test_a_ward_printed_once_in_a_merged_cell_is_that_of_the_rows_below():
    header = "\t".join(COLUMNS)
    rows = [
        "港\t文化\t祭り\t区\t長野県東御市\t\t平成3年",
        "\t\t市\t\t長野県小諸市\t\t平成4年",
        "\t環境\t森\t協会\t長野県上田市\t\t平成5年",
        "北\t文化\t祭り\t区\t長野県佐久市\t\t平成6年",
        "\t\t市\t\t長野県千曲市\t\t平成7年",
    ]
    reading = tokyo23.read([header, *rows], "source", "file.txt")
    assert [(r.origin_code, r.category_raw, r.name, r.organiser) for r in reading.records] == [
        ("13103", "文化", "祭り", "区"),
        ("13103", "文化", "市", "区"),
        ("13103", "環境", "森", "協会"),
        ("13117", "文化", "祭り", "区"),
        ("13117", "文化", "市", "区"),
    ]
    assert [note.rule for note in reading.notes] == ["ward-unreadable"]
    assert reading.rows == 5


def test_separators_of_records_inside_the_data_move_no_line(exchange_path):
    lines = exchange_path.read_text("utf-8").split("\n")
    struck = [line.replace("\t", "\x1e\t\x1c", 1) if i % 3 else line for i, line in enumerate(lines)]
    document = DOCUMENTS["setagaya_exchange_r6"]
    plain, other = (read(exchange_path, document, "\n".join(text).encode()) for text in (lines, struck))
    assert other == plain
