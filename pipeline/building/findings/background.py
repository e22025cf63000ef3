"""What the rules work with: what they may look up, and the note about a project."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo.places.gazetteer import Gazetteer
from pipeline.reading.categories import Categories


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules may look things up in.

    ``year`` is the year of the document (西暦); ``established`` the year in which a municipality was made of others
    under a name of its own, by code.
    """

    gazetteer: Gazetteer
    categories: Categories
    year: int
    established: Mapping[str, int] = field(default_factory=dict)


def load_established(path: Path) -> dict[str, int]:
    """Code → year of a CSV file with the columns code, name and year."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: int(row["year"]) for row in csv.DictReader(file)}
