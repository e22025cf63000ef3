"""A map file as the shape of a zone: GeoJSON, a Shapefile in a zip, or GeoPackage."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely

from geo.places.n03 import JAPAN
from pipeline.intake.grid.limits import Parts, refuse_bytes
from pipeline.intake.records import SourceError

#: Shapes and corners of a map; the time to hold them against the municipalities grows with them.
MOST_SHAPES, MOST_CORNERS = 50_000, 300_000
#: Corners of the polygons whose edges cross, which are dear to mend.
MOST_MENDED = 50_000
#: What a map may come to when unpacked.
MOST_UNPACKED = 200_000_000

_SHAPEFILE = (".shp", ".shx", ".dbf")
#: What the files begin with; whatever else a map library might open is not given to it.
_SHP, _SQLITE = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"
_GEOJSON = ("FeatureCollection", "Feature", "GeometryCollection", "Polygon", "MultiPolygon")
_POINTS_AND_LINES = ("Point", "MultiPoint", "LineString", "MultiLineString")
_BROKEN = (RuntimeError, ValueError, TypeError, LookupError, AttributeError, OverflowError, OSError)
_DEGREES = "EPSG:4326"
_KINDS = "GeoJSON、Shapefile の zip、GeoPackage"
_AGAIN = "配布されたままのファイルを選んでください。"


def is_map(data: bytes, name: str) -> bool:
    """Whether a file is to be read as a map, by its content; by its name where that is a map's."""
    start = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", _SHP, _SQLITE)):
        return True
    if name.lower().endswith((".geojson", ".json", ".shp", ".dbf", ".shx", ".prj", ".gpkg")):
        return True
    return start.startswith(b"PK") and any(
        part.lower().endswith((".shp", ".geojson", ".json", ".gpkg", ".kml", ".gml"))
        for part in Parts(data, name, "zip", MOST_UNPACKED).names
    )


def read_map(data: bytes, name: str) -> tuple[np.ndarray, list[str]]:
    """The polygons of a map, valid and in degrees (EPSG:4326), and what has to be said of how it was read.

    Raises
    ------
    SourceError : it cannot be read, holds no polygons, or lies outside Japan; one Japanese sentence says so.
    """
    refuse_bytes(len(data), name)
    start = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if start.startswith(b"PK"):
            shapes, said = _zipped(data, name)
        elif start.startswith(_SQLITE):
            shapes, said = _package(data, name)
        elif start.startswith(b"{"):
            shapes, said = _geojson(data, name)
        elif start.startswith(_SHP) or name.lower().endswith((".shp", ".dbf", ".shx", ".prj")):
            raise SourceError(
                f"ファイル「{name}」だけでは地図になりません。"
                f"{'・'.join((*_SHAPEFILE, '.prj'))} を1つの zip にまとめて選んでください。"
            )
        else:
            raise _unreadable(name)
        return _polygons(shapes, name, said)
    # GDAL's and pyproj's errors are RuntimeErrors; nesting without end is a RecursionError, which is one too. What stands
    # in GeoJSON in the place of coordinates may be anything, and each thing fails in its own way.
    except (*_BROKEN, shapely.errors.ShapelyError) as error:
        raise _unreadable(name) from error


def _unreadable(name: str) -> SourceError:
    return SourceError(
        f"ファイル「{name}」は地図として読めません（壊れているか、別の形式です）。{_KINDS}の、{_AGAIN}"
    )


def _zipped(data: bytes, name: str) -> tuple[gpd.GeoSeries, list[str]]:
    """The one map of an archive; of several the largest, which is said."""
    parts = Parts(data, name, "zip", MOST_UNPACKED)
    for ending in (".shp", ".geojson", ".json", ".gpkg"):
        found = [part for part in parts.names if part.lower().endswith(ending) and not _hidden(part)]
        if found:
            break
    else:
        raise SourceError(f"ファイル「{name}」の中に地図がありません。{_KINDS}を選んでください。")
    content = {part: parts.read(part) for part in found}
    chosen = max(found, key=lambda part: len(content[part]))
    said = (
        [f"zip の中の{len(found)}つの地図のうち、いちばん大きい「{Path(chosen).name}」を読みました。"]
        if found[1:]
        else []
    )
    if ending == ".shp":
        shapes, more = _shapefile(parts, chosen, name)
    elif ending == ".gpkg":
        shapes, more = _package(content[chosen], name)
    else:
        shapes, more = _geojson(content[chosen], name)
    return shapes, [*said, *more]


def _hidden(part: str) -> bool:
    """Whether a part is what a Mac puts beside each file."""
    return part.startswith("__MACOSX/") or Path(part).name.startswith("._")


