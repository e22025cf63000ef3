"""A view with candidates, on the real build."""

from __future__ import annotations

import pytest

from geo.insight.gaps import candidates
from geo.ledger.selection import Selection
from pipeline.words.candidates import Telling

SETAGAYA = Selection(sources=("tokyo23_linkage_r8",), origins=("13112",))


@pytest.fixture(scope="session")
def selected(dataset):
    return dataset.select(SETAGAYA)


@pytest.fixture(scope="session")
def telling(dataset, selected):
    """All candidates of 世田谷区."""
    return Telling(dataset, candidates(selected))
