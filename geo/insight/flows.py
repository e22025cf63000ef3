"""Origin–destination flows: aggregation of links, great-circle distance."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.ledger.selection import Selected
from geo.ledger.ties import Groups, Ties
from geo.shared import EARTH_RADIUS_KM

#: What a flow's width can stand for: its column → its name in a legend.
MEASURES = {"n_projects": "事業の数", "n_municipalities": "連携する市区町村の数"}

COLUMNS = [
    "origin_code",
    "origin_name",
    "partner_code",
    "partner_name",
    "prefecture",
    "n_projects",
    "n_municipalities",
    "n_origins",
    "first_year",
    "first_kind",
    "categories",
    "distance_km",
    "origin_lat",
    "origin_lon",
    "lat",
    "lon",
]


def great_circle_km(
    lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike
) -> np.ndarray | np.float64:
    """Great-circle distance in kilometres by the haversine formula (Sinnott 1984).

    Takes degrees, as floats or aligned arrays; good to 0.5 % (a sphere for the ellipsoid).
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


#: Where flows end, and where they start (see :func:`flows`).
By = Literal["municipality", "prefecture"]
Start = Literal["origin", "prefecture", "all"]


def lengths_km(pairs: Groups) -> np.ndarray:
    """How far apart the two places of each group are (``Ties.pairs``), in kilometres."""
    codes, ends = pairs.ties.codes, (pairs.first, pairs.second)
    return np.asarray(great_circle_km(*(axis[end] for end in ends for axis in (codes.lat, codes.lon))))


def flows(selected: Selected, by: By = "municipality", start: Start = "origin") -> pd.DataFrame:
    """Aggregate the selected links to flows, widest first.

    Parameters
    ----------
    by : "municipality" gives a flow per partner municipality (designated wards rolled up to their city)
        and per partner prefecture as such (code NN000, at its office);
        "prefecture" bundles everything in a prefecture into one flow to its office
    start : "origin" gives a flow per origin; "prefecture" bundles the origins of each prefecture (``origin_code``
        NN000 and the prefecture's name, from its office); "all" bundles all of them (``origin_code`` "" and
        ``origin_name`` "", from the mean of their points)

    Returns
    -------
    DataFrame with COLUMNS: n_projects and n_municipalities and n_origins are distinct counts, first_year
    is 西暦 or null, categories the sorted distinct canonical ones joined by 「、」, distance_km
    great-circle kilometres. A flow that starts and ends at one office (what the origins of a prefecture have in
    that prefecture, bundled at both ends) has distance 0 and both ends at one point: as a line it cannot be drawn.
    """
    ties = selected.ties
    codes = ties.codes
    starts = {"origin": ties.origin, "prefecture": codes.home[ties.origin], "all": np.zeros_like(ties.origin)}
    groups = ties.pairs(starts[start], ties.prefecture if by == "prefecture" else ties.partner)
    projects, municipalities = groups.projects, groups.municipalities
    order = np.lexsort((-municipalities, -projects))
    one, other = groups.first[order], groups.second[order]
    if start == "all":
        names = {
            column: pd.array([""] * len(order), dtype="str") for column in ("origin_code", "origin_name")
        }
        lat, lon = (np.full(len(order), axis) for axis in _middle(ties))
    else:
        names = {"origin_code": codes.places.take(one), "origin_name": codes.origin_names.take(one)}
        lat, lon = codes.lat[one], codes.lon[one]
    counted = {
        "n_projects": projects,
        "n_municipalities": municipalities,
        "n_origins": groups.origins,
        **groups.first_began,
        "categories": groups.categories,
    }
    return pd.DataFrame(
        {
            **names,
            "partner_code": codes.places.take(other),
            "partner_name": codes.place_names.take(other),
            "prefecture": codes.prefectures.take(other),
            **{column: values[order] for column, values in counted.items()},
            "distance_km": great_circle_km(lat, lon, codes.lat[other], codes.lon[other]),
            "origin_lat": lat,
            "origin_lon": lon,
            "lat": codes.lat[other],
            "lon": codes.lon[other],
        }
    )


def _middle(ties: Ties) -> tuple[float, float]:
    """Where bundled flows begin: the mean of their origins' latitudes, and that of their longitudes."""
    origins = np.unique(ties.origin)
    n = max(len(origins), 1)
    # The last digits of a sum depend on its order; without them a browser comes to the same.
    lat, lon = (round(float(axis[origins].sum()), 6) / n for axis in (ties.codes.lat, ties.codes.lon))
    return lat, lon
