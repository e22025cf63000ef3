"""Before and after: every number again with plain pandas, of two years and of two editions."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.insight.periods import PAIR, PLACE, PROJECT, ROWS, between_editions, between_years
from geo.insight.population import Population
from geo.insight.turnover import growth, turnover
from geo.ledger.selection import Selection
from tests.editions_made import AFTER, BEFORE

LIST = ("tokyo23_linkage_r8",)
VIEWS = {
    "as the screens open": Selection(sources=LIST),
    "one origin, a field": Selection(origins=("13112",), categories=("文化", "観光")),
    "without years from above": Selection(above_years=False, networks=True, peers=True),
    "asking for years itself": Selection(
        sources=LIST, year_mode="began", year_from=2010, year_to=2012, unknown_years=False, home=False
    ),
}
#: Of two years, the 年 and 年度 of the first are before: the two may share a year, and lie outside the data.
YEARS = ((2015, 2025), (1990, 2000), (1800, 1950), (2019, 2020))


def by_hand(dataset, view: Selection) -> pd.DataFrame:
    """The links of a view whatever their year, from the columns of the table."""
    links = dataset.links
    keep = links.drawn.astype(bool)
    for column, chosen in (("origin_code", view.origins), ("source", view.sources)):
        keep &= links[column].isin(chosen) if chosen else True
    if view.categories:
        keep &= links.categories.map(lambda own: bool(set(own) & set(view.categories)))
    keep &= view.networks | (links.tie != "network")
    keep &= view.peers | ~links.partner_code.isin(dataset.origins.code)
    keep &= view.home | (links.origin_code.str[:2] != links.partner_code.str[:2])
    kept = links[keep]
    year = kept.start_year
    if not view.above_years:
        year = year.mask((kept.year_basis == "above").fillna(False))
    place = kept.municipality_code.fillna(kept.prefecture_code)
    return kept.assign(year=year, place=place, pair=kept.origin_code + place)


def towns(rows: pd.DataFrame) -> set[str]:
    return set(rows.municipality_code.dropna())


def pairs(rows: pd.DataFrame) -> set[str]:
    return set(rows.pair[rows.municipality_code.notna()])


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_number_of_two_years(dataset, view, years):
    first, last = years
    found, rows = between_years(dataset, view, first, last), by_hand(dataset, view)
    one, other = (rows[(rows.year <= year).fillna(False)] for year in years)
    for side, own in ((found.before, one), (found.after, other)):
        assert side.figures.municipalities == len(towns(own)) == len(side.places)
        assert side.figures.prefectures == own.partner_code.str[:2].nunique()
        assert side.figures.projects == own.project_id.nunique()
        assert side.ties == len(pairs(own))
    assert found.places_added == towns(other) - towns(one)
    assert found.ties_added == len(pairs(other) - pairs(one))
    assert found.prefectures_added == set(other.prefecture_code) - set(one.prefecture_code)
    assert (found.places_gone, found.ties_gone, len(found.gone)) == (set(), 0, 0)
    open_rows = rows[rows.year.isna()]
    assert found.undated.projects == open_rows.project_id.nunique()
    assert found.undated.municipalities == len(towns(open_rows))
    assert found.unknown == towns(open_rows) - towns(rows[rows.year.notna()])
    assert not found.unknown & found.after.places
    assert found.unsure == found.places_added & towns(open_rows)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_rows_of_what_was_added_hold_every_link_once(dataset, view):
    found, rows = between_years(dataset, view, 2010, 2020), by_hand(dataset, view)
    one = rows[(rows.year <= 2010).fillna(False)]
    new = rows[((rows.year > 2010) & (rows.year <= 2020)).fillna(False)]
    added = found.added
    assert list(added.columns) == list(ROWS)
    keys = added.origin_code + added.partner_code
    assert keys.is_unique
    assert set(keys) == set(new.pair)
    assert added.n_projects.sum() == len(new.drop_duplicates(["pair", "project_id"]))
    assert set(keys[added.new == PROJECT]) == set(new.pair) & set(one.pair)
    assert set(added.partner_code[added.new == PLACE]) == set(new.place) - set(one.place)
    assert set(added.new) <= {PLACE, PAIR, PROJECT}
    first = new.groupby("pair").year.min()
    assert (keys.map(first) == added.start_year).all()
    assert set(keys[added.unsure]) == set(new.pair) & set(rows.pair[rows.year.isna()])
    cited = set(zip(new.pair, new.source, new.source_line, strict=True))
    assert set(zip(keys, added.source, added.source_line, strict=True)) <= cited
    names = new.groupby("pair").project_name.agg(frozenset)
    assert all(set(row.projects) == names[row.origin_code + row.partner_code] for row in added.itertuples())


def test_the_prefectures_add_up(dataset):
    found = between_years(dataset, VIEWS["as the screens open"], 2015, 2025)
    table = found.prefectures
    assert len(table) == 47
    assert table.n_before.sum() == found.before.figures.municipalities
    assert table.n_after.sum() == found.after.figures.municipalities
    assert (table.n_after - table.n_before == table.n_added - table.n_gone).all()
    assert table.n_added.sum() == len(found.places_added)
    assert table.n_unknown.sum() == len(found.unknown)


def test_the_sides_are_what_other_screens_show_of_these_years(dataset):
    found = between_years(dataset, VIEWS["asking for years itself"], 2015, 2025)
    shown = Population(
        dataset.select(
            replace(VIEWS["asking for years itself"], year_mode="as_of", year_from=None, year_to=2015)
        )
    )
    assert found.before.figures == shown.figures
    assert found.undated == shown.undated


def test_the_years_have_to_be_in_order(dataset):
    with pytest.raises(ValueError, match="before"):
        between_years(dataset, Selection(), 2015, 2015)


@pytest.mark.parametrize(
    "view", [Selection(), Selection(categories=("観光",)), Selection(origins=("14203",))]
)
def test_two_editions_are_compared_as_the_screen_of_the_changes_does(editions, view):
    found, known = between_editions(editions, view, BEFORE, AFTER), turnover(editions, view, BEFORE, AFTER)
    assert (found.ties_added, found.ties_gone) == (known.ties_came, known.ties_went)
    assert sorted(found.places_added) == known.places_came
    assert sorted(found.places_gone) == known.places_went
    counts = growth(editions, view, [BEFORE, AFTER])
    assert [side.ties for side in (found.before, found.after)] == counts.n_ties.tolist()
    assert [side.figures.projects for side in (found.before, found.after)] == counts.n_projects.tolist()
    assert [len(side.places) for side in (found.before, found.after)] == counts.n_partners.tolist()
    flows = known.flows
    for rows, gone in ((found.added, False), (found.gone, True)):
        own = flows[flows.gone == gone]
        assert set(zip(rows.origin_code, rows.partner_code, strict=True)) == set(
            zip(own.origin_code, own.partner_code, strict=True)
        )
        assert PROJECT not in set(rows.new)
    assert not found.of_years
    assert (found.undated.projects, found.unknown, found.unsure) == (0, frozenset(), set())


def test_what_came_and_went_between_two_editions(editions):
    found = between_editions(editions, Selection(), BEFORE, AFTER)
    names = editions.places
    assert {names[row.partner_code].name for row in found.added.itertuples()} == {"弘前市", "小樽市"}
    assert {names[row.partner_code].name for row in found.gone.itertuples()} == {"甲府市"}
    assert found.prefectures.n_added.sum() == 2
    assert found.prefectures.n_gone.sum() == 1
    assert set(found.added.source) == {AFTER}
    assert set(found.gone.source) == {BEFORE}
