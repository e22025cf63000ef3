"""What map programs get: ties as lines, places as points, areas with their figures, in EPSG:4326, codes as text.

Nothing is left out: what lies nowhere has no shape, and a prefecture that is itself a partner stands at its office.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.insight.flows import flows
from geo.insight.metrics import prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.schema import KINDS, YEAR_KINDS, Column
from geo.ledger.selection import Selected
from pipeline.words import view as words

#: Degrees (WGS 84), longitude first.
CRS = "EPSG:4326"

# Columns that several layers have; {noun} is an origin, {heading} what a column of them is called.
_CODE = Column("string", "団体コード", "団体コード（5桁、JIS X 0402）。都道府県は NN000")
_NAME = Column("string", "名称", "自治体の名前")
_PREFECTURE = Column("string", "都道府県", "都道府県の名前")
_KIND = Column(
    "string",
    "種類",
    "自治体の種類",
    values=tuple(words.KINDS[kind] for kind in KINDS if kind != "designated_ward"),
)
_PROJECTS = Column("Int64", "事業の数", "重なりを除いた事業の数", "事業")
_ORIGINS = Column("Int64", "つながる{noun}の数", "連携のある{noun}の数", "団体")
_CATEGORIES = Column("string", "分野", "事業の分野を「、」でつないだもの")
_FIRST = {
    "first_year": Column(
        "Int64", "最初の年（西暦）", "分かるうち最も早い開始年。分からなければ空", "西暦年", null=True
    ),
    "first_kind": Column("string", "年・年度の別", "最初の年が年か年度か", values=YEAR_KINDS, null=True),
    "began": Column(
        "string",
        "最初の年",
        "最初の年を和暦と西暦で書いたもの。分からなければ「不明」、連携がなければ空",
        null=True,
    ),
}

#: Layer → its columns in order, without the shape.
COLUMNS: dict[str, dict[str, Column]] = {
    "flows": {
        "origin_code": Column("string", "{heading}の団体コード", "連携元の団体コード（5桁）"),
        "origin_name": Column("string", "{heading}", "連携元の名前"),
        "partner_code": Column("string", "相手先の団体コード", "行政区は市にまとめる。都道府県は NN000"),
        "partner_name": Column("string", "相手先", "相手先の名前"),
        "prefecture": Column("string", "相手先の都道府県", "都道府県の名前"),
        "n_projects": _PROJECTS,
        **_FIRST,
        "categories": _CATEGORIES,
        "distance_km": Column("Float64", "距離", "役所と役所の大圏距離", "km", null=True),
    },
    "partners": {
        "code": _CODE,
        "name": _NAME,
        "prefecture": _PREFECTURE,
        "n_projects": _PROJECTS,
        "n_origins": _ORIGINS,
        **_FIRST,
        "categories": _CATEGORIES,
    },
    "origins": {
        "code": _CODE,
        "name": _NAME,
        "prefecture": _PREFECTURE,
        "n_municipalities": Column("Int64", "連携する市区町村の数", "重なりを除いた市区町村の数", "市区町村"),
        "n_prefectures": Column(
            "Int64",
            "届いている都道府県の数",
            "市区町村か都道府県そのものと連携のある都道府県の数",
            "都道府県",
        ),
        "n_projects": _PROJECTS,
        "n_individual": Column("Int64", "うち個別の連携の事業の数", "広域の集まりでない事業の数", "事業"),
        "median_km": Column(
            "Float64", "距離の中央値", "連携する市区町村までの大圏距離の中央値", "km", null=True
        ),
        **_FIRST,
    },
    "prefectures": {
        "code": _CODE,
        "name": _NAME,
        "n_municipalities": Column("Int64", "市区町村の数", "相手になりうる市区町村の数", "市区町村"),
        "n_partners": Column("Int64", "連携する市区町村の数", "重なりを除いた市区町村の数", "市区町村"),
        "coverage": Column(
            "Float64", "連携率", "連携する市区町村の数を、相手になりうる市区町村の数で割ったもの", "0〜1"
        ),
        "n_projects": _PROJECTS,
        "n_origins": _ORIGINS,
        "direct": Column("bool", "都道府県そのものとの連携", "都道府県そのものが相手先か"),
        "reached": Column("bool", "届いているか", "市区町村か都道府県そのものと連携があるか"),
        **_FIRST,
    },
    "municipalities": {
        "code": _CODE,
        "code6": Column("string", "団体コード（6桁）", "検査数字の付いた団体コード"),
        "prefecture": _PREFECTURE,
        "name": _NAME,
        "kana": Column("string", "読み", "名前の読み（ひらがな）"),
        "kind": _KIND,
        "possible": Column(
            "bool",
            "相手になりうるか",
            "この条件で相手になりうるか（例えば{noun}どうしを除くときの{noun}は、なりえない）",
        ),
        "n_projects": _PROJECTS,
        "n_origins": _ORIGINS,
        **_FIRST,
        "categories": Column(
            "string", "分野", "事業の分野を「、」でつないだもの。連携がなければ空", null=True
        ),
    },
}


def flow_layer(selected: Selected) -> gpd.GeoDataFrame:
    """One straight line a tie of an origin and a place, from office to office: COLUMNS["flows"] and geometry.

    A tie with an end that lies nowhere has no shape.
    """
    table = _began(flows(selected))
    ends = np.stack([table[["origin_lon", "origin_lat"]], table[["lon", "lat"]]], axis=1).astype(float)
    lines = np.full(len(table), None, dtype=object)
    placed = np.isfinite(ends).all(axis=(1, 2))
    lines[placed] = shapely.linestrings(ends[placed])
    return _layer("flows", table.assign(distance_km=table.distance_km.round(1)), lines)


def partner_layer(selected: Selected) -> gpd.GeoDataFrame:
    """One point a partner municipality or prefecture, at its office: COLUMNS["partners"] and geometry."""
    table = _began(flows(selected, start="all")).sort_values("partner_code", ignore_index=True)
    table = table.rename(columns={"partner_code": "code", "partner_name": "name"})
    return _layer("partners", table, _points(table))


def origin_layer(selected: Selected) -> gpd.GeoDataFrame:
    """One point a chosen origin, with ties or without, at its office: COLUMNS["origins"] and geometry."""
    table = _began(origin_table(selected)).rename(columns={"origin_code": "code", "origin_name": "name"})
    places = selected.dataset.origins[["code", "prefecture", "lat", "lon"]]
    table = table.merge(places, on="code").assign(median_km=table.median_km.astype(float).round(1))
    if selected.selection.origins:
        table = table[table.code.isin(selected.selection.origins)].reset_index(drop=True)
    return _layer("origins", table, _points(table))


def prefecture_layer(selected: Selected) -> gpd.GeoDataFrame:
    """Every prefecture, reached or not: COLUMNS["prefectures"] and geometry."""
    return _with_shapes("prefectures", _began(prefecture_table(selected)), selected.dataset.prefectures)


def municipality_layer(selected: Selected) -> gpd.GeoDataFrame:
    """Every municipality (designated wards are no areas of their own), partnered or not: COLUMNS["municipalities"].

    The ties of a prefecture itself are those of no municipality: they are in the other layers.
    """
    places = selected.dataset.municipalities
    places = places[places.kind != "designated_ward"].sort_values("code", ignore_index=True)
    counts = partner_layer(selected).set_index("code")
    table = pd.DataFrame(places[["code", "code6", "prefecture", "name", "kana", "kind"]])
    table["kind"] = table.kind.map(words.KINDS)
    table["possible"] = table.code.isin(selected.universe.code)
    table = table.join(counts[["n_projects", "n_origins", *_FIRST, "categories"]], on="code")
    for column in ("n_projects", "n_origins"):
        table[column] = table[column].fillna(0).astype(int)
    return _with_shapes("municipalities", table, places)


def _began(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(began=words.first_years(table).where(table.n_projects > 0))


def _points(table: pd.DataFrame) -> np.ndarray:
    points = np.full(len(table), None, dtype=object)
    places = table[["lon", "lat"]].to_numpy(float)
    placed = np.isfinite(places).all(axis=1)
    points[placed] = shapely.points(places[placed])
    return points


def _with_shapes(name: str, table: pd.DataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return _layer(name, table, table.code.map(places.set_index("code").geometry).to_numpy(object))


def _layer(name: str, table: pd.DataFrame, shapes: np.ndarray) -> gpd.GeoDataFrame:
    columns = COLUMNS[name]  # their types also where there is no row
    table = (
        table[list(columns)].reset_index(drop=True).astype({key: one.dtype for key, one in columns.items()})
    )
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)
