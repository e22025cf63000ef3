"""Which municipalities a zone has something of: recomputed with geopandas on the real polygons."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.places.zone import HALF, OFFICE, TOUCHED, drawn_zone, listed_zone

BOX = shapely.box(138.5, 34.9, 139.3, 35.6)


def test_shares_and_offices_are_those_of_an_overlay(dataset):
    places = dataset.municipalities
    zone = drawn_zone([BOX], places)
    land = places[places.geometry.notna()][["code", "geometry"]]
    # Another equal-area projection (Albers for Japan) has to give the same shares.
    albers = "+proj=aea +lat_1=31 +lat_2=43 +lat_0=37 +lon_0=138 +ellps=GRS80"
    cut = gpd.overlay(land, gpd.GeoDataFrame(geometry=[BOX], crs=4326)).dissolve("code")
    expected = cut.to_crs(albers).area / land.set_index("code").to_crs(albers).area
    expected = expected[expected > 1e-9]
    shares = zone.places[zone.places.share > 1e-9].set_index("code").share
    assert sorted(shares.index) == sorted(expected.index)
    assert np.allclose(shares, expected[shares.index], atol=5e-4)
    offices = places[
        places.lon.between(138.5, 139.3) & places.lat.between(34.9, 35.6) & (places.kind != "designated_ward")
    ]
    assert zone.inside(OFFICE) == frozenset(offices.code)
    assert zone.inside(HALF) == frozenset(expected[expected >= 0.5].index)
    assert zone.inside(TOUCHED) == frozenset(expected[expected >= 0.01].index)
    assert zone.inside(HALF) < zone.inside(TOUCHED)


def test_no_designated_ward_is_in_a_zone_but_its_city(dataset):
    codes = drawn_zone([shapely.box(139.4, 35.3, 139.8, 35.7)], dataset.municipalities).inside(TOUCHED)
    assert "14100" in codes
    wards = dataset.municipalities.code[dataset.municipalities.kind == "designated_ward"]
    assert not codes & set(wards)


def test_an_office_outside_of_its_own_polygon_counts(dataset):
    places = dataset.municipalities.copy()
    moved = places.index[places.code == "13101"][0]
    places.loc[moved, ["lat", "lon"]] = [30.0, 150.0]
    zone = drawn_zone([shapely.box(149.9, 29.9, 150.1, 30.1)], places)
    assert zone.places.to_dict("records") == [{"code": "13101", "office": True, "share": 0.0}]
    assert zone.inside(HALF) == frozenset()


@pytest.mark.parametrize("rule", [OFFICE, HALF, TOUCHED])
def test_a_list_has_no_rule_but_itself(rule):
    zone = listed_zone(["22130", "01100", "22130"])
    assert zone.inside(rule) == {"01100", "22130"}
    assert zone.shares == {}


def test_polygons_that_overlap_count_once_and_large_ones_are_cut_without_loss(dataset):
    angles = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    radius = 0.6 + 0.02 * np.sin(400 * angles)
    star = shapely.Polygon(np.column_stack([138.9 + radius * np.cos(angles), 35.3 + radius * np.sin(angles)]))
    whole = drawn_zone([star], dataset.municipalities).places
    twice = drawn_zone([star, BOX, star], dataset.municipalities).places
    both = drawn_zone([shapely.union(star, BOX)], dataset.municipalities).places
    assert twice.code.tolist() == both.code.tolist()
    assert np.allclose(twice.share, both.share, atol=1e-6)
    # By no cuts at all: the intersection with each municipality, in the projection that areas are measured in.
    land = dataset.municipalities.set_index("code").geometry[whole.code]
    expected = land.intersection(star).to_crs("EPSG:6933").area / land.to_crs("EPSG:6933").area
    assert np.allclose(whole.share, expected, atol=1e-6)
