"""The tables after the chronology: agreements with bodies and with companies, and partner counts by year."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate, pairwise

from geo.shared import ERAS
from pipeline.intake.layouts.dated import full_days
from pipeline.intake.records import Agreement, Count, Reading, SourceError, Stated
from pipeline.intake.source_text import paragraphs, squeeze, unwrap
from pipeline.rules.rule import Note
from pipeline.rules.table_remark import TABLE_REMARK
from pipeline.rules.unread_line import UNREAD_LINE

#: The last row of the table of counts.
TOTAL = "合計"
_REGIONAL, _COMPANY = "広域連携協定", "民間企業との包括連携協定"
_TABLES = (
    re.compile(rf"{_REGIONAL}締結団体一覧"),
    re.compile(rf"{_COMPANY}締結一覧"),
    re.compile(r"締結企業名"),
    re.compile(r"団体名構成"),
    re.compile(r"連携自治体数の推移"),
    re.compile(r"区分.*年度"),
)
_BODY = re.compile(
    r"(?<![^\W\d_])(?P<name>[^\W\d_]+)\((?P<date>(?:令和|平成|昭和)(?:元|\d+)年\d+月\d+日)\)(?P<count>\d[\d,]*)?"
)
_TOTAL = re.compile(r"合計(?P<count>\d[\d,]*)")
_HOW_MANY = re.compile(r"【(?:(\d{1,3})(?:都?道?府?県))?(\d{1,6})(団体|企業)】")
_SIGNED = re.compile(r"(?:令和|平成|昭和)\s*(?:元|[0-9０-９]{1,2})\s*年[^日]{0,20}日")
_ITEM = re.compile(r"[〇○◯]")
_LEGAL_FORM = re.compile(r"(?:株式|相互|合同|有限)?会社|法人|銀行|金庫|組合")
_YEAR = re.compile(r"(?<!→)(?<!\d)(元|\d{1,4})年度")
_YEARS = re.compile(r"[\d元年度→]+")
_NUMBER = re.compile(r"[+\-]?\d[\d,]*")
_NONE = re.compile(r"[-‐-―−ー─━—]+")

_MOST_DIGITS = 7
#: Lines that a company's name may be printed on.
_NAME_LINES = 10

Lines = Sequence[tuple[int, str]]


def starts_table(text: str) -> bool:
    """Return whether a line is the heading of one of the tables."""
    return any(heading.match(squeeze(text)) for heading in _TABLES)


def _section(printed: Lines, start: re.Pattern[str]) -> Lines:
    """The lines from a heading up to the heading of the next table; empty without that heading."""
    first = next((i for i, (_, text) in enumerate(printed) if start.match(squeeze(text))), None)
    if first is None:
        return ()
    end = next((i for i in range(first + 1, len(printed)) if starts_table(printed[i][1])), len(printed))
    return printed[first:end]


def read_companies(printed: Lines, reading: Reading, file: str) -> None:
    """Read the list of agreements with companies: name and date, then what is done, one bullet each.

    Raises
    ------
    SourceError : the list is missing or has no row.
    """
    for title in _TABLES[:2]:
        for line, text in _section(printed, title):
            _stated(line, text, reading)
    rows = _section(printed, _TABLES[2])
    if not rows:
        raise _missing("民間企業との包括連携協定の一覧（締結企業名 締結年月日 主な取組み）", file)
    units = paragraphs((line, cell) for line, text in rows[1:] for cell in text.split("\t"))
    dated = {i: days for i, (_, text) in enumerate(units) if (days := full_days(text))}
    if not dated:
        raise _missing("民間企業との包括連携協定の行（会社の名前と令和の年月日）", file)
    starts = [_name_start(units, i) for i in dated]
    for start, date, end in zip(starts, dated, [*starts[1:], len(units)], strict=True):
        head = "".join(text for _, text in units[start : date + 1])
        items = "".join(text for _, text in units[date + 1 : end])
        reading.agreements.append(
            Agreement(
                _COMPANY,
                unwrap(_SIGNED.sub("", head)),
                "company",
                (full_days(head) or dated[date])[0],
                units[start][0],
                summary="\n".join(filter(None, map(str.strip, _ITEM.split(items)))) or None,
            )
        )
    reading.notes += [_unread(line, text) for line, text in units[: starts[0]]]


def _name_start(units: Lines, date: int) -> int:
    """Where the name begins that ends at a date: back from there until it is a whole company's."""
    start, name = date, _SIGNED.sub("", units[date][1]).strip()
    while start > max(0, date - _NAME_LINES) and not _whole_name(name):
        if _ITEM.match(units[start - 1][1]) or full_days(units[start - 1][1]):
            break
        start -= 1
        name = units[start][1] + name
    return start


