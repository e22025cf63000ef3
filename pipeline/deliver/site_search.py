"""What the search of the published site knows: one file, or of very many origins one of the names and one a prefecture."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
from jaconv import kana2alphabet

from geo.draw.web.folium_map import safe_json
from geo.ledger.selection import Selected
from geo.places.gazetteer import Gazetteer
from pipeline.deliver.site_pages import partners_of


def search_script(selected: Selected) -> str:
    """``koryuSearch``: everything the search knows."""
    return _script(names_index(selected) | {"projects": projects_index(selected)})


def search_parts(selected: Selected) -> dict[str, str]:
    """The same in parts, as what each is called → its script.

    ``names`` are the places; of the projects of the origins of a prefecture there is a part by its first two digits.
    """
    by_home: dict[str, list[list[str]]] = defaultdict(list)
    for row in projects_index(selected):
        by_home[row[0][:2]].append(row)
    parts = {"names": _script(names_index(selected) | {"projects": []})}
    return parts | {
        home: f"window.koryuProjects=Object.assign(window.koryuProjects||{{}},{safe_json({home: rows})});"
        for home, rows in sorted(by_home.items())
    }


def _script(index: dict[str, list]) -> str:
    return f"window.koryuSearch={safe_json(index)};"


def names_index(selected: Selected) -> dict[str, list]:
    """The places that the search knows, short enough to be sent: see static/viewer/find.js for its reader.

    ``origins`` and ``prefectures`` [code, name, reading]; ``places`` [code, name, reading, other and former names
    joined by blanks, 1 with a tie]. Readings are in hiragana and, behind a blank, in Latin letters.
    """
    dataset, selection = selected.dataset, selected.selection
    others: dict[str, set[str]] = {}
    for spelling, place in Gazetteer.load().other_names():
        others.setdefault(place.parent_code or place.code, set()).add(spelling)
    tied = set(selected.links.municipality_code.dropna().unique())
    places = dataset.municipalities[dataset.municipalities.kind != "designated_ward"].sort_values("code")
    origins = dataset.origins.fillna({"kana": ""})
    if selection.origins:
        origins = origins[origins.code.isin(selection.origins)]

    def named(table: pd.DataFrame) -> list[list]:
        readings = [f"{kana} {kana2alphabet(kana)}".strip() for kana in table.kana]
        return [list(row) for row in zip(table.code, table["name"], readings, strict=True)]

    return {
        "origins": named(origins),
        "prefectures": named(dataset.prefectures.sort_values("code")),
        "places": [
            [*row, " ".join(sorted(others.get(row[0], ()))), int(row[0] in tied)] for row in named(places)
        ],
    }


def projects_index(selected: Selected) -> list[list[str]]:
    """The projects that the search knows: [origin's code, name, codes of its partners joined by blanks]."""
    partners, projects = partners_of(selected.links), selected.projects
    return [
        [origin, name, " ".join(sorted(partners.get(project_id, ())))]
        for project_id, origin, name in zip(
            projects.project_id, projects.origin_code, projects["name"], strict=True
        )
    ]
