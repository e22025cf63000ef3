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
    shell,
    text,
    ward_text,
)
from pages.shared import dataset as data
from pages.shared.finder import PARTNER, WARD

#: So many of the strongest ties are links to the municipality's side.
LINKS = 6


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


def _chooser(view: shell.View, ward: str | None) -> None:
    """The box that chooses the ward: another way to set the filter."""
    names = dict(zip(view.dataset.origins.code, view.dataset.origins.name, strict=True))
    st.session_state["profile_ward"] = ward
    with st.container(key="k-choices"):
        st.selectbox(
            "横顔を見る区",
            list(names),
            format_func=names.get,
            index=None,
            key="profile_ward",
            placeholder="区を選びます",
            width=220,
            on_change=lambda: filters.choose_ward(st.session_state.profile_ward),
        )


def _profile(view: shell.View, everyone: Selected, origins: pd.DataFrame, ward: str) -> None:
    standing = profiles.standing(origins, ward)
    total = text.everyone(list(origins.ward_name))
    markup.show(
        markup.heading(ward_text.ward_heading(view.subject, standing, total), view.conditions),
        markup.figures(ward_text.standing_figures(standing)),
    )
    _chooser(view, ward)
    project_list.detail(view)
    flows = profiles.municipal_flows(view.selected)
    if flows.empty:
        st.info(text.NOTHING)
        return
    mix, bands = profiles.category_mix(everyone, ward), profiles.distance_bands(flows)
    years, unknown = growth(view.selected), int(unknown_starts(view.selected).sum())
    overlap, only = profiles.overlap(everyone, ward), profiles.only_partners(everyone, ward)
    strongest = profiles.strongest(flows)
    left, right = st.columns(2, gap="large")
    with left:
        markup.show(profile_parts.mix(mix), profile_parts.cumulative(years, unknown, len(flows), view))
    with right:
        markup.show(profile_parts.ties(strongest))
        _go_to_partner(view, list(strongest.partner_code)[:LINKS])
        markup.show(profile_parts.distances(bands, flows))
    left, right = st.columns(2, gap="large")
    left.html(profile_parts.overlap(overlap, only, view))
    right.html(profile_parts.only(only, view))
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')
    with st.expander("増え方を表で見る", key="table", bind="query-params") as box:
        if box.open:
            rows = ward_text.growth_rows(years, unknown)
            markup.show(markup.table("年ごとに増えた市区町村", ("年", "増えた数", "累計"), rows))
    n_projects = len(view.selected.projects)
    with st.expander(f"すべての事業 {n_projects:,} 件", key="projects", bind="query-params") as box:
        if box.open:
            project_list.show(view, f"jigyou_{ward}.csv")
    downloads.csv_button(
        "横顔の数をCSVで保存",
        lambda: ward_text.profile_csv(standing, mix, bands, years, overlap),
        f"yokogao_{ward}.csv",
        "csv_profile",
    )


def _go_to_partner(view: shell.View, codes: list[str]) -> None:
    """The way to the municipality's side of a tie."""
    st.html('<p class="k-sub">自治体の横顔を見る</p>')
    with st.container(horizontal=True, key="k-links"):
        for code in codes:
            st.page_link(
                "pages/partners.py", label=view.dataset.places[code].name, query_params={PARTNER: code}
            )


shell.show(wards)
