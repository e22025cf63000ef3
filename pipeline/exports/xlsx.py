"""An Excel workbook: the tables and the figures, each on a sheet to sort and filter, with legend and sources."""

from __future__ import annotations

import io
import unicodedata
from itertools import islice

import pandas as pd
import xlsxwriter

from geo.dataset import Dataset, Selection
from pipeline.exports import tables
from pipeline.exports.csv import FORMULA
from pipeline.exports.notes import notes

_WIDEST = 48  # characters; wider cells are cut on screen, not in the file
_SAMPLE = 400  # rows that decide a column's width
_LONGEST = 32767  # characters Excel takes in a cell
_PERCENT, _DECIMALS = ("充足率",), ("確かさ", "距離の中央値（km）")


def write(dataset: Dataset, selection: Selection) -> bytes:
    """The workbook of a selection: 連携, 事業, 区別集計, 都道府県別集計, 指摘, 凡例・出典.

    Numbers are numbers, codes and all else are text; nothing in it is a formula or a link, whatever a
    document says.
    """
    selected = dataset.select(selection)
    places = tables.place_names(dataset)
    sheets = {
        "連携": tables.export(dataset, "links", places, selection),
        "事業": tables.export(dataset, "projects", places, selection),
        "区別集計": tables.by_ward(selected),
        "都道府県別集計": tables.by_prefecture(selected),
        "指摘": tables.export(dataset, "findings", places, selection),
        "凡例・出典": pd.DataFrame(notes(dataset, selection), columns=["項目", "説明"]),
    }
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "特別区と全国の市区町村の連携"})
        styles = _styles(book)
        for name, table in sheets.items():
            _sheet(book.add_worksheet(name), table, styles, wrap=name == "凡例・出典")
    return content.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, object]:
    common = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
    looks = {
        "head": {
            "bold": True,
            "bg_color": "#0017C1",
            "font_color": "#FFFFFF",
            "text_wrap": True,
            "border": 1,
        },
        "text": {"num_format": "@"},
        # As if typed with a leading ': it stays text when somebody edits the cell.
        "quoted": {"num_format": "@", "quote_prefix": True},
        "wrapped": {"num_format": "@", "text_wrap": True},
        "whole": {"num_format": "0"},
        "counted": {"num_format": "#,##0"},
        "decimal": {"num_format": "0.00"},
        "percent": {"num_format": "0.0%"},
    }
    return {name: book.add_format(common | look) for name, look in looks.items()}


def _sheet(sheet, table: pd.DataFrame, styles: dict, wrap: bool) -> None:
    for place, heading in enumerate(table.columns):
        sheet.write_string(0, place, heading, styles["head"])
        values = table[heading]
        number = styles[_number_style(heading, values)]
        text = styles["wrapped" if wrap else "text"]
        for row, value in enumerate(values.tolist(), start=1):
            if value is None or value is pd.NA or value != value:
                continue
            if isinstance(value, str):
                look = styles["quoted"] if FORMULA.match(value) else text
                sheet.write_string(row, place, value[:_LONGEST], look)
            else:
                sheet.write_number(row, place, value, number)
        sheet.set_column(place, place, 90 if wrap and place else _width(heading, values))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")


def _number_style(heading: str, values: pd.Series) -> str:
    if heading in _PERCENT:
        return "percent"
    if heading in _DECIMALS:
        return "decimal"
    return "whole" if "年" in heading else "counted"


def _width(heading: str, values: pd.Series) -> float:
    shown = (str(value) for value in islice(values.dropna(), _SAMPLE))
    longest = max([_columns(heading) + 3, *(_columns(text) + 1 for text in shown)])
    return min(longest, _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
