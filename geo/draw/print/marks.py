"""What stands on a printed map: flows as bands, their origins, and partners with names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection

from geo.draw.print.bands import UNCROWDED, Widths, arc
from geo.draw.print.canvas import FLOW, Canvas
from geo.draw.print.placing import Label, Rectangle, Room, inside
from geo.draw.signs import Sign

#: An origin's name is so many times as large as others; blank points around the text of a pill.
STRONG, PAD = 1.12, 5.2

#: A sign is so much larger than a dot, in points, that its shape is seen.
_SIGN = 1.8

#: In points of distance: how far off a label may stand; what it costs to leave away that of a municipality that is
#: not among the first; and of a prefecture: all but to cover another.
FARTHEST, SPARE, DEAR = 60.0, 40.0, 400.0


@dataclass
class Flows:
    """Flows in kilometres of the plane.

    Parameters
    ----------
    starts, ends : points, a row a flow
    numbers : what the width stands for
    widths : how wide they are drawn
    origins, names : the points flows start from, each once, and what they are called
    hollow : which of them are drawn as outlines, if any
    """

    starts: np.ndarray
    ends: np.ndarray
    numbers: np.ndarray
    widths: Widths
    origins: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    names: list[str] = field(default_factory=list)
    hollow: np.ndarray | None = None

    @classmethod
    def none(cls, origins: np.ndarray) -> Flows:
        """No flows at all, where the origins are."""
        nothing = np.empty((0, 2))
        return cls(nothing, nothing, nothing[:, 0], Widths(0, 0), origins)

    def name(self, names: Sequence[str]) -> None:
        """Call the origins by the names of the flows' starts."""
        first: dict[tuple[float, float], str] = {}
        for start, name in zip(self.starts, names, strict=True):
            first.setdefault(tuple(start), name)
        self.origins, self.names = np.array(list(first)).reshape(-1, 2), list(first.values())

    def where(self, kept: np.ndarray) -> Flows:
        """Some of the flows, with all origins."""
        some = replace(self, starts=self.starts[kept], ends=self.ends[kept], numbers=self.numbers[kept])
        return replace(some, hollow=_some(self.hollow, kept))


def _some(hollow: np.ndarray | None, kept: np.ndarray) -> np.ndarray | None:
    return None if hollow is None else hollow[kept]


@dataclass(frozen=True)
class Land:
    """Points all over the land, and the prefecture each lies in."""

    points: np.ndarray
    homes: np.ndarray

    @classmethod
    def none(cls) -> Land:
        """No such points: labels may stand anywhere."""
        return cls(np.empty((0, 2)), np.empty(0, object))


@dataclass
class Marks:
    """Partners, the foremost first: where they are, in which prefecture, their names and numbers.

    Those with ``signs`` have each its own shape and colour. Where ``framed``, all have labels as far as there is room, of others the first ``named``; those of the first
    ``always`` are never left out. A number never stands without its name: it would not say whose it is.
    """

    points: np.ndarray
    homes: list[str]
    names: list[str]
    numbers: list[str]
    framed: bool
    always: int
    named: int = 0
    hollow: np.ndarray | None = None
    signs: list[Sign] | None = None

    def where(self, kept: np.ndarray) -> Marks:
        """Some of them."""
        chosen = np.flatnonzero(kept)
        homes, names, numbers = ([side[i] for i in chosen] for side in (self.homes, self.names, self.numbers))
        some = replace(self, points=self.points[kept], homes=homes, names=names, numbers=numbers)
        signs = None if self.signs is None else [self.signs[i] for i in chosen]
        return replace(some, hollow=_some(self.hollow, kept), signs=signs)


