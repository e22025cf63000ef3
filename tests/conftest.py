"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The same cases on every machine, and none is a failure because the machine had something else to do.
settings.register_profile(
    "koryu", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("koryu")


#: Files whose tests are long and set up nothing that is dear: each test may go to whichever processor is free.
SPREAD = (
    "test_accessibility.py",
    "test_keyboard.py",
    "test_links.py",
    "test_own_list.py",
    "test_questions.py",
)


#: Tests whose cases are dear and much alike: of how many each one is run, from which on, so that no screen is passed
#: over by all of them. KORYU_FUZZ=1 runs all (make fuzz), and so does whoever asks for a folder: pytest tests/e2e.
ONE_OF = {
    "e2e/test_accessibility.py::test_no_screen_has_a_grave_violation": (2, 1),
    "e2e/test_accessibility.py::test_no_screen_has_one_on_the_narrowest_phone": (2, 0),
    "e2e/test_links.py::test_a_link_opens_what_is_seen_on_every_screen": (3, 1),
    "e2e/test_keyboard.py::test_": (3, 2),
    "e2e/test_map_layout.py::test_": (3, 0),
    "e2e/test_own_list.py::test_a_list_of_any_form_is_on_the_map": (2, 0),
    "pages/test_choices.py::test_the_screen_is_drawn_whatever_its_choices_are_said_to_be": (2, 0),
    "geo/draw/print/test_figure.py::test_": (2, 0),
    "pages/test_other_origins.py::test_every_screen_speaks_of_them": (2, 0),
    "pages/test_other_origins.py::test_the_files_speak_of_them": (2, 0),
    "pages/test_other_origins.py::test_the_pages_speak_of_them": (2, 0),
    "deliver/test_one_population.py::test_": (3, 0),
    "intake/test_printed_lines.py::test_the_23_ward_list_from_its_": (2, 0),
    "intake/test_printed_lines.py::test_documents_in_running_text": (2, 0),
    "tests/test_time_budget.py::test_twice_the_document_takes_at_most_three_times_as_long": (3, 0),
}


def _spared(items: list[pytest.Item]) -> list[pytest.Item]:
    """The cases that ONE_OF passes over."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        test, case, _ = item.nodeid.partition("[")
        if case and any(name in test for name in ONE_OF):
            cases.setdefault(test, []).append(item)
    spared: list[pytest.Item] = []
    for test, own in cases.items():
        every, first = next(one for name, one in ONE_OF.items() if name in test)
        spared += [item for n, item in enumerate(own) if n % every != first % len(own)]
    return spared


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let files with a browser, which mostly wait, take turns with those that compute.

    The short units come last, so that no processor is left alone with a long one in the end: single tests, and the
    files of geo/, by whose name the others come before.
    """
    # Whoever asks for certain tests gets them all.
    if not os.environ.get("KORYU_FUZZ") and not config.option.keyword and len(items) > 1000:
        spared = _spared(items)
        config.hook.pytest_deselected(items=spared)
        left = set(items) - set(spared)
        items[:] = [item for item in items if item in left]
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(_unit(item.nodeid), []).append(item)
    waiting = [files[name] for name in sorted(files, key=lambda name: "::" in name) if "/e2e/" in name]
    computing = [files[name] for name in reversed(files) if "/e2e/" not in name]
    places = [(n / len(group), own) for group in (waiting, computing) for n, own in enumerate(group)]
    items[:] = [item for _, own in sorted(places, key=lambda place: place[0]) for item in own]


def _unit(nodeid: str) -> str:
    """What stays on one processor: a file, or a test of a file of SPREAD."""
    file = nodeid.split("::")[0]
    return nodeid if file.endswith(SPREAD) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep the tests of a file on one processor, for what they set up once, but for those of SPREAD."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit(nodeid)

    return ByFile(config, log)


@pytest.fixture(autouse=True, scope="session")
def audit_of_its_own(tmp_path_factory):
    """What tests write is not noted among what people of this machine wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORYU_AUDIT", str(tmp_path_factory.mktemp("audit") / "audit.jsonl"))
        # Nor is anything remembered from one test to the next, which may have put something else in its place.
        patch.setenv("KORYU_CACHE", "")
        yield


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
    """A real build of the documents in data/sources, made once for all processes of a run; nobody writes to it."""
    from pipeline.building.run import build

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of which each process has a part
    out = folder / "data" / "build"
    with FileLock(folder / "data.lock"):
        if not out.exists():
            out.parent.mkdir(exist_ok=True)
            build(ROOT / "data" / "sources", out)
    return out


@pytest.fixture(scope="session")
def dataset(build_dir):
    """The tables of that build."""
    from geo.ledger.dataset import Dataset

    return Dataset.load(build_dir)


@pytest.fixture(scope="session")
def editions(tmp_path_factory):
    """The tables of a build of two small editions, to be read only."""
    from tests.editions_made import two_editions

    return two_editions(tmp_path_factory.mktemp("editions"))
