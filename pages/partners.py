"""自治体の横顔: one municipality's side: which wards, since when, what kind, and its neighbours' ties."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo import profiles
from geo.flows import flows
from geo.metrics import project_details
from pages.shared import dataset as data
from pages.shared import details, downloads, markup, partner_text, profile_parts, shell, tables, text
from pages.shared.finder import WARD

#: Municipalities listed where none is chosen; all are in the CSV.
LIMIT = 50


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
    markup.show(
        markup.heading(partner_text.partners_heading(view.subject, where, rows, view.places), view.conditions)
    )
    _prefectures(view, prefecture)
    st.html(f'<p class="k-sub">{markup.escape(partner_text.FIND)}表の行を選んでも開きます。</p>')
    listed = rows if prefecture else rows[rows.partnered].head(LIMIT)
    if listed.empty:
        st.info(text.NOTHING)
        return
    if len(listed) < len(rows):
        st.html(f'<h2 class="k-h2">多くの区とつながる市区町村（{len(listed)}）</h2>')
    tables.show(
        partner_text.partners_table(listed, view.places),
        listed.code,
        "市区町村の表",
        key="partner_rows",
        height=600,
    )
    downloads.csv_button(
        f"市区町村 {len(rows):,} をCSVで保存",
        lambda: partner_text.partners_table(rows, view.places),
        "shikuchoson.csv",
        "csv_partners",
    )


def _prefectures(view: shell.View, prefecture: str | None) -> None:
    st.session_state["partner_prefecture"] = prefecture
    with st.container(key="k-choices"):
        st.selectbox(
            "都道府県で絞る",
            sorted(view.dataset.prefectures.code),
            format_func=view.places.get,
            key="partner_prefecture",
            placeholder="全国",
            width=240,
            on_change=lambda: details.choose(st.session_state.partner_prefecture),
        )


def _profile(view: shell.View, code: str) -> None:
    selection = view.selected.selection
    dataset, place, prefecture = view.dataset, view.places[code], f"{code[:2]}000"
    table = flows(view.selected)
    table = table[table.partner_code == code]
    projects = project_details(view.selected, partner_code=code)
    own = view.selected.projects[view.selected.projects.project_id.isin(projects.project_id)]
    counted = code in set(view.selected.universe.code)
    heading = partner_text.partner_heading(view.subject, place, list(table.ward_name), len(own), counted)
    markup.show(markup.heading(heading, view.conditions))
    with st.container(horizontal=True, vertical_alignment="center", key="k-choices"):
        st.button(
            f"{view.places[prefecture]}の市区町村を見る",
            icon=":material/arrow_back:",
            key="back",
            on_click=details.choose,
            args=(prefecture,),
        )
        if code in set(dataset.origins.code):
            name = dataset.places[code].name
            st.page_link("pages/wards.py", label=f"{name}の側から見る（区の横顔）", query_params={WARD: code})
    everyone = data.select(replace(selection, wards=()))
    near, agreements = profiles.neighbours(everyone, code), profiles.agreements_of(view.selected, code)
    around = markup.table(
        "近くの市区町村のつながり",
        ("市区町村", "距離", "区の数", "つながる区"),
        partner_text.neighbour_rows(near),
        remark="距離は役所どうしの直線です。ここでは「区」の条件を外し、すべての区とのつながりを数えます。",
    )
    facts = partner_text.place_facts(code, dataset, data.gazetteer())
    facts.append(("広域の協定", partner_text.agreement_words(agreements)))
    events = dataset.events[dataset.events.codes.map(lambda codes: code in codes).astype(bool)]
    left, right = st.columns([6, 4], gap="large")
    if own.empty:
        said = partner_text.without_ties(place, near, agreements) if counted else partner_text.LEFT_OUT
        left.html(
            markup.note("つながりをつくるには" if counted else "今の条件の外にあります", said, prose=True)
            + around
        )
        right.html(markup.facts(place, facts))
    else:
        left.html(
            markup.figures(partner_text.partner_figures(table, own, len(agreements)))
            + profile_parts.wards(table)
            + profile_parts.categories(own)
            + details.listing(view, code, projects)
        )
        right.html(markup.facts(place, facts) + around)
    if len(events):
        right.html(markup.facts("できごと", partner_text.events_rows(events)))
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')
    with st.container(horizontal=True):
        if len(own):
            downloads.csv_button(
                f"事業 {len(own):,} 件をCSVで保存",
                lambda: partner_text.projects_csv(projects),
                f"jigyou_{code}.csv",
                "csv_own",
            )
        downloads.csv_button(
            "近くの市区町村をCSVで保存",
            lambda: partner_text.neighbours_csv(near.head(50)),
            f"chikaku_{code}.csv",
            "csv_near",
        )


shell.show(partners)
