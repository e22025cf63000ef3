"""Tables that scripts of our own draw: what reaches the browser is what the table holds."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pages.shared.parts import board
from pages.shared.parts.board import Column

TABLE = pd.DataFrame(
    {
        "区": ["港区", "<b>北区</b>"],
        "事業": pd.array([3, None], dtype="Int64"),
        "最初の年": ["昭和61年（1986年）", "不明"],
        "年": [pd.Series([1986]).iloc[0], pd.NA],
    },
    index=["13103", "13117"],
)
COLUMNS = {"区": Column("区"), "事業": Column("事業", bar=True), "最初の年": Column("最初の年", order="年")}


@pytest.fixture
def drawn(monkeypatch):
    """``drawn(...)`` draws a table and gives what the browser gets, and the callback."""
    got = {}
    monkeypatch.setattr(board, "part", lambda name, html: lambda **given: got.update(given))

    def draw(**given):
        board.show(TABLE, COLUMNS, name="表", key="k", **given)
        return json.loads(json.dumps(got["data"])), got

    return draw


def test_every_value_can_be_sent_and_nothing_is_made_of_it(drawn):
    data, _ = drawn()
    assert data["rows"] == [
        ["港区", 3, [1986, "昭和61年（1986年）"]],
        ["<b>北区</b>", None, [None, "不明"]],
    ]
    assert [column[3] for column in data["columns"]] == [False, True, False]
    assert (data["choose"], data["links"], data["chosen"]) == (False, None, None)


def test_a_table_that_shows_its_first_rows_has_them_all(drawn):
    data, _ = drawn(first=1)
    assert data["first"] == 1
    assert len(data["rows"]) == len(TABLE)


def test_a_row_is_chosen_by_its_place_and_known_by_its_index(drawn, monkeypatch):
    chosen = []
    data, got = drawn(on_choose=chosen.append, chosen="13117", link="wards?at=", sorted_by="事業")
    assert (data["chosen"], data["sorted"]) == (1, 1)
    assert data["links"] == ["wards?at=13103", "wards?at=13117"]
    state = {}
    monkeypatch.setattr(board.st, "session_state", state)
    for place in (1, 7, -1, None, "0"):
        state["k"] = {"row": place}
        got["on_row_change"]()
    assert chosen == ["13117"]
