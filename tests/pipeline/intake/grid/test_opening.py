"""Files opened as what they are: every format to one model of cells, and one sentence for what is none."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress

import docx
import pytest
import xlsxwriter

from pipeline.intake.grid import limits as limits_module
from pipeline.intake.grid import open_file
from pipeline.intake.grid.cells import column_letter
from pipeline.intake.records import SourceError
from tests.lists import pages, sheet, text_table, workbook

ROWS = [
    ["事業", "相手方", "年度"],
    ["交流", "石川県金沢市", "平成30年度"],
    ["防災", "長野県松本市", "令和2年度"],
]


def texts(grid) -> list[list[str]]:
    """The texts of a grid, row by row, empty cells left out."""
    return [[cell.text for cell in row if cell.text] for row in grid.rows if any(c.text for c in row)]


def opendocument(content: str, manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet of this table."""
    names = {
        "office": "office:1.0", "table": "table:1.0", "text": "text:1.0",
    }  # fmt: skip
    spaces = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for key, name in names.items()
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        parts.writestr(
            "content.xml", f"<office:document-content {spaces}>{content}</office:document-content>"
        )
    return stream.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp"]
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_in_every_encoding_and_with_every_separator(encoding, separator):
    (grid,) = open_file(text_table(ROWS, separator, encoding), "a.csv")
    assert texts(grid) == ROWS


def test_a_quoted_cell_keeps_its_lines_and_the_row_its_line_number():
    (grid,) = open_file(text_table([*ROWS, ["a", "石川県\n長野県", "b"], ["最後", "x", "y"]]), "a.csv")
    assert grid.at(3, 1).text == "石川県\n長野県"
    assert grid.at(4, 0).place == "6行目"


def test_a_workbook_keeps_places_dates_spans_and_order_of_its_sheets():
    import datetime

    data = workbook(
        ("記入要領", [["都道府県から書く"]], ()),
        ("一覧", [["題"], [], ["事業", "相手方", "年"], ["A", "x", datetime.date(2017, 4, 1)], ["", "y", 2015.0]], ["A1:C1", "A4:A5"]),
    )  # fmt: skip
    first, second = open_file(data, "a.xlsx")
    assert (first.name, second.name) == ("一覧", "記入要領")
    date = first.at(3, 2)
    assert (date.text, date.kind, date.place) == ("2017-04-01", "date", "一覧!C4")
    assert (first.at(4, 2).text, first.at(4, 2).kind) == ("2015", "number")
    assert first.at(4, 0) is None
    assert first.covering(4, 0).text == "A"
    assert (first.at(0, 0).column_span, first.at(3, 0).row_span) == (3, 2)


def test_a_hidden_sheet_comes_last_and_a_formula_is_what_it_came_to():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        hidden, shown = book.add_worksheet("隠し"), book.add_worksheet("表")
        hidden.hide()
        shown.activate()
        for row in range(20):
            hidden.write(row, 0, "x")
        shown.write_formula(0, 0, '=HYPERLINK("http://example.invalid","y")', None, "石川県金沢市")
    grids = open_file(stream.getvalue(), "a.xlsx")
    assert [(grid.name, grid.hidden) for grid in grids] == [("表", False), ("隠し", True)]
    assert grids[0].at(0, 0).text == "石川県金沢市"


def test_opendocument_with_spans_repeats_and_dates():
    (grid,) = open_file(
        opendocument(
            '<table:table table:name="表"><table:table-row>'
            '<table:table-cell table:number-rows-spanned="2"><text:p>あ</text:p><text:p>い</text:p></table:table-cell>'
            '<table:table-cell table:number-columns-repeated="2"><text:p>う<text:s/>え</text:p></table:table-cell>'
            "</table:table-row><table:table-row><table:covered-table-cell/>"
            '<table:table-cell office:xmlns="" office:value-type="date" office:date-value="2020-05-01"><text:p>x</text:p></table:table-cell>'
            '</table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/>'
            "</table:table-row></table:table>".replace('office:xmlns="" ', "")
        ),
        "a.ods",
    )
    assert texts(grid) == [["あ\nい", "う え", "う え"], ["2020-05-01"]]
    assert grid.covering(1, 0).text == "あ\nい"
    assert (grid.at(1, 1).kind, grid.at(1, 1).place) == ("date", "表!B2")


def test_word_tables_with_merged_cells_and_what_stands_above():
    made = docx.Document()
    made.add_heading("小田原市の交流")
    table = made.add_table(rows=3, cols=3)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "両方"
    stream = io.BytesIO()
    made.save(stream)
    (grid,) = open_file(stream.getvalue(), "a.docx")
    assert grid.captions == ("小田原市の交流",)
    assert (grid.at(1, 0).text, grid.at(1, 0).row_span, grid.at(1, 1).place) == ("両方", 2, "表1 2行目")
    assert grid.covering(2, 0).text == "両方"


def test_a_web_page_with_spans_breaks_and_a_menu():
    page = (
        "<html><meta charset=shift_jis><title>港区</title><nav><table><tr><td>ホーム</table></nav><h1>友好都市</h1>"
        "<script>document.write('<table>')</script><table><tr><th>事業<th>相手<tr><td rowspan=2>交流<td>石川県<br>長野県"
        "<tr><td>a &amp; b<tr><td colspan=99999999>幅</table>"
    )
    first, _ = open_file(page.encode("cp932"), "a.html")
    assert texts(first) == [["事業", "相手"], ["交流", "石川県\n長野県"], ["a & b"], ["幅"]]
    assert first.captions == ("港区", "友好都市")
    assert first.covering(2, 0).text == "交流"


