"""くらべる: what the origins have in common and what one lacks."""

from collections.abc import Callable
from typing import NamedTuple

from geo.ledger.origins import Naming
from pages.compare import sets
from pages.shared.frame import choices, shell


class Part(NamedTuple):
    """A part of the screen: what it is called, and what draws it."""

    label: Callable[[Naming], str]
    draw: Callable[[shell.View], None]


#: The parts by their name, in their order; the first opens.
PARTS = {
    "sets": Part(lambda naming: naming.each_other, sets.draw),
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
            key="compare",
            label_visibility="collapsed",
        )
    PARTS[part].draw(view)


shell.show(compare)
