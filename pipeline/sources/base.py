"""What every reader produces: the records of a document, each fact with its line."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.dates import StartYear


class SourceError(Exception):
    """A source that cannot be read. ``str(error)`` is one Japanese sentence: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class PartnerCell:
    """Partner text as printed on one line of the document, before it is split into mentions.

    Parameters
    ----------
    text : the printed text, line-wrap spaces kept (splitting needs them)
    line : 1-based line in the source text
    years : the start years printed beside this text, top to bottom; None for 「—」 or 「不明」;
        empty when nothing is printed beside it (the project's year then applies)
    code6 : the municipality code printed beside the name, as printed, else None
    """

    text: str
    line: int
    years: tuple[StartYear | None, ...] = ()
    code6: str | None = None


@dataclass(slots=True)
class Record:
    """One project of a document, with the partner cells of its (possibly merged, page-broken) row.

    ``ward_code`` is the 5-digit code of the origin; ``line`` the 1-based line of its named row;
    ``rows`` the number of printed rows that carry the ward and the project name.
    """

    source: str
    ward_code: str
    name: str
    line: int
    category_raw: str = ""
    organiser: str = ""
    summary: str | None = None
    status: str | None = None
    years: tuple[StartYear | None, ...] = ()
    cells: list[PartnerCell] = field(default_factory=list)
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader saw and wants shown: becomes a finding. ``rule`` is a stable kebab-case name."""

    severity: str
    rule: str
    line: int | None
    subject: str
    message: str
    suggestion: str = ""


@dataclass(slots=True)
class Reading:
    """A whole document read: its records, and the notes the reader made on the way."""

    source: str
    records: list[Record]
    notes: list[Note] = field(default_factory=list)
    rows: int = 0
