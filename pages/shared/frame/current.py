"""The tables that are shown, and what is counted of them: the build for every session, or a session's own list.

What is counted is remembered beside the tables it was counted of, because sessions ask for the same views, and goes
with them: a list of one session's own with that session.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

import pandas as pd
import streamlit as st

from geo.folders import BUILD_DIR
from geo.insight import comparison
from geo.insight import growth as growing
from geo.insight.flows import By, Start, flows
from geo.insight.population import Population
from geo.insight.profiles import origin_table
from geo.insight.surroundings import Bounds, surroundings
from geo.ledger.dataset import Dataset
from geo.ledger.schema import EARLIER
from geo.ledger.selection import Selected, Selection
from geo.places.gazetteer import Gazetteer

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

#: Query parameter, and session key, of the edition that is shown instead of the newest of its series.
EDITION = "edition"

#: Session key of the list that a session shows instead of the build.
_OWN = "own_list_shown"


#: So many rows of the tables that one function counts are kept at most.
ROWS = 200_000


class Own:
    """The name of a list of a session's own: like no other."""


@dataclass(eq=False)
class Shown:
    """Tables in memory, and what was counted of them.

    ``name`` tells them from any others, to be compared; ``mark`` does so to browsers, and is another in each process.
    """

    dataset: Dataset
    name: Hashable
    mark: str = field(default_factory=lambda: uuid4().hex[:8])
    _counted: dict[Callable, OrderedDict] = field(default_factory=lambda: defaultdict(OrderedDict))
    _locks: dict[Callable, threading.RLock] = field(default_factory=lambda: defaultdict(threading.RLock))

    def ask(self, count: Callable[..., Found], most: int, asked: tuple[Hashable, ...]) -> Found:
        """What ``count`` makes of the dataset and of what is asked; the last answers are kept.

        That is ``most`` of them, and fewer of long tables: no more than ROWS rows, but for the last.
        """
        with self._locks[count]:
            kept = self._counted[count]
            if asked in kept:
                kept.move_to_end(asked)
            else:
                kept[asked] = count(self.dataset, *asked)
                while len(kept) > most or (len(kept) > 1 and sum(map(_rows, kept.values())) > ROWS):
                    kept.popitem(last=False)
            return kept[asked]


def _rows(answer: object) -> int:
    """How many rows the table has that was counted, or the tables or lists in it; 0 of anything else."""
    if isinstance(answer, tuple):
        return sum(map(_rows, answer))
    return len(answer) if isinstance(answer, pd.DataFrame | list) else 0


def remembered(most: int = 64):
    """Remember what a function counts of the dataset that is shown; it is called without the dataset."""

    def decorate(count: Callable[Concatenate[Dataset, Asked], Found]) -> Callable[Asked, Found]:
        @wraps(count)
        def ask(*asked: Asked.args, **named: Asked.kwargs) -> Found:
            return shown().ask(count, most, (*asked, *named.values()))

        return ask

    return decorate


def shown() -> Shown:
    """What this session shows.

    Raises
    ------
    DatasetError
        when there is no build or it cannot be read; its text is for the screen.
    """
    if _OWN in st.session_state:
        return st.session_state[_OWN]
    wanted = st.session_state.get(EDITION, st.query_params.get(EDITION, ""))
    if wanted and (edition := editions().get(wanted)):
        return _edition(_stamp(), edition)
    return _built(_stamp())


def load() -> Dataset:
    """The tables that are shown; of a build, read again only after a new one is written (raises as :func:`shown`)."""
    return shown().dataset


def own() -> bool:
    """Whether they are a list of this session's own, which nobody else sees and which is not kept."""
    return _OWN in st.session_state


def show_own(dataset: Dataset | None) -> None:
    """Show a dataset to this session alone; None goes back to the build."""
    if dataset is None:
        st.session_state.pop(_OWN, None)
    else:
        st.session_state[_OWN] = Shown(dataset, Own())


def data_dir() -> Path:
    """The build directory: data/build, or what the environment variable KORYU_DATA names."""
    return Path(os.environ.get("KORYU_DATA") or BUILD_DIR)


def _stamp() -> tuple[str, int, int]:
    """Which build is on disk: directory, and time and size of its build.json (0 where there is none)."""
    path = data_dir()
    try:
        status = (path / "build.json").stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


@st.cache_resource(max_entries=2, show_spinner="データを読み込んでいます…")
def _built(version: tuple[str, int, int]) -> Shown:
    dataset = Dataset.load(Path(version[0]))
    # Modules and tables are here to stay: in the collector's sight they would cost every few changes of filter
    # a pause as long as the change.
    gc.collect()
    gc.freeze()
    return Shown(dataset, version)


def built() -> Dataset:
    """The tables of the build, whatever this session shows (raises as :func:`shown`)."""
    return _built(_stamp()).dataset


def editions() -> dict[str, str]:
    """The earlier editions of the build: what each is called → its id; nothing where no document has two."""
    if own():
        return {}
    known = _built(_stamp()).dataset.documents
    earlier = known[known.edition == EARLIER].sort_values("date", ascending=False)
    return dict(zip(earlier.short + " " + earlier.as_of, earlier.id, strict=True))


@st.cache_resource(max_entries=6, show_spinner="前の版を読み込んでいます…")
def _edition(version: tuple[str, int, int], edition: str) -> Shown:
    dataset = _built(version).dataset.with_edition(edition)
    return Shown(dataset, (version, edition))


@remembered()
def select(dataset: Dataset, selection: Selection) -> Selected:
    """What a selection keeps."""
    return dataset.select(selection)


def repeated(selection: Selection) -> int:
    """How many projects of a selection another document of it seems to have too (``geo.insight.comparison``)."""
    if len(selection.sources) == 1:
        return 0
    return comparison.repeated(select(selection), _same())


@remembered(1)
def _same(dataset: Dataset) -> pd.DataFrame:
    return comparison.same_projects(dataset)


@remembered()
def population(dataset: Dataset, selection: Selection) -> Population:
    """What is counted of a selection: the one place all screens take their numbers from."""
    return Population(select(selection))


@remembered()
def flow_rows(dataset: Dataset, selection: Selection, by: By, start: Start) -> pd.DataFrame:
    """The flows of a selection (``geo.insight.flows.flows``)."""
    return flows(select(selection), by, start)


@remembered()
def growth(
    dataset: Dataset, selection: Selection, by: growing.By | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """How partners grew, and how many began nobody knows when (``geo.insight.growth``), in all or told apart."""
    selected = select(selection)
    return growing.growth(selected, by), growing.unknown_starts(selected, by)


@remembered()
def origins(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    """Every origin beside the others (``geo.insight.profiles.origin_table``)."""
    return origin_table(select(selection))


@remembered(1)
def views(dataset: Dataset) -> dict[str, Bounds]:
    """The parts of a map that the origins lie in (``geo.insight.surroundings``)."""
    return surroundings(dataset)


def gazetteer() -> Gazetteer:
    """The gazetteer: readings, former names, variants. Of no build, so read once."""
    return _gazetteer()


@st.cache_resource(show_spinner=False)
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()