def _whole_name(name: str) -> bool:
    plain = squeeze(name)
    closed = plain.count("(") == plain.count(")") and not plain.startswith("(")
    return closed and bool(_LEGAL_FORM.search(plain)) and bool(_LEGAL_FORM.sub("", plain))


def read_bodies(printed: Lines, reading: Reading, file: str) -> None:
    """Read the list of bodies of municipalities: name, date in brackets, number of members; and its total.

    Raises
    ------
    SourceError : the list is missing or has no row.
    """
    rows = _section(printed, _TABLES[3])[1:]
    pieces = [squeeze(text) for _, text in rows]
    starts = [0, *accumulate(map(len, pieces))]
    plain = "".join(pieces)
    used: list[tuple[int, int]] = []

    def at(position: int) -> int:
        return rows[bisect(starts, position) - 1][0]

    for match in _BODY.finditer(plain):
        signed = full_days(match["date"])
        if signed is None:
            continue
        line = at(match.start())
        members = _int(match["count"]) if match["count"] else None
        if match["count"] and members is None:
            reading.notes.append(_unread(line, match["count"]))
        reading.agreements.append(Agreement(_REGIONAL, match["name"], "regional", signed[0], line, members))
        used.append(match.span())
    if not used:
        raise _missing("広域連携協定の団体の一覧（団体名 構成自治体数）", file)
    if stated := _TOTAL.search(plain):
        total = _int(stated["count"])
        if total is None:
            reading.notes.append(_unread(at(stated.start()), stated["count"]))
        else:
            reading.stated.append(Stated("members", total, at(stated.start())))
        used.append(stated.span())
    used.sort()
    for (start, end), (line, text) in zip(pairwise(starts), rows, strict=True):
        following = bisect(used, (end,)) - 1
        if following < 0 or used[following][1] <= start:
            reading.notes.append(_unread(line, text))


def read_trend(printed: Lines, reading: Reading, file: str, latest: int) -> None:
    """Read the counts by fiscal year: every cell of every row, the total among them.

    Parameters
    ----------
    latest : the 西暦 year of the last event; the last years of the header are of its era

    Raises
    ------
    SourceError : the table is missing, or a row has more or fewer numbers than the header has years.
    """
    rows = _section(printed, _TABLES[5])
    first = rows[0][0] if rows else 0
    n_heading = next(
        (i for i, (_, text) in enumerate(rows) if i and not _YEARS.fullmatch(squeeze(text))), len(rows)
    )
    heading, rows = "".join(squeeze(text) for _, text in rows[:n_heading]), rows[n_heading:]
    years = _years(_YEAR.findall(heading), latest)
    if not years:
        raise _missing("連携自治体数の推移の表（区分 27年度 28年度…）", file)
    if len(set(years)) < len(years):
        raise _twice("年度", file, first)
    width = len(years) + ("→" in heading)
    name, cells, start, named = "", list[str](), 0, 0
    counted: set[str] = set()
    for line, text in rows:
        if squeeze(text).startswith("※"):
            reading.notes.append(TABLE_REMARK.note(line, squeeze(text), text=text.strip()))
            continue
        for word in unicodedata.normalize("NFKC", text).split():
            if not (name and (_NUMBER.fullmatch(word) or _NONE.fullmatch(word))):
                if cells:
                    raise _uneven(name, len(cells), width, file, start)
                named = named if name else line
                name += word
                continue
            start = start if cells else line
            cells.append(word)
            if len(cells) == width:
                if name in counted:
                    raise _twice(name, file, start)
                counted.add(name)
                _row(name, cells, years, start, reading, file)
                name, cells = "", []
    complete = TOTAL in counted
    if name and (cells or not complete):
        raise _uneven(name, len(cells), width, file, start if cells else named)
    if name:
        # Words below the last row: what a page prints there is no row without its numbers.
        reading.notes.append(_unread(named, name))
    if not complete:
        raise _missing("連携自治体数の推移の表の「合計」の行", file)


