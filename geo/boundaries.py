"""Polygons of municipalities and prefectures: the built-in ones, and a user's own official N03 file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyogrio.errors import DataSourceError

from geo import codes

REFERENCE_DIR = Path(__file__).resolve().parent.parent / "data" / "reference"

#: Credits that have to stand beside every map drawn with these polygons.
CREDIT = "気象庁ホームページの区域データを加工して作成"
N03_CREDIT = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"

#: Columns of N03 that both of its schemas have: prefecture, 郡 or city, municipality or ward, code.
N03_COLUMNS = ("N03_001", "N03_003", "N03_004", "N03_007")


def load_municipal_polygons(reference_dir: Path = REFERENCE_DIR) -> gpd.GeoDataFrame:
    """Polygons of the 1,741 municipalities; designated wards have none.

    Returns
    -------
    GeoDataFrame
        code (five digits), geometry (valid; EPSG:4326). Neighbours share their edges exactly.
    """
    return _layer(reference_dir, "municipalities")


def load_prefecture_polygons(reference_dir: Path = REFERENCE_DIR) -> gpd.GeoDataFrame:
    """Polygons of the 47 prefectures, the Northern Territories in 北海道.

    Returns
    -------
    GeoDataFrame
        code (NN000), geometry (valid; EPSG:4326). Neighbours share their edges exactly.
    """
    return _layer(reference_dir, "prefectures")


def _layer(reference_dir: Path, layer: str) -> gpd.GeoDataFrame:
    # TopoJSON names no coordinate system; ours, like GeoJSON's, is WGS 84.
    read = gpd.read_file(reference_dir / "boundaries.topojson", layer=layer).set_crs("EPSG:4326")
    return read[["code", "geometry"]]


def read_n03(path: Path, reference_dir: Path = REFERENCE_DIR) -> gpd.GeoDataFrame:
    """Municipalities of an official 行政区域データ file (国土数値情報 N03).

    Two schemas are read. To about 2021 N03_003 holds the 郡 or the designated city, and N03_004 the
    municipality or the ward; newer files hold the city in N03_004 and the ward in N03_005. Parts of one
    municipality are joined; a designated city's wards are kept, and the city joined from them is added.
    Land that belongs to no municipality (所属未定地, without a code) is left out.

    Parameters
    ----------
    path : Path
        GeoJSON or Shapefile, also inside .gz or .zip.
    reference_dir : Path
        Where municipalities.csv says which code a designated city has.

    Returns
    -------
    GeoDataFrame
        code (five digits), prefecture, name (a ward's without its city), geometry (valid; EPSG:4326);
        one row a code, in code order.

    Raises
    ------
    ValueError
        With one Japanese sentence, when the file cannot be read or is not of this kind.
    """
    path = Path(path)
    features = _read_features(path)
    for column in N03_COLUMNS:
        if column not in features:
            raise ValueError(
                f"{path.name}に{column}の列がありません。国土数値情報の行政区域データ（N03）を選んでください。"
            )
    features = features.replace("", None)
    features = features[features["N03_007"].notna()].reset_index(drop=True)
    if features.empty:
        raise ValueError(f"{path.name}に団体コード（N03_007）のある区域がありません。")
    _check_features(features, path)

    city, ward = _city_and_ward(features)
    rows = gpd.GeoDataFrame(
        {
            "code": features["N03_007"],
            "prefecture": features["N03_001"],
            "name": ward.fillna(features["N03_004"]),
        },
        geometry=shapely.make_valid(features.geometry.values, method="structure", keep_collapsed=False),
        crs=features.crs,
    )
    cities = rows[ward.notna()].assign(name=city.dropna())
    cities["code"] = _city_codes(cities, reference_dir, path)
    joined = pd.concat([rows, cities]).dissolve("code", aggfunc="first").reset_index()
    return joined.to_crs("EPSG:4326")[["code", "prefecture", "name", "geometry"]]


def _read_features(path: Path) -> gpd.GeoDataFrame:
    """All features of the file, with a coordinate system; ValueError when it cannot be read."""
    if not path.is_file():
        raise ValueError(f"{path}が見つかりません。行政区域データのファイルを指定してください。")
    source = str(path)
    try:
        if path.suffix.lower() == ".gz":
            source = f"/vsigzip/{path}"
        elif path.suffix.lower() == ".zip":
            source = f"/vsizip/{path}/{_member(path)}"
        features = gpd.read_file(source)
        # Older Shapefiles are in Shift_JIS and do not say so.
        if "N03_001" in features and not features["N03_001"].isin(codes.PREFECTURES.values()).any():
            features = gpd.read_file(source, encoding="cp932")
    except (DataSourceError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path.name}を地図データとして読めません。GeoJSONかShapefileを指定してください。"
        ) from error
    if not isinstance(features, gpd.GeoDataFrame) or features.crs is None:
        raise ValueError(
            f"{path.name}に位置か測地系の情報がありません。配布されたままのファイルを指定してください。"
        )
    return features


def _member(path: Path) -> str:
    """The map inside a .zip; the ministry's archives hold the same areas in several formats."""
    names = zipfile.ZipFile(path).namelist()
    for ending in (".geojson", ".shp"):
        for name in names:
            if name.lower().endswith(ending):
                return name
    raise ValueError(f"{path.name}の中にGeoJSONもShapefileもありません。")


def _check_features(features: gpd.GeoDataFrame, path: Path) -> None:
    """Every feature has a code that fits its prefecture, a name and an area."""
    prefecture = features["N03_007"].astype(str).str[:2].map(codes.PREFECTURES)
    bad_code = ~features["N03_007"].astype(str).str.fullmatch(r"[0-9]{5}") | (
        prefecture != features["N03_001"]
    )
    if bad_code.any():
        row = features[bad_code].iloc[0]
        raise ValueError(
            f"{path.name}の団体コード（N03_007）「{row['N03_007']}」が5桁の数字でないか、"
            f"都道府県名「{row['N03_001']}」と合いません。"
        )
    areal = features.geom_type.isin(["Polygon", "MultiPolygon"]) & ~features.is_empty
    if not (areal & features["N03_004"].notna()).all():
        row = features[~(areal & features["N03_004"].notna())].iloc[0]
        raise ValueError(f"{path.name}の団体コード「{row['N03_007']}」に名称か面の形がありません。")


def _city_and_ward(features: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """The designated city and the ward of each feature, null for every other municipality."""
    if "N03_005" in features:
        ward = features["N03_005"]
        return features["N03_004"].where(ward.notna()), ward
    city = features["N03_003"].where(features["N03_003"].str.endswith("市", na=False))
    return city, features["N03_004"].where(city.notna())


def _city_codes(cities: gpd.GeoDataFrame, reference_dir: Path, path: Path) -> pd.Series:
    """Codes of designated cities by prefecture and name; N03 gives only their wards' codes."""
    known = pd.read_csv(reference_dir / "municipalities.csv", dtype=str).query("kind == 'designated_city'")
    code_of = dict(zip(known["prefecture"] + known["name"], known["code"], strict=True))
    found = (cities["prefecture"] + cities["name"]).map(code_of)
    if found.isna().any():
        row = cities[found.isna()].iloc[0]
        raise ValueError(
            f"{path.name}の「{row['prefecture']}{row['name']}」は、登録されている政令指定都市にありません。"
        )
    return found