def draw_flows(canvas: Canvas, flows: Flows) -> None:
    """Bands from the origins to the partners, and the origins."""
    bands = [
        arc(start, end, flows.widths(number) * canvas.scale * canvas.km)
        for start, end, number in zip(flows.starts, flows.ends, flows.numbers, strict=True)
    ]
    hollow = np.zeros(len(bands), bool) if flows.hollow is None else flows.hollow
    solid = [band for band, outlined in zip(bands, hollow, strict=True) if not outlined]
    canvas.axes.add_collection(
        PolyCollection(solid, facecolor=FLOW, edgecolor="none", alpha=flows.widths.alpha, zorder=3),
        autolim=False,
    )
    if hollow.any():
        outlines = [band for band, outlined in zip(bands, hollow, strict=True) if outlined]
        look: dict[str, Any] = {
            "facecolor": "#ffffff",
            "edgecolor": FLOW,
            "linewidth": 0.5 * canvas.scale,
            "zorder": 2.9,
        }
        canvas.axes.add_collection(PolyCollection(outlines, **look), autolim=False)
    if flows.names:
        canvas.dots(flows.origins, 5.5, "#ffffff", FLOW, 1.5, zorder=6.5)


def draw_marks(canvas: Canvas, flows: Flows, marks: Marks, land: Land, taken: list[Rectangle]) -> list[str]:
    """Origins and partners by name, each clear of the others and of what is ``taken``; what found no room.

    ``land`` are points all over the land.
    """
    marks = marks.where(inside(marks.points, canvas.box))
    across = 3.4 if marks.framed else 2.8 if len(marks.points) <= UNCROWDED else 2.0
    if marks.signs is None:
        _dots(canvas, marks, across)
    else:
        # The foremost last, over the others.
        for at, sign in reversed(list(zip(marks.points, marks.signs, strict=True))):
            canvas.sign(at, sign, across + _SIGN)
    unit = canvas.km * canvas.scale
    words = [canvas.cut(name) for name in flows.names]
    labels = [
        Label(tuple(at), canvas.size(word, larger=STRONG), FARTHEST)
        for at, word in zip(flows.origins, words, strict=False)
    ]
    looks = [("strong", word) for word in words]
    named = [
        f"{canvas.cut(name)} {number}".strip()
        for name, number in zip(marks.names, marks.numbers, strict=True)
    ]
    if marks.framed:
        for rank, (at, home, text) in enumerate(zip(marks.points, marks.homes, named, strict=True)):
            spare = DEAR if rank >= marks.always else None
            size = canvas.size(text, pad=PAD)
            labels.append(Label(tuple(at), size, FARTHEST, home, on=True, spare=spare))
            looks.append(("pill", text))
    else:
        for rank, (at, text) in enumerate(zip(marks.points, named[: marks.named], strict=False)):
            spare = SPARE * 0.95**rank if rank >= marks.always else None
            labels.append(Label(tuple(at), canvas.size(text), FARTHEST, spare=spare))
            looks.append(("plain", text))
    half = 3.4 * unit
    origins = [(x - half, y - half, x + half, y + half) for x, y in flows.origins] if flows.names else []
    middle = tuple(flows.origins.mean(axis=0)) if len(flows.origins) else (0.0, 0.0)
    near = inside(land.points, canvas.box)
    room = Room(
        canvas.box, unit, marks.points, land.points[near], land.homes[near], middle, [*taken, *origins]
    )
    ties, without = [], []
    for label, (look, text), at in zip(labels, looks, room.arrange(labels), strict=True):
        if at is None:
            without += [text] if look == "pill" else []
            continue
        canvas.label(at, text, look, STRONG if look == "strong" else 1.0)
        ties += _tie(canvas, label.point, at, label.size)
    canvas.ties(ties)
    return without


def _dots(canvas: Canvas, marks: Marks, across: float) -> None:
    hollow = np.zeros(len(marks.points), bool) if marks.hollow is None else marks.hollow
    canvas.dots(marks.points[~hollow], across, FLOW, "#ffffff", 0.4, zorder=6.2)
    if hollow.any():
        canvas.dots(marks.points[hollow], across, "#ffffff", FLOW, 0.9, zorder=6.1)


def _tie(canvas: Canvas, point: Sequence[float], middle: Sequence[float], size: Sequence[float]) -> list:
    """The line from a point to the nearest edge of its label, where they stand apart."""
    x = min(max(point[0], middle[0] - size[0] / 2), middle[0] + size[0] / 2)
    y = min(max(point[1], middle[1] - size[1] / 2), middle[1] + size[1] / 2)
    apart = np.hypot(point[0] - x, point[1] - y)
    return [[tuple(point), (x, y)]] if apart > 3.0 * canvas.km * canvas.scale else []
