"""The embedded documents from workbook, PDF and web page: the same links as from their text, and the place of each line."""

from __future__ import annotations

import io
import shutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest

from geo.ledger.dataset import Dataset
from pipeline.building.findings.conservation import text_lost
from pipeline.building.run import build
from pipeline.intake.grid.cells import WRAP, Cell, make_grid
from pipeline.intake.grid.opening import open_in_order
from pipeline.intake.layouts.tokyo23_rows import COLUMNS
from pipeline.intake.printed_lines import paragraphs_as_lines, rows_as_lines
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from pipeline.reading.projects import make_projects
from pipeline.reading.tie_kinds import kinds_of_tie
from tests import documents_made as made
from tests.documents import DOCUMENTS
from tests.lists import sheet, tools, workbook

LINKAGE, EXCHANGE = DOCUMENTS["tokyo23_linkage_r8"], DOCUMENTS["setagaya_exchange_r6"]
CHRONOLOGY = DOCUMENTS["tokyo23_chronology_r6"]
IN_LINES = ("shinagawa_agreements_r7", "suginami_exchange_r5")


def links(reading) -> Counter:
    """Every mention with what is made of it: project, code, year, tie, method."""
    gazetteer, _, geocoder, categories = tools()
    projects = make_projects(reading.records, gazetteer, geocoder, categories)
    kinds = kinds_of_tie(projects)
    return Counter(
        (
            project.id,
            project.record.origin_code,
            project.record.name,
            partner.mention.text,
            partner.answer.codes,
            partner.start_year and (partner.start_year.year, partner.start_year.kind),
            partner.year_basis,
            kinds[partner.id].tie,
            partner.answer.via,
            partner.answer.method,
        )
        for project in projects
        for partner in project.partners
    )


def tables(reading) -> tuple:
    """What a document says besides of projects, wherever it stands."""
    return (
        Counter((one.date_from, one.date_to, one.precision, one.title, one.text) for one in reading.events),
        Counter(
            (one.partner_text, one.signed_on, one.stated_members, one.summary) for one in reading.agreements
        ),
        Counter((one.name, one.year, one.value) for one in reading.counts),
        Counter((one.what, one.value, one.subject) for one in reading.stated),
    )


def read_made(data: bytes, document, name: str = "資料"):
    """What is read of a file of this document, of which nothing may get lost and every line has its place."""
    reading = read(Path(name), document, data)
    assert [note for note in text_lost(reading.lines, reading) if note.rule == "text-lost"] == []
    assert reading.rows == sum(record.rows for record in reading.records)
    told = {cell.line for record in reading.records for cell in record.cells}
    assert told | {record.line for record in reading.records} <= set(reading.places)
    return reading


def of_wards(reading, *codes: str):
    """A part of the 23-ward list."""
    return replace(reading, records=[one for one in reading.records if one.origin_code in codes])


def text(root, document):
    return read(root / "data" / "sources" / f"{document.id}.txt", document)


@pytest.mark.parametrize("page_rows", [10_000, 33], ids=["one heading", "headings repeated"])
@pytest.mark.parametrize("version", ["linkage", "linkage_full"])
def test_the_23_ward_list_from_its_workbook(request, version, page_rows):
    printed = request.getfixturevalue(version)
    reading = read_made(made.linkage_workbook(printed, page_rows), LINKAGE)
    assert reading.as_of == printed.as_of
    assert links(reading) == links(printed)
    assert reading.places[4] == "一覧!A4"


@pytest.mark.parametrize("centred", [False, True], ids=["texts at the top", "texts in the middle"])
def test_the_23_ward_list_from_its_pdf(linkage_full, centred):
    part = of_wards(linkage_full, "13105", "13107")
    reading = read_made(made.linkage_pdf(part, 30, centred), LINKAGE)
    assert reading.as_of == part.as_of
    assert links(reading) == links(part)
    assert reading.places[4] == "1ページ 表1 2行目"


def test_names_in_narrow_columns_of_a_pdf(linkage):
    part = of_wards(linkage, "13103")
    reading = read_made(made.linkage_pdf(part, 40, widths=(40, 40, 80, 50, 80, 40, 70)), LINKAGE)
    assert links(reading) == links(part)


def test_the_23_ward_list_from_a_web_page(linkage):
    (table,) = made.linkage_tables(linkage, 10_000)
    reading = read_made(made.page_of(table, ["各特別区と全国市町村等連携事業一覧", linkage.as_of]), LINKAGE)
    assert (reading.as_of, reading.places[5]) == (linkage.as_of, "表1 3行目")
    assert links(reading) == links(linkage)


@pytest.mark.parametrize("version", ["exchange", "exchange_full"])
def test_setagayas_database_from_a_workbook_of_several_sheets(request, version):
    printed = request.getfixturevalue(version)
    reading = read_made(made.exchange_workbook(printed, 90), EXCHANGE)
    assert links(reading) == links(printed)
    assert {place.split("!")[0] for place in reading.places.values()} >= {"一覧1", "一覧2", "一覧3"}


