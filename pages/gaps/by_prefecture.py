"""空白 of many origins: the origins of each prefecture together against every prefecture, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st

from geo.insight.groups import reach_table
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from geo.places.codes import PREFECTURES, short_name
from pages.gaps import matrix_board as gap_matrix
from pages.shared.frame import choices, text
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import details, downloads, markup
from pipeline.words.claims import Claims, Heading

#: Classes of the share of a prefecture's origins that reach another, by their upper bound (0–1).
CLASSES = {0.1: "1割まで", 0.25: "4分の1まで", 0.5: "半分まで", 0.75: "4分の3まで", 1.0: "それより多い"}

#: How the prefectures of the origins can be ordered.
ORDERS = {"home": "コード順", "n_gaps": "空白の多い順"}

#: Prefectures written out where several share a first place.
_TIES = 5


def draw(view: View, choose: Callable[[str, str], None]) -> None:
    """Draw the screen; ``choose(group, prefecture)`` is called with a cell, "" for the other of a heading."""
    table, naming = _table(view.selected.selection), view.naming
    markup.show(markup.heading(heading(view.claims, table), view.conditions))
    if not (table.n_reaching + table.n_direct).any():
        st.info(text.nothing(naming.heading))
        return
    with st.container(horizontal=True, key="k-orders"):
        order = choices.box(
            f"{naming.heading}の都道府県の並び", list(ORDERS), format_func=ORDERS.get, key="homes", width=270
        )
    hint = f"ますを選ぶと、その都道府県の{naming.noun}が1つずつ出ます。"
    html = _html(view.selected.selection, order)
    gap_matrix.show(
        html,
        naming,
        (),
        details.chosen(view),
        choose,
        legend=_legend(naming),
        hint=hint,
        missing="だれともつながらない都道府県",
        key="homes_matrix",
    )
    markup.show(
        markup.summary(summary(view.claims, table)),
        f'<p class="k-credit">{markup.escape(view.credit)}</p>',
    )
    with st.container(horizontal=True):
        downloads.csv_button(
            "都道府県×都道府県の表をCSVで保存",
            lambda: saved(table, naming),
            view.file_name(".csv", "空白", "都道府県ごと"),
            "csv_homes",
        )


@data.remembered()
def _table(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    return reach_table(data.select(selection))


def gaps(table: pd.DataFrame) -> pd.Series:
    """Which pairs of ``geo.insight.groups.reach_table`` have no tie, and could have one."""
    return (table.n_reaching + table.n_direct == 0) & ~table.outside


def heading(claims: Claims, table: pd.DataFrame) -> Heading:
    """How many pairs of prefectures have no tie between them."""
    n, possible = int(gaps(table).sum()), int((~table.outside).sum())
    before = f"{claims.strict}{claims.who}を都道府県ごとに見ると、"
    if not n:
        return Heading(f"{before}{claims.ties}の", "ない都道府県の組はありません", "。")
    said = f"（{possible:,} のうち {text.percent(n / possible)}）"
    return Heading(f"{before}{claims.ties}のない都道府県の組は ", f"{n:,}{said}", "です。")


def summary(claims: Claims, table: pd.DataFrame) -> str:
    """Which prefectures' origins have most gaps, and which prefectures they are most often missing from."""
    empty, names = table[gaps(table)], claims.dataset.places
    if empty.empty:
        return f"{claims.strict}どの都道府県の{claims.naming.noun}にも、{claims.ties}の相手が47都道府県すべてにあります。"
    sides = []
    for column, side in (("home", claims.naming.noun), ("prefecture_code", "相手")):
        counts = empty[column].value_counts()
        most = sorted(counts.index[counts == counts.max()])
        sides.append(
            f"{side}の側では{text.some([names[code].name for code in most], _TIES)}（{counts.max()}）"
        )
    return f"{claims.strict}{claims.ties}のない都道府県の組が最も多いのは、{'、'.join(sides)}です。"


