"""What the map of flows draws of a view: the ground, and the flows down to the municipality or bundled."""

from __future__ import annotations

import pandas as pd

from geo.draw.choropleth import ground_metric
from geo.draw.web import folium_map
from geo.ledger.selection import Selection
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import areas

#: Up to so many origins are told apart, down to the municipality; more are bundled to prefectures.
FEW = 3


def flow_layers(view: View, partner: str | None) -> tuple[pd.DataFrame, list]:
    """The flows of the table that belongs to the map, and the layers of the map; ``partner`` is looked at."""
    selection, facts = view.selected.selection, view.claims.population
    few = 1 <= len(selection.origins or view.dataset.origins) <= FEW
    rows, layers = _flows(view, few, partner)
    marked = partner if partner and partner.endswith("000") else None
    by = ground_metric(few, facts.figures.coverage, selection.year_mode == "as_of")
    ground = areas.ground(facts.prefectures, by)
    return rows, [*layers, folium_map.choropleth_layer(ground, marked=marked)]


def _flows(view: View, few: bool, partner: str | None) -> tuple[pd.DataFrame, list]:
    """The flows of the table, and the layer that draws them: down to the municipality, or bundled to prefectures."""
    selection = view.selected.selection
    cities = data.flow_rows(selection, "municipality", "origin" if few else "all")
    if few:
        return cities, [folium_map.flow_layer(cities, noun=view.naming.noun, selected=(None, partner))]
    rows = data.flow_rows(selection, "prefecture", "all")
    layer = folium_map.flow_layer(
        rows,
        detail=cities,
        # Ties among the origins begin at each of them: close up, their own prefecture is drawn one by one.
        closest=_at_home(selection) if selection.peers and selection.home else None,
        totals=True,
        measure="n_municipalities",
        bundle_name=view.subject,
        noun=view.naming.noun,
        selected=(None, partner),
    )
    return rows, [layer]


def _at_home(selection: Selection) -> pd.DataFrame:
    """The flows of each origin to what lies in its own prefecture."""
    rows = data.flow_rows(selection, "municipality", "origin")
    return rows[rows.partner_code.str[:2] == rows.origin_code.str[:2]]
