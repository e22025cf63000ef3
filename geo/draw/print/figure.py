"""The map of a selection as a matplotlib drawing, for paper, slides and pictures: vector, readable in grey.

Colour never carries a meaning alone: none is hatched, numbers stand in the labels, and the legend names every
class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.draw.print.canvas import INK, QUIET
from geo.draw.print.ground import Ground
from geo.draw.print.layout import LINE, MM, Box
from geo.draw.print.legend import Item, Legend
from geo.draw.print.lettering import DRAWING, width, wrap
from geo.draw.print.plan import CHANGES, FLOWS, SHOWS, SIGNS, Show, plan
from geo.draw.print.scenes import country, nearby
from geo.insight.starts import FEW
from geo.ledger.selection import Selected

__all__ = ["CHANGES", "FEW", "FLOWS", "SHOWS", "SIGNS", "Caption", "Show", "draw_map", "map_figure"]

#: Text of a picture: as on an A4 page, whose map is so many millimetres wide or high.
TEXT, STANDARD_MM = 8.0, 140.0

#: How much larger than other text the title of a picture is.
TITLE = 1.7

#: How often a map is drawn anew at most, each time with a line more in its legend.
_TRIES = 3


@dataclass(frozen=True)
class Caption:
    """What a picture says of itself: whose map it is, under which conditions, and as of when and whose facts."""

    title: str
    conditions: str
    sources: str


def map_figure(
    selected: Selected, ground: Ground, show: Show, size: tuple[float, float], caption: Caption | None = None
) -> Figure:
    """The map alone, or with its caption above and below; ``size`` in millimetres (width, height)."""
    wide, high = size
    text = show.text or TEXT * min(wide, high) / STANDARD_MM
    margin = text * 0.2
    with DRAWING:
        figure = Figure(figsize=(wide / 25.4, high / 25.4))
        box = Box(margin, margin, wide - 2 * margin, high - 2 * margin)
        if caption:
            box = _write(figure, box, caption, text)
        draw_map(figure, box, selected, ground, replace(show, text=text))
    return figure


def _write(figure: Figure, box: Box, caption: Caption, text: float) -> Box:
    """Write what a picture says of itself; the box that is left for the map."""
    room, pad = box.width / MM, text * MM
    title = text * min(TITLE, max(TITLE * room / max(width(caption.title, text * TITLE), 1), 1.0))
    above = [(line, title, INK) for line in wrap(caption.title, room, title, 2)]
    above += [(line, text, QUIET) for line in wrap(caption.conditions, room, text, 3)]
    below = [(line, text, QUIET) for line in wrap(caption.sources, room, text, 4)]
    axes = _axes(figure, box)
    axes.set_axis_off()
    axes.set_xlim(0, box.width)
    axes.set_ylim(box.height, 0)
    top = _lines(axes, above, pad / 4)
    high = sum(size * LINE * MM for _, size, _ in below) + pad
    _lines(axes, below, box.height - high + pad / 2)
    return Box(box.left, box.top + top, box.width, box.height - top - high)


def _lines(axes: Axes, lines: Sequence[tuple[str, float, str]], top: float) -> float:
    """Write (line, its size in points, its colour) below one another; where they end, in millimetres."""
    for words, size, colour in lines:
        top += size * LINE * MM
        axes.text(0, top - size * 0.3 * MM, words, size=size, color=colour, va="baseline")
    return top


def draw_map(figure: Figure, box: Box, selected: Selected, ground: Ground, show: Show) -> None:
    """Draw the map and its legend into a box of the figure; hold ``geo.draw.print.lettering.DRAWING``.

    What finds no room on the map stands in the legend.
    """
    planned = plan(selected, ground, show)
    scene = nearby if planned.core else country
    credit = [[Item(show.credit, quiet=True)]] if show.credit else []
    before, without, text = figure.axes, list[str](), show.text or TEXT
    for _ in range(_TRIES):
        rest = [[Item("図のほかに"), *map(Item, without)]] if without else []
        legend = Legend([*planned.legend, *rest, *credit], planned.flows.widths, box.width, text)
        area = Box(box.left, box.top, box.width, box.height - legend.height)
        found = scene(_axes(figure, area), selected, ground, planned, text)
        if set(found) <= set(without):
            break
        without = found
        # Said in the legend, it takes some of the map's room.
        for axes in set(figure.axes) - set(before):
            axes.remove()
    legend.draw(_axes(figure, Box(box.left, area.bottom, box.width, legend.height)))


def _axes(figure: Figure, box: Box) -> Axes:
    """Axes that fill a box of the figure."""
    wide, high = figure.get_size_inches() * 25.4
    return figure.add_axes(
        (box.left / wide, 1 - box.bottom / high, box.width / wide, box.height / high), zorder=1
    )
