"""What a page carries to count and draw by itself: links as columns, boundaries, scripts (static/viewer)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.draw.choropleth import REACHED, ZERO_LABEL, colours
from geo.draw.web.folium_map import FETCHING, JAPAN, SCRIPTS, STYLES, safe_json
from geo.folders import STATIC_DIR
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.boundaries import in_force
from geo.shared import SHARED
from pipeline.deliver.notes import subject
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.claims import narrowing

#: What the pages run, in this order, and how they look.
VIEWER_SCRIPTS = ("viewer/counts.js", "viewer/page.js")
TABLES_SCRIPT = "viewer/tables.js"
VIEWER_STYLE = "viewer/page.css"

#: What the map scripts would fetch; a page that is a file brings it along.
PLACES, BOUNDARIES = "boundaries/places.json", "boundaries/"


def data_script(dataset: Dataset, selection: Selection) -> str:
    """``koryuData``: the links of a selection and what is needed to filter, count and name them.

    The wide networks come along whether the selection has them or not: the page names them second.
    """
    return f"window.koryuData={safe_json(payload(dataset, selection))};"


def files_script() -> str:
    """``koryuFiles``: what every page draws with, by the paths the scripts ask for."""
    shared = {path: json.loads((STATIC_DIR / path).read_text("utf-8")) for path in (PLACES, SHARED)}
    return _files(shared | _polygons("prefectures.json"))


def area_script(prefecture_code: str) -> str:
    """``koryuFiles``: the municipalities of a prefecture, beside the files that are there already."""
    return _files(_polygons(f"municipalities/{prefecture_code[:2]}.json"))


def _polygons(path: str) -> dict[str, object]:
    """A file of the boundaries in force, as if they were the built-in ones."""
    return {BOUNDARIES + path: json.loads((in_force().browser / path).read_text("utf-8"))}


def _files(files: dict[str, object]) -> str:
    return f"window.koryuFiles=Object.assign(window.koryuFiles||{{}},{safe_json(files)});"


def map_scripts() -> list[str]:
    """Leaflet and the map scripts of the screens, each as text; without those that fetch anything."""
    return [_script(path) for path in SCRIPTS if path not in FETCHING]


def viewer_scripts() -> list[str]:
    """The scripts that filter and fill the page, each as text; to run after everything else."""
    return [_script(path) for path in VIEWER_SCRIPTS]


def tables_script() -> str:
    """The script that counts the plain tables of a page anew, as text; to run before :func:`viewer_scripts`."""
    return _script(TABLES_SCRIPT)


def style() -> str:
    """Everything that says how the page looks."""
    return "\n".join((STATIC_DIR / path).read_text("utf-8") for path in (*STYLES, VIEWER_STYLE))


def _script(path: str) -> str:
    """A script as it can stand inside a page: no character of it can end its element."""
    text = (STATIC_DIR / path).read_text("utf-8")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def payload(dataset: Dataset, selection: Selection) -> dict:
    """The data of a page; see static/viewer/counts.js for its reader.

    ``universe`` is how many municipalities of each prefecture could be partners under the selection.
    """
    selected = dataset.select(replace(selection, networks=True))
    origins = dataset.origins
    if selection.origins:
        origins = origins[origins.code.isin(selection.origins)]
    ties, projects = selected.ties, selected.projects
    order = np.cumsum(selected.has_project) - 1
    partners = ties.by(ties.partner, ties.distinct(ties.partner))
    began = np.where(ties.dated, ties.began, 0)
    years = (began[ties.dated] >> 1).tolist()
    documents = sorted(projects.source.unique())
    possible = Counter(selected.universe.prefecture_code)
    marks = {row: correction_words.told(dataset, row) for row in correction_words.marks(dataset)}
    return {
        "subject": subject(dataset, selection),
        "noun": dataset.naming.noun,
        "heading": dataset.naming.heading,
        "origins": [
            [row.code, row.name, round(row.lat, 6), round(row.lon, 6)]
            for row in origins.itertuples(index=False)
        ],
        "categories": sorted(set(projects.categories.explode().dropna())),
        "years": [min(years), max(years)] if years else None,
        "projects": [
            {
                "name": row.name,
                "origin": row.origin_code,
                "categories": list(row.categories),
                "began": words.began(row.start_year, row.year_kind),
                "organiser": "" if pd.isna(row.organiser) else row.organiser,
                "source": documents.index(row.source),
                "place": dataset.where(row.source, int(row.source_line)),
            }
            | ({"mark": marks[row.project_id]} if row.project_id in marks else {})
            for row in projects.itertuples(index=False)
        ],
        "sources": [dataset.titles[name] for name in documents],
        "shorts": [dataset.shorts[name] for name in documents],
        "partners": ties.codes_of(partners.first),
        "links": {
            "project": order[ties.project].tolist(),
            "partner": partners.of.tolist(),
            "began": began.tolist(),
            "wide": ties.wide.astype(int).tolist(),
            "above": (selected.links.year_basis == "above").fillna(False).astype(int).tolist(),
        },
        "base": narrowing(selection, dataset),
        "unknown": selection.unknown_years and not selection.dated,
        "networks": selection.networks,
        "universe": {code: possible[code] for code in sorted(dataset.prefectures.code)},
        "legends": {"reached": _legend("あり", REACHED), "partnered": _legend("連携あり", colours(1)[0])},
        "bounds": JAPAN,
    }


def _legend(label: str, colour: str) -> list[dict]:
    none = {"label": ZERO_LABEL, "colour": "", "hatch": True}
    return [none, {"label": label, "colour": colour, "hatch": False}]
