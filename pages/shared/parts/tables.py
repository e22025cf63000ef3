"""The facts of a screen as tables with Japanese headings, for the eye and for CSV."""

from __future__ import annotations

from hashlib import sha1

import pandas as pd
import streamlit as st

from geo.insight.flows import Start, flows
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected
from pages.shared.frame import text
from pages.shared.parts import board, details
from pages.shared.parts.board import Column

#: Pixels after which a list to choose from scrolls below its headings.
LIST_HEIGHT = 460

#: Query parameter that names the row looked at in a list to choose from.
ROW = "row"


def flow_table(table: pd.DataFrame, who: str, naming: Naming, start: Start = "origin") -> pd.DataFrame:
    """One row a flow, from ``geo.insight.flows.flows``; ``who`` names the origin of flows that start in one point.

    ``start`` says where they start; those that start at prefectures end at prefectures, too.
    """
    bundled = table.origin_name == ""
    between = start == "prefecture"
    shown = pd.DataFrame(
        {
            f"{naming.heading}の都道府県" if between else naming.heading: table.origin_name.mask(
                bundled, who
            ),
            "相手": table.partner_name,
            "都道府県": table.prefecture,
            "市区町村数": table.n_municipalities,
            "事業数": table.n_projects,
            "分野": table.categories,
            "最初の年": text.first_years(table),
            # From an office to itself nothing is said of how far apart those are who are tied.
            "距離km": table.distance_km.round().astype("Int64").mask(table.origin_code == table.partner_code),
        }
    )
    return shown.drop(columns="都道府県" if between or bundled.any() else "市区町村数")


def all_flows(selected: Selected) -> pd.DataFrame:
    """Every flow between an origin and a partner municipality: what the CSV of the flow map holds."""
    table, naming = flows(selected), selected.dataset.naming
    shown = flow_table(table, "", naming)
    shown.insert(1, f"{naming.heading}の団体コード", table.origin_code)
    shown.insert(3, "相手の団体コード", table.partner_code)
    return shown


def prefectures(table: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """Every prefecture, reached or not, from ``geo.insight.metrics.prefecture_table``."""
    return pd.DataFrame(
        {
            "団体コード": table.code,
            "都道府県": table["name"],
            "連携する市区町村": table.n_partners,
            "市区町村": table.n_municipalities,
            "連携率%": (table.coverage * 100).round(1),
            "事業数": table.n_projects,
            f"つながる{naming.noun}": table.n_origins,
            "県そのものとの連携": table.direct.map({True: "あり", False: ""}),
            "最初の年": text.first_years(table).where(table.reached, ""),
        }
    )


def municipalities(table: pd.DataFrame, naming: Naming, brief: bool = False) -> pd.DataFrame:
    """Every municipality of a prefecture, partnered or not, from ``geo.insight.metrics.municipality_table``.

    ``brief`` leaves out what has no room beside a map.
    """
    shown = pd.DataFrame(
        {
            "団体コード": table.code,
            "市区町村": table["name"],
            "連携": table.partnered.map({True: "あり", False: "なし"}),
            "事業数": table.n_projects,
            f"つながる{naming.noun}": table.n_origins,
            naming.heading: text.few_origins(table.origins, naming) if brief else table.origins,
            "分野": table.categories,
            "最初の年": text.first_years(table).where(table.partnered, ""),
        }
    )
    return shown[["市区町村", "連携", "事業数", naming.heading]] if brief else shown


def show(
    table: pd.DataFrame, codes: pd.Series, name: str, key: str = "rows", height: int | str = "auto"
) -> None:
    """A sortable table; choosing a row looks at the partner whose code stands at the same place in ``codes``."""

    def choose() -> None:
        rows = st.session_state[key].selection.rows
        details.choose(codes.iloc[rows[0]] if rows else None)

    st.dataframe(
        table,
        hide_index=True,
        height=height,
        placeholder="",
        alt=name,
        key=key,
        on_select=choose,
        selection_mode="single-row",
        column_config={
            "分野": st.column_config.TextColumn(width=300),
            "距離km": st.column_config.NumberColumn("距離 km", format="localized"),
            "連携率%": st.column_config.NumberColumn("連携率 %", format="%.1f"),
        },
    )


def pick(
    table: pd.DataFrame, labels: pd.Series, columns: dict[str, Column], *, name: str, label: str, key: str
) -> object | None:
    """A sortable table of which one row is looked at, chosen in it or by its words in the box above it.

    Parameters
    ----------
    table : what to show; its index tells the rows apart from run to run
    labels : the rows in the box, at the same places
    columns : how the table is shown (``pages.shared.parts.board``)
    name, label : accessible names of the table and of the box

    Returns
    -------
    The index of the chosen row, None when there is none (any more).
    """
    # The browser sends a choice back as its words, so they have to differ.
    again = labels.groupby(labels).cumcount()
    words = dict(zip(table.index, labels.where(again == 0, labels + again.map("（{}）".format)), strict=True))
    ids = {_id(said): row for row, said in words.items()}
    asked = st.query_params.get(ROW)
    chosen = ids.get(asked)
    # The box offers what the table shows.
    words = {row: words[row] for row in board.cut(table, chosen).index}
    if asked is not None and chosen is None:
        del st.query_params[ROW]

    def look_at(row: object) -> None:
        _look_at(None if row is None else _id(words[row]))

    st.session_state[f"{key}_box"] = chosen
    st.selectbox(
        label,
        list(words),
        format_func=words.get,
        key=f"{key}_box",
        on_change=lambda: look_at(st.session_state[f"{key}_box"]),
        placeholder="一覧の行か、ここで選びます",
    )
    board.show(
        table, columns, name=name, key=f"{key}_rows", chosen=chosen, on_choose=look_at, height=LIST_HEIGHT
    )
    return chosen


def _id(words: str) -> str:
    """A row in the address, by the words that tell it apart: the same in every build that has it."""
    return sha1(words.encode(), usedforsecurity=False).hexdigest()[:8]


def _look_at(row: str | None) -> None:
    if row is None:
        st.query_params.pop(ROW, None)
    else:
        st.query_params[ROW] = row
