"""Origin–destination flows: aggregation of links, great-circle distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.ledger.dataset import Point
from geo.ledger.selection import Selected
from geo.ledger.ties import Tie, first_began
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
    begins: dict[Start, Callable[[Tie], str]] = {
        "origin": lambda tie: tie.origin,
        "prefecture": lambda tie: f"{tie.origin[:2]}000",
        "all": lambda tie: "",
    }
    groups: dict[tuple[str, str], list[Tie]] = {}
    for tie in selected.ties:
        partner = tie.prefecture if by == "prefecture" else tie.municipality or tie.prefecture
        groups.setdefault((begins[start](tie), partner), []).append(tie)
    places = selected.dataset.places
    starts = (
        {"": _middle([places[origin] for origin in {t.origin for t in selected.ties}])}
        if start == "all"
        else places
    )
    rows = [
        (origin, starts[origin].name, partner, places[partner].name, places[partner].prefecture)
        + _counts(ties)
        + (0.0, starts[origin].lat, starts[origin].lon, places[partner].lat, places[partner].lon)
        for (origin, partner), ties in groups.items()
    ]
    rows.sort(key=lambda row: (-row[5], -row[6], row[0], row[2]))
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"first_year": "Int64"})
    points = [table[column].astype("float64") for column in ("origin_lat", "origin_lon", "lat", "lon")]
    return table.assign(distance_km=great_circle_km(*points))


def _counts(ties: list[Tie]) -> tuple[int, int, int, int | None, str | None, str]:
    """n_projects, n_municipalities, n_origins, first_year, first_kind and categories of one flow."""
    return (
        len({tie.project for tie in ties}),
        len({tie.municipality for tie in ties} - {None}),
        len({tie.origin for tie in ties}),
        *first_began(ties),
        "、".join(sorted({category for tie in ties for category in tie.categories})),
    )


def _middle(points: list[Point]) -> Point:
    """Where bundled flows begin: the mean of their origins' points."""
    n = max(len(points), 1)
    return Point("", "", sum(point.lat for point in points) / n, sum(point.lon for point in points) / n)
