"""The map alone, drawn in the way the query asks for: ?way=rows (ours), unbundled, plain or pydeck."""

import os
from pathlib import Path

import folium
import pandas as pd
import pydeck
import streamlit as st
from streamlit_folium import st_folium

from geo.draw.web import folium_map
from geo.insight.flows import By, Start, flows
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.shared.parts.map_view import map_view
from tests.e2e.made_up import reached


@st.cache_resource
def dataset() -> Dataset:
    return Dataset.load(Path(os.environ["KORYU_DATA"]))


@st.cache_resource
def rows(origin: str, by: By, start: Start) -> pd.DataFrame:
    selection = Selection(origins=(origin,) if origin else (), peers=True)
    return flows(dataset().select(selection), by, start)


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


st.set_page_config(layout="wide")
origins = dataset().origins.set_index("name").code
way = st.query_params.get("way", "rows")
name = st.radio("区", ["すべて", *origins.index], key="ward", horizontal=True)
origin = "" if name == "すべて" else origins[name]
pairs = rows(origin, "municipality", "origin")
if way == "plain":
    plain(pairs)
elif way == "pydeck":
    arcs(pairs)
else:
    layers = [folium_map.choropleth_layer(reached(pairs))]
    if origin or way == "unbundled":
        layers.append(folium_map.flow_layer(pairs))
    else:
        bundle = rows("", "prefecture", "all")
        layers.append(folium_map.flow_layer(bundle, detail=pairs, totals=True, bundle_name="東京23区"))
    map_view(layers, key="map", label="計測の地図")
st.html(f'<p id="drawn" data-flows="{len(pairs)}" data-name="{name}"></p>')
