"""What a printed map is drawn on: kilometres for places, points of type for everything written."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from geo.ground import EXTENT
from geo.layout import MM
from geo.lettering import fit, width

INK, QUIET, FLOW = "#1a1a1c", "#4d5566", "#0017c1"

#: Sizes of text in points, on a map whose shorter side is STANDARD_MM; larger maps have larger text.
TEXT, SMALL, STANDARD_MM = 6.6, 5.6, 125.0


class Canvas:
    """Axes in kilometres, with sizes in points as if the map had the standard size; ``text`` multiplies them."""

    def __init__(self, axes: Axes, text: float = 1.0):
        self.axes = axes
        axes.set_axis_off()
        box = axes.get_window_extent()
        wide, high = box.width / axes.figure.dpi * 25.4, box.height / axes.figure.dpi * 25.4
        west, south, east, north = EXTENT
        self.scale = min(wide, high) / STANDARD_MM * text
        km = max((east - west) / wide, (north - south) / high)
        #: Kilometres of one point of type on the standard map.
        self.km = km * MM * self.scale
        extra = wide * km - (east - west), high * km - (north - south)
        self.west, self.east = west - extra[0] / 2, east + extra[0] / 2
        self.south, self.north = south - extra[1] / 2, north + extra[1] / 2
        axes.set_xlim(self.west, self.east)
        axes.set_ylim(self.south, self.north)
        self.taken: list[tuple[float, float, float, float]] = []

    def write(self, x, y, text, size=TEXT, colour=INK, ground=None, ha="left") -> None:
        """One line of text, centred on the height ``y``."""
        box = {"facecolor": ground, "edgecolor": "none", "alpha": 0.82, "pad": 0.5 * self.scale}
        self.axes.text(
            x,
            y,
            text,
            size=size * self.scale,
            color=colour,
            ha=ha,
            va="center_baseline",
            zorder=6,
            bbox=box if ground else None,
        )

    def box(self, west, south, wide, high, linewidth, **look) -> None:
        """A rectangle; ``linewidth`` in points."""
        patch = Rectangle((west, south), wide, high, linewidth=linewidth * self.scale, zorder=5, **look)
        self.axes.add_artist(patch)

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a box (west, south, east, north) lies on the map and clear of what is there."""
        west, south, east, north = box
        inside = west > self.west and east < self.east and south > self.south and north < self.north
        return inside and all(
            east < other[0] or west > other[2] or north < other[1] or south > other[3] for other in self.taken
        )

    def dots(self, points: np.ndarray, across: float, fill: str, edge: str, line: float) -> None:
        """Round marks, ``across`` in points."""
        self.axes.scatter(
            *points.T,
            s=(across * self.scale) ** 2,
            color=fill,
            edgecolor=edge,
            linewidth=line * self.scale,
            zorder=4,
        )

    def label(self, point: np.ndarray, text: str, strong: bool = False, covering: bool = False) -> None:
        """Text beside a point, or ``covering`` it, where there is room; else left out, but never an origin."""
        size = TEXT + 1.4 * strong
        text = fit(text, 90.0, size)
        wide, high, gap = width(text, size) * self.km, size * 1.15 * self.km, (2.6 + 2 * strong) * self.km
        x, y = point
        right, left, centre = x + gap, x - gap - wide, x - wide / 2
        above, below, level = y + gap, y - gap - high, y - high / 2
        spots = [(centre, level)] if covering else []
        spots += [(right, level), (left, level), (centre, above), (centre, below)]
        spots += [(right, above), (right, below), (left, above), (left, below)]
        boxes = [(west, south, west + wide, south + high) for west, south in spots]
        box = next((box for box in boxes if self.free(box)), boxes[0] if strong else None)
        if box:
            self.taken.append(box)
            colour = FLOW if strong else INK
            self.write(box[0], (box[1] + box[3]) / 2, text, size, colour, ground="#ffffff")
