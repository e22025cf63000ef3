"""A row of a sheet against what was written since: three-way, by field, and nothing is taken back unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.upkeep.review_intake import Filled, FilledRow, Problem
from pipeline.upkeep.review_merge import (
    CHANGED,
    CONFLICT,
    KINDS,
    UNCHANGED,
    UNKNOWN,
    UNREADABLE,
    merge,
    plan,
)
from pipeline.upkeep.review_store import FIELDS, Change, Key, Ledger, Revision, Values

WORDS = st.sampled_from(["", "あ", "い", "う"])
ALL = st.builds(Values, WORDS, WORDS, WORDS, WORDS, WORDS)
SAID = st.dictionaries(st.sampled_from(list(FIELDS)), WORDS)


@given(ALL, SAID, ALL)
def test_each_field_is_decided_by_who_changed_it(base, said, current):
    merged = merge(base, said, current)
    for field in FIELDS:
        before, theirs = getattr(base, field), getattr(current, field)
        mine = said.get(field, before)
        result = getattr(merged.values, field)
        if mine == before:  # the sheet leaves it
            assert (result, field in merged.changed) == (theirs, False)
        elif theirs in (before, mine):  # only the sheet changed it, or both to the same
            assert (result, field in merged.changed, field in merged.clashing) == (
                mine,
                mine != theirs,
                False,
            )
        else:
            assert (result, field in merged.changed, field in merged.clashing) == (mine, True, True)


@given(SAID, ALL)
def test_where_nobody_knows_how_it_went_out_only_what_is_empty_is_filled_unasked(said, current):
    merged = merge(None, said, current)
    for field, mine in said.items():
        theirs = getattr(current, field)
        assert (field in merged.clashing) == (mine != theirs and theirs != "")
        assert (field in merged.changed) == (mine != theirs)


@given(ALL, SAID, ALL)
def test_a_sheet_taken_in_twice_changes_nothing_the_second_time(base, said, current):
    once = merge(base, said, current)
    if not once.clashing:
        again = merge(base, said, once.values)
        assert again.values == once.values
        assert again.changed == ()


KEYS = [Key("14206", f"{n:05}") for n in range(1, 6)]
ROWS = st.builds(
    FilledRow,
    place=st.just("一覧!A4"),
    name=st.just("函館市"),
    key=st.sampled_from([*KEYS, None]),
    seen=st.sampled_from([None, 0, 1, 2, 9]),
    said=SAID,
    problems=st.sampled_from([(), (), (Problem("一覧!C4", "x", "読めません。"),)]),
    repeats=st.booleans(),
)
HISTORIES = st.lists(st.tuples(st.sampled_from(KEYS), ALL), max_size=12)


def ledger(history) -> Ledger:
    log, numbers = [], dict.fromkeys(KEYS, 0)
    for key, values in history:
        numbers[key] += 1
        log.append(Revision(key, values, "山田", f"2026-04-01T10:00:{len(log):02}", numbers[key]))
    return Ledger(tuple(log))


@given(st.lists(ROWS, max_size=8), HISTORIES)
def test_every_row_is_of_exactly_one_kind_and_only_what_was_shown_is_saved(rows, history):
    kept = ledger(history)
    found = plan(Filled("表.xlsx", tuple(rows), ()), kept)
    assert sum(len(found.of(kind)) for kind in KINDS) == len(rows)
    assert [one.row for one in found.outcomes] == rows
    unasked = found.changes(())
    assert set(unasked) <= {one.row.key for one in found.of(CHANGED)}
    for one in found.of(CONFLICT):
        assert one.merged.clashing
        assert one.current is not None
    for change in found.changes(KEYS).values():
        assert isinstance(change, Change)
    for key, change in found.changes(KEYS).items():
        assert change.seen == kept.number(key)


def one(row: FilledRow, kept: Ledger):
    return plan(Filled("表.xlsx", (row,), ()), kept).outcomes[0]


def test_the_kinds_of_a_row():
    kept = ledger([(KEYS[0], Values(state="活発")), (KEYS[0], Values(state="休止"))])

    def row(**given):
        return FilledRow("A4", "函館市", **{"key": KEYS[0], "seen": 1, **given})

    assert one(row(said={"state": "活発"}), kept).kind == UNCHANGED  # as it went out; the ledger went on
    assert one(row(said={"state": "休止"}), kept).kind == UNCHANGED  # both say the same
    assert one(row(said={"state": "見直し"}), kept).kind == CONFLICT
    assert one(row(said={"state": ""}), kept).kind == CONFLICT
    assert one(row(said={"state": "見直し"}, seen=2), kept).kind == CHANGED
    assert one(row(said={"note": "あ", "state": "活発"}), kept).kind == CHANGED
    assert one(row(said={"state": "見直し"}, seen=None), kept).kind == CONFLICT
    assert one(row(said={"note": "あ"}, seen=None), kept).kind == CHANGED
    assert one(row(said={"state": "見直し"}, key=KEYS[1], seen=7), kept).kind == CHANGED
    assert one(row(said={"state": "見直し"}, key=None), kept).kind == UNKNOWN
    assert one(row(said={}, problems=(Problem("A4", "x", "y"),)), kept).kind == UNREADABLE


def test_taking_a_conflict_takes_what_the_sheet_says_and_keeps_what_it_left():
    kept = ledger([(KEYS[0], Values(state="活発")), (KEYS[0], Values(state="休止", section="文化課"))])
    row = FilledRow("A4", "函館市", KEYS[0], 1, {"state": "見直し", "section": ""})
    found = plan(Filled("表.xlsx", (row,), ()), kept)
    assert found.changes(()) == {}
    assert found.changes({KEYS[0]}) == {KEYS[0]: Change(Values(state="見直し", section="文化課"), 2)}
