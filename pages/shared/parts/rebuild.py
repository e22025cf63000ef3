"""Making the tables anew from a screen, with what it is at."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

from pages.shared.frame import current as data
from pipeline.building.run import build
from pipeline.building.stale import sources_of


def rebuild(work: Callable[..., Any] | None = None, *given: object) -> None:
    """Build in a thread of its own, which ends even where the person leaves the screen meanwhile.

    Parameters
    ----------
    work : what to do instead of only building; called with ``given``, the sources, the folder of the tables, and what
        is to be called with a message at each step

    Raises
    ------
    SourceError, WriteError : as ``pipeline.building.run.build``
    """
    messages: queue.SimpleQueue[str] = queue.SimpleQueue()
    folder = data.data_dir()
    with st.status("データを作り直しています…") as status, ThreadPoolExecutor(1) as pool:
        future = pool.submit(work or build, *given, sources_of(folder), folder, messages.put)
        while not future.done():
            try:
                status.update(label=messages.get(timeout=0.2))
            except queue.Empty:
                continue
        try:
            future.result()
        except BaseException:
            status.update(label="データを作り直せませんでした。", state="error")
            raise