def test_a_pdf_with_a_cell_over_two_rows():
    (grid,) = open_file(pages(("題", [["事業", "相手"], ["交流", "a"], ["", "b"]], {(1, 0): 2})), "a.pdf")
    assert grid.captions == ("題",)
    assert (grid.covering(2, 0).text, grid.at(2, 1).place) == ("交流", "1ページ 表1 3行目")


def test_the_letters_of_columns():
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def archive(**parts: str | bytes) -> bytes:
    """A zip of these parts; 「__」 stands for a slash, 「_」 for a full stop."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def replaced(data: bytes, part: str, change) -> bytes:
    """An office file with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


BOOK = sheet(*ROWS)
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def scan() -> bytes:
    """A PDF that is a picture."""
    import matplotlib.pyplot as plt

    figure, stream = plt.figure(), io.BytesIO()
    figure.add_axes((0, 0, 1, 1)).imshow([[0, 1], [1, 0]])
    figure.axes[0].axis("off")
    figure.savefig(stream, format="pdf")
    plt.close(figure)
    return stream.getvalue()


#: name → the bytes, and a word of the sentence
REFUSED = {
    "nothing": (b"", "空です"),
    "white space": (b"\xef\xbb\xbf \r\n\r\n", "空です"),
    "an empty sheet": (sheet(), "文字の入った表がありません"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "画像"),
    "bytes": (bytes(range(256)) * 20, "ファイル「list」"),
    "a truncated workbook": (BOOK[:-300], "壊れている"),
    "a zip of anything": (archive(a_txt="x"), "圧縮ファイル"),
    "slides": (archive(ppt__presentation_xml="<a/>"), "PowerPoint"),
    "a bomb": (archive(xl__workbook_xml=b"0" * 30_000_000), "広げると"),
    "entities in a workbook": (replaced(BOOK, SHEET, lambda x: LAUGHS + x.split(b"?>")[-1]), "壊れている"),
    "entities in Word": (archive(word__document_xml=LAUGHS + b"<a>&c;</a>"), "壊れている"),
    "a sheet that is no XML": (replaced(BOOK, SHEET, lambda x: x[: len(x) // 2]), "壊れている"),
    "a cell at the end of the world": (
        replaced(BOOK, SHEET, lambda x: x.replace(b'r="C3"', b'r="XFD1048576"')),
        "セルより広く",
    ),
    "a row that there is not": (
        replaced(BOOK, SHEET, lambda x: x.replace(b'r="C3"', b'r="C9999999"')),
        "壊れている",
    ),
    "an old Office file of nothing": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "壊れている"),
    "a workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(600),
        "パスワード",
    ),
    "an old Word file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"),
        "古い形式の Word",
    ),
    "an ods with a password": (opendocument("", "<encryption-data/>"), "パスワード"),
    "a million rows of one": (
        opendocument(
            '<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384">'
            "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        ),
        "セルより広く",
    ),
    "a PDF of nothing": (b"%PDF-1.7\n%%EOF", "壊れている"),
    "a scan": (scan(), "スキャン"),
    "too many columns": (("あ," * 3000).encode(), "3,000の列"),
    "rich text": (b"{\\rtf1 abc}", "リッチテキスト"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_gets_one_japanese_sentence(name, capfd):
    data, word = REFUSED[name]
    with pytest.raises(SourceError) as error:
        open_file(data, "list")
    said = str(error.value)
    assert word in said
    assert said.endswith("。")
    assert "\n" not in said
    assert capfd.readouterr().err == ""


def test_the_content_decides_and_not_the_ending():
    for name in ("list.csv", "list.pdf", "list.docx", "list"):
        assert texts(open_file(BOOK, name)[0]) == ROWS
    assert texts(open_file(text_table(ROWS), "list.xlsx")[0]) == ROWS


def test_an_enormous_span_ends_where_the_table_does():
    merged = b'</sheetData><mergeCells count="2"><mergeCell ref="A1:XFD1"/><mergeCell ref="A3:A1048576"/></mergeCells>'
    (grid,) = open_file(replaced(BOOK, SHEET, lambda x: x.replace(b"</sheetData>", merged)), "a.xlsx")
    assert grid.at(2, 0).row_span > 1
    assert grid.width < 300
    assert len(grid.rows) < 300


def test_a_file_of_too_many_bytes_is_not_even_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits_module, "MOST_BYTES", 100)
    path = tmp_path / "list.csv"
    path.write_bytes(b"x" * 101)
    with pytest.raises(SourceError, match="読める大きさ"):
        open_file(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(SourceError, match="見つかりません"):
        open_file(tmp_path / "none.xlsx")


def test_pdf_without_its_reader_says_how_to_get_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    with pytest.raises(SourceError, match=r"koryu-map\[pdf\]"):
        open_file(b"%PDF-1.7\n", "a.pdf")


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf", "html", "csv"])
def test_damage_is_read_or_refused_and_nothing_else(kind, capfd):
    made = docx.Document()
    made.add_table(rows=2, cols=2).cell(0, 0).text = "石川県金沢市"
    stream = io.BytesIO()
    made.save(stream)
    data = {
        "xlsx": BOOK,
        "docx": stream.getvalue(),
        "pdf": pages(("題", ROWS, {})),
        "html": "<table><tr><td>石川県<td>a</table>".encode(),
        "csv": text_table(ROWS, encoding="cp932"),
    }[kind]
    chance = random.Random(kind)
    for _ in range(12):
        damaged = bytearray(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        for _ in range(chance.choice([0, 1, 20])):
            if damaged:
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        with suppress(SourceError):
            assert open_file(bytes(damaged), "list")
    assert capfd.readouterr().err == ""
