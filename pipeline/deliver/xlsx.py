"""An Excel workbook: a cover that says it all in words, the tables on sheets to sort and filter, legend and sources."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from unicodedata import east_asian_width

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import table_sheets
from pipeline.deliver.notes import built, conditions, notes
from pipeline.formulas import FORMULA
from pipeline.words import view as words
from pipeline.words.claims import claims

_COVER, _NOTES = "表紙", "凡例・出典"
_TERMS = ["項目", "説明"]  # the columns of a sheet that explains
_NARROWEST, _WIDEST, _SENTENCES = 7, 18, 37  # half-width characters of a column; longer cells wrap
_LONG = (
    "資料",
    "事業名",
    "概要",
    "記載",
    "内容",
    "確かめること",
    "事業（前）",
    "事業（後）",
    "前",
    "後",
    "理由",
    "メモ",
    "出典",
)
#: Rows of a sheet at most: Excel takes 1,048,576, and with so many an office PC opens the file for minutes.
MOST = 30_000
_LINE = 16.5  # points of a line of text
_MOST_LINES = 12  # of a row; what is longer is read in the cell
_LONGEST = 32767  # characters (of UTF-16) that Excel takes in a cell
_LONGEST_FOOTER = 255  # of a printed page, codes and all
#: How much smaller a page is made at most: its text then has 8 points.
_LEAST = 0.8
#: How much wider columns come out where the font is not there that they are counted in.
_WIDER = 1.25
_MARGIN = 0.4  # inches
#: Paper → (its number in a workbook, millimetres across within the margins, landscape).
_PAPERS = {"A4": (9, 297 - 2 * _MARGIN * 25.4), "A3": (8, 420 - 2 * _MARGIN * 25.4)}
#: Columns that only a program needs, beside codes: of a wide table they stand at its end and are not printed.
_ASIDE = frozenset(
    (
        "資料",
        "資料の系列",
        "事業の番号",
        "記載の番号",
        "連携の形の理由",
        "読み取り方",
        "確かさ",
        "年・年度の別",
        "行",
        "値",
        "分野の根拠",
        "連携カテゴリ（記載）",
        "候補",
        "地図",
    )
)
_COVER_WIDTHS = (26, 84)
_NOTHING = "この条件に合うものはありません。"
#: What of the notes the cover says too.
_SAID = ("条件", "基準日", "データを作った日", "出典")
_FORMATS = {"連携率": "percent", "確かさ": "hundredths", "距離の中央値（km）": "tenths"}

#: What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets); Excel would offer to repair the file.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(dataset: Dataset, selection: Selection) -> bytes:
    """The workbook of a selection: 表紙, 連携, 事業, of each origin, 都道府県別集計, 指摘, 前の版との違い if any, 凡例・出典.

    Numbers are numbers, codes and all else are text; nothing in it is a formula or a link, whatever a
    document says. The same build and selection give the same bytes. Of a table with more than MOST rows it has the
    first, and says on the cover and below them how many there are and where the rest is.
    """
    sheets, totals = dict[str, pd.DataFrame](), dict[str, int]()
    for name, title in table_sheets.titles(dataset).items():
        if name != "mentions":
            sheets[title], totals[title] = table_sheets.first_rows(dataset, name, selection, MOST)
    sheets[_NOTES] = pd.DataFrame(notes(dataset, selection), columns=_TERMS)
    said, about = conditions(dataset, selection), f"{dataset.naming.collective}と全国の市区町村の連携"
    cover = _cover(dataset, selection)
    author = dataset.naming.title
    return workbook(sheets, about, said, author, built(dataset), cover, totals)


@dataclass(frozen=True)
class Cover:
    """What the first sheet says: a sentence, and pairs of a term and what there is to say of it."""

    sentence: str
    lines: Sequence[tuple[str, str]]


def _cover(dataset: Dataset, selection: Selection) -> Cover:
    """The sentences and figures of a view as its screens have them, its conditions and its sources."""
    told = claims(dataset, selection)
    heading, (gaps, places) = told.reach(), told.gaps()
    figures = [
        (label, f"{value} {rest}".strip())
        for label, value, rest in words.key_figures(told.population.figures)
    ]
    said = [pair for pair in notes(dataset, selection) if pair[0] in _SAID]
    lines = [("あわせて", heading.more), *figures, ("つながりのないところ", f"{gaps}: {places}"), *said]
    return Cover(heading.title, [(term, text) for term, text in lines if text])


def workbook(
    sheets: Mapping[str, pd.DataFrame],
    about: str,
    said: str,
    author: str = "交流マップ",
    created: datetime | None = None,
    cover: Cover | None = None,
    totals: Mapping[str, int] | None = None,
) -> bytes:
    """Tables as the sheets of a workbook, by their names; numbers are numbers, all else is text.

    Parameters
    ----------
    about, said : what it is, and what is in force, for the head and foot of each printed page
    cover : what the first sheet says, before what each of the others holds and on what it is printed; with it, a
        sheet without rows says that it has none
    totals : how many rows there are of what a sheet has the first rows of, where that is more than it has
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        properties = {"title": _plain(about), "author": author, "comments": _plain(said)}
        book.set_properties(properties | ({"created": created} if created else {}))
        styles = _styles(book)
        first = book.add_worksheet(_COVER) if cover else None
        told = {}
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            needed = {heading: _width(heading, table[heading]) for heading in table.columns}
            if list(needed) == _TERMS:
                needed[_TERMS[-1]] = 90
            own, telling = _telling_first(table, needed) if cover else (table, len(needed))
            widths = [needed[heading] for heading in own.columns]
            printed = _printed(widths[:telling]) if cover else _whole(widths)
            _fill(sheet, own, widths, telling, styles)
            if cover and own.empty:
                sheet.write_string(1, 0, f"「{name}」に、{_NOTHING}", styles["said"])
            total, last = (totals or {}).get(name, len(own)), max(len(own), 1)
            if total > len(own):
                last += 1
                sheet.write_string(last, 0, _cut(len(own), total), styles["said"])
            _for_print(sheet, f"{about}　{name}", said, printed, last)
            sheet.repeat_rows(0)
            told[name] = _held(own, printed, total)
        if first and cover:
            rows = _write_cover(first, cover, told, styles)
            _for_print(first, about, said, _Print("A4", len(_COVER_WIDTHS)), rows)
            first.fit_to_pages(1, 1)
    return content.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, object]:
    common: dict[str, object] = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
    head = {"bold": True, "bg_color": "#0017C1", "font_color": "#FFFFFF", "text_wrap": True}
    text = {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1}
    looks: dict[str, dict[str, object]] = {
        "head": head | {"valign": "vcenter", "border": 1, "border_color": "#FFFFFF"},
        "text": text,
        # As if typed with a leading ': it stays text when somebody edits the cell.
        "quoted": text | {"quote_prefix": True},
        "plain": {"num_format": "0"},
        "count": {"num_format": "#,##0"},
        "tenths": {"num_format": "#,##0.0"},
        "hundredths": {"num_format": "0.00"},
        "percent": {"num_format": "0.0%"},
        "said": {"num_format": "@"},
        "sentence": {
            "num_format": "@",
            "font_size": 16,
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
        },
        "term": {"num_format": "@", "bold": True, "text_wrap": True, "bottom": 1, "border_color": "#B8C0CC"},
        "line": {"num_format": "@", "text_wrap": True, "bottom": 1, "border_color": "#B8C0CC"},
    }
    return {name: book.add_format(common | look) for name, look in looks.items()}


