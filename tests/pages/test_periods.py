"""前後比較: the years as they are typed or chosen, what the screen says of them, and that it changes no other screen."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.insight.periods import between_years
from geo.ledger.selection import Selection
from pages.compare.periods_text import columns, two_years
from pages.shared.frame import filters
from pipeline.words.view import until
from tests.editions_made import two_editions

LIST = ("tokyo23_linkage_r8",)


@pytest.fixture
def periods(screen):
    """``periods(**params)`` opens the part."""
    return lambda **params: screen("compare", compare=filters.PERIODS, **params)


def counted(dataset, first: int, last: int, **asked) -> str:
    """What the sentence has of two years."""
    found = between_years(dataset, Selection(sources=LIST, **asked), first, last)
    one, other = (len(side.places) for side in (found.before, found.after))
    return f"{until(first)}までの{one}市区町村が、{until(last)}までに {other}市区町村になりました（{other - one}増）。"


def test_it_opens_with_the_last_ten_years(periods, dataset):
    shown, last = periods(), dataset.years[1]
    assert counted(dataset, last - 10, last) in shown.heading
    assert f"{until(last)}までに始まったと分かるもの" in shown.conditions
    assert shown.app.session_state["back"] == "直近10年"
    assert shown.notes == []


def test_a_link_has_the_years_as_they_are_typed(periods, dataset):
    shown = periods(**{"from": "ｈ12", "to": "平成28年度"}, category="観光", began=["2010", "2012"])
    assert counted(dataset, 2000, 2016, categories=("観光",)) in shown.heading
    assert shown.heading.startswith("観光では、")
    shown.app.text_input(key="to").set_value("R元").run()
    assert counted(dataset, 2000, 2019, categories=("観光",)) in shown.heading
    assert shown.app.text_input(key="to").value == "R元"
    shown.app.text_input(key="to").set_value("").run()
    assert counted(dataset, 2000, dataset.years[1], categories=("観光",)) in shown.heading


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("来年", "「来年」は年として読み取れません"),
        ("2050", "「2050」は使えません。資料で分かる開始年は"),
        ("H12", "前の年は、後の年より前の年にしてください。"),
    ],
)
def test_a_text_that_cannot_be_used_is_said_and_changes_nothing(periods, dataset, typed, said):
    shown = periods(**{"from": "H12", "to": "H28"})
    before = shown.heading
    shown.app.text_input(key="to").set_value(typed).run()
    assert said in shown.html
    assert f"{until(2000)}までと{until(2016)}までをくらべています。" in shown.html
    assert shown.heading == before


def test_where_there_is_nothing_the_way_on_is_said(periods):
    shown = periods(ward="千代田区", category="スポーツ", **{"from": "1970", "to": "1975"})
    assert (
        "昭和50年度（1975年度）までに始まったと分かる個別の連携の相手の市区町村はありません。"
        in shown.heading
    )
    assert shown.notes == [
        "この条件では、どちらにも連携がありません。後の年を新しくするか、左の条件を広げてください。"
    ]


def test_the_choices_of_years_fill_the_boxes(periods, dataset):
    shown, last = periods(**{"from": "1990"}), dataset.years[1]
    assert shown.app.session_state["back"] is None
    next(each for each in shown.app.get("button_group") if each.key == "back").set_value("直近5年").run()
    assert counted(dataset, last - 5, last) in shown.heading
    assert shown.app.text_input(key="from").value == until(last - 5)


def test_the_years_of_the_panel_do_not_count_here_and_stay(periods):
    shown = periods(began=["2000", "2010"])
    assert shown.app.slider(key="began").disabled
    assert shown.app.checkbox(key="unknown").disabled
    assert not shown.app.checkbox(key="above").disabled
    assert shown.app.slider(key="began").value == (2000, 2010)
    assert "年を画面の中で選ぶ" in shown.html


def test_the_tables_hold_what_was_added(periods, dataset):
    found = between_years(dataset, Selection(sources=LIST), 2015, 2025)
    shown = periods()
    (board,) = shown.boards
    assert len(board) == len(found.added)
    assert (board["加わり方"] == "新しい相手").sum() > len(found.places_added)
    pairs = periods(new="ほかの区は前からの相手").boards[0]
    assert set(pairs["加わり方"]) == {"ほかの区は前からの相手"}
    assert len(pairs) == (found.added.new == "pair").sum()
    # The address means the same of other years.
    assert len(periods(new="ほかの区は前からの相手", **{"from": "2020"}).boards[0]) < len(pairs)


def test_two_editions_are_chosen_where_there_are_some(periods, tmp_path):
    assert "くらべるもの" not in [each.label for each in periods().app.get("button_group")]
    two_editions(tmp_path)
    shown = periods(data=tmp_path / "build", between=filters.EDITIONS)
    assert (
        "令和8年3月31日現在の版の8市区町村が、令和9年3月31日現在の版で 9市区町村になりました" in shown.heading
    )
    assert [len(board) for board in shown.boards] == [2, 1]
    assert not shown.app.slider(key="began").disabled
    assert "資料" in [box.label for box in shown.app.selectbox]


@pytest.mark.parametrize(
    ("texts", "years"),
    [
        (("H28", "R7"), (2016, 2025)),
        (("1966", "2025"), (1966, 2025)),
        (("1965", "2025"), None),
        (("2016", "2016"), None),
        (("2020", "2010"), None),
        (("", "2016"), None),
    ],
)
def test_two_years_are_in_order_and_of_the_data(texts, years):
    found, said = two_years(*texts, 1967, 2025)
    assert found == years
    assert bool(said) == (years is None)


def test_columns_that_say_nothing_are_left_out():
    table = pd.DataFrame({"加わり方": ["新しい相手"], "相手": ["松本市"], "注意": [""]})
    assert list(columns(table)) == ["相手", "加わり方"]
