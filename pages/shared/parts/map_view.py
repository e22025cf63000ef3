"""The map on a screen: draws layers on the constant base and hands back what was clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit_folium import st_folium

from geo.draw.web import folium_map
from geo.draw.web.window import Window
from geo.insight.surroundings import Bounds
from pages.shared.frame.shell import View
from pipeline.words.dates import to_wareki

#: Pixels: the least height of a map. What it has beyond that, and what stands behind its frame while it loads or
#: where a script of it never arrives, says static/screen/map.css: streamlit-folium then shows and says nothing.
HEIGHT = 380


@dataclass(frozen=True, slots=True)
class Click:
    """What was clicked. ``kind`` is flow, origin, prefecture, municipality or none (beside everything).

    ``origin_code`` is "" for the bundle of all origins and None where no origin was clicked; ``partner_code``
    is a municipality or a prefecture (NN000), or None.
    """

    kind: str
    origin_code: str | None
    partner_code: str | None


def stamp(view: View) -> list[folium_map.Rows]:
    """The year in the corner of a map that shows what there was up to it; nothing for any other map."""
    selection = view.selected.selection
    if selection.year_mode != "as_of":
        return []
    return [folium_map.stamp_layer(*stamped(selection.year_to or view.dataset.years[1]))]


def stamped(year: int) -> tuple[str, str]:
    """What stands in the corner of a map of what there was up to a year: large, and small below it."""
    return f"{year}年度", f"{to_wareki(year)}まで"


def window(key: str) -> Window | None:
    """What of the map ``key`` is looked at closely; None for the country, and for a map that sends all it has at once."""
    return st.session_state.get(_window(key))


def _window(key: str) -> str:
    return f"{key}-window"


def _drawing(key: str) -> dict:
    """What the map ``key`` said last: a click, or what is looked at."""
    returned = st.session_state.get(f"{key}-map") or {}
    return (returned.get("last_active_drawing") or {}).get("properties") or {}


def map_view(
    layers: Sequence[folium_map.Rows],
    *,
    key: str,
    label: str = "地図",
    views: Mapping[str, Bounds] | None = None,
) -> Click | None:
    """Draw layers on the base map; pan and zoom survive as long as key and label stay the same.

    Parameters
    ----------
    layers : from ``geo.draw.web.folium_map``: choropleth_layer, flow_layer
    key : letters, digits and hyphens; one map, one key
    label : accessible name of the map
    views : the parts of it that have a button, by name (``geo.insight.surroundings``)

    Returns
    -------
    Click or None
        only in the run that a new click started; a screen that wants to remember it keeps it itself.
    """

    def look() -> None:
        said = _drawing(key)
        if said.get("kind") == "window":
            st.session_state[_window(key)] = Window.read(said)

    with st.container(key=f"k-map-{key}"):
        returned = st_folium(
            folium_map.base_map(label, views=views or {}),
            key=f"{key}-map",
            height=HEIGHT,
            width=None,
            feature_group_to_add=folium_map.merged(layers),
            returned_objects=["last_active_drawing"],
            on_change=look,
        )
    ids = ((returned or {}).get("last_active_drawing") or {}).get("properties") or {}
    seen = f"{key}-seen"
    if not ids or ids.get("kind") == "window" or ids.get("n") == st.session_state.get(seen):
        return None
    st.session_state[seen] = ids.get("n")
    return Click(ids.get("kind", "none"), ids.get("origin_code"), ids.get("partner_code"))
