"""The files of a coverage: one TopoJSON for the tables, lighter ones for the browser."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import topojson

from geo.places.boundaries import LAYERS
from pipeline.boundaries.coverage import GRID, lighter, municipal, prefectural, without_specks


def write_layers(folder: Path, covering: gpd.GeoDataFrame) -> None:
    """Both layers as one file, from which the tables take their polygons (``geo.places.boundaries``)."""
    both = topology(municipalities=municipal(covering), prefectures=prefectural(covering))
    (folder / LAYERS).write_text(both, "utf-8")


def write_browser_files(
    folder: Path, covering: gpd.GeoDataFrame, credit: str, *, smallest: float = 0
) -> None:
    """What the screens draw: the prefectures, lighter, and the municipalities of each in a file of its own.

    Parameters
    ----------
    credit : the line that has to stand beside every map; it travels with the polygons
    smallest : islands below so many km² are left out of the prefectures, which are seen from afar
    """
    prefectures = lighter(without_specks(prefectural(covering), smallest))
    (folder / "prefectures.json").write_text(topology(credit, prefectures=prefectures), "utf-8")
    (folder / "municipalities").mkdir(exist_ok=True)
    municipalities = municipal(covering)
    for number, polygons in municipalities.groupby(municipalities["code"].str[:2]):
        drilled = topology(municipalities=polygons)
        (folder / "municipalities" / f"{number}.json").write_text(drilled, "utf-8")


def topology(credit: str = "", **layers: gpd.GeoDataFrame) -> str:
    """TopoJSON text of layers whose coordinates lie on the grid; shared edges become shared arcs.

    Quantized to the grid itself (scale 0.0001, origin 0°, 0°), which loses nothing.
    """
    whole = topojson.Topology(
        list(layers.values()), object_name=list(layers), prequantize=False, shared_coords=True
    )
    # Its own to_dict and to_json copy every corner first.
    made = {key: whole.output[key] for key in ("type", "objects", "bbox", "arcs") if key in whole.output}
    for layer in made["objects"].values():
        for geometry in layer["geometries"]:
            del geometry["id"]
    steps = [np.rint(np.asarray(arc) / GRID).astype(int) for arc in made["arcs"]]
    made["arcs"] = [np.diff(arc, axis=0, prepend=[[0, 0]]).tolist() for arc in steps]
    made["transform"] = {"scale": [GRID, GRID], "translate": [0, 0]}
    if credit:
        made["credit"] = credit
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
