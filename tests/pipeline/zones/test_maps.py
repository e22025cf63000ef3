"""Maps as zones: every form with the same result, and whatever is wrong with one in a sentence."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.records import SourceError
from pipeline.zones.maps import MOST_SHAPES, read_map

BOX = shapely.box(138.2, 34.5, 139.2, 35.5)
#: 平面直角座標系 in metres, JGD2011.
METRES = 6676


def geojson(*shapes, **more) -> bytes:
    features = [
        {"type": "Feature", "properties": {"名称": "区域"}, "geometry": shapely.geometry.mapping(shape)}
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def frame(crs: int = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"名称": ["津波の浸水する区域"]}, geometry=[BOX], crs=4326).to_crs(crs)


def shapefile(folder, crs: int = 4326, without: tuple[str, ...] = (), within: str = "") -> bytes:
    frame(crs).to_file(folder / "区域.shp", encoding="cp932")
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in sorted(os.listdir(folder)):
            if not name.endswith(without):
                archive.write(folder / name, within + name)
    return kept.getvalue()


def zipped(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content)
    return kept.getvalue()


def test_every_form_of_one_map_gives_the_same_zone(read, tmp_path):
    frame().to_file(tmp_path / "a.gpkg")
    package = (tmp_path / "a.gpkg").read_bytes()
    os.remove(tmp_path / "a.gpkg")
    expected = read(geojson(BOX), "a.geojson").zone.places
    assert 20 < len(expected) < 60
    # A straight line in metres is none in degrees: edges may differ by a few metres.
    bounds = expected[expected.share > 0.01]
    for name, data in {
        "bom.json": b"\xef\xbb\xbf" + geojson(BOX),
        "parts.geojson": geojson(
            shapely.box(138.2, 34.5, 138.8, 35.5), shapely.box(138.7, 34.5, 139.2, 35.5)
        ),
        "old.geojson": geojson(BOX, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}),
        "metres.geojson": geojson(frame(METRES).geometry[0], crs={"properties": {"name": f"EPSG:{METRES}"}}),
        "zip.zip": zipped(a__geojson=geojson(BOX)),
        "a.gpkg": package,
        "shape.zip": shapefile(tmp_path),
        "folder.zip": shapefile(tmp_path, within="フォルダ/"),
        "shape_in_metres.zip": shapefile(tmp_path, METRES),
    }.items():
        found = read(data, name).zone.places
        merged = bounds.merge(found, on="code", how="outer", suffixes=("", "_found"), indicator=True)
        merged = merged[(merged._merge == "both") | (merged.share_found > 0.02)]
        assert (merged._merge == "both").all(), name
        assert (merged.share - merged.share_found).abs().max() < 0.01, name


def test_a_shapefile_without_its_system_is_taken_for_degrees_and_that_is_said(read, tmp_path):
    brought = read(shapefile(tmp_path, without=(".prj",)), "a.zip")
    assert brought.said == ("測地系の情報（.prj）がないので、緯度・経度（世界測地系）とみなしました。",)
    assert brought.zone.places.equals(read(geojson(BOX), "a.geojson").zone.places)


def test_what_is_left_out_or_mended_is_said(read):
    bowtie = shapely.Polygon([(138.2, 34.5), (139.2, 35.5), (139.2, 34.5), (138.2, 35.5)])
    _, said = read_map(
        geojson(bowtie, shapely.Point(138, 35), shapely.LineString([(138, 35), (139, 35)])), "a.json"
    )
    assert said == ["面ではない図形（点・線）2は使っていません。", "形の乱れた面1は、整えて使いました。"]
    _, said = read_map(zipped(a__geojson=geojson(BOX), bb__geojson=geojson(BOX, BOX)), "a.zip")
    assert said == ["zip の中の2つの地図のうち、いちばん大きい「bb.geojson」を読みました。"]


def many() -> bytes:
    """A map of one more shape than is read."""
    one = b'{"type":"Point","coordinates":[139,35]}'
    return b'{"type":"GeometryCollection","geometries":[' + b",".join([one] * (MOST_SHAPES + 1)) + b"]}"


def crossing() -> bytes:
    """A large polygon whose edges cross."""
    line = [[138 + (n % 2), 34 + n * 1e-5] for n in range(60_000)]
    return json.dumps({"type": "Polygon", "coordinates": [[*line, line[0]]]}).encode()


def bomb() -> bytes:
    return zipped(a__geojson=b" " * 60_000_000)


def locked() -> bytes:
    """A zip whose one part is marked as encrypted."""
    data = bytearray(zipped(a__geojson=geojson(BOX)))
    data[6] |= 1
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    """A Shapefile whose .shp says that it is ten times as long, and its records as well."""
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 5_000_000) + struct.pack("<2i8d", 1000, 5, *[0.0] * 8)
    return zipped(a__shp=head + b"\xff" * 400, a__shx=head, a__dbf=b"\x03" + b"\x00" * 31)


NOT_MAPS = {
    "no features": (geojson(), "図形が1つも入っていません"),
    "points alone": (geojson(shapely.Point(139, 35)), "点か線だけで、面がありません"),
    "null geometry": (b'{"type":"Feature","geometry":null}', "図形が1つも入っていません"),
    "no GeoJSON": (b'{"a": 1}', "GeoJSON ではありません"),
    "TopoJSON": (b'{"type":"Topology"}', "TopoJSON"),
    "cut short": (geojson(BOX)[:80], "途中で切れているか壊れていて"),
    "deeply nested": (b'{"type":"Polygon","coordinates":' + b"[" * 200_000, "壊れていて"),
    "words for numbers": (b'{"type":"Polygon","coordinates":[["a","b"]]}', "地図として読めません"),
    "NaN": (b'{"type":"Polygon","coordinates":[[[NaN,1],[2,3],[3,4],[NaN,1]]]}', "。"),
    "enormous numbers": (geojson(shapely.box(1e308, 0, 1.1e308, 1)), "緯度・経度として読めません"),
    "numbers beyond floats": (
        b'{"type":"Polygon","coordinates":[[[1' + b"0" * 400 + b",1],[2,3],[3,4],[1,1]]]}",
        "。",
    ),
    "the other way round": (geojson(shapely.box(34.5, 138.2, 35.5, 139.2)), "緯度と経度の順が逆"),
    "metres": (geojson(frame(METRES).geometry[0]), "緯度・経度として読めません"),
    "elsewhere": (geojson(shapely.box(0, 0, 1, 1)), "日本の範囲にありません（東経0.0〜1.0度"),
    "the sea": (geojson(shapely.box(140, 25, 141, 26)), "どの市区町村とも重なりません"),
    "no area": (geojson(shapely.Polygon([(139, 35), (139.5, 35), (139, 35)])), "。"),
    "unknown system": (
        geojson(BOX, crs={"properties": {"name": "nothing"}}),
        "測地系（crs）を読み取れません",
    ),
    "odd system": (geojson(BOX, crs=7), "測地系（crs）を読み取れません"),
    "too many": (many(), "細かすぎて読めません"),
    "large and crossing": (crossing(), "線の交わる大きな面"),
    "empty zip": (zipped(), "。"),
    "zip without a map": (zipped(readme__kml=b"a"), "中に地図がありません"),
    "zip cut short": (zipped(a__geojson=geojson(BOX))[:-30], "壊れているか途中で切れていて"),
    "zip bomb": (bomb(), "考えられないほど大きくなる"),
    "encrypted": (locked(), "パスワード"),
    "half a Shapefile": (zipped(a__shp=b"\x00\x00\x27\x0a"), ".shx・.dbfがそろっていません"),
    "no Shapefile": (zipped(a__shp=b"no", a__shx=b"no", a__dbf=b"no"), "地図として読めません"),
    "a lying Shapefile": (lying(), "。"),
    "a bare .shp": (b"\x00\x00\x27\x0a" + b"\x00" * 100, "1つの zip にまとめて"),
    "no GeoPackage": (b"SQLite format 3\x00" + b"\x00" * 2000, "地図として読めません"),
    "another format": (
        b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>",
        "読めません",
    ),
}


@pytest.mark.parametrize("case", NOT_MAPS)
def test_what_is_no_map_of_japan_gets_one_sentence(read, case):
    data, words = NOT_MAPS[case]
    name = (
        "区域.zip"
        if data.startswith(b"PK")
        else "区域.shp"
        if data.startswith(b"\x00\x00")
        else "区域.geojson"
    )
    with pytest.raises(SourceError) as caught:
        read(data, name)
    said = str(caught.value)
    assert words in said
    assert said.endswith("。")
    assert "\n" not in said
    assert "/tmp" not in said


def test_metres_without_their_system_are_refused(read, tmp_path):
    with pytest.raises(SourceError, match="何の座標かを書いた .prj がありません"):
        read(shapefile(tmp_path, METRES, without=(".prj",)), "a.zip")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "geometries", "coordinates", "crs", "properties", "name"]
            ),
            inner
            | st.sampled_from(
                ["FeatureCollection", "Feature", "Polygon", "GeometryCollection", "MultiPolygon"]
            ),
            max_size=4,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150)
@given(JSON)
def test_no_json_is_a_fault(value):
    data = value if not isinstance(value, list) else {"type": "Polygon", "coordinates": value}
    said = ""
    try:
        read_map(json.dumps(data).encode(), "a.geojson")
    except SourceError as error:
        said = str(error)
    assert not said or said.endswith("。")
