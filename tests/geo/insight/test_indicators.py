"""What is counted of an indicator, held against plain pandas on the toy dataset and the real build."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.insight.gaps import candidates
from geo.insight.indicators import (
    LEAST_POINTS,
    Indicator,
    like,
    origin_values,
    partner_values,
    prefecture_values,
    spearman,
)
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection


def indicator(
    values: dict, prefectures: dict | None = None, adds: bool = True, unit: str = "人"
) -> Indicator:
    return Indicator(
        "人口", unit, pd.Series(values, dtype=float), pd.Series(prefectures or {}, dtype=float), adds
    )


PEOPLE = {"10425": 10_000, "10444": 3_000, "13207": 110_000, "26100": 1_400_000, "13103": 260_000}


@pytest.fixture(scope="module")
def built(build_dir) -> Dataset:
    return Dataset.load(build_dir)


@pytest.fixture(scope="module")
def made(built) -> Indicator:
    """A value for each municipality but every ninth, made from its code."""
    places = built.municipalities
    codes = places.code[places.kind != "designated_ward"].iloc[np.arange(1741) % 9 != 4]
    return indicator({code: 1_000 + int(code) * 7919 % 400_000 for code in codes})


def test_a_prefecture_has_the_sum_of_its_municipalities_only_where_all_are_known(toy):
    table = prefecture_values(toy.select(Selection()), indicator(PEOPLE)).set_index("code")
    assert table.value.dropna().to_dict() == {"10000": 13_000, "13000": 110_000, "26000": 1_400_000}
    assert table.basis["10000"] == "sum"
    assert table.basis["47000"] is None
    assert table.n_known.to_dict() == {"10000": 2, "13000": 1, "26000": 1, "47000": 0}
    # Gunma: 2 partner municipalities of p1, p2, p3.
    assert table.partners_rate["10000"] == pytest.approx(2 / 13_000 * 100_000)
    assert table.projects_rate["10000"] == pytest.approx(3 / 13_000 * 100_000)
    assert np.isnan(table.projects_rate["47000"])


def test_a_sum_that_lacks_a_municipality_is_not_pretended(toy):
    less = {code: n for code, n in PEOPLE.items() if code != "10444"}
    table = prefecture_values(toy.select(Selection()), indicator(less)).set_index("code")
    assert np.isnan(table.value["10000"])
    assert np.isnan(table.projects_rate["10000"])
    assert (table.n_known["10000"], table.n_municipalities["10000"]) == (1, 2)


def test_a_printed_value_of_the_whole_prefecture_stands_where_all_of_it_is_meant(toy):
    own = indicator(PEOPLE, {"10000": 14_000, "13000": 14_000_000})
    table = prefecture_values(toy.select(Selection()), own).set_index("code")
    assert (table.value["10000"], table.basis["10000"]) == (14_000, "printed")
    # The origins of Tokyo cannot be partners here: the value of all of Tokyo is not that of the rest.
    assert (table.value["13000"], table.basis["13000"]) == (110_000, "sum")
    everyone = prefecture_values(toy.select(Selection(peers=True)), own).set_index("code")
    assert (everyone.value["13000"], everyone.basis["13000"]) == (14_000_000, "printed")


def test_shares_are_never_added_up(toy):
    shares = indicator({"10425": 40.0, "10444": 50.0}, adds=False, unit="%")
    table = prefecture_values(toy.select(Selection()), shares).set_index("code")
    assert (table.value["10000"], table.basis["10000"]) == (45.0, "median")
    assert table.partners_rate.isna().all()


def test_rates_of_every_prefecture_are_those_of_plain_pandas(built, made):
    selected = built.select(Selection())
    table = prefecture_values(selected, made).set_index("code")
    links = selected.links
    universe = selected.universe.assign(value=selected.universe.code.map(made.values))
    for code, own in universe.groupby("prefecture_code"):
        whole = own.value.notna().all()
        rows = links[links.prefecture_code == code]
        assert table.n_projects[code] == rows.project_id.nunique()
        if whole:
            assert table.value[code] == own.value.sum()
            expected = rows.project_id.nunique() / own.value.sum() * 100_000
            assert table.projects_rate[code] == pytest.approx(expected)
        else:
            assert np.isnan(table.value[code])
        assert table.n_known[code] == own.value.notna().sum()


def test_origins_and_partners_are_those_of_plain_pandas(built, made):
    selected = built.select(Selection())
    links = selected.links
    table = origin_values(selected, made).set_index("code")
    for code, rows in links.groupby("origin_code"):
        assert table.n_partners[code] == rows.municipality_code.nunique()
        if code in made.values.index:
            expected = rows.municipality_code.nunique() / made.values[code] * 100_000
            assert table.partners_rate[code] == pytest.approx(expected)
        else:
            assert np.isnan(table.partners_rate[code])
    partners = partner_values(selected, made)
    assert set(partners.code) == set(links.municipality_code.dropna())
    known = partners.value.dropna()
    assert known.is_monotonic_decreasing
    assert partners.value.isna().sum() == sum(code not in made.values.index for code in partners.code)
    counted = links.groupby("municipality_code").project_id.nunique()
    assert (partners.set_index("code").n_projects == counted.reindex(partners.code)).all()


@pytest.mark.parametrize("share", [0.2, 0.3, 0.5])
def test_like_size_is_what_is_within_the_share_and_has_no_tie(built, made, share):
    code = next(one for one in built.origins.code if one in made.values.index)
    selected = built.select(Selection(origins=(code,)))
    found = like(selected, made.values, code, share)
    value = made.values[code]
    partners = set(selected.links.municipality_code.dropna())
    pool = [one for one in selected.universe.code if one not in partners and one != code]
    expected = {
        one for one in pool if one in made.values.index and abs(made.values[one] / value - 1) <= share + 1e-9
    }
    assert set(found.table.code) == expected
    assert expected
    assert found.n_without == len(pool)
    assert found.n_unknown == sum(one not in made.values.index for one in pool)
    apart = (found.table.ratio - 1).abs()
    assert apart.is_monotonic_increasing
    # The screen of gaps names the same municipalities.
    assert {one.code for one in candidates(selected)} >= expected


def test_there_is_nothing_like_a_place_without_a_value(toy):
    selected = toy.select(Selection(origins=("13112",)))
    assert like(selected, pd.Series(PEOPLE), "13112", 0.2) is None
    assert like(selected, pd.Series({"13112": 0.0}), "13112", 0.2) is None


def test_the_bounds_belong_to_what_is_like(toy):
    selected = toy.select(Selection(origins=("13112",)))
    values = pd.Series({"13112": 100.0, "10425": 80.0, "26100": 120.0, "13207": 79.999})
    assert set(like(selected, values, "13112", 0.2).table.code) == {"10425", "26100"}


@given(st.permutations(range(12)))
def test_rank_correlation_is_spearmans_formula(order):
    n = len(order)
    first, second = pd.Series(range(n)), pd.Series(order) ** 3 * 1.0
    rho, counted = spearman(first, second)
    apart = sum((a - b) ** 2 for a, b in zip(range(n), order, strict=True))
    assert counted == n
    assert rho == pytest.approx(1 - 6 * apart / (n * (n * n - 1)))


def test_too_few_points_or_all_alike_have_no_correlation():
    few = pd.Series(range(LEAST_POINTS - 1))
    assert spearman(few, few) == (None, LEAST_POINTS - 1)
    many = pd.Series(range(20))
    assert spearman(many, many * 0) == (None, 20)
    holes = many.astype(float).where(many % 2 == 0)
    rho, n = spearman(holes, many)
    assert (rho, n) == (pytest.approx(1.0), 10)


def test_ties_are_given_for_an_amount_near_the_numbers():
    assert indicator(PEOPLE).per == 100_000
    assert indicator(PEOPLE, unit="km²").per == 100
    assert indicator({"a": 30, "b": 50, "c": 2_000}, unit="校").per == 100
    assert indicator({}, unit="校").per == 1
