"""The built-in polygons against the official ones."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from geo.places import boundaries
from geo.places.codes import PREFECTURES
from geo.places.n03 import read_n03

EQUAL_AREA = "EPSG:6933"

# A point on each of the islands that simplified maps of Japan tend to lose, and its municipality.
ISLANDS = {
    "利尻島": (141.22, 45.18, "01518"),
    "礼文島": (141.05, 45.37, "01517"),
    "奥尻島": (139.46, 42.15, "01367"),
    "飛島": (139.55, 39.197, "06204"),
    "粟島": (139.24, 38.46, "15586"),
    "佐渡島": (138.37, 38.02, "15224"),
    "大島": (139.39, 34.73, "13361"),
    "神津島": (139.14, 34.22, "13364"),
    "御蔵島": (139.60, 33.875, "13382"),
    "青ヶ島": (139.765, 32.46, "13402"),
    "父島": (142.205, 27.085, "13421"),
    "母島": (142.155, 26.655, "13421"),
    "隠岐島後": (133.28, 36.25, "32528"),
    "対馬": (129.33, 34.45, "42209"),
    "壱岐": (129.71, 33.79, "42210"),
    "福江島": (128.78, 32.70, "42211"),
    "屋久島": (130.52, 30.35, "46505"),
    "喜界島": (129.98, 28.32, "46529"),
    "与論島": (128.43, 27.045, "46535"),
    "北大東島": (131.30, 25.945, "47358"),
    "南大東島": (131.235, 25.84, "47357"),
    "久米島": (126.77, 26.35, "47361"),
    "西表島": (123.82, 24.33, "47381"),
    "与那国島": (123.00, 24.455, "47382"),
}


@pytest.fixture(scope="module")
def municipal():
    return boundaries.load_municipal_polygons()


@pytest.fixture(scope="module")
def prefectural():
    return boundaries.load_prefecture_polygons()


def test_layers_are_complete_and_valid(municipal, prefectural):
    assert len(municipal) == municipal["code"].nunique() == 1741
    assert list(prefectural["code"]) == [f"{number}000" for number in PREFECTURES]
    for layer in (municipal, prefectural):
        assert layer.crs == "EPSG:4326"
        assert list(layer.columns) == ["code", "geometry"]
        assert layer.is_valid.all()
        assert set(layer.geom_type) <= {"Polygon", "MultiPolygon"}


def test_neighbours_share_their_edges(municipal, prefectural):
    assert shapely.coverage_is_valid(municipal.geometry.values)
    assert shapely.coverage_is_valid(prefectural.geometry.values)


def test_prefectures_are_made_of_their_municipalities(municipal, prefectural):
    joined = municipal.assign(code=municipal["code"].str[:2] + "000").dissolve("code").to_crs(EQUAL_AREA).area
    whole = prefectural.set_index("code").to_crs(EQUAL_AREA).area
    difference = (whole - joined) / 1e6
    # 北海道 has the Northern Territories besides, about 5,003 km².
    assert difference["01000"] == pytest.approx(5003, rel=0.03)
    assert difference.drop("01000").abs().max() < 0.01


@pytest.mark.parametrize("island", ISLANDS)
def test_no_island_is_missing(municipal, prefectural, island):
    lon, lat, code = ISLANDS[island]
    assert list(municipal.loc[municipal.contains(Point(lon, lat)), "code"]) == [code]
    assert list(prefectural.loc[prefectural.contains(Point(lon, lat)), "code"]) == [f"{code[:2]}000"]


def test_the_northern_territories_are_in_hokkaido(prefectural):
    hokkaido = prefectural.set_index("code").geometry["01000"]
    assert hokkaido.contains(Point(145.8, 44.1))  # 国後島
    assert hokkaido.contains(Point(147.9, 45.1))  # 択捉島


def iou(ours: gpd.GeoSeries, official: gpd.GeoSeries) -> pd.Series:
    """Area in common over area of either, per code, on an equal-area projection."""
    ours, official = ours.to_crs(EQUAL_AREA), official.to_crs(EQUAL_AREA)
    common = ours.index.intersection(official.index)
    ours, official = ours[common], official[common]
    return ours.intersection(official).area / ours.union(official).area


@pytest.fixture(scope="module")
def official(shared):
    return read_n03(shared / "boundaries" / "n03_2021_municipalities.geojson.gz")


def test_municipalities_agree_with_the_official_ones(municipal, official):
    shares = iou(municipal.set_index("code").geometry, official.set_index("code").geometry)
    assert len(shares) == 1741
    assert shares.mean() >= 0.95
    assert (shares > 0.8).mean() >= 0.99
    assert shares["15504"] > 0.9  # 刈羽村, lost where invalid polygons are joined


def test_prefectures_agree_with_the_official_ones(prefectural, official):
    whole = official.assign(code=official["code"].str[:2] + "000").dissolve("code").geometry
    shares = iou(prefectural.set_index("code").geometry, whole)
    assert len(shares) == 47
    assert shares.mean() >= 0.985
    assert shares.min() >= 0.95


def test_every_office_is_in_its_official_prefecture(root, official):
    whole = official.assign(code=official["code"].str[:2] + "000").dissolve("code").geometry
    for table in ("municipalities", "prefectures"):
        offices = pd.read_csv(root / "data" / "reference" / f"{table}.csv", dtype={"code": str})
        for office in offices.itertuples():
            # The official file at hand is simplified too: 200 m at the coast.
            distance = whole[office.code[:2] + "000"].distance(Point(office.lon, office.lat))
            assert distance < 0.002, office