def _shapefile(parts: Parts, shape: str, name: str) -> tuple[gpd.GeoSeries, list[str]]:
    stem = shape[: -len(".shp")].lower()
    own = {part[len(stem) :].lower(): part for part in parts.names if part.lower().startswith(stem + ".")}
    missing = [ending for ending in _SHAPEFILE if ending not in own]
    if missing:
        raise SourceError(
            f"ファイル「{name}」の中に{'・'.join(missing)}がそろっていません。"
            f"{'・'.join((*_SHAPEFILE, '.prj'))} を1つの zip にまとめて選んでください。"
        )
    with TemporaryDirectory(prefix="koryu-") as folder:
        for ending in (*_SHAPEFILE, ".prj"):
            if ending in own:
                (Path(folder) / f"zone{ending}").write_bytes(parts.read(own[ending]))
        path = Path(folder) / "zone.shp"
        if not path.read_bytes().startswith(_SHP):
            raise ValueError(shape)
        return _features(path, name)


def _package(data: bytes, name: str) -> tuple[gpd.GeoSeries, list[str]]:
    with TemporaryDirectory(prefix="koryu-") as folder:
        path = Path(folder) / "zone.gpkg"
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said below, and in Japanese
            layers = [str(layer) for layer, kind in pyogrio.list_layers(path) if kind is not None]
        if not layers:
            raise SourceError(f"ファイル「{name}」の中に地図がありません。{_KINDS}を選んでください。")
        shapes, said = _features(path, name, layers[0])
        more = [f"{len(layers)}つの層のうち、はじめの「{layers[0]}」を読みました。"] if layers[1:] else []
        return shapes, [*more, *said]


def _features(path: Path, name: str, layer: str | None = None) -> tuple[gpd.GeoSeries, list[str]]:
    """The shapes of a file that GDAL opens. No attribute is read, so that no encoding of them can be wrong."""
    with warnings.catch_warnings():
        # What GDAL has to say of odd rings comes in English; what matters is checked below.
        warnings.simplefilter("ignore")
        n = pyogrio.read_info(path, layer=layer, encoding="cp932" if path.suffix == ".shp" else None)[
            "features"
        ]
        if n > MOST_SHAPES:
            raise _too_many(name, f"{n:,}の図形")
        table = pyogrio.read_dataframe(path, layer=layer, columns=[])
    if not isinstance(table, gpd.GeoDataFrame):
        raise SourceError(
            f"ファイル「{name}」に図形がありません。{_KINDS}の、面の入った地図を選んでください。"
        )
    shapes = table.geometry
    said = []
    if shapes.crs is None:
        said.append("測地系の情報（.prj）がないので、緯度・経度（世界測地系）とみなしました。")
        shapes = shapes.set_crs(_DEGREES)
        bounds = shapes.total_bounds
        if np.isfinite(bounds).all() and (np.abs(bounds) > 360).any():
            raise SourceError(
                f"ファイル「{name}」の座標は緯度・経度ではありませんが、何の座標かを書いた .prj がありません。"
                ".prj もいっしょに zip にまとめて選んでください。"
            )
    return shapes, said


def _geojson(data: bytes, name: str) -> tuple[gpd.GeoSeries, list[str]]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SourceError(
            f"ファイル「{name}」は途中で切れているか壊れていて、GeoJSON として読めません。{_AGAIN}"
        ) from error
    if not isinstance(content, dict) or content.get("type") not in (*_GEOJSON, *_POINTS_AND_LINES):
        what = "TopoJSON" if isinstance(content, dict) and content.get("type") == "Topology" else "別の形式"
        raise SourceError(
            f"ファイル「{name}」は GeoJSON ではありません（{what}です）。{_KINDS}を選んでください。"
        )
    found = list(islice(_geometries(content), MOST_SHAPES + 1))
    if len(found) > MOST_SHAPES:
        raise _too_many(name, f"{MOST_SHAPES:,}より多い図形")
    shapes = [shapely.geometry.shape(geometry) for geometry in found]
    return gpd.GeoSeries(shapes, crs=_system(content, name)), []


def _geometries(content: Any) -> Iterator[dict]:
    """The geometries of GeoJSON, collections opened."""
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection":
        for feature in content["features"]:
            yield from _geometries(feature)
    elif kind == "Feature":
        if content.get("geometry") is not None:
            yield from _geometries(content["geometry"])
    elif kind == "GeometryCollection":
        for geometry in content["geometries"]:
            yield from _geometries(geometry)
    elif kind in _GEOJSON or kind in _POINTS_AND_LINES:
        yield content
    else:
        raise ValueError(str(kind))


