"""Colours that carry meaning stay apart for every kind of colour vision, and in grey.

Colour vision is simulated with the matrices of Machado, Oliveira and Fernandes, "A Physiologically-based Model
for Simulation of Color Vision Deficiency" (IEEE TVCG 15(6), 2009), severity 1.0, on linear RGB. Distance is
CIE76 in CIELAB; around 2.3 is the least difference one notices side by side, and areas of a map lie apart.
"""

from __future__ import annotations

import re
import tomllib
from itertools import combinations, pairwise, product
from pathlib import Path

import numpy as np
import pytest

from geo.draw.choropleth import PALETTE
from geo.draw.print.plan import CALM, PRINTED
from geo.draw.signs import COLOURS

ROOT = Path(__file__).resolve().parents[3]
VISIONS = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
APART = 7


def linear(colour: str) -> np.ndarray:
    """#rrggbb as linear RGB (IEC 61966-2-1)."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB as CIELAB under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    ratio = np.clip(xyz / [0.9505, 1, 1.089], 0, None)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    """How far apart two colours are for a kind of vision."""
    seen = [lab(np.clip(np.array(VISIONS[vision]) @ linear(colour), 0, 1)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast ratio of WCAG 2.2."""
    light = sorted(
        (linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05 for colour in (one, other)), reverse=True
    )
    return light[0] / light[1]


def tokens() -> dict[str, dict[str, str]]:
    """The colours of the screens: look → token without ``--k-`` → #rrggbb; those that let show through are left out."""
    text = (ROOT / "static" / "screen" / "tokens.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--k-([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text)
    return {
        "light": {name: light for name, light, _ in pairs},
        "dark": {name: dark for name, _, dark in pairs},
    }


LOOKS = tokens()
SCALES = {"class": 5, "heat": 5, "shade": 4, "cover": 4}

#: Lines of up to three origins.
FLOWS = ("blue", "flow-2", "flow-3")


def scale(look: str, name: str) -> list[str]:
    """The colours of a scale, from few to many."""
    return [LOOKS[look][f"{name}-{i}"] for i in range(1, SCALES[name] + 1)]


@pytest.fixture(params=LOOKS)
def look(request) -> str:
    """Either look."""
    return request.param


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", SCALES)
def test_the_classes_of_a_scale_stay_apart_and_more_stands_out_more(look, name, vision):
    colours, ground = scale(look, name), LOOKS[look]["ground"]
    for one, other in combinations(colours, 2):
        assert distance(one, other, vision) > APART
    seen = [
        lab(np.clip(np.array(VISIONS[vision]) @ linear(colour), 0, 1))[0] for colour in [ground, *colours]
    ]
    steps = [after - before for before, after in pairwise(seen)]
    assert all(step < 0 for step in steps) if look == "light" else all(step > 0 for step in steps)


def test_the_classes_of_paper_are_those_of_the_light_look():
    assert scale("light", "class") == list(PALETTE)


#: Fills of areas that mean something, on the map of the screen and of a page that stands alone.
FILLS = (*(f"class-{i}" for i in range(1, 6)), *(f"cover-{i}" for i in range(1, 5)), "reached", "alone")


def test_the_lowest_class_is_seen_on_a_projector(look):
    sea = LOOKS[look]["sea"]
    pale = {name: contrast(LOOKS[look][name], sea) for name in FILLS}
    assert min(pale.values()) >= 1.5, pale


def test_the_lowest_class_is_seen_on_paper():
    assert min(contrast(colour, "#ffffff") for colour in PRINTED) >= 1.5


def test_streamlit_has_the_same_colours(look):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][look]
    named = {
        "primary": "blue",
        "background": "ground",
        "secondaryBackground": "side",
        "text": "ink",
        "border": "edge",
    }
    ours = {f"{theirs}Color": LOOKS[look][name].upper() for theirs, name in named.items()}
    assert theme == ours


@pytest.mark.parametrize("vision", VISIONS)
def test_a_flow_stays_apart_from_the_land_it_crosses(look, vision):
    colours = LOOKS[look]
    for flow, land in product(
        FLOWS, ("reached", "none", "land", "alone", *(f"cover-{i}" for i in range(1, 5)))
    ):
        assert distance(colours[flow], colours[land], vision) > 2 * APART
        assert contrast(colours[flow], colours[land]) >= 3


@pytest.mark.parametrize("vision", sorted(set(VISIONS) - {"grey"}))
def test_the_flows_of_different_wards_stay_apart(look, vision):
    # In grey their points tell them apart, which have different shapes.
    for one, other in combinations(FLOWS, 2):
        assert distance(LOOKS[look][one], LOOKS[look][other], vision) > 2 * APART


@pytest.mark.parametrize("vision", sorted(set(VISIONS) - {"grey"}))
def test_the_signs_of_places_stay_apart(look, vision):
    # In grey their shapes tell them apart.
    for one, other in combinations(COLOURS, 2):
        assert distance(LOOKS[look][one], LOOKS[look][other], vision) > 2 * APART, (one, other)


def test_the_signs_on_paper_are_those_of_the_light_look_and_stand_out_from_land_and_sea():
    assert {name: LOOKS["light"][name] for name in COLOURS} == dict(COLOURS)
    assert LOOKS["light"]["land"] == CALM
    assert min(contrast(one, ground) for one in COLOURS.values() for ground in (CALM, "#ffffff")) >= 3


#: What carries a meaning → the grounds it stands on.
SIGNS = {
    "heat-line": ["ground"],
    "hatch": ["ground", "none"],
    "blue-bar": ["ground"],
    "blue-past": ["ground"],
    "edge": ["ground", "side", "raised", "sea"],
    "coast": ["sea", "land", "none"],
    "note-line": ["note"],
    "chosen": ["ground"],
    "focus": ["ground", "side", "raised", "blue-pale", "note"],
    **{name: ["land", "sea", "none", "raised"] for name in COLOURS},
    **{f"class-{i}": ["ground", "sea"] for i in range(1, 6)},
}

#: Text → the grounds it stands on.
TEXTS = {
    "ink": [
        "ground",
        "side",
        "raised",
        "blue-pale",
        "note",
        "none",
        "reached",
        "shade-1",
        "shade-2",
        "heat-1",
        "heat-2",
        "heat-3",
    ],
    "ink-soft": ["ground", "side", "raised", "note", "sea"],
    "note-ink": ["note"],
    "blue": ["ground", "side", "raised", "blue-pale"],
    "on-blue": ["blue", "shade-3", "shade-4", "heat-4", "heat-5"],
}


@pytest.mark.parametrize(("pairs", "least"), [(SIGNS, 3), (TEXTS, 4.5)], ids=["signs", "text"])
def test_signs_and_text_stand_out_from_their_ground(look, pairs, least):
    colours = LOOKS[look]
    pale = {
        f"{front} on {ground}": ratio
        for front, grounds in pairs.items()
        for ground in grounds
        if (ratio := round(contrast(colours[front], colours[ground]), 2)) < least
    }
    assert pale == {}


def test_no_colour_stands_anywhere_else():
    written = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", re.IGNORECASE)
    folders = [(ROOT / "static" / name, "*.[cj]s*") for name in ("koryu", "screen", "viewer")]
    folders += [(ROOT / "pages", "**/*.py"), (ROOT / "pipeline" / "deliver" / "templates", "*.html")]
    ours = [path for folder, names in folders for path in folder.glob(names) if path.name != "tokens.css"]
    found = {path.name: written.findall(path.read_text(encoding="utf-8")) for path in ours}
    assert found == dict.fromkeys(found, [])
