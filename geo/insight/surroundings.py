"""The part of the country that the origins lie in, where ties are too many to tell apart from afar."""

from __future__ import annotations

import numpy as np

from geo.insight.flows import great_circle_km
from geo.ledger.dataset import Dataset
from geo.places.codes import short_name

#: South-west and north-east corner, each as latitude and longitude in degrees.
Bounds = tuple[tuple[float, float], tuple[float, float]]

#: What lies within so many kilometres of an origin in its own prefecture is near it.
NEAR_KM = 80

#: So many degrees are shown beyond the offices.
BEYOND = 0.08

#: Origins of more prefectures than that lie everywhere.
FEW = 3


def surroundings(dataset: Dataset) -> dict[str, Bounds]:
    """Prefecture of origins, by its name without 都, 府 or 県 → the bounds of what is near them; {} for many."""
    if len(dataset.naming.prefectures) > FEW:
        return {}
    found = {}
    for prefecture in dataset.naming.prefectures:
        origins, places = (
            table[table.prefecture == prefecture].dropna(subset=["lat", "lon"])
            for table in (dataset.origins, dataset.municipalities)
        )
        near = [
            great_circle_km(places.lat, places.lon, one.lat, one.lon) <= NEAR_KM
            for one in origins.itertuples()
        ]
        if near and len(rows := places[np.any(near, axis=0)]):
            south, west = (rows[["lat", "lon"]].min() - BEYOND).round(2)
            north, east = (rows[["lat", "lon"]].max() + BEYOND).round(2)
            found[short_name(prefecture)] = ((float(south), float(west)), (float(north), float(east)))
    return found