def _row(
    name: str, cells: Sequence[str], years: Sequence[int], line: int, reading: Reading, file: str
) -> None:
    values = [None if _NONE.fullmatch(cell) else _int(cell) for cell in cells]
    if too_large := [
        cell for cell, value in zip(cells, values, strict=True) if value is None and not _NONE.fullmatch(cell)
    ]:
        raise _immense(name, too_large[0], file, line)
    reading.counts += [Count(name, year, value, line) for year, value in zip(years, values, strict=False)]
    if len(values) > len(years) and values[-1] is not None:
        reading.stated.append(Stated("change", values[-1], line, name))


def _years(printed: Sequence[str], latest: int) -> list[int]:
    """The 西暦 of 27, 28, …, 元, 2, …: the era changes at 元; the last years are of the era of ``latest``."""
    eras = [era for era, first in ERAS.items() if first <= latest]
    change = max((i for i, text in enumerate(printed) if text == "元"), default=0)
    years = []
    for i, text in enumerate(printed):
        first = ERAS[eras[0] if i >= change else eras[1]]
        years.append(first if text == "元" else int(text) if len(text) == 4 else first + int(text) - 1)
    return years


def _stated(line: int, text: str, reading: Reading) -> None:
    match = _HOW_MANY.search(squeeze(text))
    if not match:
        return
    prefectures, number, unit = match.groups()
    reading.stated.append(Stated("companies" if unit == "企業" else "bodies", int(number), line))
    if prefectures:
        reading.stated.append(Stated("prefectures", int(prefectures), line))


def _int(text: str) -> int | None:
    """The number; None for one of more digits than anything that is counted here."""
    digits = text.replace(",", "")
    return int(digits) if len(digits.lstrip("+-")) <= _MOST_DIGITS else None


def _missing(what: str, file: str) -> SourceError:
    return SourceError(
        f"ファイル「{file}」に{what}がありません（1行目から最後まで）。"
        "資料の最後のページまで入った本文かどうかを確かめてください。"
    )


def _uneven(name: str, cells: int, width: int, file: str, line: int) -> SourceError:
    return SourceError(
        f"ファイル「{file}」の{line}行目、「{name}」の数は{cells}個で、見出しの{width}個と合いません。"
        "元の資料と見比べて、数字の抜けや余りを直してください。"
    )


def _immense(name: str, number: str, file: str, line: int) -> SourceError:
    return SourceError(
        f"ファイル「{file}」の{line}行目、「{name}」の数「{number[:20]}」は桁が多すぎて、自治体の数として読めません。"
        "元の資料と見比べて、数字の区切りを直してください。"
    )


def _twice(name: str, file: str, line: int) -> SourceError:
    return SourceError(
        f"ファイル「{file}」の{line}行目、推移の表に同じ「{name}」が二度あります。"
        "元の資料と見比べて、重なった行や列を一つにしてください。"
    )


def _unread(line: int, text: str) -> Note:
    return UNREAD_LINE.note(line, squeeze(text), "counts")
