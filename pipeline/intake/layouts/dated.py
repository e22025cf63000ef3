"""Days as calendars and chronologies print them: one day, several, a span, a month; over one or two lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from geo.shared import ERAS

_JOIN = r"[、,・~〜\-‐–—]"
_DATE = re.compile(
    rf"\s*(?:\((?P<number>\d+)\)\s*)?(?P<month>\d{{1,2}})\s*月\s*"
    rf"(?P<days>\d{{1,2}}(?:\s*日)?(?:\s*{_JOIN}\s*(?:\d{{1,2}}\s*[月/]\s*)?\d{{1,2}}(?:\s*日)?)*"
    rf"(?:\s*(?P<open>{_JOIN}))?)?"
    r"(?=\s|$)(?P<rest>.*)"
)
_END = re.compile(
    rf"\s*(?:{_JOIN}\s*)?(?:(?P<month>\d{{1,2}})\s*[月/]\s*)?(?P<day>\d{{1,2}})\s*日(?=\s|$)(?P<rest>.*)"
)
_DAY = re.compile(rf"(?P<join>{_JOIN})?(?:(?P<month>\d{{1,2}})[月/])?(?P<day>\d{{1,2}})日?")
_LISTING = "、,・"
#: Days or spans that one entry may list: a month's every second day.
_MOST_SPANS = 16
_FULL = re.compile(
    r"(令和|平成|昭和)\s*(元|\d{1,2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
    r"(?:\s*[~〜]\s*(?:(?P<to_month>\d{1,2})\s*月\s*)?(?P<to_day>\d{1,2})\s*日)?"
)


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of one entry: ``spans`` of (first day, last day, precision), ISO; ``open`` if an end is to come.

    Precision is "day", "range" (several days running, or a span), or "month" (YYYY-MM, the day is not printed).
    """

    spans: tuple[tuple[str, str, str], ...]
    open: str = ""


def iso_year(era: str, number: str) -> int:
    """Return the 西暦 year of 令和 元, 平成 26, …"""
    return ERAS[era] + (1 if number == "元" else int(number)) - 1


def full_days(text: str) -> tuple[str, str, str] | None:
    """Read the first date with era, year, month and day of a text, and the day it lasts to (「～9日」), if any.

    Returns
    -------
    First day and last day in ISO and the precision, "day" or "range"; None where there is no valid date.
    """
    for match in _FULL.finditer(unicodedata.normalize("NFKC", text)):
        start = _day(iso_year(match[1], match[2]), int(match[3]), int(match[4]))
        if not start:
            continue
        month = int(match["to_month"] or start.month)
        end = match["to_day"] and _day(start.year + (month < start.month), month, int(match["to_day"]))
        last = end if end and end > start else start
        return start.isoformat(), last.isoformat(), "day" if last == start else "range"
    return None


def parse_days(text: str, year: int, month: int | None = None) -> tuple[str, Days, str] | None:
    """Read a line that begins with a month and, mostly, days: 「9月 10日」「10月 17、18日」「11月 18～23日 …」.

    Parameters
    ----------
    text : the line; days that run into other text (「9月例会」) are prose, not a date
    year : the 西暦 year in force
    month : the month in force, where the line begins with the day itself (a calendar)

    Returns
    -------
    Its number in brackets (「(1)」, else empty), its days, and what follows them; None for any other line.
    """
    plain = unicodedata.normalize("NFKC", text)
    match = _DATE.match(f"{month}月{plain}" if month else plain)
    if not match or (match["days"] is None and (match["rest"].strip() or month)):
        return None
    if match["days"] and "日" not in match["days"]:
        return None
    first = int(match["month"])
    if match["days"] is None:
        if not 1 <= first <= 12:
            return None
        stamp = f"{year}-{first:02}"
        return match["number"] or "", Days(((stamp, stamp, "month"),)), ""
    days = _spans(match["days"], year, first)
    if not days:
        return None
    return match["number"] or "", Days(days, match["open"] or ""), _as_printed(text, match["rest"])


def parse_end(text: str, days: Days, year: int) -> tuple[Days, str] | None:
    """Read the end of a span that began on the line before: 「9月 29日」 or 「～14日」; None for another line."""
    plain = unicodedata.normalize("NFKC", text)
    match = _END.match(plain)
    joined = match and re.match(rf"\s*{_JOIN}", plain)
    if not match or not (days.open or joined) or days.spans[-1][2] == "month":
        return None
    start = date.fromisoformat(days.spans[-1][0])
    month = int(match["month"] or start.month)
    end = _day(year + (month < start.month), month, int(match["day"]))
    if end is None or end < start:
        return None
    listed = days.open and days.open in _LISTING
    if listed and end - date.fromisoformat(days.spans[-1][1]) > timedelta(1):
        spans = (*days.spans, (end.isoformat(), end.isoformat(), "day"))
    else:
        spans = (*days.spans[:-1], (start.isoformat(), end.isoformat(), "range"))
    return Days(spans), _as_printed(text, match["rest"])


def _as_printed(text: str, rest: str) -> str:
    """The end of ``text`` whose NFKC is ``rest``."""
    end = text[len(text) - len(rest) :]
    return end if unicodedata.normalize("NFKC", end) == rest else rest


def _spans(text: str, year: int, month: int) -> tuple[tuple[str, str, str], ...] | None:
    """The spans of 「30、31」: days that follow each other make one, others stand alone."""
    spans: list[list[date]] = []
    for match in _DAY.finditer(re.sub(r"\s", "", text)):
        following = int(match["month"] or month)
        year, month = year + (following < month), following
        day = _day(year, month, int(match["day"]))
        if day is None:
            return None
        runs_on = bool(spans) and (match["join"] not in _LISTING or day - spans[-1][1] == timedelta(1))
        if runs_on and day >= spans[-1][0]:
            spans[-1][1] = day
        else:
            spans.append([day, day])
        if len(spans) > _MOST_SPANS:
            return None
    return tuple((a.isoformat(), b.isoformat(), "day" if a == b else "range") for a, b in spans)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
