"""What changed from an earlier edition to the one in force under a selection: rows, ties that came and went.

The one place that screens, files and the published site take these numbers from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import pandas as pd

from geo.insight.changes import KINDS, Changes, changes
from geo.insight.flows import flows
from geo.insight.matching import Doubt, Edition
from geo.insight.periods import pairs_of
from geo.ledger.dataset import Dataset
from geo.ledger.editions import by_series
from geo.ledger.schema import IN_FORCE, NUMBERS
from geo.ledger.selection import Selected, Selection

#: The kind of change that is none of the facts.
WORDING = "wording"

#: So many answers of :func:`turnover` are kept of a dataset: a document each, of a view.
_KEPT = 8

#: Columns of :func:`partners`.
PARTNERS = (
    "origin_code",
    "origin_name",
    "origin_lat",
    "origin_lon",
    "partner_code",
    "partner_name",
    "lat",
    "lon",
    "came",
    "n",
)


@dataclass(frozen=True)
class Turnover:
    """Two editions of a series held against each other.

    ``table`` has the columns of the table ``changes``, those of wording alone last; ``flows`` the flows of the pairs of
    an origin and a municipality that came and that went (column ``gone``), with the columns of ``geo.insight.flows``;
    ``places_came`` and ``places_went`` the municipalities that no origin had before, or has any more; ``doubts`` what
    nobody can say.
    """

    before: str
    after: str
    table: pd.DataFrame
    flows: pd.DataFrame
    places_came: list[str]
    places_went: list[str]
    doubts: list[Doubt]

    @property
    def ties_came(self) -> int:
        """How many pairs of an origin and a municipality are new."""
        return int((~self.flows.gone).sum())

    @property
    def ties_went(self) -> int:
        """How many pairs there are no more."""
        return int(self.flows.gone.sum())


def editions(dataset: Dataset) -> dict[str, list[str]]:
    """Edition in force that has earlier ones → their ids, the newest first; not of numbers, which have no ties."""
    found: dict[str, list[str]] = {}
    lists = dataset.documents[dataset.documents.layout != NUMBERS]
    for own in by_series(lists.itertuples(index=False)).values():
        newest = next((one for one in own if one.edition == IN_FORCE), None)
        if newest is not None and (before := [one.id for one in own if one.date < newest.date]):
            found[newest.id] = before[::-1]
    return found


def turnover(dataset: Dataset, selection: Selection, before: str, after: str) -> Turnover:
    """What changed from the edition ``before`` to ``after``, which is in force, of what a selection keeps of both.

    A file asks for the same more than once, so the last answers are kept with the dataset.
    """
    if "turnover" not in dataset.counted:
        dataset.counted["turnover"] = lru_cache(_KEPT)(partial(_turnover, dataset))
    return dataset.counted["turnover"](selection, before, after)


def preview(dataset: Dataset, before: str, new: Dataset) -> Changes:
    """What would change from an edition in force to the next of its series, whose tables ``new`` are not kept yet.

    As the build would tell it, once it has the new edition: with what people said of names.
    """
    series = dataset.cited(before).series
    one, other = Edition(*dataset.edition(before)), Edition(new.links, new.projects)
    return changes(one, other, dataset.names, said(dataset, series))


def _turnover(dataset: Dataset, selection: Selection, before: str, after: str) -> Turnover:
    one, other = (
        each.select(replace(selection, sources=(source,)))
        for each, source in ((dataset.with_edition(before), before), (dataset, after))
    )
    series = dataset.cited(after).series
    found = changes(
        Edition(one.links, one.projects),
        Edition(other.links, other.projects),
        dataset.names,
        said(dataset, series),
    )
    facts = found.table.change != WORDING
    table = pd.concat([found.table[facts], found.table[~facts]], ignore_index=True)
    gone, come = _ties(one), _ties(other)
    lost, new = (flows(each).assign(gone=flag) for each, flag in ((one, True), (other, False)))
    drawn = pd.concat([_kept(lost, gone - come), _kept(new, come - gone)], ignore_index=True)
    old_places, new_places = ({place for _, place in pairs} for pairs in (gone, come))
    return Turnover(
        before,
        after,
        table.assign(series=series, source_from=before, source_to=after),
        drawn.astype({"gone": bool}),
        sorted(new_places - old_places),
        sorted(old_places - new_places),
        found.doubts,
    )


def said(dataset: Dataset, series: str) -> Mapping[tuple[str, str, str], bool]:
    """What a person said of names of a series: (origin, name before, name after) → whether it is one project."""
    rows = dataset.meta.get("identities", [])
    return {(origin, one, other): same for own, origin, one, other, same in rows if own == series}


def _ties(selected: Selected) -> set[tuple[str, str]]:
    return pairs_of(selected.ties.municipal)


def _kept(table: pd.DataFrame, wanted: set[tuple[str, str]]) -> pd.DataFrame:
    keys = zip(table.origin_code, table.partner_code, strict=True)
    return table[pd.Series([key in wanted for key in keys], index=table.index, dtype=bool)]


def latest(dataset: Dataset, selection: Selection) -> list[Turnover]:
    """What changed in each document of a selection since its edition before, where it has one."""
    wanted = [
        (before[0], after)
        for after, before in editions(dataset).items()
        if not selection.sources or after in selection.sources
    ]
    return [turnover(dataset, selection, *pair) for pair in wanted]


def rows(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    """The changes of :func:`latest`, with the columns of the table ``changes``, those of wording alone last."""
    tables = [each.table for each in latest(dataset, selection)]
    if not tables:
        return pd.DataFrame(dataset.changes).iloc[:0]
    table = pd.concat(tables, ignore_index=True)
    facts = table.change != WORDING
    return pd.concat([table[facts], table[~facts]])[list(dataset.changes.columns)]


def counts(table: pd.DataFrame) -> dict[str, int]:
    """Kind of change → how many rows are of it, in the order of ``geo.insight.changes.KINDS``, those that there are."""
    found = table.change.value_counts()
    return {kind: int(found[kind]) for kind in KINDS if kind in found.index}


def partners(dataset: Dataset, selection: Selection, per_origin: bool = True) -> pd.DataFrame:
    """The pairs of an origin and a municipality that came and that went: PARTNERS.

    A row is an origin and a place, or without ``per_origin`` a place, with the middle of its origins; ``n`` is in how
    many projects. A place that came for one origin and went for another came.
    """
    tables = [each.flows for each in latest(dataset, selection)]
    if not tables:
        return pd.DataFrame(columns=list(PARTNERS))
    pairs = pd.concat(tables, ignore_index=True).rename(columns={"n_projects": "n"})
    pairs = pairs.assign(came=~pairs.gone.astype(bool))
    if not per_origin and len(pairs):
        pairs = pairs[pairs.came == pairs.groupby("partner_code").came.transform("max")]
        middle = {"origin_lat": pairs.origin_lat.mean(), "origin_lon": pairs.origin_lon.mean()}
        pairs = pairs.assign(origin_code="", origin_name="", **middle)
        totals = pairs.groupby("partner_code").n.transform("sum")
        pairs = pairs.assign(n=totals).drop_duplicates("partner_code")
    order = ["came", "n", "origin_code", "partner_code"]
    return pairs[list(PARTNERS)].sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def growth(dataset: Dataset, selection: Selection, ids: Sequence[str]) -> pd.DataFrame:
    """What each edition of a series holds under a selection, the oldest first, as ``ids`` has them.

    Columns: id, n_projects, n_partners (municipalities), n_ties (pairs of an origin and a municipality), came and went
    (pairs, against the edition before; null for the first).
    """
    found: list[dict] = []
    before: set[tuple[str, str]] | None = None
    standing = dict(zip(dataset.documents.id, dataset.documents.edition, strict=True))
    for edition in ids:
        known = dataset if standing[edition] == IN_FORCE else dataset.with_edition(edition)
        selected = known.select(replace(selection, sources=(edition,)))
        ties = _ties(selected)
        found.append(
            {
                "id": edition,
                "n_projects": int(selected.has_project.sum()),
                "n_partners": len({place for _, place in ties}),
                "n_ties": len(ties),
                "came": None if before is None else len(ties - before),
                "went": None if before is None else len(before - ties),
            }
        )
        before = ties
    return pd.DataFrame(found).astype({"came": "Int64", "went": "Int64"})
