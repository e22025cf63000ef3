"""A user's own official boundaries: taken, kept together with the others, refused, given back."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.folders import REFERENCE_DIR
from geo.places import boundaries
from geo.places.boundaries import CREDIT, N03_CREDIT
from pipeline.boundaries import coverage
from pipeline.boundaries.imported import import_n03, reset
from pipeline.building.build_tables import places_tables
from pipeline.intake.records import SourceError
from tests.pipeline.boundaries.official import SAGAMIHARA, n03, zipped

EQUAL_AREA = "EPSG:6933"


def area(shapes: gpd.GeoSeries) -> pd.Series:
    return shapes.to_crs(EQUAL_AREA).area


def agreement(one: gpd.GeoSeries, other: gpd.GeoSeries) -> pd.Series:
    """Area in common over area of either, per code."""
    other = other[one.index]
    return area(one.intersection(other)) / area(one.union(other))


@pytest.fixture(scope="module")
def municipal():
    return boundaries.load_municipal_polygons().set_index("code").geometry


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where two files were imported, one after the other: 神奈川県 in the older columns, 鳥取県 in the newer."""
    place = tmp_path_factory.mktemp("static")
    n03("14", schema=2021).to_file(place / "N03-21_14.geojson")
    import_n03(place / "N03-21_14.geojson", folder=place / "imported")
    import_n03(zipped(n03("31"), place / "N03-20260101_31_GML.zip"), folder=place / "imported")
    return place / "imported"


def test_what_is_in_force_says_where_it_is_from(folder):
    shapes = boundaries.in_force(folder)
    assert shapes.files == {"14000": "N03-21_14.geojson", "31000": "N03-20260101_31_GML.zip"}
    assert shapes.days == {"14000": "", "31000": "2026-01-01"}
    assert N03_CREDIT.format("、令和8年1月1日時点ほか") in shapes.credit
    assert CREDIT in shapes.credit  # 45 prefectures are still the built-in ones
    drawn = json.loads((shapes.browser / "prefectures.json").read_text("utf-8"))
    assert drawn["credit"] == shapes.credit


def test_every_place_has_a_clean_shape(folder, municipal):
    shapes = boundaries.in_force(folder)
    ours = boundaries.load_municipal_polygons(shapes.folder).set_index("code").geometry
    assert set(ours.index) == set(municipal.index)
    assert shapely.coverage_is_valid(ours.values)
    shares = agreement(ours, municipal)
    assert shares.mean() > 0.99
    assert shares.min() > 0.85
    assert shares[SAGAMIHARA] > 0.98  # joined from its wards
    prefectures = boundaries.load_prefecture_polygons(shapes.folder).set_index("code").geometry
    before = boundaries.load_prefecture_polygons().set_index("code").geometry
    assert agreement(prefectures, before).min() > 0.97  # 北海道 with the Northern Territories, too


def test_the_browser_gets_as_little_as_before(folder):
    shapes = boundaries.in_force(folder)
    new, old = (
        {
            path.relative_to(each): path.stat().st_size
            for path in each.rglob("*.json")
            if "imported" not in path.parts[len(each.parts) :]
        }
        for each in (shapes.browser, boundaries.BROWSER_DIR)
    )
    del old[next(path for path in old if path.name == "places.json")]
    assert set(new) == set(old)
    assert sum(new.values()) < 1.1 * sum(old.values())


def test_the_tables_have_the_official_areas(folder, municipal):
    municipalities, prefectures = places_tables(REFERENCE_DIR, boundaries.in_force(folder))
    sizes = municipalities.set_index("code").area_km2
    expected = area(municipal) / 1e6
    assert sizes["31201"] == pytest.approx(expected["31201"], abs=0.02)
    assert sizes["13101"] == pytest.approx(expected["13101"], abs=0.02)
    wards = municipalities.kind == "designated_ward"
    assert municipalities.geometry.isna().eq(wards).all()
    assert municipalities.area_km2.isna().eq(wards).all()
    assert len(prefectures) == 47


def test_a_whole_nation_needs_one_credit_only(tmp_path, shared):
    file = shared / "boundaries" / "n03_2021_municipalities.geojson.gz"
    shapes = import_n03(file, folder=tmp_path / "imported")
    # The name of the file says no day, the one it bears inside does: N03-21_210101.
    assert shapes.credit == N03_CREDIT.format("、令和3年1月1日時点")
    assert len(shapes.files) == 47
    ours = boundaries.load_municipal_polygons(shapes.folder)
    assert len(ours) == 1741
    assert (shapes.browser / "prefectures.json").stat().st_size < 220_000
    north = boundaries.load_prefecture_polygons(shapes.folder).set_index("code").geometry["01000"]
    assert north.contains(shapely.Point(147.9, 45.1))  # 択捉島


def test_slivers_between_two_files_are_closed():
    """Neighbours drawn by two hands: a narrow gap goes to one of them, a lake stays."""
    left = shapely.box(138, 36, 138.5, 37) - shapely.box(138.1, 36.4, 138.3, 36.6)
    right = shapely.box(138.5005, 36, 139, 37).union(shapely.box(138.49, 36, 138.6, 36.01))
    right = right.union(shapely.box(138.49, 36.99, 138.6, 37))
    areas = gpd.GeoDataFrame({"code": ["19201", "20201"]}, geometry=[left, right], crs="EPSG:4326")
    closed = coverage.covering(areas, gap=0.003).set_index("code").geometry
    assert shapely.length(closed["19201"].intersection(closed["20201"])) > 0.99
    assert closed.union_all().area == pytest.approx(1 - 0.04, abs=1e-4)
    preferred = coverage.covering(areas, preferred={"20201"}, gap=0.003).set_index("code").geometry
    assert preferred["20201"].area > closed["20201"].area


def without(features: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    return features[features["N03_007"] != code]


def spoiled() -> dict[str, tuple]:
    good = n03("31")
    far = good.set_geometry(good.translate(xoff=40))
    return {
        "a town is missing": (without(good, "31302"), "「鳥取県岩美町」（31302）がありません"),
        "a town of another year": (
            good.replace("31302", "31301"),
            "（31301）は、いまの市区町村ではありません",
        ),
        "somewhere else": (far, "日本の範囲にありません"),
        "another list": (good.drop(columns="N03_007"), "N03_007の列がありません"),
        "no code at all": (good[good["N03_007"].isna()], "団体コード（N03_007）のある区域がありません"),
    }


@pytest.mark.parametrize("fault", spoiled())
def test_a_wrong_file_is_refused_and_what_was_there_stays(fault, folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    features, sentence = spoiled()[fault]
    features.to_file(tmp_path / "N03.gpkg")
    with pytest.raises(SourceError, match=sentence):
        import_n03(tmp_path / "N03.gpkg", folder=folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_file_cut_short_is_refused(tmp_path, share):
    whole = zipped(n03("31"), tmp_path / "whole.zip")
    for path in (whole, tmp_path / "whole" / "N03-20260101.shp"):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(SourceError, match=r"読めません|面の形がありません|がありません"):
            import_n03(path, folder=tmp_path / "imported")
    assert not (tmp_path / "imported").exists()


def test_reset_gives_the_built_in_ones_back(tmp_path, folder):
    mine = tmp_path / "imported"
    assert not reset(folder=mine)
    shutil.copytree(folder, mine)
    assert boundaries.in_force(mine) is not boundaries.BUILT_IN
    assert reset(folder=mine)
    assert boundaries.in_force(mine) is boundaries.BUILT_IN
    assert not mine.exists()
