"""Two documents compared: by hand on a few links, and on the real ones."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.insight.comparison import compare_sources, compared_projects, same_projects, year_differences
from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES

A, B, ORIGIN = "document_a", "document_b", "13112"
ROWS = [
    # source, origin, project, name, partner, year, kind, via
    (A, ORIGIN, "a1", "災害時相互援助協定", "10425", 2002, "年", None),
    (B, ORIGIN, "b1", "災害時における相互援助に関する協定", "10425", 2001, "年度", None),
    (B, ORIGIN, "b2", "こども交流", "10425", 2016, "年度", None),
    (A, ORIGIN, "a2", "ふるさとまつり", "10444", 1990, "年", None),
    (B, ORIGIN, "b3", "ふるさとまつり（夏）", "10444", 1978, "年度", None),
    (B, ORIGIN, "b3", "ふるさとまつり（夏）", "47214", 1978, "年度", None),
    (A, ORIGIN, "a3", "姉妹都市", "47214", None, None, None),
    (A, ORIGIN, "a4", "姉妹都市", "13207", 2000, "年", None),
    (B, ORIGIN, "b4", "見学会", "26110", 2020, "年", "京都の会"),
    (B, "13103", "b5", "見学会", "26100", 2020, "年", None),
]


@pytest.fixture
def pair(toy) -> Dataset:
    names = [
        "source",
        "origin_code",
        "project_id",
        "project_name",
        "partner_code",
        "start_year",
        "kind",
        "via",
    ]
    rows = pd.DataFrame(ROWS, columns=names)
    links = rows.assign(
        partner_text="x",
        series="x",
        level="municipality",
        tie=rows.via.isna().map({True: "bilateral", False: "network"}),
        tie_reason="",
        method="exact",
        confidence=1.0,
        year_kind=rows.kind,
        year_basis="partner",
        source_line=range(len(rows)),
        source_place="",
    )
    projects = rows.drop_duplicates("project_id").rename(
        columns={"project_name": "name", "kind": "year_kind"}
    )
    projects = projects.assign(
        category_raw="",
        category_basis="printed",
        categories=[[]] * len(projects),
        organiser="",
        summary=None,
        status=None,
        source_line=1,
        correction=None,
    )
    tables = {name: getattr(toy, name) for name in TABLES}
    tables |= {
        name: table[list(TABLES[name])].astype({c: t for c, t in TABLES[name].items() if t != "list"})
        for name, table in (("links", links), ("projects", projects))
    }
    return Dataset.of(tables, {})


def test_status_of_each_partner(pair):
    table = compare_sources(pair, A, B).set_index("partner_code")
    assert dict(table.status) == {
        "10425": "differs",
        "10444": "differs",
        "13207": "missing",
        "26100": "added",  # 山科区 counts as 京都市
        "47214": "same",
    }
    assert set(table.origin_code) == {ORIGIN}  # the other origin is in one document only
    assert table.years_a["10425"] == [2002]
    assert table.years_b["10425"] == [2001, 2016]
    assert (table.projects_a["10425"], table.projects_b["10425"]) == (1, 2)
    assert dict(table.network) == {
        "10425": False,
        "10444": False,
        "13207": False,
        "26100": True,
        "47214": False,
    }


def test_the_other_way_round(pair):
    status = compare_sources(pair, B, A).set_index("partner_code").status
    assert (status["13207"], status["26100"], status["10425"]) == ("added", "missing", "differs")


def test_years_of_projects_alike(pair):
    table = year_differences(pair, A, B)
    assert list(table.partner_code) == ["10425", "10444"]
    assert list(table.reason) == ["fiscal", "project"]
    assert (table.year_a[0], table.kind_a[0], table.year_b[0], table.kind_b[0]) == (2002, "年", 2001, "年度")
    assert list(table.project_b) == ["災害時における相互援助に関する協定", "ふるさとまつり（夏）"]


def test_one_ward_and_no_overlap(pair):
    assert set(compare_sources(pair, A, B, "13103").status) == {"added"}
    empty = compare_sources(pair, A, "no such document")
    assert empty.empty
    assert "status" in empty.columns


def test_real_documents(dataset):
    table = compare_sources(dataset, "shinagawa_agreements_r7", "tokyo23_linkage_r8")
    assert set(table.origin_code) == {"13109"}
    status = table.set_index("partner_code").status
    assert status["03202"] == status["08302"] == "differs"
    assert sorted(status.index[status == "missing"]) == ["14100", "14341"]  # 横浜市, 大磯町


def test_what_both_print_of_a_partner_is_listed_with_years_and_lines(pair):
    table = compared_projects(pair, A, B)
    rows = table[table.partner_code == "10425"]
    assert list(rows.side) == ["a", "b", "b"]
    assert list(rows.project_id) == ["a1", "b1", "b2"]
    assert list(rows.start_year) == [2002, 2001, 2016]
    assert list(rows.kind) == ["年", "年度", "年度"]
    assert list(rows.source_line) == [0, 1, 2]
    assert set(table.origin_code) == {ORIGIN}


def test_projects_of_both_documents_are_found_by_name_and_partner(pair):
    table = same_projects(pair)
    assert set(zip(table.project_a, table.project_b, strict=True)) == {("a1", "b1"), ("a2", "b3")}
    assert same_projects(pair).equals(table)


def test_real_documents_share_projects_only_with_the_list_of_all_wards(dataset):
    table = same_projects(dataset)
    assert len(table) > 80
    assert set(table.source_b) == {"tokyo23_linkage_r8"}
    origins = dataset.projects.set_index("project_id").origin_code
    assert list(table.project_a.map(origins)) == list(table.project_b.map(origins))
