"""The projects behind a flow: what the list prints, and on which line.

The partner looked at is kept in the URL as its code, whether it was chosen on the map, in the table or in
the box made for the keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from geo.draw.web.folium_map import Rows
from geo.insight.metrics import project_details
from geo.ledger.dataset import Dataset
from pages.shared.frame import current, text
from pages.shared.frame.finder import PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import downloads, markup
from pages.shared.parts.map_view import map_view
from pipeline.words import correction_words
from pipeline.words.view import YEAR_BASES

#: Projects that stand unfolded.
LIMIT = 40

#: Projects that are written out at all where there are many origins.
MOST = 120


def chosen(view: View) -> str | None:
    """The code of the partner looked at; None when there is none or the link names no place."""
    code = st.query_params.get(PARTNER)
    return code if code in view.places else None


def choose(code: str | None) -> None:
    """Look at another partner, or at none."""
    if code:
        st.query_params[PARTNER] = code
    else:
        st.query_params.pop(PARTNER, None)


def on_map(layers: Sequence[Rows], *, key: str, label: str) -> None:
    """A map on which a click looks at a partner, or beside all of them at none (``map_view``)."""
    if click := map_view(layers, key=key, label=label, views=current.views()):
        choose(click.partner_code)
        st.rerun()


def chooser(view: View, rows: pd.DataFrame) -> None:
    """A box to choose a partner of the flows ``rows``: the way to the projects for the keyboard."""
    code = chosen(view)
    options = list(dict.fromkeys(rows.partner_code))
    if code and code not in options:
        options.append(code)
    _box(view, "相手を選んで事業を見る", options, code, "partner_box", placeholder="相手の名前で探せます")


def prefecture_box(view: View, label: str, code: str | None, *, key: str, **look) -> None:
    """A box to choose the prefecture looked at; ``look`` is what ``st.selectbox`` takes for its looks."""
    _box(view, label, sorted(view.dataset.prefectures.code), code, key, **look)


def _box(view: View, label: str, options: list[str], code: str | None, key: str, **look) -> None:
    """The partner looked at as a choice among codes; it may be chosen elsewhere too, so the box follows."""
    st.session_state[key] = code
    st.selectbox(
        label,
        options,
        format_func=view.places.get,
        key=key,
        on_change=lambda: choose(st.session_state[key]),
        **look,
    )


def panel(view: View, code: str, back: str | None = None) -> None:
    """Write the projects of a partner municipality or prefecture, with their source lines, and the way to its profile.

    The button that closes them leads to the partner ``back``, or to none.
    """
    label = f"{view.places[back]}の一覧に戻る" if back else "閉じて順位に戻る"
    st.button(label, key="close", icon=":material/arrow_back:", on_click=choose, args=(back,))
    table = project_details(view.selected, partner_code=code)
    place = view.places[code]
    if table.empty:
        st.info(f"この条件では、{place}との事業はありません。条件を広げるか、別の相手を選んでください。")
    else:
        with st.container(height=570, border=False, key="k-details"):
            st.html(listing(view, code, table))
        n = table.project_id.nunique()
        if n > len(written(view, table)):
            downloads.csv_button(
                f"事業 {n:,} 件をCSVで保存",
                lambda: saved(table, view.dataset),
                view.file_name(".csv", f"{place}との事業"),
                "csv_details",
            )
    whose = "の市区町村" if code.endswith("000") else ""
    st.page_link(
        "pages/partners/page.py",
        label=f"{place}{whose}の横顔を見る（自治体の横顔）",
        icon=":material/arrow_forward:",
        query_params={PARTNER: code},
    )


def written(view: View, table: pd.DataFrame) -> pd.Series:
    """The ids of the projects that are written out: of many origins, where a place may have thousands, the first."""
    ids = table.project_id.drop_duplicates()
    return ids.head(MOST) if view.naming.many else ids


def listing(view: View, code: str, table: pd.DataFrame) -> str:
    """The projects of a partner (``geo.insight.metrics.project_details``) as HTML, the oldest first."""
    own, n = table[table.project_id.isin(written(view, table))], table.project_id.nunique()
    groups = [group for _, group in own.groupby("project_id", sort=False)]
    remarks = ["資料ごとに数えた数"] if table.source.nunique() > 1 else []
    more = f"（{'、'.join(remarks)}）" if remarks else ""
    items = [_project(group, view.dataset) for group in groups]
    listed, rest = (f'<ul class="k-projects">{"".join(part)}</ul>' for part in (items[:LIMIT], items[LIMIT:]))
    beyond = n - len(groups)
    left = f"、そのあとの{beyond:,}件は保存するCSVに入ります" if beyond else ""
    return f'<h2 class="k-h2">{escape(view.places[code])}との事業 {n:,} 件{more}</h2>{listed}' + (
        markup.fold(f"ほか {len(groups) - LIMIT} 件を見る{left}", rest) if len(groups) > LIMIT else ""
    )


def saved(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """``geo.insight.metrics.project_details`` as it is saved, every row of it, with Japanese headings."""
    shown = pd.DataFrame(
        {
            dataset.naming.heading: rows.origin_name,
            "事業": rows.project_name,
            "連携の形": rows.tie.map(text.TIES),
            "分野": rows.category_raw,
            "開始年": list(map(text.began, rows.start_year, rows.year_kind, rows.year_basis)),
            "年の根拠": rows.year_basis.map(YEAR_BASES),
            "所管": rows.organiser,
            "相手の記載": rows.partner_text,
            "相手": rows.place,
            "読み取り方": rows.method.map(text.METHODS),
            "資料": rows.source.map(dataset.titles),
            "行": rows.source_line,
        }
    )
    if marks := correction_words.marks(dataset):
        shown["訂正"] = rows.project_id.map(marks).fillna("")
    return shown


def _project(rows: pd.DataFrame, dataset: Dataset) -> str:
    first = rows.iloc[0]
    facts = [first.origin_name, f"開始 {text.earliest(rows)}", text.TIES[first.tie]]
    if pd.notna(first.organiser) and first.organiser:
        facts.append(f"所管 {first.organiser}")
    chip = f'<span class="k-chip">{escape(first.category_raw)}</span>' if first.category_raw else ""
    summary = first.summary if pd.notna(first.summary) else ""
    corrected = correction_words.told(dataset, first.project_id)
    origin = f"相手 {text.evidence(rows)}／出典 {dataset.cite(first.source, int(rows.source_line.min()))}"
    return (
        f"<li><h3>{escape(first.project_name)}</h3><p>{chip}{escape('・'.join(facts))}</p>"
        + (f"<p>{escape(summary)}</p>" if summary else "")
        + (f'<p class="k-corrected">{escape(corrected)}</p>' if corrected else "")
        + f'<p class="k-source">{escape(origin)}</p></li>'
    )
