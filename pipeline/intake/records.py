"""What every reader produces: the records of a document, each fact with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.rules.rule import Note
from pipeline.words.dates import StartYear


class SourceError(Exception):
    """A source that cannot be read. ``str(error)`` is one Japanese sentence: what, where, what to do.

    Options of a command stand in it in brackets, for :attr:`on_screen` to leave out.
    """

    @property
    def on_screen(self) -> str:
        """The sentence for who has no command line before them."""
        return without_options(str(self))


def without_options(sentence: str) -> str:
    """A sentence without the options of a command in brackets: 「連携元を指定してください（--origin 文京区）。」"""
    return re.sub(r"（--[^（）]*）", "", sentence)


class Stopped(Exception):
    """Somebody asked to stop what was being read or made."""


@dataclass(frozen=True, slots=True)
class PartnerCell:
    """Partner text as printed on one line of the document, before it is split into mentions.

    Parameters
    ----------
    text : the printed text, line-wrap spaces kept (splitting needs them)
    line : 1-based line in the source text
    years : the start years printed beside this text, top to bottom; None for 「—」 or 「不明」;
        empty when nothing is printed beside it
    above : whether ``years`` is the year of a merged cell that begins above this text
    code6 : the municipality code printed beside the name, as printed, else None
    prefecture : the prefecture printed above or before the list this text belongs to, else None
    place : where a person finds it (「一覧!C12」), where that is more than its line
    """

    text: str
    line: int
    years: tuple[StartYear | None, ...] = ()
    code6: str | None = None
    prefecture: str | None = None
    above: bool = False
    place: str = ""


@dataclass(slots=True)
class Record:
    """One project of a document, with the partner cells of its (possibly merged, page-broken) row.

    ``origin_code`` is the 5-digit code of the origin; ``line`` the 1-based line of its named row;
    ``rows`` the number of printed rows that carry the origin and the project name. ``singly`` says that the partners are
    told one by one, as a list of whom the origin has ties with, not as what they do together.
    """

    source: str
    origin_code: str
    name: str
    line: int
    category_raw: str = ""
    organiser: str = ""
    summary: str | None = None
    status: str | None = None
    years: tuple[StartYear | None, ...] = ()
    cells: list[PartnerCell] = field(default_factory=list)
    rows: int = 1
    singly: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that the origins together have signed with one body or company.

    Parameters
    ----------
    name : what the document calls this sort of agreement
    partner_text : the body or company, as printed
    kind : "regional" (a body of municipalities) or "company"
    signed_on : ISO date
    line : 1-based line of its row
    stated_members : the number of member municipalities printed beside it, else None
    summary : what is done under it, one thing a line
    """

    name: str
    partner_text: str
    kind: str
    signed_on: str
    line: int
    stated_members: int | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of a table of counts: the row it is in, the fiscal year (西暦), None for 「―」."""

    name: str
    year: int
    value: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a place: its 5-digit code, what it is of and in which unit, its line and place."""

    code: str
    name: str
    unit: str
    value: float
    line: int
    place: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event.

    ``date_from`` and ``date_to`` are ISO dates, YYYY-MM where the day is not printed; ``precision`` is
    "day", "month" or "range". ``title`` is its first printed paragraph, ``text`` all of them, one a line;
    ``line`` and ``last_line`` the 1-based lines it is printed on.
    """

    date_from: str
    date_to: str
    precision: str
    title: str
    text: str
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A number the document states about itself, to be held against what is counted.

    ``what`` is one of "bodies", "prefectures", "companies", "members" (of a list of agreements) and
    "change" (from the first to the last year of the row ``subject``).
    """

    what: str
    value: int
    line: int
    subject: str = ""


@dataclass(slots=True)
class Reading:
    """A whole document read: its records and tables, and the notes the reader made on the way.

    ``series`` is what its editions share; what is printed in the next one is known by it.

    ``lines`` is the document as its reader got it, ``as_of`` the day it stands for, as printed; ``places`` says where a
    person finds a line (1-based line → 「一覧!A12」), and is empty where that is the line itself, as in a text.
    ``furniture`` are the headings the document prints, which are no data; ``origin_names`` how it prints the name of an
    origin, by code.
    """

    source: str
    records: list[Record]
    notes: list[Note] = field(default_factory=list)
    rows: int = 0
    agreements: list[Agreement] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    lines: Sequence[str] = ()
    places: Mapping[int, str] = field(default_factory=dict)
    series: str = ""
    as_of: str = ""
    furniture: tuple[str, ...] = ()
    origin_names: Mapping[str, str] = field(default_factory=dict)