def test_setagayas_database_from_its_pdf(exchange):
    part = read(Path("資料"), EXCHANGE, "\n".join(exchange.lines[:110]).encode())
    reading = read_made(made.exchange_pdf(part, 40), EXCHANGE)
    assert (reading.as_of, reading.notes) == (part.as_of, part.notes)
    assert len(reading.records) > 60
    assert links(reading) == links(part)


@pytest.mark.parametrize("make", [made.lines_workbook, made.lines_pdf])
@pytest.mark.parametrize("id", IN_LINES)
def test_documents_in_running_text(root, id, make):
    printed = text(root, DOCUMENTS[id])
    reading = read_made(make(printed), DOCUMENTS[id])
    assert (links(reading), tables(reading)) == (links(printed), tables(printed))


def test_the_chronology_from_a_workbook(shared):
    printed = read(shared / "sources" / "full" / f"{CHRONOLOGY.id}.txt", CHRONOLOGY)
    assert tables(read_made(made.chronology_workbook(printed), CHRONOLOGY)) == tables(printed)


def test_the_chronology_from_its_pdf(root):
    printed = text(root, CHRONOLOGY)
    assert tables(read_made(made.lines_pdf(printed), CHRONOLOGY)) == tables(printed)


def test_a_build_of_a_workbook_is_that_of_the_text(root, exchange, tmp_path):
    folders = tmp_path / "text", tmp_path / "book"
    for folder in folders:
        folder.mkdir()
        shutil.copy(EXCHANGE.definition, folder)
    shutil.copy(root / "data" / "sources" / f"{EXCHANGE.id}.txt", folders[0])
    (folders[1] / f"{EXCHANGE.id}.xlsx").write_bytes(made.exchange_workbook(exchange, 90))
    both = []
    for folder in folders:
        report = build(folder, folder / "out")
        assert not report.failed
        both.append(Dataset.load(folder / "out").links.drop(columns=["source_line", "source_place"]))
    assert both[0].equals(both[1])


def row(ward="", category="", name="", organiser="", partner="", summary="", years=""):
    return [ward, category, name, organiser, partner, summary, years]


def cells(record) -> list[tuple]:
    return [(cell.text, [year and year.year for year in cell.years]) for cell in record.cells]


def test_what_a_merged_cell_says_of_several_projects_and_of_one():
    data = sheet(
        list(COLUMNS),
        row("千代田", "文化", "祭り", "区", "群馬県嬭恋村", "", "平成2年"),
        row(name="大会", organiser="区"),
        row(partner="秋田県五城目町", years="平成5年"),
        row(partner="岐阜県高山市"),
        row("中央", "防災", "協定", "区", "山形県東根市", "", "—"),
        merged=["A2:A5", "B2:B5", "C3:C5", "D3:D5", "E2:E3", "G2:G3", "G4:G5"],
    )
    first, second, third = read_made(data, LINKAGE).records
    assert (first.origin_code, first.category_raw, cells(first)) == (
        "13101",
        "文化",
        [("群馬県嬭恋村", [1990])],
    )
    assert (second.origin_code, second.category_raw, second.name) == ("13101", "文化", "大会")
    assert cells(second) == [("群馬県嬭恋村", [1990]), ("秋田県五城目町", [1993]), ("岐阜県高山市", [1993])]
    assert cells(third) == [("山形県東根市", [None])]


def test_rows_within_a_merged_name_are_its_own_whatever_their_order():
    lists = [
        row("千代田", "文化", "祭り", "区", "沖縄県那覇市"),
        row(partner="北海道札幌市"),
        row("千代田", "文化", "大会", "区", "北海道札幌市"),
        row(partner="青森県青森市"),
        row(partner="沖縄県那覇市"),
    ]
    data = sheet(list(COLUMNS), *lists, merged=["C2:C3", "C4:C6"])
    first, second = read_made(data, LINKAGE).records
    assert [cell.text for cell in first.cells] == ["沖縄県那覇市", "北海道札幌市"]
    assert [cell.text for cell in second.cells] == ["北海道札幌市", "青森県青森市", "沖縄県那覇市"]


def page(*rows: list[str], spans: dict[tuple[int, int], int] | None = None):
    """A page of a PDF with the heading of the 23-ward list and these rows below; (row, column) → rows a cell spans."""
    spans = spans or {}
    cells = [
        Cell(text, number, column, spans.get((number, column), 1), place=f"{number + 1}行目")
        for number, texts in enumerate([list(COLUMNS), *rows])
        for column, text in enumerate(texts)
    ]
    return make_grid("ページ", cells, soft=True)


