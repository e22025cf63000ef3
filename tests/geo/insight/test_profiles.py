"""Profiles, counted by hand on the toy dataset and checked for sense on the real build."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.insight import profiles
from geo.ledger.selection import Selection


@pytest.fixture
def selected(toy):
    return toy.select(Selection(networks=True))


def test_every_origin_is_counted(selected):
    table = profiles.origin_table(selected).set_index("origin_code")
    assert list(table.index) == ["13103", "13112"]
    minato = table.loc["13103"]
    # 嬬恋村, 京都市 (with its ward 山科区), 昭島市; the origin itself is no partner.
    assert (minato.n_municipalities, minato.n_prefectures, minato.n_projects) == (3, 3, 2)
    assert (minato.n_individual, minato.first_year) == (2, 1988)
    assert 130 < minato.median_km < 160  # 嬬恋村, between 昭島市 and 京都市
    setagaya = table.loc["13112"]
    # 群馬県 itself and 川場村 are one prefecture; p4 is there through a group only.
    assert (setagaya.n_municipalities, setagaya.n_prefectures, setagaya.n_projects) == (2, 2, 2)
    assert (setagaya.n_individual, setagaya.first_year) == (1, 1981)


def test_an_origin_without_links_counts_as_zero(toy):
    table = profiles.origin_table(toy.select(Selection(networks=True, categories=("災害・防災",)))).set_index(
        "origin_code"
    )
    assert table.loc["13103", "n_projects"] == 0
    assert pd.isna(table.loc["13103", "median_km"])
    standing = profiles.standing(table.reset_index(), "13103")
    assert standing.loc["n_projects", "rank"] == 2
    assert pd.isna(standing.loc["median_km", "rank"])
    assert standing.loc["median_km", "of"] == 1


def test_standing_leaves_the_origin_out_of_the_median():
    table = pd.DataFrame({"origin_code": list("abcd"), **dict.fromkeys(profiles.FIGURES, [5, 1, 3, 5])})
    standing = profiles.standing(table, "a").loc["n_projects"]
    assert (standing.value, standing["median"], standing["rank"], standing.of) == (5, 3, 1, 4)
    assert profiles.standing(table, "c").loc["n_projects", "rank"] == 3


def test_the_mix_of_categories(selected):
    mix = profiles.category_mix(selected, "13103")
    assert mix.values.tolist() == [["環境", 1, 0.5, 0.5], ["観光", 1, 0.5, 0.5], ["災害・防災", 0, 0.0, 0.5]]
    # One project of two categories counts in both.
    assert profiles.category_mix(selected, "13112").n_projects.tolist() == [1, 1, 1]


def test_the_leading_category_of_each_origin(selected):
    table = profiles.leading_category(selected)
    # Every category of 港区 and of 世田谷区 has one project: the first of the alphabet leads.
    assert table.category.to_dict() == {
        "13103": "環境",
        "13112": profiles.category_mix(selected, "13112").category.min(),
    }
    assert table.share["13103"] == 0.5
    nobody = selected.dataset.select(Selection(networks=True, categories=("災害・防災",)))
    assert "13103" not in profiles.leading_category(nobody).index


def test_distances_in_bands(selected):
    table = profiles.municipal_flows(selected)
    bands = profiles.distance_bands(table[table.origin_code == "13103"])
    # 昭島市 36 km, 嬬恋村 146 km, 京都市 366 km.
    assert bands.n_municipalities.tolist() == [1, 0, 1, 1, 0, 0]
    assert bands.from_km.tolist() == [0, 50, 100, 300, 500, 1000]
    edges = pd.DataFrame({"distance_km": [0.0, 49.9, 50.0, 999.9, 1000.0, 9000.0]})
    assert profiles.distance_bands(edges).n_municipalities.tolist() == [2, 1, 0, 0, 1, 2]


def test_the_strongest_ties_have_the_most_projects_and_then_the_oldest(selected):
    table = profiles.municipal_flows(selected)
    ties = profiles.strongest(table[table.origin_code == "13103"])
    # 京都市 and 嬬恋村: two projects each since 1988; 昭島市 one.
    assert ties.partner_code.tolist() == ["10425", "26100", "13207"]
    assert ties.n_projects.tolist() == [2, 2, 1]
    assert len(profiles.strongest(table, 2)) == 2


def test_shared_partners(selected):
    apart = profiles.overlap(selected, "13103")
    assert apart[["origin_code", "n_partners", "n_shared", "jaccard"]].values.tolist() == [
        ["13112", 2, 0, 0.0]
    ]
    assert profiles.only_partners(selected, "13103") == ["10425", "13207", "26100"]
    codes = selected.dataset.links.municipality_code.replace("47214", "10425")
    moved = replace(selected.dataset, links=selected.dataset.links.assign(municipality_code=codes))
    moved = moved.select(selected.selection)
    shared = profiles.overlap(moved, "13103").iloc[0]
    # {嬬恋, 京都, 昭島} and {川場, 嬬恋}: one of four.
    assert (shared.n_shared, shared.jaccard, shared.shared) == (1, 0.25, ["10425"])
    assert profiles.only_partners(moved, "13112") == ["10444"]
    assert profiles.shared_counts(moved).values.tolist() == [[3, 1], [1, 2]]


def test_an_origin_without_partners_shares_none(toy):
    selected = toy.select(Selection(networks=True, categories=("災害・防災",)))
    assert profiles.overlap(selected, "13103").n_shared.tolist() == [0]
    assert profiles.only_partners(selected, "13103") == []


def test_every_municipality_with_its_ties(selected):
    table = profiles.partner_table(selected).set_index("code")
    # 港区 and 世田谷区 are origins and no partners here; 山科区 counts as 京都市.
    assert list(table.index) == ["10425", "26100", "10444", "13207", "47214"]
    assert table.loc["26100", ["n_origins", "n_projects", "first_year"]].tolist() == [1, 2, 1988]
    assert table.loc["10444", ["origins", "categories"]].tolist() == ["世田谷区", "災害・防災、環境"]
    lonely = profiles.partner_table(
        selected.dataset.select(Selection(networks=True, categories=("環境",)))
    ).set_index("code")
    assert not lonely.loc["13207", "partnered"]
    assert pd.isna(lonely.loc["13207", "first_year"])


def test_neighbours_are_the_nearest_with_their_ties(selected):
    near = profiles.neighbours(selected, "10444")
    assert near.name.tolist() == ["嬬恋村", "昭島市", "京都市", "宮古島市"]
    assert near.distance_km.is_monotonic_increasing
    assert near.iloc[0][["n_origins", "n_projects", "origins"]].tolist() == [1, 2, "港区"]
    with pytest.raises(KeyError):
        profiles.neighbours(selected, "99999")


def test_agreements_of_a_municipality(toy):
    dataset = replace(
        toy,
        agreements=pd.DataFrame(
            {"agreement_id": ["b", "a"], "signed_on": ["2018-04-16", "2016-04-26"], "source_line": [2, 1]}
        ),
        agreement_members=pd.DataFrame(
            {"agreement_id": ["a", "b", "b"], "code": ["10444", "10444", "10425"]}
        ),
    )
    selected = dataset.select(Selection(networks=True))
    assert profiles.agreements_of(selected, "10444").agreement_id.tolist() == ["a", "b"]
    assert profiles.agreements_of(selected, "10425").agreement_id.tolist() == ["b"]
    assert profiles.agreements_of(selected, "13207").empty


def test_the_real_build_adds_up(dataset):
    selected = dataset.select(Selection(networks=True))
    table = profiles.origin_table(selected).set_index("origin_code")
    for origin in table.index:
        own = dataset.select(Selection(networks=True, origins=(origin,)))
        flows = profiles.municipal_flows(own)
        assert len(flows) == table.loc[origin, "n_municipalities"]
        assert profiles.distance_bands(flows).n_municipalities.sum() == len(flows)
        assert profiles.category_mix(selected, origin).n_projects.max() <= table.loc[origin, "n_projects"]
    partners = selected.links.municipality_code.dropna().nunique()
    shared = {
        code
        for origin in table.index
        for codes in profiles.overlap(selected, origin).shared
        for code in codes
    }
    only = [code for origin in table.index for code in profiles.only_partners(selected, origin)]
    assert len(shared) + len(only) == partners
    assert shared.isdisjoint(only)
