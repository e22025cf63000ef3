"""The map of a selection as a matplotlib drawing, for paper, slides and pictures: vector, readable in grey.

Colour never carries a meaning alone: none is hatched, numbers stand in the labels, and the legend names every
class. What lies too close to the origins to be told apart is drawn once more, larger, in a window beside the
country; partners that all lie close by are shown close by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.bands import Widths
from geo.canvas import QUIET, Canvas
from geo.choropleth import METRICS, ZERO_LABEL, LegendEntry, classify
from geo.dataset import Selected
from geo.flows import MEASURES, flows
from geo.ground import EXTENT, Ground
from geo.layout import Box
from geo.legend import Item, Legend
from geo.lettering import DRAWING
from geo.marks import Flows, Land, Marks, draw_flows, draw_marks
from geo.metrics import prefecture_table

#: What a map can show: flows on a calm ground, or the prefectures by a metric.
FLOWS = "flows"
SHOWS = (FLOWS, *METRICS)

#: Up to so many origins are told apart; more are bundled.
FEW = 3
#: More flows to municipalities than this are bundled to prefectures, the municipalities left as dots.
MANY = 140

#: Light to dark in even steps of grey.
PRINTED = ("#dfe8fd", "#a3bcfa", "#668df5", "#2450d8", "#061a66")
LAND, OUTSIDE = "#c5d7fb", "#eceef2"

#: Kilometres to each side of the origins that are shown larger, in a window; where that window may begin, over
#: the sea south of Tohoku and beside all islands, how large it may be there, and how large it has to be.
AROUND, SEA, LARGEST, LEAST = 118.0, (385.0, 720.0), (790.0, 1150.0), 380.0
#: How far apart the ends of flows lie at most that are shown close by; how much is shown there at least.
CLOSE, NEARBY = 400.0, 60.0

#: Text of a picture: as on an A4 page, whose map is so many millimetres wide or high.
TEXT, STANDARD_MM = 8.0, 140.0


@dataclass(frozen=True, slots=True)
class Show:
    """What the map shows.

    Parameters
    ----------
    what : one of SHOWS
    scheme : how a metric is cut into classes, a key of ``geo.choropleth.SCHEMES``
    subject : the name of all origins together, where their flows are bundled
    origin : what an origin is called
    labels : how many partner municipalities are named at most
    text : the size of type in points; None takes it from the size of the map
    credit : whose outlines these are, where nothing else on the sheet says it
    """

    what: str = FLOWS
    scheme: str = "natural"
    subject: str = ""
    origin: str = "起点"
    labels: int = 24
    text: float | None = None
    credit: str = ""


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
    """Draw the map and its legend into a box of the figure; hold ``geo.lettering.DRAWING``."""
    plan = _metric(selected, ground, show) if show.what in METRICS else _flows(selected, ground, show)
    credit = [[Item(show.credit, quiet=True)]] if show.credit else []
    legend = Legend([*plan.legend, *credit], plan.flows.widths, box.width, show.text)
    area = Box(box.left, box.top, box.width, box.height - legend.height)
    legend.draw(_axes(figure, Box(box.left, box.top + area.height, box.width, legend.height)))
    axes = _axes(figure, area)
    if plan.close:
        _close(axes, selected, ground, plan, show)
    else:
        _country(axes, selected, ground, plan, show)


@dataclass(frozen=True)
class _Plan:
    """What is to be drawn: classes of the prefectures, flows, marks, and their legend."""

    entries: Sequence[LegendEntry]
    index: pd.Series
    flows: Flows
    marks: Marks
    legend: list[list[Item]]
    close: tuple[float, float, float, float] | None = None
    dots: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))


def _metric(selected: Selected, ground: Ground, show: Show) -> _Plan:
    """The prefectures in classes, each with its value."""
    metric = METRICS[show.what]
    values = prefecture_table(selected).set_index("code")[metric.column]
    classes = classify(values, percent=metric.percent, scheme=show.scheme)
    entries = _printed(classes.legend)
    first = values[values > 0].sort_values(ascending=False, kind="stable")
    places = [selected.dataset.places[code] for code in first.index]
    marks = Marks(
        ground.place([place.lon for place in places], [place.lat for place in places]),
        list(first.index),
        [_short(place.name, code) for code, place in zip(first.index, places, strict=True)],
        [metric.text(value).removesuffix(f" {metric.unit}") for value in first],
        framed=True,
    )
    title = Item(f"{metric.label.split('（')[0]}（{classes.scheme_name}）")
    legend = [[title, *(Item(entry.label, entry) for entry in entries)]]
    origins = Flows.none(_origins(selected, ground))
    return _Plan(entries, classes.index, origins, marks, legend)


def _flows(selected: Selected, ground: Ground, show: Show) -> _Plan:
    """The prefectures with and without partners, and the flows: to municipalities where these are few."""
    few = len(selected.selection.wards or selected.dataset.origins) <= FEW
    single = flows(selected, "municipality", per_origin=few)
    single = single[single.distance_km.notna()]
    close = _closest(single, ground)
    bundled = not close and (not few or len(single) > MANY)
    if bundled:
        rows, value = flows(selected, "prefecture", per_origin=few), "n_municipalities"
        rows = rows[rows.distance_km.notna()]
        totals = flows(selected, "prefecture", per_origin=False) if few else rows
    else:
        rows, value = single, "n_projects"
        totals = flows(selected, "municipality", per_origin=False) if few else rows
    widths = Widths(int(rows[value].max()) if len(rows) else 0, len(rows))
    ends = ground.place(rows.lon, rows.lat)
    drawn = Flows(ground.place(rows.ward_lon, rows.ward_lat), ends, rows[value].to_numpy(), widths)
    drawn.name([name or show.subject for name in rows.ward_name])
    marks = Marks(
        ground.place(totals.lon, totals.lat),
        [f"{code[:2]}000" for code in totals.partner_code],
        [_short(name, code) for name, code in zip(totals.partner_name, totals.partner_code, strict=True)]
        if bundled
        else list(totals.partner_name),
        # A prefecture that is a partner itself, none of its municipalities: its name is what there is to say.
        [f"{number:,}" if number else "" for number in totals[value]],
        framed=bundled,
        named=len(totals) if bundled else show.labels,
    )
    entries = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("あり", LAND)]
    table = prefecture_table(selected).set_index("code")
    legend = [[Item("連携"), *(Item(entry.label, entry) for entry in entries)]]
    if close:
        legend[0].append(Item("対象外", LegendEntry("", OUTSIDE)))
    if widths.top:
        legend.append(
            [Item(f"線の太さと数字: {MEASURES[value]}"), *(Item(f"{n:,}", n) for n in widths.samples)]
        )
        legend.append([Item(f"細い端が{show.origin}、太い端が相手", quiet=True)])
        if bundled and few:
            legend[-1].append(Item("点は連携する市区町村", quiet=True))
    dots = ground.place(single.lon, single.lat) if bundled and few else ends[:0]
    return _Plan(entries, table.reached.astype(int), drawn, marks, legend, close, dots)


def _country(axes: Axes, selected: Selected, ground: Ground, plan: _Plan, show: Show) -> None:
    """The whole country, and a window on what lies around the origins."""
    canvas = Canvas(axes, EXTENT, show.text, lambda beside: sum(_side(beside)) - EXTENT[2])
    places = selected.dataset.municipalities
    land = Land(ground.place(places.lon, places.lat), places.prefecture_code.to_numpy())
    taken = []
    for name, west, south, wide, high in ground.frames:
        title = canvas.size(name, pad=4)
        spare = max(title[0] - wide, 0)
        west, wide = west - spare / 2, wide + spare
        canvas.frame(west, south, wide, high)
        middle = west + title[0] / 2 + canvas.km, south + high - title[1] / 2 - canvas.km
        canvas.write(*middle, name, QUIET, "center")
        taken.append((west, middle[1] - title[1] / 2, west + title[0], south + high))
    window, side = _window(plan), _side(canvas.east - EXTENT[2])[0] - 2 * canvas.km
    if window and side >= LEAST:
        west, south = canvas.east - side - canvas.km, canvas.south + canvas.km
        canvas.frame(*window[:2], window[2] - window[0], window[3] - window[1], line=0.8)
        inset = _axes_within(axes, canvas, (west, south, side, side))
        canvas.frame(west, south, side, side, line=0.8)
        taken.append((west, south, west + side, south + side))
        _picture(Canvas(inset, window, show.text), ground, plan, land, window, [], name=_around(selected))
    _picture(canvas, ground, plan, land, window, taken)


def _side(beside: float) -> tuple[float, float]:
    """Of the window: how large it may be where so much room is left beside the country, and where it begins.

    It stands over the sea, or beside Hokkaido where that makes it larger.
    """
    return max(
        (min(most, beside + EXTENT[2] - start), start) for most, start in zip(LARGEST, SEA, strict=True)
    )


def _window(plan: _Plan) -> tuple[float, float, float, float] | None:
    """What is shown larger: the surroundings of the origins, where anything is marked there."""
    if not len(plan.flows.origins):
        return None
    x, y = plan.flows.origins.mean(axis=0)
    window = x - AROUND, y - AROUND, x + AROUND, y + AROUND
    return window if _inside(plan.marks.points, window).any() else None


def _picture(canvas: Canvas, ground: Ground, plan: _Plan, land, window, taken, name: str = "") -> None:
    """Areas, flows and marks of the country outside the window, or with a ``name`` of what is in it."""
    for number, entry in enumerate(plan.entries):
        codes = plan.index.index[plan.index == number]
        canvas.areas([ground.shapes[code] for code in codes if code in ground.shapes], entry)
    flow, marks, dots = plan.flows, plan.marks, plan.dots
    if window:
        flow = flow.where(_inside(flow.ends, window) == bool(name))
        marks = marks.where(_inside(marks.points, window) == bool(name))
        dots = dots[_inside(dots, window) == bool(name)]
    if name:
        wide, high = canvas.size(name)
        x, y = canvas.west + wide / 2 + canvas.km, canvas.north - high / 2 - canvas.km
        canvas.label((x, y), name)
        taken = [(canvas.west, y - high / 2, x + wide / 2, canvas.north)]
    canvas.dots(dots, 1.8, "#0017c1", "#ffffff", 0.3)
    draw_flows(canvas, flow)
    draw_marks(canvas, flow, marks, land, taken)


def _close(axes: Axes, selected: Selected, ground: Ground, plan: _Plan, show: Show) -> None:
    """The surroundings of flows that all end close by, down to the municipalities."""
    canvas = Canvas(axes, plan.close, show.text)
    shapes = ground.outlines(selected.dataset.municipalities, canvas.box, canvas.km / 4)
    partners = {tie.municipality for tie in selected.ties}
    possible = set(selected.universe.code)
    none, some = plan.entries
    canvas.areas([shapes[code] for code in shapes if code not in partners and code in possible], none, 0.25)
    canvas.areas([shapes[code] for code in shapes if code in partners], some, 0.25)
    outside = [shapes[code] for code in shapes if code not in partners and code not in possible]
    canvas.areas(outside, LegendEntry("", OUTSIDE), 0.25)
    draw_flows(canvas, plan.flows)
    draw_marks(canvas, plan.flows, plan.marks, Land(plan.marks.points[:0], np.empty(0, object)), [])


def _closest(rows: pd.DataFrame, ground: Ground) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the flows, where they all lie close together."""
    if rows.empty:
        return None
    points = np.vstack([ground.place(rows.lon, rows.lat), ground.place(rows.ward_lon, rows.ward_lat)])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    if max(east - west, north - south) > CLOSE:
        return None
    pad = max((east - west) * 0.12, (north - south) * 0.12, (NEARBY - max(east - west, north - south)) / 2)
    return west - pad, south - pad, east + pad, north + pad


