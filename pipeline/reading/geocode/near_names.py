"""Names that a misprinted text may stand for: few of many, without measuring each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from geo.folders import REFERENCE_DIR

# Costs of one edit. A look-alike is what text recognition gets wrong; any other edit is a guess.
LOOK_ALIKE = 0.4
OTHER = 1.0
#: Left out or put in, they cost as little as a look-alike (茅崎市).
_SLIGHT = "ヶノ"

#: Pairs measured to be as alike as this, or noted to be misread often, need no prefecture beside them.
STRONG = 0.85


@cache
def look_alikes(strong: bool = False) -> dict[str, frozenset[str]]:
    """Folded characters that look like each other, both ways (``data/reference/look_alikes.csv``)."""
    pairs: dict[str, set[str]] = {}
    with (REFERENCE_DIR / "look_alikes.csv").open(encoding="utf-8-sig", newline="") as file:
        for a, b, similarity, note in list(csv.reader(file))[1:]:
            if not strong or note or float(similarity) >= STRONG:
                pairs.setdefault(a, set()).add(b)
                pairs.setdefault(b, set()).add(a)
    return {character: frozenset(others) for character, others in pairs.items()}


def cost(printed: str, name: str, limit: float = 2.0) -> float:
    """Return the least cost of edits from ``printed`` to ``name`` (both folded), or more than ``limit``.

    Levenshtein's distance (insert, delete, substitute), where a look-alike counts LOOK_ALIKE, and so does
    a ヶ or ノ left out or put in (茅崎市).
    """
    if abs(len(printed) - len(name)) > limit:
        return limit + 1
    alike = look_alikes()
    columns = [(b, LOOK_ALIKE if b in _SLIGHT else OTHER) for b in name]
    row = [float(i) for i in range(len(name) + 1)]
    for i, a in enumerate(printed, 1):
        near, delete = alike.get(a, ()), LOOK_ALIKE if a in _SLIGHT else OTHER
        previous, left = row, float(i)
        row = [left]
        for (b, insert), aslant, above in zip(columns, previous, previous[1:], strict=False):
            best = aslant if a == b else aslant + (LOOK_ALIKE if b in near else OTHER)
            left = min(best, above + delete, left + insert)
            row.append(left)
        if min(row) > limit:
            return limit + 1
    return row[-1]


class NearNames:
    """Names, all folded, by the characters that may stand for one of theirs.

    Every set of names is a number with a bit for each. A character of a text that is none of a name's and looks like
    none of them costs at least OTHER, wherever it stands: only names with few of those are worth measuring.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._lines = "".join(f"{name}\n" for name in names)
        self._near: dict[str, int] = {}
        self._of_length: dict[int, int] = {}
        alike = look_alikes()
        for position, name in enumerate(self._names):
            bit = 1 << position
            self._of_length[len(name)] = self._of_length.get(len(name), 0) | bit
            for character in name:
                for one in (character, *alike.get(character, ())):
                    self._near[one] = self._near.get(one, 0) | bit

    @property
    def lengths(self) -> Iterable[int]:
        """The lengths of the names."""
        return self._of_length

    def within(self, printed: str, limit: float) -> Iterator[tuple[float, int]]:
        """Give the cost (:func:`cost`) and the position of each name that costs no more than ``limit``, in their order."""
        unlike = [0] * (
            int(limit) + 1
        )  # names with more than 0, 1, … characters of the text that are unlike theirs
        for character in printed:
            if character in _SLIGHT:
                continue
            absent = ~self._near.get(character, 0)
            for already in range(len(unlike) - 1, 0, -1):
                unlike[already] |= unlike[already - 1] & absent
            unlike[0] |= absent
        left = 0
        near: set[str] = set()
        for length, names in self._of_length.items():
            if abs(len(printed) - length) <= limit:
                left |= names
        left &= ~unlike[-1]
        while left:
            position = (left & -left).bit_length() - 1
            left &= left - 1
            name = self._names[position]
            near = near or _near(printed)
            missing = sum(one not in near and one not in _SLIGHT for one in name)
            if missing <= limit and (edits := cost(printed, name, limit)) <= limit:
                yield edits, position

    def ending(self, printed: str) -> list[int]:
        """Return the positions of the names that end with a text."""
        if f"{printed}\n" not in self._lines:
            return []
        return [position for position, name in enumerate(self._names) if name.endswith(printed)]


def _near(printed: str) -> set[str]:
    """The characters of a text and those that look like one of them."""
    alike = look_alikes()
    return set(printed).union(*(alike.get(one, ()) for one in printed))


@lru_cache(maxsize=256)
def near_names(names: tuple[str, ...]) -> NearNames:
    """Return :class:`NearNames`, made once of the same names."""
    return NearNames(names)
