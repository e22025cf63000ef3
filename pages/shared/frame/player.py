"""A button that lets the years go by: what there was up to each, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.folders import STATIC_DIR

_SCREEN = STATIC_DIR / "screen"


def show(key: str, first: int, last: int) -> bool:
    """Draw the button below the slider ``key``; True in the run in which it has moved the slider to a year.

    The browser asks for the next year only after it has shown the one before, so that it never runs ahead of
    the server; at the ``last`` year it stops, and the next press begins at the ``first``.
    """

    def move() -> None:
        year = st.session_state["player"].get("year")
        if isinstance(year, int) and first <= year <= last:
            st.session_state[key] = year

    data = {"year": st.session_state[key], "first": first, "last": last}
    return bool(_component()(key="player", data=data, on_year_change=move).get("year"))


@st.cache_resource(show_spinner=False)
def _component() -> Callable:
    return st.components.v2.component(
        "koryu_player",
        html='<button type="button" class="k-play"><i></i><span>年を進めて見る</span></button>',
        js=(_SCREEN / "player.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
