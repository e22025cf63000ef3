"""Origin–destination flows: aggregation of links, great-circle distance."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from geo.dataset import Selected

#: Mean Earth radius of the IUGG (1980), in kilometres.
EARTH_RADIUS_KM = 6371.0088

COLUMNS = [
    "ward_code",
    "ward_name",
    "partner_code",
    "partner_name",
    "prefecture",
    "n_projects",
    "n_municipalities",
    "n_wards",
    "first_year",
    "categories",
    "distance_km",
    "ward_lat",
    "ward_lon",
    "lat",
    "lon",
]


def great_circle_km(lat1, lon1, lat2, lon2):
    """Great-circle distance in kilometres by the haversine formula (Sinnott 1984).

    Takes degrees, as floats or aligned arrays; good to 0.5 % (a sphere for the ellipsoid).
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def flows(
    selected: Selected, by: Literal["municipality", "prefecture"] = "municipality", per_origin: bool = True
) -> pd.DataFrame:
    """Aggregate the selected links to flows, widest first.

    Parameters
    ----------
    by : "municipality" gives a flow per partner municipality (designated wards rolled up to their city)
        and per partner prefecture as such (code NN000, at its office);
        "prefecture" bundles everything in a prefecture into one flow to its office
    per_origin : one flow per origin, or all selected origins bundled into one (``ward_code`` "" and
        ``ward_name`` "", from the mean of their points)

    Returns
    -------
    DataFrame with COLUMNS: n_projects and n_municipalities and n_wards are distinct counts, first_year
    is 西暦 or null, categories the sorted distinct canonical ones joined by 「、」, distance_km
    great-circle kilometres.
    """
    dataset = selected.dataset
    links = selected.links
    partner = links.prefecture_code
    if by == "municipality":
        partner = links.municipality_code.fillna(partner)
    links = links.assign(partner_code=partner, origin=links.ward_code if per_origin else "")
    table = (
        links.groupby(["origin", "partner_code"], sort=False)
        .agg(
            n_projects=("project_id", "nunique"),
            n_municipalities=("municipality_code", "nunique"),
            n_wards=("ward_code", "nunique"),
            first_year=("start_year", "min"),
        )
        .reset_index()
        .rename(columns={"origin": "ward_code"})
    )
    mixes = _mixes(links)
    table["categories"] = [mixes[pair] for pair in zip(table.ward_code, table.partner_code, strict=True)]
    table = table.merge(_destinations(dataset), on="partner_code", how="left")
    origins = dataset.origins.rename(
        columns={"code": "ward_code", "name": "ward_name", "lat": "ward_lat", "lon": "ward_lon"}
    ).drop(columns="prefecture_code")
    if not per_origin:
        shown = origins[origins.ward_code.isin(selected.links.ward_code.unique())]
        origins = pd.DataFrame(
            [
                {
                    "ward_code": "",
                    "ward_name": "",
                    "ward_lat": shown.ward_lat.mean(),
                    "ward_lon": shown.ward_lon.mean(),
                }
            ]
        )
    table = table.merge(origins, on="ward_code", how="left")
    points = [table[c].astype("float64") for c in ("ward_lat", "ward_lon", "lat", "lon")]
    table["distance_km"] = great_circle_km(*points)
    order = ["n_projects", "n_municipalities", "ward_code", "partner_code"]
    table = table.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return table[COLUMNS]


def _mixes(links: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(origin, partner) → its categories, sorted and joined. A plain loop: groups are many and small."""
    found: dict[tuple[str, str], set[str]] = {}
    for origin, partner, own in zip(links.origin, links.partner_code, links.categories, strict=True):
        found.setdefault((origin, partner), set()).update(own)
    return {pair: "、".join(sorted(filter(None, mix))) for pair, mix in found.items()}


def _destinations(dataset) -> pd.DataFrame:
    """Every place a flow can end at: partner_code, partner_name, prefecture, lat, lon."""
    places = dataset.municipalities[["code", "name", "prefecture", "lat", "lon"]]
    offices = dataset.prefectures[["code", "name", "lat", "lon"]].assign(prefecture=dataset.prefectures.name)
    both = pd.concat([pd.DataFrame(places), pd.DataFrame(offices)], ignore_index=True)
    return both.rename(columns={"code": "partner_code", "name": "partner_name"})
