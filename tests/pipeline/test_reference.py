"""The committed reference data: every count and rule that data/README.md states about it."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from geo.ledger.schema import KINDS
from geo.places import boundaries, codes
from tests.documents import DOCUMENTS

EQUAL_AREA = "EPSG:6933"


@pytest.fixture(scope="module")
def reference(root):
    return root / "data" / "reference"


@pytest.fixture(scope="module")
def table(reference):
    text = pd.read_csv(reference / "municipalities.csv", dtype=str, keep_default_na=False)
    return text.astype({"lat": float, "lon": float})


@pytest.fixture(scope="module")
def municipal(table):
    return table[table["kind"] != "designated_ward"].set_index("code")


@pytest.fixture(scope="module")
def wards(table):
    return table[table["kind"] == "designated_ward"].set_index("code")


@pytest.fixture(scope="module")
def prefectures(reference):
    return pd.read_csv(reference / "prefectures.csv", dtype={"code": str}).set_index("code")


@pytest.fixture(scope="module")
def polygons():
    return boundaries.load_municipal_polygons().set_index("code").geometry


def test_columns(table, prefectures):
    assert ",".join(table.columns) == (
        "code,code6,prefecture_code,prefecture,name,kana,kind,parent_code,district,lat,lon,area_km2"
    )
    assert ",".join(prefectures.reset_index().columns) == "code,name,kana,lat,lon,n_municipalities"


def test_counts(table, municipal, wards, prefectures):
    assert len(municipal) == 1741
    assert len(wards) == 171
    assert len(prefectures) == 47
    assert set(table["kind"]) == set(KINDS)
    kinds = table["kind"].value_counts()
    # 792 cities with the designated ones, 743 towns, 183 villages: the ministry's figures since 2018.
    assert kinds["city"] + kinds["designated_city"] == 792
    assert kinds[["designated_city", "special_ward", "town", "village"]].to_list() == [20, 23, 743, 183]


def test_every_code_verifies_and_fits_its_prefecture(table):
    assert table["code"].is_unique
    assert table["code"].is_monotonic_increasing
    assert table["code6"].map(codes.from_code6).eq(table["code"]).all()
    assert table["code"].map(codes.prefecture_code).eq(table["prefecture_code"]).all()
    assert table["code"].str[:2].map(codes.PREFECTURES).eq(table["prefecture"]).all()
    assert table["code"].map(codes.is_special_ward).eq(table["kind"] == "special_ward").all()


def test_names(table, municipal):
    assert not table["name"].str.contains(r"\s").any()
    assert not municipal.duplicated(["prefecture", "name"]).any()
    shared = municipal["name"].value_counts()
    assert (shared > 1).sum() == 25
    ending = {"town": "町", "village": "村"}
    assert table["name"].str[-1].eq(table["kind"].map(ending).fillna(table["name"].str[-1])).all()
    assert table["kana"].str.fullmatch("[ぁ-ん]+").all()


def test_districts(municipal, wards):
    """Every town and village has a 郡, but for those on Tokyo's islands; no city or ward has one."""
    rural = municipal["kind"].isin(["town", "village"])
    assert municipal.loc[~rural, "district"].eq("").all()
    assert wards["district"].eq("").all()
    without = municipal[rural & ~municipal["district"].str.endswith("郡")]
    assert set(without["prefecture"]) == {"東京都"}
    assert without["district"].value_counts().to_dict() == {"": 7, "三宅島": 1, "八丈島": 1}
    assert municipal.loc["45442", "district"] == "西臼杵郡"


def test_every_ward_belongs_to_a_designated_city(municipal, wards):
    cities = municipal[municipal["kind"] == "designated_city"]
    assert set(wards["parent_code"]) == set(cities.index)
    assert wards["parent_code"].str[:2].eq(wards.index.str[:2]).all()
    assert municipal["parent_code"].eq("").all()
    assert not wards.duplicated(["parent_code", "name"]).any()


