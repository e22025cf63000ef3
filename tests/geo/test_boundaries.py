"""The built-in polygons against the official ones, and reading a user's own official file."""

import gzip
import json
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from geo import boundaries
from geo.codes import PREFECTURES

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
    return boundaries.read_n03(shared / "boundaries" / "n03_2021_municipalities.geojson.gz")


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


@pytest.mark.parametrize(
    ("name", "n_codes"),
    [
        ("n03_2021_municipalities.geojson.gz", 1922),  # 1,902 codes and the 20 designated cities
        ("n03_2021_small_exploded.geojson", 132),
        ("n03_schema2024_small.geojson", 137),  # 136 codes and 仙台市
    ],
)
def test_both_official_schemas_are_read(shared, name, n_codes):
    read = boundaries.read_n03(shared / "boundaries" / name)
    assert list(read.columns) == ["code", "prefecture", "name", "geometry"]
    assert len(read) == read["code"].nunique() == n_codes
    assert read.crs == "EPSG:4326"
    assert read.is_valid.all()
    assert set(read.geom_type) <= {"Polygon", "MultiPolygon"}
    assert not read["name"].eq("所属未定地").any()
    assert read["code"].is_monotonic_increasing
    assert read["code"].str[:2].map(PREFECTURES).eq(read["prefecture"]).all()


def test_the_northern_villages_of_an_official_file_are_kept(official):
    villages = official[official["code"].between("01695", "01700")]
    assert list(villages["name"]) == ["色丹村", "泊村", "留夜別村", "留別村", "紗那村", "蘂取村"]


def test_wards_are_kept_and_their_city_is_joined(shared):
    for name in ("n03_schema2024_small.geojson", "n03_2021_municipalities.geojson.gz"):
        read = boundaries.read_n03(shared / "boundaries" / name).set_index("code").to_crs(EQUAL_AREA)
        assert read.loc["04100", "name"] == "仙台市"
        assert list(read.loc["04101":"04105", "name"]) == ["青葉区", "宮城野区", "若林区", "太白区", "泉区"]
        assert read.loc["04101":"04105"].area.sum() == pytest.approx(
            read.loc[["04100"]].area.iloc[0], rel=1e-4
        )


def square(x: float, **properties: str | None) -> dict:
    corners = [[x, 38.0], [x + 1, 38.0], [x + 1, 39.0], [x, 39.0], [x, 38.0]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def n03(code: str | None, **changed: str | None) -> dict:
    given = {"N03_001": "宮城県", "N03_003": None, "N03_004": "名取市", "N03_007": code}
    return given | changed


def collection(*features: dict) -> str:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False)


@pytest.fixture
def small(tmp_path):
    """An official file in small: two parts of one town, a ward, and land without a code."""
    path = tmp_path / "N03-小.geojson"
    ward = n03("04101", N03_003="仙台市", N03_004="青葉区")
    path.write_text(
        collection(
            square(140, **n03("04207")),
            square(142, **n03("04207")),
            square(144, **ward),
            square(146, **n03(None, N03_004="所属未定地")),
        ),
        "utf-8",
    )
    return path


def test_parts_are_joined_in_any_wrapping(small, tmp_path):
    zipped = tmp_path / "N03.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(small, "N03-小/N03.geojson")
    packed = tmp_path / "N03.geojson.gz"
    packed.write_bytes(gzip.compress(small.read_bytes()))
    shape = tmp_path / "N03.shp"
    gpd.read_file(small).to_file(shape, encoding="cp932")
    shape.with_suffix(".cpg").unlink()
    for path in (small, zipped, packed, shape):
        read = boundaries.read_n03(path)
        assert list(read["code"]) == ["04100", "04101", "04207"]
        assert list(read["name"]) == ["仙台市", "青葉区", "名取市"]
        assert len(read.geometry.iloc[2].geoms) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "読めません"),
        (b"\x00\xff\x13 no map at all", "読めません"),
        ("市区町村,コード\n名取市,04207\n".encode("cp932"), "読めません"),
        (collection(square(140, name="名取市")).encode(), "N03_001の列がありません"),
        (collection(square(140, **n03(None))).encode(), "団体コード（N03_007）のある区域がありません"),
        (collection(square(140, **n03("4207"))).encode(), "「4207」が5桁の数字でない"),
        (collection(square(140, **n03("06201"))).encode(), "都道府県名「宮城県」と合いません"),
        (collection(square(140, **n03("04207", N03_004=None))).encode(), "名称か面の形がありません"),
        (
            collection(square(140, **n03("04207")) | {"geometry": None}).encode(),
            "名称か面の形がありません",
        ),
        (collection(square(140, **n03("04201", N03_003="無名市"))).encode(), "政令指定都市にありません"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "user.geojson"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        boundaries.read_n03(path)


def test_a_table_without_places_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("N03_001,N03_003,N03_004,N03_007\n宮城県,,名取市,04207\n", "utf-8")
    with pytest.raises(ValueError, match="位置か測地系の情報がありません"):
        boundaries.read_n03(path)


def test_a_missing_file_and_an_archive_without_a_map_are_refused(tmp_path):
    with pytest.raises(ValueError, match="見つかりません"):
        boundaries.read_n03(tmp_path / "none.geojson")
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "no map")
    with pytest.raises(ValueError, match="GeoJSONもShapefileもありません"):
        boundaries.read_n03(empty)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK no archive")
    with pytest.raises(ValueError, match="読めません"):
        boundaries.read_n03(broken)
