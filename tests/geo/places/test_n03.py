"""Reading a user's own official file (国土数値情報 N03)."""

import gzip
import json
import zipfile

import geopandas as gpd
import pytest

from geo.places.codes import PREFECTURES
from geo.places.n03 import day_of, read_n03

EQUAL_AREA = "EPSG:6933"


@pytest.mark.parametrize(
    ("name", "n_codes"),
    [
        ("n03_2021_municipalities.geojson.gz", 1922),  # 1,902 codes and the 20 designated cities
        ("n03_2021_small_exploded.geojson", 132),
        ("n03_schema2024_small.geojson", 137),  # 136 codes and 仙台市
    ],
)
def test_both_official_schemas_are_read(shared, name, n_codes):
    read = read_n03(shared / "boundaries" / name)
    assert list(read.columns) == ["code", "prefecture", "name", "parent_code", "geometry"]
    assert len(read) == read["code"].nunique() == n_codes
    assert read.crs == "EPSG:4326"
    assert read.is_valid.all()
    assert set(read.geom_type) <= {"Polygon", "MultiPolygon"}
    assert not read["name"].eq("所属未定地").any()
    assert read["code"].is_monotonic_increasing
    assert read["code"].str[:2].map(PREFECTURES).eq(read["prefecture"]).all()


def test_the_northern_villages_of_an_official_file_are_kept(shared):
    official = read_n03(shared / "boundaries" / "n03_2021_municipalities.geojson.gz")
    villages = official[official["code"].between("01695", "01700")]
    assert list(villages["name"]) == ["色丹村", "泊村", "留夜別村", "留別村", "紗那村", "蘂取村"]


def test_wards_are_kept_and_their_city_is_joined(shared):
    for name in ("n03_schema2024_small.geojson", "n03_2021_municipalities.geojson.gz"):
        read = read_n03(shared / "boundaries" / name).set_index("code").to_crs(EQUAL_AREA)
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
        read = read_n03(path)
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
        (collection(square(140, **n03(4207, N03_004=1))).encode(), "「4207」が5桁の数字でない"),
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
        read_n03(path)


def test_a_table_without_places_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("N03_001,N03_003,N03_004,N03_007\n宮城県,,名取市,04207\n", "utf-8")
    with pytest.raises(ValueError, match="位置か測地系の情報がありません"):
        read_n03(path)


def test_a_missing_file_and_an_archive_without_a_map_are_refused(tmp_path):
    with pytest.raises(ValueError, match="見つかりません"):
        read_n03(tmp_path / "none.geojson")
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "no map")
    with pytest.raises(ValueError, match="地図がありません"):
        read_n03(empty)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK no archive")
    with pytest.raises(ValueError, match="読めません"):
        read_n03(broken)


def test_a_compressed_file_cut_short_and_a_shapefile_in_pieces_are_refused(small, tmp_path):
    packed = gzip.compress(small.read_bytes())
    (tmp_path / "cut.geojson.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ValueError, match="読めません"):
        read_n03(tmp_path / "cut.geojson.gz")
    shape = tmp_path / "N03.shp"
    gpd.read_file(small).to_file(shape)
    for ending in (".prj", ".dbf"):
        shape.with_suffix(ending).unlink()
        with pytest.raises(ValueError, match=f"{ending}.*のファイルがそろっていません"):
            read_n03(shape)


def test_old_coordinate_systems_are_moved_to_todays(small, tmp_path):
    """Tokyo Datum: the same degrees lie about 400 m to the north-west."""
    old = gpd.read_file(small).set_crs("EPSG:4301", allow_override=True)
    old.to_file(tmp_path / "old.gpkg")
    moved = read_n03(tmp_path / "old.gpkg").set_index("code").geometry
    before = read_n03(small).set_index("code").geometry
    assert 0.001 < abs(moved["04207"].bounds[0] - before["04207"].bounds[0]) < 0.01


def test_the_day_is_that_of_the_name_it_was_handed_out_under(small, tmp_path):
    assert day_of(small) == ""
    renamed = tmp_path / "境界.zip"
    with zipfile.ZipFile(renamed, "w") as archive:
        archive.write(small, "N03-20240101_04_GML/N03-20240101_04.geojson")
    assert day_of(renamed) == "2024-01-01"
    named = small.read_text("utf-8").replace("{", '{"name": "N03-19_04_190101", ', 1)
    (tmp_path / "宮城.geojson.gz").write_bytes(gzip.compress(named.encode()))
    assert day_of(tmp_path / "宮城.geojson.gz") == "2019-01-01"
    # What it is called tells it before what it holds.
    renamed.rename(tmp_path / "N03-20260101_04.zip")
    assert day_of(tmp_path / "N03-20260101_04.zip") == "2026-01-01"


def test_a_file_that_cannot_be_read_says_no_day(tmp_path):
    for name in ("x.zip", "x.geojson.gz", "x.geojson"):
        assert day_of(tmp_path / name) == ""
        (tmp_path / name).write_bytes(b"PK\x03 no such thing")
        assert day_of(tmp_path / name) == ""
