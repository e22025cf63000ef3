"""municipalities.csv and prefectures.csv: names, codes, kana, kinds, office points and areas."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import jaconv
import pandas as pd
import shapely
import shapely.ops

from geo.places import codes
from geo.places.boundaries import EQUAL_AREA
from pipeline.reference import packages

#: Counts on 2026-01-01, which the tables must reach: municipalities, designated cities and wards.
N_MUNICIPALITIES, N_DESIGNATED_CITIES, N_DESIGNATED_WARDS = 1741, 20, 171
#: Municipal names that occur in more than one prefecture (府中市, 美里町, …).
N_SHARED_NAMES = 25

#: 浜松市 redrew its seven wards into three on 2024-01-01. The offices of three old wards serve the new
#: ones: old code → (new code, name, kana). The other four are gone.
HAMAMATSU = {
    "22131": ("22138", "中央区", "ちゅうおうく"),
    "22136": ("22139", "浜名区", "はまなく"),
    "22137": ("22140", "天竜区", "てんりゅうく"),
}
HAMAMATSU_GONE = {"22132", "22133", "22134", "22135"}

#: The registered point lies in another municipality: 双葉町 (its office after the 2011 evacuation),
#: 三島村 and 十島村 (offices in 鹿児島市), 竹富町 (office in 石垣市).
OFFICE_ELSEWHERE = {"07546", "46303", "46304", "47381"}

#: An office this near to its own polygon (degrees, about 100 m) is outside only because the polygons'
#: coast is coarse: it is moved onto land.
COAST_TOLERANCE = 0.001

#: Prefectural offices, by hand: no package has them right.
OFFICES = Path(__file__).with_name("prefectural_offices.csv")

COLUMNS = [
    *("code", "code6", "prefecture_code", "prefecture", "name", "kana"),
    *("kind", "parent_code", "district", "lat", "lon", "area_km2"),
]
SUFFIX_KINDS = {"市": "city", "区": "designated_ward", "町": "town", "村": "village"}


def municipalities(polygons: gpd.GeoDataFrame, aliases: set[tuple[str, str]]) -> pd.DataFrame:
    """All municipalities and designated wards, in code order.

    Parameters
    ----------
    polygons : GeoDataFrame
        code, geometry (EPSG:4326) of every municipality; designated wards have none.
    aliases : set of (name, code)
        Known other spellings.

    Returns
    -------
    DataFrame
        The columns of municipalities.csv; lat and lon in degrees, area in km².

    Raises
    ------
    ValueError
        When a count, a check digit, a name or a point is not what it has to be.
    """
    table = _named(packages.offices())
    table = _checked_names(table, aliases)
    table = _placed(table, polygons.set_index("code").geometry)
    areas = polygons.set_index("code").geometry.to_crs(EQUAL_AREA).area / 1e6
    table["area_km2"] = table["code"].map(areas).round(2)
    return table[COLUMNS]


def prefectures(table: pd.DataFrame, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """The 47 prefectures with their offices, each inside the municipality its address is in.

    Parameters
    ----------
    table : DataFrame
        As `municipalities` returns it.
    polygons : GeoDataFrame
        code, geometry (EPSG:4326) of every municipality.

    Returns
    -------
    DataFrame
        code (NN000), name, kana, lat, lon (degrees), n_municipalities.

    Raises
    ------
    ValueError
        When an office lies outside its municipality.
    """
    offices = pd.read_csv(OFFICES, dtype={"code": str})
    offices["name"] = offices["code"].str[:2].map(codes.PREFECTURES)
    offices["kana"] = offices["name"].map(packages.prefecture_kana())
    municipal = table[table["kind"] != "designated_ward"]
    offices["n_municipalities"] = offices["code"].map(municipal["prefecture_code"].value_counts())

    address = packages.prefectural_offices()
    city_of = dict(zip(table["code"], table["parent_code"].fillna(table["code"]), strict=True))
    shapes = polygons.set_index("code").geometry
    for office in offices.itertuples():
        inside = shapes[city_of[address[office.name]]].covers(shapely.Point(office.lon, office.lat))
        _require(inside, f"{office.name}の庁舎が所在地の区域の外です")
    _require(list(offices["code"].str[:2]) == list(codes.PREFECTURES), "都道府県の庁舎が47そろっていません")
    return offices[["code", "name", "kana", "lat", "lon", "n_municipalities"]]


def _named(raw: pd.DataFrame) -> pd.DataFrame:
    """Codes, names, kana, kinds and parents: the base list with its known faults repaired."""
    table = raw.assign(code6=raw["code6"].str.zfill(6))
    table["code"] = table["code6"].map(codes.from_code6)
    table = table[~table["code"].isin(HAMAMATSU_GONE)].sort_values("code", ignore_index=True)
    city, ward = table["city"].str.split().str[0], table["city"].str.split().str[1]
    table["name"] = ward.fillna(city)
    table["kana"] = table["kana"].str.split().str[-1]
    code_of_city = dict(zip(table["prefecture"] + table["city"], table["code"], strict=True))
    table["parent_code"] = (table["prefecture"] + city).map(code_of_city).where(ward.notna())
    for old, (code, name, kana) in HAMAMATSU.items():
        table.loc[table["code"] == old, ["code", "name", "kana"]] = [code, name, kana]
    table["code6"] = table["code"].map(codes.to_code6)
    table["prefecture_code"] = table["code"].map(codes.prefecture_code)
    table["kind"] = table["name"].str[-1].map(SUFFIX_KINDS)
    table.loc[table["code"].map(codes.is_special_ward), "kind"] = "special_ward"
    table.loc[table["code"].isin(table["parent_code"]), "kind"] = "designated_city"
    kinds = table["kind"].value_counts()
    _require(kinds["designated_ward"] == N_DESIGNATED_WARDS, "行政区の数が合いません")
    _require(kinds["designated_city"] == N_DESIGNATED_CITIES, "政令指定都市の数が合いません")
    _require(kinds["special_ward"] == 23, "特別区の数が合いません")
    _require(len(table) - N_DESIGNATED_WARDS == N_MUNICIPALITIES, "市区町村の数が合いません")
    _require(table["code"].is_unique, "団体コードが重複しています")
    return table


def _checked_names(table: pd.DataFrame, aliases: set[tuple[str, str]]) -> pd.DataFrame:
    """Names as the ministry spells them, 郡 from Japan Post; the three lists must agree.

    Where a list spells a name otherwise, that spelling must be a known alias.
    """
    ward = table["kind"] == "designated_ward"
    ministry = packages.ministry_names()
    _require(set(table.loc[~ward, "code6"]) == set(ministry), "総務省の一覧と団体が違います")
    spelled = table["name"]
    table = table.assign(name=table["code6"].map(ministry).where(~ward, spelled))

    postal = packages.postal_names().set_index("code")
    in_postal = table["kind"] != "designated_city"
    _require(set(table.loc[in_postal, "code"]) == set(postal.index), "郵便番号データと団体が違います")
    city = table["code"].map(postal["city"]).fillna(table["name"])
    lead = [full[: -len(name)] for full, name in zip(city, table["name"], strict=True)]
    printed = [full[len(start) :] for full, start in zip(city, lead, strict=True)]
    for row, other in [
        *zip(table.itertuples(), spelled, strict=True),
        *zip(table.itertuples(), printed, strict=True),
    ]:
        _require(row.name == other or (other, row.code) in aliases, f"名称が一致しません: {row.code} {other}")
    # A ward's lead is its city, which parent_code says already.
    table["district"] = pd.Series(lead, index=table.index).where(~ward, "")

    reading = table["code"].map(postal["kana"]).map(jaconv.kata2hira, na_action="ignore")
    for row, full in zip(table.itertuples(), reading, strict=True):
        _require(pd.isna(full) or full.endswith(row.kana), f"読みが一致しません: {row.code} {row.name}")
    repeated = table[~ward].groupby("name")["prefecture"].agg(["size", "nunique"]).query("size > 1")
    _require(len(repeated) == N_SHARED_NAMES, "同名の市区町村の数が合いません")
    _require((repeated["size"] == repeated["nunique"]).all(), "一つの都道府県に同じ名称が二つあります")
    return table


def _placed(table: pd.DataFrame, polygons: gpd.GeoSeries) -> pd.DataFrame:
    """Points rounded to 1 m, each inside its own polygon (a designated ward's: inside its city's)."""
    table = table.copy()
    for index, row in table.iterrows():
        polygon = polygons[row["code"] if pd.isna(row["parent_code"]) else row["parent_code"]]
        point = shapely.Point(row["lon"], row["lat"])
        if row["code"] in OFFICE_ELSEWHERE:
            _require(not polygon.covers(point), f"所在地の補正は要らなくなりました: {row['code']}")
            point = polygon.representative_point()
        elif 0 < polygon.distance(point) < COAST_TOLERANCE:
            point = shapely.ops.nearest_points(polygon.buffer(-COAST_TOLERANCE / 10), point)[0]
        point = shapely.set_precision(point, 1e-5)
        _require(polygon.covers(point), f"所在地が区域の外です: {row['code']} {row['name']}")
        table.loc[index, ["lat", "lon"]] = round(point.y, 5), round(point.x, 5)
    return table


def _require(holds: bool, message: str) -> None:
    """Stop the build with a sentence; a plain assert would vanish under ``python -O``."""
    if not holds:
        raise ValueError(message)
