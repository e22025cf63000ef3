"""くらべる: what the origins have in common and what one lacks; and what there was before, and is now."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from geo.ledger.origins import Naming
from pages.compare import periods, sets
from pages.shared.frame import choices, filters, shell


class Part(NamedTuple):
    """A part of the screen: what it is called, and what draws it."""

    label: Callable[[Naming], str]
    draw: Callable[[shell.View], None]


#: The parts by their name, in their order; the first opens.
PARTS = {
    "sets": Part(lambda naming: naming.each_other, sets.draw),
    "periods": Part(lambda _: filters.PERIODS, periods.draw),
}


def compare(view: shell.View) -> None:
    """Draw the screen."""
    part = next(iter(PARTS))
    if len(PARTS) > 1:
        part = choices.segments(
            "何をくらべるか",
            list(PARTS),
            format_func=lambda name: PARTS[name].label(view.naming),
            default=part,
            key=filters.COMPARE,
            label_visibility="collapsed",
            # Not every filter of the panel counts for every part.
            on_change=st.rerun,
        )
    PARTS[part].draw(view)


shell.show(compare)
