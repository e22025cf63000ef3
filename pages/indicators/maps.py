"""指標を重ねる on two maps: the ties, or the ties for so much of the indicator, and beside them the indicator."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.draw.shades import Shades
from geo.draw.web import folium_map
from geo.draw.web.folium_map import Areas
from pages.indicators import saving
from pages.shared.frame import choices
from pages.shared.frame.shell import View
from pages.shared.parts import details, markup, tables
from pages.shared.parts.map_view import map_view
from pipeline.deliver.indicator_sheet import indicator_sheet
from pipeline.words.claims import Heading
from pipeline.words.indicator_claims import COUNTS, RATES, Overlay

#: Ways to cut the values into classes that fit any number.
_SCHEMES = {"natural": "自然な区切り", "quantile": "同じ数ずつの区切り", "equal": "等間隔の区切り"}


def draw(view: View, overlay: Overlay, table: pd.DataFrame) -> tuple[Heading, str]:
    """Draw the maps, the table and what can be saved; returns the sentence and under which conditions it holds."""
    indicator = overlay.indicator
    with st.container(horizontal=True, vertical_alignment="center", key="k-look-how"):
        counts = [*COUNTS, *RATES] if indicator.adds else list(COUNTS)
        count = choices.segments(
            "左の地図",
            counts,
            format_func={
                key: overlay.counted(key).removeprefix(indicator.name) if key in RATES else COUNTS[key][1]
                for key in counts
            }.get,
            default="projects_rate" if indicator.adds else "projects",
            key="indicator_count",
            wrap=True,
        )
        scheme = choices.box(
            "色の区切り方", list(_SCHEMES), format_func=_SCHEMES.get, key="indicator_breaks", width=270
        )
    heading = overlay.lead(table, count)
    ties, values = (overlay.shades(table, what, scheme) for what in (count, "value"))
    for place, shades, key in zip(
        st.columns(2, gap="medium"), (ties, values), ("indicator-ties", "indicator-values"), strict=True
    ):
        with place:
            markup.show(markup.title(shades.label), _keys(shades))
            click = map_view(
                [folium_map.choropleth_layer(_areas(shades), marked=details.chosen(view))],
                key=key,
                label=f"都道府県を{'連携' if shades is ties else '指標'}で色分けした地図。同じ内容は下の表にあります。",
            )
            if click and click.partner_code:
                details.choose(click.partner_code)
                st.rerun()
    if told := _one(view, overlay, table):
        markup.show(told)
    shown = prefectures(view, overlay, table)
    with st.expander("同じ内容を表で見る", key="table", bind="query-params") as box:
        if box.open:
            tables.show(shown, table.code, "都道府県ごとの指標と連携", key="indicator_prefectures")

    def sheet():
        shades = ties if count in RATES else values
        column = (COUNTS | RATES)[count][0]
        rows = table.sort_values([column, "code"], ascending=[False, True], na_position="last")
        brief = pd.DataFrame({"都道府県": rows["name"], saving.column(overlay): rows["value"]})
        brief[overlay.counted(count)] = rows[column]
        return indicator_sheet(overlay, heading, shades, brief, "都道府県", _figures(overlay, table))

    saving.buttons(view, overlay, "都道府県の表", shown, sheet, "shihyo_todofuken")
    return heading, view.conditions


def _areas(shades: Shades) -> Areas:
    classes = shades.classes()
    return Areas(
        shades.label, classes.index, shades.values.map(shades.text), list(classes.legend), classes.scheme_name
    )


def _keys(shades: Shades) -> str:
    """The classes beside the title: on a map that is half as wide as the screen the legend is folded."""
    items = "".join(
        ("<li><b class=z></b>" if entry.hatch else f'<li><b style="background:var(--k-{entry.colour})"></b>')
        + markup.escape(entry.label)
        for entry in shades.classes().legend
    )
    return f'<ul class="k-mapkeys k-folded">{items}</ul>'


def _figures(overlay: Overlay, table: pd.DataFrame) -> list[tuple[str, str, str]]:
    known = table.value.notna() & (table.n_municipalities > 0)
    return [
        ("値のある都道府県", f"{int(known.sum())}", f"/ {len(table)}"),
        ("値のある市区町村", f"{int(table.n_known.sum()):,}", f"/ {int(table.n_municipalities.sum()):,}"),
        ("連携する市区町村", f"{overlay.claims.population.figures.municipalities:,}", ""),
        ("事業", f"{overlay.claims.population.figures.projects:,}", ""),
    ]


def _one(view: View, overlay: Overlay, table: pd.DataFrame) -> str:
    """What is known of the prefecture looked at."""
    code = details.chosen(view)
    rows = table[table.code == f"{code[:2]}000"] if code else table.iloc[:0]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    rates = [
        (overlay.counted(key), "出せません" if pd.isna(row[column]) else f"{row[column]:,.2f}")
        for key, (column, _) in RATES.items()
        if overlay.indicator.adds
    ]
    return markup.facts(
        f"{row['name']}{overlay.claims.without_peers(row.code)}",
        [
            (overlay.indicator.name, overlay.amount(row.value)),
            ("値のある市区町村", f"{row.n_municipalities}のうち{row.n_known}"),
            ("連携する市区町村", f"{row.n_partners}"),
            ("事業", f"{row.n_projects}"),
            *rates,
        ],
    )


def prefectures(view: View, overlay: Overlay, table: pd.DataFrame) -> pd.DataFrame:
    """Every prefecture as it is shown and saved."""
    made = {"printed": "表の値", "sum": "市区町村の合計", "median": "市区町村の中央値"}
    shown = pd.DataFrame(
        {
            "団体コード": table.code,
            "都道府県": table["name"],
            saving.column(overlay): table.value,
            "値は": table.basis.map(made).fillna("なし"),
            "値のある市区町村": table.n_known,
            "市区町村": table.n_municipalities,
            "連携する市区町村": table.n_partners,
            "事業数": table.n_projects,
        }
    )
    if overlay.indicator.adds:
        for key, (column, _) in RATES.items():
            shown[overlay.counted(key)] = table[column].round(3)
    return shown
