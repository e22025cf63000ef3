"""The printed category of a project, mapped to the canonical ones a planner chooses from."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from geo.folding import squeeze

OTHER = "その他"

_REMARK = re.compile(r"※.*|\([^()]*\)", re.DOTALL)
_NUMBERED = re.compile(r"^\d+[:.]")
_BETWEEN = re.compile(r"[・、,/\s]+")
_NOTHING = re.compile(r"[-‐-―−ー─━]*")


class Categories:
    """The mapping of data/reference/categories.csv (printed, category), compared without spaces."""

    def __init__(self, canonical: Mapping[str, str]) -> None:
        self._canonical = {squeeze(printed): category for printed, category in canonical.items()}

    @classmethod
    def load(cls, path: Path) -> Categories:
        """Load a CSV file with the columns printed and category."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            return cls({row["printed"]: row["category"] for row in csv.DictReader(file)})

    def canonical(self, cell: str) -> tuple[str, ...]:
        """The canonical categories of a printed cell, in its order; その他 when none is known."""
        known = [self._canonical.get(part) for part in self._parts(cell)]
        return tuple(dict.fromkeys(category for category in known if category)) or (OTHER,)

    def unknown(self, cell: str) -> list[str]:
        """What a printed cell holds that the mapping does not list."""
        return [part for part in self._parts(cell) if part not in self._canonical]

    def _parts(self, cell: str) -> list[str]:
        """A cell as a whole where the mapping lists it (福祉・健康), else cut at ・, commas and spaces."""
        plain = _REMARK.sub(" ", unicodedata.normalize("NFKC", cell)).strip()
        for whole in (cell, plain, _NUMBERED.sub("", plain)):
            if squeeze(whole) in self._canonical:
                return [squeeze(whole)]
        return [part for part in _BETWEEN.split(plain) if not _NOTHING.fullmatch(part)]
