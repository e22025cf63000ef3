"""A QGIS project that lies in the GeoPackage itself: its layers in order with styles, labels, relations and extent.

QGIS keeps projects in a table ``qgis_projects`` (name, metadata, content); the content is the .qgz, a ZIP of the .qgs,
in hexadecimal digits. Layers are named by the file they lie in, which has to have the name it was written under.
"""

from __future__ import annotations

import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyproj import Transformer

from geo.ledger.dataset import Dataset
from geo.ledger.schema import Table
from pipeline.deliver.gpkg_styles import Style
from pipeline.deliver.gpkg_tables import REFERENCES
from pipeline.deliver.qgis_symbols import element

#: What the project is called within the file.
NAME = "交流マップ"

#: The plane it is shown on, that of most maps on the web, and what the layers are in (numbers of EPSG).
_PLANE, _DEGREES = 3857, 4326

#: Degrees beyond the outermost offices of prefectures that are seen.
_MARGIN = 2.5

#: The sea of the screens (static/screen/tokens.css).
_SEA = (0xF4, 0xF7, 0xFC)

#: Column of a layer or table → that of a layer it stands for, beside REFERENCES.
_PLACES = {
    ("projects", "origin_code"): ("origins", "code"),
    ("links", "municipality_code"): ("municipalities", "code"),
    ("links", "prefecture_code"): ("prefectures", "code"),
    ("flows", "origin_code"): ("origins", "code"),
    ("flows", "partner_code"): ("partners", "code"),
    ("agreement_members", "code"): ("municipalities", "code"),
}


@dataclass(frozen=True)
class Shown:
    """A layer or table as the project shows it; ``shape`` is "" for a table, else Point, LineString or MultiPolygon."""

    table: Table
    style: Style
    shape: str = ""


def write(
    database: sqlite3.Connection,
    shown: Mapping[str, Shown],
    dataset: Dataset,
    file: str,
    title: str,
    about: Sequence[str],
    made: datetime,
) -> None:
    """Put the project into a GeoPackage.

    Parameters
    ----------
    shown : layers and tables by their names, those on top first
    file : the name of the GeoPackage, by which the project finds its layers
    title, about : what it is called and what is to be said of it, a line each
    made : when the tables were built, UTC
    """
    text = _project(shown, dataset, file, title, about, made)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("koryu.qgs", made.timetuple()[:6])
        archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED)
    database.execute("CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
    stamp = {"last_modified_time": f"{made:%Y-%m-%dT%H:%M:%S}", "last_modified_user": ""}
    database.execute(
        "INSERT INTO qgis_projects VALUES (?, ?, ?)", (NAME, json.dumps(stamp), packed.getvalue().hex())
    )


def _project(
    shown: Mapping[str, Shown],
    dataset: Dataset,
    file: str,
    title: str,
    about: Sequence[str],
    made: datetime,
) -> str:
    root = element("qgis", {"version": "3.22.0", "projectname": title})
    root.append(element("homePath", {"path": ""}))
    root.append(element("title", text=title))
    root.append(element("projectCrs", {}, _crs(_PLANE)))
    maps, tables = (
        element("layer-tree-group", {"name": name, "expanded": expanded, "checked": "Qt::Checked"})
        for name, expanded in (("地図", "1"), ("表", "0"))
    )
    layers, order = element("projectlayers"), element("layerorder")
    for name, one in shown.items():
        source = f"./{file}|layername={name}"
        entry = {"id": _id(name), "name": one.table.label, "source": source, "providerKey": "ogr"}
        (maps if one.shape else tables).append(
            element(
                "layer-tree-layer", entry | {"checked": "Qt::Checked", "expanded": "1" if one.shape else "0"}
            )
        )
        layers.append(_layer(name, one, source, about))
        if one.shape:
            order.append(element("layer", {"id": _id(name)}))
    root.append(element("layer-tree-group", {}, maps, tables))
    root.append(_relations(shown))
    bounds = _bounds(dataset)
    root.append(_canvas(bounds))
    root.append(element("ProjectViewSettings", {}, element("DefaultViewExtent", bounds, _crs(_PLANE))))
    root.extend([layers, order])
    absolute = element("Absolute", {"type": "bool"}, text="false")
    projected = element("ProjectionsEnabled", {"type": "int"}, text="1")
    shades = zip(("Red", "Green", "Blue"), _SEA, strict=True)
    sea = [element(f"CanvasColor{name}Part", {"type": "int"}, text=str(shade)) for name, shade in shades]
    parts = {"Gui": sea, "Paths": [absolute], "SpatialRefSys": [projected]}
    root.append(element("properties", {}, *(element(name, {}, *inside) for name, inside in parts.items())))
    root.append(_metadata("projectMetadata", title, about, made))
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ET.tostring(root, 'unicode')}"


