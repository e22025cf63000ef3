"""The map as folium objects: a constant base, and feature groups that carry rows and nothing else.

Polygons, points and the drawing itself are static files the app serves (static/), so a change of filter
sends only codes and numbers. The base has to come out byte for byte the same on every run: streamlit-folium
rebuilds its frame, and the reader loses pan and zoom, as soon as a single character differs.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import folium
import pandas as pd
from folium.template import Template

from geo.draw.choropleth import LegendEntry
from geo.draw.signs import Signed
from geo.draw.web.window import CLOSER, Part
from geo.insight.flows import MEASURES
from geo.places.boundaries import in_force
from geo.places.codes import PREFECTURES

#: Where the app serves static/, seen from the frame of a Streamlit component, under any base URL path.
STATIC = "../../app/static"

#: What draws the map, in this order; the first script of a frame, LOADER, brings all but the last.
LOADER = "koryu/load.js"
SCRIPTS = (
    "leaflet/leaflet.js",
    "topojson/topojson-client.min.js",
    *(
        f"koryu/{name}.js"
        for name in (
            "core",
            "land",
            "boundaries",
            "placing",
            "marks",
            "signs",
            "flows",
            "panels",
            "outlines",
            "tiles",
            "address",
            "ahead",
            "flowmap",
        )
    ),
)

#: Those that fetch what a page without any network does not bring along, or ask the screen around the map.
FETCHING = ("koryu/outlines.js", "koryu/tiles.js", "koryu/ahead.js")
STYLES = ("leaflet/leaflet.css", "screen/tokens.css", "koryu/flowmap.css")

#: What is sent of flows. They go out by origin, projects, first year, categories and partner: those alike together.
_SENT = (
    "origin_code",
    "origin_name",
    "origin_lat",
    "origin_lon",
    "n_projects",
    "n_municipalities",
    "first_year",
    "first_kind",
    "categories",
    "partner_code",
)
#: Where a year that is not known stands among years.
_LAST = 10_000

#: South-west and north-east of what is shown first: the main islands and the frames of the far ones.
JAPAN = ((30.2, 126.9), (45.6, 149.0))


def safe_json(value: object) -> str:
    """JSON that can stand inside a script element: no character of it can end the script or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class _Base(folium.Map):
    """A folium map whose text is one call of ours: folium's own would be sent again on every run."""

    _template = Template(
        "{% macro html(this, kwargs) %}"
        '<div class="folium-map" id={{ this.get_name()|tojson }} ></div>'
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = koryu.open({{ this.get_name()|tojson }}, {{ this.koryu_options }});"
        "{% endmacro %}"
    )

    def __init__(self, options: dict):
        super().__init__(tiles=None)
        self.koryu_options = safe_json(options)
        # Random in folium; constant here, because the text has to be the same on every run.
        self._id = "koryumap"
        # The encoding, which the frame's own page states.
        self.get_root().header._children.clear()  # type: ignore[attr-defined]  # the root is a Figure
        # On the instance: the lists of the class belong to every map and name other hosts.
        self.default_js = [(path, f"{STATIC}/{path}") for path in (LOADER, SCRIPTS[-1])]
        self.default_css = []


