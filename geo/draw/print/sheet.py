"""What a page for the council says, whoever sets it: on paper, as a slide.

Knows no document: every word is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.draw.choropleth import ZERO_LABEL
from geo.draw.print.plan import Show
from geo.ledger.selection import Selected


@dataclass(frozen=True)
class Table:
    """Rows to read. Columns named in ``numbers`` stand to the right; the first column gives way.

    Of those that are not ``ranked``, none is before another: how many are left out is said. ``brief`` are the columns
    that do where not all have room; ``under`` is what a list in full says under its title in place of the conditions of
    the page; a table whose rows all stand in another list of the sheet is ``covered`` by it. Cells
    that hold one of the words ``shaded`` stand on a darker ground.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[str]
    ranked: bool = True
    brief: tuple[str, ...] = ()
    under: str = ""
    covered: bool = False
    shaded: frozenset[str] = frozenset()

    def or_none(self) -> Table:
        """The table, or where it has no rows one that says so."""
        return self if self.rows else replace(self, rows=[(ZERO_LABEL, *[""] * (len(self.columns) - 1))])


@dataclass(frozen=True)
class Sheet:
    """What a page says. ``heading`` comes in three pieces, the middle one to stand out.

    ``more`` is what belongs to the heading and has no room in it; ``figures`` are (what is counted, the figure, its unit or whole); ``note`` is (title, body); ``meaning`` says
    what words mean; ``day`` says as of when; ``credits`` whose facts these are; ``table_share``
    how much wider its table is than those of other pages. ``appendix`` are tables that follow in full, each under a
    heading of its own; a sheet that is not ``mapped`` has no map, and its table may have any number of columns.
    """

    heading: tuple[str, str, str]
    conditions: str
    figures: Sequence[tuple[str, str, str]]
    table: Table
    note: tuple[str, str]
    meaning: str
    day: str
    credits: Sequence[str]
    selected: Selected
    show: Show
    more: str = ""
    table_share: float = 1.0
    appendix: Sequence[Table] = ()
    mapped: bool = True

    @property
    def under(self) -> str:
        """What stands under the heading: what belongs to it, and the conditions."""
        return f"{self.more}　{self.conditions}" if self.more else self.conditions

    @property
    def title(self) -> str:
        """The heading as one text."""
        return "".join(self.heading)

    @property
    def sources(self) -> str:
        """As of when, and whose facts these are."""
        return "　".join([f"基準日 {self.day}", *self.credits] if self.day else self.credits)
