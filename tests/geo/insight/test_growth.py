"""Growth by start year: by hand, by its own rules, and on the real build."""

from __future__ import annotations

import pytest

from geo.insight.growth import first_years, growth, unknown_starts
from geo.ledger.selection import Selection


def totals(table, group: str = "") -> dict[int, int]:
    rows = table[table.group == group]
    return dict(zip(rows.year, rows.n_total, strict=True))


def test_a_municipality_counts_once_from_its_first_known_year(toy):
    selected = toy.select(Selection(networks=True))
    firsts = first_years(selected).set_index("municipality_code").year
    # 京都市 through its ward 山科区 (1988) and without a year; 嬬恋村 1988 and without a year.
    assert firsts["26100"] == firsts["10425"] == 1988
    table = growth(selected)
    assert (table.year.min(), table.year.max()) == (1981, 2020)
    assert totals(table)[1980 + 1] == 1
    assert totals(table)[1987] == 1
    assert totals(table)[1988] == 3
    assert totals(table)[2019] == 4
    assert totals(table)[2020] == 5
    assert table.n_new.sum() == 5
    assert dict(unknown_starts(selected)) == {"": 0}


def test_what_has_no_known_year_is_counted_apart(toy):
    one = toy.select(Selection(networks=True, categories=("観光",), origins=("13103",)))
    assert totals(growth(one)) == dict.fromkeys(range(2010, 2021), 1)
    assert dict(unknown_starts(one)) == {"": 2}
    assert unknown_starts(one).sum() + growth(one).n_new.sum() == one.links.municipality_code.nunique()


def test_no_known_year_at_all(toy):
    none = toy.select(Selection(networks=True, categories=("観光",), year_mode="as_of", year_to=1950))
    assert growth(none).empty
    assert dict(unknown_starts(none)) == {"": 2}


def test_by_ward_and_by_category_every_group_has_every_year(toy):
    for by, groups in (("origin", {"13103", "13112"}), ("category", {"環境", "観光", "災害・防災"})):
        table = growth(toy.select(Selection(networks=True)), by)
        assert set(table.group) == groups
        assert (table.groupby("group").size() == 2020 - 1981 + 1).all()
    table = growth(toy.select(Selection(networks=True)), "category")
    assert totals(table, "環境")[1988] == 3
    assert totals(table, "災害・防災")[2020] == 1


def test_a_year_up_to_which_one_looks_ends_the_growth(toy):
    table = growth(toy.select(Selection(networks=True, year_mode="as_of", year_to=2001)))
    assert table.year.max() == 2001
    assert table.n_total.iloc[-1] == 3


def test_an_unknown_way_of_telling_apart_is_refused(toy):
    with pytest.raises(KeyError):
        growth(toy.select(Selection(networks=True)), "prefecture")


@pytest.mark.parametrize("by", [None, "origin", "category"])
def test_the_real_totals_only_grow_and_lose_nobody(dataset, by):
    selected = dataset.select(Selection(networks=True, sources=("tokyo23_linkage_r8",)))
    table, unknown = growth(selected, by), unknown_starts(selected, by)
    for group, rows in table.groupby("group"):
        assert rows.n_total.is_monotonic_increasing
        assert rows.n_new.sum() == rows.n_total.iloc[-1]
        firsts = first_years(selected, by)
        assert rows.n_total.iloc[-1] + unknown[group] == (firsts.group == group).sum()
    if by is None:
        assert rows.n_total.iloc[-1] + unknown[""] == selected.links.municipality_code.nunique()
