"""都道府県別: the 47 prefectures by a metric, and the municipalities of one, partnered or not."""

import streamlit as st

from geo.draw.choropleth import METRICS, offered
from geo.draw.web import folium_map
from geo.insight.metrics import municipality_table
from geo.ledger.origins import Naming
from pages.shared.frame import choices, shell, text
from pages.shared.parts import areas, details, downloads, ends, markup, schemes, tables
from pages.shared.parts.map_view import stamp


def prefectures(view: shell.View) -> None:
    """Draw the screen."""
    table = view.claims.population.prefectures
    partner = details.chosen(view)
    prefecture = partner and f"{partner[:2]}000"
    heading = st.empty()
    metric, scheme = _choices(view.naming)
    pieces = (
        view.claims.drill(table.set_index("code", drop=False).loc[prefecture])
        if prefecture
        else view.claims.metric(METRICS[metric])
    )
    heading.html(markup.heading(pieces, view.conditions))
    if not table.reached.any():
        st.info(text.nothing(view.naming.heading))
        return

    places = municipality_table(view.selected, prefecture) if prefecture else None
    left, right = st.columns([7, 3] if places is None else [6, 4], gap="medium")
    with left:
        layer = folium_map.choropleth_layer(
            areas.prefectures(table, metric, view.naming.noun, scheme),
            drill=None if places is None else areas.partnered(places, _n_all(view, prefecture)),
            prefecture=prefecture,
            marked=partner if partner != prefecture else None,
        )
        details.on_map(
            [layer, *stamp(view)],
            key="prefectures",
            label="都道府県を色で分けた地図。同じ内容は下の表にあります。",
        )
    with right:
        _place(view, prefecture)
        if places is None:
            markup.show(ends.metric(view.claims, metric))
        elif partner == prefecture:
            st.html(f'<p class="k-sub">{markup.escape(text.drill_hint(places))}</p>')
            shown = places.sort_values(["n_projects", "code"], ascending=[False, True])
            tables.show(
                tables.municipalities(shown, view.naming, brief=True),
                shown.code,
                f"{view.places[prefecture]}の市区町村",
                height=480,
            )
        else:
            details.panel(view, partner, back=prefecture)

    with st.expander("同じ内容を表で見る", key="table", bind="query-params") as box:
        if box.open:
            tables.show(
                tables.prefectures(table, view.naming), table.code, "都道府県ごとの表", key="prefecture_rows"
            )
    markup.show(markup.summary(view.claims.summary()), markup.footing(view.credit))
    with st.container(horizontal=True):
        downloads.csv_button(
            "都道府県別の表をCSVで保存",
            lambda: tables.prefectures(table, view.naming),
            view.file_name(".csv", "都道府県別"),
            "csv_prefectures",
        )
        if places is not None:
            downloads.csv_button(
                f"{view.places[prefecture]}の市区町村をCSVで保存",
                lambda: tables.municipalities(places, view.naming),
                view.file_name(".csv", "都道府県別", view.places[prefecture]),
                "csv_municipalities",
            )


def _n_all(view: shell.View, prefecture: str) -> int:
    """How many municipalities a prefecture has, whether they can be partners or not."""
    return int(view.dataset.prefectures.set_index("code").n_municipalities[prefecture])


def _place(view: shell.View, prefecture: str | None) -> None:
    """The box to choose a prefecture, and the way back from it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        details.prefecture_box(
            view,
            "都道府県を選ぶ",
            prefecture,
            key="prefecture_box",
            placeholder="地図か、ここで選びます",
        )
        if prefecture:
            st.button(
                "全国に戻る", key="all", icon=":material/arrow_back:", on_click=details.choose, args=(None,)
            )


def _choices(naming: Naming) -> tuple[str, str]:
    """The metric and the way its classes are cut, from the two controls above the map."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        metric = choices.segments(
            "色で表すもの",
            offered(naming.single),
            format_func=lambda key: text.metric_name(key, naming.noun),
            default="partners",
            wrap=True,
            key="metric",
        )
        scheme = schemes.box(width=200)
    return metric, scheme


shell.show(prefectures)
