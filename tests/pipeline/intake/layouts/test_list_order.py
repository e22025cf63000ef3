"""Lists find their project by their order, and whatever is printed, no row is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.codes import PREFECTURES
from pipeline.intake.layouts.list_order import Item, Strip, assign, items_of

NORTH_TO_SOUTH = ["北海道A市", "青森県B市", "岩手県C市", "宮城県D市", "秋田県E市", "山形県F市", "福島県G市"]


def strips(*rows):
    """Rows as (project named or None, page, partner text)."""
    return [Strip(items_of(text), page, "13101", project=project) for project, page, text in rows]


def test_items_are_told_apart_by_prefecture_whatever_the_wraps():
    assert items_of("鹿児島県いち き串木野市 東京都府 中市、京都府 京都市等") == [
        Item("鹿児島県いちき串木野市", 46),
        Item("東京都府中市", 13),
        Item("京都府京都市", 26),
    ]
    assert items_of("札幌市教育委員会 帯広市教育委員会") == [
        Item("札幌市教育委員会", None),
        Item("帯広市教育委員会", None),
    ]
    assert items_of("宮城県亘理町(亘理 町のいちご 福島県)") == [Item("宮城県亘理町", 4)]
    assert items_of("　") == []


def test_rows_below_a_name_belong_to_it():
    rows = strips((0, 1, "東京都港区"), (None, 1, "北海道A市"), (None, 1, "沖縄県B市"), (1, 1, "青森県C市"))
    assert assign(rows, 2) == [0, 0, 0, 1]


def test_a_list_cut_by_a_page_break_begins_above_its_name():
    north, south = NORTH_TO_SOUTH[:4], NORTH_TO_SOUTH[4:]
    rows = strips(
        (0, 1, "沖縄県Z市"),
        *[(None, 1, text) for text in north],
        *[(1 if n == 0 else None, 2, text) for n, text in enumerate(south)],
    )
    assert assign(rows, 2) == [0, *[1] * 7]


def test_the_same_list_without_the_page_break_stays_where_it_is_printed():
    north, south = NORTH_TO_SOUTH[:2], NORTH_TO_SOUTH[4:]
    rows = strips(
        (0, 1, "沖縄県Z市"),
        *[(None, 1, text) for text in north],
        *[(1 if n == 0 else None, 1, text) for n, text in enumerate(south)],
    )
    assert assign(rows, 2) == [0, 0, 0, 1, 1, 1]


def test_rows_that_open_a_page_go_on_with_the_list_before():
    rows = strips(
        (0, 1, "沖縄県Z市"), (None, 2, "北海道A市 青森県B市"), (1, 2, "岩手県C市"), (None, 2, "宮城県D市")
    )
    assert assign(rows, 2) == [0, 0, 1, 1]


row_texts = st.lists(st.sampled_from([*PREFECTURES.values(), "某協会", ""]), max_size=4).map(" ".join)
printed = st.lists(
    st.tuples(st.booleans(), st.booleans(), row_texts, st.sampled_from(["13101", "13102"]), st.booleans()),
    min_size=1,
    max_size=25,
)


@given(printed, st.data())
@settings(max_examples=300, deadline=None)
def test_every_row_finds_a_project_and_every_project_keeps_a_row(rows, data):
    strips, page, projects = [], 0, 0
    for number, (named, breaks, text, ward, dated) in enumerate(rows):
        page += breaks
        named = named or number == len(rows) - 1
        strips.append(Strip(items_of(text), page, ward, "区", dated, projects if named else None))
        projects += named
    for strip in strips:
        if strip.project is None:
            strip.belongs = data.draw(st.none() | st.integers(0, projects - 1))
    owners = assign(strips, projects)
    assert len(owners) == len(strips)
    assert owners == sorted(owners)
    for strip in strips:
        if strip.project is not None and strip.items:
            assert strip.project in owners
