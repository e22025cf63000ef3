"""Where the flows of a map start: at each origin, at the offices of their prefectures, or in the middle of all."""

from __future__ import annotations

from collections.abc import Collection

from geo.insight.flows import Start
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection

#: Up to so many origins are told apart.
FEW = 3

#: More origins than that have no middle that says anything, where they lie in more than so many prefectures.
MANY, SEVERAL = 30, 3


def start_of(dataset: Dataset, selection: Selection) -> Start:
    """Where the flows of a selection start on a map (``geo.insight.flows.flows``)."""
    origins = selection.origins or tuple(dataset.origins.code)
    if len(origins) <= FEW:
        return "origin"
    if selection.sources:
        # Each prefecture may have a document of its own.
        listed = {code for source in selection.sources for code in dataset.origins_of.get(source, ())}
        origins = tuple(code for code in origins if code in listed)
    return "prefecture" if scattered(origins) else "all"


def scattered(codes: Collection[str]) -> bool:
    """Whether these origins have no middle that says anything.

    >>> scattered([f"{number:02}201" for number in range(1, 48)])
    True
    >>> scattered([f"{number}" for number in range(14201, 14324)]), scattered(["01100", "04100", "11100", "12100"])
    (False, False)
    """
    return len(codes) > MANY and len({code[:2] for code in codes}) > SEVERAL
