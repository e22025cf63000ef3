"""What files hold when nothing is asked."""

from __future__ import annotations

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection

#: Every row of the tables, origins among themselves, wide networks and what is too doubtful to be drawn too.
EVERYTHING = Selection(networks=True, peers=True)


def first_view(dataset: Dataset) -> Selection:
    """What the screens open with: documents that tell of each origin once, for only so they compare fairly (``Dataset.opening``).

    What origins do with each other is in it where that is most of what there is (``Dataset.mutual``).
    """
    whole = len(dataset.opening) == len(dataset.sources)
    return Selection(sources=() if whole else tuple(dataset.opening), peers=dataset.mutual)
