"""Before and after: what had begun by one year and by a later one, or what stands in two editions of a series.

Of the years only what is known to have begun counts; what nobody knows the beginning of stands beside it. What has ended
is no longer in a document, so the side of an earlier year is what of today's document had begun by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from geo.insight.metrics import KeyFigures, key_figures, prefecture_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from geo.ledger.ties import Began, Ties

#: What is new of a row of :attr:`Periods.added`: the place for all origins looked at, the pair of origin and place, or
#: a project of a pair that there was before.
PLACE, PAIR, PROJECT = "place", "pair", "project"

#: Columns of :attr:`Periods.added` and :attr:`Periods.gone`.
ROWS = (
    "origin_code",
    "partner_code",
    "new",
    "n_projects",
    "projects",
    "start_year",
    "year_kind",
    "year_basis",
    "source",
    "source_line",
    "unsure",
)

#: Pairs of an origin and a partner: a municipality, or a prefecture itself (NN000).
Pairs = set[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two: what is kept, with everything that is counted of it."""

    selected: Selected

    @cached_property
    def figures(self) -> KeyFigures:
        """The key figures."""
        return key_figures(self.selected)

    @cached_property
    def pairs(self) -> Pairs:
        """Pairs of an origin and a partner, prefectures themselves too."""
        return pairs_of(self.selected.ties)

    @property
    def ties(self) -> int:
        """How many pairs of an origin and a municipality there are."""
        return len({pair for pair in self.pairs if _municipal(pair[1])})

    @cached_property
    def places(self) -> set[str]:
        """The municipalities."""
        return {place for _, place in self.pairs if _municipal(place)}

    @cached_property
    def reached(self) -> set[str]:
        """The prefectures with a municipality of these, or a partner themselves."""
        ties = self.selected.ties
        return set(ties.distinct(ties.prefecture))

    @cached_property
    def ends(self) -> set[str]:
        """The municipalities, and the prefectures that are partners themselves."""
        return {place for _, place in self.pairs}


@dataclass(frozen=True, eq=False)
class Periods:
    """Two sides held against each other.

    ``undated`` is what is in neither side only because nobody knows when it began; nothing where two editions are
    compared. ``unknown`` are the municipalities of which no beginning is known at all, ``open_pairs`` the pairs that have
    a tie without one.
    """

    before: Side
    after: Side
    undated: KeyFigures
    unknown: frozenset[str]
    open_pairs: frozenset[tuple[str, str]]

    @property
    def places_added(self) -> set[str]:
        """Municipalities that are partners now and were not before."""
        return self.after.places - self.before.places

    @property
    def places_gone(self) -> set[str]:
        """Municipalities that were partners before and are not now; none between two years."""
        return self.before.places - self.after.places

    @property
    def prefectures_added(self) -> set[str]:
        """Prefectures reached now and not before."""
        return self.after.reached - self.before.reached

    @property
    def ties_added(self) -> int:
        """Pairs of an origin and a municipality that are new."""
        return sum(_municipal(place) for _, place in self.after.pairs - self.before.pairs)

    @property
    def ties_gone(self) -> int:
        """Pairs of an origin and a municipality that there are no more; none between two years."""
        return sum(_municipal(place) for _, place in self.before.pairs - self.after.pairs)

    @cached_property
    def unsure(self) -> set[str]:
        """Municipalities that were added as far as is known, with a tie of unknown beginning: perhaps older partners."""
        return self.places_added & {place for _, place in self.open_pairs}

    @cached_property
    def added(self) -> pd.DataFrame:
        """What was added, a row an origin and a partner: ROWS, new places first, then by place and origin.

        ``projects`` are the names of those that were added, the oldest first; year, source and source_line (as
        ``links``) are those of the first of them. ``unsure``: another tie of the row has no known beginning.
        """
        return self._rows(self.after, self.before)

    @cached_property
    def gone(self) -> pd.DataFrame:
        """What there is no more, likewise; nothing between two years."""
        return self._rows(self.before, self.after)

    @cached_property
    def prefectures(self) -> pd.DataFrame:
        """Every prefecture, in code order.

        Columns: code, name, n_municipalities (that could be partners), n_before, n_after (partner municipalities), n_added,
        n_gone, n_unknown (municipalities of which no beginning is known at all).
        """
        one, other = (prefecture_table(side.selected) for side in (self.before, self.after))
        counted = {
            name: pd.Series([f"{place[:2]}000" for place in places], dtype=object).value_counts()
            for name, places in (
                ("n_added", self.places_added),
                ("n_gone", self.places_gone),
                ("n_unknown", self.unknown),
            )
        }
        table = other[["code", "name", "n_municipalities"]].assign(
            n_before=one.n_partners, n_after=other.n_partners
        )
        return table.assign(
            **{name: table.code.map(counts).fillna(0).astype(int) for name, counts in counted.items()}
        )

    def _rows(self, side: Side, than: Side) -> pd.DataFrame:
        """What ``side`` has more ``than`` the other."""
        ties = side.selected.ties
        if self.of_years:
            ties = ties.where(~than.selected.keep[ties.rows])
        links = side.selected.links_of(ties)
        rows = [
            (*pair, new, len(names), tuple(names), *first, pair in self.open_pairs)
            for pair, names, first in _by_pair(links)
            if (new := _what_is_new(pair, than)) != PROJECT or self.of_years
        ]
        table = pd.DataFrame(rows, columns=list(ROWS)).astype({"start_year": "Int64"})
        order = {new: place for place, new in enumerate((PLACE, PAIR, PROJECT))}
        return table.sort_values(
            ["new", "partner_code", "origin_code"],
            key=lambda own: own.map(order) if own.name == "new" else own,
            ignore_index=True,
        )

    @property
    def of_years(self) -> bool:
        """Whether two years are compared, and not two editions."""
        return self.before.selected.dataset is self.after.selected.dataset