def test_a_name_that_a_page_break_cuts_is_one():
    first = page(
        row("千代田", "文化", "祭り", "区", "群馬県嬭恋村", "", "—"),
        row("千代田", "文化", "交流と学びの", "区", "秋田県五城目町", "", "—"),
        row(partner="山形県東根市"),
        spans={(2, column): 2 for column in range(4)},
    )
    second = page(
        row(name="フェスティバル", partner="岐阜県高山市"),
        row(partner="岐阜県下呂市"),
        row("千代田", "文化", "大会", "区", "岩手県盛岡市", "", "—"),
        spans={(1, column): 2 for column in range(4)},
    )
    printed = rows_as_lines([first, second])
    records = LINKAGE.read_lines(printed.lines, "資料", printed.merged).records
    assert [record.name for record in records] == ["祭り", "交流と学びのフェスティバル", "大会"]
    assert [cell.text for cell in records[1].cells] == [
        "秋田県五城目町",
        "山形県東根市",
        "岐阜県高山市",
        "岐阜県下呂市",
    ]


def test_a_project_that_begins_a_page_is_its_own_where_the_origin_holds_for_several():
    first = page(
        row("千代田", "文化", "祭り", "区", "群馬県嬭恋村", "", "—"),
        row(name="大会", organiser="区", partner="秋田県五城目町", years="—"),
        spans={(1, 0): 2, (1, 1): 2},
    )
    second = page(
        row(name="市", organiser="区", partner="岐阜県高山市", years="—"),
        row("中央", "防災", "協定", "区", "a", "", "—"),
    )
    printed = rows_as_lines([first, second])
    records = LINKAGE.read_lines(printed.lines, "資料", printed.merged).records
    assert [(one.origin_code, one.category_raw, one.name) for one in records] == [
        ("13101", "文化", "祭り"),
        ("13101", "文化", "大会"),
        ("13101", "文化", "市"),
        ("13102", "防災", "協定"),
    ]


def lines_of(text: str) -> str:
    return (
        rows_as_lines([make_grid("表", [Cell(text, 0, 0), Cell("b", 0, 1)], soft=True)])
        .lines[0]
        .split("\t")[0]
    )


@pytest.mark.parametrize(
    ("wrapped", "whole"),
    [
        ("群馬県嬭恋村\n秋田県五城目町", "群馬県嬭恋村 秋田県五城目町"),
        (f"群馬県嬭恋村{WRAP}秋田県五城目町", "群馬県嬭恋村 秋田県五城目町"),
        (f"嬭恋村{WRAP}五城目町", "嬭恋村 五城目町"),
        ("愛媛県松山市 福\n島県浪江町", "愛媛県松山市 福島県浪江町"),
        (f"三戸町{WRAP}教育委員会", "三戸町教育委員会"),
        (f"高輪 with{WRAP}GATEWAY{WRAP}まつり", "高輪 with GATEWAYまつり"),
        ("a\tb", "a b"),
    ],
)
def test_the_lines_of_a_cell(wrapped, whole):
    assert lines_of(wrapped) == whole


def test_paragraphs_of_a_table_in_running_text():
    grid = make_grid("表", [Cell("名", 0, 0), Cell("〇a\n〇b", 0, 1), Cell("c", 2, 0), Cell("d", 2, 1)])
    printed = paragraphs_as_lines([grid])
    assert printed.lines == ["名 ", "〇a ", "〇b ", "", "c \td "]


def test_a_text_around_the_tables_of_word_stays_in_its_place():
    document = docx.Document()
    document.add_paragraph("題")
    for text in ("一", "二"):
        document.add_table(1, 2).cell(0, 0).text = text
        document.add_paragraph(f"{text}の下")
    stream = io.BytesIO()
    document.save(stream)
    printed = rows_as_lines(open_in_order(stream.getvalue(), "a.docx"))
    assert printed.lines == ["題", "一", "一の下", "二", "二の下"]
    assert printed.places == {1: "1段落目", 2: "表1 1行目", 3: "2段落目", 4: "表2 1行目", 5: "3段落目"}


def test_a_sheet_that_is_hidden_is_left_out_and_told(exchange):
    book = openpyxl.load_workbook(io.BytesIO(made.exchange_workbook(exchange, 90)))
    book["一覧2"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    reading = read_made(stream.getvalue(), EXCHANGE)
    assert len(reading.records) < len(exchange.records)
    assert [note.subject for note in reading.notes if note.rule == "outside-table"] == ["一覧2"]


def test_a_sentence_names_the_place(linkage):
    with pytest.raises(SourceError, match="資料」の一覧!G2には「令和8年3月31日現在」と印刷"):
        read(Path("資料"), replace(LINKAGE, date="2027-03-31"), made.linkage_workbook(linkage))
    data = workbook(
        ("一覧", [["題"], COLUMNS[:6], row("千代田", name="祭り", partner="群馬県嬭恋村")[:6]], ())
    )
    with pytest.raises(SourceError, match="資料」の一覧!A2の見出しに「事業開始年度」"):
        read(Path("資料"), LINKAGE, data)


def test_a_pdf_without_what_reads_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    with pytest.raises(SourceError, match="pip install"):
        read(Path("資料.pdf"), LINKAGE, b"%PDF-1.7\n")
