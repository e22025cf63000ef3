"""A coverage of municipalities: no gaps or overlaps between neighbours, every vertex on one grid."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.places.boundaries import EQUAL_AREA

#: The coordinates have four decimals (about 10 m): every step stays on that grid.
GRID = 1e-4
#: Tolerance of the light layer, degrees: 41% of the vertices remain. At 25% (0.015) the file is a third
#: smaller, but islands become triangles and 長崎県 overlaps its true shape by 0.87 instead of 0.93.
LIGHT_TOLERANCE = 0.0075
#: Code of the Northern Territories, which are no municipality's here; they belong to 北海道.
NORTHERN_TERRITORIES = "hoppo"


def covering(areas: gpd.GeoDataFrame, preferred: Collection[str] = (), gap: float = 0) -> gpd.GeoDataFrame:
    """Rough areas as a coverage without gaps or overlaps between neighbours that share their edges.

    All edges are noded together, the faces between them built anew, and each face given to the area it
    lies in: to the lower code where two overlap.

    Parameters
    ----------
    areas : code, geometry (valid; EPSG:4326); several rows may have one code
    preferred : codes that win where they overlap with others
    gap : enclosed spaces narrower than this (degrees) go to the neighbour with the longest border

    Returns
    -------
    GeoDataFrame
        code, geometry; one row a code, in code order.

    Raises
    ------
    ValueError
        When the result is no coverage, or an area has none of it.
    """
    # Twice, because make_valid may leave a MultiPolygon beside lines in a collection.
    shapes = areas.explode().explode(ignore_index=True)
    shapes = shapes[shapes.geom_type == "Polygon"]
    edges = shapely.union_all(shapes.boundary.values, grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside, owner = shapes.sindex.query(shapely.point_on_surface(faces), predicate="within")
    order = np.lexsort((shapes["code"], ~shapes["code"].isin(preferred)))
    owners = pd.Series(np.argsort(order)[owner], index=inside).groupby(level=0).min()
    codes = pd.Series(shapes["code"].values[order[owners.values]], index=owners.index)
    codes = pd.concat([codes, _filled(faces, codes, gap)])
    built = gpd.GeoDataFrame({"code": codes.values}, geometry=faces[codes.index], crs=areas.crs)
    built = built.dissolve("code", method="coverage").reset_index()
    if not (built.is_valid.all() and shapely.coverage_is_valid(built.geometry.values)):
        raise ValueError("市区町村の区域に重なりか隙間があります。")
    if set(built["code"]) != set(areas["code"]):
        raise ValueError("区域を失った市区町村があります。")
    return built


def _filled(faces: np.ndarray, codes: pd.Series, gap: float) -> pd.Series:
    """Codes for those faces without one that are narrow: slivers where neighbours do not quite meet."""
    free = np.setdiff1d(np.arange(len(faces)), codes.index)
    free = free[2 * shapely.area(faces[free]) < gap * shapely.length(faces[free])]
    owned = faces[codes.index]
    face, neighbour = shapely.STRtree(owned).query(shapely.boundary(faces[free]), predicate="intersects")
    shared = shapely.length(shapely.intersection(shapely.boundary(faces[free[face]]), owned[neighbour]))
    borders = pd.DataFrame({"face": free[face], "code": codes.values[neighbour], "length": shared})
    borders = borders[borders["length"] > 0].groupby(["face", "code"])["length"].sum().reset_index()
    return (
        borders.sort_values("length", kind="stable")
        .drop_duplicates("face", keep="last")
        .set_index("face")["code"]
    )


def municipal(covering: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The municipalities of a coverage: code, geometry."""
    return covering[covering["code"] != NORTHERN_TERRITORIES].reset_index(drop=True)


def prefectural(covering: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The prefectures of a coverage, the Northern Territories in 北海道: code NN000, geometry."""
    code = np.where(covering["code"] == NORTHERN_TERRITORIES, "01000", covering["code"].str[:2] + "000")
    return covering.assign(code=code).dissolve("code", method="coverage").reset_index()


def lighter(layer: gpd.GeoDataFrame, tolerance: float = LIGHT_TOLERANCE) -> gpd.GeoDataFrame:
    """A coverage with fewer vertices; neighbours still share their edges and no island is lost.

    Visvalingam–Whyatt on the whole coverage (GEOS CoverageSimplify): corners that span less than
    `tolerance` degrees squared go. The vertices left are original ones, so they stay on the grid.
    """
    simplified = layer.assign(geometry=shapely.coverage_simplify(layer.geometry.values, tolerance))
    parts, kept = (int(shapely.get_num_geometries(one.geometry.values).sum()) for one in (layer, simplified))
    if parts != kept or not (
        simplified.is_valid.all() and shapely.coverage_is_valid(simplified.geometry.values)
    ):
        raise ValueError("境界を間引くと、島が消えるか、隣との境目がずれます。")
    return simplified


def without_specks(areas: gpd.GeoDataFrame, smallest: float) -> gpd.GeoDataFrame:
    """Areas without their parts below `smallest` km²; the largest part of each always stays."""
    parts = areas.geometry.explode()
    size = parts.to_crs(EQUAL_AREA).area / 1e6
    large = (size >= smallest) | (size == size.groupby(level=0).transform("max"))
    if large.all():
        return areas
    kept = parts[large]
    return areas.assign(geometry=kept.groupby(level=0).agg(lambda some: shapely.multipolygons(some.values)))
