"""What build.json says of a build: its inputs, versions, documents, counts and the reconciliation."""

from __future__ import annotations

import hashlib
import os
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from geo.folders import REFERENCE_DIR
from geo.ledger.schema import CONFIDENT, CONTRACT, EARLIER, IN_FORCE
from pipeline.intake.documents import Found
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document
from pipeline.intake.source_text import read_bytes
from pipeline.reading.corrections import corrections_path, read_corrections
from pipeline.reading.geocode.decisions import decisions_path, read_decisions
from pipeline.reading.identities import identities_path, read_identities

# A start of the screens asks what a build was made of: it has no use for what makes one.
if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.building.apart.part import Part

META = "build.json"
#: What the file of decisions is called among the inputs, wherever it is kept.
DECISIONS = "reference/decisions.csv"
#: And that of which projects of two editions are one; there is none before somebody says so.
IDENTITIES = "reference/identities.csv"
#: And that of the corrections of rows; likewise.
CORRECTIONS = "reference/corrections.csv"


def content(
    found: Found,
    hashes: dict[str, str],
    parts: Mapping[str, Part],
    tables: Mapping[str, pa.Table],
    places: Mapping[str, int],
) -> dict:
    """The content of build.json, but for what the build knows by itself: boundaries, checks, directory.

    Parameters
    ----------
    found : the documents
    hashes : of the inputs, by :meth:`Inputs.hashes`
    parts : by document id, what the build read, corrected and geocoded
    tables : every table of the build by name, but for those of places
    places : how many rows these have, by name
    """
    import pyarrow.compute as pc

    links = tables["links"]
    drawn = pc.filter(links["partner_code"], pc.greater_equal(links["confidence"], CONFIDENT))
    severities = Counter(tables["findings"]["severity"].to_pylist())
    return {
        "built_at": _now().isoformat(),
        "contract": CONTRACT,
        "versions": {
            "python": platform.python_version(),
            **{name: installed(name) for name in ("koryu-map", "pandas", "geopandas", "pyarrow", "shapely")},
        },
        "inputs": hashes,
        "documents": [_document(document, found, parts) for document in found.documents.values()],
        "counts": {name: len(table) for name, table in tables.items()}
        | dict(places)
        | {
            "partner_places": pc.count_distinct(drawn).as_py(),
            "findings_by_severity": dict(severities.most_common()),
        },
        "reconciliation": [
            row for source, part in parts.items() if source in found.in_force for row in part.reconciled
        ],
    }


def documents_rows(found: Found, contents: dict[str, bytes], parts: Mapping[str, Part]) -> list[dict]:
    """The rows of the table ``documents``: those that were read, with the hash of the ``contents`` that were parsed."""
    return [
        {
            "id": document.id,
            "series": document.series,
            "title": document.title,
            "short": document.short,
            "publisher": document.publisher,
            "date": document.date,
            "as_of": parts[document.id].reading.as_of,
            "kind": document.kind,
            "licence": document.licence,
            "credit": document.credit,
            "file": found.paths[document.id].name,
            "sha256": hashlib.sha256(contents[document.id]).hexdigest(),
            "layout": document.layout,
            "edition": IN_FORCE if document.id in found.in_force else EARLIER,
        }
        for document in found.documents.values()
        if document.id in parts
    ]


def _document(document: Document, found: Found, parts: Mapping[str, Part]) -> dict:
    path, part = found.paths.get(document.id), parts.get(document.id)
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "reference_date": document.date,
        "as_of": document.as_of,
        "kind": document.kind,
        "licence": document.licence,
        "credit": document.credit,
        "status": "read" if part else "missing",
        "edition": IN_FORCE if document.id in found.in_force or not part else EARLIER,
        "file": path.name if path else None,
        "rows": part.rows if part else None,
        "projects": part.records if part else None,
    }


def inputs(found: Found) -> dict[str, str]:
    """The sha256 of every document, definition and reference file as it is now, by its name."""
    files = _files(found) | {DECISIONS: decisions_path()}
    for name, path in ((IDENTITIES, identities_path()), (CORRECTIONS, corrections_path())):
        if path.exists():
            files[name] = path
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    return dict(sorted((hashes | reference_inputs()).items()))


def _files(found: Found) -> dict[str, Path]:
    """The documents and their definitions, by their names among the inputs."""
    files = [*found.paths.values(), *(found.documents[source].definition for source in found.paths)]
    return {f"sources/{path.name}": path for path in files}


def reference_inputs() -> dict[str, str]:
    """The sha256 of every reference file but those that people write, by its name."""
    return {
        f"reference/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(REFERENCE_DIR.iterdir())
        if path.is_file()
        and not path.name.startswith(".")
        and path.name not in ("decisions.csv", "identities.csv", "corrections.csv")
    }


@dataclass(frozen=True)
class Inputs:
    """What a build is made of, read once: what is hashed is what is read, whatever becomes of the files meanwhile.

    ``documents`` is by document id; ``sources`` has the hashes of documents and definitions by their names among the
    inputs, ``reference`` those of the files that are read while building. ``whole`` says that these are all documents
    there are.
    """

    documents: dict[str, bytes]
    sources: dict[str, str]
    decisions: bytes
    reference: dict[str, str]
    identities: bytes = b""
    corrections: bytes = b""
    whole: bool = False

    @classmethod
    def of(cls, found: Found) -> Inputs:
        """Read the documents and the decisions; SourceError for what cannot be read."""
        contents = {name: read_bytes(path) for name, path in _files(found).items()}
        documents = {source: contents[f"sources/{path.name}"] for source, path in found.paths.items()}
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
        people = read_identities(), read_corrections()
        return cls(documents, hashes, read_decisions(), reference_inputs(), *people, whole=True)

    def hashes(self) -> dict[str, str]:
        """The sha256 of every document and reference file, by its name.

        Raises
        ------
        SourceError
            When a reference file is no longer what it was: parts of it may have been read before, parts since.
        """
        if changed := sorted(dict(self.reference.items() ^ reference_inputs().items())):
            raise SourceError(
                f"作成中に「{'」「'.join(changed)}」が書き換えられました。書き換えが終わってから、もう一度作ってください。"
            )
        people = {DECISIONS: hashlib.sha256(self.decisions).hexdigest()}
        for name, written in ((IDENTITIES, self.identities), (CORRECTIONS, self.corrections)):
            if written:
                people[name] = hashlib.sha256(written).hexdigest()
        return dict(sorted((self.sources | people | self.reference).items()))


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
