"""What map programs get: flows, partners and areas with their figures, in EPSG:4326, codes as text."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.insight.flows import flows
from geo.insight.metrics import prefecture_table
from geo.ledger.selection import Selected
from pipeline.words import view as words

#: Degrees (WGS 84), longitude first.
CRS = "EPSG:4326"


def flow_layer(selected: Selected) -> gpd.GeoDataFrame:
    """One straight line a flow, from the origin's office to the partner's.

    Columns: origin_code, origin_name, partner_code, partner_name, prefecture, n_projects, first_year (西暦 or
    null), categories (joined by 「、」), distance_km, geometry. Flows with an end that lies nowhere are left out.
    """
    table = _placed(flows(selected))
    ends = zip(table.origin_lon, table.origin_lat, table.lon, table.lat, strict=True)
    lines = [shapely.LineString([(x1, y1), (x2, y2)]) for x1, y1, x2, y2 in ends]
    columns = ["origin_code", "origin_name", "partner_code", "partner_name", "prefecture", "n_projects"]
    columns += ["first_year", "categories", "distance_km"]
    return gpd.GeoDataFrame(
        table[columns].assign(distance_km=table.distance_km.round(1)), geometry=lines, crs=CRS
    )


def partner_layer(selected: Selected) -> gpd.GeoDataFrame:
    """One point a partner municipality or prefecture, at its office.

    Columns: code, name, prefecture, n_projects, n_origins, first_year (西暦 or null), categories, geometry.
    """
    table = flows(selected, per_origin=False)
    table = table[table.lat.notna() & table.lon.notna()].sort_values("partner_code", ignore_index=True)
    columns = ["partner_code", "partner_name", "prefecture", "n_projects", "n_origins", "first_year"]
    return gpd.GeoDataFrame(
        table[[*columns, "categories"]].rename(columns={"partner_code": "code", "partner_name": "name"}),
        geometry=gpd.points_from_xy(table.lon, table.lat),
        crs=CRS,
    )


def prefecture_layer(selected: Selected) -> gpd.GeoDataFrame:
    """Every prefecture with its figures: columns of ``geo.insight.metrics.prefecture_table`` without its booleans."""
    table = prefecture_table(selected).drop(columns=["direct", "reached"])
    table["coverage"] = table.coverage.round(4)
    return _with_shapes(table, selected.dataset.prefectures)


def municipality_layer(selected: Selected) -> gpd.GeoDataFrame:
    """Every municipality (designated wards are no areas of their own), partnered or not.

    Columns: code, code6, prefecture, name, kana, kind (in Japanese), n_projects, n_origins (0 without a tie), first_year,
    categories, geometry.
    """
    places = selected.dataset.municipalities
    places = places[places.kind != "designated_ward"].sort_values("code", ignore_index=True)
    counts = partner_layer(selected).set_index("code")
    table = pd.DataFrame(places[["code", "code6", "prefecture", "name", "kana", "kind"]])
    table["kind"] = table.kind.map(words.KINDS)
    table = table.join(counts[["n_projects", "n_origins", "first_year", "categories"]], on="code")
    for column in ("n_projects", "n_origins"):
        table[column] = table[column].fillna(0).astype(int)
    return _with_shapes(table, places)


def _placed(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.distance_km.notna()].reset_index(drop=True)


def _with_shapes(table: pd.DataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = table.code.map(places.set_index("code").geometry)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)
