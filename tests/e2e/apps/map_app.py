"""A screen with nothing but the map, fed with made-up flows: ?n=2500 of them, all origins or one."""

import streamlit as st

from geo.draw.web import folium_map
from pages.shared.parts.map_view import map_view
from tests.e2e import made_up

st.set_page_config(layout="wide")
st.html('<style>@import url("app/static/screen/map.css");</style>')
everything = st.cache_data(made_up.made_up)(int(st.query_params.get("n", 2500)))
origin = st.selectbox("区", ["すべて", *made_up.WARDS.name], key="ward")
prefecture = st.selectbox("都道府県", ["なし", *made_up.PREFECTURES.name], key="prefecture")
style = st.radio("線", ["束ねる", "束ねない", "引かない", "しるし"], key="style", horizontal=True)

table = everything if origin == "すべて" else everything[everything.origin_name == origin]
code = None if prefecture == "なし" else made_up.PREFECTURES.set_index("name").code[prefecture]
areas = made_up.counted(table) if style == "引かない" else made_up.reached(table)
drill = made_up.partnered(table, code) if code else None
layers = [folium_map.choropleth_layer(areas, drill=drill, prefecture=code)]
if style == "束ねない" or (origin != "すべて" and style == "束ねる"):
    layers.append(folium_map.flow_layer(table))
elif style == "束ねる":
    bundle = made_up.bundled(table)
    layers.append(folium_map.flow_layer(bundle, detail=table, totals=True, bundle_name="東京23区"))

if style == "しるし":
    layers.append(
        folium_map.sign_layer(made_up.signed_places(table), origins=made_up.WARDS.head(2), noun="区")
    )

click = map_view(layers, key="map", label="試験の地図")
if click:
    st.session_state.click = click
st.text(f"click: {st.session_state.get('click')}")
st.text(f"runs: {st.session_state.setdefault('runs', 0)}")
st.session_state.runs += 1
