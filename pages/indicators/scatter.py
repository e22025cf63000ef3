"""Points of an indicator against ties, as HTML that needs no script; the same facts have to stand in a table below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from geo.draw.shades import figure

#: From this ratio of the largest to the smallest value on, all of them above zero, an axis is logarithmic.
SPREAD = 50.0
#: So many points have their names at most: the farthest up and the farthest to the right first.
_NAMED = 10
#: About how wide a character of a name is and how high a line, in per cent of the drawing.
_WIDE, _HIGH = 1.5, 5.5


@dataclass(frozen=True)
class Axis:
    """An axis: its bounds, its lines, and whether it is logarithmic."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool

    def place(self, value: float) -> float:
        """Where a value lies, in per cent of the axis."""
        low, high, value = (math.log(one) if self.log else one for one in (self.low, self.high, value))
        return 100 * (value - low) / (high - low) if high > low else 50.0


def axis(values: Sequence[float], *, zero: bool = False) -> Axis:
    """An axis that holds values; ``zero`` begins it at zero and never makes it logarithmic.

    >>> axis([3, 40]).log, axis([3, 400]).log, axis([0, 400]).log
    (False, True, False)
    >>> axis([0, 7], zero=True).ticks
    (0.0, 2.0, 4.0, 6.0, 8.0)
    """
    low, high = min(values), max(values)
    if not zero and low > 0 and high / low >= SPREAD:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        powers = [10.0**power for power in range(first, last + 1)]
        steps = (1, 3) if len(powers) <= 3 else (1,)
        ticks = [power * step for power in powers for step in steps]
        below = max((tick for tick in ticks if tick <= low), default=low)
        above = min((tick for tick in ticks if tick >= high), default=high)
        return Axis(below, above, tuple(tick for tick in ticks if below <= tick <= above), log=True)
    low = min(low, 0.0) if zero else low
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(factor * power for factor in (1, 2, 5, 10) if span / (factor * power) <= 5)
    first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
    ticks = tuple(round(number * step, 12) for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, log=False)


def draw(points: pd.DataFrame, x_label: str, y_label: str, marked: Sequence[str], name: str) -> str:
    """Draw the points.

    Parameters
    ----------
    points : columns code, name, x, y, all known; at least one
    x_label, y_label : what the axes are of, with the unit
    marked : codes of points that stand out, by a ring and their name
    name : accessible name
    """
    across, up = axis(points.x.tolist()), axis(points.y.tolist(), zero=True)
    grid = "".join(
        f'<span style="bottom:{up.place(tick):.2f}%">{escape(figure(tick))}</span>' for tick in up.ticks
    ) + "".join(
        f'<em style="left:{across.place(tick):.2f}%">{escape(figure(tick))}</em>' for tick in across.ticks
    )
    dots = "".join(
        f'<i{" class=on" if row.code in marked else ""} style="left:{across.place(row.x):.2f}%;'
        f'bottom:{up.place(row.y):.2f}%" title="{escape(row.name)}　{escape(figure(row.x))}・{escape(figure(row.y))}"></i>'
        for row in points.itertuples(index=False)
    )
    labels = "".join(
        f'<b style="left:{left:.2f}%;bottom:{bottom:.2f}%"{" class=left" if before else ""}>{escape(words)}</b>'
        for words, left, bottom, before in _names(points, across, up, marked)
    )
    scale = "（対数目盛）" if across.log else ""
    return (
        f'<figure class="k-fig k-points"><figcaption>縦: {escape(y_label)}　横: {escape(x_label + scale)}</figcaption>'
        f'<div class="k-scatter" role="img" aria-label="{escape(name)}">{grid}{dots}{labels}</div></figure>'
    )


def _names(
    points: pd.DataFrame, across: Axis, up: Axis, marked: Sequence[str]
) -> list[tuple[str, float, float, bool]]:
    """The names that find room: (name, left, bottom in per cent, whether it stands before its point)."""
    order = dict.fromkeys(
        [
            *points.index[points.code.isin(marked)],
            *points.sort_values(["y", "x"], ascending=False, kind="stable").index[:_NAMED],
            *points.sort_values(["x", "y"], ascending=False, kind="stable").index[:_NAMED],
        ]
    )
    taken: list[tuple[float, float, float, float]] = []
    spots = [(across.place(x), up.place(y)) for x, y in zip(points.x, points.y, strict=True)]
    found: list[tuple[str, float, float, bool]] = []
    for index in order:
        row = points.loc[index]
        left, bottom = across.place(row.x), up.place(row.y)
        wide = _WIDE * len(row["name"])
        before = left + wide + 2 > 100
        west = left - wide - 1.2 if before else left + 1.0
        box = (west, bottom - _HIGH / 2, west + wide, bottom + _HIGH / 2)
        if any(_meet(box, other) for other in taken):
            continue
        if row.code not in marked and any(
            box[0] < x < box[2] and box[1] < y < box[3] for x, y in spots if (x, y) != (left, bottom)
        ):
            continue
        taken.append(box)
        found.append((row["name"], left, bottom, before))
        if len(found) >= _NAMED + len(marked):
            break
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
