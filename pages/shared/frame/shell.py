"""What frames every screen: look, navigation, filter panel, and the view a page draws."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from geo.folders import STATIC_DIR
from geo.ledger.dataset import Dataset, DatasetError, Selected
from pages.shared.frame import dataset as data
from pages.shared.frame import filters, finder, links, text
from pipeline.words.claims import Claims

TITLE = "特別区交流マップ"
ICON = str(STATIC_DIR / "screen" / "icon.svg")

#: Style sheets and page script are served by the app itself; a run resends only these two lines.
_HEAD = (
    '<style>@import url("app/static/screen/tokens.css"); @import url("app/static/screen/theme.css");'
    '@import url("app/static/screen/charts.css"); @import url("app/static/screen/board.css");'
    '@import url("app/static/screen/map.css"); @import url("app/static/screen/modes.css");</style>'
    '<script type="module" src="app/static/screen/page.js"></script>'
    '<script type="module" src="app/static/screen/look.js"></script>'
    '<script type="module" src="app/static/screen/find.js"></script>'
)

#: Light or dark: chosen and remembered in the browser (static/screen/look.js), which tells Streamlit.
_LOOK = (
    '<label class="k-look">画面の色<select><option value="System">端末に合わせる</option>'
    '<option value="Light">明るい</option><option value="Dark">暗い</option></select></label>'
)


@dataclass(frozen=True)
class View:
    """What a page draws: the tables, what is selected of them, and how it is called.

    ``places`` is code → name with prefecture, ``subject`` who is looked at, ``conditions`` what is in force,
    ``credit`` whose facts are shown, ``claims`` the sentences that may be said of it.
    """

    dataset: Dataset
    places: dict[str, str]
    selected: Selected
    subject: str
    conditions: str
    credit: str
    claims: Claims


def frame(pages: list, current) -> None:
    """Draw the sidebar for ``current`` among ``pages``; stops with one sentence where there is no data."""
    st.html(_HEAD, unsafe_allow_javascript=True)
    with st.sidebar:
        st.html(f'<p class="k-title">{TITLE}</p><p class="k-lead">東京23区と全国市区町村の連携を地図で</p>')
        search = st.container(key="k-find")
        with st.container(key="k-nav", gap=None):
            partner = st.query_params.get("partner")
            carried = {"partner": partner} if partner else None
            for page in pages:
                active = page.title == current.title
                with st.container(key=f"k-{'here' if active else 'link'}-{page.url_path or 'home'}"):
                    st.page_link(page, width="stretch", query_params=carried)
        try:
            dataset = data.load()
        except DatasetError as error:
            problem = str(error)
        else:
            problem = None
            links.take_down(dataset)
            if finder.WARD in st.query_params:
                filters.set_ward(st.query_params.pop(finder.WARD), dataset)
            with search:
                finder.box(current.url_path)
            with st.container(key="k-filters"):
                filters.panel(dataset, filters.counting(current.url_path))
            st.html(f'<div class="k-foot">{_LOOK}<p>{text.footer(dataset)}</p></div>')
    if problem:
        st.html('<h1 class="k-h1">表示できるデータがありません。</h1>')
        st.warning(problem)
        st.stop()


def show(draw: Callable[[View], None]) -> None:
    """Draw a page's body as the part of the screen that a change of filter redraws, and nothing else.

    A fault of the program is logged in full and shown as one Japanese sentence.
    """

    @st.fragment(key=filters.BODY)
    def body() -> None:
        note = st.empty()
        try:
            draw(view())
            if said := links.note(data.load()):
                note.info(said)
        except DatasetError as error:
            st.warning(str(error))
        except Exception:
            logging.getLogger(__name__).exception("%s failed", draw.__name__)
            st.error(
                "画面を表示できませんでした。「条件をはじめに戻す」を押すか、ページを読み込み直してください。"
                "続くときは、起動した画面に出ている記録を管理者に伝えてください。"
            )

    body()


def view() -> View:
    """The view in force."""
    dataset = data.load()
    selection = filters.selection(dataset)
    names = dataset.origins.set_index("code").name
    chosen = [names[code] for code in selection.wards]
    who = text.subject(chosen, list(names))
    return View(
        dataset,
        dataset.names,
        data.select(selection),
        who,
        text.conditions(selection, dataset, chosen, data.repeated(selection)),
        text.credit(selection, dataset),
        Claims(data.population(selection), who),
    )