def _origins(selected: Selected, ground: Ground) -> np.ndarray:
    chosen = selected.dataset.origins
    if selected.selection.wards:
        chosen = chosen[chosen.code.isin(selected.selection.wards)]
    return ground.place(chosen.lon, chosen.lat)


def _around(selected: Selected) -> str:
    """What the surroundings of the origins are called: by the first origin's prefecture."""
    origins = selected.dataset.origins
    code = (selected.selection.wards or tuple(origins.code))[0]
    prefecture = selected.dataset.places[code].prefecture
    return f"{_short(prefecture, '000')}周辺（拡大）"


def _printed(entries: Sequence[LegendEntry]) -> list[LegendEntry]:
    """The classes in the colours of print."""
    last = max(len(entries) - 2, 1)
    colours = {i: PRINTED[round((i - 1) * (len(PRINTED) - 1) / last)] for i in range(1, len(entries))}
    return [replace(entry, colour=colours.get(i, entry.colour)) for i, entry in enumerate(entries)]


def _short(name: str, code: str) -> str:
    """A prefecture's name as maps write it, 埼玉 for 埼玉県; other names as they are."""
    return name[:-1] if code.endswith("000") and name[-1:] in ("都", "府", "県") else name


def _inside(points: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    return (points > box[:2]).all(axis=1) & (points < box[2:]).all(axis=1)


def _axes(figure: Figure, box: Box) -> Axes:
    """Axes that fill a box of the figure."""
    wide, high = figure.get_size_inches() * 25.4
    low = high - box.top - box.height
    return figure.add_axes((box.left / wide, low / high, box.width / wide, box.height / high))


def _axes_within(axes: Axes, canvas: Canvas, box: tuple[float, float, float, float]) -> Axes:
    """Axes that fill a rectangle (west, south, width, height) of a map."""
    whole = axes.get_position()
    per_x, per_y = whole.width / (canvas.east - canvas.west), whole.height / (canvas.north - canvas.south)
    west, south, wide, high = box
    left, low = whole.x0 + (west - canvas.west) * per_x, whole.y0 + (south - canvas.south) * per_y
    return axes.figure.add_axes((left, low, wide * per_x, high * per_y))
