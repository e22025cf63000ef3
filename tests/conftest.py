"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The same cases on every machine, and none is a failure because the machine had something else to do.
settings.register_profile(
    "koryu", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("koryu")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a file on one processor, for what they set up once, but for those marked to spread."""
    if not item.get_closest_marker("spread"):
        item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of full documents and truth tables beside the project, where there is one."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the full documents and truth tables are not on this machine")
    return folder


@pytest.fixture(scope="session")
def build_dir(tmp_path_factory) -> Path:
    """A real build of the documents in data/sources."""
    from pipeline.building.run import build

    out = tmp_path_factory.mktemp("data") / "build"
    build(ROOT / "data" / "sources", out)
    return out


@pytest.fixture(scope="session")
def dataset(build_dir):
    """The tables of that build."""
    from geo.ledger.dataset import Dataset

    return Dataset.load(build_dir)
