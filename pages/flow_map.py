"""流れの地図: how far the wards reach, ward → partner, and where nobody reaches yet."""

import streamlit as st

from geo import folium_map
from pages.shared import areas, details, downloads, markup, shell, tables, text
from pages.shared import dataset as data
from pages.shared.map_view import map_view

#: Up to so many wards are told apart, down to the municipality; more are bundled to prefectures.
FEW = 3

view = shell.view()
selection = view.selected.selection
facts = data.facts(selection)
markup.show(
    markup.heading(text.reach(view.subject, facts.figures), view.conditions),
    markup.figures(text.key_figures(facts.figures)),
)
if not facts.figures.projects:
    shell.nothing_found()

few = 1 <= len(selection.wards) <= FEW
cities = data.flow_rows(selection, "municipality", per_origin=few)
if few:
    rows, layer = cities, folium_map.flow_layer(cities, selected=(None, details.chosen(view)))
else:
    rows = data.flow_rows(selection, "prefecture", per_origin=False)
    layer = folium_map.flow_layer(
        rows,
        detail=cities,
        totals=True,
        measure="n_municipalities",
        bundle_name=view.subject,
        selected=(None, details.chosen(view)),
    )

left, right = st.columns([7, 3], gap="medium")
with left:
    click = map_view(
        [folium_map.choropleth_layer(areas.reached(facts.prefectures)), layer],
        key="flows",
        height=640,
        label="連携の流れの地図。同じ内容は下の表にあります。",
    )
    if click:
        details.choose(click.partner_code)
        st.rerun()
with right:
    if not details.chooser(view, rows):
        markup.show(*markup.reach_ranking(facts.prefectures))

markup.show(f'<p class="k-summary">{markup.escape(text.summary(view.subject, facts.prefectures))}</p>')
with st.expander("同じ内容を表で見る（並べ替え・CSV保存）", key="table", bind="query-params") as box:
    if box.open:
        tables.show(tables.flow_table(rows, view.subject), rows.partner_code, "連携の流れの表")
downloads.csv_button(
    "すべての流れをCSVで保存", lambda: tables.all_flows(view.selected), "renkei_nagare.csv", "csv_flows"
)
