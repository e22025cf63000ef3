"""One municipality's profile: its origins and projects, its place, prefecture, agreements and neighbours."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.insight import profiles
from geo.insight.metrics import project_details
from pages.partners import text as partner_text
from pages.shared.frame import current as data
from pages.shared.frame import filters
from pages.shared.frame.finder import ORIGIN, PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import board, details, downloads, markup, reach_map
from pipeline.deliver.partner_sheet import partner_sheet
from pipeline.words import partner_words

#: So many of the nearest municipalities are listed, and saved.
NEAR, NEAR_SAVED = 8, 50


def draw(view: View, code: str) -> None:
    """Draw the profile of the municipality with this code."""
    selection, place = view.selected.selection, view.places[code]
    table = data.flow_rows(selection, "municipality", "origin")
    table = table[table.partner_code == code]
    projects = project_details(view.selected, partner_code=code)
    own = view.selected.projects[view.selected.projects.project_id.isin(projects.project_id)]
    counted = code in set(view.selected.universe.code)
    heading = partner_words.partner_heading(
        view.claims, place, code, list(table.origin_name), len(own), counted
    )
    markup.show(markup.heading(heading, view.conditions))
    _ways(view, code)
    everyone = data.select(replace(selection, origins=()))
    near, agreements = profiles.neighbours(everyone, code), profiles.agreements_of(view.selected, code)
    if len(own):
        markup.show(
            markup.figures(partner_words.partner_figures(table, own, len(agreements), view.naming.noun))
        )
    left, right = st.columns([6, 5], gap="large")
    with left:
        if own.empty:
            others = partner_text.tied(everyone, code)
            outside = partner_text.tied(view.claims.population.whole, code)
            publishers = dict(zip(view.dataset.documents.id, view.dataset.documents.publisher, strict=True))
            steps = [partner_text.left_out(view.naming)]
            if counted:
                steps = partner_text.without_ties(place, near, agreements, outside, others, publishers)
            title = "つながりをつくるには" if counted else "今の条件の外にあります"
            markup.show(markup.steps(title, steps))
            _neighbours(view, near)
        else:
            board.show(
                partner_text.origins_table(table, view.naming.heading),
                partner_text.origin_columns(view.naming),
                name=f"つながる{view.naming.noun}",
                key="partner_origins",
                caption=True,
                on_choose=_look_at_origin,
                sorted_by="事業",
                link=f"wards?{ORIGIN}=",
            )
            markup.show(_categories(own), details.listing(view, code, projects))
    with right:
        reach_map.show(
            table, code, name=partner_text.map_sentence(place, table), key="reach", on_choose=_look_at_origin
        )
        facts = partner_text.place_facts(code, view.dataset, data.gazetteer())
        facts.append(partner_text.quarters(view.selected, code))
        facts.append(("広域の協定", partner_text.agreement_words(agreements, view.dataset.titles)))
        facts.append(partner_words.prefecture_fact(view.claims, view.places[f"{code[:2]}000"], near, own))
        markup.show(markup.facts(place, facts))
        if len(own):
            _neighbours(view, near)
        events = view.dataset.events
        events = events[events.codes.map(lambda codes: code in codes).astype(bool)]
        if len(events):
            markup.show(markup.facts("できごと", partner_text.events_rows(events, view.dataset.titles)))
    _downloads(view, code, projects, near)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _ways(view: View, code: str) -> None:
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
            name = view.dataset.origin_names[code]
            st.page_link(
                "pages/wards/page.py",
                label=f"{name}の側から見る（{view.naming.heading}の横顔）",
                query_params={ORIGIN: code},
            )


def _neighbours(view: View, near: pd.DataFrame) -> None:
    rows = near.head(NEAR)
    board.show(
        partner_text.neighbours_table(rows, view.naming).set_axis(rows.code),
        partner_text.neighbour_columns(view.naming),
        name=f"最も近い{NEAR}市区町村のつながり",
        key="near",
        caption=True,
        on_choose=details.choose,
        link=f"partners?{PARTNER}=",
    )
    st.html(f'<p class="k-sub">{partner_words.neighbours_counted(view.naming)}</p>')


def _downloads(view: View, code: str, projects: pd.DataFrame, near: pd.DataFrame) -> None:
    place = view.places[code]
    with st.container(horizontal=True):
        if len(projects):
            downloads.csv_button(
                f"事業 {projects.project_id.nunique():,} 件をCSVで保存",
                lambda: details.saved(projects, view.dataset),
                view.file_name(".csv", f"{place}の横顔・事業"),
                "csv_own",
            )
        downloads.csv_button(
            f"近い順に{NEAR_SAVED}市区町村をCSVで保存",
            lambda: partner_text.neighbours_csv(near.head(NEAR_SAVED), view.naming.noun),
            view.file_name(".csv", f"{place}の横顔・近く"),
            "csv_near",
        )
        selection = view.selected.selection
        downloads.sheet_buttons(
            view, lambda: partner_sheet(view.dataset, selection, code), "partner", f"{place}の横顔"
        )


def _look_at_origin(code: str) -> None:
    filters.open_screen("pages/wards/page.py", {ORIGIN: code})


def _categories(projects: pd.DataFrame) -> str:
    """How many of some projects fall into each category."""
    counts = projects.categories.explode().dropna().value_counts()
    rows = [(name, n / counts.max(), (str(n), f"{n / len(projects):.0%}")) for name, n in counts.items()]
    return markup.block(markup.ranking("事業の分野", ("事業", "割合"), rows, of="分野"))
