"""A table to sort and to choose a row of, with bars in its cells: what the eye compares stands as a length.

The rows go to the browser as they are and are written there as text; sorting needs no server. A row is chosen
with the mouse or with the arrow keys and Enter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared.frame import current as data
from pages.shared.frame import text
from pages.shared.parts.scripted import part

#: Rows that are sent where there are many origins, whose ties are too many for a page; what is left out is said.
MOST = 300


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is shown: its heading and unit, whether a bar stands before its numbers.

    ``order`` names a column of numbers the rows are sorted by instead of by their words; ``width`` is in
    pixels, 0 for as wide as needed (of the first column it is the most); ``lines`` is how many lines a cell may
    fill before it is cut off, with the whole text under the pointer, 0 for short words that stay whole.
    """

    heading: str
    unit: str = ""
    bar: bool = False
    order: str = ""
    width: int = 0
    lines: int = 1


def show(
    table: pd.DataFrame,
    columns: dict[str, Column],
    *,
    name: str,
    key: str,
    caption: bool = False,
    chosen: object = None,
    on_choose: Callable[[object], None] | None = None,
    sorted_by: str = "",
    foot: Sequence[object] = (),
    link: str = "",
    height: int = 0,
    first: int = 0,
    of: int = 0,
) -> None:
    """Draw a table.

    Parameters
    ----------
    table : every row there is, one a line, because sorting sorts them all; its index tells the rows apart from run to
        run and is what ``on_choose`` gets. Of many origins the first MOST are shown, and a line below says so
    columns : column of ``table`` → how it is shown, in this order; the first names the row
    name : accessible name; ``caption`` writes it above the table
    chosen : index of the row that stands out
    on_choose : called with the index of a row; without it rows cannot be chosen
    sorted_by : the column the rows are already in the order of, the largest first
    foot : the cells of a last line that is not sorted (a total, a median)
    link : address of a row, to which its index is added: rows are then links, which open in a new tab too
    height : pixels after which the rows scroll below their headings; 0 for none
    first : so many rows are shown, in whatever order, until the reader asks for all; 0 for all
    of : how many rows there are, where ``table`` is what :func:`cut` leaves of them
    """
    n, table = of or len(table), cut(table, chosen)
    order = list(table.index)

    def choose() -> None:
        place = st.session_state[key].get("row")
        if isinstance(place, int) and 0 <= place < len(order):
            on_choose(order[place])

    sent = {
        "key": key,
        "name": name,
        "caption": caption,
        "columns": [
            [c.heading, c.unit, c.bar, _is_number(table[column]), c.width, c.lines]
            for column, c in columns.items()
        ],
        "rows": [
            list(cells)
            for cells in zip(*(_cells(table, column, c) for column, c in columns.items()), strict=True)
        ],
        "chosen": order.index(chosen) if chosen in order else None,
        "choose": on_choose is not None,
        "sorted": list(columns).index(sorted_by) if sorted_by else None,
        "foot": list(foot),
        "links": [f"{link}{index}" for index in order] if link else None,
        "height": height,
        "first": first,
    }
    given = {"on_row_change": choose} if on_choose else {}
    part("board", '<div class="k-board"></div>')(key=key, data=sent, **given)
    if n > len(table):
        st.html(f'<p class="k-sub">{text.left_out_rows(len(table), n)}</p>')


def cut(table: pd.DataFrame, chosen: object = None) -> pd.DataFrame:
    """The rows that are shown: all, but of many origins the first MOST and the one that is ``chosen``."""
    if len(table) <= MOST or not data.load().naming.many:
        return table
    first = table.head(MOST)
    if chosen in table.index and chosen not in first.index:
        return pd.concat([first, table.loc[[chosen]]])
    return first


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values)


def _cells(table: pd.DataFrame, column: str, shown: Column) -> list:
    """The cells of a column: a number, a text, or [number to sort by, text]."""
    words = _plain(table[column])
    return (
        [list(pair) for pair in zip(_plain(table[shown.order]), words, strict=True)] if shown.order else words
    )


def _plain(values: pd.Series) -> list:
    """As Python's own numbers and texts, which alone can be sent; None for what is not known."""
    return [
        None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value
        for value in values
    ]
