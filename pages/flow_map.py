"""流れの地図: how far the wards reach, ward → partner, and where nobody reaches yet."""

import streamlit as st

from geo import folium_map
from pages.shared import areas, details, downloads, markup, shell, tables, text
from pages.shared import dataset as data
from pages.shared.map_view import map_view

#: Up to so many wards are told apart, down to the municipality; more are bundled to prefectures.
FEW = 3


def flow_map(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    facts = data.facts(selection)
    markup.show(
        markup.heading(text.reach(view.subject, facts.figures), view.conditions),
        markup.figures(text.key_figures(facts.figures)),
    )
    if not facts.figures.projects:
        st.info(text.NOTHING)
        return

    partner = details.chosen(view)
    few = 1 <= len(selection.wards) <= FEW
    cities = data.flow_rows(selection, "municipality", per_origin=few)
    if few:
        rows, layer = cities, folium_map.flow_layer(cities, selected=(None, partner))
    else:
        rows = data.flow_rows(selection, "prefecture", per_origin=False)
        layer = folium_map.flow_layer(
            rows,
            detail=cities,
            totals=True,
            measure="n_municipalities",
            bundle_name=view.subject,
            selected=(None, partner),
        )

    left, right = st.columns([7, 3], gap="medium")
    with left:
        click = map_view(
            [folium_map.choropleth_layer(areas.reached(facts.prefectures)), layer],
            key="flows",
            height=640,
            label="連携の流れの地図",
        )
        if click:
            details.choose(click.partner_code)
            st.rerun()
    with right:
        if partner:
            details.panel(view, partner)
        else:
            markup.show(*markup.reach_ranking(facts.prefectures))

    markup.show(markup.summary(text.summary(view.subject, facts.prefectures)))
    markup.show(markup.footing(view.credit))
    with st.expander("同じ内容を表で見る・相手を選ぶ", key="table", bind="query-params") as box:
        if box.open:
            details.chooser(view, rows)
            tables.show(tables.flow_table(rows, view.subject), rows.partner_code, "連携の流れの表")
    downloads.csv_button(
        "すべての流れをCSVで保存", lambda: tables.all_flows(view.selected), "renkei_nagare.csv", "csv_flows"
    )


shell.show(flow_map)
