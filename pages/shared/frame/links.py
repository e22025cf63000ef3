"""What of a link cannot be used, and is said: wrong values are dropped, never shown and never an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from geo.ledger.dataset import Dataset
from pages.shared.frame import filters, text
from pages.shared.frame.finder import PARTNER, PROJECT, WARD

#: Session keys: the parameters a session was opened with, and what is to be said of them.
_OPENED, _SAID = "link_opened", "link_said"

#: Parameters that may stand in an address more than once; of any other the last one counts.
_LISTS = {"ward", "category", "source", "began"}

#: What the choices of a single screen are called together.
CHOICES = "この画面での選択"


def take_down(dataset: Dataset) -> None:
    """Remember the parameters a session is opened with, and drop those that name nothing."""
    if _OPENED in st.session_state:
        return
    params = st.session_state[_OPENED] = {key: st.query_params.get_all(key) for key in st.query_params}
    for key, (_, known) in _looked_at(dataset).items():
        if not all(map(known, params.get(key, ()))):
            del st.query_params[key]
    repeated = [key for key, values in params.items() if len(values) > 1 and key not in _LISTS]
    for key in repeated:
        if key in st.query_params:
            st.query_params[key] = params[key][-1]
    if repeated:
        st.rerun()


def note(dataset: Dataset) -> str:
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
        "ward": ("区", set(dataset.origins.name).__contains__),
        "category": ("分野", set(dataset.categories).__contains__),
        # Nothing after the "=" is how the address says that no document is chosen, which means all of them.
        "source": ("資料", {"", *map(text.short, dataset.sources)}.__contains__),
        "years": ("開始年", set(filters.MODES.values()).__contains__),
        "began": ("開始年", is_year),
        "as_of": ("開始年", is_year),
    }
    flag = {"true", "false"}.__contains__
    return known | {key: (label, flag) for key, (_, label, _) in filters.TICKS.items()}


def _looked_at(dataset: Dataset) -> dict:
    return {
        PARTNER: ("相手", dataset.places.__contains__),
        PROJECT: ("事業", set(dataset.projects.project_id).__contains__),
        WARD: ("区", set(dataset.origins.code).__contains__),
    }
