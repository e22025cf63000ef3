"""What Python and JavaScript must both know: ``static/shared.json``, the only place where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.folders import STATIC_DIR

if TYPE_CHECKING:
    import numpy as np

#: The file, by its path among the static files.
SHARED = "shared.json"


@dataclass(frozen=True, slots=True)
class Frame:
    """Far islands, drawn in a frame beside the main islands.

    Parameters
    ----------
    west, south, east, north : in degrees, what belongs to it
    screen : longitude and latitude to which its lower left corner is moved on a screen
    paper : where its upper left corner lies on paper, in kilometres of the plane of ``geo.draw.print.ground``
    """

    name: str
    west: float
    south: float
    east: float
    north: float
    screen: tuple[float, float]
    paper: tuple[float, float]

    def holds(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Which points belong to it; static/koryu/core.js decides alike."""
        return (lon > self.west) & (lon < self.east) & (lat > self.south) & (lat < self.north)


_SHARED = json.loads((STATIC_DIR / SHARED).read_text("utf-8"))

#: First year of each era, newest first.
ERAS: dict[str, int] = _SHARED["eras"]

#: Mean Earth radius of the IUGG (1980), in kilometres.
EARTH_RADIUS_KM: float = _SHARED["earthRadiusKm"]

#: So many lines between prefectures, and in a part of the country, are told apart: of more the widest are drawn.
LINES_BETWEEN: int = _SHARED["lines"]["between"]
LINES_CLOSER: int = _SHARED["lines"]["closer"]

FRAMES = tuple(
    Frame(**frame | {"screen": tuple(frame["screen"]), "paper": tuple(frame["paper"])})
    for frame in _SHARED["frames"]
)
