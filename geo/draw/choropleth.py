"""Choropleth classes: named breaks, palette and legend for a metric of the prefectures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

#: Sequential blues, light to dark, where the ground is white: paper and other programs. Every class stands 3:1
#: or more against it (WCAG 2.2, 1.4.11). Screens take class-1 … class-5 of static/screen/tokens.css, which are
#: these in the light look.
PALETTE = ("#6288ee", "#4270ea", "#2450d8", "#0c2fa6", "#061a66")

#: "None" is hatched, never the palest blue.
ZERO_LABEL = "なし"

#: Ground of a prefecture that is reached, on a screen: a calm one for flow lines, which carry the numbers.
REACHED = "reached"


def natural_breaks(values: np.ndarray, k: int) -> np.ndarray:
    """The upper bound of each of ``k`` classes, ascending: those with the least squared deviation from their means.

    Fisher, W. D. (1958), On Grouping for Maximum Homogeneity, Journal of the American Statistical Association 53,
    pp. 789–798; for maps: Jenks, G. F. (1977), Optimal Data Classification for Choropleth Maps. There have to be
    ``k`` values or more. Written out here because the library that has it brings two others of 45 MB.
    """
    ordered = np.sort(values.astype(float))
    n = len(ordered)
    total, squares = (np.concatenate(([0.0], np.cumsum(ordered**power))) for power in (1, 2))
    first, stop = np.arange(n)[:, None], np.arange(1, n + 1)[None, :]
    size = np.where(stop > first, stop - first, 1)
    within = squares[stop] - squares[first] - (total[stop] - total[first]) ** 2 / size
    within[stop <= first] = np.inf  # within[i, j]: of one class from the i-th value to the j-th
    least, starts = within[0], []
    for _ in range(k - 1):
        through = least[:-1, None] + within[1:]
        starts.append(1 + through.argmin(axis=0))
        least = through.min(axis=0)
    ends = [n - 1]
    for start in reversed(starts):
        ends.append(start[ends[-1]] - 1)
    return ordered[ends[::-1]]


def _quantiles(values: np.ndarray, k: int) -> np.ndarray:
    return np.quantile(values, np.arange(1, k + 1) / k)


def _equal(values: np.ndarray, k: int) -> np.ndarray:
    return np.linspace(values.min(), values.max(), k + 1)[1:]


#: Ways to cut the values of one view into classes of its own: values, number of classes → their upper bounds.
CUTS = {"natural": natural_breaks, "quantile": _quantiles, "equal": _equal}

#: The classes a metric has in every view and on every map, so that views can be compared.
STANDARD = "standard"

#: Schemes by their names.
SCHEMES = {
    STANDARD: "共通の区切り",
    "natural": "自然な区切り",
    "quantile": "同じ数ずつの区切り",
    "equal": "等間隔の区切り",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A choropleth metric: a column of ``metrics.prefecture_table``, how it is written, and its standard classes.

    ``bounds`` are where each class but the first begins. In label and unit {} is the word for an origin (:meth:`of`).
    """

    column: str
    label: str
    unit: str
    bounds: tuple[float, ...]
    percent: bool = False

    def of(self, noun: str) -> Metric:
        """The metric as it is written where an origin is called ``noun``: 「つながる市の数」."""
        return replace(self, label=self.label.format(noun), unit=self.unit.format(noun))

    def classes(self, values: pd.Series, scheme: str = STANDARD) -> Classes:
        """Put values of this metric into classes; zero is a class of its own.

        Raises
        ------
        KeyError
            for a scheme that is not in SCHEMES.
        """
        if scheme != STANDARD:
            return classify(values, percent=self.percent, scheme=scheme)
        index = pd.Series(np.searchsorted(self.bounds, values, side="right") + 1, index=values.index)
        shades = (LegendEntry(label, f"class-{i}") for i, label in enumerate(self._labels(), start=1))
        legend = (LegendEntry(ZERO_LABEL, hatch=True), *shades)
        return Classes(SCHEMES[scheme], self.bounds, index.where(values > 0, 0), legend)

    def _labels(self) -> list[str]:
        """The standard classes in words: 「1–2」「20以上」, of shares 「10%未満」「10%以上」."""
        if self.percent:
            return [f"{self.bounds[0]:.0%}未満", *(f"{bound:.0%}以上" for bound in self.bounds)]
        lowest = (1, *self.bounds)
        ranges = [
            f"{low}–{high - 1}" if low < high - 1 else f"{low}"
            for low, high in zip(lowest, self.bounds, strict=False)
        ]
        return [*ranges, f"{self.bounds[-1]}以上"]

    def text(self, value: float) -> str:
        """Write a value with its unit: 「12 市区町村」「35%」「1%未満」「なし」."""
        if not value:
            return ZERO_LABEL
        if self.percent:
            return f"{value:.0%}" if value >= 0.01 else "1%未満"
        return f"{value:,.0f} {self.unit}"


