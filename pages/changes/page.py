"""前年との違い: what began, ended and changed since an earlier edition of a document."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.draw.web import folium_map
from geo.insight import turnover
from geo.insight.turnover import WORDING, Turnover
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.changes import doubts
from pages.changes import text as words
from pages.shared.frame import choices, shell
from pages.shared.frame import current as data
from pages.shared.parts import changed, details, downloads, markup, tables
from pages.shared.parts.map_view import map_view
from pipeline.deliver.changes_sheet import changes_sheet
from pipeline.deliver.file_names import reference_year

_NONE = (
    "前の版のある資料がありません。次の年の一覧が出たら、「一覧を読み込む」でそのファイルを選ぶと、"
    "ここに前の版との違いが出ます。"
)


def changes(view: shell.View) -> None:
    """Draw the screen."""
    documents = turnover.editions(view.dataset)
    if not documents:
        markup.show('<h1 class="k-h1">前の版との違い</h1>')
        st.info(_NONE)
        return
    known = view.dataset.documents.set_index("id")
    head = st.empty()
    with st.container(horizontal=True, key="k-orders", gap="medium"):
        after = choices.box(
            "資料",
            list(documents),
            format_func=lambda one: view.dataset.shorts[one],
            key="changed",
            width=270,
        )
        before = choices.box(
            "前の版", documents[after], format_func=lambda one: known.as_of[one], key="before", width=240
        )
    found = _turnover(view.selected.selection, before, after)
    conditions = "／".join([view.dataset.titles[after], *view.conditions.split("／")[1:]])
    head.html(
        markup.heading(words.heading(found, known.loc[before], known.loc[after], view.subject), conditions)
        + markup.figures(words.figures(found))
    )
    if found.table.empty:
        st.info("この条件では、前の版との違いはありません。左の条件を広げると、見つかることがあります。")
        return
    _map(view, found)
    _list(view, found)
    _sheets(view, found, newest=before == documents[after][0])
    doubts.show(view, found.doubts, after)
    if len(documents[after]) > 1:
        ids = (*reversed(documents[after]), after)
        markup.show(words.editions(_growth(view.selected.selection, ids), known.as_of, view.naming.noun))
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


@data.remembered()
def _turnover(dataset: Dataset, selection: Selection, before: str, after: str) -> Turnover:
    return turnover.turnover(dataset, selection, before, after)


@data.remembered()
def _growth(dataset: Dataset, selection: Selection, ids: tuple[str, ...]) -> pd.DataFrame:
    return turnover.growth(dataset, selection, ids)


def _map(view: shell.View, found: Turnover) -> None:
    if found.flows.empty:
        return
    layer = folium_map.flow_layer(
        found.flows,
        noun=view.naming.noun,
        gone="gone",
        direction="実線は新しいつながり、破線はなくなったつながり",
    )
    click = map_view(
        [layer],
        key="changes",
        label="できたつながりとなくなったつながりの地図。同じ内容は下の表にあります。",
        views=data.views(),
    )
    if click:
        details.choose(click.partner_code)


def _list(view: shell.View, found: Turnover) -> None:
    table = found.table
    options = words.kinds(table)
    kind = st.segmented_control(
        "違いの種類", list(options), format_func=options.get, key="kind", bind="query-params"
    )
    # What only the wording changed is apart: no change of what is done.
    rows = table[table.change == kind] if kind else table[table.change != WORDING]
    shown = changed.shown(rows, view.dataset)
    kept = shown.loc[
        :, [column for column in shown if column in ("違い", "事業") or (shown[column] != "").any()]
    ]
    tables.show(kept, rows.partner_code.fillna(""), "前の版との違いの表", key="changed_rows")
    editions = "から".join(reference_year(view.dataset, [one]) for one in (found.before, found.after))
    downloads.csv_button(
        "違いをCSVで保存",
        lambda: changed.shown(table, view.dataset),
        view.file_name(".csv", "前年との違い", view.dataset.shorts[found.after], editions),
        "csv_changes",
    )


def _sheets(view: shell.View, found: Turnover, newest: bool) -> None:
    """The answer as a page and as slides, where it is of the last two editions."""
    if not newest:
        st.html('<p class="k-sub">1枚の紙面とスライドは、1つ前の版との違いを選ぶと保存できます。</p>')
        return
    selection = replace(view.selected.selection, sources=(found.after,))
    with st.container(horizontal=True):
        downloads.sheet_buttons(
            view,
            lambda: changes_sheet(view.dataset, selection),
            "changes",
            "前年との違い",
            view.dataset.shorts[found.after],
        )


shell.show(changes)
