"""Sets of partners of a few origins: by hand on the toy dataset, and against plain pandas whatever is asked."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.insight import profiles
from geo.insight.overlap import (
    ALL,
    CONDITIONS,
    FELLOW,
    NETWORK,
    ONE,
    SOME,
    Overlap,
    Question,
    closest,
    lacking,
)
from geo.ledger.fellows import fellows
from geo.ledger.selection import Selection

TOY = ("13103", "13112")
LIST = ("tokyo23_linkage_r8",)


def plain(selected, origins) -> pd.DataFrame:
    """Municipality × origin, True where it is a partner: what the links say, and nothing else."""
    links = selected.links[selected.links.origin_code.isin(origins)]
    links = links.dropna(subset="municipality_code")
    links = links[~links.municipality_code.isin(origins)]
    held = pd.crosstab(links.municipality_code, links.origin_code) > 0
    return held.reindex(columns=list(origins), fill_value=False)


def test_two_origins_of_the_toy(toy):
    selected = toy.select(Selection(networks=True))
    shared = Overlap(selected, Question.shared(TOY))
    assert shared.found.empty
    assert shared.sharing == {ALL: 0, SOME: 0, ONE: 5}
    only = Overlap(selected, Question.missing(TOY, "13103"))
    assert list(only.found.code) == ["10444", "47214"]
    assert list(only.found.n_projects) == [1, 1]
    assert only.combinations.values.tolist() == [[("13103",), 3, False], [("13112",), 2, True]]
    row = only.holdings.set_index(["code", "origin_code"]).loc[("10425", "13103")]
    assert (row.n_projects, row.first_year, row.first_kind) == (2, 1988, "年度")


def test_an_origin_that_is_compared_is_no_partner_of_the_others(toy):
    asked = Overlap(toy.select(Selection(networks=True, peers=True)), Question.of_one(TOY))
    assert "13103" not in set(asked.table.code)
    assert asked.left_out == 1
    assert Overlap(toy.select(Selection(networks=True)), Question.of_one(TOY)).left_out == 0


def test_ties_outside_of_the_conditions_are_told_apart(dataset):
    origins = tuple(dataset.origins.code[:5])
    selected = dataset.select(Selection(sources=LIST, year_from=1995))
    asked = Overlap(selected, Question.of_one(origins))
    whole = dataset.select(Selection(origins=origins, networks=True, peers=True)).links
    whole = whole.dropna(subset="municipality_code")
    single = set(
        whole[~whole.network][["municipality_code", "origin_code"]].itertuples(index=False, name=None)
    )
    wide = set(whole[["municipality_code", "origin_code"]].itertuples(index=False, name=None))
    known, ties = fellows(dataset), dataset.columns.ties
    members = set(zip(ties.codes_of(known.municipality), ties.codes_of(known.origin), strict=True))
    assert set(asked.elsewhere.values()) == {CONDITIONS, NETWORK, FELLOW}
    held = {
        (code, origin)
        for code, own in zip(asked.table.code, asked.table.origins, strict=True)
        for origin in own
    }
    for code in asked.table.code:
        for origin in origins:
            pair = code, origin
            expected = (
                None
                if pair in held
                else CONDITIONS
                if pair in single
                else NETWORK
                if pair in wide
                else FELLOW
                if pair in members
                else None
            )
            assert asked.elsewhere.get(pair) == expected, pair


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_question_is_answered_as_the_links_answer_it(dataset, data):
    codes = sorted(dataset.origins.code)
    origins = tuple(data.draw(st.lists(st.sampled_from(codes), min_size=2, max_size=5, unique=True)))
    asked = {code: data.draw(st.sampled_from(["has", "lacks", "any"])) for code in origins}
    if set(asked.values()) == {"lacks"}:
        asked[origins[0]] = "any"
    has, lacks = (frozenset(code for code in origins if asked[code] == what) for what in ("has", "lacks"))
    alone = not has and not lacks and data.draw(st.booleans())
    selected = dataset.select(
        Selection(sources=LIST, networks=data.draw(st.booleans()), peers=data.draw(st.booleans()))
    )
    found = Overlap(selected, Question(origins, has, lacks, alone))
    held = plain(selected, origins)
    rows = held[list(has)].all(axis=1) & ~held[list(lacks)].any(axis=1)
    if alone:
        rows &= held.sum(axis=1) == 1
    assert set(found.found.code) == set(held.index[rows])
    assert set(found.table.code) == set(held.index)
    n = held.sum(axis=1)
    assert found.sharing == {
        ALL: int((n == len(origins)).sum()),
        SOME: int(((n > 1) & (n < len(origins))).sum()),
        ONE: int((n == 1).sum()),
    }
    assert found.combinations.n.sum() == len(held)
    assert int(found.combinations.n[found.combinations.answers].sum()) == int(rows.sum())
    links = selected.links[selected.links.origin_code.isin(origins)]
    counted = links.groupby(["municipality_code", "origin_code"]).agg(
        n=("project_id", "nunique"), first=("start_year", "min")
    )
    for row in found.holdings.itertuples():
        expected = counted.loc[(row.code, row.origin_code)]
        assert row.n_projects == expected.n
        assert (pd.isna(row.first_year) and pd.isna(expected["first"])) or row.first_year == expected["first"]


def test_the_named_questions_are_those_of_the_answers(dataset):
    selected, (a, b, c) = dataset.select(Selection(sources=LIST)), ("13106", "13118", "13107")
    held = plain(selected, (a, b, c))

    def codes(question):
        return set(Overlap(selected, question).found.code)

    assert codes(Question.shared((a, b, c))) == set(held.index[held.all(axis=1)])
    assert codes(Question.of_one((a, b, c))) == set(held.index[held.sum(axis=1) == 1])
    assert codes(Question.missing((a, b, c), c)) == set(held.index[held[a] & held[b] & ~held[c]])
    anyone = codes(Question.missing((a, b, c), c, of_all=False))
    assert anyone == set(held.index[(held[a] | held[b]) & ~held[c]])
    assert Question.missing((a, b, c), c, of_all=False).free == (a, b)


@pytest.mark.parametrize(
    ("origins", "has", "lacks"),
    [
        (("a",), "", ""),
        (("a", "a"), "", ""),
        (tuple("abcdef"), "", ""),
        (("a", "b"), "a", "a"),
        (("a", "b"), "c", ""),
        (("a", "b"), "", "ab"),
    ],
)
def test_what_nothing_can_answer_is_refused(origins, has, lacks):
    with pytest.raises(ValueError, match="origins|answer"):
        Question(origins, frozenset(has), frozenset(lacks))
    with pytest.raises(ValueError, match="answer"):
        Question(("a", "b"), frozenset("a"), alone=True)


def test_the_two_with_most_in_common(dataset):
    selected = dataset.select(Selection(sources=LIST))
    counts = profiles.shared_counts(selected)
    best = max(counts.loc[one, other] for one, other in combinations(counts.index, 2))
    one, other = closest(selected)
    assert counts.loc[one, other] == best
    mine = "13107"
    first, near = closest(selected, mine=mine)
    assert first == mine
    assert counts.loc[mine, near] == counts.loc[mine].drop(mine).max()
    some = ["13101", "13102", "13103"]
    assert set(closest(selected, some)) <= set(some)
    assert closest(selected, ["13101"]) == ("13101",)


def test_no_ties_at_all_are_two_origins_all_the_same(toy):
    nothing = toy.select(Selection(year_from=2050))
    assert closest(nothing) == TOY
    asked = Overlap(nothing, Question.shared(TOY))
    assert asked.found.empty
    assert asked.holdings.empty
    assert asked.combinations.empty


def test_what_others_have_and_one_has_not(dataset):
    selected = dataset.select(Selection(sources=LIST, peers=True))
    links = selected.links.dropna(subset="municipality_code")
    by_place = links.groupby("municipality_code")
    table = lacking(selected, "13112")
    expected = {
        code: (tuple(sorted(set(own.origin_code))), own.project_id.nunique())
        for code, own in by_place
        if "13112" not in set(own.origin_code) and code != "13112"
    }
    found = {row.code: (row.origins, row.n_projects) for row in table.itertuples()}
    assert found == expected
    assert list(table.n_origins) == sorted(map(len, table.origins), reverse=True)
    assert table.n_origins.iloc[0] > 1
