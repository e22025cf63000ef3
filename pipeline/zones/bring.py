"""A file that a user brings as a zone: a map, or a list of municipalities."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from geo.places.zone import Zone, drawn_zone, listed_zone
from pipeline.intake.contents import Contents
from pipeline.intake.grid import open_file
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.zones.listed import Unread, read_zone_list
from pipeline.zones.maps import is_map, read_map


@dataclass(frozen=True, eq=False)
class Brought:
    """A zone as it was read: ``said`` are sentences on how, ``unread`` what of a list is not understood."""

    zone: Zone
    said: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_zone(
    data: bytes, name: str, municipalities: gpd.GeoDataFrame, contents: Contents, geocoder: Geocoder
) -> Brought:
    """Read a file as a zone; what it is is decided by its content.

    Parameters
    ----------
    data : the content of a GeoJSON, a zipped Shapefile, a GeoPackage, or of a list in any form
    name : of the file, for messages
    municipalities : the table of the build, with its polygons

    Raises
    ------
    SourceError : it cannot be read, or names or covers no municipality; one Japanese sentence says so.
    """
    if not data.strip():
        raise SourceError(
            f"ファイル「{name}」は空です。区域の地図か、市区町村の一覧の入ったファイルを選んでください。"
        )
    if is_map(data, name):
        shapes, said = read_map(data, name)
        zone = drawn_zone(shapes, municipalities)
        if zone.places.empty:
            raise SourceError(
                f"ファイル「{name}」の区域は、どの市区町村とも重なりません（海の上だけのようです）。"
                "測地系の情報が正しい、陸にかかる区域のファイルを選んでください。"
            )
        return Brought(zone, tuple(said))
    listed = read_zone_list(open_file(data, name), contents, geocoder, name)
    return Brought(listed_zone(listed.codes), tuple(listed.said), tuple(listed.unread))
