"""Years as a person asks for them on a screen: typed, or the last few of those in the data. No Streamlit here."""

from __future__ import annotations

from typing import NamedTuple

from pages.shared.frame.text import shortened, since, until
from pipeline.words.dates import one_year, typed_years

#: How a year may be typed, for a box that takes one, and for one that takes from when to when.
ONE, RANGE = "H28、平成28、2016 など", "H28、2016〜、H20〜R3 など"

#: So many characters of what was typed are repeated in a sentence.
_REPEATED = 20

#: How many years "the last few" are.
RECENT = (5, 10)

#: The choice of all years.
WHOLE = "すべて"


class Asked(NamedTuple):
    """The years asked for (from, to), None where they are not to change; and what has to be said, "" for nothing."""

    years: tuple[int, int] | None
    said: str


def read_range(text: str, first: int, last: int) -> Asked:
    """Years from a typed text; an end outside those that the data have (``first`` to ``last``) is moved to theirs."""
    found = typed_years(text)
    if found is None:
        return Asked(None, _unread(text, RANGE))
    start, end = (found.first or first, found.last or last)
    if found.first and found.last and start > end:
        said = f"「{shortened(text, _REPEATED)}」は、はじめの年が終わりの年より後です。古い年から順に入れてください。"
        return Asked(None, said)
    if start > last or end < first:
        return Asked(None, _outside(text, first, last))
    inside = max(start, first), min(end, last)
    moved = "" if inside == (start, end) else f"{_known(first, last)}なので、その中にしました。"
    return Asked(inside, moved)


def read_one(text: str, first: int, last: int) -> Asked:
    """A year from a typed text, as a range of one; one that the data do not have changes nothing."""
    year = one_year(text)
    if year is None:
        return Asked(None, _unread(text, ONE))
    if not first <= year <= last:
        return Asked(None, _outside(text, first, last))
    return Asked((year, year), "")


def latest(first: int, last: int) -> dict[str, tuple[int, int]]:
    """The choices of the last few years of the data and of all: words → from and to.

    >>> latest(2000, 2025)
    {'直近5年': (2021, 2025), '直近10年': (2016, 2025), 'すべて': (2000, 2025)}
    """
    few = {f"直近{n}年": (last - n + 1, last) for n in RECENT if last - n + 1 > first}
    return few | {WHOLE: (first, last)}


def until_ago(first: int, last: int) -> dict[str, int]:
    """The choices of a year up to which one looks: words → year.

    >>> until_ago(2000, 2025)
    {'10年前': 2015, '5年前': 2020, 'すべて': 2025}
    """
    few = {f"{n}年前": last - n for n in reversed(RECENT) if last - n > first}
    return few | {WHOLE: last}


def _unread(text: str, example: str) -> str:
    return f"「{shortened(text, _REPEATED)}」は年として読み取れません。{example}のように入れてください。"


def _outside(text: str, first: int, last: int) -> str:
    return f"「{shortened(text, _REPEATED)}」は使えません。{_known(first, last)}です。"


def _known(first: int, last: int) -> str:
    return f"資料で分かる開始年は{since(first)}から{until(last)}まで"
