"""The two documents as the readers read them, reduced to facts and in full."""

from __future__ import annotations

import pytest

from pipeline.intake.registry import read
from tests.documents import DOCUMENTS

LINKAGE, EXCHANGE = "tokyo23_linkage_r8", "setagaya_exchange_r6"


@pytest.fixture(scope="session")
def linkage_path(root):
    return root / "data" / "sources" / f"{LINKAGE}.txt"


@pytest.fixture(scope="session")
def exchange_path(root):
    return root / "data" / "sources" / f"{EXCHANGE}.txt"


@pytest.fixture(scope="session")
def linkage(linkage_path):
    return read(linkage_path, DOCUMENTS[LINKAGE])


@pytest.fixture(scope="session")
def exchange(exchange_path):
    return read(exchange_path, DOCUMENTS[EXCHANGE])


@pytest.fixture(scope="session")
def linkage_full(shared):
    return read(shared / "sources" / "full" / f"{LINKAGE}.txt", DOCUMENTS[LINKAGE])


@pytest.fixture(scope="session")
def exchange_full(shared):
    return read(shared / "sources" / "full" / f"{EXCHANGE}.txt", DOCUMENTS[EXCHANGE])


@pytest.fixture(scope="module")
def path(request, root):
    """The document that a test module names by its ID."""
    return root / "data" / "sources" / f"{request.module.ID}.txt"


@pytest.fixture(scope="module")
def lines(path):
    return path.read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def reading(request, path):
    return read(path, DOCUMENTS[request.module.ID])
