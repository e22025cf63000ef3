"""The map of a selection as a matplotlib drawing, for paper, slides and pictures: vector, readable in grey.

Colour never carries a meaning alone: none is hatched, numbers stand in the labels, and the legend names every
class.
"""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.dataset import Selected
from geo.ground import Ground
from geo.layout import Box
from geo.legend import Item, Legend
from geo.lettering import DRAWING
from geo.plan import FEW, FLOWS, SHOWS, Show, plan
from geo.scenes import country, nearby

__all__ = ["FEW", "FLOWS", "SHOWS", "Show", "draw_map", "map_figure"]

#: Text of a picture: as on an A4 page, whose map is so many millimetres wide or high.
TEXT, STANDARD_MM = 8.0, 140.0

#: How often a map is drawn anew at most, each time with a line more in its legend.
_TRIES = 3


def map_figure(selected: Selected, ground: Ground, show: Show, size: tuple[float, float]) -> Figure:
    """The map alone, ``size`` in millimetres (width, height)."""
    wide, high = size
    text = show.text or TEXT * min(wide, high) / STANDARD_MM
    margin = text * 0.2
    with DRAWING:
        figure = Figure(figsize=(wide / 25.4, high / 25.4))
        box = Box(margin, margin, wide - 2 * margin, high - 2 * margin)
        draw_map(figure, box, selected, ground, replace(show, text=text))
    return figure


def draw_map(figure: Figure, box: Box, selected: Selected, ground: Ground, show: Show) -> None:
    """Draw the map and its legend into a box of the figure; hold ``geo.lettering.DRAWING``.

    What finds no room on the map stands in the legend.
    """
    planned = plan(selected, ground, show)
    scene = nearby if planned.core else country
    credit = [[Item(show.credit, quiet=True)]] if show.credit else []
    before, without = figure.axes, []
    for _ in range(_TRIES):
        rest = [[Item("図のほかに"), *map(Item, without)]] if without else []
        legend = Legend([*planned.legend, *rest, *credit], planned.flows.widths, box.width, show.text)
        area = Box(box.left, box.top, box.width, box.height - legend.height)
        found = scene(_axes(figure, area), selected, ground, planned, show.text)
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
