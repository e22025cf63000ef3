"""GeoJSON (RFC 7946): a line for every flow and a point for every partner, for any map program."""

from __future__ import annotations

import json

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.layers import flow_layer, partner_layer
from pipeline.deliver.notes import conditions, credits

_DIGITS = 6  # of a degree: 0.1 m (RFC 7946, 11.2)


def write(dataset: Dataset, selection: Selection) -> bytes:
    """The flows (``layer`` "flow", from origin to partner) and partners (``layer`` "partner") of a selection."""
    selected = dataset.select(selection)
    features = []
    for name, table in (("flow", flow_layer(selected)), ("partner", partner_layer(selected))):
        columns = [column for column in table.columns if column != "geometry"]
        values_of = (table[column].tolist() for column in columns)
        for *values, shape in zip(*values_of, table.geometry, strict=True):
            points = [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in shape.coords]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"layer": name}
                    | {key: _plain(v) for key, v in zip(columns, values, strict=True)},
                    "geometry": {
                        "type": shape.geom_type,
                        "coordinates": points if shape.geom_type == "LineString" else points[0],
                    },
                }
            )
    collection = {
        "type": "FeatureCollection",
        "name": "renkei",  # what GDAL and QGIS call the layer
        **_bbox(features),
        "conditions": conditions(dataset, selection),
        "credit": credits(dataset, selection),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _bbox(features: list[dict]) -> dict[str, list[float]]:
    """West, south, east and north of everything (RFC 7946, 5); none without features."""
    ends = [feature["geometry"]["coordinates"] for feature in features]
    points = [point for end in ends for point in (end if isinstance(end[0], list) else [end])]
    if not points:
        return {}
    longitudes, latitudes = zip(*points, strict=True)
    return {"bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]}


def _plain(value: object) -> object:
    return None if pd.isna(value) else value
