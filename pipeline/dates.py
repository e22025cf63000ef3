"""Years as Japanese documents print them: 和暦 and 西暦, 年度 (April to March) and 年."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["年度", "年"]

# First year of each era, newest first (改元: 明治 1868, 大正 1912, 昭和 1926, 平成 1989, 令和 2019).
ERAS: dict[str, int] = {"令和": 2019, "平成": 1989, "昭和": 1926, "大正": 1912, "明治": 1868}

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
_INITIALS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_INITIALS |= {era[0]: era for era in ERAS}
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)} | {"元": 1}


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
    One entry a printed year; None for 「—」, 「不明」, 「未定」 or a text that names no year at all
    (see :func:`names_no_year`); empty for a blank cell. 平成31年度 and 令和元年度 are both 2019.
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
    matches = list(_TOKEN.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)] * bool(matches)
    return tuple(
        None if match["unknown"] else _start_year(match, text[match.end() : end])
        for match, end in zip(matches, ends, strict=True)
    )


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
        year = ERAS[_INITIALS[era[0]]] + number - 1
    after = re.sub(r"\s", "", after)
    label = after.removeprefix(":") if after.startswith(":") else ""
    return StartYear(year, "年度" if fiscal else "年", groups["year"] or groups["short"], label)


def _kanji_number(text: str) -> int:
    """The number of 元, 三, 十二, 三十, 五十一."""
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def one_year(text: str) -> int | None:
    """The 西暦 year of a text that is a year and nothing else: 2018, 平成30, 平成30年度, H30; None for any other."""
    folded = unicodedata.normalize("NFKC", text).strip()
    initial = folded[:1].upper()
    spelled = _INITIALS[initial] + folded[1:] if initial.isascii() and initial in _INITIALS else folded
    match = re.fullmatch(f"(?P<year>{_YEAR})", spelled if "年" in spelled else f"{spelled}年")
    found = _start_year(match, "") if match else None
    return found.year if found else None


def to_wareki(year: int, kind: Kind = "年度") -> str:
    """Write a 西暦 year in 和暦: ``to_wareki(2018)`` is 「平成30年度」. A year of change is the new era's 元年.

    Years before 明治 stay in 西暦.
    """
    for era, first in ERAS.items():
        if year >= first:
            number = year - first + 1
            return f"{era}{'元' if number == 1 else number}{kind}"
    return f"{year}{kind}"


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
