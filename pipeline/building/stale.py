"""Whether a build is still one of the documents that are there; without pandas, because every start of the screens asks."""

from __future__ import annotations

import json
from pathlib import Path

from geo.folders import BUILD_DIR
from geo.ledger.schema import CONTRACT
from geo.places import boundaries
from pipeline.building.build_json import META, inputs, installed
from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
from pipeline.intake.records import SourceError


def sources_of(out: Path = BUILD_DIR) -> Path:
    """The directory whose documents a build was made of: to make it anew is not to make it of others."""
    try:
        return Path(json.loads((Path(out) / META).read_text(encoding="utf-8"))["sources"] or DEFAULT_SOURCES)
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_SOURCES


def is_stale(sources: Path | None = None, out: Path = BUILD_DIR) -> bool:
    """Whether `out` has no build, or one of other documents, reference data, boundaries, program version or table contract.

    ``sources`` is where the documents are now, by default where they were.
    """
    sources = sources or sources_of(out)
    try:
        meta = json.loads((Path(out) / META).read_text(encoding="utf-8"))
        return (
            meta["contract"] != CONTRACT
            or meta["inputs"] != inputs(find_documents(Path(sources)))
            or meta["boundaries"]["version"] != boundaries.in_force().version
            or meta["versions"]["koryu-map"] != installed("koryu-map")
        )
    except (OSError, ValueError, KeyError, TypeError, SourceError):
        return True