def _fill(sheet: Worksheet, table: pd.DataFrame, widths: list[float], telling: int, styles: dict) -> None:
    """Write a table; its rows are as high as the first ``telling`` columns need."""
    lines = [1] * len(table)
    for place, (heading, width) in enumerate(zip(table.columns, widths, strict=True)):
        sheet.write_string(0, place, heading, styles["head"])
        sheet.set_column(place, place, width)
        values = table[heading]
        number = styles[_FORMATS.get(heading, "plain" if "年" in heading or heading == "行" else "count")]
        for row, value in enumerate(values.tolist()):
            if value is None or value is pd.NA or value != value:
                continue
            if isinstance(value, str):
                look = styles["quoted" if FORMULA.match(value) else "text"]
                sheet.write_string(row + 1, place, _plain(value), look)
                room = int(width - 2)  # 2 for the indent
                if place < telling:
                    wrapped = sum(max(1, -(-_columns(line) // room)) for line in value.split("\n"))
                    lines[row] = max(lines[row], wrapped)
            else:
                sheet.write_number(row + 1, place, value, number)
    # Not every program fits a row to its text by itself.
    sheet.set_row(0, 2 * _LINE)
    for row, most in enumerate(lines, start=1):
        sheet.set_row(row, min(most, _MOST_LINES) * _LINE)
    rows, last = max(len(table), 1), len(table.columns) - 1
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(rows, last)}"})


def _write_cover(sheet: Worksheet, cover: Cover, told: Mapping[str, str], styles: dict) -> int:
    """The sentence, the pairs below it, then what each other sheet holds; in how many rows below the first."""
    across = int(sum(_COVER_WIDTHS) / 1.7)  # the sentence is written so much larger
    for place, width in enumerate(_COVER_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.merge_range(0, 0, 0, 1, "", styles["sentence"])
    sheet.write_string(0, 0, _plain(cover.sentence), styles["sentence"])
    sheet.set_row(0, (-(-_columns(cover.sentence) // across) + 0.6) * _LINE * 1.6)
    held = [(f"シート「{name}」", text) for name, text in told.items()]
    for row, pair in enumerate((*cover.lines, *held), start=1):
        lines = 1
        for place, (text, look) in enumerate(zip(pair, ("term", "line"), strict=True)):
            sheet.write_string(row, place, _plain(text), styles[look])
            lines = max(lines, -(-_columns(text) // int(_COVER_WIDTHS[place] - 1)))
        sheet.set_row(row, min(lines, _MOST_LINES) * _LINE)
    return len(cover.lines) + len(held)


def _cut(rows: int, total: int) -> str:
    """What is said below the first rows of a table, and of them on the cover."""
    return (
        f"{total:,}行のうち、はじめの{rows:,}行です。残りの{total - rows:,}行は、CSV で書き出すか、"
        "連携元や分野などの条件で絞ると得られます。"
    )


def _held(table: pd.DataFrame, printed: _Print, total: int) -> str:
    """How many rows a sheet has, and on what it is printed."""
    rows = f"{len(table):,}行。" if len(table) else _NOTHING
    if total > len(table):
        rows = _cut(len(table), total)
    aside = list(table.columns[printed.columns :])
    left_out = f"印刷しない列（右）: {'、'.join(aside)}" if aside else ""
    return f"{rows}印刷は{printed.paper}横。{left_out}"


@dataclass(frozen=True)
class _Print:
    """How a sheet is printed: on which paper, and how many of its columns; they are made to fit its width."""

    paper: str
    columns: int


def _printed(widths: Sequence[float]) -> _Print:
    """Paper on which the columns (in characters) are not too small to read, and the first columns that are not on A3."""
    millimetres = [(width * 7 + 5) / 96 * 25.4 * _WIDER for width in widths]
    for paper, (_, room) in _PAPERS.items():
        if sum(millimetres) * _LEAST <= room:
            return _Print(paper, len(widths))
    fitting = [place for place in range(1, len(widths)) if sum(millimetres[:place]) * _LEAST <= room]
    return _Print(paper, max(fitting, default=1))


def _whole(widths: Sequence[float]) -> _Print:
    """All columns, on A3 where they would be small on A4."""
    return _Print(_printed(widths).paper, len(widths))


def _telling_first(table: pd.DataFrame, widths: Mapping[str, float]) -> tuple[pd.DataFrame, int]:
    """A wide table with what only a program needs at its end, and how many columns stand before that."""
    if _printed([*widths.values()]).paper == "A4":
        return table, len(table.columns)
    aside = [name for name in table.columns if name in _ASIDE or name.endswith("団体コード")]
    telling = [name for name in table.columns if name not in aside]
    return table[[*telling, *aside]], len(telling)


def _for_print(sheet: Worksheet, name: str, said: str, printed: _Print, rows: int) -> None:
    """Landscape and as wide as the page, below it what is in force."""
    sheet.set_landscape()
    sheet.set_paper(_PAPERS[printed.paper][0])
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.7, bottom=0.7)
    sheet.hide_gridlines(0)  # on paper too
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, rows, printed.columns - 1)
    sheet.set_header(f"&L{name.replace('&', '&&')}&R&P / &N")
    told = f"条件: {said}"
    footer = "&L" + told.replace("&", "&&")
    while len(footer) > _LONGEST_FOOTER:
        told = told[:-2] + "…"
        footer = "&L" + told.replace("&", "&&")
    sheet.set_footer(footer)


def _plain(text: str) -> str:
    """A text as a cell can hold it: whole characters, no more than Excel takes, what XML forbids as �."""
    text = ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    mark = "…（以下略）"
    return units[: 2 * (_LONGEST - len(mark))].decode("utf-16-le", "ignore") + mark


def _width(heading: str, values: pd.Series) -> float:
    """As wide as the widest cell, or as half the heading, which wraps beside the button of the filter."""
    longest = max(
        [(_columns(heading) + 1) // 2 + 3, *(_columns(_shown(value)) + 3 for value in values.dropna())]
    )
    return min(max(longest, _NARROWEST), _SENTENCES if heading in _LONG else _WIDEST)


def _shown(value: object) -> str:
    """A value about as wide as it is shown: of a share or a distance only the first digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@lru_cache(maxsize=1 << 16)
def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
