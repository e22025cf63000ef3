"""The map of a selection as a matplotlib drawing, for paper, slides and pictures: vector, readable in grey.

Colour never carries a meaning alone: none is hatched, numbers stand beside the widest flows, and the legend
names every class.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from geo.boundaries import CREDIT
from geo.canvas import FLOW, INK, QUIET, SMALL, Canvas
from geo.choropleth import METRICS, ZERO_LABEL, LegendEntry, classify
from geo.dataset import Selected
from geo.flows import MEASURES, flows
from geo.ground import Ground
from geo.lettering import DRAWING, width
from geo.metrics import prefecture_table

#: What a map can show: flows on a calm ground, or the prefectures by a metric.
FLOWS = "flows"
SHOWS = (FLOWS, *METRICS)

#: Up to so many origins are told apart, down to the municipality; more are bundled to prefectures.
FEW = 3

#: Light to dark in even steps of grey; the outline stands 3:1 against white, so the palest class may be pale.
PRINTED, OUTLINE = ("#dfe8fd", "#a3bcfa", "#668df5", "#2450d8", "#061a66"), "#7d879b"
LAND = "#c5d7fb"

#: Points: the widest and narrowest flow, on a map of standard height.
WIDEST, NARROWEST = 5.0, 0.5
#: So many flows at once are still told apart.
UNCROWDED = 80


@dataclass(frozen=True, slots=True)
class Show:
    """What the map shows.

    Parameters
    ----------
    what : one of SHOWS
    scheme : how a metric is cut into classes, a key of ``geo.choropleth.SCHEMES``
    subject : the name of all origins together, where their flows are bundled
    labels : how many partners are named at most
    text : how many times as large as on paper text and lines are
    """

    what: str = FLOWS
    scheme: str = "natural"
    subject: str = ""
    labels: int = 14
    text: float = 1.0


def map_figure(selected: Selected, ground: Ground, show: Show, size: tuple[float, float]) -> Figure:
    """The map alone, ``size`` in millimetres (width, height)."""
    with DRAWING:
        figure = Figure(figsize=(size[0] / 25.4, size[1] / 25.4))
        draw_map(figure.add_axes((0, 0, 1, 1)), selected, ground, show)
    return figure


def draw_map(axes: Axes, selected: Selected, ground: Ground, show: Show) -> None:
    """Draw the map into axes, filling them; hold ``geo.lettering.DRAWING``."""
    canvas = Canvas(axes, show.text)
    table = prefecture_table(selected).set_index("code")
    if show.what == FLOWS:
        entries = (LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("あり", LAND))
        _areas(canvas, ground, table.reached.astype(int), entries)
        rows, value = _rows(selected)
        widths = _Widths(int(rows[value].max()) if len(rows) else 0, len(rows))
        _frames(canvas, ground)
        _legend(canvas, "連携のある都道府県", entries, MEASURES[value], widths)
        _flows(canvas, ground, rows, value, widths, show)
    else:
        metric = METRICS[show.what]
        values = table[metric.column]
        classes = classify(values, percent=metric.percent, scheme=show.scheme)
        entries = _printed(classes.legend)
        _areas(canvas, ground, classes.index, entries)
        _frames(canvas, ground)
        _legend(canvas, f"{metric.label.split('（')[0]}（{classes.scheme_name}）", entries)
        _values(canvas, ground, selected, values, metric, show.labels)


def _rows(selected: Selected) -> tuple[pd.DataFrame, str]:
    """The flows to draw, and the column their width stands for."""
    if len(selected.selection.wards or selected.dataset.origins) <= FEW:
        rows, value = flows(selected, "municipality"), "n_projects"
    else:
        rows, value = flows(selected, "prefecture", per_origin=False), "n_municipalities"
    return rows[rows.distance_km.notna()], value


@dataclass(frozen=True, slots=True)
class _Widths:
    """How wide a flow is drawn, in points; ``top`` is the largest number there is, ``count`` how many flows.

    Where there are very many they are drawn thinner and paler, or they would run together.
    """

    top: int
    count: int

    def __call__(self, number: float) -> float:
        widest = NARROWEST + (WIDEST - NARROWEST) * math.sqrt(number / max(self.top, 1))
        return widest * max(self._calm, 0.4)

    @property
    def alpha(self) -> float:
        """How opaque they are."""
        return 0.6 * max(self._calm, 0.65)

    @property
    def _calm(self) -> float:
        return min(1.0, math.sqrt(UNCROWDED / max(self.count, 1)))

    @property
    def samples(self) -> list[int]:
        """Numbers that show it in the legend."""
        return sorted({1, max(1, round(self.top / 4)), self.top})


def _areas(canvas: Canvas, ground: Ground, index: pd.Series, entries) -> None:
    """The prefectures, one path a class."""
    for number, entry in enumerate(entries):
        shapes = [ground.shapes[code] for code in index.index[index == number] if code in ground.shapes]
        if shapes:
            _patch(canvas, Path.make_compound_path(*shapes), entry)


def _patch(canvas: Canvas, path: Path, entry: LegendEntry, zorder: float = 1) -> None:
    look = {"linewidth": 0.35 * canvas.scale, "edgecolor": OUTLINE, "zorder": zorder}
    look |= {"facecolor": "#ffffff", "hatch": "/////"} if entry.hatch else {"facecolor": entry.colour}
    canvas.axes.add_artist(PathPatch(path, **look))


def _printed(entries: Sequence[LegendEntry]) -> tuple[LegendEntry, ...]:
    """The classes in the colours of print."""
    last = max(len(entries) - 2, 1)
    colours = {i: PRINTED[round((i - 1) * (len(PRINTED) - 1) / last)] for i in range(1, len(entries))}
    return tuple(replace(entry, colour=colours.get(i, entry.colour)) for i, entry in enumerate(entries))


def _flows(
    canvas: Canvas, ground: Ground, rows: pd.DataFrame, value: str, widths: _Widths, show: Show
) -> None:
    """Arcs from the origins, which are marked and named, to the partners, of which the foremost are named."""
    if rows.empty:
        return
    starts, ends = ground.place(rows.ward_lon, rows.ward_lat), ground.place(rows.lon, rows.lat)
    bands = [
        _arc(start, end, widths(number) * canvas.km)
        for start, end, number in zip(starts, ends, rows[value], strict=True)
    ]
    canvas.axes.add_artist(
        PolyCollection(bands, facecolor=FLOW, edgecolor="none", alpha=widths.alpha, zorder=3)
    )
    canvas.dots(ends, 2.2 if len(rows) <= UNCROWDED else 1.7, FLOW, "#ffffff", 0.3)
    origins = rows.assign(x=starts[:, 0], y=starts[:, 1]).drop_duplicates("ward_code")
    canvas.dots(origins[["x", "y"]].to_numpy(), 5.0, "#ffffff", FLOW, 1.4)
    half = 4 * canvas.km
    canvas.taken += [(row.x - half, row.y - half, row.x + half, row.y + half) for row in origins.itertuples()]
    for row in origins.itertuples():
        canvas.label((row.x, row.y), row.ward_name or show.subject, strong=True)
    named = rows.assign(x=ends[:, 0], y=ends[:, 1]).drop_duplicates("partner_code")
    for row in named.head(show.labels).itertuples():
        canvas.label((row.x, row.y), f"{_short(row.partner_name, row.partner_code)} {getattr(row, value):,}")


def _arc(start: np.ndarray, end: np.ndarray, widest: float, vertices: int = 17) -> np.ndarray:
    """A curved band from start to end that widens from a fifth to the whole of ``widest``."""
    t = np.linspace(0, 1, vertices)[:, None]
    along = end - start
    aside = np.array([-along[1], along[0]])
    # To the north, and to the east of flows that run north: over the sea rather than the country.
    bend = (start + end) / 2 + 0.16 * aside * (1 if aside @ (0.6, 1.0) > 0 else -1)
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    tangent = 2 * (1 - t) * (bend - start) + 2 * t * (end - bend)
    length = np.maximum(np.hypot(*tangent.T)[:, None], 1e-9)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / length
    half = widest / 2 * (0.2 + 0.8 * t)
    return np.vstack([line + normal * half, (line - normal * half)[::-1]])


def _values(
    canvas: Canvas, ground: Ground, selected: Selected, values: pd.Series, metric, labels: int
) -> None:
    """Names and values of the prefectures a metric puts first."""
    places = selected.dataset.places
    leaders = values[values > 0].sort_values(ascending=False, kind="stable").head(labels)
    for code, value in leaders.items():
        place = places[code]
        number = metric.text(value).removesuffix(f" {metric.unit}")
        point = ground.place(place.lon, place.lat)[0]
        canvas.label(point, f"{_short(place.name, code)} {number}", covering=True)


def _short(name: str, code: str) -> str:
    """A prefecture's name as maps write it, 埼玉 for 埼玉県; other names as they are."""
    return name[:-1] if code.endswith("000") and name[-1] in "都府県" else name


