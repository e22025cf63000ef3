"""GeoJSON (RFC 7946): a line for every tie with its projects, a point for every partner and origin, for any map program.

What a view holds beside its features stands in ``metadata`` and ``agreements``, members of their own (RFC 7946, 6.1).
There are no polygons; positions are WGS 84, longitude first, so no ``crs`` is said (4).
"""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from geo.ledger.ties import Began
from pipeline.deliver.bounds import within
from pipeline.deliver.layers import flow_layer, origin_layer, partner_layer
from pipeline.deliver.notes import built, conditions, credits, subject

#: Ties at most, some 20 MB: a program reads such a file as a whole.
MOST = 50_000

_DIGITS = 6  # of a degree: 0.1 m (RFC 7946, 11.2)


def write(dataset: Dataset, selection: Selection) -> bytes:
    """The ties (``layer`` "flow", from origin to partner), partners ("partner") and origins ("origin") of a selection.

    A tie has its ``projects``: id, name, source, year and year_kind of the earliest known start, and the lines of the
    document that name the partner. What lies nowhere has null for a geometry.

    Raises
    ------
    TooMuch
        for more than MOST ties.
    """
    selected = dataset.select(selection)
    flows = flow_layer(selected)
    within(
        len(flows),
        MOST,
        "GeoJSON に入れられる連携の線",
        "GeoPackage にするか、連携元などの条件で絞ってください。",
    )
    projects = _projects(selected)
    told = [projects[pair] for pair in zip(flows.origin_code, flows.partner_code, strict=True)]
    features = [
        *_features("flow", flows, {"projects": told}),
        *_features("partner", partner_layer(selected), {}),
        *_features("origin", origin_layer(selected), {}),
    ]
    collection = {
        "type": "FeatureCollection",
        "name": "renkei",  # what GDAL and QGIS call the layer
        **_bbox(features),
        "metadata": _metadata(dataset, selection),
        "agreements": _agreements(dataset),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _projects(selected: Selected) -> dict[tuple[str, str], list[dict]]:
    """(origin, partner) of a tie → its projects, in the order of the documents."""
    links = selected.links
    found: dict[tuple[str, str], dict[str, dict]] = {}
    columns = [
        "origin_code",
        "project_id",
        "project_name",
        "source",
        "start_year",
        "year_kind",
        "source_line",
    ]
    partners = links.municipality_code.fillna(links.prefecture_code)
    rows = zip(partners, *(links[column].tolist() for column in columns), strict=True)
    for partner, origin, project, name, source, year, kind, line in rows:
        own = found.setdefault((origin, partner), {})
        one = own.setdefault(
            project, {"id": project, "name": name, "source": source, "lines": [], "starts": []}
        )
        one["lines"].append(int(line))
        if not pd.isna(year):
            one["starts"].append(Began(int(year), kind != "年"))
    return {pair: [_dated(one) for one in own.values()] for pair, own in found.items()}


def _dated(one: dict) -> dict:
    """A project with the earliest of its starts, and each of its lines once."""
    first = min(one.pop("starts"), default=None)
    year = {"year": first.year if first else None, "year_kind": first.kind if first else None}
    return one | year | {"lines": sorted(set(one["lines"]))}


def _features(name: str, table: gpd.GeoDataFrame, more: dict[str, list]) -> list[dict]:
    values = {column: table[column].tolist() for column in table.columns if column != "geometry"} | more
    rows = zip(*values.values(), strict=True)
    return [
        {
            "type": "Feature",
            "properties": {"layer": name}
            | {key: _plain(value) for key, value in zip(values, row, strict=True)},
            "geometry": _geometry(shape),
        }
        for row, shape in zip(rows, table.geometry, strict=True)
    ]


def _geometry(shape: BaseGeometry | None) -> dict | None:
    if shape is None:
        return None
    points = [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in shape.coords]
    return {"type": shape.geom_type, "coordinates": points if shape.geom_type == "LineString" else points[0]}


def _metadata(dataset: Dataset, selection: Selection) -> dict:
    """What the features are: title, conditions, days (ISO 8601), sources and credits."""
    used = selection.sources or tuple(dataset.origins_of)
    documents = dataset.documents[dataset.documents.id.isin(used)]
    days = documents.date[documents.date != ""].dropna()
    columns = ["id", "title", "publisher", "date", "as_of", "licence", "credit"]
    return {
        "title": f"{dataset.naming.title}　{subject(dataset, selection)}",
        "conditions": conditions(dataset, selection),
        "date": max(days, default=None),
        "built": f"{built(dataset):%Y-%m-%d}",
        "sources": [
            {key: _plain(value) for key, value in row.items()}
            for row in documents[columns].to_dict("records")
        ],
        "credits": credits(dataset, selection),
    }


def _agreements(dataset: Dataset) -> list[dict]:
    """The agreements of all documents, as on the screens, with the codes of their members."""
    members = dataset.agreement_members.groupby("agreement_id").code.agg(list)
    columns = ["agreement_id", "name", "partner_text", "signed_on", "source", "source_line"]
    return [
        {key: _plain(value) for key, value in row.items()} | {"members": members.get(row["agreement_id"], [])}
        for row in dataset.agreements[columns].to_dict("records")
    ]


def _bbox(features: list[dict]) -> dict[str, list[float]]:
    """West, south, east and north of everything (RFC 7946, 5); none where nothing has a shape."""
    ends = [feature["geometry"]["coordinates"] for feature in features if feature["geometry"]]
    points = [point for end in ends for point in (end if isinstance(end[0], list) else [end])]
    if not points:
        return {}
    longitudes, latitudes = zip(*points, strict=True)
    return {"bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]}


def _plain(value: Any) -> Any:
    """A value as JSON has it: null for what is not known."""
    return value if isinstance(value, list) or not pd.isna(value) else None
