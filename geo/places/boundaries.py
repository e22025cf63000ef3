"""Polygons of municipalities and prefectures: the built-in ones, or those imported from official files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.folders import IMPORTED_DIR, REFERENCE_DIR, STATIC_DIR, stamp

if TYPE_CHECKING:
    import geopandas as gpd

#: The browser's files of the built-in ones.
BROWSER_DIR = STATIC_DIR / "boundaries"
#: Where the app serves the browser's files of imported ones, wherever they lie, as scripts in static/ know it.
IMPORTED_PATH = "boundaries/imported"
#: Both layers; and, of imported ones, what they are. Its presence says that they are in force.
LAYERS, MANIFEST = "boundaries.topojson", "imported.json"
#: Official areas of the imported municipalities: code → km².
AREAS = "areas.json"

#: Areas are measured on the whole globe's equal-area projection (NSIDC EASE-Grid 2.0).
EQUAL_AREA = "EPSG:6933"

#: Credits that have to stand beside every map drawn with these polygons.
CREDIT = "気象庁ホームページの区域データを加工して作成"
#: Of imported ones; {} is as of when they are, where that is known.
N03_CREDIT = "「国土数値情報（行政区域データ）」（国土交通省{}）を加工して作成"


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Polygons in force.

    ``folder`` holds LAYERS for the tables, ``browser`` the files of the screens; ``credit`` stands beside every
    map; ``version`` differs with the polygons ("" for the built-in ones); ``files`` says for each imported
    prefecture (NN000) of which file it is, ``days`` which day (ISO) that file stands for, where it says so.
    """

    folder: Path
    browser: Path
    credit: str
    version: str
    files: dict[str, str]
    days: dict[str, str] = field(default_factory=dict)

    @property
    def served(self) -> str:
        """The folder of the browser's files as scripts in static/ know it."""
        return f"{IMPORTED_PATH}/{self.version}" if self.version else BROWSER_DIR.name


BUILT_IN = Boundaries(REFERENCE_DIR, BROWSER_DIR, CREDIT, "", {})


def in_force(imported_dir: Path = IMPORTED_DIR) -> Boundaries:
    """The imported boundaries where there are any, else the built-in ones."""
    try:
        about = json.loads((imported_dir / MANIFEST).read_text("utf-8"))
        version = about["version"]
        known = about["credit"], version, about["files"], about.get("days", {})
        return Boundaries(imported_dir, imported_dir / version, *known)
    except (OSError, ValueError, KeyError):
        return BUILT_IN


def official_areas(shapes: Boundaries) -> dict[str, float]:
    """Code → km² of the imported municipalities, as their file has them."""
    path = shapes.folder / AREAS
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def load_municipal_polygons(folder: Path = REFERENCE_DIR) -> gpd.GeoDataFrame:
    """Polygons of the 1,741 municipalities; designated wards have none.

    Returns
    -------
    GeoDataFrame
        code (five digits), geometry (valid; EPSG:4326). Neighbours share their edges exactly.
    """
    return _layer(folder, "municipalities")


def load_prefecture_polygons(folder: Path = REFERENCE_DIR) -> gpd.GeoDataFrame:
    """Polygons of the 47 prefectures, the Northern Territories in 北海道.

    Returns
    -------
    GeoDataFrame
        code (NN000), geometry (valid; EPSG:4326). Neighbours share their edges exactly.
    """
    return _layer(folder, "prefectures")


def _layer(folder: Path, layer: str) -> gpd.GeoDataFrame:
    return _read(stamp(folder / LAYERS), layer).copy()


@lru_cache(maxsize=4)  # both layers of the built-in ones and of imported ones: every build asks for two
def _read(file: tuple[Path, int, int], layer: str) -> gpd.GeoDataFrame:
    import geopandas as gpd  # takes half a second; most who ask only for the credit do not need it

    # TopoJSON names no coordinate system; ours, like GeoJSON's, is WGS 84.
    read = gpd.read_file(file[0], layer=layer).set_crs("EPSG:4326")
    return read[["code", "geometry"]]
