from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.insight.flows import COLUMNS, EARTH_RADIUS_KM, flows, great_circle_km
from geo.ledger.selection import Selection

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def test_distance_of_a_known_pair():
    # Tokyo Station to Naha City Hall; about 1,555 km on the Geospatial Information Authority's calculator.
    assert great_circle_km(35.6812, 139.7671, 26.2124, 127.6792) == pytest.approx(1555, rel=0.005)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_symmetric_and_bounded(lat1, lon1, lat2, lon2):
    there, back = great_circle_km(lat1, lon1, lat2, lon2), great_circle_km(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 3.1416 * EARTH_RADIUS_KM


def test_municipal_flows_count_by_hand(toy):
    table = flows(toy.select(Selection(networks=True))).set_index(["origin_code", "partner_code"])
    assert list(flows(toy.select(Selection(networks=True))).columns) == COLUMNS
    assert table.loc[("13103", "26100"), "n_projects"] == 2  # the city itself and its ward 山科区
    assert table.loc[("13103", "10425"), "first_year"] == 1988
    assert table.loc[("13103", "10425"), "categories"] == "環境、観光"
    assert table.loc[("13112", "10000"), "n_municipalities"] == 0  # a prefecture is no municipality
    assert len(table) == 6


def test_bundled_flows(toy):
    table = flows(toy.select(Selection(networks=True)), by="prefecture").set_index(
        ["origin_code", "partner_code"]
    )
    assert table.loc[("13112", "10000"), "n_municipalities"] == 1
    assert table.loc[("13112", "10000"), "n_projects"] == 1
    one = flows(toy.select(Selection(networks=True)), by="prefecture", start="all").set_index("partner_code")
    assert set(one.index) == {"10000", "13000", "26000", "47000"}
    assert one.loc["10000", ["n_projects", "n_municipalities", "n_origins"]].tolist() == [3, 2, 2]
    assert one.origin_lat.iloc[0] == pytest.approx((35.658 + 35.646) / 2)


def test_flows_of_the_origins_of_a_prefecture_begin_at_its_office(toy):
    table = flows(toy.select(Selection(networks=True, peers=True)), "prefecture", "prefecture")
    assert set(table.origin_code) == {"13000"}
    assert set(table.origin_name) == {"東京都"}
    table = table.set_index("partner_code")
    assert table.loc["10000", ["n_projects", "n_municipalities", "n_origins"]].tolist() == [3, 2, 2]
    assert table.distance_km["13000"] == 0 < table.distance_km["10000"]


def test_no_links_no_flows(toy):
    for by in ("municipality", "prefecture"):
        for start in ("origin", "prefecture", "all"):
            table = flows(toy.select(Selection(networks=True, origins=("13999",))), by=by, start=start)
            assert list(table.columns) == COLUMNS
            assert table.empty


def test_real_flows_reconcile_with_links(dataset):
    selected = dataset.select(Selection(networks=True, peers=True))
    table = flows(selected)
    assert table[["lat", "lon", "origin_lat", "origin_lon", "distance_km"]].notna().all(axis=None)
    municipal = table[~table.partner_code.str.endswith("000")]
    assert municipal.partner_code.nunique() == selected.links.municipality_code.nunique()
    assert set(table.origin_code) == set(selected.links.origin_code)
