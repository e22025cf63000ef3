"""区の横顔: one ward's reach, mix, growth and distances beside the others; all wards where none is chosen."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo import profiles
from geo.dataset import Selected
from geo.growth import growth, unknown_starts
from pages.shared import (
    board,
    downloads,
    filters,
    markup,
    profile_parts,
    project_list,
    reach_map,
    shell,
    text,
    ward_text,
)
from pages.shared import dataset as data
from pages.shared.finder import PARTNER, WARD

#: So many partners carry their names on the small map, and so many origins stand in the small matrix beside one.
LABELS, MATRIX = 8, 7


def wards(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    everyone = data.select(replace(selection, wards=()))
    origins = data.origins(replace(selection, wards=()))
    if len(selection.wards) == 1:
        _profile(view, everyone, origins, selection.wards[0])
    else:
        _overview(view, everyone, origins)


def _overview(view: shell.View, everyone: Selected, origins: pd.DataFrame) -> None:
    chosen = view.selected.selection.wards
    rows = origins[origins.ward_code.isin(chosen)] if chosen else origins
    rows = rows.sort_values(["n_municipalities", "ward_code"], ascending=[False, True])
    markup.show(markup.heading(ward_text.origins_heading(view.subject, rows), view.conditions))
    if not rows.n_projects.any():
        st.info(text.NOTHING)
        return
    project_list.detail(view)
    st.html('<p class="k-sub">区を選ぶと、その区の横顔が出ます。見出しを押すと、その列で並べ替えます。</p>')
    shown = ward_text.origins_table(rows, profiles.leading_category(everyone))
    board.show(
        shown.set_axis(rows.ward_code),
        ward_text.ORIGIN_COLUMNS,
        name="区ごとの連携の表",
        key="origin_rows",
        on_choose=filters.choose_ward,
        sorted_by="連携する市区町村",
        foot=ward_text.origins_medians(rows) if len(rows) > 2 else (),
        link=f"wards?{WARD}=",
    )
    with st.container(horizontal=True):
        downloads.csv_button(
            "この表をCSVで保存", lambda: ward_text.origins_csv(shown), "区の一覧.csv", "csv_origins"
        )
    with st.expander("区どうしで共通の相手を見る", key="shared", bind="query-params") as box:
        if box.open:
            counts = profiles.shared_counts(everyone)
            names = dict(zip(origins.ward_code, origins.ward_name, strict=True))
            markup.show(
                profile_parts.matrix(counts, names), markup.summary(ward_text.pair_sentence(counts, names))
            )
            downloads.csv_button(
                "共通の相手をCSVで保存",
                lambda: counts.rename(index=names, columns=names).rename_axis("区").reset_index(),
                "区どうしの共通の相手.csv",
                "csv_shared",
            )
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _chooser(view: shell.View, ward: str) -> None:
    """The way back to all origins, and to another: both set the filter."""
    names = dict(zip(view.dataset.origins.code, view.dataset.origins.name, strict=True))
    st.session_state["profile_ward"] = ward
    with st.container(horizontal=True, vertical_alignment="center", key="k-choices"):
        st.button(
            f"{text.everyone(list(names.values()))}をくらべる",
            icon=":material/arrow_back:",
            key="back",
            on_click=filters.choose_ward,
            args=(None,),
        )
        st.selectbox(
            "横顔を見る区",
            list(names),
            format_func=names.get,
            key="profile_ward",
            label_visibility="collapsed",
            width=180,
            on_change=lambda: filters.choose_ward(st.session_state.profile_ward),
        )


def _profile(view: shell.View, everyone: Selected, origins: pd.DataFrame, ward: str) -> None:
    standing = profiles.standing(origins, ward)
    total = text.everyone(list(origins.ward_name))
    markup.show(markup.heading(ward_text.ward_heading(view.subject, standing, total), view.conditions))
    _chooser(view, ward)
    project_list.detail(view)
    flows = profiles.municipal_flows(view.selected)
    if flows.empty:
        st.info(text.NOTHING)
        return
    markup.show(profile_parts.standing(origins, standing, ward, view.subject))
    strongest = profiles.strongest(flows)
    left, right = st.columns(2, gap="large")
    with left:
        markup.show(markup.title("つながりの広がり"), profile_parts.map_keys())
        reach_map.show(
            flows.sort_values("n_projects", ascending=False, kind="stable"),
            ward,
            name=ward_text.map_sentence(view.subject, strongest, flows),
            key="reach",
            labels=LABELS,
            gaps=True,
            on_choose=_look_at_partner,
        )
    with right:
        board.show(
            ward_text.ties_table(strongest),
            profile_parts.TIE_COLUMNS,
            name="事業の多い相手",
            key="ties",
            caption=True,
            on_choose=_look_at_partner,
            sorted_by="事業",
            link=f"partners?{PARTNER}=",
        )
        bands = profiles.distance_bands(flows)
        markup.show(profile_parts.distances(bands, flows))
    mix = profiles.category_mix(everyone, ward)
    years, unknown = growth(view.selected), int(unknown_starts(view.selected).sum())
    left, right = st.columns(2, gap="large")
    left.html(profile_parts.mix(mix))
    right.html(profile_parts.cumulative(years, unknown, len(flows), view))
    overlap = _shared(view, everyone, origins, ward)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')
    with st.expander("増え方を表で見る", key="table", bind="query-params") as box:
        if box.open:
            rows = ward_text.growth_rows(years, unknown)
            markup.show(markup.table("年ごとに増えた市区町村", ("年", "増えた数", "累計"), rows))
    n_projects = len(view.selected.projects)
    with st.expander(
        f"すべての事業 {n_projects:,} 件を出典の行番号とともに見る", key="projects", bind="query-params"
    ) as box:
        if box.open:
            project_list.show(view, f"{view.subject}の事業.csv")
    downloads.csv_button(
        "横顔の数をCSVで保存",
        lambda: ward_text.profile_csv(standing, mix, bands, years, overlap),
        f"{view.subject}の横顔.csv",
        "csv_profile",
    )


def _shared(view: shell.View, everyone: Selected, origins: pd.DataFrame, ward: str) -> pd.DataFrame:
    """The partners one origin shares with others, and those nobody else has; returns the overlap."""
    overlap, only = profiles.overlap(everyone, ward), profiles.only_partners(everyone, ward)
    table = ward_text.overlap_table(overlap, view.dataset)
    left, right = st.columns(2, gap="large")
    with left:
        if len(table):
            board.show(
                table,
                profile_parts.OVERLAP_COLUMNS,
                name="相手の重なる区",
                key="overlap",
                caption=True,
                on_choose=filters.choose_ward,
                sorted_by="共通の相手",
                link=f"wards?{WARD}=",
            )
        markup.show(markup.summary(ward_text.overlap_sentence(view.subject, overlap, only)))
    with right:
        near = [ward, *table.index[:MATRIX]]
        if len(near) > 2:
            names = dict(zip(origins.ward_code, origins.ward_name, strict=True))
            title = f"{view.subject}と、相手の重なる{len(near) - 1}区（共通の市区町村の数）"
            markup.show(profile_parts.matrix(profiles.shared_counts(everyone, near), names, title))
        markup.show(profile_parts.only(only, view))
    return overlap


def _look_at_partner(code: str) -> None:
    st.switch_page("pages/partners.py", query_params={PARTNER: code})


shell.show(wards)