def _frames(canvas: Canvas, ground: Ground) -> None:
    """The frames of the far islands."""
    for name, west, south, wide, high in ground.frames:
        canvas.box(west, south, wide, high, facecolor="none", edgecolor=QUIET, linewidth=0.5)
        canvas.write(west + 10, south + high - 26, name, SMALL, QUIET)


def _legend(canvas: Canvas, title: str, entries, measure: str = "", widths: _Widths | None = None) -> None:
    """The classes of the ground, what the width of a flow stands for, and whose outlines these are."""
    row, swatch, gap = 9.5 * canvas.km, 14 * canvas.km, 4 * canvas.km
    lines = [title, *entries]
    if measure and widths.top:
        lines += [f"線の太さ: {measure}", *widths.samples, "細い端が起点、太い端が連携先"]
    words = [line for line in lines if isinstance(line, str)]
    wide = max([width(text, SMALL) for text in words] + [60]) * canvas.km + 2 * gap
    high = len(lines) * row + 2 * gap
    west, south = canvas.east - wide - 8, canvas.south + 8 + 9 * canvas.km
    canvas.box(west, south, wide, high, facecolor="#ffffff", edgecolor="#b8bfcc", linewidth=0.4)
    canvas.taken.append((west, south, canvas.east, south + high))
    left = west + gap
    for number, line in enumerate(lines):
        y = south + high - gap - (number + 0.5) * row
        if isinstance(line, str):
            canvas.write(left, y, line, SMALL, INK)
            continue
        if isinstance(line, LegendEntry):
            corners = np.array([(0, -0.32), (swatch / row, -0.32), (swatch / row, 0.32), (0, 0.32), (0, 0)])
            _patch(canvas, Path(corners * row + (left, y), closed=True), line, zorder=5.5)
            text = line.label
        else:
            band = _arc(np.array([left, y]), np.array([left + swatch * 1.6, y]), widths(line) * canvas.km, 2)
            canvas.axes.add_artist(PolyCollection([band], facecolor=FLOW, alpha=widths.alpha, zorder=5.5))
            text = f"{line:,}"
        canvas.write(left + swatch * (1 if isinstance(line, LegendEntry) else 1.6) + gap, y, text, SMALL, INK)
    canvas.write(canvas.east - 8, canvas.south + 8 + 3 * canvas.km, CREDIT, SMALL - 0.6, QUIET, ha="right")
