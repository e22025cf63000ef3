"""The build: read the documents, geocode, check, and write every table at once or none."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from geo.folders import REFERENCE_DIR
from geo.insight.changes import Edition, changes
from geo.ledger.dataset import DEFAULT_DIR, EDITIONS_DIR, Dataset
from geo.ledger.editions import by_series
from geo.ledger.schema import OF_AN_EDITION
from geo.places import boundaries
from geo.places.codes import prefecture_code
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import exclusive, replacing
from pipeline.building import overlaid
from pipeline.building.agreements import other_tables
from pipeline.building.build_json import META, Inputs, content, documents_rows
from pipeline.building.build_tables import (
    changes_table,
    findings_table,
    make_tables,
    place,
    places_tables,
    write_table,
)
from pipeline.building.findings import Context, check_document
from pipeline.building.findings.background import load_established
from pipeline.building.findings.conservation import text_lost
from pipeline.building.reconcile import reconcile
from pipeline.building.verify import own_hash, table_hashes, written
from pipeline.intake.contents import Contents
from pipeline.intake.documents import DEFAULT_SOURCES, Found, find_documents, refuse_loss
from pipeline.intake.records import Reading
from pipeline.intake.registry import read
from pipeline.reading.categories import Categories
from pipeline.reading.corrections import load_corrections
from pipeline.reading.geocode import Geocoder, load_decisions
from pipeline.reading.geocode.decisions import Decision
from pipeline.reading.identities import Same, load_identities
from pipeline.reading.mentions import split_cells
from pipeline.reading.overlay import NO_LINE, NO_PLACE, Overlay, Standing
from pipeline.reading.projects import Project, make_projects
from pipeline.rules.project_unsure import PROJECT_UNSURE
from pipeline.rules.rule import Note


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: where to, the content of build.json, and its findings."""

    out: Path
    meta: dict
    findings: pd.DataFrame

    @property
    def failed(self) -> bool:
        """Whether there is a finding of severity error."""
        return bool((self.findings.severity == "error").any())


def build(
    sources: Path = DEFAULT_SOURCES,
    out: Path = DEFAULT_DIR,
    progress: Callable[[str], None] = lambda message: None,
    without: Collection[str] = (),
) -> BuildReport:
    """Build the tables of the documents in `sources` into `out`, which is replaced as a whole.

    Parameters
    ----------
    sources : a directory of documents, each with its definition (``pipeline.intake.registry``)
    out : the directory to make or replace
    progress : called with a short Japanese message at each step
    without : ids of documents that are to go

    Raises
    ------
    SourceError
        When the directory or a document of it cannot be read, or a document of the earlier build is
        gone from it. The earlier build stays as it was.
    WriteError
        When `out` is being built by another process or cannot be written; likewise.
    """
    sources, out = Path(sources), Path(out).resolve()
    found = find_documents(sources, without)
    with exclusive(out):
        made = make(found, Inputs.of(found), Tools.load(), progress)
        refuse_loss(sources, {*found.paths, *without}, out / META)
        progress("表を書き出しています…")
        write(made, out, sources)
    return BuildReport(out, made.meta, made.tables["findings"])


@dataclass(frozen=True)
class Tools:
    """What a build looks things up in, whatever its documents are."""

    gazetteer: Gazetteer
    contents: Contents
    categories: Categories
    established: Mapping[str, int]
    shapes: boundaries.Boundaries
    municipalities: pd.DataFrame
    prefectures: pd.DataFrame

    @classmethod
    def load(cls) -> Tools:
        """Read the reference data, with the boundaries in force."""
        shapes = boundaries.in_force()
        gazetteer = Gazetteer.load()
        categories = Categories.load(REFERENCE_DIR / "categories.csv")
        return cls(
            gazetteer,
            Contents(gazetteer),
            categories,
            load_established(REFERENCE_DIR / "established.csv"),
            shapes,
            *places_tables(REFERENCE_DIR, shapes),
        )


@dataclass(frozen=True, slots=True)
class Made:
    """The tables of a build by name, and the content of its build.json but for the hashes of the tables.

    ``editions`` has those of each earlier edition, by its id (``geo.ledger.schema.OF_AN_EDITION``).
    """

    tables: dict[str, pd.DataFrame]
    meta: dict
    editions: dict[str, dict[str, pd.DataFrame]]

    @property
    def dataset(self) -> Dataset:
        """The same as a dataset in memory."""
        return Dataset.of(self.tables, self.meta)


