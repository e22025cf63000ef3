"""The matrix of origins and prefectures as a table one can choose a cell of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from geo.folders import STATIC_DIR
from geo.insight.gaps import DIRECT, GAP, MEMBER, OUTSIDE
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from geo.places.codes import PREFECTURES, REGIONS, short_name
from pages.gaps import remembered as gap_view
from pages.shared.frame import current as data

_SCREEN = STATIC_DIR / "screen"

#: Classes of the number of partner municipalities, by their upper bound; the same in every view, so that
#: views can be compared.
CLASSES = {1: "1", 2: "2", 5: "3–5", 10: "6–10", None: "11以上"}

#: How the origins can be ordered, and the prefectures: label by column of what they are ordered by; {} is an origin.
ORDERS = {
    "n_gaps": "空白の多い順",
    "n_partners": "連携の多い順",
    "chosen": "選んだ都道府県の多い順",
    "kana": "五十音順",
    "code": "コード順",
}
COLUMNS = {"region": "地域順", "n_gaps": "空白の{}の多い順", "chosen": "選んだ{}の多い順"}


def columns(naming: Naming) -> dict[str, str]:
    """COLUMNS with the word for an origin."""
    return {key: label.format(naming.noun) for key, label in COLUMNS.items()}


#: What is ordered from the smallest on; the rest from the greatest.
_ASCENDING = {"kana", "code", "region"}

#: Stands below the table until a cell is pointed at.
HINT = "ますを選ぶと、下に候補とその理由が出ます。"

#: State → class and content of the cell: where the eye sees hatching, the ear is told.
_STATES = {
    GAP: ("z", "<i>なし</i>"),
    MEMBER: ("m", "・<i>広域の集まりだけ</i>"),
    OUTSIDE: ("o", "－<i>対象外</i>"),
}

#: Pixels of a letter of a name and beside it, and how many letters the first column has room for as it is.
_LETTER, _MARGIN, _FIT = 13, 16, 4

#: The prefectures a region begins with: a little apart from the one before.
FIRST = {numbers[0] for numbers in REGIONS.values()}


#: Rows of the table at once: with every prefecture they are some thousand cells.
ROWS = 100


def parts(n: int) -> list[str]:
    """The parts that a table of ``n`` origins is cut into, in order: 「1〜100番目」; one, "", where they have room."""
    if n <= ROWS:
        return [""]
    return [f"{first + 1}〜{min(first + ROWS, n)}番目" for first in range(0, n, ROWS)]


def table(selection: Selection, order: str, columns: str, prefecture: str | None, part: int = 0) -> str:
    """The table of the origins under the conditions of a selection (``pages.gaps.remembered.rows``).

    ``order`` and ``columns`` are keys of ORDERS and COLUMNS; "chosen" goes by the numbers of ``prefecture`` and by
    those of the selection's origins; ``part`` is the place of one of :func:`parts`.
    """
    # Where nothing is chosen, the order is the first one.
    if order == "chosen" and not prefecture:
        order = next(iter(ORDERS))
    if columns == "chosen" and not selection.origins:
        columns = next(iter(COLUMNS))
    origins = selection.origins if columns == "chosen" else ()
    return _table(
        replace(selection, origins=gap_view.rows(data.load(), selection)),
        order,
        columns,
        origins,
        prefecture if order == "chosen" else None,
        part,
    )


@data.remembered()
def _table(
    dataset: Dataset,
    selection: Selection,
    order: str,
    columns: str,
    origins: tuple[str, ...],
    prefecture: str | None,
    part: int,
) -> str:
    facts = gap_view.everyone(selection)
    # Where only the prefecture itself is a partner counts for less than a municipality, and more than a gap.
    matrix = facts.matrix.assign(chosen=facts.matrix.n_partners + 0.5 * (facts.matrix.state == DIRECT))
    rows = facts.totals.assign(
        chosen=facts.totals.code.map(_sums(matrix[matrix.prefecture_code == prefecture], "origin_code"))
    )
    rows = rows.sort_values([order, "code"], ascending=[order in _ASCENDING, True])
    rows = rows.iloc[part * ROWS : (part + 1) * ROWS]
    heads = pd.DataFrame({"code": sorted(matrix.prefecture_code.unique())})
    heads["region"] = heads.code
    heads["n_gaps"] = heads.code.map(matrix[matrix.state == GAP].prefecture_code.value_counts()).fillna(0)
    heads["chosen"] = heads.code.map(_sums(matrix[matrix.origin_code.isin(origins)], "prefecture_code"))
    heads = heads.sort_values([columns, "code"], ascending=[columns in _ASCENDING, True])
    place = {code: number for number, code in enumerate(heads.code)}
    first = FIRST if columns == "region" else set()
    matrix = matrix.sort_values("prefecture_code", key=lambda codes: codes.map(place))
    shown = matrix[matrix.origin_code.isin(rows.code)]
    cells = {code: _cells(own, first) for code, own in shown.groupby("origin_code")}
    body = "".join(
        f'<tr data-w="{escape(row.code)}"><th scope=row>{escape(row.name)}{cells[row.code]}'
        f"<td class=t>{row.n_partners}<td class=t>{row.n_gaps}"
        for row in rows.itertuples(index=False)
    )
    foot = "".join(f"<td class=t>{n}" for n in heads.n_gaps.astype(int))
    naming = dataset.naming
    by = COLUMNS[columns].format(naming.noun)
    caption = f"どの{naming.noun}がどの都道府県の市区町村とつながっているか（{naming.noun}は{ORDERS[order]}、都道府県は{by}）。"
    caption += "数字は連携する市区町村の数。矢印キーで動き、エンターキーで選べます。"
    return (
        f'<table role=grid class="k-heat"><caption>{caption}</caption>'
        f"{head(list(heads.code), by, first, naming.heading, rows.name)}<tbody>{body}</tbody>"
        f"<tfoot><tr><th scope=row>空白の{naming.noun}{foot}<td class=t><td class=t></tfoot></table>"
    )


def _sums(matrix: pd.DataFrame, column: str) -> pd.Series:
    return matrix.groupby(column).chosen.sum()


def head(
    codes: list[str],
    order: str,
    first: set[str],
    origin: str,
    names: Iterable[str],
    totals: Sequence[str] = ("連携の計", "空白の数"),
) -> str:
    """Two lines: the regions (or the order) over the prefectures, these without 県 where that says enough.

    ``names`` are those of the rows, ``totals`` the headings of the last two columns.
    """
    longest = max(map(len, names), default=0)
    wide = f" style=width:{longest * _LETTER + _MARGIN}px" if longest > _FIT else ""
    groups, regions = [f"<colgroup class=w{wide}>"], []
    for region, numbers in REGIONS.items() if first else [(order, PREFECTURES)]:
        inside = [code for code in codes if code[:2] in numbers]
        if inside:
            groups.append(f"<colgroup span={len(inside)}>")
            regions.append(f"<th scope=colgroup colspan={len(inside)}><span>{region}</span>")
    columns = []
    for code in codes:
        name = PREFECTURES[code[:2]]
        apart = " class=f" if code[:2] in first else ""
        columns.append(f"<th scope=col data-p={code} title={name}{apart}><span>{short_name(name)}</span>")
    last = "".join(f"<th scope=col class=t><span>{total}</span>" for total in totals)
    return (
        f"{''.join(groups)}<colgroup class=t span=2><thead><tr><td>{''.join(regions)}<td colspan=2>"
        f"<tr><th scope=col><span>{origin}</span>{''.join(columns)}{last}</thead>"
    )


def _cells(rows: pd.DataFrame, first: set[str]) -> str:
    return "".join(
        _cell(code, state, n, " f" if code[:2] in first else "")
        for code, state, n in zip(rows.prefecture_code, rows.state, rows.n_partners, strict=True)
    )


def _cell(code: str, state: str, n: int, first: str) -> str:
    if state == DIRECT:
        return f'<td class="d{first}">{PREFECTURES[code[:2]][-1]}<i>そのものとだけ連携</i>'
    name, inside = _STATES.get(state) or (f"c{_class(n)}", n)
    return f'<td class="{name}{first}">{inside}'


def _class(n: int) -> int:
    """The class of a number of partners, 1 for the lightest."""
    return next(i for i, upper in enumerate(CLASSES, start=1) if upper is None or n <= upper)


def _legend(naming: Naming) -> str:
    """What colours and signs of the table mean."""
    others = "" if naming.single else f"（{naming.others}の資料も）"
    keys = "".join(f"<li><b class=c{i}></b>{label}" for i, label in enumerate(CLASSES.values(), start=1))
    return (
        f'<ul class="k-keys"><li>連携する市区町村の数{keys}'
        f"<li><b class=z></b>なし（空白）<li><b class=m>・</b>広域の集まりだけ{others}"
        "<li><b class=d>県</b>都道府県そのものとだけ連携</ul>"
    )


def show(
    html: str,
    naming: Naming,
    origins: tuple[str, ...],
    prefecture: str | None,
    on_choose: Callable[[str, str], None],
    legend: str = "",
    hint: str = HINT,
    missing: str = "",
    key: str = "matrix",
) -> None:
    """Put a table on the screen, its rows ``origins`` and its column ``prefecture`` standing out.

    ``on_choose(origin, prefecture)`` is called with the codes of a cell, "" for the other of a heading. ``legend``
    (HTML), ``hint`` and ``missing`` (what the last line counts) are those of origins by themselves where none are given; another table than theirs has
    another ``key``.
    """

    def chosen() -> None:
        cell = st.session_state[key].get("cell")
        if cell:
            on_choose(*cell)

    _component(key, legend or _legend(naming), hint)(
        key=key,
        data={
            "html": html,
            "origins": list(origins),
            "prefecture": prefecture,
            "hint": hint,
            "missing": missing or f"つながりのない{naming.noun}",
            "noun": naming.noun,
        },
        on_cell_change=chosen,
    )


@st.cache_resource(show_spinner=False)
def _component(key: str, legend: str, hint: str) -> Callable:
    return st.components.v2.component(
        f"koryu_gap_{key}",
        html='<div class="k-matrix"></div>'
        f'<div class="k-under">{legend}<p class="k-read" aria-hidden="true">{hint}</p></div>',
        css=(_SCREEN / "gaps.css").read_text(encoding="utf-8"),
        js=(_SCREEN / "gaps.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
