"""The map as folium objects: a constant base, and feature groups that carry rows and nothing else.

Polygons, points and the drawing itself are static files the app serves (static/), so a change of filter
sends only codes and numbers. The base has to come out byte for byte the same on every run: streamlit-folium
rebuilds its frame, and the reader loses pan and zoom, as soon as a single character differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import folium
import pandas as pd
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.choropleth import LegendEntry

CREDIT = "気象庁ホームページの区域データを加工して作成"

#: Where the app serves static/, seen from the frame of a Streamlit component, under any base URL path.
STATIC = "../../app/static"
SCRIPTS = (
    "leaflet/leaflet.js",
    "topojson/topojson-client.min.js",
    *(f"koryu/{name}.js" for name in ("core", "boundaries", "flows", "panels", "flowmap")),
)
STYLES = ("leaflet/leaflet.css", "koryu/flowmap.css")

#: South-west and north-east of what is shown first: the main islands and the frames of the far ones.
JAPAN = ((30.3, 126.9), (45.6, 146.0))

#: What a flow's width can stand for: column of geo.flows → its name in the legend.
MEASURES = {"n_projects": "事業の数", "n_municipalities": "連携する市区町村の数"}


def safe_json(value: object) -> str:
    """JSON that can stand inside a script element: no character of it can end the script or a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class _Setup(JSCSSMixin, MacroElement):
    """Names our scripts and styles, and starts the drawing on the base map."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "koryu.setup({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, options: dict):
        super().__init__()
        self.options = safe_json(options)
        self.default_js = [(path, f"{STATIC}/{path}") for path in SCRIPTS[1:]]
        self.default_css = [(path, f"{STATIC}/{path}") for path in STYLES[1:]]


class _Rows(MacroElement):
    """Brings rows of one kind ("flows" or "areas") to the drawing."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'new koryu.Rows("{{ this.kind }}", {{ this.rows }}).addTo({{ this._parent.get_name() }});'
        "{% endmacro %}"
    )

    def __init__(self, kind: str, rows: dict):
        super().__init__()
        self.kind = kind
        self.rows = safe_json(rows)


def base_map(label: str = "地図", bounds: Sequence[Sequence[float]] = JAPAN) -> folium.Map:
    """The map without data: no tiles, no other host, the same text on every call.

    Parameters
    ----------
    label : the accessible name of the map; keep it constant while a screen is open
    bounds : (south, west) and (north, east) in degrees, shown first and by the button 全国
    """
    map_ = folium.Map(
        location=(37.5, 137.0),
        zoom_start=5,
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
        attribution_control=False,
        minZoom=4,
        maxZoom=12,
    )
    map_._id = "koryumap"
    map_.default_js = [("leaflet", f"{STATIC}/{SCRIPTS[0]}")]
    map_.default_css = [("leaflet_css", f"{STATIC}/{STYLES[0]}")]
    _Setup({"label": label, "bounds": bounds, "credit": CREDIT}).add_to(map_)
    return map_


def flow_layer(
    flows: pd.DataFrame,
    *,
    detail: pd.DataFrame | None = None,
    detail_zoom: float = 7.5,
    totals: bool = False,
    measure: str = "n_projects",
    bundle_name: str = "",
    selected: tuple[str | None, str | None] = (None, None),
    labels: int = 12,
    direction: str = "細い端が区、太い端が連携先",
) -> folium.FeatureGroup:
    """Flow lines from origins to partners.

    Parameters
    ----------
    flows : rows of ``geo.flows.flows``; an empty ward_code is the bundle of all origins
    detail : finer rows that take over from ``detail_zoom`` on
    totals : write each partner's total in a circle instead of labelling the widest by name
    measure : column of the flows that gives width and totals, a key of MEASURES
    bundle_name : name of the bundle of all origins, e.g. 東京23区
    selected : (ward_code, partner_code) drawn on top, the rest faded; None stands for any
    labels : how many partners are labelled at most; those that find no room are left out
    direction : how the legend explains which end is which

    Raises
    ------
    KeyError
        for a measure that is not in MEASURES.
    """
    levels = [_level(flows, 0, totals, measure, bundle_name, direction)]
    if detail is not None:
        levels.append(_level(detail, detail_zoom, False, measure, bundle_name, direction))
    ward, partner = selected
    chosen = {"ward_code": ward, "partner_code": partner} if ward or partner else None
    return _group("flows", {"levels": levels, "labels": labels, "selected": chosen})


