"""A filled check sheet against what has been written since it went out: three-way, by the revision each row carries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.upkeep.review_intake import Filled, FilledRow
from pipeline.upkeep.review_store import FIELDS, Change, Key, Ledger, Revision, Values

#: What becomes of a row of a filled sheet; each row is of exactly one of these.
UNCHANGED, CHANGED, CONFLICT, UNKNOWN, UNREADABLE = KINDS = (
    "unchanged",
    "changed",
    "conflict",
    "unknown",
    "unreadable",
)


class Merged(NamedTuple):
    """What comes of two people's work on one tie.

    ``values`` are those of the sheet where it says something new, else those that hold; ``changed`` are the fields it
    changes; ``clashing``, among them, those that somebody else has changed to something else.
    """

    values: Values
    changed: tuple[str, ...]
    clashing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the sheet, its kind (one of KINDS), and what stands against it.

    ``current`` is the revision that holds, None where there is none; ``merged`` is None where the row is of no tie that
    is known, or cannot be read.
    """

    row: FilledRow
    kind: str
    current: Revision | None = None
    merged: Merged | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """What a filled sheet would do to the ledger as it stands now: one outcome a row, in the order of the file."""

    outcomes: tuple[Outcome, ...]

    def of(self, kind: str) -> list[Outcome]:
        """The outcomes of a kind."""
        return [one for one in self.outcomes if one.kind == kind]

    def changes(self, taken: Collection[Key]) -> dict[Key, Change]:
        """What to save: every changed row, and of those in conflict the ones that are ``taken`` from the sheet."""
        found = {}
        for one in self.outcomes:
            key = one.row.key
            if key is None or one.merged is None:
                continue
            if one.kind == CHANGED or (one.kind == CONFLICT and key in taken):
                found[key] = Change(one.merged.values, one.current.number if one.current else 0)
        return found


def merge(base: Values | None, said: Mapping[str, str], current: Values) -> Merged:
    """Merge what a sheet says of a tie into what holds of it.

    Parameters
    ----------
    base : what stood in the sheet when it went out; None where nobody knows
    said : field → what the sheet says now; a field it has no column for is not in it
    current : what holds

    A field that the sheet leaves as it went out keeps what holds. Where nobody knows how it went out, a field that says
    something else than what holds is new where nothing was written, and clashes where something was.
    """
    changed, clashing = [], []
    for field, mine in said.items():
        theirs = getattr(current, field)
        before = getattr(base, field) if base is not None else ""
        if mine == theirs or (base is not None and mine == before):
            continue
        changed.append(field)
        if theirs != before:
            clashing.append(field)
    values = replace(current, **{field: said[field] for field in changed})
    ordered = [field for field in FIELDS if field in changed]
    return Merged(values, tuple(ordered), tuple(field for field in ordered if field in clashing))


def plan(filled: Filled, ledger: Ledger) -> Plan:
    """What a filled sheet would do to a ledger. A row never changes a tie that another row of the file changes too."""
    return Plan(tuple(_outcome(row, ledger) for row in filled.rows))


def _outcome(row: FilledRow, ledger: Ledger) -> Outcome:
    if row.problems:
        return Outcome(row, UNREADABLE)
    if row.key is None:
        return Outcome(row, UNKNOWN)
    current = ledger.current(row.key)
    if row.repeats:
        return Outcome(row, UNCHANGED, current)
    base = ledger.at(row.key, row.seen) if row.seen is not None else None
    merged = merge(base, row.said, ledger.values(row.key))
    kind = CONFLICT if merged.clashing else CHANGED if merged.changed else UNCHANGED
    return Outcome(row, kind, current, merged)
