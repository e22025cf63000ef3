"""The ties of a view beside what the office keeps of them: what is due, in what state, and what is no longer printed."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected
from geo.ledger.ties import Began
from pipeline.upkeep.review_store import FIELDS, STATES, Key, Ledger
from pipeline.upkeep.today import months_later

#: How the next review of a tie stands: its day has passed, it is at hand, it is later, nobody set one.
OVERDUE, SOON, LATER, UNSET = DUE = ("overdue", "soon", "later", "unset")

#: A review is at hand within so many months.
MONTHS = 3

#: Columns of :func:`reviewed`.
COLUMNS = (
    "origin_code",
    "partner_code",
    "origin",
    "partner",
    "prefecture",
    "projects",
    "first_year",
    "first_kind",
    "printed",
    *FIELDS,
    "revision",
    "due",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of the printed ties stand how; ``states`` is by STATES and "" for not said.

    ``gone`` counts the ties that were written of and no document prints any more, which are in no other number;
    ``outside`` those written of that a document prints and the view leaves out; ``unplaced`` the partners of the view's
    documents and origins for which no place is certain, which are no ties.
    """

    ties: int
    states: dict[str, int]
    due: dict[str, int]
    gone: int
    outside: int
    unplaced: int


def due(next_review: str, day: date) -> str:
    """How a next review (ISO, or "") stands on a day; one of DUE. The day itself is not overdue."""
    if not next_review:
        return UNSET
    if next_review < day.isoformat():
        return OVERDUE
    return SOON if next_review <= months_later(day, MONTHS).isoformat() else LATER


def printed_ties(dataset: Dataset) -> list[Key]:
    """Every tie that a document in force prints, whatever a view asks for, in the order of codes."""
    links = dataset.links[dataset.links.drawn]
    pairs = links[["origin_code", "partner_code"]].drop_duplicates()
    return sorted(Key(*row) for row in pairs.itertuples(index=False, name=None))


def reviewed(selected: Selected, ledger: Ledger, day: date) -> pd.DataFrame:
    """The ties of a view and, below them, those of its origins that were written of and are no longer printed.

    Parameters
    ----------
    selected : the view
    ledger : what was written
    day : today

    Returns
    -------
    One row a tie, in the order of origin and partner codes, with COLUMNS: names of origin, partner (with its city) and
    prefecture; ``projects`` the names of its projects in the view, the earliest first; ``first_year``, ``first_kind``
    (西暦 and 年 or 年度) of the first of them that is known to have begun; whether it is ``printed``; the FIELDS;
    ``revision`` (0 where nothing is written); ``due``, one of DUE.
    """
    dataset = selected.dataset
    shown = _ties_of(selected)
    every = set(printed_ties(dataset))
    origins = set(selected.selection.origins)
    gone = sorted(
        key for key in ledger.written if key not in every and (not origins or key.origin_code in origins)
    )
    keys = [*sorted(shown), *gone]
    rows = []
    for key in keys:
        names, year, kind = shown.get(key, ([], None, None))
        values = ledger.values(key)
        rows.append(
            (
                *key,
                origin_name(dataset, key),
                partner_name(dataset, key),
                prefecture_name(dataset, key),
                names,
                year,
                kind,
                key in shown,
                *astuple(values),
                ledger.number(key),
                due(values.next_review, day),
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"first_year": "Int64", "printed": bool})


def standing(table: pd.DataFrame, selected: Selected, ledger: Ledger) -> Standing:
    """The numbers of a view; ``table`` is that of :func:`reviewed`, whole."""
    printed = table[table.printed]
    dataset, selection = selected.dataset, selected.selection
    shown = set(map(Key._make, table[["origin_code", "partner_code"]].itertuples(index=False, name=None)))
    outside = sum(
        key not in shown and (not selection.origins or key.origin_code in selection.origins)
        for key in ledger.written
    )
    links = dataset.links
    doubtful = ~links.drawn & (links.partner_code != links.origin_code).fillna(True)
    for column, chosen in (("origin_code", selection.origins), ("source", selection.sources)):
        if chosen:
            doubtful &= links[column].isin(chosen)
    return Standing(
        len(printed),
        {state: int((printed.state == state).sum()) for state in (*STATES, "")},
        {kind: int((printed.due == kind).sum()) for kind in DUE},
        int((~table.printed).sum()),
        outside,
        int(doubtful.sum()),
    )


def sections(table: pd.DataFrame) -> list[str]:
    """The sections in charge, in order of their names; "" at the end where a tie has none."""
    found = set(table.section)
    return [*sorted(found - {""}), *([""] if "" in found else [])]


def origin_name(dataset: Dataset, key: Key) -> str:
    """The name of the origin of a tie; its code where nobody has that any more."""
    return dataset.origin_names.get(key.origin_code, key.origin_code)


def partner_name(dataset: Dataset, key: Key) -> str:
    """The name of the partner of a tie without its prefecture, a ward with its city; likewise its code."""
    code = key.partner_code
    if code not in dataset.places:
        return code
    return (
        dataset.names[code]
        if code.endswith("000")
        else dataset.names[code].removeprefix(dataset.places[code].prefecture)
    )


def prefecture_name(dataset: Dataset, key: Key) -> str:
    """The prefecture that the partner of a tie lies in, or is; "" where nobody knows."""
    code = key.partner_code
    return dataset.places[code].prefecture if code in dataset.places else ""


def _ties_of(selected: Selected) -> dict[Key, tuple[list[str], int | None, str | None]]:
    """The ties of a view: tie → the names of its projects, and when the first began."""
    ties, dataset = selected.ties, selected.dataset
    groups = ties.pairs(ties.origin, dataset.columns.partner[ties.rows])
    order = np.lexsort((ties.began >> 1, groups.of))
    names = dataset.projects["name"].to_numpy(object)[ties.project[order]]
    own = np.split(names, np.cumsum(groups.sizes))
    found: dict[Key, tuple[list[str], int | None, str | None]] = {}
    for origin, partner, printed, number in zip(
        ties.codes_of(groups.first), ties.codes_of(groups.second), own, groups.began.tolist(), strict=False
    ):
        first = Began.of(number)
        found[Key(origin, partner)] = (
            list(dict.fromkeys(printed)),
            first.year if first else None,
            first.kind if first else None,
        )
    return found
