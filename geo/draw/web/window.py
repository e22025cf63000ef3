"""The part of a map that its reader looks at: which flows end there, and which of them are drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.insight.flows import Start, flows
from geo.ledger.selection import Selected
from geo.shared import FRAMES, LINES_CLOSER

#: From these zooms on flows end at municipalities, and start at each origin however many of them there are.
CLOSER = (7.5, 9.0)


@dataclass(frozen=True, slots=True)
class Window:
    """What a reader looks at: degrees as the screen draws them, and how many zooms of CLOSER are reached, 1 or 2."""

    south: float
    west: float
    north: float
    east: float
    step: int

    @classmethod
    def read(cls, told: Mapping) -> Window | None:
        """What a browser says it shows, as a list ``area`` of four numbers and ``step``; None where it is none."""
        area, step = told.get("area"), told.get("step")
        steps = range(1, len(CLOSER) + 1)
        if not (isinstance(area, list) and len(area) == 4 and isinstance(step, int) and step in steps):
            return None
        if not all(isinstance(each, int | float) and math.isfinite(each) for each in area):
            return None
        south, west, north, east = map(float, area)
        return cls(south, west, north, east, step) if south < north and west < east else None


@dataclass(frozen=True)
class Part:
    """The flows that end in a window.

    Parameters
    ----------
    window : the window
    flows : the widest of them, at most LINES_CLOSER (``geo.insight.flows.flows``)
    start : where they start
    ends : of every place where any of them ends: partner_code, lines (how many), n_projects (of all)
    """

    window: Window
    flows: pd.DataFrame
    start: Start
    ends: pd.DataFrame

    @property
    def whole(self) -> bool:
        """Whether closer up there is nothing more: each origin's own flows, and none left out."""
        return self.start == "origin" and len(self.flows) == int(self.ends.lines.sum())


def part(selected: Selected, window: Window) -> Part:
    """The flows of a selection that end in a window: of each origin where that fits, else of each prefecture."""
    inside = _ending(selected, window)
    fits = window.step == len(CLOSER) or _pairs(inside) <= LINES_CLOSER
    start: Start = "origin" if fits else "prefecture"
    found = flows(inside, "municipality", start)
    # A project is of one origin, so nothing is counted twice.
    ends = found.groupby("partner_code", as_index=False).agg(
        lines=("n_projects", "size"), n_projects=("n_projects", "sum")
    )
    return Part(window, found.head(LINES_CLOSER), start, ends)


def _pairs(selected: Selected) -> int:
    """How many pairs of an origin and a partner are selected."""
    ties = selected.ties
    return len(np.unique(ties.origin.astype(np.int64) * len(ties.codes.places) + ties.partner))


def _ending(selected: Selected, window: Window) -> Selected:
    """The part of what is selected whose partners a screen draws in a window."""
    ties = selected.dataset.columns.ties
    lat, lon = on_screen(ties.codes.lat, ties.codes.lon)
    inside = (lat > window.south) & (lat < window.north) & (lon > window.west) & (lon < window.east)
    # The last is for what has no place.
    return replace(selected, packed=np.packbits(selected.keep & np.append(inside, False)[ties.partner]))


def on_screen(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a screen draws points: far islands in their frames, as ``koryu.place`` in static/koryu/core.js."""
    lat, lon = lat.copy(), lon.copy()
    for frame in FRAMES:
        held = frame.holds(lon, lat)
        west, south = frame.screen
        shifted = _mercator(lat[held]) + _mercator(np.array(south)) - _mercator(np.array(frame.south))
        lat[held] = np.degrees(2 * np.arctan(np.exp(np.radians(shifted))) - np.pi / 2)
        lon[held] += west - frame.west
    return lat, lon


def _mercator(lat: np.ndarray) -> np.ndarray:
    return np.degrees(np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)))