def _layer(name: str, one: Shown, source: str, about: Sequence[str]) -> ET.Element:
    shape = {"Point": "Point", "LineString": "Line", "MultiPolygon": "Polygon"}.get(one.shape, "No geometry")
    kind = {"type": "vector", "geometry": shape, "wkbType": one.shape or "NoGeometry", "readOnly": "0"}
    layer = element("maplayer", kind | dict(one.style.attributes))
    layer.append(element("id", text=_id(name)))
    layer.append(element("datasource", text=source))
    layer.append(element("layername", text=one.table.label))
    if one.shape:
        layer.append(element("srs", {}, _crs(_DEGREES)))
    layer.append(_metadata("resourceMetadata", one.table.label, [one.table.description, *about]))
    layer.append(element("provider", {"encoding": "UTF-8"}, text="ogr"))
    layer.extend(one.style.body)
    return layer


def _relations(shown: Mapping[str, Shown]) -> ET.Element:
    """What belongs together, so that a place or a project shows its ties."""
    relations = element("relations")
    for (table, column), (other, key) in (REFERENCES | _PLACES).items():
        if table not in shown or other not in shown:
            continue
        said = {
            "id": f"{table}_{column}",
            "name": f"{shown[other].table.label} → {shown[table].table.label}",
            "referencingLayer": _id(table),
            "referencedLayer": _id(other),
            "strength": "Association",
        }
        field = element("fieldRef", {"referencingField": column, "referencedField": key})
        relations.append(element("relation", said, field))
    return relations


def _bounds(dataset: Dataset) -> dict[str, str]:
    """What is seen first: from the outermost office of a prefecture to the other."""
    offices = dataset.prefectures[["lon", "lat"]].astype(float)
    ends = (*(offices.min() - _MARGIN), *(offices.max() + _MARGIN))
    bounds = Transformer.from_crs(_DEGREES, _PLANE, always_xy=True).transform_bounds(*ends)
    return {side: f"{end:.0f}" for side, end in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True)}


def _canvas(bounds: Mapping[str, str]) -> ET.Element:
    return element(
        "mapcanvas",
        {"name": "theMapCanvas", "annotationsVisible": "1"},
        element("units", text="meters"),
        element("extent", {}, *(element(side, text=end) for side, end in bounds.items())),
        element("rotation", text="0"),
        element("destinationsrs", {}, _crs(_PLANE)),
    )


def _crs(code: int) -> ET.Element:
    """A coordinate reference system by its number at EPSG, and by that of QGIS, which wants both."""
    srsid = {_PLANE: 3857, _DEGREES: 3452}[code]
    numbers = {"srsid": f"{srsid}", "srid": f"{code}", "authid": f"EPSG:{code}"}
    return element("spatialrefsys", {}, *(element(key, text=value) for key, value in numbers.items()))


def _metadata(tag: str, title: str, about: Sequence[str], made: datetime | None = None) -> ET.Element:
    said = element(tag, {}, element("title", text=title), element("abstract", text="\n".join(about)))
    said.append(element("language", text="ja"))
    if made:
        said.append(element("creation", text=f"{made:%Y-%m-%dT%H:%M:%S}"))
    return said


def _id(name: str) -> str:
    return f"koryu_map_{name}"  # QGIS takes none that is short
