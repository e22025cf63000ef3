"""What build.json says of a build: its inputs, versions, documents, counts and the reconciliation."""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from geo.dataset import CONFIDENT
from geo.folders import REFERENCE_DIR
from pipeline.geocode.decisions import decisions_path
from pipeline.projects import Project
from pipeline.sources import REGISTRY, Document
from pipeline.sources.base import Reading

META = "build.json"


def content(
    paths: dict[str, Path],
    readings: dict[str, Reading],
    projects: dict[str, list[Project]],
    tables: dict[str, pd.DataFrame],
) -> dict:
    """The content of build.json, but for what the build knows by itself: boundaries, checks, directory.

    Parameters
    ----------
    paths, readings, projects : by document id, as the build found, read and geocoded them
    tables : every table of the build by name
    """
    links = tables["links"]
    drawn = links[links.partner_code.notna() & (links.confidence >= CONFIDENT)]
    severities = tables["findings"].severity.value_counts()
    return {
        "built_at": _now().isoformat(),
        "versions": {
            "python": platform.python_version(),
            **{name: installed(name) for name in ("koryu-map", "pandas", "geopandas", "pyarrow", "shapely")},
        },
        "inputs": inputs(paths),
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


def documents_rows(paths: dict[str, Path], readings: dict[str, Reading]) -> list[dict]:
    """The rows of the table ``documents``: those that were read."""
    return [
        {
            "id": document.id,
            "series": document.series,
            "title": document.title,
            "short": document.short,
            "publisher": document.publisher,
            "date": document.reference_date,
            "as_of": readings[document.id].as_of,
            "kind": document.kind,
            "licence": document.licence,
            "credit": document.credit,
            "file": paths[document.id].name,
            "sha256": hashlib.sha256(paths[document.id].read_bytes()).hexdigest(),
            "layout": document.layout,
        }
        for document in REGISTRY.values()
        if document.id in readings
    ]


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


def inputs(paths: dict[str, Path]) -> dict[str, str]:
    """The sha256 of every document and reference file, by its name."""
    files = {f"sources/{path.name}": path for path in paths.values()}
    reference = [path for path in REFERENCE_DIR.iterdir() if path.is_file() and not path.name.startswith(".")]
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


def installed(package: str) -> str | None:
    """The version of an installed package; None for one that is run from a copy."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
