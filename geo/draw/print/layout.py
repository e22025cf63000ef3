"""Boxes in millimetres, for what is drawn or set."""

from __future__ import annotations

from dataclasses import dataclass

#: Millimetres of a point.
MM = 25.4 / 72

#: Height of a line of running text in its size.
LINE = 1.35


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres from the upper left corner of the page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height