def test_every_point_lies_in_its_own_polygon(municipal, wards, polygons):
    points = gpd.points_from_xy(municipal["lon"], municipal["lat"])
    assert set(municipal.index) == set(polygons.index)
    assert shapely.covers(polygons[municipal.index].values, points).all()
    ward_points = gpd.points_from_xy(wards["lon"], wards["lat"])
    assert shapely.covers(polygons[wards["parent_code"]].values, ward_points).all()


def test_areas_are_the_polygons(municipal, wards, polygons):
    areas = polygons.to_crs(EQUAL_AREA).area / 1e6
    assert (municipal["area_km2"].astype(float) - areas[municipal.index]).abs().max() < 0.006
    assert wards["area_km2"].eq("").all()
    # The Geographical Survey's published figures, which the coarse polygons meet within 2%.
    for code, published in {"13112": 58.05, "21203": 2177.61, "36302": 109.63, "01219": 830.67}.items():
        assert areas[code] == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("22138", "中央区"),  # 浜松市 since 2024
        ("22139", "浜名区"),
        ("22140", "天竜区"),
        ("39405", "梼原町"),  # as the ministry spells it
        ("40344", "須恵町"),
        ("13381", "三宅村"),
        ("13401", "八丈町"),
    ],
)
def test_repaired_names(table, code, name):
    assert table.set_index("code").loc[code, "name"] == name


def test_repairs_of_places(table, wards):
    assert not set(table["code"]) & {f"2213{n}" for n in range(1, 8)}
    assert list(wards[wards["parent_code"] == "22130"]["name"]) == ["中央区", "浜名区", "天竜区"]
    points = table.set_index("code")[["lat", "lon"]]
    assert points.loc["07546", "lat"] == pytest.approx(37.45, abs=0.05)  # 双葉町, not いわき市
    assert points.loc["46303", "lat"] == pytest.approx(30.8, abs=0.1)  # 三島村, not 鹿児島市
    assert points.loc["46304", "lat"] < 30.1  # 十島村
    assert points.loc["47381", "lon"] < 124.05  # 竹富町, not 石垣市


def test_aliases_name_existing_municipalities(reference, municipal):
    aliases = pd.read_csv(reference / "aliases.csv", dtype=str)
    assert {"檮原町", "須惠町", "三宅島三宅村", "八丈島八丈町"} <= set(aliases["name"])
    for alias in aliases.itertuples():
        assert municipal.loc[alias.code, "prefecture"] == alias.prefecture
        assert municipal.loc[alias.code, "name"] != alias.name


def test_prefectures(prefectures, municipal):
    assert [code[:2] for code in prefectures.index] == list(codes.PREFECTURES)
    assert list(prefectures["name"]) == list(codes.PREFECTURES.values())
    assert prefectures["kana"].str.fullmatch("[ぁ-ん]+").all()
    counted = municipal["prefecture_code"].value_counts()
    assert prefectures["n_municipalities"].eq(counted[prefectures.index]).all()
    assert prefectures.loc[["01000", "13000", "16000"], "n_municipalities"].to_list() == [179, 62, 15]
    whole = boundaries.load_prefecture_polygons().set_index("code").geometry
    points = gpd.points_from_xy(prefectures["lon"], prefectures["lat"])
    assert shapely.covers(whole[prefectures.index].values, points).all()


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    # 北海道庁, 東京都庁, 岐阜県庁, 長崎県庁 (moved in 2018), 沖縄県庁
    [
        ("01000", 43.064, 141.347),
        ("13000", 35.689, 139.692),
        ("21000", 35.391, 136.722),
        ("42000", 32.750, 129.868),
        ("47000", 26.212, 127.681),
    ],
)
def test_prefectural_offices(prefectures, code, lat, lon):
    assert prefectures.loc[code, "lat"] == pytest.approx(lat, abs=0.002)
    assert prefectures.loc[code, "lon"] == pytest.approx(lon, abs=0.002)


def drawn(path, layer: str) -> gpd.GeoSeries:
    """Polygons of one of the browser's files, by code."""
    read = gpd.read_file(path, layer=layer)
    return read.set_crs("EPSG:4326").set_index("code").geometry


