"""A build of the embedded documents against what a person read in them (README.md tells of the columns)."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

from pipeline.intake.layouts.tokyo23_rows import WARDS

FLOORS = {
    "reach": {"precision": 0.995, "recall": 0.99},
    "placement": {"precision": 0.985, "recall": 0.98},
    "projects": {"agreement": 0.98},
    "years": {"agreement": 0.97},
}
#: In these documents every project has a name printed beside it, which the truth can be held against.
TABLES = ["setagaya_exchange_r6", "tokyo23_linkage_r8"]
#: Below this confidence a name counts as unresolved, on every screen and here.
SURE = 0.8


def squeezed(texts: pd.Series) -> pd.Series:
    """Texts without their widths and spaces, which depend on where a printed line was full."""
    return texts.map(lambda text: "".join(unicodedata.normalize("NFKC", text).split()))


@pytest.fixture(scope="module")
def truth(root):
    """What was read by hand: partners and projects, with the names of the built tables."""
    tables = {}
    for name in ("partners", "projects"):
        table = pd.read_csv(
            root / "tests" / "gold" / f"{name}.tsv", sep="\t", dtype=str, keep_default_na=False
        )
        tables[name] = table.assign(
            origin_code=table["ward"].map(WARDS), project=squeezed(table["project_name"])
        )
    return tables


@pytest.fixture(scope="module")
def built(build_dir):
    """What the build says of the same: the links it is sure of, and the projects."""
    links = pd.read_parquet(build_dir / "links.parquet")
    links = links[links["partner_code"].notna() & (links["confidence"] >= SURE)]
    projects = pd.read_parquet(build_dir / "projects.parquet")
    return {
        "partners": links.assign(project=squeezed(links["project_name"])),
        "projects": projects.assign(project=squeezed(projects["name"])),
    }


@pytest.fixture
def of_source(truth, built, source):
    """Truth and build of one document, of the origins that were read by hand."""
    read = {name: table[table["source"] == source] for name, table in truth.items()}
    origins = set(read["partners"]["origin_code"])
    assert origins <= set(WARDS.values())
    return read, {
        name: table[(table["source"] == source) & table["origin_code"].isin(origins)]
        for name, table in built.items()
    }


def tuples(table: pd.DataFrame, *columns: str) -> set[tuple[str, ...]]:
    """The distinct rows of these columns."""
    return set(table[list(columns)].itertuples(index=False, name=None))


def codes(partners: pd.DataFrame) -> pd.DataFrame:
    """A row a code; the truth names several in one cell."""
    each = partners.assign(partner_code=partners["expected_codes"].str.split("|")).explode("partner_code")
    return each[each["partner_code"] != ""]


def years(*tables: tuple[pd.DataFrame, str]) -> dict[tuple[str, str], set[int]]:
    """Origin and project → the years in which it began, out of one or more tables and their columns."""
    found: dict[tuple[str, str], set[int]] = {}
    for table, column in tables:
        for origin, project, printed in zip(
            table["origin_code"], table["project"], table[column], strict=True
        ):
            several = printed.split("|") if isinstance(printed, str) else [printed]
            found.setdefault((origin, project), set()).update(
                int(year) for year in several if pd.notna(year) and year != ""
            )
    return found


def hold(measure: str, found: set, expected: set) -> None:
    """Fail where what was found is too far from what was expected, and say in what."""
    both = len(found & expected)
    figures = {
        "precision": both / len(found),
        "recall": both / len(expected),
        "agreement": both / len(found | expected),
    }
    low = {name: figures[name] for name, floor in FLOORS[measure].items() if figures[name] < floor}
    assert not low, f"{measure}: wrong {sorted(found - expected)}, missed {sorted(expected - found)}"


@pytest.mark.parametrize("source", TABLES)
def test_the_places_an_origin_reaches(of_source):
    read, mine = of_source
    hold(
        "reach",
        tuples(mine["partners"], "origin_code", "partner_code"),
        tuples(codes(read["partners"]), "origin_code", "partner_code"),
    )


@pytest.mark.parametrize("source", TABLES)
def test_the_projects_they_are_reached_by(of_source):
    read, mine = of_source
    doubtful = tuples(read["partners"][read["partners"]["certain"] == "no"], "origin_code", "project")
    found, expected = (
        {row for row in tuples(table, "origin_code", "project", "partner_code") if row[:2] not in doubtful}
        for table in (mine["partners"], codes(read["partners"]))
    )
    hold("placement", found, expected)


@pytest.mark.parametrize("source", TABLES)
def test_the_projects_themselves(of_source):
    read, mine = of_source
    hold("projects", *(tuples(one["projects"], "origin_code", "project") for one in (mine, read)))


@pytest.mark.parametrize("source", TABLES)
def test_the_years_projects_began(of_source):
    read, mine = of_source
    expected = years((read["projects"], "start_years"))
    found = years((mine["projects"], "start_year"), (mine["partners"], "start_year"))
    doubtful = tuples(read["partners"][read["partners"]["certain"] == "no"], "origin_code", "project")
    both = (expected.keys() & found.keys()) - doubtful
    wrong = {
        project: (found[project], expected[project])
        for project in both
        if found[project] != expected[project]
    }
    assert 1 - len(wrong) / len(both) >= FLOORS["years"]["agreement"], wrong


def test_the_truth_is_whole(truth):
    """As many rows as were read, each of a document we have, and none without a project."""
    partners, projects = truth["partners"], truth["projects"]
    assert (len(partners), len(projects)) == (1195, 373)
    assert set(partners["source"]) == set(projects["source"]) == set(TABLES)
    assert partners["origin_code"].notna().all()
    assert set(partners["certain"]) == {"yes", "no"}
    assert partners["expected_codes"].str.fullmatch(r"(\d{5}(\|\d{5})*)?").all()
    assert projects["start_years"].str.fullmatch(r"(\d{4}(\|\d{4})*)?").all()
    keys = ("source", "ward", "project_no")
    assert tuples(partners, *keys) <= tuples(projects, *keys)
