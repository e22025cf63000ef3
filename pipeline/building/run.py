"""The build: read the documents, geocode, check, and write every table at once or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.folders import BUILD_DIR, REFERENCE_DIR
from geo.insight.changes import changes
from geo.insight.matching import Edition
from geo.ledger.dataset import EDITIONS_DIR, Dataset
from geo.ledger.editions import by_series
from geo.ledger.schema import OF_AN_EDITION
from geo.places import boundaries
from pipeline.atomic import exclusive, replacing
from pipeline.building import overlaid
from pipeline.building.agreements import other_tables
from pipeline.building.apart.memory import Memory, memory_folder
from pipeline.building.apart.part import Lookups, Part, Reader, finding
from pipeline.building.apart.reading import Means, read_documents
from pipeline.building.build_json import META, Inputs, content, documents_rows
from pipeline.building.build_tables import (
    MADE,
    PLACE_TABLES,
    changes_table,
    findings_table,
    frame,
    make_tables,
    places_file,
    places_tables,
    rows_table,
    together,
    write_table,
)
from pipeline.building.reconcile import reconcile
from pipeline.building.verify import own_hash, table_hashes, written
from pipeline.intake.documents import DEFAULT_SOURCES, Found, find_documents, refuse_loss
from pipeline.intake.records import Reading
from pipeline.reading.geocode.decisions import Decision
from pipeline.reading.identities import Same, load_identities
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
    out: Path = BUILD_DIR,
    progress: Callable[[str], None] = lambda message: None,
    without: Collection[str] = (),
    workers: int | None = None,
    *,
    fresh: bool = False,
) -> BuildReport:
    """Build the tables of the documents in `sources` into `out`, which is replaced as a whole.

    Parameters
    ----------
    sources : a directory of documents, each with its definition (``pipeline.intake.registry``)
    out : the directory to make or replace
    progress : called with a short Japanese message at each step
    without : ids of documents that are to go
    workers : how many processes read documents side by side; by default as many as are worth it
    fresh : read every document anew, whatever is remembered of it. The tables are the same either way

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
        made_of = Inputs.of(found)
        memory = Memory(memory_folder(), made_of.reference, fresh=fresh)
        made = make(found, made_of, Tools.load(), progress, means=Means(memory, workers))
        refuse_loss(sources, {*found.paths, *without}, out / META)
        progress("表を書き出しています…")
        write(made, out, sources, memory)
    return BuildReport(out, made.meta, frame("findings", made.columns["findings"]))