def _system(content: dict, name: str) -> str | pyproj.CRS:
    """The coordinate system: RFC 7946 has but one; older files may name another."""
    given = content.get("crs")
    if given is None:
        return _DEGREES
    try:
        system = pyproj.CRS.from_user_input(given["properties"]["name"])
    except (KeyError, TypeError, pyproj.exceptions.CRSError) as error:
        raise SourceError(
            f"ファイル「{name}」の測地系（crs）を読み取れません。緯度・経度（世界測地系）で保存し直したものを選んでください。"
        ) from error
    # What GeoJSON calls by its official name still has the longitude first.
    return (
        _DEGREES if system.is_geographic and system.ellipsoid and system.ellipsoid.name in _WORLD else system
    )


#: Ellipsoids of the systems that agree with WGS 84 to a few metres at most: JGD2000 and JGD2011 among them.
_WORLD = ("WGS 84", "GRS 1980")


def _polygons(shapes: gpd.GeoSeries, name: str, said: list[str]) -> tuple[np.ndarray, list[str]]:
    """All polygons, valid and in degrees; what is no polygon is counted."""
    shapes = shapes[~(shapely.is_missing(shapes.values) | shapely.is_empty(shapes.values))]
    parts = shapes.explode(ignore_index=True)
    areal = parts.geom_type == "Polygon"
    if not areal.any():
        what = "点か線だけで、面がありません" if len(parts) else "図形が1つも入っていません"
        raise SourceError(f"ファイル「{name}」には{what}。区域を面（ポリゴン）でかいた地図を選んでください。")
    if not areal.all():
        said = [*said, f"面ではない図形（点・線）{int((~areal).sum()):,}は使っていません。"]
    parts = parts[areal]
    corners = int(shapely.get_num_coordinates(parts.values).sum())
    if corners > MOST_CORNERS:
        raise _too_many(name, f"{corners:,}の頂点")
    flat = shapely.force_2d(parts.values)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise SourceError(f"ファイル「{name}」に、数でない座標があります。{_AGAIN}")
    degrees = gpd.GeoSeries(flat, crs=parts.crs).to_crs(_DEGREES)
    _refuse_elsewhere(degrees, name)
    valid = np.asarray(degrees.values, dtype=object).copy()
    bad = ~shapely.is_valid(valid)
    if shapely.get_num_coordinates(valid[bad]).sum() > MOST_MENDED:
        raise SourceError(
            f"ファイル「{name}」には、線の交わる大きな面があり、整えられません（頂点{MOST_MENDED:,}まで）。"
            "作成した地図ソフトで形を直して（ジオメトリの修復）から、選んでください。"
        )
    valid[bad] = shapely.make_valid(valid[bad], method="structure", keep_collapsed=False)
    valid = shapely.get_parts(valid)
    if not shapely.area(valid).sum() > 0:
        raise SourceError(f"ファイル「{name}」の面は、どれも広さがありません。{_AGAIN}")
    if bad.any():
        said = [*said, f"形の乱れた面{int(bad.sum()):,}は、整えて使いました。"]
    return valid, said


def _refuse_elsewhere(shapes: gpd.GeoSeries, name: str) -> None:
    west, south, east, north = shapes.total_bounds
    left, bottom, right, top = JAPAN
    if (
        not np.isfinite([west, south, east, north]).all()
        or max(abs(west), abs(east)) > 360
        or max(abs(south), abs(north)) > 90
    ):
        if bottom <= west <= east <= top and left <= south <= north <= right:
            raise SourceError(
                f"ファイル「{name}」は、緯度と経度の順が逆のようです。経度・緯度の順で保存し直したものを選んでください。"
            )
        raise SourceError(
            f"ファイル「{name}」の座標は、緯度・経度として読めません。測地系の情報が正しい、{_AGAIN}"
        )
    if east < left or west > right or north < bottom or south > top:
        raise SourceError(
            f"ファイル「{name}」は日本の範囲にありません（東経{west:.1f}〜{east:.1f}度、北緯{south:.1f}〜{north:.1f}度）。"
            f"測地系の情報が正しい、{_AGAIN}"
        )


def _too_many(name: str, what: str) -> SourceError:
    return SourceError(
        f"ファイル「{name}」には{what}があり、細かすぎて読めません（図形{MOST_SHAPES:,}、頂点{MOST_CORNERS:,}まで）。"
        "都道府県ごとに分けるか、形を簡単にしたものを選んでください。"
    )
