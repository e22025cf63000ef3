"""Prefectures in classes of any number: whole or not, of any size, known or not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.draw.choropleth import CUTS, PALETTE, SCHEMES, ZERO_LABEL, Classes, LegendEntry, colours

#: What has no value, on a map: land without a colour of its own.
UNKNOWN = LegendEntry("値なし", "land")


@dataclass(frozen=True, eq=False)
class Shades:
    """Values of the prefectures and how a map shows them.

    Parameters
    ----------
    label : what they are of, with the unit
    unit : written behind a value
    values : code (NN000) → value, NaN where there is none
    zero : whether zero is "none", hatched, rather than a small value
    scheme : a key of ``geo.draw.choropleth.CUTS``
    """

    label: str
    unit: str
    values: pd.Series
    zero: bool = False
    scheme: str = "natural"

    def text(self, value: float) -> str:
        """A value with its unit: 「1,234 人」; 「なし」 and 「値なし」 where there is none."""
        if math.isnan(value):
            return UNKNOWN.label
        if self.zero and not value:
            return ZERO_LABEL
        return f"{figure(value)} {self.unit}".strip()

    def classes(self) -> Classes:
        """The values in five classes at most; what is none, and what has no value, in classes of their own.

        Bounds are round numbers: a class holds what is its lower bound or more and less than its upper bound.
        """
        known = self.values.dropna()
        shaded = known[known > 0] if self.zero else known
        bounds = _bounds(shaded.to_numpy(float), self.scheme)
        entries = [LegendEntry(ZERO_LABEL, hatch=True)] if self.zero else []
        first = len(entries)
        labels = _labels(bounds, shaded.to_numpy(float))
        entries += [
            LegendEntry(label, colour) for label, colour in zip(labels, colours(len(labels)), strict=True)
        ]
        index = pd.Series(0, index=self.values.index)
        index[shaded.index] = first + np.searchsorted(bounds, shaded.to_numpy(float), side="right")
        if len(known) < len(self.values):
            index[self.values.isna()] = len(entries)
            entries.append(UNKNOWN)
        return Classes(SCHEMES[self.scheme], tuple(bounds), index, tuple(entries))


def figure(value: float) -> str:
    """A number as a person reads it: no digits after the point from 100 on, and three that count below.

    >>> [figure(number) for number in (1234567.8, 28.45, 0.01234, 5.0, 0, -3.5)]
    ['1,234,568', '28.4', '0.0123', '5', '0', '-3.5']
    """
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return np.format_float_positional(float(f"{value:.3g}"), trim="-")


def brief(value: float) -> str:
    """A number as there is room for it beside a name on a map.

    >>> [brief(number) for number in (675_539_600, 6_755_396, 28.45, 0.0919)]
    ['6.76億', '676万', '28.4', '0.092']
    """
    for size, word in ((1e8, "億"), (1e4, "万")):
        # A number of five digits is no longer than it is with 万.
        if abs(value) >= max(size, 1e5):
            return f"{figure(value / size)}{word}"
    return figure(float(f"{value:.2g}")) if abs(value) < 10 else figure(value)


def _bounds(values: np.ndarray, scheme: str) -> list[float]:
    """Where each class but the first begins: round numbers, and no class without a value."""
    distinct, k = np.unique(values), len(PALETTE)
    if len(distinct) <= k:
        return [_round_between(low, high) for low, high in zip(distinct, distinct[1:], strict=False)]
    # A class of a cut ends with its upper bound; the next begins with the first value beyond it.
    places = sorted(
        {int(np.searchsorted(distinct, bound, side="right")) for bound in CUTS[scheme](values, k)}
    )
    return [_round_between(distinct[at - 1], distinct[at]) for at in places if 0 < at < len(distinct)]


def _round_between(below: float, first: float) -> float:
    """The number with the fewest digits that is above ``below`` and at most ``first``."""
    if not first:
        return 0.0
    size = math.floor(math.log10(abs(first)))
    for digits in range(1, 16):
        step = 10.0 ** (size - digits + 1)
        number = float(f"{math.floor(first / step) * step:.15g}")
        if below < number <= first:
            return number
    return float(first)


def _exact(bound: float) -> str:
    """A bound with all its digits, with 万 and 億 where that is shorter.

    >>> [_exact(bound) for bound in (1_400_000, 1_405_000, 25_000, 320_000_000, 0.7)]
    ['140万', '140.5万', '25,000', '3.2億', '0.7']
    """
    for size, word in ((1e8, "億"), (1e4, "万")):
        if abs(bound) >= max(size, 1e5) and len(short := f"{bound / size:,.15g}") <= 6:
            return f"{short}{word}"
    return f"{bound:,.15g}"


def _labels(bounds: list[float], values: np.ndarray) -> list[str]:
    """The classes in words, their bounds written out: 「20未満」「20–35」「35以上」."""
    if not bounds:
        return [figure(value) for value in values[:1]]
    written = [_exact(bound) for bound in bounds]
    middle = [f"{low}–{high}" for low, high in zip(written, written[1:], strict=False)]
    return [f"{written[0]}未満", *middle, f"{written[-1]}以上"]
