"""Municipal polygons of the Meteorological Agency's areas for warnings."""

from __future__ import annotations

import geopandas as gpd
import shapely

from pipeline.boundaries.coverage import covering
from pipeline.reference import packages

#: Areas the agency divides by ward, merged into their city.
WARDS_TO_CITY = {f"261{n:02}": "26100" for n in range(1, 12)} | {f"341{n:02}": "34100" for n in range(1, 9)}


def coverage() -> gpd.GeoDataFrame:
    """Municipal polygons without gaps or overlaps between neighbours.

    The agency's areas cross themselves in places (355 of 1,855 are invalid), so they are made valid first.
    Two areas claim 21 faces, 0.15 km².

    Returns
    -------
    GeoDataFrame
        code (five digits, or `coverage.NORTHERN_TERRITORIES`), geometry; EPSG:4326.
    """
    areas = packages.warning_areas()
    areas.geometry = shapely.make_valid(areas.geometry.values)
    areas["code"] = areas["code"].str[:5].replace(WARDS_TO_CITY)
    return covering(areas)
