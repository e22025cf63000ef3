from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset, DatasetError
from geo.ledger.fellows import fellows, members_by
from geo.ledger.schema import CONFIDENT
from geo.ledger.selection import Selection
from geo.places.gazetteer import Gazetteer


def pairs(selected):
    return set(zip(selected.links.origin_code, selected.links.partner_code, strict=True))


def test_default_keeps_confident_links_to_others_only(toy):
    kept = toy.select(Selection(networks=True))
    assert (kept.links.confidence >= CONFIDENT).all()
    assert ("13103", "13103") not in pairs(kept)  # the origin printed in its own list
    assert ("13112", "13103") not in pairs(kept)  # two origins
    assert len(kept.links) == 8


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"networks": False}, {("13112", "47214")}),
        ({"home": False}, {("13103", "13207")}),
        ({"unknown_years": False}, {("13103", "26100")}),
        ({"origins": ("13103",)}, {("13112", "10444"), ("13112", "10000"), ("13112", "47214")}),
        ({"categories": ("環境",)}, {("13103", "26100"), ("13103", "13207"), ("13112", "47214")}),
    ],
)
def test_each_filter_takes_away_what_it_names(toy, change, lost):
    assert (
        pairs(toy.select(Selection(networks=True)))
        - pairs(toy.select(Selection(**{"networks": True} | change)))
        == lost
    )


def test_peers_bring_back_ties_between_origins(toy):
    assert ("13112", "13103") in pairs(toy.select(Selection(networks=True, peers=True)))


def test_years_began_and_as_of_differ(toy):
    began = toy.select(Selection(networks=True, year_from=1985, year_to=2001, unknown_years=False))
    as_of = toy.select(
        Selection(networks=True, year_mode="as_of", year_from=1985, year_to=2001, unknown_years=False)
    )
    assert set(began.links.start_year) == {1988, 2001}
    assert set(as_of.links.start_year) == {1981, 1988, 2001}


def test_universe_follows_the_switches(toy):
    assert len(toy.select(Selection(networks=True, peers=True)).universe) == 7  # no designated ward
    assert len(toy.select(Selection(networks=True)).universe) == 5
    assert set(toy.select(Selection(networks=True, home=False)).universe.prefecture_code) == {
        "10000",
        "26000",
        "47000",
    }


def test_designated_ward_rolls_up_to_its_city_and_prefecture_to_none(toy):
    links = toy.links.set_index("partner_code")
    assert links.loc["26110", "municipality_code"] == "26100"
    assert links.loc["26110", "prefecture_code"] == "26000"
    assert links.loc[["10000"]].municipality_code.isna().all()


def test_no_two_places_have_the_same_name(dataset):
    assert len(set(dataset.names.values())) == len(dataset.names) == len(dataset.places)
    assert dataset.names["01101"] == "北海道札幌市中央区"
    assert dataset.names["34208"] == "広島県府中市"
    assert dataset.names["34000"] == "広島県"
    assert dataset.names == {place.code: place.full_name for place in Gazetteer.load()}


def test_wide_networks_are_the_ties_that_say_so_and_off_at_first(dataset):
    assert dataset.links.network.equals((dataset.links.tie == "network").astype(bool))
    first = dataset.select(Selection())
    assert not first.links.network.any()
    assert dataset.select(Selection(networks=True)).links.network.any()


def test_only_what_is_known_to_have_begun_is_kept_where_years_are_asked_for(toy):
    for asked in ({"year_to": 2001}, {"year_from": 1900}, {"year_mode": "as_of", "year_to": 2100}):
        assert toy.select(Selection(networks=True, **asked)).links.start_year.notna().all()


def test_the_year_of_a_cell_above_can_be_left_out(toy):
    links = toy.links.assign(year_basis=toy.links.year_basis.mask(toy.links.start_year == 2010, "above"))
    doubtful = dataclasses.replace(toy, links=links)
    assert 2010 in set(doubtful.select(Selection(networks=True)).links.start_year.dropna())
    kept = doubtful.select(Selection(networks=True, above_years=False))
    assert 2010 not in set(kept.links.start_year.dropna()) | set(kept.ties.began >> 1)
    assert len(kept.links) == len(doubtful.select(Selection(networks=True)).links)


def test_a_selection_remembers_a_bit_a_link_and_no_rows(dataset):
    selected = dataset.select(Selection(networks=True, above_years=False))
    assert len(selected.links) == len(selected.ties) == selected.keep.sum()
    assert set(vars(selected)) == {"selection", "dataset", "packed"}
    assert selected.packed.nbytes == -(-len(dataset.links) // 8)


def test_networks_are_mutual(toy):
    named = ("13103", "13112", "10444")
    rows = toy.links.iloc[[0] * len(named)].assign(
        partner_code=list(named), origin_code="13120", tie="network"
    )
    links = pd.concat(
        [toy.links, rows.assign(project_id="p9", network=True, drawn=True, via=None)], ignore_index=True
    )
    links["municipality_code"] = links.partner_code
    projects = pd.concat([toy.projects, toy.projects[:1].assign(project_id="p9")], ignore_index=True)
    wider = dataclasses.replace(toy, links=links, projects=projects)
    own, ties = fellows(wider, ("13103",)), wider.columns.ties
    assert ties.distinct(own.municipality) == ["10444", "13112", "13120"]
    assert ties.distinct(own.by) == ["13120"] == members_by(wider, ("13103",), "10444")
    assert members_by(wider, ("13103",), "26000") == []


def test_missing_build_says_what_to_do(tmp_path):
    with pytest.raises(DatasetError, match="python -m pipeline build"):
        Dataset.load(tmp_path)


@pytest.mark.parametrize("damage", ["no description", "other types", "truncate", "remove", "column"])
def test_broken_build_is_one_sentence(build_dir, tmp_path, damage):
    import shutil

    import pandas as pd

    copy = tmp_path / "build"
    shutil.copytree(build_dir, copy)
    table = copy / "projects.parquet"
    if damage == "truncate":
        table.write_bytes(table.read_bytes()[:200])
    elif damage == "no description":
        (copy / "build.json").write_text("[1]", encoding="utf-8")
    elif damage == "other types":
        links = copy / "links.parquet"
        pd.read_parquet(links).assign(confidence="high").to_parquet(links)
    elif damage == "remove":
        table.unlink()
    else:
        pd.read_parquet(table).drop(columns="name").to_parquet(table)
    with pytest.raises(DatasetError) as caught:
        Dataset.load(copy)
    assert "作り直してください" in str(caught.value)
    assert "\n" not in str(caught.value)
