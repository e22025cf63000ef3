"""自治体の横顔: one municipality's side: which origins, since when, what kind, and its neighbours' ties."""

import pandas as pd
import streamlit as st

from geo.insight import profiles
from pages.partners import partner_profile as partner_profile
from pages.partners import text as partner_text
from pages.shared.frame import choices, shell, text
from pages.shared.frame.finder import PARTNER
from pages.shared.parts import board, details, downloads, markup

#: Municipalities shown at first where no prefecture is chosen.
LIMIT = 50

#: What can be listed of the municipalities of a prefecture: which value of ``partnered`` is kept.
KEPT = {"すべて": (True, False), "連携あり": (True,), "連携なし": (False,)}


def partners(view: shell.View) -> None:
    """Draw the screen."""
    code = details.chosen(view)
    if not code or code.endswith("000"):
        _overview(view, code)
        return
    parent = view.dataset.municipalities.set_index("code").parent_code[code]
    partner_profile.draw(view, code if pd.isna(parent) else parent)


def _overview(view: shell.View, prefecture: str | None) -> None:
    rows, naming = profiles.partner_table(view.selected), view.naming
    if prefecture:
        rows = rows[rows.prefecture_code == prefecture]
    where = view.places[prefecture] if prefecture else ""
    heading = partner_text.partners_heading(view.claims, where, rows, view.places, prefecture)
    markup.show(markup.heading(heading, view.conditions))
    kept = _choices(view, prefecture)
    listed = rows[rows.partnered.isin(KEPT[kept])]
    if listed.empty:
        st.info(text.nothing(naming.heading) if kept == "連携あり" else "連携のない市区町村はありません。")
        return
    first = 0 if prefecture else LIMIT
    said = partner_text.direct_sentence(view.selected, prefecture) if prefecture else ""
    said += partner_text.listing_hint(len(listed), first)
    st.html(f'<p class="k-sub">{markup.escape(said)}</p>')
    board.show(
        partner_text.partners_table(
            listed.assign(origins=text.few_origins(listed.origins, naming)), view.places, naming
        ).set_axis(listed.code),
        partner_text.partner_columns(naming),
        name="市区町村の表",
        key="partner_rows",
        on_choose=details.choose,
        sorted_by=f"つながる{naming.noun}",
        link=f"partners?{PARTNER}=",
        first=first,
    )
    downloads.csv_button(
        f"市区町村 {len(rows):,} をCSVで保存",
        lambda: partner_text.partners_csv(rows, view.places, naming),
        view.file_name(".csv", f"{where or '全国'}の市区町村"),
        "csv_partners",
    )
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _choices(view: shell.View, prefecture: str | None) -> str:
    """Which prefecture is listed, and a key of KEPT."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        details.prefecture_box(
            view, "都道府県で絞る", prefecture, key="partner_prefecture", placeholder="全国", width=200
        )
        return choices.segments(
            "一覧に出す市区町村",
            list(KEPT),
            default="すべて" if prefecture else "連携あり",
            key=f"kept_{'some' if prefecture else 'all'}",
        )


shell.show(partners)
