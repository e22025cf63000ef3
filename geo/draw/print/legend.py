"""The legend of a printed map: lines of signs and words under it, so that it never hides an island."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.path import Path

from geo.draw.choropleth import LegendEntry
from geo.draw.print.bands import Widths, arc
from geo.draw.print.canvas import FLOW, INK, QUIET, area, draw_sign
from geo.draw.print.layout import MM
from geo.draw.print.lettering import fit, printable, width
from geo.draw.signs import Sign

#: A sign, its distance from its word, and the distance between items, in ems; the height of a line.
_SIGN, _NEAR, _APART, _LINE = 1.9, 0.4, 1.1, 1.75

#: How wide the sign of a group of places is in the legend, in points at eight points of type.
_MARK = 5.5


@dataclass(frozen=True)
class Ended:
    """The sign of a tie: a line with its partner, as an outline where it has ended."""

    hollow: bool


@dataclass(frozen=True)
class Origin:
    """The sign of an origin."""


@dataclass(frozen=True)
class Item:
    """A word with the sign it explains: a class of areas, a flow of so many, a tie, a group of places, an origin, or none.

    ``quiet`` is a remark.
    """

    text: str
    sign: LegendEntry | Ended | Sign | Origin | int | None = None
    quiet: bool = False

    def ems(self) -> float:
        """How wide it is."""
        return width(printable(self.text), 1.0) + (_SIGN + _NEAR if self.sign is not None else 0)


class Legend:
    """Items in lines, as many as their width takes; sizes in millimetres.

    Parameters
    ----------
    groups : items that belong together; a group begins a new line where it does not fit on the last
    widths : what the signs of flows are drawn with
    wide : how wide the legend may be
    text : the size of type in points
    """

    def __init__(self, groups: Sequence[Sequence[Item]], widths: Widths | None, wide: float, text: float):
        self.em = text * MM
        self.text, self._widths, self._room = text, widths, wide / self.em
        self._lines: list[list[Item]] = [[]]
        for group in groups:
            if self._lines[-1] and self._left() < sum(item.ems() + _APART for item in group) - _APART:
                self._lines.append([])
            for item in group:
                if self._lines[-1] and self._left() < item.ems():
                    self._lines.append([])
                self._lines[-1].append(item)
        self.height = (len(self._lines) * _LINE + 0.4) * self.em

    def _left(self) -> float:
        return self._room - sum(item.ems() + _APART for item in self._lines[-1])

    def draw(self, axes: Axes) -> None:
        """Draw it into axes of its width and height."""
        axes.set_axis_off()
        high = self.height / self.em
        axes.set_xlim(0, self._room)
        axes.set_ylim(0, high)
        for number, line in enumerate(self._lines):
            x, y = 0.0, high - 0.4 - (number + 0.5) * _LINE
            for item in line:
                if item.sign is not None:
                    self._sign(axes, item.sign, x, y)
                    x += _SIGN + _NEAR
                text = fit(item.text, max(self._room - x, 1.0), 1.0)
                axes.text(
                    x,
                    y,
                    text,
                    size=self.text,
                    color=QUIET if item.quiet else INK,
                    va="center_baseline",
                )
                x += width(text, 1.0) + _APART

    def _sign(self, axes: Axes, sign: LegendEntry | Ended | Sign | Origin | int, x: float, y: float) -> None:
        look: dict[str, Any]
        if isinstance(sign, LegendEntry):
            corners = np.array([(0, -0.42), (_SIGN, -0.42), (_SIGN, 0.42), (0, 0.42), (0, 0)]) + (x, y)
            axes.add_artist(area(Path(corners, closed=True), sign, 0.4 * self.text / 8, 1))
            return
        if isinstance(sign, Sign):
            draw_sign(axes, (x + _SIGN / 2, y), sign, _MARK, self.text / 8)
            return
        if isinstance(sign, Origin):
            look = {"color": "#ffffff", "edgecolor": FLOW, "linewidth": 1.5 * self.text / 8, "zorder": 2}
            axes.scatter([x + _SIGN / 2], [y], s=(5.5 * self.text / 8) ** 2, **look)
            return
        if isinstance(sign, Ended):
            fill, scale = "#ffffff" if sign.hollow else FLOW, self.text / 8
            band = arc(np.array([x, y]), np.array([x + _SIGN, y]), 0.3, bend=0)
            look = {"facecolor": fill, "edgecolor": FLOW, "linewidth": 0.5 * scale}
            axes.add_collection(PolyCollection([band], **look), autolim=False)
            end: dict[str, Any] = {"color": fill, "edgecolor": FLOW, "linewidth": 0.9 * scale, "zorder": 2}
            axes.scatter([x + _SIGN], [y], s=(3.2 * scale) ** 2, **end)
            return
        if (widths := self._widths) is not None:
            band = arc(np.array([x, y]), np.array([x + _SIGN, y]), widths(sign) / 8, bend=0)
            drawn = PolyCollection([band], facecolor=FLOW, edgecolor="none", alpha=widths.alpha)
            axes.add_collection(drawn, autolim=False)
