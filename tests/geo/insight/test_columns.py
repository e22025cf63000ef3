"""What is counted of columns is what is counted of a list of ties, under any selection of any dataset."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.insight import gaps, growth, overlap, profiles
from geo.insight.flows import flows
from geo.insight.indicators import Indicator, partner_values
from geo.insight.membership import member_table
from geo.insight.metrics import key_figures, municipality_table, prefecture_table
from geo.insight.periods import between_years
from geo.insight.population import Population
from geo.ledger.dataset import Dataset
from geo.ledger.fellows import fellows
from geo.ledger.schema import TABLES
from geo.ledger.selection import Selected, Selection
from tests.geo.insight import oracle
from tests.geo.insight.oracle import Tie, grouped

COUNTS = ("n_projects", "n_municipalities", "n_origins", "first_year", "first_kind", "categories")
ORIGINS = ("13103", "13112", "10425", "26000")
PARTNERS = ("13103", "13112", "13207", "10425", "10444", "26100", "26110", "47214", "10000", "26000", None)
#: More than a row of bits holds.
CATEGORIES = [f"分野{number:02}" for number in range(70)]


def some(values, least: int = 0, most: int = 3) -> st.SearchStrategy:
    return st.lists(st.sampled_from(list(values)), min_size=least, max_size=most, unique=True).map(tuple)


def selections(dataset: Dataset) -> st.SearchStrategy[Selection]:
    year = st.none() | st.integers(*(dataset.years or (2000, 2001)))
    flags = ("unknown_years", "above_years", "networks", "peers", "home")
    return st.builds(
        Selection,
        origins=some(dataset.origins.code),
        categories=some([*dataset.categories, "ない分野"]),
        sources=some(dataset.sources, most=1),
        year_mode=st.sampled_from(["began", "as_of"]),
        year_from=year,
        year_to=year,
        **dict.fromkeys(flags, st.booleans()),
    )


@st.composite
def datasets(draw, toy: Dataset) -> Dataset:
    """A dozen links or fewer of the places of ``toy``, of any kind."""
    owners = draw(st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=5))
    projects = toy.projects.iloc[[0] * len(owners)].assign(
        project_id=[f"p{number}" for number in range(len(owners))],
        origin_code=owners,
        categories=[list(draw(some(CATEGORIES))) for _ in owners],
        source=[draw(st.sampled_from(["a", "b"])) for _ in owners],
    )
    owned = st.integers(0, len(owners) - 1)
    year = st.none() | st.integers(1990, 1993)
    row = st.tuples(owned, st.sampled_from(PARTNERS), year, *(st.booleans() for _ in range(4)))
    drawn = draw(st.lists(row, min_size=1, max_size=12))
    whose = [projects.iloc[one[0]] for one in drawn]
    links = (
        toy.links[list(TABLES["links"])]
        .iloc[[0] * len(drawn)]
        .assign(
            project_id=[one.project_id for one in whose],
            origin_code=[one.origin_code for one in whose],
            source=[one.source for one in whose],
            partner_code=[one[1] for one in drawn],
            start_year=[one[2] for one in drawn],
            year_kind=[None if one[2] is None else "年" if one[3] else "年度" for one in drawn],
            year_basis=["none" if one[2] is None else "above" if one[4] else "partner" for one in drawn],
            tie=["network" if one[5] else "joint" for one in drawn],
            via=["会" if one[6] else None for one in drawn],
            confidence=1.0,
        )
    )
    tables = {name: getattr(toy, name) for name in TABLES}
    made = {"links": links, "projects": projects}
    for name, table in made.items():
        dtypes = {column: kind for column, kind in TABLES[name].items() if kind != "list"}
        tables[name] = table.reset_index(drop=True).astype(dtypes)
    return Dataset.of(tables, meta={})


def test_the_same_is_counted_of_the_lists_of_the_build(dataset):
    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    @given(selections(dataset))
    def holds(selection):
        _holds(dataset, selection)

    holds()


def test_the_same_is_counted_of_any_list(toy):
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data):
        made = data.draw(datasets(toy))
        _holds(made, data.draw(selections(made)))
        origins, members = fellows(made), made.columns.ties
        codes = (members.codes_of(column) for column in origins[:2])
        found = set(zip(*codes, members.codes_of(origins.by), origins.row.tolist(), strict=True))
        assert found == oracle.fellows(made)

    holds()


def _holds(dataset: Dataset, selection: Selection) -> None:
    selected, ties = dataset.select(selection), oracle.ties(dataset, selection)
    municipal = [tie for tie in ties if tie.municipality]
    assert selected.ties.rows.tolist() == [tie.row for tie in ties]
    assert selected.projects.project_id.tolist() == [
        project for project in dataset.projects.project_id if project in {tie.project for tie in ties}
    ]
    _flows_hold(selected, ties)
    _places_hold(selected, ties)
    _origins_hold(selected, ties, municipal)
    _growth_holds(selected)
    _gaps_hold(selected, ties)
    _periods_hold(selected)


def _flows_hold(selected: Selected, ties: list[Tie]) -> None:
    starts = {
        "origin": lambda tie: tie.origin,
        "prefecture": lambda tie: tie.origin[:2] + "000",
        "all": lambda _: "",
    }
    ends = {"municipality": lambda tie: tie.partner, "prefecture": lambda tie: tie.prefecture}
    for start, begins in starts.items():
        for by, goes in ends.items():
            table = flows(selected, by, start)
            expected = grouped(ties, lambda tie, one=begins, other=goes: (one(tie), other(tie)))
            expected = {pair: oracle.counts(own) for pair, own in expected.items()}
            assert oracle.rows(table, ["origin_code", "partner_code"], COUNTS) == expected
            order = table.sort_values(
                ["n_projects", "n_municipalities", "origin_code", "partner_code"],
                ascending=[False, False, True, True],
            )
            assert order.index.tolist() == list(range(len(table)))
            for row in table.head(5).itertuples() if start != "all" else ():
                assert row.distance_km == pytest.approx(
                    oracle.km(selected.dataset, row.origin_code, row.partner_code)
                )


def _places_hold(selected: Selected, ties: list[Tie]) -> None:
    dataset = selected.dataset
    figures = key_figures(selected)
    expected = oracle.figures(dataset, ties)
    farthest = expected.pop("km")
    assert {name: getattr(figures, name) for name in expected} == expected
    assert (figures.farthest and figures.farthest[1]) == (farthest and pytest.approx(farthest))
    prefectures = grouped(ties, lambda tie: tie.prefecture)
    table = prefecture_table(selected).rename(columns={"n_partners": "n_municipalities_"})
    for row in table.itertuples():
        own = prefectures.get(row.code, [])
        known = oracle.counts(own)
        assert (row.n_projects, row.n_origins, row.n_municipalities_) == tuple(
            known[name] for name in ("n_projects", "n_origins", "n_municipalities")
        )
        assert row.direct == any(tie.municipality is None for tie in own)
        assert row.reached == bool(own)
    places = grouped((tie for tie in ties if tie.municipality), lambda tie: tie.municipality)
    columns = [name for name in COUNTS if name != "n_municipalities"]
    for table in (profiles.partner_table(selected), municipality_table(selected, "13000")):
        for code, row in oracle.rows(table, ["code"], [*columns, "origins", "partnered"]).items():
            own = places.get(code, [])
            origins = sorted({tie.origin for tie in own})
            said = "、".join(dataset.places[origin].name for origin in origins)
            known = {name: oracle.counts(own)[name] for name in columns}
            assert row == known | {"origins": said, "partnered": bool(own)}
    for row in member_table(selected).drop_duplicates("code").itertuples():
        own = places.get(row.code, [])
        assert (row.n_projects, row.individual) == (
            oracle.counts(own)["n_projects"],
            any(not tie.wide for tie in own),
        )
    none = pd.Series(dtype=float)
    table = partner_values(selected, Indicator("", "", none, none, adds=True))
    expected = {
        code: {name: oracle.counts(own)[name] for name in ("n_projects", "n_origins")}
        for code, own in places.items()
    }
    assert oracle.rows(table, ["code"], ["n_projects", "n_origins"]) == expected


def _origins_hold(selected: Selected, ties: list[Tie], municipal: list[Tie]) -> None:
    dataset, groups = selected.dataset, grouped(ties, lambda tie: tie.origin)
    have, codes = oracle.partners(ties), sorted(dataset.origins.code)
    names = ("n_municipalities", "n_prefectures", "n_projects", "n_individual", "first_year", "first_kind")
    table = profiles.origin_table(selected)
    for code, row in oracle.rows(table, ["origin_code"], [*names, "median_km"]).items():
        expected = oracle.reach(dataset, groups.get(code, []))
        middle = expected.pop("median_km")
        assert row.pop("median_km") == (middle and pytest.approx(middle))
        assert row == expected
    counts = profiles.shared_counts(selected)
    leading = profiles.leading_category(selected)
    held = grouped(municipal, lambda tie: tie.municipality)
    for code in codes[:3]:
        own = have.get(code, set())
        shared = {other: len(own & have.get(other, set())) for other in codes}
        assert counts[code].to_dict() == shared
        table = profiles.overlap(selected, code)
        assert dict(zip(table.origin_code, table.n_shared, strict=True)) == {
            other: n for other, n in shared.items() if other != code
        }
        assert all(sorted(own & have.get(row.origin_code, set())) == row.shared for row in table.itertuples())
        others = set().union(*(places for other, places in have.items() if other != code))
        assert profiles.only_partners(selected, code) == sorted(own - others)
        lacking = {
            place: tuple(sorted({tie.origin for tie in ties}))
            for place, ties in held.items()
            if place != code and code not in {tie.origin for tie in ties}
        }
        table = overlap.lacking(selected, code)
        assert dict(zip(table.code, table.origins, strict=True)) == lacking
        assert all(
            row.n_projects == len({tie.project for tie in held[row.code]}) for row in table.itertuples()
        )
        mix = grouped(
            {(tie.project, tie.origin == code, name) for tie in ties for name in tie.categories},
            lambda one: one[1:],
        )
        table = profiles.category_mix(selected, code)
        mine = {name: len(one) for (own, name), one in mix.items() if own}
        assert {row.category: row.n_projects for row in table.itertuples() if row.n_projects} == mine
        if mine:
            assert leading.category[code] == min(mine, key=lambda name: (-mine[name], name))
    if len(codes) > 1:
        asked = overlap.Overlap(selected, overlap.Question.of_one(codes[:3]))
        compared = [tie for tie in municipal if tie.origin in codes[:3] and tie.municipality not in codes[:3]]
        columns = ["n_projects", "first_year", "first_kind"]
        for table, index in ((asked.table, ["code"]), (asked.holdings, ["code", "origin_code"])):
            key = (
                (lambda tie: tie.municipality)
                if len(index) == 1
                else (lambda tie: (tie.municipality, tie.origin))
            )
            expected = {
                pair: {name: oracle.counts(own)[name] for name in columns}
                for pair, own in grouped(compared, key).items()
            }
            assert oracle.rows(table, index, columns) == expected


def _growth_holds(selected: Selected) -> None:
    dataset, selection = selected.dataset, selected.selection
    ever = oracle.ties(dataset, replace(selection, year_from=None, year_to=None)) if selection.dated else None
    ties = oracle.ties(dataset, selection) if ever is None else ever
    ties = [tie for tie in ties if tie.municipality]
    belongs = {
        None: lambda _: ("",),
        "origin": lambda tie: (tie.origin,),
        "category": lambda tie: tie.categories,
    }
    for by, groups in belongs.items():
        each = [((group, tie.municipality), tie) for tie in ties for group in groups(tie)]
        expected = {
            pair: dict(zip(("year", "kind"), oracle.first([tie for _, tie in own]), strict=True))
            for pair, own in grouped(each, lambda one: one[0]).items()
        }
        assert (
            oracle.rows(growth.first_years(selected, by), ["group", "municipality_code"], ["year", "kind"])
            == expected
        )
        until = selection.year_to or 9999
        known = [(group, row["year"], row["kind"]) for (group, _), row in expected.items() if row["year"]]
        new = grouped((one for one in known if one[1] <= until), lambda one: one[:2])
        table = growth.growth(selected, by)
        assert table.n_new.sum() == sum(map(len, new.values()))
        for row in table[table.n_new > 0].itertuples():
            kinds = [kind for *_, kind in new[row.group, row.year]]
            assert row.n_new == len(kinds)
            assert row.kind == (kinds[0] if len(set(kinds)) == 1 else "")
        totals = table.n_new.astype(int).groupby(table.group).cumsum()
        assert table.n_total.tolist() == totals.tolist()
        unknown = growth.unknown_starts(selected, by)
        assert unknown.sum() == sum(row["year"] is None for row in expected.values())


def _gaps_hold(selected: Selected, ties: list[Tie]) -> None:
    dataset, selection = selected.dataset, selected.selection
    cells = grouped(ties, lambda tie: (tie.origin, tie.prefecture))
    anyone = oracle.ties(dataset, replace(selection, origins=(), networks=True))
    proofs = {tie.row for tie in anyone}
    asked = set(selection.origins or dataset.origins.code)
    met = {
        (tie.origin, tie.municipality, tie.prefecture) for tie in anyone if tie.wide and tie.origin in asked
    }
    known = {row for row in oracle.fellows(dataset) if row[0] in asked and row[3] in proofs}
    met |= {(origin, place, place[:2] + "000") for origin, place, *_ in known}
    reached = {(origin, prefecture) for origin, _, prefecture in met}
    matrix = gaps.gap_matrix(selected)
    assert len(matrix) == len(asked) * len(dataset.prefectures)
    for row in matrix.itertuples():
        own = oracle.counts(cells.get((row.origin_code, row.prefecture_code), []))
        assert (row.n_partners, row.n_projects) == (own["n_municipalities"], own["n_projects"])
        if row.state in (gaps.MEMBER, gaps.GAP):
            assert (row.state == gaps.MEMBER) == ((row.origin_code, row.prefecture_code) in reached)
            assert not row.n_projects
    if selection.origins:
        wide = oracle.ties(dataset, replace(selection, networks=True))
        members = {place for _, place, _ in met} & set(selected.universe.code)
        assert Population(selected).fellows == len(members - {tie.municipality for tie in wide})


def _periods_hold(selected: Selected) -> None:
    dataset, selection = selected.dataset, selected.selection
    first, last = (dataset.years or (2000, 2000))[0], (dataset.years or (2000, 2000))[1] + 1
    found = between_years(dataset, selection, first, last)
    one, other = (
        oracle.ties(dataset, replace(selection, year_mode="as_of", year_from=None, year_to=year))
        for year in (first, last)
    )
    before = {(tie.origin, tie.partner) for tie in one}
    assert found.before.pairs == before
    added = [tie for tie in other if tie.row not in {tie.row for tie in one}]
    assert {(row.origin_code, row.partner_code): row.n_projects for row in found.added.itertuples()} == {
        pair: len({tie.project for tie in own})
        for pair, own in grouped(added, lambda tie: (tie.origin, tie.partner)).items()
    }
    ends = {place for _, place in before}
    for row in found.added.itertuples():
        pair = row.origin_code, row.partner_code
        assert row.new == ("project" if pair in before else "pair" if row.partner_code in ends else "place")
