"""The map alone, drawn in the way the query asks for: ?way=rows (ours), unbundled, plain, pydeck or flowmap."""

import os
from pathlib import Path

import folium
import pandas as pd
import pydeck
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit_folium import st_folium

from geo.draw.web import folium_map
from geo.draw.web.window import part
from geo.insight.flows import By, Start, flows
from geo.insight.starts import MANY, start_of
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.shared.parts.map_view import map_view, window
from tests.e2e.made_up import reached


@st.cache_resource
def dataset() -> Dataset:
    return Dataset.load(Path(os.environ["KORYU_DATA"]))


@st.cache_resource
def choices() -> dict[str, tuple[str, ...]]:
    """All, each origin or some of very many, and the origins of some prefectures where they lie in several."""
    origins = dataset().origins
    step = 1 if len(origins) <= MANY else len(origins) // 7
    found: dict[str, tuple[str, ...]] = {"すべて": ()}
    found |= {row.name: (row.code,) for row in origins[::step].itertuples(index=False)}
    prefectures = origins.groupby("prefecture").code.agg(tuple)
    if len(prefectures) > 1:
        found |= {f"{name}のすべて": codes for name, codes in prefectures.iloc[::9].items()}
    return found


def selection(codes: tuple[str, ...]) -> Selection:
    return Selection(origins=codes, peers=True)


@st.cache_resource
def rows(codes: tuple[str, ...], by: By, start: Start) -> pd.DataFrame:
    return flows(dataset().select(selection(codes)), by, start)


def plain(table: pd.DataFrame) -> None:
    """What one would write first: the whole map anew, a line a pair (its scripts served locally, too)."""
    drawn = folium.Map((37.5, 137.0), zoom_start=5, tiles=None)
    drawn.default_js = [("leaflet", f"{folium_map.STATIC}/leaflet/leaflet.js")]
    drawn.default_css = [("leaflet_css", f"{folium_map.STATIC}/leaflet/leaflet.css")]
    for row in table.itertuples():
        text = f"{row.origin_name} → {row.prefecture}{row.partner_name} {row.n_projects}件"
        ends = [(row.origin_lat, row.origin_lon), (row.lat, row.lon)]
        folium.PolyLine(ends, weight=1 + row.n_projects**0.5, opacity=0.3, tooltip=text).add_to(drawn)
    st_folium(drawn, key="plain", height=640, width=None, returned_objects=["last_active_drawing"])


def arcs(table: pd.DataFrame) -> None:
    """The same pairs as arcs of deck.gl, which Streamlit brings along; without a map behind them."""
    ends = {"get_source_position": ["origin_lon", "origin_lat"], "get_target_position": ["lon", "lat"]}
    shown = table[["origin_lon", "origin_lat", "lon", "lat", "origin_name", "partner_name", "n_projects"]]
    colours = {"get_source_color": [0, 23, 193, 80], "get_target_color": [0, 23, 193, 160]}
    layer = pydeck.Layer("ArcLayer", shown, get_width="1 + n_projects / 4", pickable=True, **ends, **colours)
    view = pydeck.ViewState(latitude=37.5, longitude=137.0, zoom=4)
    deck = pydeck.Deck([layer], initial_view_state=view, map_style=None, tooltip={"text": "{partner_name}"})
    st.pydeck_chart(deck, height=640)


def flowmap(table: pd.DataFrame, name: str) -> None:
    """The same pairs in flowmap.gl, as the component that ``bench_map`` bundled; without a map behind them."""
    ends = [
        table[[f"{side}_code", f"{side}_name", lat, lon]].set_axis(["code", "name", "lat", "lon"], axis=1)
        for side, lat, lon in (("origin", "origin_lat", "origin_lon"), ("partner", "lat", "lon"))
    ]
    locations = pd.concat(ends).drop_duplicates("code").to_numpy().tolist()
    pairs = table[["origin_code", "partner_code", "n_projects"]].to_numpy().tolist()
    component = declare_component("flowmap", path=os.environ["FLOWMAP"])
    component(locations=locations, flows=pairs, name=name, key="flowmap")


def ours(codes: tuple[str, ...], bundled: bool) -> None:
    """As the screen draws it (pages.shared.parts.flow_layers)."""
    start = start_of(dataset(), selection(codes)) if bundled else "origin"
    seen = window("map")
    if start == "prefecture":
        drawn = rows(codes, "prefecture", start)
        close = part(dataset().select(selection(codes)), seen) if seen else None
        layer = folium_map.between_layer(drawn, close)
    elif start == "all":
        drawn = rows(codes, "municipality", "all")
        bundle = rows(codes, "prefecture", "all")
        layer = folium_map.flow_layer(bundle, detail=drawn, totals=True, bundle_name="すべて")
    else:
        drawn = rows(codes, "municipality", "origin")
        layer = folium_map.flow_layer(drawn)
    map_view([folium_map.choropleth_layer(reached(drawn)), layer], key="map", label="計測の地図")


st.set_page_config(layout="wide")
way = st.query_params.get("way", "rows")
name = st.radio("連携元", list(choices()), key="ward", horizontal=True)
codes = choices()[name]
if way in ("rows", "unbundled"):
    ours(codes, way == "rows")
else:
    pairs = rows(codes, "municipality", "origin")
    if way == "plain":
        plain(pairs)
    elif way == "pydeck":
        arcs(pairs)
    else:
        flowmap(pairs, name)
    st.html(f'<p id="drawn" data-flows="{len(pairs)}" data-name="{name}"></p>')
