"""What the changes between editions come to under a selection: its rows, and the partners that came and went."""

from __future__ import annotations

import pandas as pd

from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection

#: The kind of change that is none of the facts.
WORDING = "wording"

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


def rows(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    """The changes of the chosen origins in the chosen documents, those of wording alone last.

    An edition knows its own projects only: fields, years and kinds of tie do not narrow them.
    """
    table = pd.DataFrame(dataset.changes)
    if selection.origins:
        table = table[table.origin_code.isin(selection.origins)]
    if selection.sources:
        table = table[table.source_to.isin(selection.sources)]
    facts = table.change != WORDING
    return pd.concat([table[facts], table[~facts]])


def counts(table: pd.DataFrame) -> dict[str, int]:
    """Kind of change → how many rows are of it, in the order of ``geo.insight.changes.KINDS``, those that there are."""
    found = table.change.value_counts()
    return {kind: int(found[kind]) for kind in KINDS if kind in found.index}


def partners(dataset: Dataset, selection: Selection, per_origin: bool = True) -> pd.DataFrame:
    """Whom projects that began or went on gained, and whom projects that ended or went on lost: PARTNERS.

    A row is an origin and a place, or without ``per_origin`` a place, with the middle of its origins; ``n`` is in how
    many projects it came or went. Where the same place came in one project and went in another it came. Partners that
    are no place, and groups, are none; nor is an origin itself.
    """
    changed = rows(dataset, selection)
    pairs = pd.concat([_came(dataset, changed), _went(dataset, changed)], ignore_index=True)
    pairs = pairs[pairs.partner_code.isin(dataset.places) & (pairs.partner_code != pairs.origin_code)].copy()
    for side, code in (("origin_", "origin_code"), ("", "partner_code")):
        places = [dataset.places[each] for each in pairs[code]]
        pairs[f"{side}lat"] = [float(place.lat) for place in places]
        pairs[f"{side}lon"] = [float(place.lon) for place in places]
        pairs["origin_name" if side else "partner_name"] = [place.name for place in places]
    keys = ["origin_code", "partner_code"] if per_origin else ["partner_code"]
    pairs = pairs[pairs.came == pairs.groupby(keys).came.transform("max")]
    if not per_origin:
        pairs = pairs.assign(
            origin_code="",
            origin_name="",
            origin_lat=pairs.origin_lat.mean(),
            origin_lon=pairs.origin_lon.mean(),
        )
    grouped = pairs.groupby(keys, as_index=False)
    table = grouped.first().merge(grouped.agg(n=("came", "size")), on=keys)
    order = ["came", "n", "origin_code", "partner_code"]
    return table[list(PARTNERS)].sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _came(dataset: Dataset, changed: pd.DataFrame) -> pd.DataFrame:
    """The partners that came: those of projects that began, as the tables have them, and those named by a change."""
    began = changed.project_id_to[changed.change == "project-added"]
    links = dataset.links[
        dataset.links.project_id.isin(began) & dataset.links.drawn & dataset.links.via.isna()
    ]
    own = links.drop_duplicates(["project_id", "partner_code"])
    return _pairs([own, changed[changed.change == "partner-added"]], came=True)


def _went(dataset: Dataset, changed: pd.DataFrame) -> pd.DataFrame:
    """The partners that went: of projects that ended the change has the names of the places."""
    codes = {name: code for code, name in dataset.names.items()}
    ended = changed[changed.change == "project-ended"]
    named = ended.assign(partner_code=ended.before.fillna("").str.split("、")).explode("partner_code")
    named["partner_code"] = named.partner_code.map(codes)
    return _pairs([named, changed[changed.change == "partner-ended"]], came=False)


def _pairs(tables: list[pd.DataFrame], came: bool) -> pd.DataFrame:
    pairs = pd.concat([table[["origin_code", "partner_code"]].astype(object) for table in tables])
    return pairs.dropna().assign(came=came)
