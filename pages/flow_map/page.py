"""流れの地図: how far the origins reach, origin → partner, and where nobody reaches yet."""

import pandas as pd
import streamlit as st

from geo.draw.web import folium_map
from geo.ledger.selection import Selection
from pages.shared.frame import current as data
from pages.shared.frame import shell, text
from pages.shared.parts import areas, details, downloads, ends, markup, tables
from pages.shared.parts.map_view import map_view, stamp

#: Up to so many origins are told apart, down to the municipality; more are bundled to prefectures.
FEW = 3

#: Where less of all municipalities is reached, the ground shows numbers of them instead of shares.
SMALL = 0.25


def flow_map(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    facts = view.claims.population
    markup.show(
        markup.heading(view.claims.reach(), view.conditions),
        markup.figures(text.key_figures(facts.figures)),
    )
    if not facts.figures.projects:
        st.info(text.nothing(view.naming.heading))
        return

    partner = details.chosen(view)
    few = 1 <= len(selection.origins) <= FEW
    rows, layers = _flows(view, few, partner)
    marked = partner if partner and partner.endswith("000") else None
    # While years go by the scale must not change; else, where all shares are small, numbers say more.
    small = few or (selection.year_mode != "as_of" and facts.figures.coverage < SMALL)
    ground = areas.ground(facts.prefectures, "partners" if small else "coverage")
    layers.append(folium_map.choropleth_layer(ground, marked=marked))

    left, right = st.columns([7, 3], gap="medium")
    with left:
        click = map_view(
            [*layers, *stamp(view)],
            key="flows",
            label="連携の流れの地図。同じ内容は下の表にあります。",
            views=data.views(),
        )
        if click:
            details.choose(click.partner_code)
            st.rerun()
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
            tables.show(
                tables.flow_table(rows, view.subject, view.naming), rows.partner_code, "連携の流れの表"
            )
    markup.show(markup.summary(view.claims.summary()), markup.footing(view.credit))
    downloads.csv_button(
        "すべての流れをCSVで保存", lambda: tables.all_flows(view.selected), "renkei_nagare.csv", "csv_flows"
    )


def _flows(view: shell.View, few: bool, partner: str | None) -> tuple[pd.DataFrame, list]:
    """The flows of the table, and the layer that draws them: down to the municipality, or bundled to prefectures."""
    selection = view.selected.selection
    cities = data.flow_rows(selection, "municipality", per_origin=few)
    if few:
        return cities, [folium_map.flow_layer(cities, noun=view.naming.noun, selected=(None, partner))]
    rows = data.flow_rows(selection, "prefecture", per_origin=False)
    layer = folium_map.flow_layer(
        rows,
        detail=cities,
        # Ties among the origins begin at each of them: close up, their own prefecture is drawn one by one.
        closest=_at_home(selection) if selection.peers and selection.home else None,
        totals=True,
        measure="n_municipalities",
        bundle_name=view.subject,
        noun=view.naming.noun,
        selected=(None, partner),
    )
    return rows, [layer]


def _at_home(selection: Selection) -> pd.DataFrame:
    """The flows of each origin to what lies in its own prefecture."""
    rows = data.flow_rows(selection, "municipality", per_origin=True)
    return rows[rows.partner_code.str[:2] == rows.origin_code.str[:2]]


shell.show(flow_map)
