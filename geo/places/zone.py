"""A zone: an area that one event hits, and which municipalities lie in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.places.boundaries import EQUAL_AREA

#: When a municipality counts as inside a zone that was drawn: its office lies in it; so much of its area or more does.
OFFICE, HALF, TOUCHED = "office", "half", "touched"
SHARES = {HALF: 0.5, TOUCHED: 0.01}
RULES = (OFFICE, HALF, TOUCHED)

#: A polygon of more corners is cut in two, but not for ever.
_CORNERS, _CUTS = 1000, 24


@dataclass(frozen=True, eq=False)
class Zone:
    """The municipalities that a zone has something of.

    ``places`` has the columns code, office (bool: the office lies in it) and share (of the area that does, 0–1), one
    row a municipality, in code order; in a zone that is a list of municipalities office and share are null, and ``drawn``
    is false.
    """

    places: pd.DataFrame
    drawn: bool

    def inside(self, rule: str = OFFICE) -> frozenset[str]:
        """The codes of the municipalities inside by one of RULES; a list has no rule but itself."""
        table = self.places
        if self.drawn:
            table = table[table.office] if rule == OFFICE else table[table.share >= SHARES[rule]]
        return frozenset(table.code)

    @property
    def shares(self) -> dict[str, float]:
        """Code → the share of its area that lies in the zone; empty for a list."""
        return dict(zip(self.places.code, self.places.share, strict=True)) if self.drawn else {}


def listed_zone(codes: Iterable[str]) -> Zone:
    """The zone that consists of whole municipalities."""
    rows = sorted(set(codes))
    places = pd.DataFrame({"code": pd.Series(rows, dtype=object), "office": None, "share": None})
    return Zone(places, False)


def drawn_zone(shapes: np.ndarray, municipalities: gpd.GeoDataFrame) -> Zone:
    """The zone that some polygons cover together; they may overlap.

    Areas are compared in an equal-area projection (EQUAL_AREA) after both were cut in degrees, where the edges of
    municipalities are straight.

    Parameters
    ----------
    shapes : valid polygons in degrees (EPSG:4326)
    municipalities : code, lat and lon of the office, geometry (EPSG:4326); rows without a geometry, as those of
        designated wards, are left out
    """
    table = municipalities[municipalities.geometry.notna()].sort_values("code")
    land = table.geometry.values
    tree = shapely.STRtree(_pieces(shapes))
    places, parts = tree.query(land, predicate="intersects")
    cut = shapely.intersection(np.asarray(land)[places], tree.geometries[parts])
    met, starts = np.unique(places, return_index=True)
    near = table.iloc[met]
    if len(shapes) > 1:
        # They may overlap. The parts of one polygon do not, and joining them is dear.
        cut = np.asarray([shapely.union_all(own) for own in np.split(cut, starts[1:])] if len(met) else [])
        starts = np.arange(len(met))
    sizes = gpd.GeoSeries(cut, crs=table.crs).to_crs(EQUAL_AREA).area.to_numpy()
    covered = np.add.reduceat(sizes, starts) if len(met) else sizes
    share = pd.Series(0.0, index=table.index)
    share[near.index] = (covered / near.geometry.to_crs(EQUAL_AREA).area).clip(upper=1.0)
    office = np.zeros(len(table), dtype=bool)
    # An office may lie outside its own coarse polygon; one that lies in the zone counts all the same.
    office[
        tree.query(
            shapely.points(table.lon.to_numpy(float), table.lat.to_numpy(float)), predicate="intersects"
        )[0]
    ] = True
    rows = pd.DataFrame({"code": table.code.astype(object), "office": office, "share": share})
    return Zone(rows[office | rows.index.isin(near.index)].reset_index(drop=True), True)


def _pieces(shapes: np.ndarray) -> np.ndarray:
    """The same polygons with the large ones cut in two again and again: what is cut with each municipality is small."""
    todo, done = np.asarray(shapes, dtype=object), []
    for _ in range(_CUTS):
        large = shapely.get_num_coordinates(todo) > _CORNERS
        done.append(todo[~large])
        todo = todo[large]
        if not len(todo):
            break
        halves = []
        for shape in todo:
            west, south, east, north = shape.bounds
            if east - west > north - south:
                middle = (west + east) / 2
                boxes = (west, south, middle, north), (middle, south, east, north)
            else:
                middle = (south + north) / 2
                boxes = (west, south, east, middle), (west, middle, east, north)
            halves += [shapely.clip_by_rect(shape, *box) for box in boxes]
        parts = shapely.get_parts(np.asarray(halves, dtype=object))
        todo = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    pieces = np.concatenate([*done, todo])
    bad = ~shapely.is_valid(pieces)
    pieces[bad] = shapely.make_valid(pieces[bad], method="structure", keep_collapsed=False)
    return pieces