class Rows(folium.FeatureGroup):
    """Brings rows to the drawing: a dict with "flows", "areas", "signs". Nothing else of a group is sent."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'var {{ this.get_name() }} = new koryu.Rows("{{ this.sent }}");'
        "{% endmacro %}"
    )

    def __init__(self, rows: dict):
        # streamlit-folium adds it to the map by itself.
        super().__init__(name="rows", control=False, show=False)
        self.rows = rows

    @property
    def sent(self) -> str:
        """The rows as deflated JSON in base 64: a fifth of the bytes, and nothing that could end a script."""
        text = json.dumps(self.rows, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def base_map(
    label: str = "地図",
    bounds: Sequence[Sequence[float]] = JAPAN,
    views: Mapping[str, Sequence[Sequence[float]]] | None = None,
) -> folium.Map:
    """The map without data: the same text on every call, and no other host until the reader asks for tiles.

    Only an import of other boundaries changes it, because it names their folder.

    Parameters
    ----------
    label : the accessible name of the map; keep it constant while a screen is open
    bounds : (south, west) and (north, east) in degrees, shown first and by the button 全国
    views : further buttons, each with the bounds it shows; keep them constant like the label
    """
    options = {"label": label, "bounds": bounds, "views": list((views or {}).items())}
    shapes = in_force()
    if shapes.version:
        options["polygons"] = shapes.served
    return _Base(options)


def flow_layer(
    flows: pd.DataFrame,
    *,
    detail: pd.DataFrame | None = None,
    detail_zoom: float = CLOSER[0],
    closest: pd.DataFrame | None = None,
    closest_zoom: float = 8.5,
    totals: bool = False,
    measure: str = "n_projects",
    bundle_name: str = "",
    selected: tuple[str | None, str | None] = (None, None),
    labels: int = 12,
    noun: str = "起点",
    direction: str = "",
    gone: str | None = None,
) -> Rows:
    """Flow lines from origins to partners.

    Parameters
    ----------
    flows : rows of ``geo.insight.flows.flows``; an empty origin_code is the bundle of all origins
    detail : finer rows that take over from ``detail_zoom`` on, always wide by projects
    closest : yet finer ones, from ``closest_zoom`` on
    totals : write each partner's total in a circle instead of labelling the widest by name
    measure : column of the flows that gives width and totals, a key of MEASURES
    bundle_name : name of the bundle of all origins, e.g. 3市
    selected : (origin_code, partner_code) drawn on top, the rest faded; None stands for any
    labels : how many partners are labelled at most; those that find no room are left out
    noun : what an origin is called
    direction : how the legend explains which end is which, where it is not thin at the origin, wide at the partner
    gone : column of the flows that says which are of an earlier edition alone: hollow and broken, the others are new

    Raises
    ------
    KeyError
        for a measure that is not in MEASURES.
    """
    direction = direction or f"細い端が{noun}、太い端が連携先"
    levels = [_level(flows, 0, totals, measure, bundle_name, noun, direction, gone)]
    for rows, zoom in ((detail, detail_zoom), (closest, closest_zoom)):
        if rows is not None:
            levels.append(_level(rows, zoom, False, "n_projects", bundle_name, noun, direction))
    if len(levels) > 1:
        levels[0]["hint"] = "拡大すると市区町村ごとに"
    origin, partner = selected
    chosen = {"origin_code": origin, "partner_code": partner} if origin or partner else None
    return Rows({"flows": {"levels": levels, "labels": labels, "selected": chosen}})


def between_layer(
    flows: pd.DataFrame,
    part: Part | None = None,
    *,
    noun: str = "起点",
    selected: str | None = None,
    labels: int = 12,
) -> Rows:
    """Flow lines of very many origins: from prefecture to prefecture, and of the part that is looked at closer ones.

    The map says when it is looked at closely, and at what (``geo.draw.web.window.Window``): no more is sent.

    Parameters
    ----------
    flows : rows of ``geo.insight.flows.flows`` that start and end at prefectures
    part : what is looked at, if anything is looked at closely
    noun : what an origin is called
    selected : the code of the place that is drawn on top, the rest faded
    labels : how many partners are labelled at most; those that find no room are left out
    """
    direction = "細い端の都道府県から、太い端の都道府県へ"
    wide = _level(flows, 0, True, "n_projects", "", "都道府県", direction)
    levels = [wide | {"between": True, "hint": "拡大すると市区町村ごとに"}]
    if part is not None:
        bundled = part.start == "prefecture"
        starts, called = (f"{noun}のある都道府県", "都道府県") if bundled else (noun, noun)
        direction = f"細い端が{starts}、太い端が連携先"
        close = _level(part.flows, CLOSER[0], False, "n_projects", "", called, direction)
        window = part.window
        ends = {
            "partners": "".join(part.ends.partner_code),
            "lines": part.ends.lines.tolist(),
            "n_projects": part.ends.n_projects.tolist(),
        }
        area = [window.south, window.west, window.north, window.east]
        close |= {"area": area, "step": window.step, "whole": part.whole, "ends": ends}
        levels.append(close | ({"hint": f"拡大すると{noun}ごとに"} if bundled else {}))
    chosen = {"origin_code": None, "partner_code": selected} if selected else None
    return Rows({"flows": {"levels": levels, "labels": labels, "selected": chosen, "closer": list(CLOSER)}})


@dataclass(frozen=True)
class Areas:
    """Polygons by class.

    ``index`` (0 is the first legend entry) and ``texts`` (the value as written in the tooltip) are indexed
    by code; ``title`` names the metric in legend and tooltip; ``note`` says in the legend how its classes are cut.
    """

    title: str
    index: pd.Series
    texts: pd.Series
    legend: Sequence[LegendEntry]
    note: str = ""


def choropleth_layer(
    areas: Areas, *, drill: Areas | None = None, prefecture: str | None = None, marked: str | None = None
) -> Rows:
    """Prefectures by class; with ``drill``, the municipalities of those it has codes of over them.

    The map moves to ``prefecture`` (NN000) when it is named, and back to the whole when it is no longer. The place
    ``marked`` has an edge that stands out: a prefecture, or a municipality of ``drill``.
    """
    rows = _area_rows(areas)
    if areas.note:
        rows["note"] = areas.note
    if marked:
        rows["marked"] = marked
    if prefecture:
        rows["focus"] = prefecture
    if drill is not None:
        opened = {f"{code[:2]}000" for code in drill.index.index} | ({prefecture} if prefecture else set())
    if drill is not None and opened:
        rows["drill"] = {"prefectures": sorted(opened)} | _area_rows(drill)
    return Rows({"areas": rows})


def sign_layer(
    signed: Signed,
    *,
    origins: pd.DataFrame | None = None,
    noun: str = "起点",
    selected: str | None = None,
    labels: int = 24,
) -> Rows:
    """Places by sign, over areas or on the plain ground; a click on one is a click on its municipality.

    Parameters
    ----------
    signed : the places and their signs
    origins : code, name, lat, lon of what is marked as an origin beside them
    noun : what an origin is called
    selected : the code of the place that stands out
    labels : how many places are named at most; those that find no room are left out, and closer in there are more
    """
    numbers = {sign.key: number for number, sign in enumerate(signed.signs)}
    places, counts = signed.places, signed.counts
    marked = [] if origins is None else origins.itertuples()
    rows = {
        "title": signed.title,
        "legend": [
            {"label": sign.label, "colour": sign.colour, "shape": sign.shape, "count": counts[sign.key]}
            for sign in signed.signs
        ],
        "codes": "".join(places.code),
        "signs": [numbers[key] for key in places.sign],
        "values": places.value.tolist(),
        "notes": places.note.tolist(),
        "origins": [[row.code, row.name, round(row.lat, 6), round(row.lon, 6)] for row in marked],
        "noun": noun,
        "labels": labels,
        "selected": selected,
    }
    return Rows({"signs": rows})


def stamp_layer(large: str, small: str) -> Rows:
    """Words that stand large in a corner of the map: the year up to which it shows what there was."""
    return Rows({"stamp": [large, small]})


def merged(layers: Iterable[Rows]) -> Rows:
    """One feature group with the rows of several, as the map takes one at a time."""
    rows: dict = {}
    for layer in layers:
        rows |= layer.rows
    return Rows(rows)


def _area_rows(areas: Areas) -> dict:
    codes = list(areas.index.index)
    return {
        "title": areas.title,
        # All prefectures in their order need no names.
        "codes": None if codes == [f"{number}000" for number in PREFECTURES] else codes,
        "classes": [int(areas.index[code]) for code in codes],
        "texts": [str(areas.texts.get(code, "")) for code in codes],
        "legend": [{"label": e.label, "colour": e.colour, "hatch": e.hatch} for e in areas.legend],
    }


def _level(
    flows: pd.DataFrame,
    zoom: float,
    totals: bool,
    measure: str,
    bundle_name: str,
    noun: str,
    direction: str,
    gone: str | None = None,
) -> dict:
    """Columns instead of records, so that no word is sent twice; those alike together, so that they deflate best."""
    # A flow without a distance has an end that lies nowhere: it is in the tables, not on the map.
    flows = flows[flows.distance_km.notna()]
    # As plain values: of some hundred rows each question to a frame costs more than all of these.
    columns = {name: flows[name].astype(object).tolist() for name in (*_SENT, *((gone,) if gone else ()))}
    years = [0 if pd.isna(year) else int(year) for year in columns["first_year"]]
    like = list(
        zip(
            columns["origin_code"],
            columns["n_projects"],
            [year or _LAST for year in years],
            columns["categories"],
            columns["partner_code"],
            strict=True,
        )
    )
    order = sorted(range(len(like)), key=like.__getitem__)
    sent = {name: [values[row] for row in order] for name, values in columns.items()}
    years = [years[row] for row in order]
    firsts = {code: row for row, code in reversed(list(enumerate(sent["origin_code"])))}
    counts = Counter(sent["origin_code"])
    categories = _distinct(dict.fromkeys(sent["categories"]))
    bits = {category: 1 << bit for bit, category in enumerate(categories)}
    mixes = {cell: sum(bits[c] for c in cell.split("、") if c) for cell in set(sent["categories"])}
    return {
        "minZoom": zoom,
        "totals": totals,
        "value": measure,
        "measure": MEASURES[measure],
        "noun": noun,
        "direction": direction,
        "origins": [
            [
                code,
                sent["origin_name"][row] or bundle_name,
                round(sent["origin_lat"][row], 6),
                round(sent["origin_lon"][row], 6),
            ]
            for code, row in sorted(firsts.items())
        ],
        "counts": [counts[code] for code in sorted(counts)],
        "partners": "".join(sent["partner_code"]),
        "n_projects": [int(n) for n in sent["n_projects"]],
        "n_municipalities": [int(n) for n in sent["n_municipalities"]],
        # Twice the year, and one more for a 年度: koryu.began.
        "years": [2 * year + (kind == "年度") for year, kind in zip(years, sent["first_kind"], strict=True)],
        "categories": categories,
        "mixes": [mixes[cell] for cell in sent["categories"]],
        **({"gone": [int(value) for value in sent[gone]]} if gone else {}),
    }


def _distinct(joined: Iterable[str]) -> list[str]:
    return sorted({part for cell in joined for part in cell.split("、") if part})
