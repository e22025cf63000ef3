"""What frames every screen: look, navigation, filter panel, and the view a page draws."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.dataset import Dataset, DatasetError, Selected
from pages.shared import dataset as data
from pages.shared import filters, text

TITLE = "特別区交流マップ"
ICON = str(Path(__file__).resolve().parents[2] / "static" / "screen" / "icon.svg")

#: Style sheet and page script are served by the app itself; a run resends only these two lines.
_HEAD = (
    '<style>@import url("app/static/screen/theme.css");</style>'
    '<script type="module" src="app/static/screen/page.js"></script>'
)


@dataclass(frozen=True)
class View:
    """What a page draws: the tables, what is selected of them, and how it is called.

    ``places`` is code → name with prefecture, ``subject`` who is looked at, ``conditions`` what is in force.
    """

    dataset: Dataset
    places: dict[str, str]
    selected: Selected
    subject: str
    conditions: str


def frame(pages: list, current) -> None:
    """Draw the sidebar for ``current`` among ``pages``; stops with one sentence where there is no data."""
    st.html(_HEAD, unsafe_allow_javascript=True)
    with st.sidebar:
        st.html(f'<p class="k-title">{TITLE}</p><p class="k-lead">東京23区と全国市区町村の連携を地図で</p>')
        with st.container(key="k-nav", gap=None):
            for page in pages:
                active = page.url_path == current.url_path
                with st.container(key=f"k-{'here' if active else 'link'}-{page.url_path or 'home'}"):
                    st.page_link(page, width="stretch")
        try:
            dataset = data.load()
        except DatasetError as error:
            problem = str(error)
        else:
            problem = None
            if "link_note" not in st.session_state:
                params = {key: st.query_params.get_all(key) for key in st.query_params}
                st.session_state.link_note = filters.unreadable(params, dataset)
            with st.container(key="k-filters"):
                filters.panel(dataset)
            st.html(f'<p class="k-foot">{text.footer(dataset)}</p>')
    if problem:
        st.html('<h1 class="k-h1">表示できるデータがありません。</h1>')
        st.warning(problem)
        st.stop()


def run(page) -> None:
    """Run a page; a fault of the program is logged in full and shown as one Japanese sentence."""
    try:
        page.run()
    except Exception:
        logging.getLogger(__name__).exception("the page %s failed", page.url_path or "flow_map")
        st.error(
            "画面を表示できませんでした。「条件をはじめに戻す」を押すか、ページを読み込み直してください。"
            "続くときは、起動した画面に出ている記録を管理者に伝えてください。"
        )


def view() -> View:
    """The view in force; the first line of every page."""
    dataset = data.load()
    selection = filters.selection(dataset)
    names = dataset.origins.set_index("code").name
    chosen = [names[code] for code in selection.wards]
    if st.session_state.link_note:
        unknown = "・".join(st.session_state.link_note)
        st.info(f"リンクの条件のうち「{unknown}」は読み取れないため、使っていません。")
    return View(
        dataset,
        data.places(),
        data.select(selection),
        text.subject(chosen, list(names)),
        text.conditions(selection, dataset, chosen),
    )


def nothing_found() -> None:
    """Say what to do when the filters leave nothing, and end the page."""
    st.info(
        "条件に合う事業がありません。左の「区」「分野」「開始年」を広げるか、"
        "「条件をはじめに戻す」を押してください。"
    )
    st.stop()
