"""The words of 前後比較, and what its boxes ask for: no Streamlit, no HTML."""

from __future__ import annotations

import pandas as pd

from geo.insight.periods import Side
from pages.shared.frame import years
from pages.shared.parts.board import Column
from pipeline.deliver.file_names import reference_year
from pipeline.words.before_after import BeforeAfter

#: The choices of years: words → how many years before the last one.
BACK = {f"直近{n}年": n for n in (5, 10, 20)}

#: What to do where neither side has anything.
NOTHING = "この条件では、どちらにも連携がありません。後の年を新しくするか、左の条件を広げてください。"

#: What stands over the places that only the earlier edition has.
GONE = "今の版にない相手"

#: Pixels of the columns of a table that need more than their words, and the lines of a cell.
_WIDE = {
    "加わり方": (120, 2),
    "なくなり方": (120, 2),
    "事業": (260, 2),
    "始まった年": (170, 2),
    "出典": (180, 2),
    "注意": (150, 2),
}

#: Column of the years as numbers, to sort by.
ORDER = "西暦"

#: What the numbers of municipalities leave out of the table.
PREFECTURES = "都道府県そのものとの連携は、表にはありますが、市区町村の数には入れていません。"


def two_years(before: str, after: str, first: int, last: int) -> tuple[tuple[int, int] | None, str]:
    """The years two typed texts ask for, None where they cannot be used; and what has to be said of them.

    A year before the first of the data is that in which nothing had begun yet, and no year to look at; as no year after
    the last is.
    """
    asked = [years.read_one(text, first - 1, last) for text in (before, after)]
    if said := next((one.said for one in asked if one.said), ""):
        return None, said
    one, other = (each.years[1] for each in asked if each.years)
    if one >= other:
        return None, "前の年は、後の年より前の年にしてください。"
    return (one, other), ""


def sides(told: BeforeAfter) -> str:
    """The two sides, for the names of files: 「2015から2025」; of editions, 「R7からR8」."""
    return "から".join(map(_side, (told.found.before, told.found.after)))


def _side(side: Side) -> str:
    selected = side.selected
    until = selected.selection.year_to
    return str(until) if until is not None else reference_year(selected.dataset, selected.selection.sources)


def legend(told: BeforeAfter, side: Side) -> str:
    """The signs of a map, as it draws them, with their numbers: 「● 前からの相手 253　◆ 新しい相手 101」."""
    found = told.found
    other = found.before if side is found.after else found.after
    both, new = len(side.places & other.places), len(side.places - other.places)
    if side is found.after:
        return f"● 前からの相手 {both:,}　◆ 新しい相手 {new:,}"
    return f"● 今も相手 {both:,}　○ 今はない相手 {new:,}" if new else f"● 相手 {both:,}"


def table_title(told: BeforeAfter) -> str:
    """What was added, in numbers."""
    found = told.found
    if not told.several:
        return f"加わったもの（新しい相手 {len(found.places_added):,}市区町村）"
    pairs = f"{told.naming.noun}と市区町村の新しい組 {found.ties_added:,}"
    return f"加わったもの（新しい相手 {len(found.places_added):,}市区町村、{pairs}）"


def kinds(told: BeforeAfter) -> dict[str, str]:
    """What can be new of a row that there is → its words; without numbers, for they stand in the address."""
    there = set(told.found.added.new)
    return {new: words for new, words in told.kinds().items() if new in there}


def columns(table: pd.DataFrame) -> dict[str, Column]:
    """How the columns of a table are shown that say anything; what was added first, which names the row."""
    shown = [name for name in table if (table[name] != "").any()]
    looks = {name: _WIDE.get(name, (0, 1)) for name in shown}
    first = ["相手", *(name for name in shown if name != "相手")]
    return {
        name: Column(
            name, order=ORDER if name == "始まった年" else "", width=looks[name][0], lines=looks[name][1]
        )
        for name in first
    }


def none_with(told: BeforeAfter, place: str) -> str:
    """That there is nothing with a place on the later side."""
    return f"{told.last}に、この条件で分かる{place}との事業はありません。"


def saved(told: BeforeAfter) -> pd.DataFrame:
    """What was added, and below it what there is no more, as a table to save."""
    found = told.found
    added, gone = told.added(found.added), told.gone(found.gone)
    return pd.concat([added, gone.rename(columns={"なくなり方": "加わり方"})]) if len(gone) else added
