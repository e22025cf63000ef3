"""One origin's profile: reach, standing, mix, growth, distances, and the partners it shares with others."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.insight import profiles
from geo.ledger.selection import Selected
from pages.shared.frame import current as data
from pages.shared.frame import filters, text
from pages.shared.frame.finder import ORIGIN, PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import board, downloads, markup, reach_map
from pages.wards import bars as charts_of_one
from pages.wards import overlap_matrix, project_list
from pages.wards import text as origin_text
from pipeline.deliver.profile_sheet import profile_sheet
from pipeline.words import origin_words, shared_partners

#: So many partners carry their names on the small map, and so many origins stand in the small matrix beside one.
LABELS, MATRIX = 8, 7

#: Rows of the two lists of this screen that are shown at first.
FIRST = 10


def _chooser(view: View, origin: str) -> None:
    """The way back to all origins, and to another: both set the filter."""
    own = view.dataset.origins
    if view.naming.many:
        # Another of its prefecture: any other is found by name in the panel.
        own = own[own.code.str[:2] == origin[:2]]
    names = dict(zip(own.code, own.name, strict=True))
    st.session_state["profile_origin"] = origin
    with st.container(horizontal=True, vertical_alignment="center", key="k-choices"):
        st.button(
            f"{view.naming.everyone}をくらべる",
            icon=":material/arrow_back:",
            key="back",
            on_click=filters.choose_origin,
            args=(None,),
        )
        if view.naming.many:
            st.button(
                f"{view.dataset.places[f'{origin[:2]}000'].name}の{view.naming.noun}をくらべる",
                icon=":material/arrow_back:",
                key="back_home",
                on_click=filters.choose_origin,
                args=(origin[:2],),
            )
        st.selectbox(
            f"横顔を見る{view.naming.noun}",
            list(names),
            format_func=names.get,
            key="profile_origin",
            label_visibility="collapsed",
            width=180,
            on_change=lambda: filters.choose_origin(st.session_state.profile_origin),
        )


def draw(view: View, everyone: Selected, origins: pd.DataFrame, origin: str) -> None:
    """Draw the profile of one origin.

    ``everyone`` is the selection of all origins, ``origins`` the ``geo.insight.profiles.origin_table`` of it.
    """
    standing = profiles.standing(origins, origin)
    total = view.naming.everyone if (origins.n_projects > 0).sum() > 1 else ""
    home = origin_words.at_home(view.dataset, origins, origin)
    markup.show(
        markup.heading(origin_words.origin_heading(view.claims, standing, total, home), view.conditions)
    )
    if not view.naming.single:
        _chooser(view, origin)
    looked_at = st.container()
    flows = profiles.municipal_flows(view.selected)
    if flows.empty:
        with looked_at:
            project_list.detail(view)
        st.info(text.nothing(view.naming.heading))
        return
    markup.show(charts_of_one.standing(origins, standing, origin, view.subject, view.naming, home))
    strongest = profiles.strongest(flows, len(flows))
    left, right = st.columns(2, gap="large")
    with left:
        markup.show(markup.title("つながりの広がり"), charts_of_one.map_keys())
        reach_map.show(
            flows.sort_values("n_projects", ascending=False, kind="stable"),
            origin,
            name=origin_text.map_sentence(view.subject, strongest, flows),
            key="reach",
            labels=LABELS,
            gaps=True,
            on_choose=_look_at_partner,
        )
    with right:
        board.show(
            origin_text.ties_table(strongest),
            charts_of_one.TIE_COLUMNS,
            name="事業の多い相手",
            key="ties",
            caption=True,
            on_choose=_look_at_partner,
            sorted_by="事業",
            link=f"partners?{PARTNER}=",
            first=FIRST,
        )
        bands = profiles.distance_bands(flows)
        markup.show(charts_of_one.distances(bands, flows, view.claims))
    mix = profiles.category_mix(everyone, origin)
    years, starts = data.growth(view.selected.selection)
    unknown = int(starts.sum())
    left, right = st.columns(2, gap="large")
    left.html(charts_of_one.mix(mix, view.claims))
    right.html(charts_of_one.cumulative(years, unknown, view))
    overlap = profiles.overlap(everyone, origin)
    if not view.naming.single:
        _shared(view, everyone, origins, overlap, origin)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')
    with st.expander("増え方を表で見る", key="table", bind="query-params") as box:
        if box.open:
            rows = origin_words.growth_rows(years, unknown)
            markup.show(markup.table("年ごとに増えた市区町村", ("年", "増えた数", "累計"), rows))
    n_projects = view.claims.population.figures.projects
    with st.expander(
        f"すべての事業 {n_projects:,} 件を出典の行番号とともに見る", key="projects", bind="query-params"
    ) as box:
        if box.open:
            project_list.show(view)
        else:
            with looked_at:
                project_list.detail(view)
    with st.container(horizontal=True):
        downloads.csv_button(
            "横顔の数をCSVで保存",
            lambda: origin_text.profile_csv(standing, mix, bands, years, overlap, view.naming),
            view.file_name(".csv", "横顔"),
            "csv_profile",
        )
        selection = view.selected.selection
        downloads.sheet_buttons(view, lambda: profile_sheet(view.dataset, selection), "profile", "横顔")


def _shared(
    view: View, everyone: Selected, origins: pd.DataFrame, overlap: pd.DataFrame, origin: str
) -> None:
    """The partners one origin shares with others (``geo.insight.profiles.overlap``), and those nobody else has."""
    only = profiles.only_partners(everyone, origin)
    listed = shared_partners.most_alike(overlap, view.naming)
    table = origin_text.overlap_table(listed, view.dataset, len(listed))
    left, right = st.columns(2, gap="large")
    with left:
        if len(table):
            board.show(
                table,
                charts_of_one.overlap_columns(view.naming.heading),
                name=f"相手の重なる{view.naming.noun}",
                key="overlap",
                caption=True,
                on_choose=filters.choose_origin,
                sorted_by="共通の相手",
                link=f"wards?{ORIGIN}=",
                first=FIRST,
            )
        said = shared_partners.overlap_sentence(view.claims, overlap, only)
        markup.show(markup.summary(said + shared_partners.not_listed(overlap, listed, view.naming)))
    with right:
        near = [origin, *table.index[:MATRIX]]
        if len(near) > 2:
            names = dict(zip(origins.origin_code, origins.origin_name, strict=True))
            title = f"{view.subject}と、相手の重なる{view.naming.count(len(near) - 1)}（共通の市区町村の数）"
            counts = profiles.shared_counts(everyone, near)
            overlap_matrix.show(counts, names, view.naming, [origin], "near_pairs", title)
        markup.show(charts_of_one.only(only, view))


def _look_at_partner(code: str) -> None:
    filters.open_screen("pages/partners/page.py", {PARTNER: code})
