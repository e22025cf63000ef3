"""The matrix of origins and prefectures as a table one can choose a cell of."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.codes import PREFECTURES, REGIONS
from geo.dataset import Selection
from geo.gaps import DIRECT, GAP, OUTSIDE
from pages.shared import dataset as data
from pages.shared import gap_view

_STATIC = Path(__file__).resolve().parents[2] / "static" / "screen"

#: Classes of the number of partner municipalities, by their upper bound; the same in every view, so that
#: views can be compared.
CLASSES = {1: "1", 2: "2", 5: "3–5", 10: "6–10", None: "11以上"}

#: How the origins can be ordered: column of ``geo.gaps.reach_totals``, ascending, label.
ORDERS = {
    "gaps": ("n_gaps", False, "空白の多い順"),
    "reach": ("n_partners", False, "連携の多い順"),
    "name": ("kana", True, "五十音順"),
    "code": ("code", True, "コード順"),
}

#: State → class and content of the cell: where the eye sees hatching, the ear is told.
_STATES = {
    GAP: ("z", "<i>なし</i>"),
    OUTSIDE: ("o", "－<i>対象外</i>"),
}

#: The prefectures a region begins with: a little apart from the one before.
_FIRST = {numbers[0] for numbers in REGIONS.values()}


def table(selection: Selection, order: str) -> str:
    """The table of every origin under the conditions of a selection, in one of ORDERS."""
    return _table(data.stamp(), replace(selection, wards=()), order)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _table(version: tuple[str, int, int], selection: Selection, order: str) -> str:
    facts = gap_view.everyone(selection)
    column, ascending, label = ORDERS[order]
    totals = facts.totals.sort_values([column, "code"], ascending=[ascending, True])
    matrix = facts.matrix
    cells = {code: _cells(rows) for code, rows in matrix.groupby("ward_code")}
    codes = sorted(matrix.prefecture_code.unique())
    body = "".join(
        f'<tr data-w="{escape(row.code)}"><th scope=row>{escape(row.name)}{cells[row.code]}'
        f"<td class=t>{row.n_partners}<td class=t>{row.n_gaps}"
        for row in totals.itertuples(index=False)
    )
    caption = f"どの区がどの都道府県の市区町村とつながっているか（{label}）。数字は連携する市区町村の数。"
    caption += "矢印キーで動き、エンターキーで選べます。"
    return f'<table role=grid class="k-heat"><caption>{caption}</caption>{_head(codes)}<tbody>{body}</tbody></table>'


def _head(codes: list[str]) -> str:
    """Two lines: the regions over their prefectures, the prefectures without 県 where that says enough."""
    groups, columns, regions = ["<colgroup class=w>"], [], []
    for region, numbers in REGIONS.items():
        inside = [code for code in codes if code[:2] in numbers]
        if inside:
            groups.append(f"<colgroup span={len(inside)}>")
            regions.append(f"<th scope=colgroup colspan={len(inside)}><span>{region}</span>")
        for code in inside:
            name = PREFECTURES[code[:2]]
            short = name if name == "北海道" else name[:-1]
            first = " class=f" if code[:2] in _FIRST else ""
            columns.append(f"<th scope=col data-p={code} title={name}{first}><span>{short}</span>")
    totals = "<th scope=col class=t><span>連携の計</span><th scope=col class=t><span>空白の数</span>"
    return (
        f"{''.join(groups)}<colgroup class=t span=2><thead><tr><td>{''.join(regions)}<td colspan=2>"
        f"<tr><th scope=col><span>区</span>{''.join(columns)}{totals}</thead>"
    )


def _cells(rows: pd.DataFrame) -> str:
    return "".join(
        _cell(code, state, n)
        for code, state, n in zip(rows.prefecture_code, rows.state, rows.n_partners, strict=True)
    )


def _cell(code: str, state: str, n: int) -> str:
    first = " f" if code[:2] in _FIRST else ""
    if state == DIRECT:
        return f'<td class="d{first}">{PREFECTURES[code[:2]][-1]}<i>そのものとだけ連携</i>'
    name, inside = _STATES.get(state) or (f"c{_class(n)}", n)
    return f'<td class="{name}{first}">{inside}'


def _class(n: int) -> int:
    """The class of a number of partners, 1 for the lightest."""
    return next(i for i, upper in enumerate(CLASSES, start=1) if upper is None or n <= upper)


def legend() -> str:
    """What colours and signs of the table mean."""
    keys = "".join(f"<li><b class=c{i}></b>{label}" for i, label in enumerate(CLASSES.values(), start=1))
    return (
        f'<ul class="k-keys"><li>連携する市区町村の数{keys}'
        "<li><b class=z></b>なし（空白）<li><b class=d>県</b>都道府県そのものとだけ連携"
        "<li>ますを選ぶと、下に候補とその理由が出ます</ul>"
    )


def show(html: str, wards: tuple[str, ...], prefecture: str | None, on_choose) -> None:
    """Put a table on the screen, its rows ``wards`` and its column ``prefecture`` standing out.

    ``on_choose(ward, prefecture)`` is called with the codes of a cell, "" for the other of a heading.
    """

    def chosen() -> None:
        cell = st.session_state["matrix"].get("cell")
        if cell:
            on_choose(*cell)

    _component()(
        key="matrix",
        data={"html": html, "wards": list(wards), "prefecture": prefecture},
        on_cell_change=chosen,
    )


@st.cache_resource(show_spinner=False)
def _component():
    return st.components.v2.component(
        "koryu_gap_matrix",
        html='<div class="k-matrix"></div>',
        css=(_STATIC / "gaps.css").read_text(encoding="utf-8"),
        js=(_STATIC / "gaps.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
