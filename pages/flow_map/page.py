"""流れの地図: how far the origins reach, origin → partner, and where nobody reaches yet."""

import streamlit as st

from geo.insight.starts import start_of
from pages.flow_map import ahead
from pages.shared.frame import shell, text
from pages.shared.parts import details, downloads, ends, markup, tables
from pages.shared.parts.flow_layers import flow_layers
from pages.shared.parts.map_view import stamp, window


def flow_map(view: shell.View) -> None:
    """Draw the screen."""
    facts = view.claims.population
    markup.show(
        markup.heading(view.claims.reach(), view.conditions),
        markup.figures(text.key_figures(facts.figures)),
    )
    if not facts.figures.projects:
        st.info(text.nothing(view.naming.heading))
        return

    partner = details.chosen(view)
    rows, layers = flow_layers(view, partner, window("flows"))

    left, right = st.columns([7, 3], gap="medium")
    with left:
        details.on_map(
            [*layers, *stamp(view), ahead.rows(view)],
            key="flows",
            label="連携の流れの地図。同じ内容は下の表にあります。",
        )
    with right:
        if partner:
            details.panel(view, partner)
        else:
            markup.show(ends.reach(view.claims))
            st.page_link(
                "pages/gaps/page.py", label="空白を探す（候補と理由）", icon=":material/arrow_forward:"
            )

    with st.expander("同じ内容を表で見る・相手を選ぶ", key="table", bind="query-params") as box:
        if box.open:
            details.chooser(view, rows)
            start = start_of(view.dataset, view.selected.selection)
            table = tables.flow_table(rows, view.subject, view.naming, start)
            tables.show(table, rows.partner_code, "連携の流れの表")
            if start == "prefecture":
                markup.show('<p class="k-sub">市区町村ごとの流れは、すぐ下のCSVにすべて入っています。</p>')
    markup.show(markup.summary(view.claims.summary()), markup.footing(view.credit))
    downloads.csv_button(
        "すべての流れをCSVで保存",
        lambda: tables.all_flows(view.selected),
        view.file_name(".csv", "流れ"),
        "csv_flows",
    )


shell.show(flow_map)
ahead.offer()
