"""The ground of a printed map: the prefectures on a plane, simplified, the far islands moved into frames.

Lambert's conformal conic projection with two standard parallels across Japan (Snyder, Map Projections: A
Working Manual, USGS 1987, p. 104). 奄美・沖縄 and 小笠原 lie too far off for one sheet: they are moved, at the same
scale, into frames beside the main islands, and with them every point there, so that a line drawn to such a
point ends in the frame. Uninhabited islands beyond (南鳥島, 沖ノ鳥島) and specks below a print's resolution are
left out.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import ArrayLike
from pyproj import Transformer

from geo.ledger.dataset import Dataset
from geo.shared import FRAMES, Frame

CRS = "+proj=lcc +lat_1=33 +lat_2=44 +lat_0=38 +lon_0=137 +units=km"

#: What is shown of the main islands, in kilometres of the plane: west, south, east, north.
EXTENT = (-845.0, -895.0, 955.0, 920.0)

#: Shapes are simplified to this tolerance in kilometres (0.1 mm on A4), and smaller islands left out.
TOLERANCE = 1.2
SMALLEST_KM2 = 1.5


#: Blank kilometres between the islands and their frame; room above them for its name.
_MARGIN, _HEAD = 20.0, 62.0
#: A frame has room for its name.
_NARROWEST = 150.0


class Ground:
    """Prefectures ready to draw.

    ``shapes`` are code → outline in kilometres of the plane; ``frames`` are (name, west, south, width, height).
    """

    def __init__(self, prefectures: gpd.GeoDataFrame):
        """Prepare the table ``prefectures`` of a dataset (code, geometry)."""
        self._plane = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
        drawn = prefectures[prefectures.geometry.notna()]
        plane = drawn.geometry.to_crs(CRS).to_numpy()
        parts, owner = shapely.get_parts(shapely.coverage_simplify(plane, TOLERANCE), return_index=True)
        large = shapely.area(parts) >= SMALLEST_KM2
        parts, owner = parts[large], owner[large]
        middle = shapely.centroid(parts)
        x, y = shapely.get_x(middle), shapely.get_y(middle)
        lon, lat = self._plane.transform(x, y, direction="INVERSE")
        self._shifts: dict[Frame, np.ndarray] = {}
        self.frames: list[tuple[str, float, float, float, float]] = []
        for frame in FRAMES:
            inside = frame.holds(lon, lat)
            if inside.any():
                parts[inside] = self._move(frame, parts[inside])
                x[inside], y[inside] = shapely.get_coordinates(shapely.centroid(parts[inside])).T
        west, south, east, north = EXTENT
        shown = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        codes = drawn.code.to_numpy()
        self.shapes = {
            str(code): _outline(parts[shown & (owner == i)])
            for i, code in enumerate(codes)
            if (shown & (owner == i)).any()
        }

    @classmethod
    def of(cls, dataset: Dataset) -> Ground:
        """The ground of a dataset, prepared once: it takes as long as the labels of a map."""
        if "ground" not in dataset.counted:
            dataset.counted["ground"] = cls(dataset.prefectures)
        return dataset.counted["ground"]

    def _move(self, frame: Frame, parts: np.ndarray) -> np.ndarray:
        """Move the islands of a frame into it, and note where it is."""
        west, south, east, north = shapely.total_bounds(parts)
        left, top = frame.paper
        wide = float(max(east - west + 2 * _MARGIN, _NARROWEST))
        high = float(north - south + _HEAD + _MARGIN)
        shift = np.array([left + (wide - west - east) / 2, top - _HEAD - north])
        self._shifts[frame] = shift
        self.frames.append((frame.name, left, top - high, wide, high))
        return shapely.transform(parts, lambda points: points + shift)

    def outlines(
        self, areas: gpd.GeoDataFrame, view: tuple[float, float, float, float], tolerance: float
    ) -> dict[str, Path]:
        """Outlines of the areas (code, geometry) in a part of the plane, finer than ``shapes``; code → outline.

        ``view`` is west, south, east, north, and ``tolerance`` how far a line may be off, in kilometres.
        """
        west, south, east, north = view
        edge = np.linspace(0, 1, 9)
        xs = np.concatenate([west + (east - west) * edge] * 2)
        ys = np.concatenate([np.full(9, south), np.full(9, north)])
        lon, lat = self._plane.transform(xs, ys, direction="INVERSE")
        near = areas[areas.geometry.notna()]
        near = near.cx[min(lon) : max(lon), min(lat) : max(lat)]
        plane = shapely.coverage_simplify(near.geometry.to_crs(CRS).to_numpy(), tolerance)
        clipped = shapely.clip_by_rect(plane, west, south, east, north)
        return {
            str(code): _outline(shapely.get_parts(shape))
            for code, shape in zip(near.code, clipped, strict=True)
            if not shape.is_empty
        }

    def place(self, lon: ArrayLike, lat: ArrayLike) -> np.ndarray:
        """Where points lie on the sheet: degrees to kilometres, as an array of (x, y)."""
        lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
        # As lists: with NumPy before 2.4, pyproj takes an array of one point for a number, and NumPy warns.
        points = np.column_stack(self._plane.transform(lon.tolist(), lat.tolist()))
        for frame, shift in self._shifts.items():
            points[frame.holds(lon, lat)] += shift
        return points


def _outline(parts: np.ndarray) -> Path:
    """Polygons, their holes too, as one path to fill."""
    pieces = [Path(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(parts)]
    return Path.make_compound_path(*pieces)
