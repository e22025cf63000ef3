"""The page and the slide of two years, or two editions, held against each other."""

from __future__ import annotations

from geo.draw.print.figure import SIGNS, Show
from geo.draw.print.sheet import Sheet, Table
from pipeline.deliver import notes
from pipeline.words import view as words
from pipeline.words.before_after import BeforeAfter

#: So much wider than other tables: it names places, origins and projects.
_SHARE = 1.3


def periods_sheet(told: BeforeAfter) -> Sheet:
    """What one page says: both numbers, the municipalities that were added in colour, and their names in a table."""
    found, dataset, heading = told.found, told.dataset, told.heading()
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, told.selection)}",
        more=heading.more,
        figures=told.figures(),
        table=_table(told).or_none(),
        note=("数え方", told.counting() or _editions(told)),
        meaning=notes.networks(dataset),
        day=words.reference_day(dataset, told.selection.sources),
        credits=notes.credits(dataset, told.selection),
        selected=found.after.selected,
        show=Show(SIGNS, subject=told.who, origin=told.naming.noun, signs=told.signs(found.after)),
        table_share=_SHARE,
    )


def _editions(told: BeforeAfter) -> str:
    return f"{told.first}と{told.last}を、同じ条件でくらべています。"


def _table(told: BeforeAfter) -> Table:
    """The municipalities that were added."""
    new = told.places()
    if not told.several:
        new = new.drop(columns=told.naming.heading)
    rows = list(new.itertuples(index=False, name=None))
    return Table("新しい相手の市区町村", tuple(new.columns), rows, frozenset(), ranked=False)
