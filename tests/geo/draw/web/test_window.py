"""What a reader looks at closely of very many origins: the flows that end there, the widest first, none uncounted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.draw.web import window as looked
from geo.draw.web.window import Window, on_screen, part
from geo.insight.flows import flows
from geo.insight.starts import start_of
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from tests.scattered import scattered

ASKED = Selection(networks=True, peers=True)
KANTO = Window(34.8, 138.4, 37.2, 141.0, 1)
#: Where the screen has the frame of 奄美・沖縄: over the sea west of the main islands.
FRAME = Window(37.5, 126.5, 43.5, 136.5, 1)


@pytest.fixture(scope="module")
def everywhere(build_dir, tmp_path_factory) -> Dataset:
    """Origins of all prefectures."""
    return Dataset.load(scattered(build_dir, tmp_path_factory.mktemp("scattered") / "build"))


def inside(table: pd.DataFrame, window: Window) -> pd.DataFrame:
    return table[table.lat.between(window.south, window.north) & table.lon.between(window.west, window.east)]


def test_origins_all_over_the_country_start_at_their_prefectures(everywhere):
    assert len(everywhere.origins) == 94
    assert start_of(everywhere, Selection()) == "prefecture"
    assert start_of(everywhere, Selection(origins=tuple(everywhere.origins.code[:2]))) == "origin"
    assert start_of(everywhere, Selection(origins=tuple(everywhere.origins.code[:20]))) == "all"


def test_the_wards_are_drawn_as_ever(dataset):
    assert start_of(dataset, Selection()) == "all"


def test_a_part_has_the_flows_that_end_in_it_and_no_others(everywhere, monkeypatch):
    monkeypatch.setattr(looked, "LINES_CLOSER", 5000)
    selected = everywhere.select(ASKED)
    found = part(selected, KANTO)
    expected = inside(flows(selected), KANTO).reset_index(drop=True)
    assert 500 < len(expected) < looked.LINES_CLOSER
    pd.testing.assert_frame_equal(found.flows, expected)
    assert (found.start, found.whole) == ("origin", True)
    each = expected.groupby("partner_code").n_projects.agg(["size", "sum"])
    assert found.ends.set_index("partner_code").lines.to_dict() == each["size"].to_dict()
    assert found.ends.set_index("partner_code").n_projects.to_dict() == each["sum"].to_dict()


def test_what_does_not_fit_starts_at_prefectures_and_closer_up_the_widest_are_sent(everywhere, monkeypatch):
    monkeypatch.setattr(looked, "LINES_CLOSER", 40)
    selected = everywhere.select(ASKED)
    wide = part(selected, KANTO)
    every = inside(flows(selected, "municipality", "prefecture"), KANTO)
    assert (wide.start, wide.whole) == ("prefecture", False)
    assert wide.flows.origin_code.str.endswith("000").all()
    assert len(wide.flows) == 40 < len(every) == wide.ends.lines.sum()
    assert wide.flows.n_projects.min() >= every.n_projects.nlargest(41).iloc[-1]
    close = part(selected, Window(*list(vars_of(KANTO))[:4], 2))
    pairs = inside(flows(selected), KANTO)
    assert (close.start, close.whole) == ("origin", False)
    assert close.ends.lines.sum() == len(pairs)
    # Nothing is counted twice: however they start, as many projects end at a place.
    assert close.ends.set_index("partner_code").n_projects.to_dict() == (
        wide.ends.set_index("partner_code").n_projects.to_dict()
    )


def vars_of(window: Window):
    return window.south, window.west, window.north, window.east, window.step


def test_far_islands_are_looked_at_in_their_frame(everywhere):
    selected = everywhere.select(ASKED)
    found = part(selected, FRAME)
    okinawa = flows(selected).query("partner_code.str[:2] == '47'")
    assert len(okinawa) > 0
    assert set(okinawa.partner_code) <= set(found.ends.partner_code)
    assert part(selected, Window(24.0, 122.0, 27.5, 132.0, 1)).flows.empty
    lat, lon = on_screen(np.array([26.21, 35.69]), np.array([127.68, 139.69]))
    assert 38 < lat[0] < 43
    assert 127 < lon[0] < 137
    assert (lat[1], lon[1]) == (35.69, 139.69)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"area": None, "step": 0},
        {"area": [35, 139, 36, 140], "step": 3},
        {"area": [35, 139, 36, 140], "step": "1"},
        {"area": [36, 139, 35, 140], "step": 1},
        {"area": [35, 139, 36], "step": 1},
        {"area": [35, 139, float("nan"), 140], "step": 1},
        {"area": ["35", 139, 36, 140], "step": 1},
        {"area": "35,139,36,140", "step": 1},
    ],
)
def test_what_is_no_window_is_none(told):
    assert Window.read(told) is None


def test_a_window_is_read():
    assert Window.read({"kind": "window", "area": [35, 139.5, 36, 140], "step": 2}) == Window(
        35.0, 139.5, 36.0, 140.0, 2
    )
