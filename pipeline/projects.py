"""Records become projects: with an identifier, canonical categories, and partners that are geocoded."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from geo.gazetteer import Gazetteer
from pipeline.categories import Categories
from pipeline.dates import StartYear
from pipeline.geocode import Answer, Geocoder
from pipeline.mentions import Mention, split_cells
from pipeline.sources.base import Record


@dataclass(frozen=True, slots=True)
class Partner:
    """A mention, the places it was geocoded to, and its year: the mention's own, else the project's."""

    id: str
    mention: Mention
    answer: Answer
    start_year: StartYear | None


@dataclass(frozen=True, slots=True)
class Project:
    """A record with its identifier, canonical categories, first year and partners."""

    id: str
    record: Record
    categories: tuple[str, ...]
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
    records: Iterable[Record], gazetteer: Gazetteer, geocoder: Geocoder, categories: Categories
) -> list[Project]:
    """Split and geocode the partner cells of every record, in the records' order.

    A first pass learns what places each origin's document names with certainty; they tell what a body is
    that only bears the name of one of them.
    """
    identifiers = Identifiers()
    projects = []
    mentioned = [(record, split_cells(record.cells, gazetteer)) for record in records]
    known = _known(mentioned, geocoder)
    for record, mentions in mentioned:
        own = (record.source, record.ward_code, record.category_raw, record.name, record.organiser)
        project_id = identifiers.make(*own)
        texts = [mention.text for mention in mentions]
        first_year = _earliest(record.years) or _earliest(mention.start_year for mention in mentions)
        partners = []
        for mention in mentions:
            answer = geocoder.geocode(
                mention.text,
                prefecture=mention.prefecture,
                code6=mention.code6,
                source=record.source,
                ward_code=record.ward_code,
                context=texts,
                known=known[record.ward_code],
            )
            mention_id = identifiers.make(project_id, mention.text)
            year = mention.start_year if mention.dated else first_year
            partners.append(Partner(mention_id, mention, answer, year))
        projects.append(
            Project(
                project_id, record, categories.canonical(record.category_raw), first_year, tuple(partners)
            )
        )
    return projects


def _known(mentioned: Iterable[tuple[Record, list[Mention]]], geocoder: Geocoder) -> dict[str, set[str]]:
    """The places named with certainty, by origin.

    The members of a group are not named. Decisions are left aside: one must change nothing but its own mention.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for record, mentions in mentioned:
        texts = [mention.text for mention in mentions]
        for mention in mentions:
            answer = geocoder.read(
                mention.text, mention.prefecture, mention.code6, record.ward_code, context=texts
            )
            known[record.ward_code].update(() if answer.via else answer.codes)
    return known


def _earliest(years: Iterable[StartYear | None]) -> StartYear | None:
    return min((year for year in years if year), key=lambda year: year.year, default=None)
