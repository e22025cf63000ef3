"""Colours that carry meaning stay apart for every kind of colour vision, and in grey.

Colour vision is simulated with the matrices of Machado, Oliveira and Fernandes, "A Physiologically-based Model
for Simulation of Color Vision Deficiency" (IEEE TVCG 15(6), 2009), severity 1.0, on linear RGB. Distance is
CIE76 in CIELAB; around 2.3 is the least difference one notices side by side, and areas of a map lie apart.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from geo.choropleth import PALETTE
from pages.shared.areas import GROUND

ROOT = Path(__file__).resolve().parents[2]
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


def tokens(name: str) -> dict[str, str]:
    """The colours a style sheet names: custom property → #rrggbb."""
    text = (ROOT / "static" / "screen" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(--k-[a-z0-9-]+): (#[0-9a-f]{6})", text))


HEAT = tuple(tokens("gaps.css")[f"--k-heat-{i}"] for i in range(1, 6))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", [PALETTE, HEAT], ids=["choropleth", "matrix"])
def test_the_classes_of_a_scale_stay_apart_and_in_order(palette, vision):
    for one, other in combinations(palette, 2):
        assert distance(one, other, vision) > APART
    light = [lab(np.clip(np.array(VISIONS[vision]) @ linear(colour), 0, 1))[0] for colour in palette]
    assert all(a > b for a, b in pairwise(light))


@pytest.mark.parametrize("vision", VISIONS)
def test_a_flow_stays_apart_from_the_land_it_crosses(vision):
    assert distance(tokens("theme.css")["--k-blue"], GROUND, vision) > 3 * APART


def test_the_light_cells_of_the_matrix_have_an_edge_that_stands_out():
    colours = tokens("gaps.css")
    assert contrast(colours["--k-heat-line"]) >= 3
    assert contrast(colours["--k-hatch"]) >= 3


def test_text_reads_on_its_ground():
    colours = tokens("theme.css")
    for ink, ground in [
        ("--k-ink", "--k-side"),
        ("--k-ink-soft", "--k-ground"),
        ("--k-ink-soft", "--k-side"),
        ("--k-ink", "--k-note"),
        ("--k-blue", "--k-blue-pale"),
        ("--k-blue", "--k-ground"),
    ]:
        assert contrast(colours[ink], colours[ground]) >= 4.5
    assert contrast(colours["--k-blue-bar"]) >= 3
    for number, colour in enumerate(HEAT, start=1):
        assert contrast(colour, colours["--k-ink"] if number < 4 else "#ffffff") >= 4.5
