"""Many origins by prefecture and by size: who is in a group, what it is called, and what is counted of it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.insight import groups
from geo.insight.growth import growth
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.origins import MOST
from geo.ledger.selection import Selection
from tests.many_origins import PREFECTURES, codes_of, spread


@pytest.fixture(scope="module")
def many(build_dir, tmp_path_factory):
    """A dataset of more origins than stand beside each other."""
    out = tmp_path_factory.mktemp("many") / "build"
    return Dataset.load(spread(build_dir, out, codes_of(build_dir)))


@pytest.fixture(scope="module")
def selected(many):
    return many.select(Selection(peers=True, networks=True))


def test_no_two_origins_are_called_the_same(many, dataset):
    assert len(many.origins) > MOST
    assert many.naming.many
    bare = many.origins.code.map({code: point.name for code, point in many.places.items()})
    twice = bare.duplicated(keep=False)
    assert {"府中市", "伊達市"} <= set(bare[twice])
    assert many.origins.name.is_unique
    assert list(many.origins.name[twice]) == [many.names[code] for code in many.origins.code[twice]]
    assert list(many.origins.name[~twice]) == list(bare[~twice])
    assert many.origin_names["13206"] == "東京都府中市"
    assert many.origin_names["10444"] == many.places["10444"].name
    assert dataset.origin_names["13103"] == "港区"


def test_every_origin_is_in_one_prefecture_and_one_class_of_size(many):
    found = groups.groups(many)
    assert [group.key for group in found.prefectures] == list(PREFECTURES)
    for kind in (found.prefectures, found.sizes):
        assert sorted(code for group in kind for code in group.codes) == list(many.origins.code)
    links = many.links[many.links.drawn & ~many.links.network]
    partners = links.groupby("origin_code").municipality_code.nunique()
    assert found.measure == "partners"
    for group in found.sizes:
        least = int(group.key.removeprefix("size"))
        numbers = partners.reindex(group.codes, fill_value=0)
        above = [bound for bound in groups.PARTNERS if bound > least]
        assert numbers.min() >= least
        assert numbers.max() < min(above, default=10**6)


def test_the_size_is_the_population_where_it_is_known(many):
    people = pd.DataFrame(
        {
            "source": "census",
            "code": many.origins.code,
            "indicator": "人口",
            "unit": "人",
            "value": [9_999.0, 10_000.0, 500_000.0, *[60_000.0] * (len(many.origins) - 3)],
            "source_line": 1,
            "source_place": "",
        }
    )
    density = people.assign(indicator="人口密度", value=1.0)
    known = replace(many, indicators=pd.concat([density, people.iloc[:-1]]))
    found = groups.groups(known)
    assert found.measure == "people"
    first, second, third = many.origins.code[:3]
    named = {group.label: group.codes for group in found.sizes}
    assert named["人口50万人以上"] == (third,)
    assert named["人口1万人以上5万人未満"] == (second,)
    assert named["人口1万人未満"] == (first,)
    assert named["人口が資料にない"] == (many.origins.code.iloc[-1],)


def test_what_is_chosen_together_is_called_together(many, dataset):
    tokyo = groups.groups(many).by_key["13"].codes
    assert groups.called(many, tokyo) == [f"東京都の{len(tokyo)}自治体"]
    assert groups.subject(many, tokyo) == f"東京都の{len(tokyo)}自治体"
    more = (*tokyo, "01100", "01202", "01203", "01204")
    assert groups.subject(many, more) == f"東京都の{len(tokyo)}自治体ほか4自治体"
    assert groups.subject(many, ("13206", "34208")) == "東京都府中市・広島県府中市"
    assert groups.subject(many, ()) == many.naming.everyone
    size = groups.groups(many).sizes[0]
    assert groups.subject(many, size.codes).startswith(f"{size.label}の{len(size.codes)}")
    # Of few origins nothing is called otherwise than by their names.
    wards = tuple(dataset.origins.code)
    assert groups.called(dataset, wards) == list(dataset.origins.name)
    assert groups.subject(dataset, wards[:5]) == "千代田区ほか4区"


def test_groups_stand_for_their_origins(many):
    tokyo = groups.groups(many).by_key["13"].codes
    assert groups.expanded(many, ["13", "13103", "01100", "nobody"]) == tuple(sorted({*tokyo, "01100"}))
    assert groups.home_of(many, tokyo) == "13000"
    assert groups.home_of(many, ("13103", "01100")) is None
    assert groups.too_many(many, ())
    assert not groups.too_many(many, tokyo)


def test_how_many_origins_of_a_prefecture_reach_another(many, selected):
    table = groups.reach_table(selected).set_index(["home", "prefecture_code"])
    links = selected.links.assign(home=selected.links.origin_code.str[:2] + "000")
    for (home, code), row in table.iterrows():
        own = links[(links.home == home) & (links.prefecture_code == code)]
        reaching = set(own.origin_code[own.municipality_code.notna()])
        assert row.n_reaching == len(reaching)
        assert row.n_direct == len(set(own.origin_code) - reaching)
        assert row.n_origins == sum(many.origins.code.str[:2] == home[:2])
    assert len(table) == len(PREFECTURES) * 47
    assert not table.outside.any()
    away = groups.reach_table(many.select(Selection(peers=True, home=False)))
    assert set(away.home[away.outside] + away.prefecture_code[away.outside]) == {
        f"{number}000{number}000" for number in PREFECTURES
    }


def test_a_prefecture_counts_each_partner_and_project_once(selected):
    table = groups.home_table(selected, origin_table(selected)).set_index("home")
    links = selected.links
    for home, row in table.iterrows():
        own = links[links.origin_code.str[:2] == home[:2]]
        each = own.groupby("origin_code").municipality_code.nunique()
        assert row.n_municipalities == own.municipality_code.nunique()
        assert row.n_projects == own.project_id.nunique()
        assert row.n_prefectures == own.prefecture_code.nunique()
        assert row.n_tied == own.origin_code.nunique()
        assert row.most == each.max()
        assert set(row.best) == set(each.index[each == each.max()])
        assert row.middle == each.reindex(row_codes(selected, home), fill_value=0).median()


def row_codes(selected, home):
    codes = selected.dataset.origins.code
    return codes[codes.str[:2] == home[:2]]


def test_growth_of_a_prefecture_is_that_of_its_origins_alone(many, selected):
    table, unknown = groups.home_growth(selected)
    for home, rows in table.groupby("group"):
        codes = tuple(row_codes(selected, home))
        own = growth(many.select(replace(selected.selection, origins=codes)))
        whole = own.set_index("year").n_total
        mine = rows.set_index("year").n_total
        assert (mine[whole.index] == whole).all()
        assert rows.n_new.sum() == mine.iloc[-1] == whole.iloc[-1]
    assert set(unknown.index) == {f"{number}000" for number in PREFECTURES}


def test_what_origins_do_with_each_other_is_no_aside_where_it_is_most(many, dataset, build_dir, tmp_path):
    assert not dataset.mutual
    codes = codes_of(build_dir, [f"{number:02}" for number in range(1, 48)])
    whole = Dataset.load(spread(build_dir, tmp_path / "whole", codes, times=3))
    assert len(whole.origins) > len(many.origins)
    assert whole.mutual