@dataclass(frozen=True)
class Areas:
    """Polygons by class.

    ``index`` (0 is the first legend entry) and ``texts`` (the value as written in the tooltip) are indexed
    by code; ``title`` names the metric in legend and tooltip.
    """

    title: str
    index: pd.Series
    texts: pd.Series
    legend: Sequence[LegendEntry]


#: The ground under flow lines: pale, so that the lines stand out; what is not reached is hatched.
REACH_LEGEND = (LegendEntry("つながりなし", "#767676", hatch=True), LegendEntry("つながりあり", "#dbe7fd"))


def reach(table: pd.DataFrame, texts: pd.Series) -> Areas:
    """Areas reached or not, the ground of a flow map.

    Parameters
    ----------
    table : code and reached (bool), e.g. ``geo.metrics.prefecture_table``
    texts : what the tooltip says, indexed by code
    """
    return Areas("つながり", table.set_index("code").reached.astype(int), texts, REACH_LEGEND)


def choropleth_layer(
    areas: Areas, *, drill: Areas | None = None, prefecture: str | None = None
) -> folium.FeatureGroup:
    """Prefectures by class; with ``drill``, the municipalities of ``prefecture`` (NN000) over them.

    The map moves to ``prefecture`` when it is named, and back to the whole when it is no longer.
    """
    rows = _area_rows(areas)
    if prefecture:
        rows["focus"] = prefecture
        if drill is not None:
            rows["drill"] = {"prefecture": prefecture} | _area_rows(drill)
    return _group("areas", rows)


def _group(kind: str, rows: dict) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=kind, control=False)
    _Rows(kind, rows).add_to(group)
    return group


def _area_rows(areas: Areas) -> dict:
    codes = list(areas.index.index)
    return {
        "title": areas.title,
        "codes": " ".join(codes),
        "classes": [int(areas.index[code]) for code in codes],
        "texts": [str(areas.texts.get(code, "")) for code in codes],
        "legend": [{"label": e.label, "colour": e.colour, "hatch": e.hatch} for e in areas.legend],
    }


def _level(
    flows: pd.DataFrame, zoom: float, totals: bool, measure: str, bundle_name: str, direction: str
) -> dict:
    """Columns instead of records, sorted by origin, so that no word is sent twice."""
    # A flow without a distance has an end that lies nowhere: it is in the tables, not on the map.
    flows = flows[flows.distance_km.notna()].sort_values("ward_code", kind="stable")
    origins = flows.drop_duplicates("ward_code")
    categories = _distinct(flows.categories)
    bits = {category: 1 << bit for bit, category in enumerate(categories)}
    return {
        "minZoom": zoom,
        "totals": totals,
        "value": measure,
        "measure": MEASURES[measure],
        "direction": direction,
        "origins": [
            [row.ward_code, row.ward_name or bundle_name, round(row.ward_lat, 4), round(row.ward_lon, 4)]
            for row in origins.itertuples()
        ],
        "counts": flows.groupby("ward_code", sort=True).size().tolist(),
        "partners": " ".join(flows.partner_code),
        "n_projects": flows.n_projects.astype(int).tolist(),
        "n_municipalities": flows.n_municipalities.astype(int).tolist(),
        "years": flows.first_year.fillna(0).astype(int).tolist(),
        "km": flows.distance_km.round().astype(int).tolist(),
        "categories": categories,
        "mixes": [sum(bits[c] for c in cell.split("、") if c) for cell in flows.categories],
    }


def _distinct(joined: Iterable[str]) -> list[str]:
    return sorted({part for cell in joined for part in cell.split("、") if part})
