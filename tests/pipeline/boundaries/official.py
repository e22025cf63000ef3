"""Files as 国土数値情報 hands them out (N03), made of our own polygons: both schemas, wards, islands, odd rows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.folders import REFERENCE_DIR
from geo.places import boundaries

#: A designated city and its wards.
SAGAMIHARA, WARDS = "14150", ("14151", "14152", "14153")


def n03(*prefectures: str, schema: int = 2024) -> gpd.GeoDataFrame:
    """The municipalities of prefectures (two digits), a feature for each part, in the columns of a year."""
    table = pd.read_csv(REFERENCE_DIR / "municipalities.csv", dtype=str).set_index("code")
    shapes = boundaries.load_municipal_polygons().set_index("code").geometry
    shapes = shapes[shapes.index.str[:2].isin(prefectures)]
    if SAGAMIHARA in shapes:
        shapes = pd.concat([shapes.drop(SAGAMIHARA), _strips(shapes[SAGAMIHARA])])
    parts = shapes.explode()
    names = table.loc[parts.index]
    ward = names["kind"] == "designated_ward"
    city = names["parent_code"].map(table["name"])
    rows = pd.DataFrame({"N03_001": names["prefecture"], "N03_002": None, "N03_003": names["district"]})
    if schema < 2022:
        rows["N03_003"] = rows["N03_003"].where(~ward, city)
        rows["N03_004"] = names["name"]
    else:
        rows["N03_004"] = names["name"].where(~ward, city)
        rows["N03_005"] = names["name"].where(ward)
    rows["N03_007"] = parts.index
    unassigned = {"N03_001": names["prefecture"].iloc[0], "N03_004": "所属未定地"}
    rows = pd.concat([rows, pd.DataFrame([unassigned])], ignore_index=True)
    nowhere = shapely.box(138.0, 38.5, 138.01, 38.51)
    return gpd.GeoDataFrame(rows, geometry=[*parts, nowhere], crs="EPSG:4326").to_crs("EPSG:6668")


def _strips(city: shapely.Geometry) -> gpd.GeoSeries:
    """A city cut from north to south into its wards."""
    west, south, east, north = city.bounds
    step = (east - west) / len(WARDS)
    cuts = [shapely.box(west + n * step, south, west + (n + 1) * step, north) for n in range(len(WARDS))]
    return gpd.GeoSeries([city.intersection(cut) for cut in cuts], index=list(WARDS), crs="EPSG:4326")


def zipped(features: gpd.GeoDataFrame, path: Path, encoding: str = "cp932") -> Path:
    """The features as a Shapefile in a .zip, which does not say what its letters are written in."""
    folder = path.with_suffix("")
    folder.mkdir()
    features.to_file(folder / "N03-20260101.shp", encoding=encoding)
    (folder / "N03-20260101.cpg").unlink()
    # The archives hold prefectures beside the municipalities; these are not what is meant.
    features.head(1).drop(columns="N03_007").to_file(
        folder / "N03-20260101_prefecture.shp", encoding=encoding
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"N03-20260101_GML/{file.name}")
    return path