def make(
    found: Found,
    made_of: Inputs,
    tools: Tools,
    progress: Callable[[str], None] = lambda message: None,
    decisions: Iterable[Decision] = (),
    read_before: Mapping[str, Reading] | None = None,
) -> Made:
    """Read documents, geocode and check them, and make every table; nothing is written.

    Parameters
    ----------
    made_of : what stands in the documents that are found
    decisions : decisions of a person besides those that are kept
    read_before : readings of documents, by their ids, that need not be read again

    Raises
    ------
    SourceError : a document cannot be read.
    """
    maker = _Maker(found, made_of, tools, decisions, read_before or {})
    for source in found.paths:
        progress(f"{found.paths[source].name} を読んでいます…")
        maker.take(source)
    progress("文書どうしを突き合わせています…")
    tables, checks = maker.tables(found.in_force, [*found.notes, *maker.unplaced()])
    editions = {
        source: _of_an_edition(source, found, maker) for source in found.paths if source not in found.in_force
    }
    same = load_identities(made_of.identities)
    tables["changes"], doubts = _changes(found, tables, editions, same)
    tables["findings"] = findings_table([*tables["findings"].to_dict("records"), *doubts])
    shapes = tools.shapes
    drawn = {"credit": shapes.credit, "version": shapes.version, "files": shapes.files}
    meta = content(found, made_of.hashes(), maker.readings, maker.projects, maker.overlays, tables)
    meta["identities"] = [[series, *key, word] for series, own in same.items() for key, word in own.items()]
    return Made(tables, meta | {"boundaries": drawn, "checks": checks}, editions)


class _Maker:
    """Reads documents, and makes tables of some of them."""

    def __init__(
        self,
        found: Found,
        made_of: Inputs,
        tools: Tools,
        decisions: Iterable[Decision],
        read_before: Mapping[str, Reading],
    ) -> None:
        self._found, self._made_of, self._tools, self._read_before = found, made_of, tools, read_before
        series = {document.id: document.series for document in found.documents.values()}
        kept = load_decisions(tools.gazetteer, content=made_of.decisions, series=series)
        self._geocoder = Geocoder(tools.gazetteer, [*kept, *decisions])
        self._corrections = load_corrections(made_of.corrections, tools.gazetteer)
        self._dates = {document.id: document.date for document in found.documents.values()}
        self._split = partial(split_cells, gazetteer=tools.gazetteer)
        self.overlays: dict[str, Overlay] = {}
        self._standings: dict[str, list[Standing]] = {}
        self.readings: dict[str, Reading] = {}
        self.projects: dict[str, list[Project]] = {}
        self.notes: dict[str, list[Note]] = {}

    def take(self, source: str) -> None:
        """Read one document, geocode its partners, and check it by itself."""
        tools, document = self._tools, self._found.documents[source]
        reading = self._read_before.get(source) or read(
            self._found.paths[source], document, self._made_of.documents[source], tools.contents
        )
        self.readings[source] = reading
        held = overlaid.holding_for(document, self._corrections, self._dates)
        overlay = self.overlays[source] = Overlay(source, held, self._split)
        self.projects[source] = make_projects(
            reading.records,
            tools.gazetteer,
            self._geocoder,
            tools.categories,
            reading.series,
            overlay.laid,
        )
        standings = self._standings[source] = overlaid.told(overlay.standings, document, self._dates)
        context = Context(tools.gazetteer, tools.categories, int(document.date[:4]), tools.established)
        self.notes[source] = [
            *check_document(reading, self.projects[source], context),
            *text_lost(reading.lines, reading, guessed=document.guessed),
            *overlaid.notes(standings),
        ]

    def unplaced(self) -> list[tuple[str, Note]]:
        """What is found of corrections that are on no document there is; of one alone nobody can say so."""
        if not self._made_of.whole:
            return []
        series = [document.series for document in self._found.documents.values()]
        return list(overlaid.without_document(self._corrections, series))

    def tables(
        self, sources: Collection[str], notes: list[tuple[str, Note]]
    ) -> tuple[dict[str, pd.DataFrame], list[dict]]:
        """The tables of some documents, and the rows of their checks; ``notes`` are findings made before."""
        tools, found = self._tools, self._found
        readings = {source: self.readings[source] for source in sources}
        notes = [*notes, *((source, note) for source in sources for note in self.notes[source])]
        everything = [project for source in sources for project in self.projects[source]]
        others = other_tables(readings.values(), _partners(everything), tools.gazetteer, _home(everything))
        others["documents"] = documents_rows(found, self._made_of.documents, self.readings)
        others["changes"] = []
        series = {source: found.documents[source].series for source in sources}
        where = {source: {NO_LINE: NO_PLACE, **reading.places} for source, reading in readings.items()}
        standings = {source: self._standings[source] for source in sources}
        others["corrections"] = overlaid.rows(standings, series, where)
        tables = make_tables(everything, others, tools.municipalities, tools.prefectures, series, where)
        checks, more = reconcile(readings, Dataset.of(tables, {}))
        tables["findings"] = findings_table(
            _finding(source, note, where.get(source, {})) for source, note in [*notes, *more]
        )
        return tables, checks


