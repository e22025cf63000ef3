"""What files hold when nothing is asked."""

from __future__ import annotations

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection

#: Every row of the tables, origins among themselves, wide networks and what is too doubtful to be drawn too.
EVERYTHING = Selection(networks=True, peers=True)


def first_view(dataset: Dataset) -> Selection:
    """What the screens open with: the document that covers the most origins, for only it compares them fairly."""
    listed = dataset.sources
    return Selection(sources=tuple(listed[:1]) if len(listed) > 1 else ())
