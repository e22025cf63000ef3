"""The map on a screen: draws layers on the constant base and hands back what was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit_folium import st_folium

from geo import folium_map
from pages.shared.shell import View
from pipeline.dates import to_wareki

#: Where ties are too many to tell apart from afar: the wards, Tama, and what lies around them.
VIEWS = {"東京": ((35.5, 138.95), (35.9, 139.95))}

#: Stands behind the map's frame: seen while it loads, and when a script of it never arrives, because
#: streamlit-folium then shows nothing, says nothing and leaves the frame without height, as it has to stay.
#: How high both are, map.css says.
_BEHIND = (
    "<style>.st-key-{key}{{{sizes}}}</style>"
    "<p>地図を読み込んでいます。表示されないときは、ページを再読み込みしてください。"
    "同じ内容は表でも確かめられます。</p>"
)


@dataclass(frozen=True, slots=True)
class Click:
    """What was clicked. ``kind`` is flow, ward, prefecture, municipality or none (beside everything).

    ``ward_code`` is "" for the bundle of all wards and None where no ward was clicked; ``partner_code``
    is a municipality or a prefecture (NN000), or None.
    """

    kind: str
    ward_code: str | None
    partner_code: str | None


def stamp(view: View) -> list[folium_map.Rows]:
    """The year in the corner of a map that shows what there was up to it; nothing for any other map."""
    selection = view.selected.selection
    if selection.year_mode != "as_of":
        return []
    year = selection.year_to or view.dataset.years[1]
    return [folium_map.stamp_layer(f"{year}年", f"{to_wareki(year, '年')}まで")]


def map_view(
    layers: Sequence[folium_map.Rows],
    *,
    key: str,
    height: int = 640,
    around: int | None = None,
    label: str = "地図",
) -> Click | None:
    """Draw layers on the base map; pan and zoom survive as long as key, height and label stay the same.

    Parameters
    ----------
    layers : from ``geo.folium_map``: choropleth_layer, flow_layer
    key : letters, digits and hyphens; one map, one key
    height : pixels
    around : with it the map is higher where the screen is, leaving so many pixels to the page around it
    label : accessible name of the map

    Returns
    -------
    Click or None
        only in the run that a new click started; a screen that wants to remember it keeps it itself.
    """
    sizes = f"--high:{height}px" + (f";--around:{around}px" if around else "")
    with st.container(key=f"k-map-{key}"):
        st.html(_BEHIND.format(key=f"k-map-{key}", sizes=sizes))
        returned = st_folium(
            folium_map.base_map(label, views=VIEWS),
            key=f"{key}-map",
            height=height,
            width=None,
            feature_group_to_add=folium_map.merged(layers),
            returned_objects=["last_active_drawing"],
        )
    ids = ((returned or {}).get("last_active_drawing") or {}).get("properties") or {}
    seen = f"{key}-seen"
    if not ids or ids.get("n") == st.session_state.get(seen):
        return None
    st.session_state[seen] = ids.get("n")
    return Click(ids.get("kind", "none"), ids.get("ward_code"), ids.get("partner_code"))