def saved(table: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """The table as it is saved: a prefecture of origins a row, a partner prefecture a column, numbers of origins."""
    cells = table.n_reaching.astype(object).mask(
        (table.n_reaching == 0) & (table.n_direct > 0), "都道府県そのものだけ"
    )
    cells = cells.mask(table.outside, "対象外")
    wide = table.assign(cell=cells).pivot(index="home", columns="prefecture_code", values="cell")
    wide = wide.rename(columns=lambda code: PREFECTURES[code[:2]])
    homes = table.drop_duplicates("home").set_index("home")
    wide.insert(0, f"{naming.heading}の都道府県", [PREFECTURES[code[:2]] for code in wide.index])
    wide.insert(1, f"{naming.noun}の数", homes.n_origins)
    wide["空白の都道府県"] = gaps(table).groupby(table.home).sum()
    return wide.rename_axis(index="都道府県コード", columns=None).reset_index()


@data.remembered()
def _html(dataset: Dataset, selection: Selection, order: str) -> str:
    table, noun = _table(selection), dataset.naming.noun
    empty = gaps(table)
    heads = sorted(table.prefecture_code.unique())
    n_gaps = empty.groupby(table.home).sum()
    homes = sorted(n_gaps.index, key=lambda home: (-n_gaps[home] if order == "n_gaps" else 0, home))
    rows = dict(iter(table.groupby("home")))
    names = {home: short_name(PREFECTURES[home[:2]]) for home in homes}
    body = "".join(
        f'<tr data-w="{home[:2]}" data-n="{rows[home].n_origins.iloc[0]}">'
        f"<th scope=row title={PREFECTURES[home[:2]]}>{escape(names[home])}{_cells(rows[home])}"
        f"<td class=t>{rows[home].n_origins.iloc[0]}<td class=t>{n_gaps[home]}"
        for home in homes
    )
    missing = empty.groupby(table.prefecture_code).sum()
    foot = "".join(f"<td class=t>{missing[code]}" for code in heads)
    caption = (
        f"それぞれの都道府県の{noun}のうち、いくつが、どの都道府県の市区町村とつながっているか。数字は{noun}の数。"
        "矢印キーで動き、エンターキーで選べます。"
    )
    columns = gap_matrix.COLUMNS["region"]
    head = gap_matrix.head(
        heads, columns, gap_matrix.FIRST, dataset.naming.heading, names.values(), (f"{noun}の数", "空白の数")
    )
    return (
        f'<table role=grid class="k-heat"><caption>{caption}</caption>{head}<tbody>{body}</tbody>'
        f"<tfoot><tr><th scope=row>空白{foot}<td class=t><td class=t></tfoot></table>"
    )


def _cells(rows: pd.DataFrame) -> str:
    return "".join(map(_cell, rows.itertuples(index=False)))


def _cell(row) -> str:
    first = " f" if row.prefecture_code[:2] in gap_matrix.FIRST else ""
    if row.outside:
        return f'<td class="o{first}">－<i>対象外</i>'
    if row.n_reaching:
        place = next(
            place for place, most in enumerate(CLASSES, start=1) if row.n_reaching <= most * row.n_origins
        )
        long = " l" if row.n_reaching > 99 else ""
        return f'<td class="c{place}{first}{long}">{row.n_reaching}'
    if row.n_direct:
        return f'<td class="d{first}">{PREFECTURES[row.prefecture_code[:2]][-1]}<i>そのものとだけ連携</i>'
    return f'<td class="z{first}"><i>なし</i>'


def _legend(naming: Naming) -> str:
    keys = "".join(f"<li><b class=c{i}></b>{label}" for i, label in enumerate(CLASSES.values(), start=1))
    return (
        f'<ul class="k-keys"><li>数字はつながる{naming.noun}の数、色はその都道府県の{naming.noun}のうちの割合{keys}'
        "<li><b class=z></b>なし（空白）<li><b class=d>県</b>都道府県そのものとだけ連携</ul>"
    )
