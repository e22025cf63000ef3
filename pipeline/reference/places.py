"""static/boundaries/places.json: the points a flow can end at, for the browser."""

from __future__ import annotations

import json

import pandas as pd


def browser_places(municipalities: pd.DataFrame, prefectures: pd.DataFrame) -> str:
    """JSON list of [code, name, lat, lon] of every municipality and prefecture, one a line.

    Designated wards are left out: a flow to a ward ends at its city. Degrees to five decimals, as in the tables,
    so that the browser counts the same kilometres.

    Parameters
    ----------
    municipalities, prefectures : tables with code, name, lat, lon (and kind for municipalities)
    """
    cities = municipalities[municipalities["kind"] != "designated_ward"]
    columns = ["code", "name", "lat", "lon"]
    places = (
        pd.concat([cities[columns], prefectures[columns]]).round({"lat": 5, "lon": 5}).sort_values("code")
    )
    lines = [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        for row in places.itertuples(index=False, name=None)
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"
