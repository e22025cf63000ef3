"""A small map of where one place's ties lead: no tiles, no zoom, drawn from the app's own boundaries."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from geo.places.boundaries import in_force
from pages.shared.parts.scripted import part


def show(
    table: pd.DataFrame,
    focus: str,
    *,
    name: str,
    key: str,
    labels: int = 0,
    gaps: bool = False,
    on_choose: Callable[[str], None] | None = None,
) -> None:
    """Draw the flows of one place; the same facts have to stand in a table beside it.

    Parameters
    ----------
    table : flows (``geo.insight.flows.flows``) that all begin or all end at ``focus``, the strongest first
    focus : code of the place the map is about
    name : accessible name: the map as a sentence
    labels : so many of the other ends carry their names
    gaps : hatch the prefectures without an end
    on_choose : called with the code of an end that was clicked
    """
    ends = table.partner_code.where(table.partner_code != focus, table.origin_code)
    flows = zip(ends, table.n_projects.tolist(), table.distance_km.round().astype(int).tolist(), strict=True)

    def choose() -> None:
        code = st.session_state[key].get("place")
        if code in set(ends):
            on_choose(code)

    data = {
        "focus": focus,
        "flows": [list(flow) for flow in flows],
        "name": name,
        "labels": labels,
        "gaps": gaps,
        "polygons": in_force().served,
    }
    given = {"on_place_change": choose} if on_choose else {}
    part("reach", '<div class="k-reach"></div>')(key=key, data=data | {"choose": bool(given)}, **given)
