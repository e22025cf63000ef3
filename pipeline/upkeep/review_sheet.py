"""The check sheet of a year as a workbook: a sheet a section, to be filled in and read again (``review_intake``)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from unicodedata import east_asian_width

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.deliver.xlsx import ILLEGAL
from pipeline.formulas import FORMULA
from pipeline.upkeep.review_intake import KEY, ORIGIN, PARTNER, PREFECTURE, SEEN
from pipeline.upkeep.review_store import FIELDS, FIRST_DAY, LAST_DAY, STATES
from pipeline.upkeep.review_table import OVERDUE, SOON
from pipeline.words import view as words
from pipeline.words.dates import date_in_wareki

#: How the next review of a tie stands, in words; nothing where nothing has to be done.
DUE_WORDS = {OVERDUE: "期限切れ", SOON: "3か月以内"}
#: What stands for the projects of a tie that is no longer printed.
GONE = "（資料にはもうない）"
#: The sheet of the ties that no section is in charge of.
NO_SECTION = "担当課未記入"

#: Column → its width in half-width characters. Together they are as wide as A4 across, so that print is not made smaller.
_WIDTHS = {
    ORIGIN: 9,
    PARTNER: 13,
    PREFECTURE: 9,
    "事業": 28,
    "開始年": 11,
    "担当課": 12,
    "最終活動日": 16,
    "次回点検": 16,
    "状態": 8,
    "期限": 10,
    "メモ": 18,
}
_HIDDEN = (f"{KEY}（変えないでください）", f"{SEEN}（変えないでください）")
_DAY = '[$-411]ggge"年"m"月"d"日"'
_LINE = 15.0  # points of a line of text
_MOST_LINES = 8  # of a row; what is longer is read in the cell
_LONGEST = 300  # characters of the names of projects in a cell
#: What the name of a sheet cannot hold, and how long it can be.
_NO_NAME, _LONGEST_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]"), 31


def check_sheets(table: pd.DataFrame, about: str, day: date) -> bytes:
    """The workbook of some ties: a sheet a section in charge, and of each origin where there are several.

    Parameters
    ----------
    table : rows of ``review_table.reviewed``
    about : whose ties they are and under which conditions, for the head of each page
    day : today; the sheets say what is overdue on it

    Days are real ones, shown in 和暦; states are chosen from a list. What says which tie a row is stands in two hidden
    columns. Only what is to be filled in can be changed, until a person lifts the protection, which has no password.
    Nothing in it is a formula or a link, whatever a document or a person wrote.
    """
    content = io.BytesIO()
    properties = {
        "title": "点検表",
        "comments": _plain(about),
        "created": datetime(day.year, day.month, day.day),
    }
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties(properties)
        looks = _looks(book)
        taken: set[str] = set()
        for title, rows in _parts(table):
            sheet = book.add_worksheet(_sheet_name(title, taken))
            _fill(sheet, rows, looks)
            _head(sheet, title, about, day, len(rows), looks)
            _for_print(sheet, title)
        if not taken:
            sheet = book.add_worksheet(_sheet_name("点検表", taken))
            _head(sheet, "", about, day, 0, looks)
    return content.getvalue()


def check_files(table: pd.DataFrame, about: str, day: date) -> bytes:
    """The same sheets, each a workbook of its own, in one ZIP: to be sent to a section each. Parameters as above."""
    content, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, rows in _parts(table):
            # What no sheet can be called, no file of Windows can either; nor can it have these.
            name = re.sub(r'[<>"|]', "・", _sheet_name(title, taken)).rstrip(". ")
            entry = zipfile.ZipInfo(f"tenkenhyo_{name}.xlsx", (day.year, day.month, day.day, 0, 0, 0))
            archive.writestr(entry, check_sheets(rows, about, day))
    return content.getvalue()


def _parts(table: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    several = table.origin_code.nunique() > 1
    # The ties that nobody is in charge of come last.
    order = table.assign(_last=table.section == "").sort_values(
        ["origin_code", "_last", "section", "partner_code"], kind="stable"
    )
    for (_, _, section), rows in order.groupby(["origin_code", "_last", "section"], sort=False):
        title = section or NO_SECTION
        yield (f"{rows.origin.iloc[0]} {title}" if several else title), rows


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that a sheet can have and no other has: Excel takes 31 characters, and tells no case apart."""
    plain = _NO_NAME.sub("・", ILLEGAL.sub("", title)).strip("' ") or "点検表"
    # Excel keeps this name for itself.
    plain = f"{plain}課" if plain.lower() == "history" else plain
    name, number = plain[:_LONGEST_NAME], 1
    while name.lower() in taken:
        number += 1
        ending = f"（{number}）"
        name = plain[: _LONGEST_NAME - len(ending)] + ending
    taken.add(name.lower())
    return name


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    common = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
    line = {"border": 1, "border_color": "#949494", "text_wrap": True}
    told = line | {"bg_color": "#F1F1F4"}
    late = {"bg_color": "#FDEEEE", "font_color": "#A80000", "bold": True}
    soon = {"bg_color": "#FFF4D6", "font_color": "#6B4A00"}
    looks: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 14, "valign": "vcenter", "shrink": True},
        "about": {"valign": "vcenter", "text_wrap": True},
        "head": line | {"bold": True, "bg_color": "#0017C1", "font_color": "#FFFFFF", "valign": "vcenter"},
        "told": told | {"num_format": "@"},
        "told_quoted": told | {"num_format": "@", "quote_prefix": True},
        "late": told | late,
        "soon": told | soon,
        "text": line | {"num_format": "@", "locked": False},
        "text_quoted": line | {"num_format": "@", "locked": False, "quote_prefix": True},
        "day": line | {"num_format": _DAY, "align": "left", "locked": False},
        "day_late": line | late | {"num_format": _DAY, "align": "left", "locked": False},
        "day_soon": line | soon | {"num_format": _DAY, "align": "left", "locked": False},
        "number": {"num_format": "0"},
    }
    return {name: book.add_format(common | look) for name, look in looks.items()}


