"""The map alone, drawn in the way the query asks for: ?way=rows (ours), unbundled or plain.

Flows of the built tables (KORYU_DATA, or data/build) where there is a build, else made-up ones.
"""

import os
from pathlib import Path

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import folium_map
from geo.dataset import DEFAULT_DIR, Dataset, Selection
from geo.flows import flows
from pages.shared.map_view import map_view
from tests.e2e import made_up

BUILD = Path(os.environ.get("KORYU_DATA") or DEFAULT_DIR)


@st.cache_resource
def dataset() -> Dataset | None:
    return Dataset.load(BUILD) if (BUILD / "build.json").is_file() else None


@st.cache_resource
def invented() -> pd.DataFrame:
    return made_up.made_up(2500)


@st.cache_data
def rows(ward: str, by: str, per_origin: bool) -> pd.DataFrame:
    data = dataset()
    if data is not None:
        return flows(data.select(Selection(wards=(ward,) if ward else (), peers=True)), by, per_origin)
    table = invented()
    table = table[table.ward_code == ward] if ward else table
    return made_up.bundled(table) if by == "prefecture" else table


def plain(table: pd.DataFrame) -> None:
    """What one would write first: the whole map anew, one line a pair, scripts served locally all the same."""
    drawn = folium.Map((37.5, 137.0), zoom_start=5, tiles=None)
    drawn.default_js = [("leaflet", f"{folium_map.STATIC}/leaflet/leaflet.js")]
    drawn.default_css = [("leaflet_css", f"{folium_map.STATIC}/leaflet/leaflet.css")]
    for row in table.itertuples():
        text = f"{row.ward_name} → {row.prefecture}{row.partner_name} {row.n_projects}件"
        ends = [(row.ward_lat, row.ward_lon), (row.lat, row.lon)]
        folium.PolyLine(ends, weight=1 + row.n_projects**0.5, opacity=0.3, tooltip=text).add_to(drawn)
    st_folium(drawn, key="plain", height=640, width=None, returned_objects=["last_active_drawing"])


st.set_page_config(layout="wide")
wards = made_up.WARDS.set_index("name").code
way = st.query_params.get("way", "rows")
name = st.radio("区", ["すべて", *wards.index], key="ward", horizontal=True)
ward = "" if name == "すべて" else wards[name]
pairs = rows(ward, "municipality", True)
pairs = pairs[pairs.distance_km.notna()]
if way == "plain":
    plain(pairs)
else:
    layers = [folium_map.choropleth_layer(made_up.reached(pairs))]
    if ward or way == "unbundled":
        layers.append(folium_map.flow_layer(pairs))
    else:
        bundle = rows("", "prefecture", False)
        layers.append(folium_map.flow_layer(bundle, detail=pairs, totals=True, bundle_name="東京23区"))
    map_view(layers, key="map", label="計測の地図")
st.html(f'<p id="drawn" data-flows="{len(pairs)}" data-name="{name}"></p>')