def test_the_browsers_prefectures_are_the_same_in_lighter(root):
    path = root / "static" / "boundaries" / "prefectures.json"
    light = drawn(path, "prefectures")
    full = boundaries.load_prefecture_polygons().set_index("code").geometry
    assert list(light.index) == list(full.index)
    assert light.is_valid.all()
    assert shapely.coverage_is_valid(light.values)
    # No island is lost, and no shape drifts away.
    assert [len(shapely.get_parts(shape)) for shape in light] == [
        len(shapely.get_parts(shape)) for shape in full
    ]
    light_equal, full_equal = light.to_crs(EQUAL_AREA), full.to_crs(EQUAL_AREA)
    shares = light_equal.intersection(full_equal).area / light_equal.union(full_equal).area
    assert shares.min() > 0.9
    assert shares.mean() > 0.98
    vertices = [int(shapely.get_num_coordinates(layer.values).sum()) for layer in (light, full)]
    assert vertices[0] < 0.45 * vertices[1]
    assert path.stat().st_size < 220_000


def test_the_browsers_municipalities_are_the_same(root, polygons):
    files = sorted((root / "static" / "boundaries" / "municipalities").iterdir())
    assert [path.name for path in files] == [f"{number}.json" for number in codes.PREFECTURES]
    for path in files:
        layer = drawn(path, "municipalities")
        assert set(layer.index) == {code for code in polygons.index if code.startswith(path.stem)}
        # Vertices in the middle of a straight edge may differ, the shapes may not.
        assert layer.symmetric_difference(polygons[layer.index]).is_empty.all()
        assert path.stat().st_size < 150_000


def test_the_browsers_places_are_the_tables(root, municipal, prefectures):
    places = json.loads((root / "static" / "boundaries" / "places.json").read_text("utf-8"))
    points = pd.DataFrame(places, columns=["code", "name", "lat", "lon"]).set_index("code")
    for table in (municipal, prefectures):
        ours = points.loc[table.index]
        assert ours["name"].eq(table["name"]).all()
        assert (ours[["lat", "lon"]] - table[["lat", "lon"]]).abs().to_numpy().max() < 0.00001
    assert len(points) == 1741 + 47


def test_topojson_is_what_the_browser_reads(root):
    """Shared arcs, delta-encoded on a grid of 0.0001°, and nothing but the code beside each shape."""
    folder = root / "static" / "boundaries"
    for path in (folder / "prefectures.json", *(folder / "municipalities").iterdir()):
        topology = json.loads(path.read_text("utf-8"))
        assert topology["type"] == "Topology"
        assert topology["transform"] == {"scale": [1e-4, 1e-4], "translate": [0, 0]}
        (layer,) = topology["objects"].values()
        assert {tuple(shape["properties"]) for shape in layer["geometries"]} == {("code",)}
        assert all(isinstance(step, int) for arc in topology["arcs"] for point in arc for step in point)
        lon, lat = topology["arcs"][0][0]
        assert 1220000 < lon < 1540000
        assert 200000 < lat < 460000


def test_a_point_at_sea_is_in_no_municipality(polygons):
    assert not polygons.contains(Point(140.5, 34.5)).any()


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_readme_credits_every_document(root, document):
    readme = (root / "data" / "README.md").read_text("utf-8")
    (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{document.id}.txt`")]
    for stated in (
        document.title,
        document.publisher,
        document.as_of,
        document.date[:4],
        document.credit,
    ):
        assert stated in row


def test_the_readme_carries_the_credits_of_the_maps(root):
    readme = (root / "data" / "README.md").read_text("utf-8")
    assert boundaries.CREDIT in readme
    assert boundaries.N03_CREDIT.format("、令和6年1月1日時点") in readme


def test_the_readme_names_every_file(root, reference):
    readme = (root / "data" / "README.md").read_text("utf-8")
    unnamed = [
        path.name for path in reference.iterdir() if f"`{path.name}`" not in readme.replace("reference/", "")
    ]
    assert not unnamed
