"""Gaps and candidates: counted by hand on a dozen links, held against the tables on the real build."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pandas as pd
import pytest

from geo.insight import gaps
from geo.insight.flows import great_circle_km
from geo.insight.gaps import DIRECT, GAP, MEMBER, OUTSIDE, REACHED, candidates, gap_matrix, reach_totals
from geo.insight.metrics import prefecture_table
from geo.ledger.selection import Selection
from geo.places.codes import PREFECTURES, REGIONS

LIST = ("tokyo23_linkage_r8",)


def states(selected) -> dict[tuple[str, str], str]:
    table = gap_matrix(selected)
    return dict(zip(zip(table.origin_code, table.prefecture_code, strict=True), table.state, strict=True))


def by_code(selected) -> dict[str, gaps.Candidate]:
    return {one.code: one for one in candidates(selected)}


def kinds(candidate) -> dict[str, gaps.Reason]:
    return {reason.kind: reason for reason in candidate.reasons}


def with_agreement(toy, *members: str):
    """The toy with a regional agreement of ``members`` and an agreement with a company."""
    agreements = pd.DataFrame(
        {
            "agreement_id": ["a1", "a2"],
            "name": ["広域連携協定", "包括連携協定"],
            "kind": ["regional", "company"],
        }
    ).reindex(columns=toy.agreements.columns)
    rows = pd.DataFrame({"agreement_id": ["a1"] * len(members), "code": list(members)})
    return dataclasses.replace(toy, agreements=agreements, agreement_members=rows)


def test_the_regions_hold_every_prefecture_once():
    assert [code for codes in REGIONS.values() for code in codes] == list(PREFECTURES)


def test_the_matrix_by_hand(toy):
    table = gap_matrix(toy.select(Selection(networks=True)))
    assert len(table) == 2 * 4
    assert table.n_partners.tolist() == [1, 1, 1, 0, 1, 0, 0, 1]
    assert table.n_projects.tolist() == [2, 1, 2, 0, 1, 0, 0, 1]
    assert table.state.tolist() == [REACHED, REACHED, REACHED, GAP, REACHED, GAP, GAP, REACHED]


def test_a_prefecture_that_is_a_partner_only_itself_is_no_gap(toy):
    only = toy.links[toy.links.partner_code == "10000"]
    alone = dataclasses.replace(toy, links=only)
    assert states(alone.select(Selection(networks=True)))["13112", "10000"] == DIRECT


def test_what_cannot_be_reached_is_no_gap(toy):
    shown = states(toy.select(Selection(networks=True, home=False)))
    assert shown["13103", "13000"] == shown["13112", "13000"] == OUTSIDE
    assert shown["13112", "26000"] == GAP


def test_each_origin_is_asked_for_its_own_home(toy):
    links = toy.links.assign(
        origin_code=toy.links.origin_code.replace("13112", "26100"),
        home=toy.links.partner_code.str[:2] == "13",
    )
    shown = states(dataclasses.replace(toy, links=links).select(Selection(networks=True, home=False)))
    assert (shown["26100", "26000"], shown["26100", "13000"]) == (OUTSIDE, GAP)
    assert (shown["13103", "13000"], shown["13103", "26000"]) == (OUTSIDE, REACHED)


def test_totals_by_hand(toy):
    selected = toy.select(Selection(networks=True))
    table = reach_totals(selected, gap_matrix(selected)).set_index("code")
    assert table.n_partners.to_dict() == {"13103": 3, "13112": 2}
    assert table.n_gaps.to_dict() == {"13103": 1, "13112": 2}


def test_candidates_are_what_could_be_reached_and_is_not(toy):
    assert set(by_code(toy.select(Selection(networks=True, origins=("13112",))))) == {
        "10425",
        "13207",
        "26100",
    }
    assert set(by_code(toy.select(Selection(networks=True, origins=("13103",))))) == {"10444", "47214"}
    assert candidates(toy.select(Selection(networks=True))) == []
    # The other origin is a candidate only where origins count as partners; the origin itself never is.
    assert "13103" in by_code(
        toy.select(Selection(networks=True, origins=("13112",), peers=True, sources=("none",)))
    )
    assert "13112" not in by_code(toy.select(Selection(networks=True, origins=("13112",), peers=True)))


def test_other_origins_and_what_they_do_with_it(toy):
    found = by_code(toy.select(Selection(networks=True, origins=("13112",))))
    reason = kinds(found["10425"])["origins"]
    assert reason.ids == ("13103",)
    assert reason.categories == ("環境", "観光")
    assert set(toy.links.project_id[list(reason.links)]) == {"p1", "p2"}
    assert found["10425"].n_origins == 1


def test_several_origins_with_a_like_mix(toy, monkeypatch):
    monkeypatch.setattr(gaps, "SEVERAL", 1)
    # 世田谷区: 災害・防災, 環境, 観光, a third each. 港区 with 嬭恋村: 環境, 観光, a half each: 1/3 + 1/3.
    found = by_code(toy.select(Selection(networks=True, origins=("13112",))))
    reason = kinds(found["10425"])["similar"]
    assert reason.value == pytest.approx(2 / 3)
    assert reason.categories == ("環境", "観光")
    # With 昭島市 only 観光: 1/3 is less than a half.
    assert "similar" not in kinds(found["13207"])
    assert "origins" in kinds(found["13207"])


def test_members_of_a_regional_agreement(toy):
    signed = with_agreement(toy, "10425", "10444")
    found = by_code(signed.select(Selection(networks=True, origins=("13112",))))
    assert kinds(found["10425"])["agreement"].ids == ("a1",)
    assert "10444" not in found  # a partner already
    assert "agreement" not in kinds(found["26100"])


def test_near_a_partner_with_the_distance(toy, monkeypatch):
    distance = great_circle_km(36.517, 138.530, 36.703, 139.107)
    monkeypatch.setattr(gaps, "NEAR_KM", distance + 0.01)
    found = by_code(toy.select(Selection(networks=True, origins=("13112",))))["10425"]
    assert kinds(found)["near"].ids == ("10444",)
    assert kinds(found)["near"].value == found.distance_km == pytest.approx(distance)
    monkeypatch.setattr(gaps, "NEAR_KM", distance - 0.01)
    assert "near" not in kinds(by_code(toy.select(Selection(networks=True, origins=("13112",))))["10425"])


def test_no_partner_no_distance(toy):
    found = candidates(toy.select(Selection(networks=True, origins=("13112",), sources=("none",))))
    assert len(found) == 5
    assert all(one.distance_km is None and "near" not in kinds(one) for one in found)


def test_met_through_a_group_the_selection_leaves_out(toy):
    found = by_code(toy.select(Selection(origins=("13112",), networks=False)))
    reason = kinds(found["47214"])["network"]
    assert reason.ids == ("p4",)
    assert toy.links.loc[list(reason.links), "via"].tolist() == ["宮古の会"]


def test_met_in_a_network_of_another_origin_that_names_the_origin(toy):
    named = toy.links.copy()
    row = named[named.project_id == "p2"].iloc[[0]].assign(partner_code="13112", municipality_code="13112")
    named = pd.concat([named, row], ignore_index=True)
    named.loc[named.project_id == "p2", "network"] = True
    found = by_code(
        dataclasses.replace(toy, links=named).select(Selection(networks=True, origins=("13112",)))
    )
    assert {code for code, one in found.items() if "network" in kinds(one)} == {"10425", "13207", "26100"}
    # Not where all origins are meant by a group.
    named.loc[named.partner_code == "13112", "via"] = "特別区"
    found = by_code(
        dataclasses.replace(toy, links=named).select(Selection(networks=True, origins=("13112",)))
    )
    assert not any("network" in kinds(one) for one in found.values())


def test_projects_the_selection_leaves_out_are_told(toy):
    found = by_code(toy.select(Selection(networks=True, origins=("13103",), categories=("環境",))))
    assert kinds(found["13207"])["elsewhere"].ids == ("p2",)
    assert "10425" not in found


def test_a_partner_by_another_document_comes_last(toy):
    links = toy.links.assign(source=toy.links.source.mask(toy.links.project_id == "p2", "another"))
    selection = Selection(networks=True, origins=("13103",), sources=tuple(set(links.source) - {"another"}))
    found = candidates(dataclasses.replace(toy, links=links).select(selection))
    listed = [one.code for one in found if "listed" in kinds(one)]
    assert listed
    assert listed == [one.code for one in found][-len(listed) :]
    assert {kinds(one)["listed"].ids for one in found[-len(listed) :]} == {("p2",)}
    assert not any("elsewhere" in kinds(one) for one in found)


def test_a_project_is_told_once(toy):
    links = toy.links.copy()
    links.loc[links.project_id == "p2", "network"] = True
    twin = links[links.project_id == "p2"].assign(project_id="p9", network=False)
    projects = [toy.projects, toy.projects[toy.projects.project_id == "p2"].assign(project_id="p9")]
    both = dataclasses.replace(
        toy,
        links=pd.concat([links, twin], ignore_index=True),
        projects=pd.concat(projects, ignore_index=True),
    )
    found = by_code(
        both.select(Selection(networks=True, origins=("13103",), categories=("環境",), year_to=1900))
    )
    told = [set(kinds(one)) for one in found.values() if "elsewhere" in kinds(one)]
    assert told
    assert not any("network" in one for one in told)


def test_a_single_category_is_like_no_other(toy, monkeypatch):
    monkeypatch.setattr(gaps, "SEVERAL", 1)
    found = by_code(toy.select(Selection(networks=True, origins=("13112",), categories=("観光",))))
    assert "origins" in kinds(found["10425"])
    assert not any("similar" in kinds(one) for one in found.values())


def test_the_order_is_reasons_then_origins_then_distance():
    one = gaps.Reason("near", ("x",))
    ranked = [
        gaps.Candidate("4", "p", 0, 90.0, (one, one)),
        gaps.Candidate("3", "p", 5, 90.0, (one,)),
        gaps.Candidate("1", "p", 2, 10.0, (one,)),
        gaps.Candidate("0", "p", 2, 20.0, (one,)),
        gaps.Candidate("2", "p", 2, None, (one,)),
        gaps.Candidate("5", "p", 9, 1.0, ()),
    ]
    shuffled = [ranked[i] for i in (3, 5, 0, 2, 4, 1)]
    assert sorted(shuffled, key=lambda one: gaps._rank(one, {})) == ranked


def test_who_seeks_partners_is_told_by_its_rows(toy):
    selected = toy.select(Selection(networks=True, origins=("13112",)))
    before, seeking = by_code(selected), {"13207": ["4", "7"], "10444": ["5"], "13112": ["6"]}
    after = {one.code: one for one in candidates(selected, seeking=seeking)}
    assert kinds(after["13207"])["seeking"] == gaps.Reason("seeking", ("4", "7"))
    assert after["13207"].reasons[1:] == before["13207"].reasons
    assert {code for code, one in after.items() if "seeking" in kinds(one)} == {"13207"}
    # 10444 is a partner, 13112 the origin itself, 26100 a candidate that seeks nobody.
    assert gaps.standing_of(selected, [*seeking, "26100", "13000"]) == {
        "13207": gaps.CANDIDATE,
        "10444": gaps.PARTNER,
        "13112": gaps.ASIDE,
        "26100": gaps.CANDIDATE,
        "13000": gaps.ASIDE,
    }


def test_the_usual_weights_change_nothing(dataset):
    selected = dataset.select(Selection(sources=LIST, origins=("13112",)))
    assert candidates(selected) == candidates(selected, dict.fromkeys(gaps.WEIGHED, gaps.USUAL))


@pytest.mark.parametrize("kind", ["agreement", "elsewhere", "network", "similar", "origins", "near"])
def test_weights_order_the_candidates(dataset, kind):
    selected = dataset.select(Selection(sources=LIST, origins=("13112",), year_to=2015))
    usual = {one.code: one for one in candidates(selected)}
    strong = candidates(selected, {kind: gaps.STRONG})
    table = pd.DataFrame(
        {
            "listed": ["listed" in kinds(one) for one in usual.values()],
            "points": [-len(one.reasons) - (kind in kinds(one)) for one in usual.values()],
            "origins": [-one.n_origins for one in usual.values()],
            "km": [one.distance_km for one in usual.values()],
            "code": list(usual),
        }
    )
    assert any(kind in kinds(one) for one in strong)
    assert [one.code for one in strong] == table.sort_values(list(table.columns)).code.tolist()
    assert {one.code: one for one in strong} == usual
    assert [gaps.points(one, {kind: gaps.STRONG}) for one in strong] == [
        len(one.reasons) + (kind in kinds(one)) for one in strong
    ]
    unused = candidates(selected, {kind: gaps.UNUSED})
    assert not any(kind in kinds(one) for one in unused)
    for one in unused:
        told, before = kinds(one), kinds(usual[one.code])
        # Where a mix that is alike is no reason, it is still one that others are partners.
        instead = kind == "similar" and "similar" in before
        assert set(told) == set(before) - {kind} | ({"origins"} if instead else set())
        if instead:
            assert told["origins"].ids == before["similar"].ids


@pytest.mark.parametrize(
    "selection",
    [
        Selection(networks=True, sources=LIST),
        Selection(networks=True, sources=LIST, origins=("13112",)),
        Selection(sources=LIST, origins=("13110",), networks=False),
        Selection(
            networks=True,
            origins=("13103", "13123"),
            categories=("災害・防災",),
            year_to=2015,
            unknown_years=False,
        ),
        Selection(networks=True, origins=("13119",), peers=True, home=False),
    ],
)
def test_every_reason_is_in_the_tables(dataset, selection):
    selected = dataset.select(selection)
    group = set(selection.origins or dataset.origins.code)
    inside = set(selected.links.index)
    everyone = set(dataset.select(dataclasses.replace(selection, origins=())).links.index)
    all_documents = set(dataset.select(dataclasses.replace(selection, sources=())).links.index)
    partners = set(selected.links.municipality_code.dropna())
    members = dataset.agreement_members.groupby("code").agreement_id.agg(list).to_dict()
    points = dataset.municipalities.set_index("code")[["lat", "lon"]].astype(float)
    links = {row.Index: row for row in dataset.links[dataset.links.drawn].itertuples()}
    by_name = dataset.links[dataset.links.via.isna() & dataset.links.partner_code.isin(group)]
    named = set(by_name.project_id)
    found = candidates(selected)
    assert {one.code for one in found} == set(selected.universe.code) - partners - group
    for one in found:
        for reason in one.reasons:
            rows = [links[link] for link in reason.links]
            origins, places = {row.origin_code for row in rows}, {row.municipality_code for row in rows}
            if reason.kind == "agreement":
                assert set(reason.ids) == set(members[one.code])
                continue
            if reason.kind == "near":
                apart = great_circle_km(*points.loc[one.code], *points.loc[reason.ids[0]])
                assert reason.value == pytest.approx(apart)
                assert apart <= gaps.NEAR_KM
                assert places == set(reason.ids) <= partners
                continue
            assert places == {one.code}
            if reason.kind in ("listed", "elsewhere"):
                assert origins <= group
                assert inside.isdisjoint(reason.links)
                assert all_documents.issuperset(reason.links) == (reason.kind == "listed")
            elif reason.kind == "network":
                assert all(row.network or pd.notna(row.via) for row in rows)
                assert all(row.origin_code in group or row.project_id in named for row in rows)
            else:
                assert origins == set(reason.ids)
                assert group.isdisjoint(origins)
                assert everyone.issuperset(reason.links)
                assert len(origins) == one.n_origins
            if reason.kind == "similar":
                assert gaps.SIMILAR <= reason.value <= 1 + 1e-9
                assert one.n_origins >= gaps.SEVERAL
    told = Counter(reason.kind for one in found for reason in one.reasons)
    assert told["near"] > 10


def test_the_matrix_agrees_with_the_table_of_prefectures(dataset):
    matrix = gap_matrix(dataset.select(Selection(networks=True, sources=LIST)))
    assert len(matrix) == 23 * 47
    for origin in ("13101", "13112", "13103"):
        row = matrix[matrix.origin_code == origin].reset_index(drop=True)
        table = prefecture_table(dataset.select(Selection(networks=True, sources=LIST, origins=(origin,))))
        assert row.n_partners.tolist() == table.n_partners.tolist()
        assert row.state.isin([GAP, MEMBER]).tolist() == (~table.reached).tolist()
