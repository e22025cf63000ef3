"""What Python and JavaScript both know stands in one file: eras, the earth's radius, the frames of the far islands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from geo.draw.print.ground import CRS, Ground
from geo.draw.web.folium_map import SCRIPTS
from geo.shared import EARTH_RADIUS_KM, ERAS, FRAMES, SHARED
from pipeline.deliver import web


@pytest.fixture(scope="module")
def sources(root) -> list[Path]:
    """Every module and script of the product."""
    found = [path for folder in ("geo", "pipeline", "pages") for path in (root / folder).rglob("*.py")]
    scripts = ("koryu", "screen", "viewer")
    return found + [path for folder in scripts for path in (root / "static" / folder).glob("*.js")]


def test_no_other_file_has_the_first_years_of_eras_or_the_radius_of_the_earth(sources):
    for path in sources:
        text = path.read_text(encoding="utf-8")
        assert f"{EARTH_RADIUS_KM}" not in text, path
        for era, first in ERAS.items():
            assert not re.search(rf"{era}\W{{1,6}}{first}\b(?!-)|\b{first}\W{{1,6}}{era}", text), (path, era)


@pytest.fixture(scope="module")
def listed(root) -> list[dict]:
    """The frames as the file has them."""
    return json.loads((root / "static" / SHARED).read_text(encoding="utf-8"))["frames"]


def test_no_other_file_has_frames_of_its_own(sources, listed):
    for path in sources:
        text = path.read_text(encoding="utf-8")
        for frame in listed:
            assert f'"{frame["name"]}"' not in text, path
            for side in ("west", "south", "east", "north"):
                assert f"{side}: {frame[side]}" not in text, path


def test_python_has_the_frames_of_the_file(listed):
    assert [frame.name for frame in FRAMES] == [frame["name"] for frame in listed]
    for frame, row in zip(FRAMES, listed, strict=True):
        assert (frame.west, frame.south, frame.east, frame.north) == tuple(
            row[side] for side in ("west", "south", "east", "north")
        )


def test_a_page_that_is_a_file_brings_the_frames_along(listed):
    carried = web.files_script()
    assert f'"{SHARED}":' in carried
    assert listed[0]["name"] in carried


def test_the_script_that_places_islands_comes_before_those_that_draw():
    names = [path.rsplit("/")[-1] for path in SCRIPTS]
    assert names.index("core.js") < names.index("land.js") < names.index("boundaries.js")


#: Islands at the ends of the frames: municipality → frame.
ISLANDS = {
    "47382": 0,  # 与那国町
    "47358": 0,  # 北大東村
    "47357": 0,  # 南大東村
    "46304": 0,  # 十島村
    "46535": 0,  # 与論町
    "13421": 1,  # 小笠原村
    "46505": None,  # 屋久島町
    "13401": None,  # 八丈町
}


@pytest.mark.parametrize("code", ISLANDS)
def test_far_islands_lie_in_their_frame_on_paper(dataset, code):
    place = dataset.places[code]
    ground = Ground(dataset.prefectures)
    x, y = ground.place(place.lon, place.lat)[0]
    within = [
        west < x < west + wide and south < y < south + high for _, west, south, wide, high in ground.frames
    ]
    assert [nth for nth, inside in enumerate(within) if inside] == [
        nth for nth in (ISLANDS[code],) if nth is not None
    ]
    if ISLANDS[code] is None:
        plane = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
        assert (x, y) == pytest.approx(plane.transform(place.lon, place.lat))


def test_no_outline_is_cut_by_the_edge_of_a_frame(dataset):
    """A ring with points on both sides would be torn apart where the islands are moved."""
    shapes = dataset.prefectures.geometry.explode(index_parts=False)
    for shape in shapes:
        lon, lat = np.array(shape.exterior.coords).T
        for frame in FRAMES:
            inside = frame.holds(lon, lat)
            assert inside.all() or not inside.any(), (frame.name, pd.Series(lat).describe())
