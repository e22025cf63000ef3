"""The workbook: its cover, what it prints and how large, whose findings it has, and nothing said in words."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter

from geo.insight.metrics import key_figures
from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS, notes, table_sheets, xlsx
from pipeline.deliver.views import EVERYTHING
from pipeline.deliver.xlsx import workbook
from pipeline.words import view as words
from pipeline.words.claims import claims

LIST = ("tokyo23_linkage_r8",)
ONE = Selection(origins=("13112",), sources=LIST, networks=False)
NOTHING = Selection(origins=("13101",), sources=LIST, networks=False, year_to=1900, unknown_years=False)
NO_ROWS = "この条件に合うものはありません。"


def book_of(dataset, selection):
    return openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(dataset, selection)))


@pytest.fixture(scope="module")
def one(dataset):
    return book_of(dataset, ONE)


@pytest.fixture(scope="module")
def nothing(dataset):
    return book_of(dataset, NOTHING)


def told(book) -> list[tuple[str, str]]:
    """The pairs of the cover."""
    return [tuple(cell.value for cell in row) for row in book["表紙"].iter_rows(min_row=2)]


@pytest.mark.parametrize(("name", "selection"), [("one", ONE), ("nothing", NOTHING)])
def test_the_cover_says_what_the_screens_say(request, dataset, name, selection):
    book, said = request.getfixturevalue(name), claims(dataset, selection)
    assert book.sheetnames[0] == "表紙"
    assert book["表紙"]["A1"].value == said.reach().title
    pairs = told(book)
    assert ("あわせて", said.reach().more) in pairs
    for label, value, rest in words.key_figures(key_figures(dataset.select(selection))):
        assert (label, f"{value} {rest}") in pairs
    assert ("条件", notes.conditions(dataset, selection)) in pairs
    assert ("基準日", "令和8年3月31日") in pairs
    assert [text for term, text in pairs if term == "出典"] == notes.credits(dataset, selection)
    assert any(term == "データを作った日" for term, _ in pairs)


def test_the_cover_tells_of_every_sheet_how_many_rows_and_which_columns_are_not_printed(one):
    pairs = dict(told(one))
    for sheet in list(one)[1:]:
        said = pairs[f"シート「{sheet.title}」"]
        assert said.startswith(f"{sheet.max_row - 1:,}行。")
        assert ("A3横" if sheet.page_setup.paperSize == 8 else "A4横") in said
        last = column_index_from_string(sheet.print_area.split("$")[-2])
        aside = [cell.value for cell in sheet[1]][last:]
        assert said.endswith(f"印刷しない列（右）: {'、'.join(aside)}" if aside else "横。")


@pytest.mark.parametrize("name", ["one", "nothing"])
def test_nothing_is_printed_smaller_than_can_be_read(request, name):
    """10 points in the sheet, and 8 at the width Excel gives its columns: 7 pixels a character and 5."""
    for sheet in request.getfixturevalue(name):
        last = column_index_from_string(sheet.print_area.split("$")[-2])
        across = [sheet.column_dimensions[get_column_letter(place)].width for place in range(1, last + 1)]
        pixels = sum(width * 7 + 5 for width in across)
        page = {8: 420, 9: 297}[int(sheet.page_setup.paperSize)] - 2 * 0.4 * 25.4
        assert 10 * page / (pixels / 96 * 25.4) >= 8, sheet.title


def test_wide_sheets_print_who_with_whom_and_since_when(one):
    for title, columns in (
        ("連携", ("区", "事業名", "相手先", "連携の形", "開始年（西暦）", "開始年（和暦）")),
        ("指摘", ("重さ", "指摘の種類", "内容", "確かめること")),
    ):
        sheet = one[title]
        last = column_index_from_string(sheet.print_area.split("$")[-2])
        assert set(columns) <= {cell.value for cell in sheet[1][:last]}


def test_every_column_is_there_printed_or_not(dataset, one):
    for name, title in table_sheets.titles(dataset).items():
        if title in one.sheetnames:
            table = table_sheets.sheet(dataset, name, ONE)
            sheet = one[title]
            assert sorted(cell.value for cell in sheet[1]) == sorted(table.columns)
            assert sheet.max_row - 1 == len(table)


def test_findings_are_of_the_chosen_origins_and_of_whole_documents(dataset):
    """Whose line a finding is on: of the nearest line of a project or a mention."""
    findings = dataset.findings[dataset.findings.source == LIST[0]]
    known = pd.concat(
        [table[table.source == LIST[0]] for table in (dataset.mentions, dataset.projects)]
    ).dropna(subset="source_line")
    kept = []
    for line in findings.source_line:
        if pd.isna(line):
            kept.append(True)
            continue
        gap = (known.source_line.astype(int) - int(line)).abs()
        kept.append("13112" in set(known.origin_code[gap == gap.min()]))
    made = table_sheets.rows(dataset, "findings", ONE)
    pd.testing.assert_frame_equal(made, findings[kept])
    assert 0 < len(made) < len(findings)
    assert len(table_sheets.rows(dataset, "findings", EVERYTHING)) == len(dataset.findings)


def test_nothing_is_said_in_words_on_every_sheet_without_rows(nothing):
    assert "この条件に合う連携はありません" in nothing["表紙"]["A1"].value
    pairs = dict(told(nothing))
    for title in ("連携", "事業"):
        sheet = nothing[title]
        assert [cell.value for cell in sheet[2]][0] == f"「{title}」に、{NO_ROWS}"
        assert sheet.max_row == 2
        assert pairs[f"シート「{title}」"].startswith(NO_ROWS)


def test_other_workbooks_keep_their_columns_and_have_no_cover():
    wide = pd.DataFrame({name: ["長い言葉" * 9] for name in ("団体コード", "値", *map(str, range(20)))})
    book = openpyxl.load_workbook(io.BytesIO(workbook({"表": wide, "空": wide[:0]}, "題名", "条件")))
    assert book.sheetnames == ["表", "空"]
    assert [cell.value for cell in book["表"][1]] == list(wide.columns)
    assert book["空"].max_row == 1


def test_a_table_that_is_too_long_says_what_is_left_out_and_where_it_is(dataset, monkeypatch):
    whole = table_sheets.sheet(dataset, "links", ONE)
    monkeypatch.setattr(xlsx, "MOST", 12)
    book = book_of(dataset, ONE)
    rows = list(book["連携"].iter_rows(min_row=2, values_only=True))
    said = f"{len(whole):,}行のうち、はじめの12行です。残りの{len(whole) - 12:,}行は、CSV で書き出すか、"
    assert rows[-1][0].startswith(said)
    assert len(rows) == 12 + 1
    assert set(rows[-1][1:]) == {None}
    assert dict(told(book))["シート「連携」"].startswith(said)
    assert book["連携"].auto_filter.ref.endswith("13")
    assert int(book["連携"].print_area.split("$")[-1]) == 12 + 2
    names = [cell.value for cell in book["連携"][1]]
    place, own = names.index("事業名"), book["区別集計"]
    assert [row[place] for row in rows[:-1]] == whole["事業名"].head(12).tolist()
    assert own.max_row == 2
    assert dict(told(book))["シート「区別集計」"].startswith("1行。")


def test_a_hostile_name_on_the_cover_is_text(dataset):
    places = dataset.municipalities.copy()
    places.loc[places.code == "13112", "name"] = '=HYPERLINK("http://x")\x00🗾'
    book = book_of(replace(dataset, municipalities=places), ONE)
    assert book["表紙"]["A1"].data_type == "s"
    assert "=HYPERLINK" in book["表紙"]["A1"].value
