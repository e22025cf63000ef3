"""流れの地図: how far the wards reach, ward → partner, and where nobody reaches yet."""

import streamlit as st

from pages.shared import dataset as data
from pages.shared import details, downloads, markup, shell, tables, text

LEVELS = {"auto": "自動", "prefecture": "都道府県", "municipality": "市区町村"}

view = shell.view()
selection = view.selected.selection
facts = data.facts(selection)
figures = facts.figures
markup.show(
    markup.heading(text.reach(view.subject, figures), view.conditions),
    markup.figures(text.key_figures(figures)),
)
if not figures.projects:
    st.info(
        "条件に合う事業がありません。左の「区」「分野」「開始年」を広げるか、「条件をはじめに戻す」を押してください。"
    )
    st.stop()

# One to three wards are told apart down to the municipality; more would be a hairball, so they are
# bundled to prefectures from one common point.
level = st.session_state.get("level", "auto")
few = 1 <= len(selection.wards) <= 3
by = level if level != "auto" else ("municipality" if few else "prefecture")
rows = data.flow_rows(selection, by, per_origin=few)

left, right = st.columns([7, 3], gap="medium")
with left:
    st.write("MAP", by, len(rows))
with right:
    partner = st.query_params.get("partner")
    if partner:
        details.panel(view, partner)
    else:
        markup.show(*markup.reach_ranking(facts.prefectures))

with st.expander(
    "同じ内容を表で見る（並べ替え・事業の一覧・CSV保存）", key="table", bind="query-params"
) as box:
    if box.open:
        st.dataframe(tables.flow_table(rows, view.subject), hide_index=True)
        downloads.csv_button("CSV", lambda: tables.all_flows(view.selected), "nagare.csv", "csv")