@dataclass(frozen=True)
class Tools(Lookups):
    """What a build looks things up in, whatever its documents are."""

    shapes: boundaries.Boundaries

    @classmethod
    def load(cls) -> Tools:
        """Read the reference data; the boundaries are those in force."""
        read = Lookups.load_lookups()
        return cls(read.gazetteer, read.contents, read.categories, read.established, boundaries.in_force())

    @cached_property
    def places(self) -> dict[str, pd.DataFrame]:
        """The tables of places, by name (``PLACE_TABLES``); their shapes are read when they are first asked for."""
        return dict(zip(PLACE_TABLES, places_tables(REFERENCE_DIR, self.shapes), strict=True))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows these tables have, by name."""
        prefectures = len(self.gazetteer.prefectures)
        return dict(zip(PLACE_TABLES, (len(self.gazetteer.places) - prefectures, prefectures), strict=True))


@dataclass(frozen=True)
class Made:
    """What a build makes, and the content of its build.json but for the hashes of the tables.

    ``columns`` are its tables by name, but for those of places, which its ``tools`` have; ``editions`` has those of each
    earlier edition, by its id (``geo.ledger.schema.OF_AN_EDITION``).
    """

    columns: dict[str, pa.Table]
    tools: Tools
    meta: dict
    editions: dict[str, dict[str, pa.Table]]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the contract by name."""
        return {name: frame(name, table) for name, table in self.columns.items()} | self.tools.places

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
    means: Means | None = None,
) -> Made:
    """Read documents, geocode and check them, and make every table; nothing is written.

    Parameters
    ----------
    made_of : what stands in the documents that are found
    decisions : decisions of a person besides those that are kept
    read_before : readings of documents, by their ids, that need not be read again
    means : how documents are read, where they are not a person's own, of which nothing is to be kept

    Raises
    ------
    SourceError : a document cannot be read.
    """
    reader = Reader(tools, found.documents, made_of.decisions, made_of.corrections, decisions)
    if means is not None:
        jobs = {source: (path.name, made_of.documents[source]) for source, path in found.paths.items()}
        common = found.documents, made_of.decisions, made_of.corrections
        parts = read_documents(jobs, found.documents, reader, common, means, progress)
    else:
        before = read_before or {}
        parts = {
            source: reader.part(source, path.name, made_of.documents[source], before.get(source))
            for source, path in found.paths.items()
        }
    progress("文書どうしを突き合わせています…")
    named = [document.series for document in found.documents.values()]
    unplaced = overlaid.without_document(reader.corrections, named) if made_of.whole else ()
    same = load_identities(made_of.identities)
    maker = _Maker(found, made_of, tools, parts)
    tables, checks = maker.tables(found.in_force, [*found.notes, *unplaced], same)
    earlier = [source for source in found.paths if source not in found.in_force]
    editions = {source: maker.edition(source) for source in earlier}
    shapes = tools.shapes
    drawn = {"credit": shapes.credit, "version": shapes.version, "files": shapes.files}
    meta = content(found, made_of.hashes(), parts, tables, tools.counts)
    meta["identities"] = [[series, *key, word] for series, own in same.items() for key, word in own.items()]
    return Made(tables, tools, meta | {"boundaries": drawn, "checks": checks}, editions)


class _Maker:
    """Makes tables of some documents."""

    def __init__(self, found: Found, made_of: Inputs, tools: Tools, parts: Mapping[str, Part]) -> None:
        self._found, self._made_of, self._tools, self._parts = found, made_of, tools, parts

    def tables(
        self,
        sources: Collection[str],
        notes: Iterable[tuple[str, Note]],
        same: Mapping[str, Same] | None = None,
    ) -> tuple[dict[str, pa.Table], list[dict]]:
        """The tables of some documents but for those of places, and the rows of their checks.

        Parameters
        ----------
        notes : findings made before, each with its document
        same : where these are the documents in force, what people say of projects of two editions
        """
        tools, parts = self._tools, {source: self._parts[source] for source in sources}
        readings = [part.reading for part in parts.values()]
        partners = {source: part.partners for source, part in parts.items()}
        others = other_tables(readings, partners, tools.gazetteer, _home(parts.values()))
        others["documents"] = documents_rows(self._found, self._made_of.documents, self._parts)
        others["changes"] = []
        own = [part.tables for part in parts.values()]
        codes = frozenset(place.code for place in tools.gazetteer)
        tables = make_tables(own, others, codes)
        checks, more = reconcile(parts, lambda some: self._dataset(some, tables))
        if same is not None:
            tables["changes"], doubts = self._changes(same)
            more += doubts
        rows = ([finding(source, note, {}) for source, note in notes], [self._row(*one) for one in more])
        before, after = (rows_table("findings", found) for found in rows)
        tables["findings"] = findings_table([before, *(part["findings"] for part in own), after])
        return tables, checks

    def edition(self, source: str) -> dict[str, pa.Table]:
        """The tables of an earlier edition, as they are where it is in force beside the newest of the other series.

        The findings are those on all documents then, as some compare one with another.
        """
        found = self._found
        series = found.documents[source].series
        others = {one for one in found.in_force if found.documents[one].series != series}
        beside = [one for one in found.paths if one == source or one in others]
        made, _ = self.tables(beside, found.notes)
        tables = {name: table for name, table in made.items() if name in OF_AN_EDITION}
        for name, table in tables.items():
            if "source" in table.schema.names and name != "findings":
                tables[name] = table.filter(pc.equal(table["source"], source))
        members, kept = tables["agreement_members"], tables["agreements"]["agreement_id"]
        tables["agreement_members"] = members.filter(pc.is_in(members["agreement_id"], kept.combine_chunks()))
        return tables

    def _dataset(self, sources: Collection[str], tables: Mapping[str, pa.Table]) -> Dataset:
        """Some documents as a dataset: their links and projects, with what of ``tables`` is few."""
        many = {
            name: together(name, [self._parts[source].tables[name] for source in sources])
            for name in ("links", "projects")
        }
        few = {name: together(name, []) for name in ("mentions", "findings", "corrections", "indicators")}
        frames = {name: frame(name, table) for name, table in {**tables, **few, **many}.items()}
        return Dataset.of(frames | self._tools.places, {})

    def _row(self, source: str, note: Note) -> dict:
        """A row of the findings; only of those on a line has to be known where that is."""
        return finding(source, note, self._parts[source].where if note.line is not None else {})

    def _changes(self, same: Mapping[str, Same]) -> tuple[pa.Table, list[tuple[str, Note]]]:
        """The table ``changes``, from the edition before the one in force to that, and what nobody can say as findings."""
        found = self._found
        rows: list[dict] = []
        doubts: list[tuple[str, Note]] = []
        names: Mapping[str, str] = {}
        for series, documents in by_series(found.documents[source] for source in found.paths).items():
            if len(documents) < 2:
                continue
            names = names or self._dataset((), {name: together(name, []) for name in MADE}).names
            before, after = documents[-2].id, documents[-1].id
            compared = changes(self._edition(before), self._edition(after), names, same.get(series))
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
                doubts.append((after, note))
        return changes_table(rows), doubts

    def _edition(self, source: str) -> Edition:
        own = self._parts[source].tables
        return Edition(*(frame(name, own[name]) for name in Edition._fields))


