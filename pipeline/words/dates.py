"""Years as Japanese documents print them: 和暦 and 西暦, 年度 (April to March) and 年."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from geo.shared import ERAS

Kind = Literal["年度", "年"]

# First day of each era: 平成31年 ended on 30 April 2019.
_FIRST_DAYS = {
    "令和": "2019-05-01",
    "平成": "1989-01-08",
    "昭和": "1926-12-25",
    "大正": "1912-07-30",
    "明治": "1868-01-25",
}

# Narrow columns wrap anywhere: 「平 成2 7年 度」. 「平成25・26年度」 begins in 25.
_ERA = "|".join(r"\s*".join(era) for era in ERAS)
_NUMBER = r"元|\d(?:\s*\d)?|[一二三四五六七八九十]{1,3}"
_WESTERN = r"(?:1\s*[89]|2\s*0)\s*\d\s*\d"
_TO = r"(?:\s*[・、,~〜-]\s*(?:元|\d{1,4}))?"
_YEAR = rf"(?:(?P<era>{_ERA})\s*(?P<n>{_NUMBER})|(?P<western>{_WESTERN})){_TO}\s*年(?P<fiscal>\s*度)?"
# Cut short, a word of its own: H30年度, R1.5.1, 昭和51.4, 平30, 2012-04-01.
_SHORT = (
    rf"(?<![^\s(、,・/~〜→-])(?:(?P<initial>{_ERA}|[RHSTM令平昭大明])\.?(?P<short_n>元|\d{{1,2}})"
    r"|(?P<short_western>(?:1[89]|20)\d\d))(?P<short_fiscal>年度)?年?(?:[./-]\d{1,2}){0,2}"
    r"(?=$|[\s)、,・/~〜→-]|から|より|以|頃|ごろ|開始|予定|締結)"
)
# A dash is "unknown" only where it stands alone: in 「平成25年度-平成30年度」 it is a range.
_UNKNOWN = r"(?<!\S)[-‐-―−ー─━—]+(?!\S)|不\s*明|未\s*定"
_TOKEN = re.compile(f"(?P<year>{_YEAR})|(?P<short>{_SHORT})|(?P<unknown>{_UNKNOWN})")
_REMARK = re.compile(r"\([^()]*\)|※.*", re.DOTALL)
# Between two years: from the one to the other. 「平成25・26年度」, within one year's text, is _TO's.
_RANGE = re.compile(r"\s*+(?:(?:から|より)\s*+)?[~〜]\s*+|[-‐-―−ー]|\s*+(?:から|より)\s*+")
# What is said of a year in which nothing began: the thing was changed, rested, or ended then.
_NO_START = r"(?:一部|全部|全面)?(?:改定|改訂|改正|改称|変更|更新|中断|中止|休止|再開|終了|廃止|解消|失効)"
_SAID_AFTER = re.compile(rf"(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?\s*+(?:に|の|付け?|:)?\s*+{_NO_START}")
_SAID_BEFORE = re.compile(rf"{_NO_START}(?:は|日|年月?日?)?\s*+[:、]?\s*+$")
#: Latin initial of an era, as it is printed for short → the era.
INITIALS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_SHORT_ERAS = INITIALS | {era[0]: era for era in ERAS}
# A day and nothing else: 令和8年4月1日, R8.4.1, 2026/4/1(水), 2026-04-01 00:00, 20260401.
_DAY_YEAR = rf"(?P<era>{_ERA}|[RHSTM令平昭大明])?\.?(?P<n>元|\d{{1,4}}|[一二三四五六七八九十]{{1,3}})"
_DAY_PART = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    rf"{_DAY_YEAR}[年./-](?P<month>{_DAY_PART})[月./-](?P<day>{_DAY_PART})日?"
    r"(?:\([月火水木金土日祝・]{1,3}\))?(?:[T ]?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?)?"
)
_EIGHT = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)} | {"元": 1}

# What a person types: a year and nothing else, and one from which, or to which, or both.
_TYPED_YEAR = re.compile(
    rf"(?:(?P<era>{'|'.join(ERAS)}|[RHSTMrhstm令平昭大明])\.?(?P<n>元|\d{{1,2}}|[一二三四五六七八九十]{{1,3}})"
    r"|(?P<western>(?:1[89]|20)\d\d))(?:年度?)?(?:\((?P<beside>(?:1[89]|20)\d\d)(?:年度?)?\))?"
)
_FROM_TO = re.compile(r"[~〜‐-―−ー─━—→-]|から|より|以[後降]")
_UNTIL = re.compile(r"(?:まで|以前)$")


@dataclass(frozen=True, slots=True)
class StartYear:
    """A start year: ``year`` in 西暦, ``kind`` 年度 or 年, and the text as ``printed`` (NFKC, no spaces).

    ``label`` is what the cell says began then, after a colon: 「昭和63年: 代沢小・舟形小交流」.
    """

    year: int
    kind: Kind
    printed: str
    label: str = ""


@lru_cache(maxsize=4096)
def parse_years(cell: str) -> tuple[StartYear | None, ...]:
    """Read every start year of a cell, in printed order.

    Parameters
    ----------
    cell : the printed text. Remarks, in brackets or after ※, hold other dates and are read only when
        nothing outside them says a year.

    Returns
    -------
    One entry a start; None for 「—」, 「不明」, 「未定」 or a text that names no year at all
    (see :func:`names_no_year`); empty for a blank cell. 平成31年度 and 令和元年度 are both 2019.
    A range (令和3年度～令和5年度) is one start, its first year; the year of a revision, a break or an end
    (令和5年度改定) is none.
    """
    text = unicodedata.normalize("NFKC", cell)
    if not text.strip():
        return ()
    without_remarks = _REMARK.sub(lambda m: " " * len(m[0]), text)
    years = _read(without_remarks)
    if not years and without_remarks != text:
        years = _read(text)
    return years or (None,)


def names_no_year(cell: str) -> bool:
    """Whether a cell holds a number, yet neither a year that can be read nor that it is unknown: 「約10年前」."""
    return bool(re.search(r"\d", cell)) and not any(parse_years(cell)) and not re.search(_UNKNOWN, cell)


def _read(text: str) -> tuple[StartYear | None, ...]:
    matches: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        if not (matches and _ends_range(matches[-1], match, text)):
            matches.append(match)
    begun = [match for match in matches if not _is_no_start(match, matches, text)]
    found = []
    for match in begun:
        following = [other.start() for other in matches if other.start() > match.start()]
        after = text[match.end() : min(following, default=len(text))]
        found.append(None if match["unknown"] else _start_year(match, after))
    # Where only a revision is printed, nobody knows when it began.
    return tuple(found) or (None,) * bool(matches)


def _ends_range(first: re.Match[str], last: re.Match[str], text: str) -> bool:
    """Whether two years are from when to when; not where each is said to begin something: 平成2年から 平成5年から."""
    if first["unknown"] or last["unknown"]:
        return False
    between, after = text[first.end() : last.start()], text[last.end() :]
    from_to = re.search("[~〜]", between) or not re.match(r"\s*(?:から|より|以降)", after)
    return bool(from_to and _RANGE.fullmatch(between))


def _is_no_start(match: re.Match[str], matches: list[re.Match[str]], text: str) -> bool:
    """Whether the text says of a year that something else than a start happened in it: 令和5年度改定."""
    if match["unknown"]:
        return False
    at = matches.index(match)
    before = text[matches[at - 1].end() if at else 0 : match.start()]
    after = text[match.end() : matches[at + 1].start() if at + 1 < len(matches) else len(text)]
    # 「平成30年度 改定令和5年度」: said of the year after it, unless it is joined to the one before.
    if _SAID_BEFORE.search(before) and (not at or before[:1].isspace()):
        return True
    said = _SAID_AFTER.match(after.lstrip())
    of_next = at + 1 < len(matches) and after[:1].isspace() and _SAID_BEFORE.search(after)
    return bool(said) and not of_next


def _start_year(match: re.Match[str], after: str) -> StartYear | None:
    groups = {name: re.sub(r"\s", "", text or "") for name, text in match.groupdict().items()}
    era, n, western, fiscal = (
        groups[part] or groups.get(short, "")
        for part, short in (
            ("era", "initial"),
            ("n", "short_n"),
            ("western", "short_western"),
            ("fiscal", "short_fiscal"),
        )
    )
    if western:
        year = int(western)
    else:
        number = int(n) if n.isdigit() else _kanji_number(n)
        if number == 0:
            return None
        year = ERAS[_SHORT_ERAS[era[0]]] + number - 1
    after = re.sub(r"\s", "", after)
    label = after.removeprefix(":") if after.startswith(":") else ""
    return StartYear(year, "年度" if fiscal else "年", groups["year"] or groups["short"], label)


def _kanji_number(text: str) -> int:
    """The number of 元, 三, 十二, 三十, 五十一."""
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


@dataclass(frozen=True, slots=True)
class Years:
    """From which to which year, in 西暦 and both inclusive; None leaves that end open."""

    first: int | None
    last: int | None


def one_year(text: str) -> int | None:
    """The 西暦 year of a text that is a year and nothing else; None for any other.

    As people type it (2018, 平成30, 平30, H30, h30, 平成30年度, R元, full-width too), and as screens write it:
    「平成30年度（2018年度）」, where both have to be the same year.
    """
    match = _TYPED_YEAR.fullmatch(_typed(text))
    year = _typed_year(match) if match else None
    said_twice = match["beside"] if match else None
    return year if said_twice is None or year == int(said_twice) else None


def typed_years(text: str) -> Years | None:
    """The years of a text that is a year, or from when to when, and nothing else; None for any other.

    Open where an end is left out: H20-H28, 平成20〜28, 2016〜, 2016年以後, 〜R3, R3まで. A year alone is from it to it. The
    first may be after the last: that is for who asks to say.

    >>> typed_years("H20-H28"), typed_years("〜R3")
    (Years(first=2008, last=2016), Years(first=None, last=2021))
    """
    plain = _typed(text)
    if (year := one_year(plain)) is not None:
        return Years(year, year)
    first, *rest = _FROM_TO.split(plain, maxsplit=1)
    if not rest and not _UNTIL.search(first):
        return None
    first, last = (first, *rest) if rest else ("", first)
    last = _UNTIL.sub("", last)
    from_year, to_year = one_year(first), one_year(last)
    if to_year is None and (era := _TYPED_YEAR.fullmatch(first)) and era["era"]:
        # 「平成20〜28」: the second of the era of the first.
        to_year = one_year(era["era"] + last)
    if (from_year, to_year) == (None, None) or (first and from_year is None) or (last and to_year is None):
        return None
    return Years(from_year, to_year)


def _typed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _typed_year(match: re.Match[str]) -> int | None:
    if match["western"]:
        return int(match["western"])
    n = match["n"]
    number = int(n) if n.isdigit() else _kanji_number(n)
    return ERAS[_SHORT_ERAS[match["era"][0].upper()]] + number - 1 if number else None


@lru_cache(maxsize=4096)
def one_day(text: str) -> str | None:
    """The day (ISO) of a text that is a day and nothing else; None for any other, and for no day of the calendar.

    Read are 2026-04-01, 2026/4/1, 2026年4月1日, 20260401, 令和8年4月1日, R8.4.1, each in full width too, with a weekday or a
    time behind it. A year of two digits without its era is none: nobody can tell 8/4/1 from 08/4/1.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if eight := _EIGHT.fullmatch(folded):
        year, month, day = map(int, eight.groups())
    elif (match := _DAY.fullmatch(folded)) is not None:
        number, era = match["n"], match["era"]
        if not era and len(number) != 4:
            return None
        n = int(number) if number.isdecimal() else _kanji_number(number)
        if era and not 1 <= n <= 299:
            return None
        year = ERAS[_SHORT_ERAS[era[0]]] + n - 1 if era else n
        month, day = (
            int(part) if part.isdecimal() else _kanji_number(part) for part in (match["month"], match["day"])
        )
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def to_wareki(year: int, kind: Kind = "年度") -> str:
    """Write a 西暦 year in 和暦: ``to_wareki(2018)`` is 「平成30年度」. A year of change is the new era's 元年.

    Years before 明治 stay in 西暦.
    """
    for era, first in ERAS.items():
        if year >= first:
            number = year - first + 1
            return f"{era}{'元' if number == 1 else number}{kind}"
    return f"{year}{kind}"


def short_year(year: int) -> str:
    """Write a 西暦 year as short as forms do: ``short_year(2026)`` is 「R8」. Years before 明治 stay in 西暦."""
    for initial, era in INITIALS.items():
        if year >= ERAS[era]:
            return f"{initial}{year - ERAS[era] + 1}"
    return str(year)


def both(year: int, kind: Kind = "年度") -> str:
    """Write a year as readers want it, both ways: ``both(2018)`` is 「平成30年度（2018年度）」."""
    return f"{to_wareki(year, kind)}（{year}{kind}）"


def date_in_wareki(iso: str) -> str:
    """Write a day or month (YYYY-MM-DD or YYYY-MM) in 和暦, in the era of that very day.

    ``date_in_wareki("2019-03-15")`` is 「平成31年3月15日」. A month in which two eras meet is written in the new
    one; days before 明治 stay in 西暦.
    """
    year, *rest = map(int, iso.split("-"))
    era = next((era for era, first in _FIRST_DAYS.items() if iso >= first[: len(iso)]), None)
    number = year - ERAS[era] + 1 if era else year
    written = f"{era or ''}{'元' if era and number == 1 else number}年"
    return written + "".join(f"{part}{unit}" for part, unit in zip(rest, "月日", strict=False))
