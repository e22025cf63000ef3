"""Records become projects: with an identifier, canonical categories, and partners that are geocoded."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import Record
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Answer, Geocoder
from pipeline.reading.mentions import Mention, split_cells
from pipeline.reading.overlay import Entry, Row
from pipeline.words.dates import StartYear

#: What an identifier begins with, by what it is of: a spreadsheet takes 43170836e335 for a number.
PROJECT, MENTION, AGREEMENT, EVENT = "p", "m", "a", "e"
_DIGITS = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Partner:
    """A mention, the places it was geocoded to, its year and what that rests on (geo.ledger.schema.YEAR_BASES)."""

    id: str
    mention: Mention
    answer: Answer
    start_year: StartYear | None
    year_basis: str


@dataclass(frozen=True, slots=True)
class Project:
    """A record with its identifier, canonical categories, first year and partners.

    ``printed`` are its partners as the document prints them, ``corrections`` the ids of those laid over it.
    """

    id: str
    record: Record
    categories: tuple[str, ...]
    category_basis: str
    start_year: StartYear | None
    partners: tuple[Partner, ...]
    printed: tuple[str, ...]
    corrections: tuple[str, ...] = ()


class Identifiers:
    """Identifiers that stay the same when a document is rebuilt and when unrelated lines of it move.

    They are hashes of what is printed, never of where. Things printed alike (two agreements of one
    name) are told apart by their order among themselves only.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, ...]] = Counter()

    def make(self, letter: str, *parts: str) -> str:
        """The identifier of `parts` under a letter; a different value each time the same parts come."""
        self._seen[parts] += 1
        return identifier(letter, *parts, str(self._seen[parts]))


def identifier(letter: str, *parts: str) -> str:
    """A letter (PROJECT, MENTION …) and twelve hexadecimal digits for `parts`, always the same."""
    return letter + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def known_as(text: str, letter: str, known: Container[str]) -> str:
    """The identifier among those known that a text means: itself, or one written before they began with a letter.

    A text that means none is given back as it is.
    """
    now = letter + text
    return now if text not in known and _DIGITS.fullmatch(text) and now in known else text


def project_identifier(series: str, key: tuple[str, str, int]) -> str:
    """The identifier of a project of a series, by its origin, its printed name without blanks, and which of that name it is."""
    origin, name, number = key
    return identifier(PROJECT, series, origin, name, str(number))


def make_projects(
    records: Iterable[Record],
    gazetteer: Gazetteer,
    geocoder: Geocoder,
    categories: Categories,
    series: str = "",
    overlay: Callable[[Sequence[Row]], Sequence[Row]] = lambda rows: rows,
) -> list[Project]:
    """Split and geocode the partner cells of every record, in the records' order.

    A first pass learns what places each origin's document names with certainty; they tell what a body is
    that only bears the name of one of them.

    Parameters
    ----------
    series : what the document shares with its other editions: a project has the same identifier in each, as long as
        its printed name and its origin stay
    overlay : lays what people corrected over the rows (``pipeline.reading.overlay``)
    """
    identifiers = Identifiers()
    projects = []
    rows = overlay(printed_rows(records, gazetteer))
    known = _known(rows, geocoder)
    for row in rows:
        record = row.record
        project_id = project_identifier(series or record.source, row.key)
        texts = [entry.mention.text for entry in row.entries]
        partners = []
        for entry in row.entries:
            mention = entry.mention
            answer = geocoder.geocode(
                mention.text,
                prefecture=mention.prefecture,
                code6=mention.code6,
                series=series or record.source,
                origin_code=record.origin_code,
                context=texts,
                known=known[record.origin_code],
            )
            # Without the letter of the project, as before projects had one: the digits stay those of earlier builds.
            mention_id = identifiers.make(MENTION, project_id.removeprefix(PROJECT), mention.text)
            partners.append(Partner(mention_id, mention, answer, entry.year, entry.basis))
        canonical, basis = categories.of(record.category_raw, record.name)
        first_year = _earliest(row.years)
        projects.append(
            Project(
                id=project_id,
                record=record,
                categories=canonical,
                category_basis=basis,
                start_year=first_year,
                partners=tuple(partners),
                printed=row.printed,
                corrections=row.corrections,
            )
        )
    return projects


def printed_rows(records: Iterable[Record], gazetteer: Gazetteer) -> list[Row]:
    """The records with their mentions, as printed."""
    seen: Counter[tuple[str, str]] = Counter()
    rows = []
    for record in records:
        mentions = split_cells(record.cells, gazetteer)
        entries = tuple(Entry(mention, *_year(mention, mentions, record)) for mention in mentions)
        name = record.origin_code, squeeze(record.name)
        seen[name] += 1
        years = (*record.years, *(year for cell in record.cells for year in cell.years))
        printed = tuple(mention.text for mention in mentions)
        rows.append(Row(record, entries, (*name, seen[name]), years, printed))
    return rows


def _year(mention: Mention, mentions: Sequence[Mention], record: Record) -> tuple[StartYear | None, str]:
    """The start year of a mention and what it rests on.

    Where nothing is printed beside it, the one year of the record holds for it: for the whole row where none has
    another year, else as a merged cell that begins above it. Years that are several are nobody's.
    """
    year, basis = mention.start_year, mention.year_basis
    if len(record.years) == 1:
        year_of_all = record.years[0]
        others = [other for other in mentions if other.unit != mention.unit]
        whole = all(other.start_year in (year_of_all, None) for other in others)
        if basis in (None, "above") and whole:
            year, basis = year_of_all, "project"
        elif basis is None and mention.line > record.line:
            year, basis = year_of_all, "above"
        elif (
            basis == "partner"
            and others
            and all(other.year_basis in (None, "above") for other in others)
            and whole
        ):
            basis = "project"
    return (year, basis) if year and basis else (None, "none")


def _known(rows: Iterable[Row], geocoder: Geocoder) -> dict[str, set[str]]:
    """The places named with certainty, by origin.

    The members of a group are not named. Decisions are left aside: one must change nothing but its own mention.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        texts = [entry.mention.text for entry in row.entries]
        origin = row.record.origin_code
        for entry in row.entries:
            mention = entry.mention
            answer = geocoder.read(mention.text, mention.prefecture, mention.code6, origin, context=texts)
            known[origin].update(() if answer.via else answer.codes)
    return known


def _earliest(years: Iterable[StartYear | None]) -> StartYear | None:
    return min((year for year in years if year), key=lambda year: year.year, default=None)
