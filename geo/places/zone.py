"""A zone: an area that one event hits, and which municipalities lie in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from geo.places.boundaries import EQUAL_AREA

#: When a municipality counts as inside a zone that was drawn: its office lies in it; so much of its area or more does.
OFFICE, HALF, TOUCHED = "office", "half", "touched"
SHARES = {HALF: 0.5, TOUCHED: 0.01}
RULES = (OFFICE, HALF, TOUCHED)


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


def drawn_zone(shape: shapely.Geometry, municipalities: gpd.GeoDataFrame) -> Zone:
    """The zone of a shape.

    Areas are compared in an equal-area projection (EQUAL_AREA) after both were cut in degrees, where the edges of
    municipalities are straight.

    Parameters
    ----------
    shape : a valid polygon or several, in degrees (EPSG:4326)
    municipalities : code, lat and lon of the office, geometry (EPSG:4326); rows without a geometry, as those of
        designated wards, are left out
    """
    table = municipalities[municipalities.geometry.notna()]
    near = table.iloc[table.sindex.query(shape, predicate="intersects")].sort_values("code")
    offices = shapely.points(near.lon.to_numpy(float), near.lat.to_numpy(float))
    shapely.prepare(shape)
    common = gpd.GeoSeries(shapely.intersection(near.geometry.values, shape), index=near.index, crs=table.crs)
    share = common.to_crs(EQUAL_AREA).area / near.geometry.to_crs(EQUAL_AREA).area
    places = pd.DataFrame(
        {
            "code": near.code.astype(object),
            "office": shapely.intersects(shape, offices),
            "share": share.clip(upper=1.0),
        }
    )
    # An office may lie outside its own coarse polygon; one that lies in the zone counts all the same.
    others = table[~table.code.isin(near.code)]
    inside = shapely.intersects(shape, shapely.points(others.lon.to_numpy(float), others.lat.to_numpy(float)))
    more = pd.DataFrame({"code": others.code[inside].astype(object), "office": True, "share": 0.0})
    table = pd.concat([places, more]) if len(more) else places
    return Zone(table.sort_values("code", ignore_index=True), True)
