"""How a coloured map is cut into classes: one box, and one parameter of the address, for screen and paper."""

from __future__ import annotations

import streamlit as st

from geo.choropleth import SCHEMES


def box(width: int) -> str:
    """The box, ``width`` pixels wide; gives a key of ``geo.choropleth.SCHEMES``."""
    return st.selectbox(
        "色の区切り方",
        list(SCHEMES),
        format_func=SCHEMES.get,
        key="breaks",
        width=width,
        bind="query-params",
    )
