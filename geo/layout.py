"""Where things stand on a page, in millimetres from its upper left corner: A4, A3, and a slide of 16:9."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

#: Millimetres of a point.
MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres from the upper left corner of the page."""

    left: float
    top: float
    width: float
    height: float

    def scaled(self, factor: float) -> Box:
        """The same box on a page so many times as large."""
        return Box(*(getattr(self, field.name) * factor for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand on a page, and how large they are written (``…_size``, in points).

    ``slack`` is how much wider text may come out than measured, where another font may take the place of ours;
    ``map_text`` how much larger than on paper the map's text and lines are, to be read from the back rows.
    """

    width: float
    height: float
    heading: Box
    conditions: Box
    figures: Box
    map: Box
    table: Box
    foot: Box
    heading_size: float
    figure_size: float
    text_size: float
    small_size: float
    rows: int
    slack: float = 1.0
    map_text: float = 1.0

    def scaled(self, factor: float) -> Layout:
        """The same page so many times as large."""
        fixed = ("rows", "slack", "map_text")
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in fixed}
        larger = {
            name: value.scaled(factor) if isinstance(value, Box) else value * factor
            for name, value in values.items()
        }
        return replace(self, **larger)


A4 = Layout(
    width=297,
    height=210,
    heading=Box(12, 9, 273, 8),
    conditions=Box(12, 18.5, 273, 7),
    figures=Box(12, 28, 273, 13),
    map=Box(12, 45, 170, 147),
    table=Box(187, 45, 98, 147),
    foot=Box(12, 195, 273, 8),
    heading_size=15,
    figure_size=14,
    text_size=8,
    small_size=6.5,
    rows=20,
)

#: Paper by name; the sides of A3 are √2 times those of A4 (ISO 216).
PAPERS = {"A4": A4, "A3": A4.scaled(math.sqrt(2))}

#: A slide of 16:9, 13⅓ by 7½ inches.
SLIDE = Layout(
    width=338.667,
    height=190.5,
    heading=Box(13, 8, 312, 12),
    conditions=Box(13, 21.5, 312, 8.5),
    figures=Box(13, 32, 312, 16),
    map=Box(13, 52, 182, 122),
    table=Box(201, 52, 124.5, 122),
    foot=Box(13, 177, 312, 9),
    heading_size=23,
    figure_size=20,
    text_size=11.5,
    small_size=8,
    rows=11,
    slack=1.15,
    map_text=1.4,
)
