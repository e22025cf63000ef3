"""Members of agreements, partnered or not: by hand, and on the real build."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from geo.insight.membership import agreement_table, member_table
from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES
from geo.ledger.selection import Selection


@pytest.fixture
def agreed(toy) -> Dataset:
    agreements = pd.DataFrame(
        [
            ("g", "群馬県町村会", "regional", "2018-04-16", 12, 2, "10000"),
            ("k", "京都府市長会", "regional", "2016-04-26", 1, 1, "26000"),
            ("u", "どこかの会", "regional", "2016-04-26", 9, None, None),
            ("c", "ある株式会社", "company", "2019-05-31", None, None, None),
        ],
        columns=[
            *("agreement_id", "partner_text", "kind", "signed_on"),
            *("stated_members", "enumerated_members", "prefecture_code"),
        ],
    ).assign(source="toy", name="協定", summary=None, source_line=range(4))
    members = pd.DataFrame([("g", "10425"), ("g", "10444"), ("k", "26100")], columns=["agreement_id", "code"])
    tables = {name: getattr(toy, name) for name in TABLES}
    tables["agreements"] = agreements.astype(TABLES["agreements"])[list(TABLES["agreements"])]
    tables["agreement_members"] = members.astype(TABLES["agreement_members"])
    return Dataset.of(tables, {})


def test_members_with_whom_something_is_done(agreed):
    table = agreement_table(agreed.select(Selection(networks=True)))
    assert list(table.partner_text) == ["群馬県町村会", "京都府市長会", "どこかの会"]
    assert list(table.members) == [2, 1, 0]
    assert list(table.partnered) == [2, 1, 0]
    assert list(table.share) == [1.0, 1.0, 0.0]


def test_members_of_one_ward(agreed):
    one = agreed.select(Selection(networks=True, origins=("13112",)))
    assert list(agreement_table(one).partnered) == [1, 0, 0]
    members = member_table(one).set_index("code")
    assert dict(members.partnered) == {"10425": False, "10444": True, "26100": False}
    assert (members.n_projects["10444"], members.n_origins["10444"], members.n_origins["10425"]) == (1, 1, 0)


def test_no_agreements(toy):
    assert agreement_table(toy.select(Selection(networks=True))).empty
    assert member_table(toy.select(Selection(networks=True))).empty


def test_372_members_of_the_real_agreements(dataset):
    selected = dataset.select(Selection(networks=True))
    members, table = member_table(selected), agreement_table(selected)
    assert len(members) == table.members.sum() == 372
    assert len(table) == 13
    assert members.partnered.sum() == table.partnered.sum()
    partners = set(selected.links.municipality_code)
    assert members.partnered.sum() == len(set(members.code) & partners)
    assert 0 < table.partnered.sum() < 372


def test_a_tie_of_its_own_is_told_from_a_wide_one(agreed):
    members = member_table(agreed.select(Selection(networks=True))).set_index("code")
    assert dict(members.individual) == {"10425": True, "10444": True, "26100": True}
    assert (members.origins["10444"], members.origins["10425"]) == ("世田谷区", "港区")
    links = agreed.links.assign(via="ある会", network=True)
    grouped = dataclasses.replace(agreed, links=links)
    members = member_table(grouped.select(Selection(networks=True)))
    assert members.partnered.all()
    assert not members.individual.any()
    assert list(agreement_table(grouped.select(Selection(networks=True))).individual) == [0, 0, 0]
