"""Made-up flows over real places, for the map alone: as many as wanted, the same on every run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from geo.draw import choropleth
from geo.draw.signs import Signed, signed, signs_of
from geo.draw.web import folium_map
from geo.insight import flows

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
PLACES = pd.read_csv(REFERENCE / "municipalities.csv", dtype={"code": str})
PREFECTURES = pd.read_csv(REFERENCE / "prefectures.csv", dtype={"code": str})
WARDS = PLACES[PLACES.kind == "special_ward"].reset_index(drop=True)
CITIES = PLACES[~PLACES.kind.isin(["special_ward", "designated_ward"])].reset_index(drop=True)
MIXES = ["災害・防災", "観光、産業", "こども・教育、文化交流", "スポーツ", "環境、まちづくり、観光"]


def _number(*parts) -> int:
    return int(hashlib.sha256(repr(parts).encode()).hexdigest()[:8], 16)


def made_up(n: int) -> pd.DataFrame:
    """The columns of geo.insight.flows.flows: `n` different pairs, spread unevenly over the country."""
    pairs: dict[tuple[int, int], None] = {}
    i = 0
    while len(pairs) < n:
        pairs[i % len(WARDS), _number("city", i) % 1789 * (i % 7 + 1) % len(CITIES)] = None
        i += 1
    rows = []
    for i, (nth, other) in enumerate(pairs):
        origin, city = WARDS.iloc[nth], CITIES.iloc[other]
        rows.append(
            {
                "origin_code": origin.code,
                "origin_name": origin["name"],
                "partner_code": city.code,
                "partner_name": city["name"],
                "prefecture": city.prefecture,
                "n_projects": 1 + _number("projects", i) % 40 // 13 * (_number("more", i) % 5),
                "n_municipalities": 1,
                "first_year": None if i % 9 == 0 else 1976 + _number("year", i) % 50,
                "first_kind": None if i % 9 == 0 else "年度" if i % 2 else "年",
                "categories": MIXES[_number("mix", i) % len(MIXES)],
                "origin_lat": origin.lat,
                "origin_lon": origin.lon,
                "lat": city.lat,
                "lon": city.lon,
            }
        )
    table = pd.DataFrame(rows)
    table["first_year"] = table.first_year.astype("Int64")
    table["distance_km"] = flows.great_circle_km(table.origin_lat, table.origin_lon, table.lat, table.lon)
    return table


def bundled(table: pd.DataFrame) -> pd.DataFrame:
    """One flow a prefecture, from the middle of the origins."""
    table = table.assign(code=table.partner_code.str[:2] + "000", origin_code="", origin_name="")
    grouped = table.groupby("code", as_index=False).agg(
        origin_code=("origin_code", "first"),
        origin_name=("origin_name", "first"),
        n_projects=("n_projects", "sum"),
        n_municipalities=("partner_code", "nunique"),
        first_year=("first_year", "min"),
        first_kind=("first_kind", "first"),
        categories=("categories", "first"),
        origin_lat=("origin_lat", "mean"),
        origin_lon=("origin_lon", "mean"),
    )
    grouped = grouped.rename(columns={"code": "partner_code"})
    offices = PREFECTURES.rename(columns={"code": "partner_code", "name": "partner_name"})
    grouped = grouped.merge(offices[["partner_code", "partner_name", "lat", "lon"]], on="partner_code")
    grouped["prefecture"] = grouped.partner_name
    points = (grouped.origin_lat, grouped.origin_lon, grouped.lat, grouped.lon)
    return grouped.assign(distance_km=flows.great_circle_km(*points))


def _counts(table: pd.DataFrame) -> pd.Series:
    counts = table.groupby(table.partner_code.str[:2] + "000").partner_code.nunique()
    return counts.reindex(PREFECTURES.code, fill_value=0)


def counted(table: pd.DataFrame) -> folium_map.Areas:
    """How many municipalities of each prefecture are partners, in classes."""
    counts = _counts(table)
    classes = choropleth.classify(counts)
    metric = choropleth.METRICS["partners"]
    return folium_map.Areas(metric.label, classes.index, counts.map(metric.text), classes.legend)


def reached(table: pd.DataFrame) -> folium_map.Areas:
    """Which prefectures are reached: the ground under flow lines."""
    counts = _counts(table)
    legend = [
        choropleth.LegendEntry("なし", hatch=True),
        choropleth.LegendEntry("つながりあり", choropleth.REACHED),
    ]
    return folium_map.Areas("連携する市区町村の数", (counts > 0).astype(int), counts.map(str), legend)


def partnered(table: pd.DataFrame, prefecture: str) -> folium_map.Areas:
    """Which municipalities of a prefecture are partners."""
    codes = CITIES[CITIES.prefecture_code == prefecture].set_index("code", drop=False).code
    index = codes.isin(table.partner_code).astype(int)
    legend = [choropleth.LegendEntry("なし", hatch=True), choropleth.LegendEntry("連携あり", "class-2")]
    return folium_map.Areas("連携の有無", index, index.map({0: "なし", 1: "連携あり"}), legend)


def signed_places(table: pd.DataFrame) -> Signed:
    """The partners by the number of origins they have, each with a note that is no HTML."""
    found = table.groupby(["partner_code", "partner_name"], as_index=False).origin_code.nunique()
    found = found.sort_values(["origin_code", "partner_code"], ascending=[False, True])
    keys = {1: "one", 2: "two"}
    rows = [
        (
            row.partner_code,
            row.partner_name,
            keys.get(row.origin_code, "more"),
            "",
            f"<b>{row.origin_code}</b>区",
        )
        for row in found.itertuples()
    ]
    return signed(rows, signs_of({"more": "3区以上", "two": "2区", "one": "1区だけ"}), "相手の数")
