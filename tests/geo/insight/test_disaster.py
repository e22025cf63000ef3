"""The ties of disaster prevention: by hand on a dozen links, and on the real build with plain pandas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.insight import disaster
from geo.insight.disaster import INSIDE, KINDS, MUTUAL, OUTSIDE, UNKNOWN, UNSAID
from geo.insight.flows import great_circle_km
from geo.ledger.schema import NETWORK
from geo.ledger.selection import Selection

#: What the screen opens with, of this category.
ALL = Selection(categories=(disaster.CATEGORY,))


@pytest.fixture(scope="module")
def selection(dataset) -> Selection:
    return replace(ALL, sources=tuple(dataset.sources[:1]))


@pytest.fixture(scope="module")
def pairs(dataset, selection) -> pd.DataFrame:
    return disaster.pairs(dataset.select(selection), {})


def plain(dataset, selection, places) -> pd.DataFrame:
    """The pairs of origin and municipality by nothing but pandas, the haversine written out with numpy."""
    links = dataset.links.merge(
        dataset.projects[["project_id", "categories"]], on="project_id", suffixes=("", "_2")
    )
    links = links[links.categories.map(lambda own: disaster.CATEGORY in own)]
    links = links[
        (links.source == selection.sources[0]) & (links.confidence >= 0.8) & links.municipality_code.notna()
    ]
    links = links[(links.tie != NETWORK) & (links.partner_code != links.origin_code)]
    links = links[~links.partner_code.isin(dataset.origins.code)]
    rows = links.groupby(["origin_code", "municipality_code"]).project_id.nunique().rename("n").reset_index()
    start, end = (places.loc[rows[column], ["lat", "lon"]].to_numpy(float).T for column in rows.columns[:2])
    (lat1, lon1), (lat2, lon2) = np.radians(start), np.radians(end)
    cosine = np.sin(lat1) * np.sin(lat2) + np.cos(lat1) * np.cos(lat2) * np.cos(lon2 - lon1)
    return rows.assign(km=6371.0 * np.arccos(cosine))


def test_the_category_is_one_that_the_documents_are_sorted_into(root, dataset):
    known = pd.read_csv(root / "data" / "reference" / "categories.csv").category
    assert disaster.CATEGORY in set(known)
    assert disaster.CATEGORY in dataset.categories


def test_pairs_by_hand(toy):
    table = disaster.pairs(toy.select(replace(ALL, peers=True)), {"p3": MUTUAL}, {"10444"})
    assert table.partner_code.tolist() == ["13103", "10000", "10444"]
    assert table.zone.tolist() == [OUTSIDE, UNKNOWN, INSIDE]
    assert table.direct.tolist() == [False, True, False]
    # From 世田谷区; 川場村 at 337.5°, just within north.
    assert [disaster.COMPASS[point] for point in table.point] == ["東", "北西", "北"]
    assert table.kinds.tolist() == [(MUTUAL,)] * 3
    assert table.distance_km.tolist() == sorted(table.distance_km)
    assert disaster.distance_table(table)[["n", "n_inside", "n_outside"]].values.tolist() == [
        [1, 0, 1],
        [0, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
    ]


def test_without_a_zone_nothing_is_in_or_out(toy):
    table = disaster.pairs(toy.select(ALL), {})
    assert set(table.zone) == {UNKNOWN}
    assert set(table.kinds) == {(UNSAID,)}


def test_a_network_is_one_whatever_its_name_and_what_is_unsaid_only_alone(toy):
    table = disaster.pairs(
        toy.select(Selection(networks=True)), {"p1": MUTUAL, "p2": UNSAID, "p4": MUTUAL}
    ).set_index("partner_code")
    assert table.kinds["47214"] == (NETWORK,)
    assert table.kinds["10425"] == (MUTUAL,)
    assert table.kinds["13207"] == (UNSAID,)


def test_every_number_with_plain_pandas(dataset, selection, pairs):
    places = dataset.municipalities.set_index("code")[["lat", "lon"]]
    expected = plain(dataset, selection, places)
    counted = pairs[~pairs.direct]
    merged = expected.merge(
        counted, left_on=["origin_code", "municipality_code"], right_on=["origin_code", "partner_code"]
    )
    assert len(merged) == len(expected) == len(counted) > 100
    assert (merged.n == merged.n_projects).all()
    assert np.allclose(merged.km, merged.distance_km, rtol=0.005)
    edges = [-1, 50, 100, 300, 500, np.inf]
    bands = pd.cut(counted.distance_km, edges).value_counts(sort=False).tolist()
    table = disaster.distance_table(pairs)
    assert table.n.tolist() == bands
    assert table.share.sum() == pytest.approx(1)
    compassed = disaster.compass_table(pairs)
    expected_points = (((counted.bearing + 22.5) // 45).astype(int) % 8).value_counts()
    assert compassed.n.tolist() == [int(expected_points.get(i, 0)) for i in range(8)]
    each = disaster.by_origin(dataset, pairs, disaster.origins_of(dataset.select(selection))).set_index(
        "origin_code"
    )
    near = expected[expected.km <= 100].origin_code.value_counts()
    far = expected[expected.km > 300].origin_code.value_counts()
    assert len(each) == len(dataset.origins)
    for code, row in each.iterrows():
        own = expected[expected.origin_code == code]
        assert (row.n, row.n_near, row.n_far) == (len(own), near.get(code, 0), far.get(code, 0))
        assert row.near == pytest.approx(near.get(code, 0) / len(own))
        assert row.farthest_km == pytest.approx(own.km.max(), rel=0.005)


def test_in_and_out_add_up(pairs):
    inside = set(pairs.partner_code.iloc[::3])
    table = pairs.assign(zone=disaster.zone_of(pairs.partner_code, inside))
    counted = table[~table.direct]
    bands = disaster.distance_table(table)
    assert bands.n_inside.sum() == counted.partner_code.isin(inside).sum()
    assert (bands.n_inside + bands.n_outside == bands.n).all()


@given(st.lists(st.floats(0, 3000), min_size=1))
def test_every_distance_lies_in_its_band(distances):
    for kilometres, place in zip(distances, disaster.bands_of(pd.Series(distances)), strict=True):
        lower, upper = disaster.BANDS[place]
        assert lower < kilometres or kilometres == lower == 0
        assert upper is None or kilometres <= upper


def test_candidates_are_far_outside_and_have_reasons(dataset, selection):
    selected = dataset.select(replace(selection, origins=("13113",)))
    home = dataset.places["13113"]
    partners = set(selected.links.municipality_code.dropna())
    found = disaster.far_candidates(selected)
    assert len(found) > 50
    for one, kilometres in found:
        point = dataset.places[one.code]
        assert kilometres == pytest.approx(float(great_circle_km(home.lat, home.lon, point.lat, point.lon)))
        assert kilometres > 300
        assert one.reasons
        assert one.code not in partners
        assert all(reason.kind != "listed" for reason in one.reasons)
    inside = {one.code for one, _ in found[:10]}
    assert disaster.far_candidates(selected, inside) == found[10:]


def test_where_no_tie_is_of_this_category_everything_is_zero(toy):
    selected = toy.select(replace(ALL, origins=("13103",)))
    table = disaster.pairs(selected, {}, {"10444"})
    assert table.empty
    assert disaster.distance_table(table)[["n", "share"]].to_numpy().sum() == 0
    assert disaster.kind_table(table).tolist() == [0] * len(KINDS)
    row = disaster.by_origin(toy, table, ["13103"]).iloc[0]
    assert row.n == 0
    assert pd.isna(row.near)
    assert pd.isna(row.farthest_code)
