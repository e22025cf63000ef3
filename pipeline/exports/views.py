"""What files hold when nothing is asked."""

from __future__ import annotations

from geo.dataset import Dataset, Selection

#: Every link of the tables, wards among themselves too: what the data formats hold when nothing is asked.
EVERYTHING = Selection(peers=True)


def first_view(dataset: Dataset) -> Selection:
    """What the screens open with: the document that covers the most wards, for only it compares them fairly."""
    listed = dataset.documents
    return Selection(sources=tuple(listed[:1]) if len(listed) > 1 else ())
