"""The tables agreements, agreement_members, partner_counts and events of a real build."""

from __future__ import annotations

import pytest

CHRONOLOGY, NEWSLETTER = "tokyo23_chronology_r6", "suginami_exchange_r5"


@pytest.fixture(scope="module")
def regional(dataset):
    return dataset.agreements[dataset.agreements.kind == "regional"]


def test_thirteen_agreements_in_nine_prefectures_and_four_companies(dataset, regional):
    assert len(regional) == 13
    assert regional.prefecture_code.nunique() == 9
    companies = dataset.agreements[dataset.agreements.kind == "company"]
    assert len(companies) == 4
    assert companies[["stated_members", "enumerated_members", "prefecture_code"]].isna().all(axis=None)


def test_372_is_the_sum_of_the_memberships(dataset, regional):
    assert len(dataset.agreement_members) == 372
    assert dataset.agreement_members.code.nunique() == 372
    assert regional.stated_members.sum() == regional.enumerated_members.sum() == 372
    counted = dataset.agreement_members.agreement_id.value_counts()
    assert list(regional.enumerated_members) == list(counted[regional.agreement_id])


def test_members_are_of_the_prefecture_and_kind(dataset, regional):
    places = dataset.municipalities.set_index("code")
    for row in regional.itertuples():
        codes = dataset.agreement_members.code[dataset.agreement_members.agreement_id == row.agreement_id]
        kinds = set(places.kind[codes])
        wanted = {"city", "designated_city"} if row.partner_text.endswith("市長会") else {"town", "village"}
        assert kinds <= wanted
        assert set(places.prefecture_code[codes]) == {row.prefecture_code}
    members = regional.set_index("partner_text")[["stated_members", "enumerated_members"]]
    assert tuple(members.loc["群馬県市長会"]) == (23, 12)
    assert tuple(members.loc["群馬県町村会"]) == (12, 23)
    assert tuple(members.loc["千葉県市長会"]) == (37, 37)


def test_counts_by_year(dataset):
    table = dataset.partner_counts.pivot_table(index="year", columns="name", values="value", dropna=False)
    assert table.shape == (9, 4)
    assert list(table.loc[2023, ["各区交流自治体", "全国連携HP会員登録自治体", "合計"]]) == [815, 317, 1117]
    assert dataset.partner_counts.value.isna().sum() == 1


def test_events_name_municipalities_and_bodies(dataset):
    events = dataset.events[dataset.events.source == CHRONOLOGY].set_index("source_line")
    assert len(events) == 178
    assert list(events.codes[190]) == ["18210", "13109"]
    assert len(events.codes[169]) == 8
    assert len(events.codes[178]) == 19
    assert list(events.bodies[232]) == ["北海道町村会", "京都府市長会", "京都府町村会"]
    assert list(events.bodies[831]) == ["第一生命保険株式会社"]
    assert list(events.codes[25]) == []


def test_the_calendar_is_its_partners(dataset):
    events = dataset.events[dataset.events.source == NEWSLETTER]
    assert (events.codes.map(len) == 1).all()
    holders = dict(zip(events.title, events.codes.map(lambda codes: codes[0]), strict=True))
    assert holders["物産展 吾妻の朝市"] == "10429"
    assert holders["物産展 おぢやフェア"] == "15208"
    partners = set(dataset.links.partner_code[dataset.links.source == NEWSLETTER])
    assert set(holders.values()) < partners


def test_the_association_is_no_ward(dataset):
    for table in (dataset.links, dataset.projects, dataset.mentions):
        assert CHRONOLOGY not in set(table.source)


SHINAGAWA = """
    03202 07482 07543 08302 12426 12441 13111 14100 14130 14206 14341 14364 14382 18210 19364 20205 22206
    22213 22214 22216 22325 22341 22342 23229 24205 24207 24210 25201 25206 25209 25211 26100 34207 35201
    39000 39201 42201 46201 46218
"""
SUGINAMI = "01221 07212 07402 10429 13203 13205 13421 15208 19424 22304"


@pytest.mark.parametrize(
    ("source", "origin", "codes"),
    [("shinagawa_agreements_r7", "13109", SHINAGAWA), (NEWSLETTER, "13115", SUGINAMI)],
)
def test_reach_of_the_documents_of_one_ward(dataset, source, origin, codes):
    """Read by eye from the two documents."""
    links = dataset.links[(dataset.links.source == source) & dataset.links.drawn]
    assert set(links.origin_code) == {origin}
    assert sorted(links.partner_code.unique()) == codes.split()
    names = dataset.municipalities.set_index("code").name
    assert {"宮古市", "川崎市", "霧島市", "忍野村"} & set(names.reindex(links.partner_code))
