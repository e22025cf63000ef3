"""What one document comes to, whatever other documents there are: its tables, and what those of all are made of."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import pyarrow as pa

from geo.folders import REFERENCE_DIR
from geo.places.codes import prefecture_code
from geo.places.gazetteer import Gazetteer
from pipeline.building import overlaid
from pipeline.building.build_tables import place, project_tables, rows_table
from pipeline.building.findings import Context, check_document
from pipeline.building.findings.background import load_established
from pipeline.building.findings.conservation import text_lost
from pipeline.intake.contents import Contents
from pipeline.intake.records import Reading
from pipeline.intake.registry import Document, read
from pipeline.reading.categories import Categories
from pipeline.reading.corrections import Correction, load_corrections
from pipeline.reading.geocode import Geocoder, load_decisions
from pipeline.reading.geocode.decisions import Decision
from pipeline.reading.mentions import split_cells
from pipeline.reading.overlay import NO_LINE, NO_PLACE, Overlay
from pipeline.reading.projects import Project, make_projects
from pipeline.rules.rule import Note

#: The tables that a document has rows of by itself.
OWN_TABLES = ("links", "projects", "mentions", "findings", "corrections", "indicators")
#: Where a person finds a line of a document.
PLACES = pa.schema([("line", pa.int64()), ("place", pa.string())])


@dataclass(frozen=True)
class Part:
    """A document that was read, geocoded and checked.

    Parameters
    ----------
    reading : what was read of it, without its records, lines, notes and numbers, which are in the tables
    rows, records : how many its reader counted and made
    origins : codes of the origins of its records; ``homes`` the prefectures (NN000) of those of its projects
    partners : codes of the municipalities that are partners in it, as first printed
    reconciled : its rows of the reconciliation (build.json)
    tables : its rows of OWN_TABLES; its findings are those that can be told without any other document
    places : line → where a person finds it, as PLACES, of files that have no lines
    """

    reading: Reading
    rows: int
    records: int
    origins: tuple[str, ...]
    homes: tuple[str, ...]
    partners: tuple[str, ...]
    reconciled: list[dict]
    tables: dict[str, pa.Table]
    places: pa.Table

    @cached_property
    def where(self) -> dict[int, str]:
        """Line → where a person finds it; of rows that were added, that they are in no document."""
        found = zip(*(self.places[name].to_pylist() for name in PLACES.names), strict=True)
        return {NO_LINE: NO_PLACE, **dict(found)}


@dataclass(frozen=True)
class Lookups:
    """What a document is read with, whichever it is."""

    gazetteer: Gazetteer
    contents: Contents
    categories: Categories
    established: Mapping[str, int]

    @classmethod
    def load_lookups(cls) -> Lookups:
        """Read them from the reference data."""
        gazetteer = Gazetteer.load()
        categories = Categories.load(REFERENCE_DIR / "categories.csv")
        established = load_established(REFERENCE_DIR / "established.csv")
        return Lookups(gazetteer, Contents(gazetteer), categories, established)


class Reader:
    """Reads documents, each by itself.

    Parameters
    ----------
    documents : all that are there, by id: of some it matters which series they are of, and of which day
    decisions, corrections : the content of the files in which people say how to read them
    more : decisions besides

    Raises
    ------
    SourceError : one of these files cannot be read.
    """

    def __init__(
        self,
        lookups: Lookups,
        documents: Mapping[str, Document],
        decisions: bytes,
        corrections: bytes,
        more: Iterable[Decision] = (),
    ) -> None:
        self._lookups, self._documents = lookups, documents
        series = {document.id: document.series for document in documents.values()}
        self.decisions = [*load_decisions(lookups.gazetteer, content=decisions, series=series), *more]
        self.corrections = load_corrections(corrections, lookups.gazetteer)
        self._geocoder = Geocoder(lookups.gazetteer, self.decisions)
        self.dates = {document.id: document.date for document in documents.values()}
        self._split = partial(split_cells, gazetteer=lookups.gazetteer)

    def part(self, source: str, file: str, data: bytes, read_before: Reading | None = None) -> Part:
        """Read one document, geocode its partners, and check it by itself.

        Parameters
        ----------
        source : its id
        file, data : the name of its file, and what stands in it
        read_before : what was read of it, where that need not be done again

        Raises
        ------
        SourceError : it cannot be read.
        """
        lookups, document = self._lookups, self._documents[source]
        reading = read_before or read(Path(file), document, data, lookups.contents)
        overlay = Overlay(source, self.held(document), self._split)
        projects = make_projects(
            reading.records,
            lookups.gazetteer,
            self._geocoder,
            lookups.categories,
            reading.series,
            overlay.laid,
        )
        standings = overlaid.told(overlay.standings, document, self.dates)
        context = Context(lookups.gazetteer, lookups.categories, int(document.date[:4]), lookups.established)
        notes = [
            *check_document(reading, projects, context),
            *text_lost(reading.lines, reading, guessed=document.guessed),
            *overlaid.notes(standings),
        ]
        where = {NO_LINE: NO_PLACE, **reading.places}
        tables = project_tables(projects, document.series, where)
        tables["findings"] = rows_table("findings", (finding(source, note, where) for note in notes))
        corrected = overlaid.rows({source: standings}, {source: document.series}, {source: where})
        tables["corrections"] = rows_table("corrections", corrected)
        tables["indicators"] = rows_table("indicators", _numbers(reading))
        places = [list(reading.places), list(reading.places.values())]
        return Part(
            replace(reading, records=[], notes=[], numbers=[], lines=(), places={}),
            reading.rows,
            len(reading.records),
            tuple(dict.fromkeys(record.origin_code for record in reading.records)),
            tuple(dict.fromkeys(prefecture_code(project.record.origin_code) for project in projects)),
            _partners(projects),
            _reconciled(reading, projects, overlay, lookups.gazetteer),
            tables,
            pa.table([pa.array(*one) for one in zip(places, PLACES.types, strict=True)], PLACES),
        )

    def held(self, document: Document) -> list[Correction]:
        """The corrections that a document is held against."""
        return overlaid.holding_for(document, self.corrections, self.dates)


def finding(source: str, note: Note, where: Mapping[int, str]) -> dict:
    """A row of the table ``findings``."""
    return {
        "severity": note.severity,
        "rule": note.rule,
        "source": source,
        "source_line": note.line,
        "source_place": place(note.line, where),
        "parameters": json.dumps(note.parameters, ensure_ascii=False, sort_keys=True),
        "subject": note.subject,
        "message": note.message,
        "suggestion": note.suggestion,
    }


def _numbers(reading: Reading) -> Iterable[dict]:
    for number in reading.numbers:
        yield {
            "source": reading.source,
            "code": number.code,
            "indicator": number.name,
            "unit": number.unit,
            "value": number.value,
            "source_line": number.line,
            "source_place": number.place,
        }


def _partners(projects: Iterable[Project]) -> tuple[str, ...]:
    """The codes of the municipalities that are partners."""
    found: dict[str, None] = {}
    for project in projects:
        for partner in project.partners:
            if partner.answer.level == "municipality":
                found.update(dict.fromkeys(partner.answer.codes))
    return tuple(found)


def _reconciled(
    reading: Reading, projects: Sequence[Project], overlay: Overlay, gazetteer: Gazetteer
) -> list[dict]:
    """Per origin of a document: rows, projects, and mentions = resolved + unresolved = printed - replaced + added.

    A mention is resolved when it has a place; `with_candidates` are those of the unresolved that a
    person can settle by choosing. `replaced` are printed mentions that corrections stand for, `added` those of
    corrections.
    """
    printed: Counter[str] = Counter()
    own: dict[str, list[Project]] = defaultdict(list)
    for record in reading.records:
        printed[record.origin_code] += record.rows
    for project in projects:
        own[project.record.origin_code].append(project)
    rows = []
    for origin in sorted(printed.keys() | own.keys()):
        answers = [partner.answer for project in own[origin] for partner in project.partners]
        unresolved = [answer for answer in answers if not answer.codes]
        rows.append(
            {
                "source": reading.source,
                "origin_code": origin,
                "origin": gazetteer.place(origin).name,
                "rows": printed[origin],
                "projects": len(own[origin]),
                "mentions": len(answers),
                "replaced": overlay.replaced[origin],
                "added": overlay.added[origin],
                "resolved": len(answers) - len(unresolved),
                "unresolved": len(unresolved),
                "with_candidates": sum(bool(answer.candidates) for answer in unresolved),
            }
        )
    return rows
