"""The build: read the documents, geocode, check, and write every table at once or none."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from geo import boundaries
from geo.dataset import CONFIDENT, DEFAULT_DIR, Dataset
from geo.gazetteer import Gazetteer
from pipeline.agreements import other_tables
from pipeline.atomic import exclusive, replacing
from pipeline.categories import Categories
from pipeline.findings import Context, check_document
from pipeline.geocode import Geocoder
from pipeline.geocode.decisions import decisions_path
from pipeline.projects import Project, make_projects
from pipeline.reconcile import reconcile
from pipeline.sources import REGISTRY, Document, read
from pipeline.sources.base import Note, Reading, SourceError
from pipeline.tables import findings_table, make_tables, places_tables, write_table

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SOURCES = ROOT / "data" / "sources"
REFERENCE = ROOT / "data" / "reference"
META = "build.json"


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
) -> BuildReport:
    """Build the tables of the documents in `sources` into `out`, which is replaced as a whole.

    Parameters
    ----------
    sources : a directory of documents, each named by its id in the registry
    out : the directory to make or replace
    progress : called with a short Japanese message at each step

    Raises
    ------
    SourceError
        When the directory or a document of it cannot be read, or a document of the earlier build is
        gone from it. The earlier build stays as it was.
    WriteError
        When `out` is being built by another process or cannot be written; likewise.
    """
    sources, out = Path(sources), Path(out).resolve()
    paths, notes = find_documents(sources)
    with exclusive(out):
        gazetteer = Gazetteer.load(REFERENCE)
        geocoder, categories = Geocoder(gazetteer), Categories.load(REFERENCE / "categories.csv")
        rows = list(notes)
        readings: dict[str, Reading] = {}
        projects: dict[str, list[Project]] = {}
        for source, path in paths.items():
            document = REGISTRY[source]
            if document.reader is None:
                continue
            progress(f"{path.name} を読んでいます…")
            readings[source] = reading = read(path, document)
            projects[source] = make_projects(reading.records, gazetteer, geocoder, categories)
            context = Context(gazetteer, categories, int(document.reference_date[:4]))
            rows += [(source, note) for note in check_document(reading, projects[source], context)]
        _refuse_loss(sources, paths, out)
        progress("文書どうしを突き合わせています…")
        everything = [project for group in projects.values() for project in group]
        others = other_tables(readings.values(), _partners(everything), gazetteer)
        shapes = boundaries.in_force()
        tables = make_tables(everything, others, *places_tables(REFERENCE, shapes))
        checks, more = reconcile(readings, Dataset.of(tables, {}))
        findings = findings_table(_finding(source, note) for source, note in [*rows, *more])
        tables["findings"] = findings
        progress("表を書き出しています…")
        drawn = {"credit": shapes.credit, "version": shapes.version, "files": shapes.files}
        own = None if sources.resolve() == DEFAULT_SOURCES else str(sources.resolve())
        meta = _meta(paths, readings, projects, tables)
        meta |= {"sources": own, "boundaries": drawn, "checks": checks}
        with replacing(out, mark=META) as folder:
            for name, table in tables.items():
                write_table(name, table, folder / f"{name}.parquet")
            text = json.dumps(meta, ensure_ascii=False, indent=1)
            (folder / META).write_text(text + "\n", encoding="utf-8", newline="\n")
    return BuildReport(out, meta, findings)


def find_documents(sources: Path) -> tuple[dict[str, Path], list[tuple[str, Note]]]:
    """The registered documents in a directory by id, and notes on everything else about it.

    A document that has no reader yet, is missing, or that the registry does not know becomes a note.

    Raises
    ------
    SourceError
        When there is no such directory, or no document in it that can be read.
    """
    if not sources.is_dir():
        raise SourceError(
            f"一覧のフォルダ「{sources}」がありません。場所を確かめて --sources で指定してください。"
        )
    paths: dict[str, Path] = {}
    notes: list[tuple[str, Note]] = []
    for path in sorted(sources.iterdir()):
        source = path.stem
        if path.name.startswith(".") or path.is_dir():
            continue
        if source not in REGISTRY:
            message = f"「{path.name}」は登録されていない文書なので、読んでいません。"
            suggestion = f"ファイル名を文書の名前（{'、'.join(REGISTRY)}）のどれかにしてください。"
            notes.append((source, Note("warning", "document-unknown", None, path.name, message, suggestion)))
        elif source in paths:
            raise SourceError(
                f"「{paths[source].name}」と「{path.name}」は同じ文書の名前です。どちらか一つだけを置いてください。"
            )
        else:
            paths[source] = path
    if not any(REGISTRY[source].reader for source in paths):
        readable = "、".join(f"{source}.txt" for source, document in REGISTRY.items() if document.reader)
        raise SourceError(
            f"フォルダ「{sources}」に読める文書がありません。{readable} のどれかを置いてください。"
        )
    for source, document in REGISTRY.items():
        if source not in paths and document.reader:
            message = f"「{document.title}」がフォルダ「{sources.name}」にないため、入っていません。"
            notes.append(
                (
                    source,
                    Note(
                        "warning",
                        "document-missing",
                        None,
                        document.title,
                        message,
                        "文書を置いて作り直してください。",
                    ),
                )
            )
        elif source in paths and not document.reader:
            message = f"「{document.title}」はまだ読み取りに対応していないため、入っていません。"
            notes.append((source, Note("info", "document-not-read", None, document.title, message)))
    return paths, notes


def _refuse_loss(sources: Path, paths: dict[str, Path], out: Path) -> None:
    """Do not let a file that went missing empty out a good build: whoever means it makes a new one."""
    try:
        earlier = json.loads((out / META).read_text(encoding="utf-8"))["documents"]
        lost = [row["file"] for row in earlier if row["status"] == "read" and row["id"] not in paths]
    except (OSError, ValueError, KeyError, TypeError):
        return  # no earlier build to lose
    if lost:
        raise SourceError(
            f"前回の表に入っていた「{'」「'.join(lost)}」がフォルダ「{sources}」にありません。"
            "ファイルを戻してください（外して作るときは --out で別のフォルダを指定してください）。"
        )


def sources_of(out: Path = DEFAULT_DIR) -> Path:
    """The directory whose documents a build was made of: to make it anew is not to make it of others."""
    try:
        return Path(json.loads((Path(out) / META).read_text(encoding="utf-8"))["sources"] or DEFAULT_SOURCES)
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_SOURCES


def is_stale(sources: Path | None = None, out: Path = DEFAULT_DIR) -> bool:
    """Whether `out` has no build, or one of other documents, reference data, boundaries or program version.

    ``sources`` is where the documents are now, by default where they were.
    """
    sources = sources or sources_of(out)
    try:
        meta = json.loads((Path(out) / META).read_text(encoding="utf-8"))
        paths, _ = find_documents(Path(sources))
        return (
            meta["inputs"] != _inputs(paths)
            or meta["boundaries"]["version"] != boundaries.in_force().version
            or meta["versions"]["koryu-map"] != _version("koryu-map")
        )
    except (OSError, ValueError, KeyError, TypeError, SourceError):
        return True


def _partners(projects: list[Project]) -> dict[str, list[str]]:
    """The codes of the municipalities that are partners, by document."""
    found: dict[str, dict[str, None]] = {}
    for project in projects:
        for partner in project.partners:
            codes = partner.answer.codes if partner.answer.level == "municipality" else ()
            found.setdefault(project.record.source, {}).update(dict.fromkeys(codes))
    return {source: list(codes) for source, codes in found.items()}


def _finding(source: str, note: Note) -> dict:
    return {
        "severity": note.severity,
        "rule": note.rule,
        "source": source,
        "source_line": note.line,
        "subject": note.subject,
        "message": note.message,
        "suggestion": note.suggestion,
    }


def _meta(
    paths: dict[str, Path],
    readings: dict[str, Reading],
    projects: dict[str, list[Project]],
    tables: dict[str, pd.DataFrame],
) -> dict:
    """The content of build.json."""
    links = tables["links"]
    drawn = links[links.partner_code.notna() & (links.confidence >= CONFIDENT)]
    severities = tables["findings"].severity.value_counts()
    return {
        "built_at": _now().isoformat(),
        "versions": {
            "python": platform.python_version(),
            **{name: _version(name) for name in ("koryu-map", "pandas", "geopandas", "pyarrow", "shapely")},
        },
        "inputs": _inputs(paths),
        "documents": [_document(document, paths, readings) for document in REGISTRY.values()],
        "counts": {name: len(table) for name, table in tables.items()}
        | {
            "partner_places": int(drawn.partner_code.nunique()),
            "findings_by_severity": {name: int(count) for name, count in severities.items()},
        },
        "reconciliation": [
            row
            for source, reading in readings.items()
            for row in _reconcile(reading, projects[source], tables["municipalities"])
        ],
    }


def _document(document: Document, paths: dict[str, Path], readings: dict[str, Reading]) -> dict:
    path, reading = paths.get(document.id), readings.get(document.id)
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "reference_date": document.reference_date,
        "kind": document.kind,
        "licence": document.licence,
        "credit": document.credit,
        "status": "read" if reading else "not_read_yet" if path and not document.reader else "missing",
        "file": path.name if path else None,
        "rows": reading.rows if reading else None,
        "projects": len(reading.records) if reading else None,
    }


def _reconcile(reading: Reading, projects: list[Project], municipalities: pd.DataFrame) -> list[dict]:
    """Per ward of a document: rows, projects, and mentions = resolved + unresolved.

    A mention is resolved when it has a place; `with_candidates` are those of the unresolved that a
    person can settle by choosing.
    """
    names = dict(zip(municipalities.code, municipalities["name"], strict=True))
    rows = []
    for ward in sorted({record.ward_code for record in reading.records}):
        own = [project for project in projects if project.record.ward_code == ward]
        answers = [partner.answer for project in own for partner in project.partners]
        unresolved = [answer for answer in answers if not answer.codes]
        rows.append(
            {
                "source": reading.source,
                "ward_code": ward,
                "ward": names[ward],
                "rows": sum(project.record.rows for project in own),
                "projects": len(own),
                "mentions": len(answers),
                "resolved": len(answers) - len(unresolved),
                "unresolved": len(unresolved),
                "with_candidates": sum(bool(answer.candidates) for answer in unresolved),
            }
        )
    return rows


def _inputs(paths: dict[str, Path]) -> dict[str, str]:
    """The sha256 of every document and reference file, by its name."""
    files = {f"sources/{path.name}": path for path in paths.values()}
    reference = [path for path in REFERENCE.iterdir() if path.is_file() and not path.name.startswith(".")]
    files |= {f"reference/{path.name}": path for path in reference}
    files["reference/decisions.csv"] = decisions_path()
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(files.items())}


def _now() -> datetime:
    """The time of the build; SOURCE_DATE_EPOCH fixes it, so that two builds can be compared byte by byte.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    try:
        return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return datetime.now(UTC).replace(microsecond=0)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a copy that was never installed
        return None
