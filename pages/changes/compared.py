"""What changed under the conditions of the panel, between an earlier edition and the one that is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geo.insight.changes import Doubt, Edition, changes
from geo.insight.flows import flows
from geo.ledger.dataset import Dataset
from geo.ledger.editions import by_series
from geo.ledger.selection import Selected, Selection
from pages.shared.frame import current as data
from pipeline.reading.identities import load_identities, read_identities


@dataclass(frozen=True)
class Compared:
    """Two editions held against each other.

    ``table`` is of ``geo.insight.changes``; ``flows`` the flows of ties that came and of those that went (column
    ``gone``), with the columns of ``geo.insight.flows``; ``places_came`` and ``places_went`` the municipalities that
    no origin had before, or has any more; ``doubts`` what nobody can say.
    """

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


def pairs(dataset: Dataset) -> dict[str, list[str]]:
    """Edition in force that has earlier ones → their ids, the newest first."""
    found = {}
    for editions in by_series(dataset.documents.itertuples(index=False)).values():
        newest = next((one for one in editions if one.edition == "in_force"), None)
        earlier = [one.id for one in reversed(editions) if newest is not None and one.date < newest.date]
        if newest is not None and earlier:
            found[newest.id] = earlier
    return found


@data.remembered(16)
def compared(dataset: Dataset, selection: Selection, before: str, after: str) -> Compared:
    """The changes from the edition ``before`` to ``after``, which is in force, of what a selection keeps of both."""
    old = data.earlier(before)
    one, other = (
        each.select(replace(selection, sources=(source,)))
        for each, source in ((old, before), (dataset, after))
    )
    series = dataset.cited(after).series
    same = load_identities(read_identities()).get(series)
    found = changes(*(Edition(each.links, each.projects) for each in (one, other)), dataset.names, same)
    gone, come = (_ties(each) for each in (one, other))
    lost, new = (flows(each).assign(gone=flag) for each, flag in ((one, True), (other, False)))
    drawn = pd.concat([_kept(lost, gone - come), _kept(new, come - gone)], ignore_index=True)
    before_places, after_places = ({place for _, place in pairs} for pairs in (gone, come))
    return Compared(
        found.table,
        drawn,
        sorted(after_places - before_places),
        sorted(before_places - after_places),
        found.doubts,
    )


@data.remembered(16)
def growth(dataset: Dataset, selection: Selection, editions: tuple[str, ...]) -> pd.DataFrame:
    """What each edition holds under a selection, the oldest first.

    Columns: id, n_projects, n_partners (municipalities), n_ties (pairs of an origin and a municipality), came and went
    (pairs, against the edition before; null for the first).
    """
    rows: list[dict] = []
    before: set[tuple[str, str]] | None = None
    for edition in editions:
        known = data.earlier(edition) if edition in set(data.editions().values()) else dataset
        selected = known.select(replace(selection, sources=(edition,)))
        ties = _ties(selected)
        rows.append(
            {
                "id": edition,
                "n_projects": len({tie.project for tie in selected.ties}),
                "n_partners": len({place for _, place in ties}),
                "n_ties": len(ties),
                "came": None if before is None else len(ties - before),
                "went": None if before is None else len(before - ties),
            }
        )
        before = ties
    return pd.DataFrame(rows).astype({"came": "Int64", "went": "Int64"})


def _ties(selected: Selected) -> set[tuple[str, str]]:
    return {(tie.origin, tie.municipality) for tie in selected.ties if tie.municipality}


def _kept(table: pd.DataFrame, wanted: set[tuple[str, str]]) -> pd.DataFrame:
    keys = list(zip(table.origin_code, table.partner_code, strict=True))
    return table[[key in wanted for key in keys]]
