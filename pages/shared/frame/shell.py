"""What frames every screen: look, navigation, filter panel, the view a page draws, and what of a link is wrong.

Wrong values of a link are dropped and said; they are never shown, and never an error.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.runtime import exists, get_instance

from geo.folders import STATIC_DIR
from geo.insight import groups
from geo.ledger.dataset import Dataset, DatasetError
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected, Selection
from pages.shared.frame import current as data
from pages.shared.frame import filters, finder, origin_box, permissions, text, years_panel
from pages.shared.frame.finder import ORIGIN, PARTNER, PROJECT
from pipeline.deliver.file_names import file_name
from pipeline.reading.projects import PROJECT as PROJECT_LETTER
from pipeline.reading.projects import known_as
from pipeline.serving import journal
from pipeline.words.claims import Claims

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


#: Session keys: the parameters a session was opened with, and what is to be said of them.
_OPENED, _SAID = "link_opened", "link_said"

#: Parameters that may stand in an address more than once; of any other the last one counts.
_LISTS = {"ward", "category", "source", "began", "compared"}

#: One screen is drawn at a time; who has waited so long (seconds) for one that takes long is drawn beside it.
_ONE = threading.Lock()
_PATIENCE = 2.0

#: Documents whose credit lines stand on a screen.
_CREDITS = 5

#: What the choices of a single screen are called together.
CHOICES = "この画面での選択"


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

    @property
    def naming(self) -> Naming:
        """What the origins are called."""
        return self.dataset.naming

    def file_name(self, suffix: str, what: str = "", *choices: str, beside: object = None) -> str:
        """What a file of the view is called (``pipeline.deliver.file_names.file_name``)."""
        return file_name(self.dataset, self.selected.selection, suffix, what, *choices, beside=beside)


def naming() -> Naming:
    """What the origins of the current build are called; nobody's name where there is none."""
    try:
        return data.load().naming
    except DatasetError:
        return Naming()


def frame(pages: list, current) -> None:
    """Draw the sidebar for ``current`` among ``pages``; stops with one sentence where there is no data."""
    st.html(_HEAD, unsafe_allow_javascript=True)
    with st.sidebar:
        said = naming()
        st.html(f'<p class="k-title">{escape(said.title)}</p><p class="k-lead">{escape(said.lead)}</p>')
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
            _take_down(dataset)
            if ORIGIN in st.query_params:
                filters.set_origin(st.query_params.pop(ORIGIN), dataset)
            with search:
                finder.box(current.url_path)
            filters.begin_anew(dataset)
            with st.container(key="k-filters"):
                filters.panel(dataset, filters.counting(current.url_path, dataset))
            permissions.sign()
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
        with _turn(), journal.drawing(draw.__name__, _sessions) as noted:
            _draw(draw, noted)

    # Streamlit keeps one body for a session. A run that was left for another screen while it was importing this one
    # would put its own there, over that of the run that took its place: asking for the state ends such a run first.
    st.session_state.get(filters.BODY)
    body()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn to draw.

    Python runs one thread at a time: where forty draw together all are ready at the end, and one after the other half
    of them in half the time.
    """
    mine = _ONE.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        if mine:
            _ONE.release()


def _draw(draw: Callable[[View], None], noted: dict[str, object]) -> None:
    note = st.empty()
    try:
        if data.own():
            _own_line()
        draw(view())
        if said := _note(data.load()):
            note.info(said)
    except DatasetError as error:
        noted["fault"] = type(error).__name__
        st.warning(str(error))
    except Exception as error:
        noted["fault"] = type(error).__name__
        logging.getLogger(__name__).exception("%s failed", draw.__name__)
        st.error(
            "画面を表示できませんでした。「条件をはじめに戻す」を押すか、ページを読み込み直してください。"
            "続くときは、起動した画面に出ている記録を管理者に伝えてください。"
        )


def _sessions() -> int | None:
    """How many visitors have a screen open; None where nobody counts them."""
    sessions = getattr(get_instance(), "_session_mgr", None) if exists() else None
    return sessions.num_active_sessions() if sessions else None


def _own_line() -> None:
    """That what is shown is this session's alone, and the way back."""
    title = data.load().documents.title.iloc[0]
    with st.container(horizontal=True, vertical_alignment="center", key="k-own"):
        st.html(
            f'<p><b>あなたの一覧「<span translate="no">{escape(title)}</span>」（保存されていません）</b>'
            "画面を閉じるか読み込み直すと消えます。</p>",
            width="stretch",
        )
        st.page_link("pages/own_list/page.py", label="読み取り方を直す", width="content")
        if st.button("もとの資料に戻る", key="own_back"):
            data.show_own(None)
            st.rerun(scope="app")


