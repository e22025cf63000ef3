"""The embedded documents made anew as workbook and PDF, of what is read of their text, as offices lay them out.

Every origin, category and project stands once, in a cell merged over its rows; headings are printed again where a page
begins; a page cuts what it has to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from itertools import accumulate, zip_longest

import openpyxl
from openpyxl.utils import get_column_letter

from pipeline.intake.layouts.chronology_tables import starts_table
from pipeline.intake.layouts.tokyo23_rows import CATEGORY, COLUMNS, NAME, NAMELESS, ORGANISER, SUMMARY, YEARS
from pipeline.intake.records import PartnerCell, Reading, Record
from pipeline.intake.source_text import paragraphs, squeeze
from pipeline.words.dates import StartYear, parse_years

Years = tuple[StartYear | None, ...]


@dataclass
class Table:
    """A table: rows of texts, and (row, column) → how many rows the cell spans, where more than one."""

    rows: list[list[str]] = field(default_factory=list)
    spans: dict[tuple[int, int], int] = field(default_factory=dict)

    def merge(self, row: int, column: int, height: int) -> None:
        """Let a cell span some rows."""
        if height > 1:
            self.spans[row, column] = height


def linkage_tables(reading: Reading, page_rows: int, centred: bool = False) -> list[Table]:
    """The 23-ward list, a table a page, each under its heading; a cell that a page cuts has its text above the cut."""
    whole, heads = Table(), list[int]()
    for record in reading.records:
        top = len(whole.rows)
        heads.append(top)
        ward = reading.origin_names[record.origin_code]
        for number, (organiser, partner, years) in enumerate(_printed_rows(record, reading)):
            whole.rows.append([""] * 3 + [organiser, partner, "", years])
            if number == 0:
                whole.rows[top][:3] = ward, record.category_raw, record.name.replace(NAMELESS, "")
                whole.rows[top][SUMMARY] = (record.summary or "").replace("\n", " ")
        for column in (CATEGORY, NAME, ORGANISER, SUMMARY, YEARS):
            _merge_down(whole, top, column)
    for column in (1, 0):
        _merge_alike(whole, heads, column)
    return list(_paged(whole, page_rows, centred))


def linkage_workbook(reading: Reading, page_rows: int = 10_000) -> bytes:
    """The 23-ward list as a workbook: title and day above, a heading wherever a page begins, a remark below."""
    sheet = Table([["各特別区と全国市町村等連携事業一覧"], [*[""] * 6, reading.as_of], []])
    for page in linkage_tables(reading, page_rows):
        top = len(sheet.rows)
        sheet.rows += page.rows
        sheet.spans |= {(row + top, column): height for (row, column), height in page.spans.items()}
    sheet.rows += [[], ["※この一覧は、各区の回答をまとめたものです。"]]
    return workbook_of({"一覧": sheet}, wide=[(1, 7)])


def workbook_of(sheets: dict[str, Table], wide: Sequence[tuple[int, int]] = ()) -> bytes:
    """A workbook of tables; ``wide`` are (row, columns) of titles merged across the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(table.rows, start=1):
            for column, text in enumerate(row, start=1):
                if text:
                    sheet.cell(number, column).value = text
                    sheet.cell(number, column).data_type = "s"
        for (row, column), height in table.spans.items():
            letter = get_column_letter(column + 1)
            sheet.merge_cells(f"{letter}{row + 1}:{letter}{row + height}")
    for row, columns in wide:
        book.worksheets[0].merge_cells(f"A{row}:{get_column_letter(columns)}{row}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def exchange_workbook(reading: Reading, page_rows: int) -> bytes:
    """Setagaya's exchange database as a workbook of several sheets: a project with several partners stands once."""
    lines = list(reading.lines)
    top = next(number for number, line in enumerate(lines) if line.startswith("市町村コード"))
    heading = lines[top].split("\t")
    rows = [
        line.split("\t") for line in lines[top + 1 :] if "\t" in line and not line.startswith("市町村コード")
    ]
    sheets = {"はじめに": Table([[line] for line in lines[:top]])}
    for number, start in enumerate(range(0, len(rows), page_rows), start=1):
        sheet = Table([heading, *([*row, *[""] * 9][:9] for row in rows[start : start + page_rows])])
        first = 1
        for row in range(2, len(sheet.rows) + 1):
            ends = row == len(sheet.rows) or sheet.rows[row][2:] != sheet.rows[first][2:]
            for column in range(2, 9) if ends else ():
                sheet.merge(first, column, row - first)
            if ends:
                first = row
            else:
                sheet.rows[row][2:] = [""] * 7
        sheets[f"一覧{number}"] = sheet
    return workbook_of(sheets)


def lines_workbook(reading: Reading) -> bytes:
    """A document in running text as a workbook with a row for each line, in one column."""
    return workbook_of({"本文": Table([[line.strip()] for line in reading.lines])})


def chronology_workbook(reading: Reading) -> bytes:
    """The chronology as a workbook: days beside what happened on them, each table on a sheet of its own."""
    lines = [(number, text) for number, text in enumerate(reading.lines, start=1) if text.strip()]
    end = next(at for at, (_, text) in enumerate(lines) if starts_table(text))
    rows = [text for _, text in paragraphs(lines[:end])]
    events = Table([[text] for text in rows])
    for number, row in enumerate(events.rows[:-1]):
        if re.fullmatch(r"\s*[0-9０-９]+月\s*[0-9０-９]+日", row[0]) and not re.match(
            r"\s*[0-9０-９(～~]", rows[number + 1]
        ):
            row.append(events.rows[number + 1].pop())
            events.rows[number + 1].append("")
    printed = {one.what: one.value for one in reading.stated}
    bodies = Table(
        [["広域連携協定締結団体一覧"], [f"【{printed['prefectures']}道府県{printed['bodies']}団体】"]]
    )
    bodies.rows.append(["団体名", "構成自治体数"])
    companies = Table([["民間企業との包括連携協定締結一覧"], [f"【{printed['companies']}企業】"]])
    companies.rows.append(["締結企業名", "締結年月日", "主な取組み"])
    for one in reading.agreements:
        day = date.fromisoformat(one.signed_on)
        years = ("令和", 2018) if one.signed_on >= "2019-05-01" else ("平成", 1988)
        signed = f"{years[0]}{day.year - years[1]}年{day.month}月{day.day}日"
        if one.kind == "company":
            done = "\n".join(f"〇{text}" for text in one.summary.split("\n")) if one.summary else ""
            companies.rows.append([one.partner_text, signed, done])
        else:
            bodies.rows.append([f"{one.partner_text}（{signed}）", str(one.stated_members)])
    bodies.rows.append(["合計", str(printed["members"])])
    years = list(dict.fromkeys(count.year for count in reading.counts))
    heading = [
        f"{year - 1988}年度" if year < 2019 else f"{year - 2018}年度".replace("1年", "元年") for year in years
    ]
    counts = Table([["連携自治体数の推移"], ["区分", *heading, "27→5年度"]])
    changes = {one.subject: one.value for one in reading.stated if one.what == "change"}
    for name in dict.fromkeys(count.name for count in reading.counts):
        values = [count.value for count in reading.counts if count.name == name]
        shown = ["―" if value is None else f"{value:,}" for value in values]
        counts.rows.append([name, *shown, f"＋{changes[name]}"])
    return workbook_of({"経過": events, "団体": bodies, "企業": companies, "推移": counts})


def linkage_pdf(
    reading: Reading, page_rows: int, centred: bool = False, widths=(40, 50, 130, 80, 150, 300, 90)
) -> bytes:
    """The 23-ward list as a PDF: title and day above every page, its number below."""
    pages = linkage_tables(reading, page_rows, centred)
    around = [
        (f"各特別区と全国市町村等連携事業一覧\n{reading.as_of}", f"- {number} -")
        for number in range(1, len(pages) + 1)
    ]
    return pdf_of(pages, around, widths)


def exchange_pdf(reading: Reading, page_rows: int) -> bytes:
    """Setagaya's exchange database as a PDF, a heading on every page, every row whole."""
    rows = [line.split("\t") for line in reading.lines if "\t" in line]
    heading, rows = rows[0], [row for row in rows if row[0] != rows[0][0]]
    pages = [Table([heading, *rows[top : top + page_rows]]) for top in range(0, len(rows), page_rows)]
    around = [("世田谷区交流情報データベース\nこちらの情報は令和6年4月現在のものです。", "")] * len(pages)
    return pdf_of(pages, around, (50, 100, 120, 150, 80, 80, 60, 150, 100))


def lines_pdf(reading: Reading, page_lines: int = 60) -> bytes:
    """A document in running text as a PDF, line by line."""
    lines = [line.lstrip() for line in reading.lines if line.strip()]
    pages = [lines[top : top + page_lines] for top in range(0, len(lines), page_lines)]
    return pdf_of([Table()] * len(pages), [("\n".join(page), "") for page in pages], (2000,))


def page_of(table: Table, above: Sequence[str]) -> bytes:
    """A table as a web page, with what stands above it."""
    rows = []
    for number, texts in enumerate(table.rows):
        cells = [
            f'<td rowspan="{table.spans.get((number, column), 1)}">{escape(text)}</td>'
            for column, text in enumerate(texts)
            if not _covered(table, number, column)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    title = "".join(f"<p>{text}</p>" for text in above)
    return f"<html><body>{title}<table>{''.join(rows)}</table></body></html>".encode()


def pdf_of(pages: Sequence[Table], around: Sequence[tuple[str, str]], widths: Sequence[int]) -> bytes:
    """A PDF of ruled tables, one a page, with what stands above and below; texts wrapped where their columns end."""
    import matplotlib.pyplot as plt
    import matplotlib_fontja  # noqa: F401
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.collections import LineCollection

    edges = [20, *accumulate(widths, initial=20)][1:]
    stream = io.BytesIO()
    with rc_context({"pdf.fonttype": 42}), PdfPages(stream) as out:
        for page, (above, below) in zip(pages, around, strict=True):
            cells = [
                (row, column, page.spans.get((row, column), 1), _wrapped(text, widths[column] - 6))
                for row, texts in enumerate(page.rows)
                for column, text in enumerate(texts)
                if not _covered(page, row, column)
            ]
            heights = [_LINE + 4] * len(page.rows)
            for row, _, span, lines in sorted(cells, key=lambda cell: cell[2]):
                missing = len(lines) * _LINE + 4 - sum(heights[row : row + span])
                heights[row + span - 1] += max(0, missing)
            tops = list(accumulate(heights, initial=60))
            width, height = edges[-1] + 20, tops[-1] + 40 + 14 * above.count("\n")
            figure = plt.figure(figsize=(width / 72, height / 72))
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(0, width), ylim=(height, 0))
            axes.axis("off")
            axes.text(20, 20, above, size=9, va="top")
            axes.text(width / 2, height - 20, below, size=7, va="top")
            strokes = []
            for row, column, span, lines in cells:
                left, right, top, bottom = edges[column], edges[column + 1], tops[row], tops[row + span]
                strokes.append([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
                for number, line in enumerate(lines):
                    axes.text(left + 3, top + 3 + number * _LINE, line, size=_SIZE, va="top")
            axes.add_collection(LineCollection(strokes, colors="black", linewidths=0.5))
            out.savefig(figure)
            plt.close(figure)
    return stream.getvalue()


_SAME = "\0"
#: Points of a letter, and from one line to the next.
_SIZE, _LINE = 6, 8


def _covered(table: Table, row: int, column: int) -> bool:
    return any(table.spans.get((row - up, column), 1) > up for up in range(1, row + 1))


@cache
def _advance(letter: str) -> float:
    """Points that a letter takes, in the font the pages are printed in."""
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont("IPAexGothic"))
    font.set_size(_SIZE, 72)
    return (
        font.load_glyph(font.get_char_index(ord(letter)), flags=LoadFlags.NO_HINTING).linearHoriAdvance
        / 65536
    )


def _wrapped(text: str, width: float) -> list[str]:
    """A text in lines no wider than this, a space at the end of one aside; a Latin word is cut only where it is wider."""
    lines, room = [""], width
    for word in re.findall(r"[!-~]+|\s|.", text.strip()):
        for piece in [word] if sum(map(_advance, word)) <= width else word:
            needed = sum(map(_advance, piece))
            if needed > room and not piece.isspace():
                lines.append("")
                room = width
            if lines[-1] or not piece.isspace():
                lines[-1] += piece
                room -= needed
    return [line for line in lines if line]


def _printed_rows(record: Record, reading: Reading) -> Iterator[tuple[str, str, str]]:
    """The rows of a project: organiser, partner, years; _SAME for a year of a merged cell that begins above."""
    cells = record.cells
    if not any(cell.line == record.line for cell in cells):
        cells = [PartnerCell("", record.line, record.years), *cells]
    # The year of a project whose list the text begins above its name is beside the first of the list here.
    others = any(cell.years for cell in cells if cell.line != record.line)
    early = cells[0].line < record.line and not others
    before: Years = record.years if early else ()
    own = next(len(cell.years) for cell in cells if cell.line == record.line) or len(record.years)
    alone: list[str] = []
    whole, told = squeeze(record.organiser), ""
    for number, cell in enumerate(cells):
        printed = [*reading.lines[cell.line - 1].split("\t"), *COLUMNS][: len(COLUMNS)]
        organiser = printed[ORGANISER]
        if squeeze(organiser) in told or squeeze(organiser) not in whole:
            organiser = ""
        if number == 0 and cell.line != record.line:
            organiser = record.organiser
        told += squeeze(organiser)
        years = cell.years or (record.years if cell.line == record.line else ())
        text = _as_printed(years, printed[YEARS])
        if early and number == 0:
            text = _as_printed(record.years, "")
        elif years and years == before and (cell.above or (early and cell.line == record.line)):
            text = _SAME
        elif years and cell.above:
            alone.append(text)
            text = ""
        yield organiser, cell.text, text
        before = years or before
    # Years, and an organiser, that the text prints on a row without a partner.
    alone += [_as_printed((year,), "") for year in record.years[own:]]
    for organiser, text in zip_longest([whole.removeprefix(told)], alone, fillvalue=""):
        if organiser or text:
            yield organiser, "", text


def _as_printed(years: Years, printed: str) -> str:
    if parse_years(printed) == years:
        return printed
    texts = (f"{year.label}: {year.printed}" if year.label else year.printed for year in years if year)
    return " ".join(texts) if all(years) else "—"


def _merge_down(table: Table, top: int, column: int) -> None:
    """Let the texts of a project in one column span its rows down to the next text; years, as far as they hold."""
    start = top
    for row in range(top, len(table.rows) + 1):
        text = table.rows[row][column] if row < len(table.rows) else "end"
        if column == YEARS and text == _SAME:
            table.rows[row][column] = ""
        elif text or column == YEARS:
            table.merge(start, column, row - start if table.rows[start][column] else 1)
            start = row


def _merge_alike(table: Table, heads: Sequence[int], column: int) -> None:
    """Merge what one column says of several projects in a row, within one origin; ``heads`` are their first rows."""
    alike = [tuple(table.rows[number][: column + 1]) for number in heads]
    start = 0
    for at in range(1, len(heads) + 1):
        end = heads[at] if at < len(heads) else len(table.rows)
        if at == len(heads) or alike[at] != alike[start]:
            table.merge(heads[start], column, end - heads[start])
            start = at
        else:
            table.rows[heads[at]][column] = ""
            table.spans.pop((heads[at], column), None)


def _paged(whole: Table, page_rows: int, centred: bool) -> Iterator[Table]:
    """Cut a table into pages; ``centred`` texts stand where the middle of their cell is."""
    rows = [list(row) for row in whole.rows]
    for (row, column), height in whole.spans.items():
        part = (row + height // 2) // page_rows * page_rows
        if centred and part > row and column <= ORGANISER:
            rows[row][column], rows[part][column] = "", rows[row][column]
    for top in range(0, len(rows), page_rows):
        page = Table([list(COLUMNS), *rows[top : top + page_rows]])
        for (row, column), height in whole.spans.items():
            first, last = max(row, top), min(row + height, top + page_rows, len(rows))
            page.merge(first - top + 1, column, last - first)
        yield page
