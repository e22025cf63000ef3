"""自治体の横顔: one municipality's side: which wards, since when, what kind, and its neighbours' ties."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo import profiles
from geo.flows import flows
from geo.metrics import project_details
from pages.shared import (
    board,
    details,
    downloads,
    markup,
    partner_text,
    profile_parts,
    reach_map,
    shell,
    text,
)
from pages.shared import dataset as data
from pages.shared.finder import PARTNER, WARD

#: Municipalities listed where none is chosen; all are in the CSV. Neighbours listed of one.
LIMIT, NEAR = 50, 8

#: What can be listed of the municipalities of a prefecture: which value of ``partnered`` is kept.
KEPT = {"すべて": (True, False), "連携あり": (True,), "連携なし": (False,)}


def partners(view: shell.View) -> None:
    """Draw the screen."""
    code = details.chosen(view)
    if not code or code.endswith("000"):
        _overview(view, code)
        return
    parent = view.dataset.municipalities.set_index("code").parent_code[code]
    _profile(view, code if pd.isna(parent) else parent)


def _overview(view: shell.View, prefecture: str | None) -> None:
    rows = profiles.partner_table(view.selected)
    if prefecture:
        rows = rows[rows.prefecture_code == prefecture]
    where = view.places[prefecture] if prefecture else ""
    heading = partner_text.partners_heading(view.subject, where, rows, view.places)
    markup.show(markup.heading(heading, view.conditions))
    kept = _choices(view, prefecture)
    listed = rows[rows.partnered.isin(KEPT[kept])]
    if listed.empty:
        st.info(text.NOTHING if kept == "連携あり" else "連携のない市区町村はありません。")
        return
    shown = listed if prefecture else listed.head(LIMIT)
    st.html(f'<p class="k-sub">{markup.escape(partner_text.listing_hint(shown, listed))}</p>')
    board.show(
        partner_text.partners_table(shown, view.places).set_axis(shown.code),
        partner_text.PARTNER_COLUMNS,
        name="市区町村の表",
        key="partner_rows",
        on_choose=details.choose,
        sorted_by="つながる区",
        link=f"partners?{PARTNER}=",
    )
    downloads.csv_button(
        f"市区町村 {len(rows):,} をCSVで保存",
        lambda: partner_text.partners_csv(rows, view.places),
        f"{where or '全国'}の市区町村.csv",
        "csv_partners",
    )
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _choices(view: shell.View, prefecture: str | None) -> str:
    """Which prefecture is listed, and a key of KEPT."""
    st.session_state["partner_prefecture"] = prefecture
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        st.selectbox(
            "都道府県で絞る",
            sorted(view.dataset.prefectures.code),
            format_func=view.places.get,
            key="partner_prefecture",
            placeholder="全国",
            width=200,
            on_change=lambda: details.choose(st.session_state.partner_prefecture),
        )
        return st.segmented_control(
            "一覧に出す市区町村",
            list(KEPT),
            default="すべて" if prefecture else "連携あり",
            required=True,
            key=f"kept_{'some' if prefecture else 'all'}",
        )


def _profile(view: shell.View, code: str) -> None:
    selection, place = view.selected.selection, view.places[code]
    table = flows(view.selected)
    table = table[table.partner_code == code]
    projects = project_details(view.selected, partner_code=code)
    own = view.selected.projects[view.selected.projects.project_id.isin(projects.project_id)]
    counted = code in set(view.selected.universe.code)
    heading = partner_text.partner_heading(view.subject, place, list(table.ward_name), len(own), counted)
    markup.show(markup.heading(heading, view.conditions))
    _ways(view, code)
    everyone = data.select(replace(selection, wards=()))
    near, agreements = profiles.neighbours(everyone, code), profiles.agreements_of(view.selected, code)
    if len(own):
        markup.show(markup.figures(partner_text.partner_figures(table, own, len(agreements))))
    left, right = st.columns([6, 5], gap="large")
    with left:
        if own.empty:
            steps = partner_text.without_ties(place, near, agreements) if counted else [partner_text.LEFT_OUT]
            title = "つながりをつくるには" if counted else "今の条件の外にあります"
            markup.show(markup.steps(title, steps))
            _neighbours(near)
        else:
            board.show(
                partner_text.wards_table(table),
                partner_text.WARD_COLUMNS,
                name="つながる区",
                key="partner_wards",
                caption=True,
                on_choose=_look_at_ward,
                sorted_by="事業",
                link=f"wards?{WARD}=",
            )
            markup.show(profile_parts.categories(own), details.listing(view, code, projects))
    with right:
        reach_map.show(
            table, code, name=partner_text.map_sentence(place, table), key="reach", on_choose=_look_at_ward
        )
        facts = partner_text.place_facts(code, view.dataset, data.gazetteer())
        facts.append(("広域の協定", partner_text.agreement_words(agreements)))
        facts.append(partner_text.prefecture_fact(view.places[f"{code[:2]}000"], near, own))
        markup.show(markup.facts(place, facts))
        if len(own):
            _neighbours(near)
        events = view.dataset.events
        events = events[events.codes.map(lambda codes: code in codes).astype(bool)]
        if len(events):
            markup.show(markup.facts("できごと", partner_text.events_rows(events)))
    _downloads(place, projects, near)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _ways(view: shell.View, code: str) -> None:
    """Where to go from a municipality: its prefecture, and an origin's own side."""
    prefecture = f"{code[:2]}000"
    with st.container(horizontal=True, vertical_alignment="center", key="k-choices"):
        st.button(
            f"{view.places[prefecture]}の市区町村を見る",
            icon=":material/arrow_back:",
            key="back",
            on_click=details.choose,
            args=(prefecture,),
        )
        if code in set(view.dataset.origins.code):
            name = view.dataset.places[code].name
            st.page_link("pages/wards.py", label=f"{name}の側から見る（区の横顔）", query_params={WARD: code})


def _neighbours(near: pd.DataFrame) -> None:
    rows = near.head(NEAR)
    board.show(
        partner_text.neighbours_table(rows).set_axis(rows.code),
        partner_text.NEIGHBOUR_COLUMNS,
        name="近くの市区町村のつながり",
        key="near",
        caption=True,
        on_choose=details.choose,
        link=f"partners?{PARTNER}=",
    )
    st.html(f'<p class="k-sub">{partner_text.NEIGHBOURS}</p>')


def _downloads(place: str, projects: pd.DataFrame, near: pd.DataFrame) -> None:
    with st.container(horizontal=True):
        if len(projects):
            downloads.csv_button(
                f"事業 {projects.project_id.nunique():,} 件をCSVで保存",
                lambda: partner_text.projects_csv(projects),
                f"{place}との事業.csv",
                "csv_own",
            )
        downloads.csv_button(
            "近くの市区町村をCSVで保存",
            lambda: partner_text.neighbours_csv(near.head(50)),
            f"{place}の近くの市区町村.csv",
            "csv_near",
        )


def _look_at_ward(code: str) -> None:
    st.switch_page("pages/wards.py", query_params={WARD: code})


shell.show(partners)
