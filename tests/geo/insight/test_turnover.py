"""Editions held against each other: what a person said counts before they are kept, and what is remembered has an end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.insight.turnover import preview, said, turnover
from geo.ledger.selection import Selection
from tests.editions_made import AFTER, BEFORE, SERIES, two_editions


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return two_editions(tmp_path_factory.mktemp("turnover"))


def test_what_people_said_of_names_counts_before_an_edition_is_kept(made):
    first, next_ = made.with_edition(BEFORE), made
    assert "project-renamed" in set(preview(first, BEFORE, next_).table.change)
    other = [[SERIES, "14203", "友好都市交流", "友好都市交流事業", False]]
    told = replace(first, meta=first.meta | {"identities": other})
    assert said(told, SERIES)
    found = preview(told, BEFORE, next_).table
    assert "project-renamed" not in set(found.change)
    assert {"友好都市交流事業"} <= set(found.project_to[found.change == "project-added"])
    kept = replace(made, meta=told.meta)
    # The same as the build tells of it once it is kept.
    assert len(turnover(kept, Selection(), BEFORE, AFTER).table) == len(found)


def test_the_last_answers_are_kept_and_no_more(made):
    views = [Selection(year_mode="as_of", year_to=1990 + n) for n in range(20)]
    asked = [turnover(made, view, BEFORE, AFTER) for view in views]
    assert turnover(made, views[-1], BEFORE, AFTER) is asked[-1]
    assert turnover(made, views[0], BEFORE, AFTER) is not asked[0]
