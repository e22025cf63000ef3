"""A tie as plain values, and when the first of some began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Tie(NamedTuple):
    """One drawn link as plain values, None where null: counting a few thousand of these beats a groupby.

    ``municipality`` is None for a prefecture; ``kind`` is 年 or 年度; ``wide`` marks a tie of a wide network.
    """

    project: str
    origin: str
    municipality: str | None
    prefecture: str
    year: int | None
    kind: str | None
    wide: bool
    categories: list[str]


class Began(NamedTuple):
    """A start year (西暦), and whether it is a 年度: in order of time, for a 年 begins in January."""

    year: int
    fiscal: bool

    @property
    def kind(self) -> str:
        """年 or 年度."""
        return "年度" if self.fiscal else "年"


def first_began(ties: Iterable[Tie]) -> tuple[int | None, str | None]:
    """The earliest known start year (西暦) of some ties and its kind (年, 年度); None and None when none is known."""
    first = min((Began(tie.year, tie.kind != "年") for tie in ties if tie.year is not None), default=None)
    return (first.year, first.kind) if first else (None, None)
