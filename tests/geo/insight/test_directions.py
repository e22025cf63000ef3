"""Bearings against known values, against geodesics on the ellipsoid, and the eight points around the circle."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.insight.directions import COMPASS, compass, initial_bearing

LAT, LON = st.floats(24, 46), st.floats(122, 154)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((0, 0), (10, 0), 0),
        ((0, 0), (0, 10), 90),
        ((10, 0), (0, 0), 180),
        ((0, 10), (0, 0), 270),
        # Along a parallel the great circle begins towards the pole: half the difference of longitude at 30°… by
        # tan(bearing from east) = sin φ tan(Δλ/2), here 35° and 90°: 90° − 29.84°.
        ((35, 45), (35, 135), 60.16),
        ((35, 135), (35, 45), 299.84),
    ],
)
def test_known_bearings(start, end, expected):
    assert initial_bearing(*start, *end) == pytest.approx(expected, abs=0.01)


def test_of_one_point_there_is_no_bearing():
    assert np.isnan(initial_bearing(35.0, 135.0, 35.0, 135.0))
    assert compass(initial_bearing([35.0, 35.0], [135.0, 135.0], [35.0, 36.0], [135.0, 135.0])).tolist() == [
        -1,
        0,
    ]


@given(LAT, LON, LAT, LON)
def test_the_sphere_is_within_a_degree_of_the_ellipsoid(lat1, lon1, lat2, lon2):
    ahead, _, metres = pyproj.Geod(ellps="GRS80").inv(lon1, lat1, lon2, lat2)
    assume(metres > 1000)
    bearing = float(initial_bearing(lat1, lon1, lat2, lon2))
    assert 0 <= bearing < 360
    assert abs((bearing - ahead + 180) % 360 - 180) < 1


@given(st.floats(0, 360, exclude_max=True))
def test_every_bearing_is_within_an_eighth_of_its_point(bearing):
    point = int(compass(bearing)[0])
    assert abs((bearing - 45 * point + 180) % 360 - 180) <= 22.5


def test_each_point_is_met_in_its_middle():
    assert [COMPASS[i] for i in compass(range(0, 360, 45))] == list(COMPASS)