def between_years(dataset: Dataset, selection: Selection, first: int, last: int) -> Periods:
    """What a selection keeps that had begun by ``first``, and by ``last``; the years it asks for itself count for nothing.

    Parameters
    ----------
    first, last : 西暦, the whole 年 and 年度 included, ``first`` before ``last``

    Raises
    ------
    ValueError : ``first`` is not before ``last``.
    """
    if first >= last:
        raise ValueError(f"{first} is not before {last}")
    one, other = (
        Side(dataset.select(replace(selection, year_mode="as_of", year_from=None, year_to=year)))
        for year in (first, last)
    )
    ever = dataset.select(replace(selection, year_from=None, year_to=None, unknown_years=True))
    ties = ever.ties
    known, unknown = ties.where(ties.dated), ties.where(~ties.dated)
    return Periods(
        one,
        other,
        key_figures(ever, unknown),
        frozenset(unknown.distinct(unknown.municipality)).difference(known.distinct(known.municipality)),
        frozenset(pairs_of(unknown)),
    )


def between_editions(dataset: Dataset, selection: Selection, before: str, after: str) -> Periods:
    """What a selection keeps of two editions of a series, ``after`` the one in force (as ``geo.insight.turnover``)."""
    one, other = (
        Side(each.select(replace(selection, sources=(source,))))
        for each, source in ((dataset.with_edition(before), before), (dataset, after))
    )
    nothing = other.selected.ties.where(np.zeros(0, int))
    return Periods(one, other, key_figures(other.selected, nothing), frozenset(), frozenset())


def pairs_of(ties: Ties) -> Pairs:
    """The pairs of an origin and a partner that some ties are of."""
    pairs = ties.pairs(ties.origin, ties.partner)
    return set(zip(ties.codes_of(pairs.first), ties.codes_of(pairs.second), strict=True))


def _municipal(place: str) -> bool:
    return not place.endswith("000")


def _what_is_new(pair: tuple[str, str], than: Side) -> str:
    if pair in than.pairs:
        return PROJECT
    return PAIR if pair[1] in than.ends else PLACE


def _by_pair(links: pd.DataFrame) -> Iterator[tuple[tuple[str, str], list[str], tuple]]:
    """Pair, names of its projects and (year, kind, basis, source, line) of the first, the oldest first."""
    columns = ["origin_code", "municipality_code", "prefecture_code", "project_id", "project_name"]
    columns += ["start_year", "year_kind", "year_basis", "source", "source_line"]
    plain = links[columns].astype(object).where(links[columns].notna(), None)
    groups: dict[tuple[str, str], list[tuple]] = {}
    for origin, place, prefecture, *rest in plain.itertuples(index=False, name=None):
        groups.setdefault((origin, place or prefecture), []).append(tuple(rest))
    for pair, rows in groups.items():
        rows.sort(key=_when)
        names = dict.fromkeys(project for project, *_ in rows)
        called = {project: name for project, name, *_ in reversed(rows)}
        yield pair, [called[project] for project in names], rows[0][2:]


def _when(row: tuple) -> tuple:
    """What orders the rows of a pair: the year, what is not known last, then where it is printed."""
    _, _, year, kind, _, source, line = row
    return (year is None, Began(year or 0, kind != "年"), source, line)
