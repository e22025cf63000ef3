"""docs/queries.md: every documented line gives the number the screen 推移と協定 shows."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from geo.insight.comparison import compare_sources
from geo.insight.growth import growth, unknown_starts
from geo.insight.membership import agreement_table, member_table
from geo.ledger.selection import Selection
from pages.trends import events as chronology
from pages.trends import official_text

A, B, ORIGIN = "tokyo23_linkage_r8", "setagaya_exchange_r6", "13112"
QUERY = re.compile(r"^### (\S+)\n.*?^```python\n(.*?)\n```$", re.M | re.S)


@pytest.fixture(scope="module")
def document(root) -> str:
    return (root / "docs" / "queries.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def answers(document, build_dir) -> dict[str, object]:
    """What each documented line gives on the real build."""
    preparation = re.search(r"^```python\n(.*?)^```$", document, re.M | re.S)[1]
    assert '"data/build"' in preparation
    names: dict[str, object] = {}
    exec(preparation.replace('"data/build"', repr(str(build_dir))), names)
    return {name: eval(line, names) for name, line in QUERY.findall(document)}


@pytest.fixture(scope="module")
def on_screen(dataset) -> dict[str, object]:
    """The same numbers from the functions that the screen calls."""
    shown = dataset.select(Selection(sources=(A,)))
    wide = dataset.select(Selection(sources=(A,), networks=True))
    every = dataset.select(Selection(sources=(A,), networks=True, peers=True))
    members, agreed = member_table(wide), agreement_table(wide).set_index("partner_text")
    (official,) = official_text.checks(dataset, "official-count-differs")
    total, counted = growth(shown), growth(every)
    compared = compare_sources(dataset, A, B).status.value_counts()
    events = chronology.events(dataset)

    def ends(by: str) -> dict:
        return growth(shown, by).groupby("group").n_total.last().to_dict()

    return {
        "official-table": official_text.official(dataset.partner_counts),
        "official-latest": official["stated"],
        "counted-all": official["counted"],
        "counted-begun": int(counted[counted.year == 2023].n_total.iloc[0]),
        "counted-unknown": int(unknown_starts(every).sum()),
        "counted-shown": wide.links.municipality_code.nunique(),
        "growth-new": {year: n for year, n in zip(total.year, total.n_new, strict=True) if n},
        "growth-total": {
            year: n for year, n, new in zip(total.year, total.n_total, total.n_new, strict=True) if new
        },
        "growth-unknown": int(unknown_starts(shown).sum()),
        "growth-by-origin": ends("origin"),
        "growth-by-category": ends("category"),
        "members-all": members.code.nunique(),
        "members-partnered": int(members.partnered.sum()),
        "members-individual": int(members.individual.sum()),
        "members-of-origin": int(
            member_table(
                dataset.select(Selection(origins=(ORIGIN,), sources=(A,), networks=True))
            ).partnered.sum()
        ),
        "agreements-stated": int(agreed.stated_members.sum()),
        "agreements-members": agreed.members.to_dict(),
        "agreements-partnered": agreed.partnered.to_dict(),
        "agreements-differing": [
            check["subject"]
            for check in official_text.checks(dataset, "agreement-members-differ", agrees=False)
        ],
        "events-all": len(events),
        "events-precision": events.precision.value_counts().to_dict(),
        "events-by-year": events.fiscal_year.value_counts().to_dict(),
        "compared-missing": compared["missing"],
        "compared-added": compared["added"],
        "compared-both": compared["same"] + compared["differs"],
        "compared-years": compared["differs"],
    }


def test_every_number_is_documented_once(document, answers, on_screen):
    assert len(QUERY.findall(document)) == len(answers)
    assert set(answers) == set(on_screen)


def test_every_query_is_one_line(document):
    assert all("\n" not in line for _, line in QUERY.findall(document))


def test_every_line_gives_the_number_on_the_screen(answers, on_screen):
    for name, answer in answers.items():
        expected = on_screen[name]
        if isinstance(answer, pd.DataFrame):
            pd.testing.assert_frame_equal(
                answer[list(expected)], expected, check_dtype=False, check_names=False
            )
            continue
        if isinstance(answer, pd.Series):
            answer = answer.to_dict()
        assert answer == expected, name


def test_the_anchors_of_the_documents(answers):
    assert answers["official-latest"] == 815
    assert answers["members-all"] == answers["agreements-stated"] == 372
    assert answers["agreements-differing"] == ["群馬県市長会", "群馬県町村会"]
    assert answers["official-table"].shape == (9, 4)
