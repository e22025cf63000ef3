"""What changed between two editions: found where something did, and nothing else.

By default some editions are made up; KORYU_FUZZ=1 makes up 1,000.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.insight.changes import COLUMNS, Changes, changes
from geo.insight.matching import Edition
from geo.ledger.editions import by_series, series_of
from geo.ledger.schema import CHANGES, TABLES
from geo.places.folding import squeeze

#: Made-up editions by default; make fuzz tries many more.
SOME = settings(max_examples=1_000 if os.environ.get("KORYU_FUZZ") else 35)

NAMES = {"20202": "長野県松本市", "01202": "北海道函館市", "20201": "長野県長野市", "10425": "群馬県嬬恋村"}
CODES = {"松本市": "20202", "函館市": "01202", "長野市": "20201", "嬬恋村": "10425"}


@dataclass(frozen=True)
class Tie:
    """A partner of a project: what is printed, its code, its year, and the group it belongs to."""

    text: str = "松本市"
    code: str | None = ""
    year: int | None = None
    via: str | None = None


@dataclass(frozen=True)
class Project:
    name: str
    ties: tuple[Tie, ...] = (Tie(),)
    category: str = "観光"
    year: int | None = 2001
    organiser: str = "区"
    origin: str = "13101"
    id: str = ""


def edition(*projects: Project, first_line: int = 1) -> Edition:
    """An edition that prints these projects, each partner on a line of its own."""
    rows, links, line = [], [], first_line
    seen: dict[tuple[str, str], int] = {}
    for project in projects:
        key = project.origin, project.name
        seen[key] = seen.get(key, 0) + 1
        id = project.id or f"{project.origin}{project.name}{seen[key]}"
        known = {
            "project_id": id,
            "origin_code": project.origin,
            "source": "list_r8",
            "organiser": project.organiser,
        }
        rows.append(
            known
            | {
                "category_raw": project.category,
                "categories": [],
                "name": project.name,
                "start_year": project.year,
                "year_kind": "年度" if project.year else None,
                "source_line": line,
            }
        )
        for tie in project.ties:
            code = CODES.get(tie.text) if tie.code == "" else tie.code
            links.append(
                known
                | {
                    "partner_text": tie.text,
                    "partner_code": code,
                    "via": tie.via,
                    "start_year": tie.year or project.year,
                    "year_kind": "年度" if tie.year or project.year else None,
                    "source_line": line,
                    "source_place": f"{line}行目",
                }
            )
            line += tie.via is None
        line += 1
    return Edition(typed("links", links), typed("projects", rows))


def typed(name: str, rows: list[dict]) -> pd.DataFrame:
    columns = {column: dtype for column, dtype in TABLES[name].items() if dtype != "list"}
    return pd.DataFrame(rows, columns=list(TABLES[name])).astype(columns)


def told(found: Changes, *columns: str) -> list[tuple]:
    """The kinds of change, with some columns."""
    table = found.table[["change", *columns]].astype(object)
    return list(table.where(table.notna(), None).itertuples(index=False, name=None))


def compare(before: Edition, after: Edition, **more) -> Changes:
    return changes(before, after, NAMES, **more)


A = Project("つまごい祭り", (Tie("嬬恋村"),))
B = Project("物産展の開催", (Tie("松本市"), Tie("函館市")), "産業", 2010)
C = Project("災害時相互応援協定", (Tie("長野市"),), "災害", None)


def test_what_stays_is_no_change():
    found = compare(edition(A, B, C), edition(A, B, C, first_line=70))
    assert found.table.empty
    assert list(found.table.columns) == list(COLUMNS)
    assert found.doubts == []


def test_what_comes_and_goes_is_told_with_its_partners_and_places():
    before, after = edition(A, B), edition(A, C)
    columns = ("project_from", "project_to", "before", "after", "place_from", "place_to")
    assert told(compare(before, after), *columns) == [
        ("project-added", None, C.name, None, "長野県長野市", None, "3行目"),
        ("project-ended", B.name, None, "長野県松本市、北海道函館市", None, "3行目", None),
    ]


def test_another_name_for_the_same_is_a_renaming_and_no_end():
    found = compare(edition(A, B), edition(A, replace(B, name="物産展の開催事業")))
    assert told(found, "project_from", "project_to") == [
        ("project-renamed", "物産展の開催", "物産展の開催事業")
    ]
    assert "名前の似かた" in found.table.basis[0]


@pytest.mark.parametrize(
    "other",
    [
        replace(B, name="友好都市との交流"),  # the same in all else
        replace(B, name="物産展の開催事業", ties=(Tie("長野市"),), category="教育", year=1999),
        replace(B, name="物産展の開催事業", origin="13102"),
    ],
)
def test_what_is_only_half_alike_is_another_project(other):
    found = compare(edition(A, B), edition(A, other))
    assert sorted(kind for (kind,) in told(found)) == ["project-added", "project-ended"]


def test_partners_come_and_go_one_by_one():
    after = replace(B, ties=(Tie("函館市"), Tie("長野市"), Tie("嬬恋村")))
    columns = ("partner_code", "partner", "before", "after", "place_from", "place_to")
    assert told(compare(edition(B), edition(after, first_line=5)), *columns) == [
        ("partner-added", "20201", "長野県長野市", None, "長野市", "1行目", "6行目"),
        ("partner-added", "10425", "群馬県嬬恋村", None, "嬬恋村", "1行目", "7行目"),
        ("partner-ended", "20202", "長野県松本市", "松本市", None, "1行目", "5行目"),
    ]


def test_a_year_of_the_project_is_one_change_and_of_a_partner_one_of_its_own():
    found = compare(edition(B), edition(replace(B, year=2011)))
    assert told(found, "partner", "before", "after") == [("year-changed", None, "2010年度", "2011年度")]
    ties = (Tie("松本市", year=2012), Tie("函館市"))
    found = compare(edition(B), edition(replace(B, ties=ties)))
    assert told(found, "partner", "before", "after") == [
        ("year-changed", "長野県松本市", "2010年度", "2012年度")
    ]
    found = compare(edition(B), edition(replace(B, year=None)))
    assert told(found, "before", "after") == [("year-changed", "2010年度", "不明")]


def test_a_category_changes_and_its_spaces_do_not():
    found = compare(edition(A), edition(replace(A, category="文化")))
    assert told(found, "before", "after") == [("category-changed", "観光", "文化")]
    assert compare(edition(A), edition(replace(A, category="観 光"))).table.empty


def test_what_only_the_wording_changes_is_told_as_that():
    after = (replace(A, name="つまごい祭 り"), replace(B, ties=(Tie("長野県松本市", "20202"), Tie("函館市"))))
    assert told(compare(edition(A, B), edition(*after)), "before", "after") == [
        ("wording", "つまごい祭り", "つまごい祭 り"),
        ("wording", "松本市", "長野県松本市"),
    ]


@pytest.mark.parametrize("ends", [0, 1])
def test_of_two_of_one_name_the_one_that_ends_is_told(ends):
    both = [replace(B, ties=(Tie("松本市"),)), replace(B, ties=(Tie("函館市"),), year=2015)]
    found = compare(edition(*both), edition(both[1 - ends]))
    assert told(found, "before") == [
        ("project-ended", NAMES[both[ends].ties[0].code or CODES[both[ends].ties[0].text]])
    ]
    found = compare(edition(both[1 - ends]), edition(*both))
    assert [kind for (kind,) in told(found)] == ["project-added"]


def test_two_that_would_fit_as_well_are_not_guessed():
    new = [replace(B, name=f"物産展の開催{more}") for more in ("（春）", "（秋）")]
    found = compare(edition(A, B), edition(A, *new))
    assert sorted(kind for (kind,) in told(found)) == ["project-added", "project-added", "project-ended"]
    assert {(one.project_from, one.project_to) for one in found.doubts} == {
        (B.name, each.name) for each in new
    }
    key = ("13101", B.name, squeeze(new[1].name))
    found = compare(edition(A, B), edition(A, *new), same={key: True})
    assert told(found, "project_to") == [("project-added", new[0].name), ("project-renamed", new[1].name)]
    assert found.doubts == []
    found = compare(edition(A, B), edition(A, *new), same={key: False})
    assert told(found, "project_to") == [("project-added", new[1].name), ("project-renamed", new[0].name)]
    assert found.doubts == []


def test_a_worse_fit_for_what_is_settled_is_no_doubt():
    new = [replace(B, name="物産展の開催事業"), replace(B, name="物産展の準備会", year=2026, organiser="会")]
    found = compare(edition(B), edition(*new))
    assert sorted(kind for (kind,) in told(found)) == ["project-added", "project-renamed"]
    assert found.doubts == []


def test_thousands_that_are_all_alike_are_told_as_doubts_that_can_be_read():
    old = edition(*(replace(B, name=f"交流{n:04}") for n in range(300)))
    new = edition(*(replace(B, name=f"交流{n:04}") for n in range(1000, 1300)))
    found = compare(old, new)
    assert len(found.table) == 600
    assert 300 <= len(found.doubts) <= 1800


def test_a_group_is_one_partner_whoever_is_in_it():
    def of(*members: str, year: int | None = None) -> Project:
        return replace(B, ties=tuple(Tie("信州の会", CODES[name], year, "信州の会") for name in members))

    assert compare(edition(of("松本市", "長野市")), edition(of("松本市", "函館市", "嬬恋村"))).table.empty
    found = compare(edition(of("松本市", "長野市")), edition(A, replace(B)))
    kinds = told(found, "partner")
    assert ("partner-ended", "信州の会") in kinds
    assert len([kind for kind in kinds if kind[0].startswith("partner")]) == 3
    found = compare(edition(of("松本市", "長野市", year=2001)), edition(of("松本市", "函館市", year=2002)))
    assert told(found, "partner", "before", "after") == [("year-changed", "信州の会", "2001年度", "2002年度")]


@pytest.mark.parametrize(
    ("read", "otherwise"),
    [
        ([Tie("清水", None)], [Tie("清水", "01202")]),
        ([Tie("清水", "20202")], [Tie("清水", "01202")]),
        ([Tie("信州の会", None)], [Tie("信州の会", "20202", via="会"), Tie("信州の会", "20201", via="会")]),
    ],
)
def test_printed_alike_and_read_otherwise_is_no_change(read, otherwise):
    before, after = (edition(replace(B, ties=tuple(ties))) for ties in (read, otherwise))
    assert compare(before, after).table.empty
    assert compare(after, before).table.empty


@pytest.mark.parametrize("more", [["20202"], [None], []])
def test_one_mention_read_as_one_place_more_is_no_change(more):
    """「鹿角市・小坂町」 is one mention on one line, whatever it is read as."""
    one, two = (
        edition(replace(B, ties=(Tie("二つの町", "01202"),))),
        edition(replace(B, ties=(Tie("二つの町", "01202"),))),
    )
    links = pd.concat([two.links, *(two.links.assign(partner_code=code) for code in more)], ignore_index=True)
    two = Edition(typed("links", links.to_dict("records")), two.projects)
    assert compare(one, two).table.empty
    assert compare(two, one).table.empty


def test_a_name_printed_once_less_is_an_end():
    before = replace(B, ties=(Tie("府中市", "13206"), Tie("府中市", "34208")))
    found = compare(edition(before), edition(replace(B, ties=(Tie("府中市", "13206"),))))
    assert told(found, "partner_code") == [("partner-ended", "34208")]


def test_names_that_change_places_are_told_as_partners_that_do():
    """A project is first of all what is printed as its name."""
    one, other = (
        replace(A, ties=(Tie("松本市"),)),
        replace(B, ties=(Tie("函館市"),), category="観光", year=2001),
    )
    swapped = replace(one, name=other.name), replace(other, name=one.name)
    found = told(compare(edition(one, other), edition(*swapped)), "project_from", "partner")
    assert {kind for kind, *_ in found} == {"partner-added", "partner-ended"}
    assert len(found) == 4


TIES = st.builds(
    lambda text, year: Tie(text, year=year),
    st.sampled_from([*CODES, "どこか"]),
    st.sampled_from([None, 1999, 2005]),
)
GROUPS = st.just([Tie("信州の会", "20202", via="信州の会"), Tie("信州の会", "20201", via="信州の会")])
PROJECTS = st.builds(
    Project,
    st.sampled_from(["祭り", "祭り事業", "祭りの事業", "物産展", "物産展（春）", "物産展（秋）", ""]),
    st.tuples(st.lists(TIES, max_size=3, unique_by=lambda tie: tie.text), GROUPS | st.just([])).map(
        lambda both: (*both[0], *both[1])
    ),
    st.sampled_from(["観光", "観 光", "教育"]),
    st.sampled_from([None, 2001, 2002]),
    st.sampled_from(["区", "会"]),
    st.sampled_from(["13101", "13102"]),
)


@SOME
@given(st.lists(PROJECTS, max_size=7), st.randoms(use_true_random=False))
def test_the_same_edition_has_no_change_in_whatever_order_its_rows_are(projects, chance):
    one = edition(*projects)
    mixed = Edition(
        *(table.sample(frac=1, random_state=chance.randrange(1000)).reset_index(drop=True) for table in one)
    )
    moved = [*projects]
    chance.shuffle(moved)
    for other in (mixed, edition(*moved)):
        found = compare(one, other)
        assert told(found) == []
        assert found.doubts == []


MIRRORED = {"project-added": "project-ended", "partner-added": "partner-ended"}
MIRRORED |= {after: before for before, after in MIRRORED.items()}


@SOME
@given(st.lists(PROJECTS, max_size=7), st.lists(PROJECTS, max_size=7))
def test_backwards_it_is_the_same_the_other_way_round(before, after):
    old, new = edition(*before), edition(*after)
    there, back = compare(old, new), compare(new, old)
    columns = [
        "change",
        "origin_code",
        "partner_code",
        "partner",
        "before",
        "after",
        "place_from",
        "place_to",
        "basis",
    ]
    turned = back.table.rename(
        columns={"before": "after", "after": "before", "place_from": "place_to", "place_to": "place_from"}
    ).assign(change=back.table.change.replace(MIRRORED))
    rows = [sorted(map(str, table[columns].fillna("").values.tolist())) for table in (there.table, turned)]
    assert rows[0] == rows[1]
    assert {(a, b) for _, a, b in there.doubts} == {(b, a) for _, a, b in back.doubts}
    assert set(there.table.change) <= set(CHANGES)


@SOME
@given(st.lists(PROJECTS, max_size=7), st.lists(PROJECTS, max_size=7))
def test_every_project_is_accounted_for_once(before, after):
    old, new = edition(*before), edition(*after)
    table = compare(old, new).table
    gone, come = (
        set(table[column][table.change == kind])
        for kind, column in (
            ("project-ended", "project_id_from"),
            ("project-added", "project_id_to"),
        )
    )
    assert len(old.projects) - len(gone) == len(new.projects) - len(come)
    assert gone <= set(old.projects.project_id)
    assert come <= set(new.projects.project_id)
    pairs = table[table.project_id_from.notna() & table.project_id_to.notna()]
    pairs = pairs[["project_id_from", "project_id_to"]].drop_duplicates()
    assert pairs.project_id_from.is_unique
    assert pairs.project_id_to.is_unique


@pytest.mark.parametrize("name", ["{}番目の{}催し", "催し{:04}", "", "{:x}{}"])
def test_thousands_of_projects_under_other_names_are_compared_in_seconds(name):
    places = list(CODES)
    old = edition(
        *(Project(name.format(n, n * n), (Tie(places[n % 4]),), year=1990 + n % 30) for n in range(3000))
    )
    new = edition(
        *(
            Project(f"{name.format(n, n * n)}事業" if name else "", (Tie(places[n % 4]),), year=1991 + n % 30)
            for n in range(3000)
        )
    )
    start = time.process_time()
    found = compare(old, new)
    assert time.process_time() - start < 10
    assert len(found.table) > 0


def test_a_series_is_its_id_without_the_year():
    ids = ["list_r9", "list_h30", "list_2027", "list_r90930", "list"]
    assert {series_of(one) for one in ids} == {"list"}


@given(st.permutations([("a", "2026-03-31"), ("b", "2027-03-31"), ("c", "2026-03-31"), ("d", "2020-01-01")]))
def test_the_newest_comes_last_whatever_the_order(documents):
    @dataclass
    class Document:
        id: str
        date: str
        series: str = "list"

    found = by_series(Document(*one) for one in documents)
    assert [one.id for one in found["list"]] == ["d", "a", "c", "b"]
