"""The filter panel: one, the same on every screen, its state kept in the URL.

Streamlit's own binding of a widget to a query parameter carries the state: a link reproduces the view,
values it does not know are dropped, and a value at its default leaves the URL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from geo.dataset import Dataset, Selection
from pages.shared import player, text

#: Names of the parts of the screen a change of filter redraws: the page's body, and the years in the panel.
BODY, YEARS = "body", "years_panel"

MODES = {"began": "この年に始まった", "as_of": "この年までに"}

#: Tick boxes: query parameter → (field of Selection, label, default).
TICKS = {
    "unknown": ("unknown_years", "開始年が不明の事業も含める", True),
    "network": ("networks", "10団体以上の集まりも含める", True),
    "peers": ("peers", "特別区どうしの連携も含める", False),
    "home": ("home", "都内の連携も含める", True),
}


#: Session key of the wards that :func:`choose_ward` asks for.
_WANTED = "ward_wanted"


def _redraw(*parts: str) -> None:
    st.rerun([BODY, *parts])


def choose_ward(code: str | None) -> None:
    """Look at one ward, or at all, from a callback outside the panel, which is drawn anew.

    The panel sets its own box: what a callback sets is forgotten by the run that ``st.rerun`` starts, and with
    it that box and address have to follow.
    """
    st.session_state[_WANTED] = [code] if code else []
    st.rerun()


def set_ward(code: str, dataset: Dataset) -> None:
    """Look at one ward, before the panel is drawn; a code of none is ignored."""
    if code in set(dataset.origins.code):
        st.session_state[_WANTED] = [code]


def panel(dataset: Dataset) -> None:
    """Draw the panel in the current container; read it with :func:`selection`."""
    if _WANTED in st.session_state:
        st.session_state["ward"] = st.session_state.pop(_WANTED)
    wards = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    st.multiselect(
        "区",
        list(wards),
        format_func=wards.get,
        key="ward",
        placeholder=f"{text.everyone(list(wards.values()))}すべて",
        on_change=_redraw,
        bind="query-params",
    )
    st.multiselect(
        "分野",
        dataset.categories,
        key="category",
        placeholder="すべて",
        on_change=_redraw,
        bind="query-params",
    )
    if dataset.years:
        _years(*dataset.years)
    listed = documents(dataset)
    if len(listed) > 1:
        st.multiselect(
            "資料",
            listed,
            listed[:1],
            format_func=text.title,
            key="source",
            placeholder="すべての資料を合わせる",
            on_change=_redraw,
            bind="query-params",
        )
    for key, (_, label, default) in TICKS.items():
        st.checkbox(label, default, key=key, on_change=_redraw, bind="query-params")
    st.button("条件をはじめに戻す", on_click=_reset, args=(dataset,), width="stretch")


@st.fragment(key=YEARS)
def _years(first: int, last: int) -> None:
    mode = st.segmented_control(
        "開始年",
        list(MODES),
        format_func=MODES.get,
        default="began",
        required=True,
        key="years",
        width="stretch",
        on_change=_redraw,
        args=(YEARS,),
        bind="query-params",
    )
    common = {
        "min_value": first,
        "max_value": max(last, first + 1),
        "format": "%d",
        "label_visibility": "collapsed",
        "on_change": _redraw,
        "args": (YEARS,),
        "bind": "query-params",
    }
    if mode == "as_of":
        year = st.slider("この年までに始まった事業", value=common["max_value"], key="as_of", **common)
        st.html(f'<p class="k-years">{text.year(year)}までに始まった事業</p>')
        if player.show("as_of", first, common["max_value"]):
            # After the slider has moved; a rerun of parts from a callback would not tell it.
            st.rerun()
    else:
        start, end = st.slider("開始年の範囲", value=(first, common["max_value"]), key="began", **common)
        st.html(f'<p class="k-years">{text.year(start)}から<br>{text.year(end)}まで</p>')


def documents(dataset: Dataset) -> list[str]:
    """Documents that have projects, the one that covers the most wards first: only it compares them fairly."""
    wards = dataset.projects.groupby("source").ward_code.nunique()
    return list(wards.sort_values(ascending=False, kind="stable").index)


def selection(dataset: Dataset) -> Selection:
    """The selection in force, from the panel's widgets."""
    state = st.session_state
    year_from = year_to = None
    if dataset.years:
        first, last = dataset.years
        if state.years == "as_of":
            year_to = state.as_of if state.as_of < last else None
        else:
            year_from = state.began[0] if state.began[0] > first else None
            year_to = state.began[1] if state.began[1] < last else None
    return Selection(
        wards=tuple(sorted(state.ward)),
        categories=tuple(sorted(state.category)),
        sources=_chosen(documents(dataset)),
        year_mode=state.get("years", "began"),
        year_from=year_from,
        year_to=year_to,
        **{field: state[key] for key, (field, *_) in TICKS.items()},
    )


def _chosen(listed: list[str]) -> tuple[str, ...]:
    """The documents to take together; () when it is all of them, as when none is named."""
    chosen = tuple(name for name in listed if name in st.session_state.get("source", ()))
    return () if len(chosen) == len(listed) else chosen


def _reset(dataset: Dataset) -> None:
    state = st.session_state
    state.update({"ward": [], "category": [], "years": "began"})
    state.update({key: default for key, (_, _, default) in TICKS.items()})
    if dataset.years:
        first, last = dataset.years
        state.update({"began": (first, last), "as_of": last})
    listed = documents(dataset)
    if len(listed) > 1:
        state["source"] = listed[:1]


def unreadable(params: Mapping[str, Sequence[str]], dataset: Dataset) -> list[str]:
    """Which filters of a link cannot be used, as labels for a note.

    Parameters
    ----------
    params : query parameter → its values, as the browser sent them; parameters of others are ignored
    """
    first, last = dataset.years or (0, 0)

    def is_year(value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) <= 4 and first <= int(value) <= last

    known = {
        "ward": ("区", set(dataset.origins.name).__contains__),
        "category": ("分野", set(dataset.categories).__contains__),
        # Nothing after the "=" is how the address says that no document is chosen, which means all of them.
        "source": ("資料", {"", *map(text.title, documents(dataset))}.__contains__),
        "years": ("開始年", set(MODES.values()).__contains__),
        "began": ("開始年", is_year),
        "as_of": ("開始年", is_year),
    }
    known |= {key: (label, {"true", "false"}.__contains__) for key, (_, label, *_) in TICKS.items()}
    labels = [
        label for key, (label, valid) in known.items() if not all(valid(v) for v in params.get(key, ()))
    ]
    return list(dict.fromkeys(labels))
