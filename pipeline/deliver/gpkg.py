"""GeoPackage: the layers QGIS opens with their styles, codes as text."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pipeline.atomic import no_room, scratch
from pipeline.deliver import layers
from pipeline.deliver.gpkg_styles import styles
from pipeline.deliver.notes import conditions, credits

#: Layer → (its maker, title and kind of shape), areas first: QGIS lists and draws them in this order.
LAYERS = {
    "prefectures": (layers.prefecture_layer, "都道府県", "MultiPolygon"),
    "municipalities": (layers.municipality_layer, "市区町村", "MultiPolygon"),
    "flows": (layers.flow_layer, "連携の流れ", "LineString"),
    "partners": (layers.partner_layer, "連携相手方", "Point"),
}


def write(dataset: Dataset, selection: Selection, near: Path | None = None) -> bytes:
    """The layers flows, partners, prefectures and municipalities of a selection, in EPSG:4326.

    Parameters
    ----------
    near : the directory to put it together in, that of the result; by default the system's temporary one

    Raises
    ------
    WriteError
        when there is no room to put it together.
    """
    with scratch(near) as folder:
        try:
            return _made(dataset, selection, folder / f"{uuid.uuid4().hex}.gpkg")
        except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
            raise no_room(folder.parent) from error


def _made(dataset: Dataset, selection: Selection, path: Path) -> bytes:
    selected = dataset.select(selection)
    for name, (make, _, kind) in LAYERS.items():
        make(selected).to_file(
            path,
            layer=name,
            driver="GPKG",
            engine="pyogrio",
            geometry_type=kind,
            promote_to_multi=kind == "MultiPolygon",
            VERSION="1.2",  # what QGIS since 3.4 reads without a warning
        )
    about = f"{conditions(dataset, selection)}　{'　'.join(credits(dataset, selection))}"
    with closing(sqlite3.connect(path)) as database, database:
        _describe(database, about, dataset.naming)
    return path.read_bytes()


def _describe(database: sqlite3.Connection, about: str, naming: Naming) -> None:
    """Titles, conditions and credits of the layers, and their styles as QGIS keeps them (layer_styles)."""
    database.execute(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),"
        " f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30),"
        " styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),"
        " update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
    )
    (n_flows,) = database.execute("SELECT count(*) FROM flows").fetchone()
    looks = styles(n_flows, naming)
    for name, (_, title, _) in LAYERS.items():
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (title, about, name),
        )
        column = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (name,)
        ).fetchone()[0]
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')",
            (name, column, title, looks[name], title),
        )
