"""What lists of a session's own are read with: one for all sessions."""

from __future__ import annotations

import streamlit as st

from geo.places.boundaries import in_force
from pipeline.building.run import Tools


def tools_in_force() -> Tools:
    """The gazetteer and all else that a list is looked up in, with the boundaries in force."""
    return _tools(in_force().version)


@st.cache_resource(max_entries=1, show_spinner=False)
def _tools(boundaries: str) -> Tools:
    return Tools.load()
