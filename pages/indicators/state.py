"""What a session has of an indicator: the file, what was read of it, and what a person adds to that."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.shared.frame import current as data
from pipeline.intake.contents import Contents
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.indicators import IndicatorTable, read_indicators
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.words.indicator_claims import Cited

_STATE = "indicators"
#: Session key: that a table was brought since the screen was last drawn.
_NEW = "indicators_new"


@dataclass
class Brought:
    """A table that was brought.

    ``table`` is None where nothing could be read of it, which ``error`` says. ``title``, ``source`` and ``as_of`` are
    what the file prints, until a person says otherwise.
    """

    file: str
    content: bytes
    grids: list[Grid]
    table: IndicatorTable | None = None
    error: str = ""
    title: str = ""
    source: str = ""
    as_of: str = ""
    #: Counts what was read, so that the boxes of each begin with its values.
    version: int = 0

    @property
    def cited(self) -> Cited:
        """Whose numbers they are."""
        return Cited(self.title, self.source, self.as_of)


def current() -> Brought | None:
    """The table this session has brought, if any."""
    return st.session_state.get(_STATE)


def begin(file: str, content: bytes) -> None:
    """Take a table up, instead of any before; one that cannot be read leaves what was there."""
    before = current()
    version = before.version + 1 if before else 1
    try:
        with st.spinner("表を読んでいます…"):
            grids = open_file(content, file)
            brought = Brought(file, content, grids, version=version)
            _read(brought, "")
    except SourceError as error:
        brought = Brought(file, content, [], error=error.on_screen, version=version)
        if before is not None and before.table is not None:
            before.error, brought = error.on_screen, before
    st.session_state[_STATE] = brought
    st.session_state[_NEW] = brought.table is not None


def is_new() -> bool:
    """Whether a table was brought since this was last asked."""
    return bool(st.session_state.pop(_NEW, False))


def choose_sheet(sheet: str) -> None:
    """Read another sheet of the same file."""
    brought = current()
    if brought is not None:
        brought.version += 1
        try:
            _read(brought, sheet)
        except SourceError as error:
            brought.error = error.on_screen


def say(**said: str) -> None:
    """Say title, source or as_of of the table."""
    brought = current()
    if brought is not None:
        for name, value in said.items():
            setattr(brought, name, " ".join(value.split())[:200])


def forget() -> None:
    """Let go of the table."""
    st.session_state.pop(_STATE, None)


def _read(brought: Brought, sheet: str) -> None:
    contents, geocoder = _reader()
    table = read_indicators(brought.grids, contents, geocoder, brought.file, sheet)
    brought.table, brought.error = table, ""
    brought.title, brought.source, brought.as_of = table.title, table.source, table.as_of


@st.cache_resource(show_spinner=False)
def _reader() -> tuple[Contents, Geocoder]:
    """What tables are read with; one for all sessions."""
    gazetteer = data.gazetteer()
    return Contents(gazetteer), Geocoder(gazetteer)
