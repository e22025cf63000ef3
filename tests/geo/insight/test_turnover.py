"""Editions held against each other: what a person said counts before they are kept, and what is remembered has an end."""

from __future__ import annotations

from dataclasses import replace

from geo.insight.turnover import preview, said, turnover
from geo.ledger.selection import Selection
from tests.editions_made import AFTER, BEFORE, SERIES


def test_what_people_said_of_names_counts_before_an_edition_is_kept(editions):
    first, next_ = editions.with_edition(BEFORE), editions
    assert "project-renamed" in set(preview(first, BEFORE, next_).table.change)
    other = [[SERIES, "14203", "友好都市交流", "友好都市交流事業", False]]
    told = replace(first, meta=first.meta | {"identities": other})
    assert said(told, SERIES)
    found = preview(told, BEFORE, next_).table
    assert "project-renamed" not in set(found.change)
    assert {"友好都市交流事業"} <= set(found.project_to[found.change == "project-added"])
    kept = replace(editions, meta=told.meta)
    # The same as the build tells of it once it is kept.
    assert len(turnover(kept, Selection(), BEFORE, AFTER).table) == len(found)


def test_the_last_answers_are_kept_and_no_more(editions):
    views = [Selection(year_mode="as_of", year_to=1990 + n) for n in range(20)]
    asked = [turnover(editions, view, BEFORE, AFTER) for view in views]
    assert turnover(editions, views[-1], BEFORE, AFTER) is asked[-1]
    assert turnover(editions, views[0], BEFORE, AFTER) is not asked[0]
