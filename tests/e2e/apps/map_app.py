"""A screen with nothing but the map, fed with made-up flows: ?n=2500 of them, all wards or one."""

import hashlib

import pandas as pd
import streamlit as st

from geo import choropleth, flows, folium_map
from pages.shared.map_view import map_view

PLACES = pd.read_csv("data/reference/municipalities.csv", dtype={"code": str})
WARDS = PLACES[PLACES.code.between("13101", "13123")].reset_index(drop=True)
CITIES = PLACES[(PLACES.kind != "designated_ward") & ~PLACES.code.isin(WARDS.code)].reset_index(drop=True)
PREFECTURES = pd.read_csv("data/reference/prefectures.csv", dtype={"code": str})
MIXES = ["災害・防災", "観光、産業", "こども・教育、文化交流", "スポーツ", "環境、まちづくり、観光"]


def _number(*parts) -> int:
    return int(hashlib.sha256(repr(parts).encode()).hexdigest()[:8], 16)


@st.cache_data
def made_up(n: int) -> pd.DataFrame:
    """The columns of geo.flows.flows, `n` rows spread over the wards and (unevenly) over the country."""
    rows = []
    for i in range(n):
        ward = WARDS.iloc[i % len(WARDS)]
        city = CITIES.iloc[(_number("city", i) % 1789 * (i % 7 + 1)) % len(CITIES)]
        rows.append(
            {
                "ward_code": ward.code,
                "ward_name": ward["name"],
                "partner_code": city.code,
                "partner_name": city["name"],
                "prefecture": city.prefecture,
                "n_projects": 1 + _number("projects", i) % 40 // 13 * (_number("more", i) % 5),
                "n_municipalities": 1,
                "first_year": None if i % 9 == 0 else 1976 + _number("year", i) % 50,
                "categories": MIXES[_number("mix", i) % len(MIXES)],
                "ward_lat": ward.lat,
                "ward_lon": ward.lon,
                "lat": city.lat,
                "lon": city.lon,
            }
        )
    table = pd.DataFrame(rows).drop_duplicates(["ward_code", "partner_code"], ignore_index=True)
    table["first_year"] = table.first_year.astype("Int64")
    table["distance_km"] = flows.great_circle_km(table.ward_lat, table.ward_lon, table.lat, table.lon)
    return table


def bundled(table: pd.DataFrame) -> pd.DataFrame:
    """One flow a prefecture from the middle of the wards."""
    table = table.assign(code=table.partner_code.str[:2] + "000", ward_code="", ward_name="")
    grouped = table.groupby("code", as_index=False).agg(
        ward_code=("ward_code", "first"),
        ward_name=("ward_name", "first"),
        n_projects=("n_projects", "sum"),
        n_municipalities=("partner_code", "nunique"),
        first_year=("first_year", "min"),
        categories=("categories", "first"),
        ward_lat=("ward_lat", "mean"),
        ward_lon=("ward_lon", "mean"),
    )
    grouped = grouped.rename(columns={"code": "partner_code"})
    offices = PREFECTURES.rename(columns={"code": "partner_code", "name": "partner_name"})
    grouped = grouped.merge(offices[["partner_code", "partner_name", "lat", "lon"]], on="partner_code")
    grouped["prefecture"] = grouped.partner_name
    points = (grouped.ward_lat, grouped.ward_lon, grouped.lat, grouped.lon)
    return grouped.assign(distance_km=flows.great_circle_km(*points))


def reach(table: pd.DataFrame) -> folium_map.Areas:
    """How many municipalities of each prefecture are partners."""
    counts = table.groupby(table.partner_code.str[:2] + "000").partner_code.nunique()
    counts = counts.reindex(PREFECTURES.code, fill_value=0)
    classes = choropleth.classify(counts)
    metric = choropleth.METRICS["partners"]
    return folium_map.Areas(metric.label, classes.index, counts.map(metric.text), classes.legend)


def ground(table: pd.DataFrame) -> folium_map.Areas:
    """Which prefectures are reached, for the ground under flow lines."""
    counts = reach(table)
    reached = PREFECTURES[["code"]].assign(reached=PREFECTURES.code.map(counts.index) > 0)
    return folium_map.reach(reached, counts.texts)


def partnered(table: pd.DataFrame, prefecture: str) -> folium_map.Areas:
    """Which municipalities of a prefecture are partners."""
    codes = CITIES[CITIES.prefecture_code == prefecture].set_index("code", drop=False).code
    index = codes.isin(table.partner_code).astype(int)
    legend = [choropleth.LegendEntry("なし", "#767676", True), choropleth.LegendEntry("連携あり", "#4270ea")]
    return folium_map.Areas("連携の有無", index, index.map({0: "なし", 1: "連携あり"}), legend)


st.set_page_config(layout="wide")
everything = made_up(int(st.query_params.get("n", 2500)))
ward = st.selectbox("区", ["すべて", *WARDS.name], key="ward")
prefecture = st.selectbox("都道府県", ["なし", *PREFECTURES.name], key="prefecture")
style = st.radio("線", ["束ねる", "束ねない", "引かない"], key="style", horizontal=True)
table = everything if ward == "すべて" else everything[everything.ward_name == ward]
layers = []
code = None if prefecture == "なし" else PREFECTURES.set_index("name").code[prefecture]
areas = reach(table) if style == "引かない" else ground(table)
layers.append(
    folium_map.choropleth_layer(areas, drill=partnered(table, code) if code else None, prefecture=code)
)
if style == "束ねない" or ward != "すべて":
    layers.append(folium_map.flow_layer(table))
elif style == "束ねる":
    layers.append(folium_map.flow_layer(bundled(table), detail=table, totals=True, bundle_name="東京23区"))
click = map_view(layers, key="map", label="試験の地図")
if click:
    st.session_state.click = click
st.text(f"click: {st.session_state.get('click')}")
st.text(f"runs: {st.session_state.setdefault('runs', 0)}")
st.session_state.runs += 1
