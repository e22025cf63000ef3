"""Parts of a screen that a script of our own draws in the browser."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

#: The script is a file the app serves: a run resends only these lines (one alone would be taken for a path).
_LOADER = """
export default (component) =>
  import(new URL("app/static/screen/{script}", document.baseURI)).then((module) => module.default(component));
"""


@st.cache_resource(show_spinner=False)
def part(name: str, html: str) -> Callable:
    """A part drawn by static/screen/``name``.js into ``html``: call it with a key and its data."""
    script = _LOADER.format(script=f"{name}.js")
    return st.components.v2.component(f"koryu_{name}", html=html, js=script, isolate_styles=False)