METRICS = {
    "partners": Metric("n_partners", "連携する市区町村の数", "市区町村", (3, 8, 20)),
    "coverage": Metric("coverage", "連携率（連携する市区町村の割合）", "%", (0.1, 0.25, 0.5), percent=True),
    "projects": Metric("n_projects", "事業の数", "事業", (5, 20, 60)),
    "origins": Metric("n_origins", "つながる{}の数", "{}", (3, 7, 13)),
}


#: Where less of all municipalities is reached, the ground of flows shows numbers of them instead of shares.
SMALL = 0.25


def ground_metric(few: bool, coverage: float, as_of: bool) -> str:
    """What the ground of flows shows, a key of METRICS: where shares are small, numbers say more.

    ``few`` says whether so few origins are looked at that they are told apart, ``as_of`` whether years go by: while
    they do the scale must not change.
    """
    return "partners" if few or (not as_of and coverage < SMALL) else "coverage"


def offered(single: bool) -> list[str]:
    """The metrics worth looking at: of one origin alone (``single``), their number says nothing."""
    return [name for name, metric in METRICS.items() if not (single and metric.column == "n_origins")]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend; ``hatch`` marks "none", which needs no colour.

    ``colour`` is the name of a token of static/screen/tokens.css without ``--k-``; on paper it is #rrggbb.
    """

    label: str
    colour: str = ""
    hatch: bool = False


@dataclass(frozen=True)
class Classes:
    """Classes of a series: ``index`` is 0 for none, else 1…k from light to dark."""

    scheme_name: str
    breaks: tuple[float, ...]
    index: pd.Series
    legend: tuple[LegendEntry, ...]


def classify(
    values: pd.Series, percent: bool = False, scheme: str = "natural", k: int = len(PALETTE)
) -> Classes:
    """Put the values above zero into at most ``k`` classes; zero is a class of its own.

    Parameters
    ----------
    values : counts (whole numbers), or shares 0–1 when ``percent``; indexed by place code
    scheme : a key of CUTS; fewer classes than asked when there are fewer distinct values

    Raises
    ------
    KeyError
        for a scheme that is not in CUTS.
    """
    cut = CUTS[scheme]
    # Whole numbers (per cent for shares), so that the legend's bounds are exactly the classes' bounds.
    whole = values.astype(float).mul(100 if percent else 1).map(math.ceil)
    positive = whole[whole > 0]
    distinct = positive.nunique()
    if not distinct:
        breaks: tuple[float, ...] = ()
    elif distinct <= k:
        breaks = tuple(sorted(positive.unique()))
    else:
        raw = cut(positive.to_numpy(), k)
        breaks = tuple(sorted({float(math.floor(b)) for b in raw[:-1] if b >= 1} | {float(positive.max())}))
    # Class i + 1 holds breaks[i - 1] < value <= breaks[i].
    index = pd.Series(np.searchsorted(breaks, whole) + 1, index=values.index).where(whole > 0, 0)
    return Classes(
        SCHEMES[scheme], breaks, index, _legend(breaks, "%" if percent else "", exact=distinct <= k)
    )


def colours(n: int) -> tuple[str, ...]:
    """The tokens for ``n`` classes (1 to 5), spread from the lowest to the highest."""
    last = len(PALETTE)
    if n <= 1:
        return (f"class-{(last + 1) // 2}",) * n
    return tuple(f"class-{1 + round(i * (last - 1) / (n - 1))}" for i in range(n))


def _legend(breaks: tuple[float, ...], sign: str, exact: bool) -> tuple[LegendEntry, ...]:
    entries = [LegendEntry(ZERO_LABEL, hatch=True)]
    lower = 1
    for upper, colour in zip(map(int, breaks), colours(len(breaks)), strict=True):
        label = f"{upper}{sign}" if exact or lower >= upper else f"{lower}–{upper}{sign}"
        entries.append(LegendEntry(label, colour))
        lower = upper + 1
    return tuple(entries)
