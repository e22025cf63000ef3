"""指標を重ねる as points: an indicator against ties, and how strongly the two go together."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.insight.indicators import origin_values, partner_values, spearman
from geo.ledger.origins import Naming
from pages.indicators import saving, scatter
from pages.shared.frame import choices
from pages.shared.frame.shell import View
from pages.shared.parts import markup, tables
from pipeline.deliver.indicator_sheet import indicator_sheet
from pipeline.words.claims import Heading
from pipeline.words.indicator_claims import Overlay

#: Points of the paper's table.
_CITED = 40


def draw(view: View, overlay: Overlay, table: pd.DataFrame) -> tuple[Heading, str]:
    """Draw the points, their table and what can be saved; returns the sentence and under which conditions it holds."""
    naming = view.naming
    with st.container(horizontal=True, vertical_alignment="center", key="k-look-how"):
        kinds = _kinds(naming)
        kind = choices.segments(
            "点は", list(kinds), format_func=kinds.get, default="prefecture", key="indicator_points"
        )
        counts = _counts(kind, naming)
        count = choices.segments(
            "縦は", list(counts), format_func=counts.get, default="n_projects", key="indicator_ties"
        )
    rows = _rows(view, overlay, table, kind)
    known = rows.dropna(subset="value")
    found = pd.DataFrame(
        {"code": known.code, "name": known.name_, "x": known.value, "y": known[count].astype(float)}
    ).reset_index(drop=True)
    rho, n = spearman(rows["value"], rows[count])
    heading = overlay.relation(rho, n, kinds[kind], counts[count])
    across = saving.column(overlay)
    if len(found):
        markup.show(
            scatter.draw(
                found,
                across,
                f"{counts[count]}の数",
                view.selected.selection.origins,
                f"{kinds[kind]}ごとの{overlay.indicator.name}と{counts[count]}の散布図。点ごとの数は下の表にあります。",
            )
        )
    unknown = len(rows) - len(known)
    if kind == "partner":
        markup.show(
            '<p class="k-sub">連携のある市区町村だけの図です。連携のない市区町村は入っていません。</p>'
        )
    if unknown:
        markup.show(f'<p class="k-sub">値のない{kinds[kind]} {unknown:,} は、図に入れていません。</p>')
    order = rows.sort_values(["value", "code"], ascending=[False, True], na_position="last")
    shown = pd.DataFrame({"団体コード": order.code, kinds[kind]: order.name_, across: order.value})
    for column, label in counts.items():
        shown[f"{label}の数"] = order[column]
    tables.show(shown, order.code, "散布図の点", key="indicator_points_rows", height=320)

    def sheet():
        brief = shown.drop(columns="団体コード").dropna(subset=across)
        figures = [
            ("関係の強さ（順位の相関係数）", "―" if rho is None else f"{rho:+.2f}", "スピアマン"),
            ("点の数", f"{n:,}", kinds[kind]),
        ]
        return indicator_sheet(
            overlay, heading, overlay.shades(table, "value"), brief.head(_CITED), kinds[kind], figures
        )

    saving.buttons(view, overlay, "散布図の表", shown, sheet, "shihyo_sanpuzu")
    return heading, view.conditions


def _kinds(naming: Naming) -> dict[str, str]:
    """What a point can be; one origin alone makes no points."""
    kinds = {"prefecture": "都道府県", "origin": naming.noun, "partner": "相手の市区町村"}
    if naming.single:
        del kinds["origin"]
    return kinds


def _counts(kind: str, naming: Naming) -> dict[str, str]:
    """What of the ties a point can stand for."""
    if kind == "partner":
        more = {} if naming.single else {"n_origins": f"つながる{naming.noun}"}
        return {"n_projects": "事業"} | more
    return {"n_projects": "事業", "n_partners": "連携する市区町村"}


def _rows(view: View, overlay: Overlay, table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The points: code, name_, value, and what is counted of each."""
    if kind == "prefecture":
        return table[table.n_municipalities > 0].rename(columns={"name": "name_"})
    if kind == "origin":
        return origin_values(view.selected, overlay.indicator).rename(columns={"name": "name_"})
    rows = partner_values(view.selected, overlay.indicator)
    return rows.assign(name_=rows.code.map(view.places))