def _fill(sheet: Worksheet, rows: pd.DataFrame, looks: dict[str, Format]) -> None:
    headings = [*_WIDTHS, *_HIDDEN]
    for column, heading in enumerate(headings):
        sheet.write_string(2, column, heading, looks["head"])
    for column, width in enumerate(_WIDTHS.values()):
        sheet.set_column(column, column, width)
    sheet.set_column(len(_WIDTHS), len(headings) - 1, 12, None, {"hidden": True})
    years = words.first_years(rows)
    for number, (row, began) in enumerate(zip(rows.itertuples(index=False), years, strict=True), start=3):
        mark = {OVERDUE: "late", SOON: "soon"}.get(row.due, "")
        texts = {
            ORIGIN: row.origin,
            PARTNER: row.partner,
            PREFECTURE: row.prefecture,
            "事業": _projects(row.projects) if row.printed else GONE,
            "開始年": began if row.printed else "",
            "期限": DUE_WORDS.get(row.due, ""),
        }
        own = {FIELDS["section"]: row.section, FIELDS["state"]: row.state, FIELDS["note"]: row.note}
        lines = 1
        for column, (heading, width) in enumerate(_WIDTHS.items()):
            if heading in (FIELDS["last_activity"], FIELDS["next_review"]):
                value = row.last_activity if heading == FIELDS["last_activity"] else row.next_review
                look = looks[f"day_{mark}" if mark and heading == FIELDS["next_review"] else "day"]
                if value:
                    sheet.write_datetime(number, column, datetime.fromisoformat(value), look)
                else:
                    sheet.write_blank(number, column, None, look)
                continue
            text = _plain(own.get(heading, texts.get(heading, "")))
            kind = "text" if heading in own else "told"
            quoted = "_quoted" if FORMULA.match(text) else ""
            look = looks[mark if heading == "期限" and mark else f"{kind}{quoted}"]
            sheet.write_string(number, column, text, look)
            lines = max(lines, sum(-(-max(_columns(part), 1) // (width - 1)) for part in text.split("\n")))
        sheet.write_string(number, len(_WIDTHS), f"{row.origin_code}-{row.partner_code}")
        sheet.write_number(number, len(_WIDTHS) + 1, row.revision, looks["number"])
        sheet.set_row(number, min(lines, _MOST_LINES) * _LINE + 3)
    last = 2 + len(rows)
    _choices(sheet, list(_WIDTHS), last)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, last, len(headings) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:M{last + 1}"})
    sheet.protect(
        "",
        {
            "format_cells": True,
            "format_columns": True,
            "format_rows": True,
            "autofilter": True,
            "sort": True,
        },
    )


def _choices(sheet: Worksheet, headings: list[str], last: int) -> None:
    """What can be chosen in a cell: a state from the list; a day, which may also be typed as a text that is one."""
    state = headings.index(FIELDS["state"])
    sheet.data_validation(
        3,
        state,
        max(last, 3),
        state,
        {
            "validate": "list",
            "source": list(STATES),
            "error_title": "状態",
            "error_message": f"{'・'.join(STATES)}から選ぶか、空けてください。",
        },
    )
    for name in ("last_activity", "next_review"):
        column = headings.index(FIELDS[name])
        sheet.data_validation(
            3,
            column,
            max(last, 3),
            column,
            {
                "validate": "date",
                "criteria": "between",
                "minimum": date.fromisoformat(FIRST_DAY),
                "maximum": date.fromisoformat(LAST_DAY),
                "error_type": "warning",
                "error_title": FIELDS[name],
                "error_message": "日付として読めないことがあります。2026/4/1 か R8.4.1 のように入れてください。",
            },
        )


def _head(sheet: Worksheet, title: str, about: str, day: date, rows: int, looks: dict[str, Format]) -> None:
    """What the sheet is, as of when, and how it is filled in."""
    iso, last = day.isoformat(), len(_WIDTHS) - 1
    told = _plain(
        f"{about}。白い欄（担当課・最終活動日・次回点検・状態・メモ）に書き込み、「点検表」の画面で読み込みます。庁内用です。"
    )
    when = f"{date_in_wareki(iso)}（{iso[:4]}年）に書き出し"
    sheet.merge_range(0, 0, 0, last, "", looks["title"])
    sheet.write_string(0, 0, _plain(f"連携の点検表　{title}　{rows:,}件（{when}）"), looks["title"])
    sheet.merge_range(1, 0, 1, last, "", looks["about"])
    sheet.write_string(1, 0, told, looks["about"])
    sheet.set_row(0, 24)
    sheet.set_row(1, -(-_columns(told) // (sum(_WIDTHS.values()) - 4)) * _LINE + 3)
    sheet.set_row(2, 20)


def _for_print(sheet: Worksheet, title: str) -> None:
    """A4 landscape, as wide as the page, the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.35, right=0.35, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_footer(f"&L{_plain(title)[:80].replace('&', '&&')}　庁内用&R&P / &N")
    sheet.print_area(0, 0, max(sheet.dim_rowmax or 3, 3), len(_WIDTHS) - 1)


def _projects(names: list[str]) -> str:
    """The names of projects, as many as a cell has room for, and how many more there are."""
    shown: list[str] = []
    for name in names:
        if shown and sum(map(len, shown)) + len(name) > _LONGEST:
            return f"{'、'.join(shown)} ほか{len(names) - len(shown)}"
        shown.append(name)
    return "、".join(shown)


def _plain(text: str) -> str:
    return ILLEGAL.sub("\ufffd", text)


def _columns(text: str) -> int:
    """How many half-width characters wide a text is."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
