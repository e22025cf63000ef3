"""The years of the filter panel: two sliders of which one is drawn, years to type, the last few, a button to play.

A part of the screen of its own: while a slider is moved, nothing else of the panel is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from geo.folders import STATIC_DIR
from pages.shared.frame import choices, text, years

#: Its name among the parts of the screen.
PART = "years_panel"

#: Query parameter of its slider → how years are asked for.
MODES = {"began": "この年に始まった", "as_of": "この年までに"}

#: Session keys of the box to type years in, of what it or the choices below the slider ask for, and of those choices.
TYPED, _WANTED, _LATEST = "typed_years", "panel_years_wanted", "latest_years"


@st.fragment(key=PART)
def draw(first: int, last: int, redraw: Callable[..., None], *, disabled: bool) -> None:
    """Draw the years of the panel, of data from ``first`` to ``last``; ``redraw`` is told the parts that a change concerns."""
    state, last = st.session_state, max(last, first + 1)
    wanted = state.pop(_WANTED, {})
    # The slider sets itself, as the box of origins does (filters.choose_origin).
    state.update(wanted)

    def want(key: str = "", value: object = None, typed: str = "") -> None:
        """Set the slider ``key`` in the next run, leave ``typed`` in the box, and redraw what years change."""
        state[_WANTED] = {TYPED: typed} | ({key: value} if key else {})
        redraw(PART)

    mode = choices.segments(
        "開始年",
        list(MODES),
        format_func=MODES.get,
        default="began",
        key="years",
        width="stretch",
        on_change=want,
        disabled=disabled,
    )
    common = {
        "min_value": first,
        "max_value": last,
        "format": "%d",
        "label_visibility": "collapsed",
        "on_change": want,
        "disabled": disabled,
        "bind": "query-params",
    }
    if mode == "as_of":
        year = st.slider("この年までに始まった事業", value=last, key="as_of", **common)
        st.html(f'<p class="k-years">{text.until(year)}までに始まった事業</p>')
        _asked_otherwise(mode, first, last, want, disabled=disabled)
        if not disabled and _player("as_of", first, last):
            # After the slider has moved; a rerun of parts from a callback would not tell it.
            st.rerun()
    else:
        start, end = st.slider("開始年の範囲", value=(first, last), key="began", **common)
        st.html(f'<p class="k-years">{text.since(start)}から<br>{text.until(end)}まで</p>')
        _asked_otherwise(mode, first, last, want, disabled=disabled)


def _asked_otherwise(key: str, first: int, last: int, want: Callable[..., None], *, disabled: bool) -> None:
    """Below the slider ``key``: a box to type years, and the last few to choose. What cannot be used is said."""
    several, state = key == "began", st.session_state
    options: dict[str, object] = {**(years.latest if several else years.until_ago)(first, last)}

    def read(typed: str) -> years.Asked:
        return (years.read_range if several else years.read_one)(typed, first, last)

    def take() -> None:
        typed = state[TYPED].strip()
        asked = read(typed) if typed else years.Asked(None, "")
        new = asked.years and (asked.years if several else asked.years[1])
        want(key if new else "", new, typed if asked.said else "")

    def choose() -> None:
        if chosen := state[_LATEST]:
            want(key, options[chosen])

    typed = state.get(TYPED, "").strip()
    state[_LATEST] = next((name for name, value in options.items() if value == state[key]), None)
    with st.container(key="k-years-asked"):
        st.segmented_control(
            "直近の年",
            list(options),
            key=_LATEST,
            on_change=choose,
            width="stretch",
            label_visibility="collapsed",
            disabled=disabled,
        )
        st.text_input(
            "年を入力する",
            key=TYPED,
            placeholder=years.RANGE if several else years.ONE,
            on_change=take,
            label_visibility="collapsed",
            disabled=disabled,
        )
        if typed and not disabled and (said := read(typed).said):
            st.html(f'<p class="k-years" role="status">{escape(said)}</p>')


def _player(key: str, first: int, last: int) -> bool:
    """Draw the button below the slider ``key``; True in the run in which it has moved the slider to a year.

    The browser asks for the next year only after it has shown the one before, so that it never runs ahead of
    the server; at the ``last`` year it stops, and the next press begins at the ``first``.
    """

    def move() -> None:
        year = st.session_state["player"].get("year")
        if isinstance(year, int) and first <= year <= last:
            st.session_state[key] = year

    data = {"year": st.session_state[key], "first": first, "last": last}
    return bool(_player_component()(key="player", data=data, on_year_change=move).get("year"))


@st.cache_resource(show_spinner=False)
def _player_component() -> Callable:
    return st.components.v2.component(
        "koryu_player",
        html='<button type="button" class="k-play"><i></i><span>年を進めて見る</span></button>',
        js=(STATIC_DIR / "screen" / "player.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
