"""Where things stand on a slide of 16:9, in millimetres from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

#: Millimetres of a point.
MM = 25.4 / 72

#: Height of a line of running text, of a row of the table, and of a heading, in its size.
LINE, ROW, HEAD = 1.35, 1.75, 1.6


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


@dataclass(frozen=True, slots=True)
class Boxes:
    """Where the parts of a page stand."""

    heading: Box
    conditions: Box
    figures: Box
    map: Box
    table: Box
    foot: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of page.

    Parameters
    ----------
    width, height, side, top, bottom : of the page and its margins, in millimetres
    table : how wide the table is, in millimetres; the map has the rest
    heading_size, figure_size, text_size, table_size, small_size, map_size : of text, in points; ``small`` is
        that of the foot, and nothing but the map is written smaller
    slack : how much wider text may come out than measured, where another font may take the place of ours
    explains : whether it says at the foot what words mean
    """

    width: float
    height: float
    side: float
    top: float
    bottom: float
    table: float
    heading_size: float
    figure_size: float
    text_size: float
    table_size: float
    small_size: float
    map_size: float
    slack: float = 1.0
    explains: bool = True

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side

    def boxes(self, conditions: int, foot: int) -> Boxes:
        """Where the parts stand when conditions and foot take so many lines; map and table take what is left."""
        gap = self.text_size * 0.9 * MM
        heading = Box(self.side, self.top, self.inner, self.heading_size * HEAD * MM)
        lines = Box(
            self.side, heading.bottom + gap * 0.3, self.inner, conditions * self.text_size * LINE * MM
        )
        high = (self.text_size * 1.9 + self.figure_size * 1.35) * MM
        figures = Box(self.side, lines.bottom + gap, self.inner, high)
        high = foot * self.small_size * LINE * MM
        foot_ = Box(self.side, self.height - self.bottom - high, self.inner, high)
        top, bottom = figures.bottom + gap, foot_.top - gap * 0.8
        table = Box(self.side + self.inner - self.table, top, self.table, bottom - top)
        map_ = Box(self.side, top, self.inner - self.table - 2 * gap, bottom - top)
        return Boxes(heading, lines, figures, map_, table, foot_)


#: A slide of 16:9, 13⅓ by 7½ inches.
SLIDE = Layout(
    width=338.667,
    height=190.5,
    side=12,
    top=4.5,
    bottom=4,
    table=118,
    heading_size=24,
    figure_size=16,
    text_size=12,
    table_size=12,
    small_size=12,
    map_size=9,
    slack=1.16,
    explains=False,
)
