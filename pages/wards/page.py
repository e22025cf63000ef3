"""One origin's profile: reach, mix, growth and distances beside the others; all origins where none is chosen."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.insight import profiles
from geo.insight.groups import too_many
from geo.ledger.selection import Selected
from pages.shared.frame import current as data
from pages.shared.frame import filters, shell, text
from pages.shared.frame.finder import ORIGIN
from pages.shared.parts import board, downloads, markup
from pages.wards import by_prefecture, overlap_matrix, project_list
from pages.wards import origin_profile as origin_profile
from pages.wards import text as origin_text
from pipeline.deliver.shared_sheet import shared_sheet
from pipeline.words import shared_partners


def wards(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    everyone = data.select(replace(selection, origins=()))
    origins = data.origins(replace(selection, origins=()))
    chosen = selection.origins or tuple(origins.origin_code)
    if len(chosen) == 1:
        origin_profile.draw(view, everyone, origins, chosen[0])
    else:
        _overview(view, everyone, origins)


def _overview(view: shell.View, everyone: Selected, origins: pd.DataFrame) -> None:
    chosen, naming = view.selected.selection.origins, view.naming
    rows = origins[origins.origin_code.isin(chosen)] if chosen else origins
    if too_many(view.dataset, chosen):
        by_prefecture.draw(view, everyone, rows)
        return
    rows = rows.sort_values(["n_municipalities", "origin_code"], ascending=[False, True])
    markup.show(markup.heading(origin_text.origins_heading(view.claims, rows), view.conditions))
    if not rows.n_projects.any():
        st.info(text.nothing(naming.heading))
        return
    filters.way_back(naming)
    project_list.detail(view)
    said = f"{naming.noun}を選ぶと、その{naming.noun}の横顔が出ます。見出しを押すと、その列で並べ替えます。"
    st.html(f'<p class="k-sub">{said}</p>')
    shown = origin_text.origins_table(rows, profiles.leading_category(everyone), naming.heading)
    board.show(
        shown.set_axis(rows.origin_code),
        origin_text.origin_columns(naming.heading),
        name=f"{naming.noun}ごとの連携の表",
        key="origin_rows",
        on_choose=filters.choose_origin,
        sorted_by="連携する市区町村",
        foot=origin_text.origins_medians(rows, naming) if len(rows) > 2 else (),
        link=f"wards?{ORIGIN}=",
    )
    with st.container(horizontal=True):
        downloads.csv_button(
            "この表をCSVで保存",
            lambda: origin_text.origins_csv(shown, naming.heading),
            view.file_name(".csv", f"{naming.heading}の一覧"),
            "csv_origins",
        )
    with st.expander(f"{naming.each_other}で共通の相手を見る", key="shared", bind="query-params") as box:
        if box.open:
            _shared(view, everyone, dict(zip(origins.origin_code, origins.origin_name, strict=True)))
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _shared(view: shell.View, everyone: Selected, names: dict[str, str]) -> None:
    """How many partners every two origins share, those that are chosen first."""
    chosen, naming = view.selected.selection.origins, view.naming
    # Of many, only those that are chosen are held against each other.
    counts = profiles.shared_counts(everyone, chosen if naming.many else None)
    codes = shared_partners.in_table(counts, chosen)
    overlap_matrix.show(counts.loc[codes, codes], names, naming, chosen, "pairs")
    compared = counts.loc[list(chosen), list(chosen)] if chosen else counts
    left_out = len(counts) - len(codes)
    more = shared_partners.left_out(left_out, bool(chosen), naming) if left_out else ""
    markup.show(markup.summary(shared_partners.pair_sentence(compared, names, view.claims) + more))
    with st.container(horizontal=True):
        downloads.csv_button(
            "共通の相手をCSVで保存",
            lambda: counts.rename(index=names, columns=names).rename_axis(naming.heading).reset_index(),
            view.file_name(".csv", "共通の相手"),
            "csv_shared",
        )
        selection = view.selected.selection
        downloads.sheet_buttons(
            view, lambda: shared_sheet(view.dataset, selection), "shared_pairs", "共通の相手"
        )


shell.show(wards)
