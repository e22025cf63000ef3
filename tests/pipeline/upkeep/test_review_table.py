"""The ties of a view beside what is written of them, every number counted again with plain pandas."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from geo.ledger.selection import Selection
from pipeline.upkeep import today as days
from pipeline.upkeep.review_store import STATES, Key, Ledger, Revision, Values
from pipeline.upkeep.review_table import (
    COLUMNS,
    DUE,
    LATER,
    OVERDUE,
    SOON,
    UNSET,
    due,
    printed_ties,
    reviewed,
    sections,
    standing,
)

DAY = date(2026, 11, 30)
GONE = Key("13112", "01203")


def written(values: dict[Key, Values]) -> Ledger:
    return Ledger(tuple(Revision(key, one, "山田", "2026-04-01T10:00:00", 1) for key, one in values.items()))


@pytest.fixture(scope="module")
def kept(dataset):
    """Something written of two in three ties, of one that no document prints, and of one that was undone."""
    dues = ["2026-11-29", "2026-11-30", "2027-02-28", "2027-03-01", ""]
    values = {
        key: Values(["防災課", "文化課", ""][n % 3], "", dues[n % 5], [*STATES, ""][n % 4])
        for n, key in enumerate(printed_ties(dataset))
        if n % 3
    }
    assert GONE not in values
    return written(
        values | {GONE: Values(section="防災課", next_review="2026-01-01"), Key("13112", "01205"): Values()}
    )


def plain(dataset, selection: Selection) -> pd.DataFrame:
    """The links of a view, for counting."""
    links = dataset.links[
        dataset.links.drawn & (dataset.links.tie != "network" if not selection.networks else True)
    ]
    links = links[~links.partner_code.isin(dataset.origins.code)]
    links = links[links.source == selection.sources[0]] if selection.sources else links
    return links[links.origin_code.isin(selection.origins)] if selection.origins else links


SELECTIONS = [
    Selection(),
    Selection(origins=("13112",)),
    Selection(origins=("13112", "13103"), networks=True),
]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_there_is_a_row_for_each_origin_and_partner(dataset, kept, selection):
    table = reviewed(dataset.select(selection), kept, DAY)
    assert list(table.columns) == list(COLUMNS)
    links = plain(dataset, selection)
    pairs = links.groupby(["origin_code", "partner_code"])
    printed = table[table.printed]
    assert list(zip(printed.origin_code, printed.partner_code, strict=True)) == list(pairs.groups)
    first = pairs.start_year.min()
    for row in printed.itertuples():
        key = row.origin_code, row.partner_code
        own = pairs.get_group(key)
        names = set(dataset.projects.set_index("project_id").name[own.project_id.unique()])
        assert set(row.projects) == names
        assert (row.first_year is pd.NA and pd.isna(first[key])) or row.first_year == first[key]
        assert row.section == kept.values(Key(*key)).section


@pytest.mark.parametrize("selection", SELECTIONS)
def test_the_numbers_are_those_of_the_rows(dataset, kept, selection):
    selected = dataset.select(selection)
    table = reviewed(selected, kept, DAY)
    stand = standing(table, selected, kept)
    pairs = set(plain(dataset, selection)[["origin_code", "partner_code"]].itertuples(index=False, name=None))
    assert stand.ties == len(pairs)
    values = [kept.values(Key(*pair)) for pair in pairs]
    assert stand.states == {state: sum(one.state == state for one in values) for state in (*STATES, "")}
    assert stand.due == {
        OVERDUE: sum(one.next_review == "2026-11-29" for one in values),
        SOON: sum(one.next_review in ("2026-11-30", "2027-02-28") for one in values),
        LATER: sum(one.next_review == "2027-03-01" for one in values),
        UNSET: sum(one.next_review == "" for one in values),
    }
    assert sum(stand.due.values()) == sum(stand.states.values()) == stand.ties
    mine = {key for key in kept.written if not selection.origins or key.origin_code in selection.origins}
    assert stand.gone == 1
    assert stand.outside == len(mine - {Key(*pair) for pair in pairs} - {GONE})
    assert stand.gone + stand.outside + sum(kept.values(Key(*p)) != Values() for p in pairs) == len(mine)


def test_a_tie_that_is_no_longer_printed_keeps_its_row(dataset, kept):
    table = reviewed(dataset.select(Selection(origins=("13112",))), kept, DAY)
    row = table.iloc[-1]
    assert (row.partner, row.prefecture, row.printed, row.due) == ("小樽市", "北海道", False, OVERDUE)
    assert "小樽市" not in set(reviewed(dataset.select(Selection(origins=("13103",))), kept, DAY).partner)


def test_partners_that_nobody_could_place_are_counted(dataset, kept):
    selected = dataset.select(Selection())
    columns = dataset.links[["origin_code", "partner_code", "confidence"]].astype(object)
    waiting = [
        (origin, partner)
        for origin, partner, sure in columns.itertuples(index=False)
        if pd.isna(partner) or (sure < 0.8 and partner != origin)
    ]
    assert standing(reviewed(selected, kept, DAY), selected, kept).unplaced == len(waiting) > 0


def test_another_edition_or_origin_has_the_same_rows(dataset, kept):
    everyone = reviewed(dataset.select(Selection()), kept, DAY)
    one = reviewed(dataset.select(Selection(origins=("13112",))), kept, DAY)
    same = everyone[everyone.origin_code == "13112"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, one.reset_index(drop=True))


def test_a_ward_stands_with_its_city_and_a_prefecture_for_itself(dataset):
    wanted = {Key("13112", "14104"): ("横浜市中区", "神奈川県"), Key("13112", "20000"): ("長野県", "長野県")}
    wanted[Key("13112", "99999")] = ("99999", "")
    table = reviewed(
        dataset.select(Selection(origins=("13112",), categories=("ない",))),
        written({key: Values(note="あ") for key in wanted}),
        DAY,
    )
    found = {
        Key(row.origin_code, row.partner_code): (row.partner, row.prefecture) for row in table.itertuples()
    }
    assert found.items() <= wanted.items()
    assert Key("13112", "99999") in found


def test_sections_stand_in_order_with_none_at_the_end(dataset, kept):
    assert sections(reviewed(dataset.select(Selection()), kept, DAY)) == ["文化課", "防災課", ""]


@pytest.mark.parametrize(
    ("next_review", "stands"),
    [("", UNSET), ("2026-11-29", OVERDUE), ("2026-11-30", SOON), ("2027-02-28", SOON), ("2027-03-01", LATER)],
)
def test_the_day_itself_is_not_overdue_and_three_months_end_with_a_month(next_review, stands):
    assert due(next_review, DAY) == stands
    assert stands in DUE


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 11, 30), 3, (2028, 2, 29)),
        ((2026, 12, 1), 12, (2027, 12, 1)),
    ],
)
def test_months_later(day, months, then):
    assert days.months_later(date(*day), months) == date(*then)


def test_today_can_be_set(monkeypatch):
    monkeypatch.setenv(days.TODAY, "2027-04-01")
    assert days.today() == date(2027, 4, 1)
    monkeypatch.setenv(days.TODAY, "きょう")
    assert days.today() == date.today()
