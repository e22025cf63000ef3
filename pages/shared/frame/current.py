"""The built tables in memory, shared by every session, and what is selected of them."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.insight import comparison
from geo.insight.flows import flows
from geo.insight.population import Population
from geo.insight.profiles import origin_table
from geo.insight.surroundings import Bounds, surroundings
from geo.ledger.dataset import DEFAULT_DIR, Dataset
from geo.ledger.selection import Selected, Selection
from geo.places.gazetteer import Gazetteer


def data_dir() -> Path:
    """The build directory: data/build, or what the environment variable KORYU_DATA names."""
    return Path(os.environ.get("KORYU_DATA") or DEFAULT_DIR)


def stamp() -> tuple[str, int, int]:
    """Which build is on disk: directory, and time and size of its build.json (0 where there is none)."""
    path = data_dir()
    try:
        status = (path / "build.json").stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def load() -> Dataset:
    """The current build; read again only after a new one is written.

    Raises
    ------
    DatasetError
        when there is no build or it cannot be read; its text is for the screen.
    """
    return _load(stamp())


@st.cache_resource(max_entries=2, show_spinner="データを読み込んでいます…")
def _load(version: tuple[str, int, int]) -> Dataset:
    dataset = Dataset.load(Path(version[0]))
    # Modules and tables are here to stay: in the collector's sight they would cost every few changes of filter
    # a pause as long as the change.
    gc.collect()
    gc.freeze()
    return dataset


def select(selection: Selection) -> Selected:
    """What a selection keeps of the current build; remembered, because sessions ask for the same views."""
    return _select(stamp(), selection)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _select(version: tuple[str, int, int], selection: Selection) -> Selected:
    return _load(version).select(selection)


def repeated(selection: Selection) -> int:
    """How many projects of a selection another document of it seems to have too (``geo.insight.comparison``)."""
    if len(selection.sources) == 1:
        return 0
    return comparison.repeated(select(selection), _same(stamp()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _same(version: tuple[str, int, int]) -> pd.DataFrame:
    return comparison.same_projects(_load(version))


def population(selection: Selection) -> Population:
    """What is counted of a selection in the current build: the one place all screens take their numbers from."""
    return _population(stamp(), selection)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _population(version: tuple[str, int, int], selection: Selection) -> Population:
    return Population(_select(version, selection))


def flow_rows(selection: Selection, by: str, per_origin: bool) -> pd.DataFrame:
    """The flows of a selection in the current build (``geo.insight.flows.flows``)."""
    return _flow_rows(stamp(), selection, by, per_origin)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _flow_rows(version: tuple[str, int, int], selection: Selection, by: str, per_origin: bool):
    return flows(_select(version, selection), by=by, per_origin=per_origin)


def origins(selection: Selection) -> pd.DataFrame:
    """Every origin of the current build beside the others (``geo.insight.profiles.origin_table``)."""
    return _origins(stamp(), selection)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Selection: repr})
def _origins(version: tuple[str, int, int], selection: Selection) -> pd.DataFrame:
    return origin_table(_select(version, selection))


def views() -> dict[str, Bounds]:
    """The parts of a map that the origins of the current build lie in (``geo.insight.surroundings``)."""
    return _views(stamp())


@st.cache_resource(max_entries=2, show_spinner=False)
def _views(version: tuple[str, int, int]) -> dict[str, Bounds]:
    return surroundings(_load(version))


def gazetteer() -> Gazetteer:
    """The gazetteer: readings, former names, variants. Of no build, so read once."""
    return _gazetteer()


@st.cache_resource(show_spinner=False)
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()
