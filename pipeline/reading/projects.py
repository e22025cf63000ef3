"""Records become projects: with an identifier, canonical categories, and partners that are geocoded."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import Record
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Answer, Geocoder
from pipeline.reading.mentions import Mention, split_cells
from pipeline.words.dates import StartYear


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
    """A record with its identifier, canonical categories, first year and partners."""

    id: str
    record: Record
    categories: tuple[str, ...]
    category_basis: str
    start_year: StartYear | None
    partners: tuple[Partner, ...]


class Identifiers:
    """Identifiers that stay the same when a document is rebuilt and when unrelated lines of it move.

    They are hashes of what is printed, never of where. Things printed alike (two agreements of one
    name) are told apart by their order among themselves only.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, ...]] = Counter()

    def make(self, *parts: str) -> str:
        """Twelve hexadecimal digits for `parts`; a different value each time the same parts come."""
        self._seen[parts] += 1
        text = "\x1f".join([*parts, str(self._seen[parts])])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def make_projects(
    records: Iterable[Record],
    gazetteer: Gazetteer,
    geocoder: Geocoder,
    categories: Categories,
    series: str = "",
) -> list[Project]:
    """Split and geocode the partner cells of every record, in the records' order.

    A first pass learns what places each origin's document names with certainty; they tell what a body is
    that only bears the name of one of them.

    Parameters
    ----------
    series : what the document shares with its other editions: a project has the same identifier in each, as long as
        its printed name and its origin stay
    """
    identifiers = Identifiers()
    projects = []
    mentioned = [(record, split_cells(record.cells, gazetteer)) for record in records]
    known = _known(mentioned, geocoder)
    for record, mentions in mentioned:
        project_id = identifiers.make(series or record.source, record.origin_code, squeeze(record.name))
        texts = [mention.text for mention in mentions]
        first_year = _earliest([*record.years, *(year for cell in record.cells for year in cell.years)])
        partners = []
        for mention in mentions:
            answer = geocoder.geocode(
                mention.text,
                prefecture=mention.prefecture,
                code6=mention.code6,
                series=series or record.source,
                origin_code=record.origin_code,
                context=texts,
                known=known[record.origin_code],
            )
            mention_id = identifiers.make(project_id, mention.text)
            partners.append(Partner(mention_id, mention, answer, *_year(mention, mentions, record)))
        canonical, basis = categories.of(record.category_raw, record.name)
        projects.append(Project(project_id, record, canonical, basis, first_year, tuple(partners)))
    return projects


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


def _known(mentioned: Iterable[tuple[Record, list[Mention]]], geocoder: Geocoder) -> dict[str, set[str]]:
    """The places named with certainty, by origin.

    The members of a group are not named. Decisions are left aside: one must change nothing but its own mention.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for record, mentions in mentioned:
        texts = [mention.text for mention in mentions]
        for mention in mentions:
            answer = geocoder.read(
                mention.text, mention.prefecture, mention.code6, record.origin_code, context=texts
            )
            known[record.origin_code].update(() if answer.via else answer.codes)
    return known


def _earliest(years: Iterable[StartYear | None]) -> StartYear | None:
    return min((year for year in years if year), key=lambda year: year.year, default=None)
