"""Lets the browser draw the map under another filter by itself, while the server answers (static/koryu/ahead.js)."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from dataclasses import asdict

import pandas as pd
import streamlit as st

from geo.draw.choropleth import METRICS, SMALL
from geo.draw.web import ahead, folium_map
from geo.insight.flows import COLUMNS
from geo.ledger.dataset import Dataset
from pages.shared.frame import current as data
from pages.shared.frame import filters
from pages.shared.frame.shell import View
from pages.shared.parts import areas
from pages.shared.parts.map_view import stamped
from pages.shared.parts.scripted import part

#: Session key of the mark of the tables that the browser has.
_GIVEN = "columns_given"


def rows(view: View) -> folium_map.Rows:
    """What tells the browser under which conditions the map is drawn, and of which tables."""
    return folium_map.Rows(
        {"ahead": {"of": data.shown().mark, "asked": ahead.conditions(view.selected.selection)}}
    )


def offer() -> None:
    """Give the browser the tables as columns: once, and outside of what a change of filter redraws."""
    mark, state = data.shown().mark, st.session_state
    given = {} if state.get(_GIVEN) == mark else {"sent": _columns()}
    state[_GIVEN] = mark
    part("ahead", "<i hidden></i>")(key="ahead", data={"of": mark} | given)


@data.remembered(1)
def _columns(dataset: Dataset) -> str:
    """Tables, panel and what of the map is the same under any filter: deflated JSON in base 64."""
    naming, years = dataset.naming, dataset.years
    nothing = pd.DataFrame(columns=COLUMNS)
    bundled = folium_map.flow_layer(
        nothing,
        detail=nothing,
        closest=nothing,
        totals=True,
        measure="n_municipalities",
        noun=naming.noun,
    )
    told = {
        "columns": ahead.columns(dataset),
        "panel": filters.asked(dataset),
        # As the server draws them, without a row.
        "flows": {
            "origin": folium_map.flow_layer(nothing, noun=naming.noun).rows["flows"],
            "all": bundled.rows["flows"],
            "prefecture": folium_map.between_layer(nothing, noun=naming.noun).rows["flows"],
        },
        "everyone": naming.everyone,
        "noun": naming.noun,
        "areas": {by: _ground(dataset, by) for by in ("partners", "coverage", "plain")},
        "small": SMALL,
        "apart": [asdict(entry) for entry in (areas.ALONE, areas.OUT)],
        "stamps": {year: stamped(year) for year in range(years[0], years[1] + 2)} if years else {},
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return b64encode(zlib.compress(text)).decode()


def _ground(dataset: Dataset, by: str) -> dict:
    """The ground as it is drawn where every prefecture is reached, and where its classes begin."""
    name = by if by in METRICS else "partners"
    table = pd.DataFrame({"code": sorted(dataset.prefectures.code)}).assign(
        n_partners=1, n_municipalities=1, coverage=1.0, reached=True
    )
    drawn = folium_map.choropleth_layer(areas.ground(table, name, plain=by != name))
    return {"rows": drawn.rows["areas"], "bounds": METRICS[name].bounds}
