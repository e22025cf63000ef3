"""What only later screens need, loaded while the reader looks at the first one."""

from __future__ import annotations

import gc
import importlib
import threading
import time
from contextlib import suppress

import streamlit as st

#: The classes of a map come with scipy, scikit-learn and matplotlib: more than a second.
MODULES = ("mapclassify",)

#: Seconds after the first view, so that the browser has the server to itself until it stands.
PAUSE = 2.0


@st.cache_resource(show_spinner=False)
def load() -> threading.Thread:
    """Begin to load, once a process; a screen that needs a module earlier loads it itself."""
    thread = threading.Thread(target=_load, name="later", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    time.sleep(PAUSE)
    # What fails here, also because the server is just being stopped, is told where it is needed.
    with suppress(Exception):
        for name in MODULES:
            importlib.import_module(name)
    # Out of the collector's sight, as the tables are (pages/shared/frame/dataset.py).
    gc.collect()
    gc.freeze()
