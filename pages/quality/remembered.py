"""What the screen データと品質 counts, remembered because sessions ask for the same."""

from __future__ import annotations

import pandas as pd

from geo.ledger.dataset import Dataset
from pages.quality import review
from pages.shared.frame.current import remembered


@remembered()
def findings(dataset: Dataset, origins: tuple[str, ...]) -> pd.DataFrame:
    """The findings about some origins, () for all (``pages.quality.review.findings``)."""
    return review.findings(dataset, origins)


@remembered()
def queue(dataset: Dataset, origins: tuple[str, ...], kind: str) -> pd.DataFrame:
    """The mentions to look at (``pages.quality.review.queue``)."""
    return review.queue(dataset, origins, kind)


@remembered(1)
def by_document(dataset: Dataset) -> pd.DataFrame:
    """What every document adds up to (``pages.quality.review.by_document``)."""
    return review.by_document(dataset.meta, dataset.mentions)


@remembered()
def reconciliation(dataset: Dataset, source: str, origins: tuple[str, ...]) -> pd.DataFrame:
    """What a document adds up to (``pages.quality.review.reconciliation``)."""
    return review.reconciliation(dataset.meta, dataset.mentions, source, origins)
