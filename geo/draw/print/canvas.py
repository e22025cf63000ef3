"""What a printed map is drawn on: kilometres for places, points of type for everything written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import BoxStyle, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from geo.draw.choropleth import LegendEntry
from geo.draw.print.layout import MM
from geo.draw.print.lettering import fit, printable, width
from geo.draw.signs import Sign

INK, QUIET, FLOW = "#1a1a1c", "#4d5566", "#0017c1"

#: The outline of areas stands 3:1 against white, so the palest class may be pale.
OUTLINE = "#7d879b"

#: Shapes of signs as matplotlib calls them, and how many times as wide as a dot each is to look as large.
MARKERS = {
    "dot": ("o", 1.0),
    "square": ("s", 0.9),
    "triangle": ("^", 1.1),
    "diamond": ("D", 0.85),
    "ring": ("o", 0.9),
}

#: Line widths are given for this size of type, and grow with it.
STANDARD = 8.0


class Canvas:
    """Axes in kilometres.

    Parameters
    ----------
    view : what has to be seen: west, south, east, north
    text : the size of type in points
    east : how much room is needed east of ``view``, in kilometres, where so many are left beside it; what is left
        then, and above and below, is left on both sides
    """

    def __init__(
        self, axes: Axes, view: Sequence[float], text: float, east: Callable[[float], float] | None = None
    ):
        self.axes, self.text, self.scale = axes, text, text / STANDARD
        axes.set_axis_off()
        box = axes.get_window_extent()
        wide, high = box.width / axes.figure.dpi * 25.4, box.height / axes.figure.dpi * 25.4
        west, south, right, north = view
        per_mm = max((right - west) / wide, (north - south) / high)
        #: Kilometres of one point of type.
        self.km = per_mm * MM
        beside, above = wide * per_mm - (right - west), high * per_mm - (north - south)
        needed = min(east(beside), beside) if east else 0.0
        self.west, self.east = west - (beside - needed) / 2, right + needed + (beside - needed) / 2
        self.south, self.north = south - above / 2, north + above / 2
        axes.set_xlim(self.west, self.east)
        axes.set_ylim(self.south, self.north)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is seen."""
        return self.west, self.south, self.east, self.north

    def areas(self, shapes: Iterable[Path], entry: LegendEntry, line: float = 0.4, zorder: float = 1) -> None:
        """Areas of one class, those of them that are seen."""
        paths = [path for path in shapes if self._sees(np.asarray(path.vertices))]
        if paths:
            self.axes.add_artist(area(Path.make_compound_path(*paths), entry, line * self.scale, zorder))

    def write(
        self, x: float, y: float, text: str, colour: str = INK, ha: str = "left", larger: float = 1.0
    ) -> None:
        """One line of text, centred on the height ``y``."""
        self.axes.text(
            x,
            y,
            text,
            size=self.text * larger,
            color=colour,
            ha=ha,
            va="center_baseline",
            zorder=8,
        )

    def _sees(self, points: np.ndarray) -> bool:
        (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
        return west < self.east and east > self.west and south < self.north and north > self.south

    def outline(self, shapes: Iterable[Path], line: float) -> None:
        """Outlines of areas over what is in them."""
        path = Path.make_compound_path(*shapes)
        look = {"facecolor": "none", "edgecolor": QUIET, "linewidth": line * self.scale, "zorder": 2}
        self.axes.add_artist(PathPatch(path, **look))

    def frame(self, box: Sequence[float], line: float = 0.5, **look: Any) -> None:
        """A rectangle: west, south, east, north."""
        west, south, east, north = box
        drawn: dict[str, Any] = {"facecolor": "none", "edgecolor": QUIET, "zorder": 5} | look
        patch = Rectangle((west, south), east - west, north - south, linewidth=line * self.scale, **drawn)
        self.axes.add_artist(patch)

    def within(self, box: Sequence[float]) -> Axes:
        """Axes over a rectangle (west, south, east, north) of the map."""
        whole, (west, south, east, north) = self.axes.get_position(), box
        per_x, per_y = whole.width / (self.east - self.west), whole.height / (self.north - self.south)
        left, low = whole.x0 + (west - self.west) * per_x, whole.y0 + (south - self.south) * per_y
        place = left, low, (east - west) * per_x, (north - south) * per_y
        return self.axes.figure.add_axes(place, zorder=self.axes.get_zorder() + 1)

    def dots(
        self, points: np.ndarray, across: float, fill: str, edge: str, line: float, zorder: float = 4.0
    ) -> None:
        """Round marks, ``across`` in points."""
        size = (across * self.scale) ** 2
        x, y = np.asarray(points).reshape(-1, 2).T
        self.axes.scatter(
            x,
            y,
            s=size,
            color=fill,
            edgecolor=edge,
            linewidth=line * self.scale,
            zorder=zorder,
        )

    def sign(self, at: np.ndarray, sign: Sign, across: float) -> None:
        """The mark of a group of places at a point, ``across`` in points."""
        draw_sign(self.axes, (at[0], at[1]), sign, across, self.scale, zorder=6.2)

    def ties(self, lines: Sequence) -> None:
        """Thin lines from points to labels that stand apart from them, edged white to be seen on flows."""
        for colour, line in (("#ffffff", 1.7), (INK, 0.6)):
            drawn = LineCollection(lines, colors=colour, linewidths=line * self.scale, zorder=6)
            self.axes.add_collection(drawn, autolim=False)

    def size(self, text: str, larger: float = 1.0, pad: float = 2.6) -> tuple[float, float]:
        """Width and height of a label, in kilometres."""
        high = self.text * larger * 1.32
        return max(width(text, self.text * larger) + pad * self.scale, high) * self.km, high * self.km

    def label(self, middle: tuple[float, float], text: str, look: str = "plain", larger: float = 1.0) -> None:
        """A label around its middle: "pill" with an outline, "plain" on white, or "strong" in colour on white."""
        wide, high = self.size(text, larger)
        x, y = middle
        pill = look == "pill"
        shape = BoxStyle("Round", pad=0, rounding_size=high * (0.5 if pill else 0.18))
        self.axes.add_artist(
            FancyBboxPatch(
                (x - wide / 2, y - high / 2),
                wide,
                high,
                boxstyle=shape,
                facecolor="#ffffff",
                alpha=None if pill else 0.84,
                edgecolor=FLOW if pill else "none",
                linewidth=0.7 * self.scale,
                zorder=7,
            )
        )
        self.write(x, y, text, FLOW if look == "strong" else INK, "center", larger)

    def cut(self, text: str, points: float = 90.0) -> str:
        """A text as it can be drawn, no longer than a name may be."""
        return fit(printable(text), points * self.scale, self.text)


def draw_sign(
    axes: Axes, at: tuple[float, float], sign: Sign, across: float, scale: float, zorder: float = 2
) -> None:
    """A sign at a point of the axes, ``across`` in points at a scale of 1, with a white edge."""
    shape, wide = MARKERS[sign.shape]
    ring = sign.shape == "ring"
    look: dict[str, Any] = {
        "color": "#ffffff" if ring else sign.printed,
        "edgecolor": sign.printed if ring else "#ffffff",
        "linewidth": (1.2 if ring else 0.5) * scale,
        "zorder": zorder,
    }
    axes.scatter([at[0]], [at[1]], s=(across * wide * scale) ** 2, marker=shape, **look)


def area(path: Path, entry: LegendEntry, line: float, zorder: float) -> PathPatch:
    """An area of a class; ``line`` in points."""
    look = {"linewidth": line, "edgecolor": OUTLINE, "zorder": zorder}
    look |= {"facecolor": "#ffffff", "hatch": "////"} if entry.hatch else {"facecolor": entry.colour}
    return PathPatch(path, **look)