def view() -> View:
    """The view in force."""
    return view_of(filters.selection(data.load()))


def view_of(selection: Selection) -> View:
    """The view of a selection: for a screen that asks for something of its own beside what the panel says."""
    dataset = data.load()
    who = groups.subject(dataset, selection.origins)
    return View(
        dataset,
        dataset.names,
        data.select(selection),
        who,
        text.conditions(
            selection, dataset, groups.called(dataset, selection.origins), data.repeated(selection)
        ),
        _credit(text.credits(selection, dataset)),
        Claims(data.population(selection), who),
    )


def _credit(lines: list[str]) -> str:
    """Whose facts are shown, in a line; of very many documents the first, and where all are."""
    if len(lines) <= _CREDITS:
        return "　".join(lines)
    rest = len(lines) - _CREDITS
    return (
        f"{'　'.join(lines[:_CREDITS])}　ほか{rest}の資料（「データと品質」の「資料と照合」にすべてあります）"
    )


def _take_down(dataset: Dataset) -> None:
    """Remember the parameters a session is opened with, and drop those that name nothing."""
    if _OPENED in st.session_state:
        return
    params = st.session_state[_OPENED] = {key: st.query_params.get_all(key) for key in st.query_params}
    if PROJECT in params:
        params[PROJECT] = [known_as(value, PROJECT_LETTER, dataset.project_ids) for value in params[PROJECT]]
        st.query_params[PROJECT] = params[PROJECT]
    named = params.get(origin_box.KEY, [])
    if (called := origin_box.labels(dataset, named)) != named:
        params[origin_box.KEY] = st.query_params[origin_box.KEY] = called
    for key, (_, known) in _looked_at(dataset).items():
        if not all(map(known, params.get(key, ()))):
            del st.query_params[key]
    repeated = [key for key, values in params.items() if len(values) > 1 and key not in _LISTS]
    for key in repeated:
        if key in st.query_params:
            st.query_params[key] = params[key][-1]
    if repeated or called != named:
        st.rerun()


def _note(dataset: Dataset) -> str:
    """What to say of the link; "" when all of it is in force, or once something else is looked at.

    To be asked after the screen is drawn: Streamlit drops the values that a choice of the screen does not know.
    """
    state, now = st.session_state, {key: st.query_params.get_all(key) for key in st.query_params}
    if _SAID not in state:
        labels = unreadable(state[_OPENED], dataset)
        panel = {*_filters(dataset), *_looked_at(dataset)}
        if any(values != now.get(key) for key, values in state[_OPENED].items() if key not in panel):
            labels.append(CHOICES)
        state[_SAID] = labels, now
    labels, then = state[_SAID]
    if not labels or now != then:
        state[_SAID] = [], then
        return ""
    return f"リンクのうち「{'・'.join(labels)}」は読み取れないため、使っていません。"


def unreadable(params: Mapping[str, Sequence[str]], dataset: Dataset) -> list[str]:
    """Which filters of a link, and which things to look at, cannot be used, as labels for a note.

    Parameters
    ----------
    params : query parameter → its values, as the browser sent them; parameters of others are ignored
    """
    known = _filters(dataset) | _looked_at(dataset)
    labels = [label for key, (label, valid) in known.items() if not all(map(valid, params.get(key, ())))]
    return list(dict.fromkeys(labels))


def _filters(dataset: Dataset) -> dict:
    first, last = dataset.years or (0, 0)

    def is_year(value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) <= 4 and first <= int(value) <= last

    known = {
        "ward": (dataset.naming.heading, set(origin_box.options(dataset).values()).__contains__),
        "category": ("分野", set(dataset.categories).__contains__),
        # Nothing after the "=" is how the address says that no document is chosen, which means all of them.
        "source": ("資料", {"", *(dataset.shorts[name] for name in dataset.sources)}.__contains__),
        data.EDITION: ("版", {"", filters.NEWEST, *data.editions()}.__contains__),
        "years": ("開始年", set(years_panel.MODES.values()).__contains__),
        "began": ("開始年", is_year),
        "as_of": ("開始年", is_year),
    }
    flag = {"true", "false"}.__contains__
    return known | {key: (label, flag) for key, (_, label, _) in filters.ticks(dataset).items()}


def _looked_at(dataset: Dataset) -> dict:
    return {
        PARTNER: ("相手", dataset.places.__contains__),
        PROJECT: ("事業", dataset.project_ids.__contains__),
        ORIGIN: (dataset.naming.heading, set(dataset.origins.code).__contains__),
    }
