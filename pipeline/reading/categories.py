"""The canonical categories of a project, of which a planner chooses: by its printed category, or by its own name.

Some documents sort coarsely (その他, 自治体間の連携, イベント). There the name decides first: a 災害協定 is 災害・防災, a
マラソン is スポーツ. Both kinds of rule stand in data/reference/categories.csv.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from geo.places.folding import squeeze

OTHER = "その他"

_REMARK = re.compile(r"※.*|\([^()]*\)", re.DOTALL)
_NUMBERED = re.compile(r"^\d+[:.]")
_BETWEEN = re.compile(r"[・、,/\s]+")
_NOTHING = re.compile(r"[-‐-―−ー─━]*")


class Categories:
    """The mapping of data/reference/categories.csv, compared without spaces.

    Parameters
    ----------
    canonical : printed category → canonical category
    coarse : the printed categories beside which the project's name decides first
    names : (regular expression, canonical category), the first that a name holds counts
    """

    def __init__(
        self,
        canonical: Mapping[str, str],
        coarse: Iterable[str] = (),
        names: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._canonical = {squeeze(printed): category for printed, category in canonical.items()}
        self._coarse = frozenset(map(squeeze, coarse))
        self._names = [(re.compile(pattern), category) for pattern, category in names]

    @classmethod
    def load(cls, path: Path) -> Categories:
        """Load a CSV file with the columns printed, category, coarse ("1" where it is) and name.

        A row has a printed category, or a regular expression for names of projects.
        """
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return cls(
            {row["printed"]: row["category"] for row in rows if row["printed"]},
            [row["printed"] for row in rows if row["coarse"]],
            [(row["name"], row["category"]) for row in rows if row["name"]],
        )

    def of(self, cell: str, name: str) -> tuple[tuple[str, ...], str]:
        """The canonical categories of a project and what they rest on (geo.ledger.schema.CATEGORY_BASES).

        ``cell`` is its printed category and ``name`` its own.
        """
        printed = self.canonical(cell)
        if all(part in self._coarse for part in self._parts(cell)):
            plain = squeeze(name)
            said = next((category for pattern, category in self._names if pattern.search(plain)), None)
            if said and said not in printed:
                return (said,), "name"
        return printed, "printed"

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
