"""How a coloured map is cut into classes: one box, and one parameter of the address, for screen and paper."""

from __future__ import annotations

from geo.draw.choropleth import SCHEMES
from pages.shared.frame import choices


def box(width: int) -> str:
    """The box, ``width`` pixels wide; gives a key of ``geo.draw.choropleth.SCHEMES``."""
    return choices.box(
        "色の区切り方",
        list(SCHEMES),
        format_func=SCHEMES.get,
        key="breaks",
        width=width,
    )