def write(made: Made, out: Path, sources: Path, memory: Memory) -> None:
    """Write the tables of a build and its build.json, all at once; ``sources`` is where its documents are.

    Parameters
    ----------
    memory : has the files of the tables of places, where they were written before

    Raises
    ------
    WriteError : ``out`` cannot be written; what was there stays.
    """
    made.meta["sources"] = None if sources.resolve() == DEFAULT_SOURCES else str(sources.resolve())
    with replacing(out, mark=META) as folder:
        tables = [(name, table, folder / f"{name}.parquet") for name, table in made.columns.items()]
        for source, own in made.editions.items():
            home = folder / EDITIONS_DIR / source
            home.mkdir(parents=True)
            tables += [(name, table, home / f"{name}.parquet") for name, table in own.items()]
        # Most of it is pressing, at which Arrow holds nobody up.
        with ThreadPoolExecutor() as threads:
            written_tables = [threads.submit(write_table, *each) for each in tables]
            for name, content in _places_files(made.tools, memory).items():
                (folder / f"{name}.parquet").write_bytes(content)
            for each in written_tables:
                each.result()
        made.meta["tables"] = table_hashes(folder)
        made.meta["sha256"] = own_hash(made.meta)
        (folder / META).write_bytes(written(made.meta))


def _places_files(tools: Tools, memory: Memory) -> dict[str, bytes | memoryview]:
    """The tables of places as files, by name."""
    files: Sequence[bytes | memoryview] | None = memory.find_places(tools.shapes)
    if files is None:
        files = made = [places_file(table) for table in tools.places.values()]
        memory.keep_places(tools.shapes, made)
    return dict(zip(PLACE_TABLES, files, strict=True))


def _home(parts: Iterable[Part]) -> str | None:
    """The prefecture (NN000) that all origins lie in; None where they lie in several."""
    codes = {home for part in parts for home in part.homes}
    return codes.pop() if len(codes) == 1 else None
