"""指標を重ねる: numbers that a person brings (population, area …), laid over the ties: map, points, likeness, lists."""

from __future__ import annotations

import streamlit as st

from geo.insight.indicators import prefecture_values
from pages.indicators import alike, bring, keep, lists, maps, points, state
from pages.indicators.offered import Offered, offered
from pages.shared.frame import choices, shell
from pages.shared.parts import markup
from pipeline.words.indicator_claims import Overlay

_TITLE = '<h1 class="k-h1">人口や面積などの<b>指標</b>を、連携に重ねます</h1>'
_LEAD = (
    "市区町村ごとの数の表を選ぶと、連携の多い少ないと見くらべられます。"
    "この製品に人口などの数は入っていません。お手元の統計表か、ひな型に数を貼り付けたものを使ってください。"
)
_KEPT = "読み込んだ数はこの画面を開いている間だけのもので、保存せず、ほかの人には見えません。"
_ASKS = (
    "団体コード（5桁か6桁）か、市区町村の名前の列があれば読めます。同じ名前があるので、都道府県の列もあると確かです。",
    "数の列はいくつでも読めます。「人口（人）」「面積（km²）」「高齢化率（%）」のように、見出しに単位を書いてください。",
    "表の上に「令和7年1月1日現在」「出典：○○」とあれば、時点と出典として読み、どの図表にも示します。",
    "合計の行は使いません。都道府県の行は、市区町村と別に読みます。読めない行は、場所と理由を示します。",
)
#: The ways to look at it.
VIEWS = {"map": "地図で", "points": "散布図で", "alike": "近い規模の候補", "lists": "相手と人数で"}


def indicators(view: shell.View) -> None:
    """Draw the screen."""
    now = state.current()
    if kept := keep.said():
        st.success(kept)
    tables = offered(now)
    if not tables:
        markup.show(_TITLE, f'<p class="k-conditions">{markup.escape(_LEAD + _KEPT)}</p>')
        if now is not None:
            st.error(now.error)
        bring.step(view)
        markup.show(markup.steps("読めるもの", _ASKS))
        return
    if now is not None and now.error:
        st.error(now.error)
    head = st.empty()
    with st.container(horizontal=True, vertical_alignment="center", key="k-look-at"):
        first = next(iter(tables))
        if state.is_new() and len(tables) > 1:
            st.session_state["indicator_table"] = first
        if len(tables) > 1:
            first = choices.box(
                "表",
                list(tables),
                format_func=lambda one: tables[one].label,
                key="indicator_table",
                width=300,
            )
        chosen = tables[first]
        overlay = _overlay(view, chosen)
        names = list(chosen.columns)
        choices.box("指標", names, key="indicator", index=names.index(overlay.indicator.name), width=260)
        look = choices.segments(
            "見かた", list(VIEWS), format_func=VIEWS.get, default="map", wrap=True, key="indicator_view"
        )
    table = prefecture_values(view.selected, overlay.indicator)
    draw = {"map": maps.draw, "points": points.draw, "alike": alike.draw, "lists": lists.draw}[look]
    heading, conditions = draw(view, overlay, table)
    head.html(markup.heading(heading, f"{conditions}／{overlay.cited.line}"))
    markup.show(
        f'<p class="k-credit">{markup.escape(overlay.cited.line)}。'
        + (markup.escape(_KEPT) if chosen.brought else "")
        + f"<br>{markup.escape(view.credit)}</p>"
    )
    if chosen.brought and chosen.brought.table:
        with st.expander("読み取った内容（題名・出典・時点、使わなかった行）", key="indicators_told"):
            bring.told(chosen.brought, chosen.brought.table)
            bring.sums(chosen.columns[overlay.indicator.name])
            keep.button(chosen.brought, chosen.brought.table)
    else:
        bring.sums(chosen.columns[overlay.indicator.name])
    with st.expander("別の表を読み込む", key="indicators_again"):
        bring.step(view)
        if now is not None:
            st.button("読み込んだ表を外す", on_click=state.forget, key="indicators_forget")


def _overlay(view: shell.View, chosen: Offered) -> Overlay:
    """The indicator in force over the view; the first of the table until one is chosen."""
    names = list(chosen.columns)
    asked = st.session_state.get("indicator", st.query_params.get("indicator"))
    name = asked if asked in names else names[0]
    said = st.session_state.get("indicator_sum", st.query_params.get("indicator_sum", "auto"))
    adds = {"sum": True, "ratio": False}.get(said)
    return Overlay(view.claims, chosen.indicator(name, adds), chosen.cited)


shell.show(indicators)