def _of_an_edition(source: str, found: Found, maker: _Maker) -> dict[str, pd.DataFrame]:
    """The tables of an earlier edition, as they are where it is in force beside the newest of the other series.

    The findings are those on all documents then, as some compare one with another.
    """
    series = found.documents[source].series
    others = {one for one in found.in_force if found.documents[one].series != series}
    together = [one for one in found.paths if one == source or one in others]
    tables = {
        name: table
        for name, table in maker.tables(together, [*found.notes])[0].items()
        if name in OF_AN_EDITION
    }
    own = {
        name: table[table.source == source].reset_index(drop=True)
        for name, table in tables.items()
        if "source" in table and name != "findings"
    }
    members = tables["agreement_members"]
    members = members[members.agreement_id.isin(own["agreements"].agreement_id)].reset_index(drop=True)
    return tables | own | {"agreement_members": members}


def _changes(
    found: Found,
    tables: dict[str, pd.DataFrame],
    editions: dict[str, dict[str, pd.DataFrame]],
    same: Mapping[str, Same],
) -> tuple[pd.DataFrame, list[dict]]:
    """The table ``changes``, from the edition before the one in force to that, and what nobody can say as findings."""
    names = Dataset.of(tables, {}).names
    rows: list[dict] = []
    doubts: list[dict] = []
    for series, documents in by_series(found.documents[source] for source in found.paths).items():
        if len(documents) < 2:
            continue
        before, after = documents[-2].id, documents[-1].id
        old = Edition(editions[before]["links"], editions[before]["projects"])
        new = Edition(*(tables[name][tables[name].source == after] for name in ("links", "projects")))
        compared = changes(old, new, names, same.get(series))
        known = {"series": series, "source_from": before, "source_to": after}
        rows += [known | row for row in compared.table.to_dict("records")]
        for doubt in compared.doubts:
            note = PROJECT_UNSURE.note(
                None,
                doubt.project_to,
                project=doubt.project_to,
                other_project=doubt.project_from,
                origin=names[doubt.origin_code],
            )
            doubts.append(_finding(after, note, {}))
    return changes_table(rows), doubts


def write(made: Made, out: Path, sources: Path) -> None:
    """Write the tables of a build and its build.json, all at once; ``sources`` is where its documents are.

    Raises
    ------
    WriteError : ``out`` cannot be written; what was there stays.
    """
    made.meta["sources"] = None if sources.resolve() == DEFAULT_SOURCES else str(sources.resolve())
    with replacing(out, mark=META) as folder:
        for name, table in made.tables.items():
            write_table(name, table, folder / f"{name}.parquet")
        for source, tables in made.editions.items():
            (folder / EDITIONS_DIR / source).mkdir(parents=True)
            for name, table in tables.items():
                write_table(name, table, folder / EDITIONS_DIR / source / f"{name}.parquet")
        made.meta["tables"] = table_hashes(folder)
        made.meta["sha256"] = own_hash(made.meta)
        (folder / META).write_bytes(written(made.meta))


def _home(projects: list[Project]) -> str | None:
    """The prefecture (NN000) that all origins lie in; None where they lie in several."""
    codes = {prefecture_code(project.record.origin_code) for project in projects}
    return codes.pop() if len(codes) == 1 else None


def _partners(projects: list[Project]) -> dict[str, list[str]]:
    """The codes of the municipalities that are partners, by document."""
    found: dict[str, dict[str, None]] = {}
    for project in projects:
        for partner in project.partners:
            codes = partner.answer.codes if partner.answer.level == "municipality" else ()
            found.setdefault(project.record.source, {}).update(dict.fromkeys(codes))
    return {source: list(codes) for source, codes in found.items()}


def _finding(source: str, note: Note, where: Mapping[int, str]) -> dict:
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
