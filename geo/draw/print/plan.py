"""What a printed map of a selection shows: classes of the prefectures, flows, marks, and the legend of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from geo.draw.choropleth import METRICS, STANDARD, ZERO_LABEL, LegendEntry
from geo.draw.print.bands import Widths
from geo.draw.print.ground import Ground
from geo.draw.print.legend import Ended, Item, Origin
from geo.draw.print.marks import Flows, Land, Marks
from geo.draw.print.placing import Rectangle, inside
from geo.draw.shades import Shades, brief
from geo.draw.signs import Signed
from geo.insight.flows import MEASURES, By, Start, flows
from geo.insight.metrics import prefecture_table
from geo.insight.turnover import partners
from geo.ledger.selection import Selected
from geo.places.codes import short_name

#: What a map can show of a selection alone: flows on a calm ground, the prefectures by a metric, or who came and went
#: since the last edition.
FLOWS, CHANGES = "flows", "changes"
SHOWS = (FLOWS, *METRICS, CHANGES)
#: And where they are given: values of the prefectures, or places by their signs.
VALUES, SIGNS = "values", "signs"

#: Up to so many origins are told apart; more are bundled.
FEW = 3
#: More flows to municipalities than this are bundled to prefectures, the municipalities left as dots.
MANY = 140

#: So many partner municipalities, and prefectures, have their labels in any case; the rest where there is room.
FOREMOST, LEADERS = 5, 10

#: Light to dark in even steps of grey; the lightest still 1.5:1 against paper.
PRINTED = ("#b8ccfb", "#799ef6", "#3a6fec", "#1945ad", "#051f5b")
LAND, PARTNER = PRINTED[0], LegendEntry("連携する市区町村", PRINTED[1])

#: Land under signs, as pale as on the screen: its outline shows it.
CALM = "#edf1f7"

#: Kilometres to each side of the origins: their surroundings, what is seen of them where partners lie nowhere else
#: than at home, and what is seen at least.
AROUND, CORE, LEAST = 118.0, 75.0, 30.0

#: Flows of changes are so wide as one of so many.
_THIN = 6


@dataclass(frozen=True, slots=True)
class Show:
    """What the map shows.

    Parameters
    ----------
    what : one of SHOWS, VALUES or SIGNS
    scheme : how a metric is cut into classes, a key of ``geo.draw.choropleth.SCHEMES``
    subject : the name of all origins together, where their flows are bundled
    origin : what an origin is called
    labels : how many partner municipalities are named at most
    text : the size of type in points; None takes it from the size of the map
    credit : whose outlines these are, where nothing else on the sheet says it
    shades : the values of the prefectures, for VALUES
    signs : the places of SIGNS; the origins of the selection stand beside them where it names some
    """

    what: str = FLOWS
    scheme: str = STANDARD
    subject: str = ""
    origin: str = "起点"
    labels: int = 24
    text: float | None = None
    credit: str = ""
    shades: Shades | None = None
    signs: Signed | None = None

    def __post_init__(self) -> None:
        if (self.what == SIGNS) != (self.signs is not None):
            raise ValueError("SIGNS and places with signs belong together")
        if (self.what == VALUES) != (self.shades is not None):
            raise ValueError("VALUES and values of the prefectures belong together")


@dataclass(frozen=True)
class Plan:
    """What is to be drawn.

    Parameters
    ----------
    entries, index : the classes of the prefectures, and which each of them (NN000) is in
    flows, marks : flows, and partners with names and numbers
    legend : groups of items
    land : points all over the land
    around : the surroundings of the origins
    core : what of the surroundings is shown instead of the country, where all partners lie there or at home
    dots : municipalities without a name
    """

    entries: Sequence[LegendEntry]
    index: pd.Series
    flows: Flows
    marks: Marks
    legend: list[list[Item]]
    land: Land
    around: Rectangle
    core: Rectangle | None = None
    dots: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))


def plan(selected: Selected, ground: Ground, show: Show) -> Plan:
    """What the map of a selection shows."""
    if show.signs is not None:
        return _signs(selected, ground, show, show.signs)
    if show.shades is not None:
        return _values(selected, ground, show.shades)
    if show.what == CHANGES:
        return _changes(selected, ground, show)
    return _metric(selected, ground, show) if show.what in METRICS else _flows(selected, ground, show)


def _metric(selected: Selected, ground: Ground, show: Show) -> Plan:
    """The prefectures in classes, each with its value."""
    metric = METRICS[show.what].of(show.origin)
    values = prefecture_table(selected).set_index("code")[metric.column]
    classes = metric.classes(values, show.scheme)
    entries = _printed(classes.legend)
    first = values[values > 0].sort_values(ascending=False, kind="stable")
    places = [selected.dataset.places[code] for code in first.index]
    marks = Marks(
        ground.place([place.lon for place in places], [place.lat for place in places]),
        list(first.index),
        [short_name(place.name) for place in places],
        [metric.text(value).removesuffix(f" {metric.unit}") for value in first],
        framed=True,
        always=LEADERS,
    )
    title = Item(f"{metric.label.split('（')[0]}（{classes.scheme_name}）")
    legend = [[title, *(Item(entry.label, entry) for entry in entries)]]
    origins = _origins(selected, ground)
    drawn = Flows.none(origins)
    return Plan(entries, classes.index, drawn, marks, legend, _land(selected, ground), _box(origins, AROUND))


def _values(selected: Selected, ground: Ground, shades: Shades) -> Plan:
    """The prefectures in classes of values that are given, each with its value."""
    classes = shades.classes()
    printed = {f"class-{number}": colour for number, colour in enumerate(PRINTED, start=1)}
    entries = [
        replace(entry, colour=printed.get(entry.colour, "#ffffff")) if entry.colour else entry
        for entry in classes.legend
    ]
    known = shades.values.dropna()
    known = known[known > 0] if shades.zero else known
    known = known.sort_values(ascending=False, kind="stable")
    places = [selected.dataset.places[code] for code in known.index]
    marks = Marks(
        ground.place([place.lon for place in places], [place.lat for place in places]),
        list(known.index),
        [short_name(place.name) for place in places],
        [brief(value) for value in known],
        framed=True,
        always=LEADERS,
    )
    legend = [[Item(f"{shades.label}（{classes.scheme_name}）"), *(Item(e.label, e) for e in entries)]]
    origins = _origins(selected, ground)
    drawn = Flows.none(origins)
    return Plan(entries, classes.index, drawn, marks, legend, _land(selected, ground), _box(origins, AROUND))


def _flows(selected: Selected, ground: Ground, show: Show) -> Plan:
    """The prefectures with and without partners, and the flows: to municipalities where these are few."""
    few = len(selected.selection.origins or selected.dataset.origins) <= FEW
    start: Start = "origin" if few else "all"
    single = flows(selected, "municipality", start)
    single = single[single.distance_km.notna()]
    around = _box(_origins(selected, ground), AROUND)
    core = _core(selected, single, ground, around)
    bundled = not core and (not few or len(single) > MANY)
    by: By = "prefecture" if bundled else "municipality"
    value = "n_municipalities" if bundled else "n_projects"
    rows = flows(selected, by, start) if bundled else single
    rows = rows[rows.distance_km.notna()]
    totals = flows(selected, by, "all") if few else rows
    totals = totals.sort_values(value, ascending=False, kind="stable")
    widths = Widths(int(rows[value].max()) if len(rows) else 0, len(rows))
    drawn = Flows(
        ground.place(rows.origin_lon, rows.origin_lat),
        ground.place(rows.lon, rows.lat),
        rows[value].to_numpy(),
        widths,
    )
    drawn.name([name or show.subject for name in rows.origin_name])
    marks = Marks(
        ground.place(totals.lon, totals.lat),
        [f"{code[:2]}000" for code in totals.partner_code],
        [short_name(name) if bundled else name for name in totals.partner_name],
        # A prefecture that is a partner itself, none of its municipalities: its name is what there is to say.
        [f"{number:,}" if number else "" for number in totals[value]],
        framed=bundled,
        always=LEADERS if bundled else FOREMOST,
        named=len(totals) if bundled else show.labels,
    )
    entries = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("あり", LAND)]
    legend = [[Item("連携"), *(Item(entry.label, entry) for entry in entries)]]
    if core:
        legend[0].append(Item(PARTNER.label, PARTNER))
    if widths.top:
        samples = (Item(f"{number:,}", number) for number in widths.samples)
        legend.append([Item(f"線の太さと数字: {MEASURES[value]}"), *samples])
        legend.append([Item(f"細い端が{show.origin}、太い端が相手", quiet=True)])
        if bundled and few:
            legend[-1].append(Item("点は連携する市区町村", quiet=True))
    index = prefecture_table(selected).set_index("code").reached.astype(int)
    dots = ground.place(single.lon, single.lat) if bundled and few else np.empty((0, 2))
    return Plan(entries, index, drawn, marks, legend, _land(selected, ground), around, core, dots)


def _changes(selected: Selected, ground: Ground, show: Show) -> Plan:
    """The partners that came since the last edition, and as outlines those that went."""
    dataset, selection = selected.dataset, selected.selection
    few = len(selection.origins or dataset.origins) <= FEW
    rows = partners(dataset, selection, per_origin=few)
    totals = partners(dataset, selection, per_origin=False)
    drawn = Flows(
        ground.place(rows.origin_lon, rows.origin_lat),
        ground.place(rows.lon, rows.lat),
        # All as wide: they are few, and mostly of one project.
        np.ones(len(rows)),
        Widths(_THIN, len(rows)),
        hollow=~rows.came.to_numpy(bool),
    )
    drawn.name([name or show.subject for name in rows.origin_name])
    marks = Marks(
        ground.place(totals.lon, totals.lat),
        [f"{code[:2]}000" for code in totals.partner_code],
        list(totals.partner_name),
        [f"{number:,}" if number > 1 else "" for number in totals.n],
        framed=False,
        always=FOREMOST,
        named=len(totals),
        hollow=~totals.came.to_numpy(bool),
    )
    index = pd.Series(0, index=pd.Index(dataset.prefectures.code))
    index[index.index.isin(marks.homes)] = 1
    entries = [
        LegendEntry("つながりに違いのない都道府県", "#ffffff"),
        LegendEntry("違いのある都道府県", LAND),
    ]
    legend = [
        [Item(entry.label, entry) for entry in entries],
        [Item("新しいつながり", Ended(False)), Item("なくなったつながり", Ended(True))],
        [Item("両方ある市区町村は、新しいつながりとして描く", quiet=True)],
    ]
    if (totals.n > 1).any():
        legend.append([Item("数字は事業の数（1は略）", quiet=True)])
    return Plan(
        entries,
        index,
        drawn,
        marks,
        legend,
        _land(selected, ground),
        _box(_origins(selected, ground), AROUND),
    )


def _signs(selected: Selected, ground: Ground, show: Show, signed: Signed) -> Plan:
    """Places by their signs on a calm ground, and the origins by name where the selection names some."""
    places, counts = selected.dataset.places, signed.counts
    where = [places[code] for code in signed.places.code]
    look = {sign.key: sign for sign in signed.signs}
    marks = Marks(
        ground.place([place.lon for place in where], [place.lat for place in where]),
        [f"{code[:2]}000" for code in signed.places.code],
        list(signed.places.name),
        list(signed.places.value),
        framed=False,
        always=FOREMOST,
        named=show.labels,
        signs=[look[key] for key in signed.places.sign],
    )
    origins = _origins(selected, ground)
    drawn = Flows.none(origins)
    legend = [
        [Item(signed.title), *(Item(f"{sign.label}（{counts[sign.key]:,}）", sign) for sign in signed.signs)]
    ]
    if chosen := selected.selection.origins:
        named = selected.dataset.origins
        drawn.names = list(named[named.code.isin(chosen)].name)
        legend[0].append(Item(show.origin, Origin()))
    around = _box(origins, AROUND)
    near = len(where) and inside(marks.points, around).all()
    return Plan(
        [LegendEntry("", CALM)],
        pd.Series(0, index=pd.Index(selected.dataset.prefectures.code)),
        drawn,
        marks,
        legend,
        _land(selected, ground),
        around,
        extent(np.vstack([marks.points, origins]), 0.1) if near else None,
    )


def _core(selected: Selected, rows: pd.DataFrame, ground: Ground, around: Rectangle) -> Rectangle | None:
    """West, south, east, north of the flows around the origins, where all end there or in their prefecture."""
    if rows.empty:
        return None
    ends, starts = ground.place(rows.lon, rows.lat), ground.place(rows.origin_lon, rows.origin_lat)
    close, near = inside(ends, around), inside(ends, _box(starts, CORE))
    home = rows.partner_code.str[:2].isin(selected.dataset.origins.prefecture_code.str[:2])
    if not close.any() or not (close | home).all():
        return None
    return extent(np.vstack([ends[near if home.all() and near.any() else close], starts]), 0.1)


def extent(points: np.ndarray, pad: float) -> Rectangle:
    """West, south, east, north of points and of so much of their extent around them."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    side = max(east - west, north - south)
    more = max(side * pad, LEAST - side / 2)
    return west - more, south - more, east + more, north + more


def _box(points: np.ndarray, around: float) -> Rectangle:
    x, y = points.mean(axis=0) if len(points) else (0.0, 0.0)
    return x - around, y - around, x + around, y + around


def _origins(selected: Selected, ground: Ground) -> np.ndarray:
    chosen = selected.dataset.origins
    if selected.selection.origins:
        chosen = chosen[chosen.code.isin(selected.selection.origins)]
    return ground.place(chosen.lon, chosen.lat)


def _land(selected: Selected, ground: Ground) -> Land:
    places = selected.dataset.municipalities
    return Land(ground.place(places.lon, places.lat), places.prefecture_code.to_numpy())


def _printed(entries: Sequence[LegendEntry]) -> list[LegendEntry]:
    """The classes in the colours of print."""
    colours = dict(enumerate(PRINTED, start=1))
    return [replace(entry, colour=colours.get(i, entry.colour)) for i, entry in enumerate(entries)]
