"""Municipal and prefectural polygons: one clean coverage, as TopoJSON and as files for the browser."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import topojson

from pipeline.reference import packages

#: The source's coordinates have four decimals (about 10 m): every step stays on that grid.
GRID = 1e-4
#: Tolerance of the light layer, degrees: 41% of the vertices remain. At 25% (0.015) the file is a third
#: smaller, but islands become triangles and 長崎県 overlaps its true shape by 0.87 instead of 0.93.
LIGHT_TOLERANCE = 0.0075
#: Areas the agency divides by ward, merged into their city.
WARDS_TO_CITY = {f"261{n:02}": "26100" for n in range(1, 12)} | {f"341{n:02}": "34100" for n in range(1, 9)}
#: How the code begins that the agency gives the Northern Territories, one area; they belong to 北海道.
NORTHERN_TERRITORIES = "hoppo"


def coverage() -> gpd.GeoDataFrame:
    """Municipal polygons without gaps or overlaps between neighbours.

    The agency's areas cross themselves in places (355 of 1,855 are invalid), so they are made valid
    first; then all their edges are noded together, the faces between them built anew, and each face
    given to the area it lies in (to the lower code where two areas overlap: 21 faces, 0.15 km²).

    Returns
    -------
    GeoDataFrame
        code (five digits, or `NORTHERN_TERRITORIES`), geometry; EPSG:4326.
    """
    areas = packages.warning_areas()
    areas.geometry = shapely.make_valid(areas.geometry.values)
    areas["code"] = areas["code"].str[:5].replace(WARDS_TO_CITY)
    # Twice, because make_valid may leave a MultiPolygon beside lines in a collection.
    shapes = areas.explode().explode(ignore_index=True)
    shapes = shapes[shapes.geom_type == "Polygon"]
    edges = shapely.union_all(shapes.boundary.values, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside, owner = shapes.sindex.query(shapely.point_on_surface(faces), predicate="within")
    owners = pd.Series(shapes["code"].values[owner], index=inside).groupby(level=0).min()
    built = gpd.GeoDataFrame({"code": owners.values}, geometry=faces[owners.index], crs=areas.crs)
    built = built.dissolve("code", method="coverage").reset_index()
    if not (built.is_valid.all() and shapely.coverage_is_valid(built.geometry.values)):
        raise ValueError("市区町村の区域に重なりか隙間があります")
    if set(built["code"]) != set(areas["code"]):
        raise ValueError("区域を失った市区町村があります")
    return built


def municipal(covering: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The municipalities of a coverage: code, geometry."""
    return covering[covering["code"] != NORTHERN_TERRITORIES].reset_index(drop=True)


def prefectural(covering: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The prefectures of a coverage, the Northern Territories in 北海道: code NN000, geometry."""
    code = np.where(covering["code"] == NORTHERN_TERRITORIES, "01000", covering["code"].str[:2] + "000")
    return covering.assign(code=code).dissolve("code", method="coverage").reset_index()


def lighter(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A layer with fewer vertices; neighbours still share their edges and no island is lost.

    Visvalingam–Whyatt on the whole coverage (GEOS CoverageSimplify): corners that span less than
    `LIGHT_TOLERANCE` degrees squared go. The vertices left are original ones, so they stay on the grid.
    """
    simplified = layer.assign(geometry=shapely.coverage_simplify(layer.geometry.values, LIGHT_TOLERANCE))
    parts, kept = (int(shapely.get_num_geometries(one.geometry.values).sum()) for one in (layer, simplified))
    if parts != kept or not (
        simplified.is_valid.all() and shapely.coverage_is_valid(simplified.geometry.values)
    ):
        raise ValueError("境界を間引くと、島が消えるか、隣との境目がずれます")
    return simplified


def topology(**layers: gpd.GeoDataFrame) -> str:
    """TopoJSON text of layers whose coordinates lie on the grid; shared edges become shared arcs.

    Quantized to the grid itself (scale 0.0001, origin 0°, 0°), which loses nothing.
    """
    made = topojson.Topology(
        list(layers.values()), object_name=list(layers), prequantize=False, shared_coords=True
    ).to_dict()
    for layer in made["objects"].values():
        for geometry in layer["geometries"]:
            del geometry["id"]
    steps = [np.rint(np.asarray(arc) / GRID).astype(int) for arc in made["arcs"]]
    made["arcs"] = [np.diff(arc, axis=0, prepend=[[0, 0]]).tolist() for arc in steps]
    made["transform"] = {"scale": [GRID, GRID], "translate": [0, 0]}
    return json.dumps(made, separators=(",", ":"))
