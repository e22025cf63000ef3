"""Directions from one place to another: the bearing, and the eight points of the compass."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

#: The eight points of the compass, clockwise from north; each is the middle of an eighth of the circle.
COMPASS = ("北", "北東", "東", "南東", "南", "南西", "西", "北西")


def initial_bearing(
    lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike
) -> np.ndarray | np.float64:
    """The bearing at which the great circle from the first point to the second begins: degrees clockwise from north.

    Takes degrees, as floats or aligned arrays; 0 or more and below 360, NaN where both points are the same.
    The azimuth on the sphere, Snyder, J. P. (1987), Map Projections: A Working Manual, U.S. Geological Survey
    Professional Paper 1395, equation (5-4b).

    Examples
    --------
    >>> round(float(initial_bearing(35, 45, 35, 135)))
    60
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    across = np.radians(np.subtract(lon2, lon1))
    east = np.cos(phi2) * np.sin(across)
    north = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(across)
    degrees = np.degrees(np.arctan2(east, north)) % 360
    # A tiny negative angle modulo 360 is 360 itself in floating point.
    degrees = np.where(degrees >= 360, 0.0, degrees)
    same = (np.asarray(lat1) == np.asarray(lat2)) & (np.asarray(lon1) == np.asarray(lon2))
    return np.where(same, np.nan, degrees)[()]


def compass(bearings: ArrayLike) -> np.ndarray:
    """The place in COMPASS of each bearing in degrees; -1 where there is none.

    North is from 337.5° up to, not including, 22.5°, and so on around.

    Examples
    --------
    >>> compass([0, 22.4, 22.5, 180, 337.5, float("nan")]).tolist()
    [0, 0, 1, 4, 0, -1]
    """
    given = np.atleast_1d(np.asarray(bearings, dtype=float))
    points = np.full(given.shape, -1)
    known = ~np.isnan(given)
    points[known] = ((given[known] + 22.5) // 45).astype(int) % 8
    return points
