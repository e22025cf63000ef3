"""GeoPackage: layers, the tables behind them and a QGIS project, codes as text, columns named in Japanese."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo.draw.choropleth import ground_metric
from geo.insight.metrics import key_figures
from geo.ledger.dataset import Dataset
from geo.ledger.origins import NAMED
from geo.ledger.schema import Table
from geo.ledger.selection import Selection
from pipeline.atomic import no_room, scratch
from pipeline.deliver import gpkg_styles, gpkg_tables, layers, qgis_project
from pipeline.deliver.notes import built, conditions, credits, subject

#: Layer → (its maker, title, what a row is and kind of shape), areas first: programs list them in this order.
LAYERS = {
    "prefectures": (layers.prefecture_layer, "都道府県", "1行が1つの都道府県", "MultiPolygon"),
    "municipalities": (layers.municipality_layer, "市区町村", "1行が1つの市区町村", "MultiPolygon"),
    "flows": (layers.flow_layer, "連携の流れ", "1行が、1つの連携元と1つの相手先", "LineString"),
    "partners": (layers.partner_layer, "連携相手方", "1行が1つの相手先（都道府県そのものを含む）", "Point"),
    "origins": (layers.origin_layer, "連携元", "1行が1つの連携元", "Point"),
}

#: The layers of the QGIS project, the one on top first.
_ON_TOP = ("origins", "partners", "flows", "prefectures", "municipalities")

#: The name of the file where nobody says another.
USUAL = "renkei.gpkg"


def write(dataset: Dataset, selection: Selection, near: Path | None = None, name: str = USUAL) -> bytes:
    """The layers of a selection in EPSG:4326, the tables of ``pipeline.deliver.gpkg_tables``, and a QGIS project.

    The same tables and selection give the same bytes.

    Parameters
    ----------
    near : the directory to put it together in, that of the result; by default the system's temporary one
    name : what the file will be called: its QGIS project finds the layers by it

    Raises
    ------
    WriteError
        when there is no room to put it together.
    """
    with scratch(near) as folder:
        try:
            return _made(dataset, selection, folder / f"{uuid.uuid4().hex}.gpkg", name)
        except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
            raise no_room(folder.parent) from error


def _made(dataset: Dataset, selection: Selection, path: Path, name: str) -> bytes:
    selected = dataset.select(selection)
    for layer, (make, _, _, shape) in LAYERS.items():
        make(selected).to_file(
            path,
            layer=layer,
            driver="GPKG",
            engine="pyogrio",
            geometry_type=shape,
            promote_to_multi=shape == "MultiPolygon",
            VERSION="1.2",  # what QGIS since 3.4 reads without a warning
        )
    with closing(sqlite3.connect(path)) as database, database:
        _complete(database, dataset, selection, name)
    return path.read_bytes()


def _complete(database: sqlite3.Connection, dataset: Dataset, selection: Selection, name: str) -> None:
    """Everything beside the shapes: tables, titles, names of columns, styles, the project."""
    tables = gpkg_tables.write(database, dataset, selection)
    drawn = {
        layer: Table(title, row, gpkg_tables.in_words(layers.COLUMNS[layer], dataset))
        for layer, (_, title, row, _) in LAYERS.items()
    }
    about = [conditions(dataset, selection), *credits(dataset, selection)]
    made = built(dataset)
    stamp = f"{made:%Y-%m-%dT%H:%M:%S}.000Z"
    database.executemany(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
        [(table, one.label) for table, one in tables.items()],
    )
    for table, one in (drawn | tables).items():
        said = "　".join([f"{one.label}。{one.description}。", *about])
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (one.label, gpkg_tables.clean(said), table),
        )
    gpkg_tables.describe(database, drawn | tables)
    flows = database.execute("SELECT origin_code, origin_name, n_projects FROM flows").fetchall()
    few = 1 <= len(selection.origins or dataset.origins) <= NAMED
    coverage = key_figures(dataset.select(selection)).coverage
    ground = ground_metric(few, coverage, selection.year_mode == "as_of")
    styles = gpkg_styles.styles(drawn, flows, ground, dataset.naming)
    _style(database, styles, drawn, stamp)
    shown = {layer: qgis_project.Shown(drawn[layer], styles[layer][0], LAYERS[layer][3]) for layer in _ON_TOP}
    shown |= {table: qgis_project.Shown(one, gpkg_styles.plain(one)) for table, one in tables.items()}
    title = f"{dataset.naming.title}　{subject(dataset, selection)}"
    lines = [gpkg_tables.clean(line) for line in about]
    qgis_project.write(database, shown, dataset, name, gpkg_tables.clean(title), lines, made)
    database.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))


def _style(
    database: sqlite3.Connection,
    styles: dict[str, list[gpkg_styles.Style]],
    drawn: dict[str, Table],
    stamp: str,
) -> None:
    """The ways to draw the layers as QGIS keeps them, the first of each the usual one."""
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
    for layer, ways in styles.items():
        (column,) = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        for place, style in enumerate(ways):
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner, update_time)"
                " VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', ?)",
                (
                    layer,
                    column,
                    style.name,
                    style.qml(),
                    place == 0,
                    f"{drawn[layer].label}: {style.name}",
                    stamp,
                ),
            )
