"""An Excel workbook: the tables and the figures, each on a sheet to sort and filter, with legend and sources."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
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

_NOTES = "凡例・出典"
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
_LINE = 16.5  # points of a line of text
_MOST_LINES = 12  # of a row; what is longer is read in the cell
_LONGEST = 32767  # characters (of UTF-16) that Excel takes in a cell
_LONGEST_FOOTER = 255  # of a printed page, codes and all
_FORMATS = {"連携率": "percent", "確かさ": "hundredths", "距離の中央値（km）": "tenths"}

#: What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets); Excel would offer to repair the file.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(dataset: Dataset, selection: Selection) -> bytes:
    """The workbook of a selection: 連携, 事業, of each origin, 都道府県別集計, 指摘, 前の版との違い if any, 凡例・出典.

    Numbers are numbers, codes and all else are text; nothing in it is a formula or a link, whatever a
    document says. The same build and selection give the same bytes.
    """
    sheets = {
        title: table_sheets.sheet(dataset, name, selection)
        for name, title in table_sheets.titles(dataset).items()
        if name != "mentions"
    }
    sheets[_NOTES] = pd.DataFrame(notes(dataset, selection), columns=_TERMS)
    said, about = conditions(dataset, selection), f"{dataset.naming.collective}と全国の市区町村の連携"
    return workbook(sheets, about, said, author=dataset.naming.title, created=built(dataset))


def workbook(
    sheets: Mapping[str, pd.DataFrame],
    about: str,
    said: str,
    author: str = "交流マップ",
    created: datetime | None = None,
) -> bytes:
    """Tables as the sheets of a workbook, by their names; numbers are numbers, all else is text.

    Parameters
    ----------
    about, said : what it is, and what is in force, for the head and foot of each printed page
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        properties = {"title": _plain(about), "author": author, "comments": _plain(said)}
        book.set_properties(properties | ({"created": created} if created else {}))
        styles = _styles(book)
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            widths = [_width(heading, table[heading]) for heading in table.columns]
            if list(table.columns) == _TERMS:
                widths[-1] = 90
            _fill(sheet, table, widths, styles)
            _for_print(sheet, f"{about}　{name}", said)
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
    }
    return {name: book.add_format(common | look) for name, look in looks.items()}


def _fill(sheet: Worksheet, table: pd.DataFrame, widths: list[float], styles: dict) -> None:
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


def _for_print(sheet: Worksheet, name: str, said: str) -> None:
    """A4 landscape, as wide as the page, the heading on each, below it what is in force."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.hide_gridlines(0)  # on paper too
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{name.replace('&', '&&')}&R&P / &N")
    words = f"条件: {said}"
    footer = "&L" + words.replace("&", "&&")
    while len(footer) > _LONGEST_FOOTER:
        words = words[:-2] + "…"
        footer = "&L" + words.replace("&", "&&")
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
