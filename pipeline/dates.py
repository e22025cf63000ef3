"""Years as Japanese documents print them: 和暦 and 西暦, 年度 (April to March) and 年."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
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

# Narrow columns wrap anywhere: 「平 成2 7年 度」.
_ERA = "|".join(r"\s*".join(era) for era in ERAS)
_WESTERN = r"(?:1\s*[89]|2\s*0)\s*\d\s*\d"
_YEAR = rf"(?:(?P<era>{_ERA})\s*(?P<n>元|\d(?:\s*\d)?)|(?P<western>{_WESTERN}))\s*年(?P<fiscal>\s*度)?"
# A dash is "unknown" only where it stands alone: in 「平成25年度-平成30年度」 it is a range.
_UNKNOWN = r"(?<!\S)[-‐-―−ー─━—]+(?!\S)|不\s*明|未\s*定"
_TOKEN = re.compile(f"(?P<year>{_YEAR})|(?P<unknown>{_UNKNOWN})")
_REMARK = re.compile(r"\([^()]*\)|※.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StartYear:
    """A start year: ``year`` in 西暦, ``kind`` 年度 or 年, and the text as ``printed`` (NFKC, no spaces).

    ``label`` is what the cell says began then, after a colon: 「昭和63年: 代沢小・舟形小交流」.
    """

    year: int
    kind: Kind
    printed: str
    label: str = ""


def parse_years(cell: str) -> tuple[StartYear | None, ...]:
    """Read every start year of a cell, in printed order.

    Parameters
    ----------
    cell : the printed text. Remarks, in brackets or after ※, hold other dates and are read only when
        nothing outside them says a year.

    Returns
    -------
    One entry a printed year; None for 「—」, 「不明」, 「未定」 or a text that names no year at all;
    empty for a blank cell. 平成31年度 and 令和元年度 are both 2019.
    """
    text = unicodedata.normalize("NFKC", cell)
    if not text.strip():
        return ()
    without_remarks = _REMARK.sub(lambda m: " " * len(m[0]), text)
    years = _read(without_remarks)
    if not years and without_remarks != text:
        years = _read(text)
    return years or (None,)


def _read(text: str) -> tuple[StartYear | None, ...]:
    matches = list(_TOKEN.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)] * bool(matches)
    return tuple(
        _start_year(match, text[match.end() : end]) if match["year"] else None
        for match, end in zip(matches, ends, strict=True)
    )


def _start_year(match: re.Match[str], after: str) -> StartYear | None:
    era, n, western, printed = (
        re.sub(r"\s", "", match[part] or "") for part in ("era", "n", "western", "year")
    )
    if western:
        year = int(western)
    else:
        number = 1 if n == "元" else int(n)
        if number == 0:
            return None
        year = ERAS[era] + number - 1
    after = re.sub(r"\s", "", after)
    label = after.removeprefix(":") if after.startswith(":") else ""
    return StartYear(year, "年度" if match["fiscal"] else "年", printed, label)


def one_year(text: str) -> int | None:
    """The 西暦 year of a text that is a year and nothing else: 2018, 平成30, 平成30年度, H30; None for any other."""
    folded = unicodedata.normalize("NFKC", text).strip()
    initials = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
    spelled = initials.get(folded[:1].upper(), folded[:1]) + folded[1:]
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
