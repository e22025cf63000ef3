"""Files that take their time: made beside the screen, with progress, and stopped when asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import streamlit as st

#: Seconds between two looks at how far it is.
PULSE = 0.5


class Stopped(Exception):
    """Somebody asked to stop."""


class Job:
    """A file in the making, in a thread of its own.

    Parameters
    ----------
    make : makes the file; calls its ``progress`` after each page with (pages done, of how many)
    total : how many pages there will be
    identity : what the file is of; another view or format is another job
    """

    def __init__(self, make: Callable[..., bytes], total: int, identity: object):
        self.identity, self.total, self.done = identity, total, 0
        self.content: bytes | None = None
        self.failed = False
        self._make, self._stop = make, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still being made."""
        return self.thread.is_alive()

    def stop(self) -> None:
        """Stop after the page that is being made."""
        self._stop.set()

    def _run(self) -> None:
        try:
            self.content = self._make(progress=self._progress)
        except Stopped:
            pass
        except Exception:
            self.failed = True
            logging.getLogger(__name__).exception("a file could not be made")

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stop.is_set():
            raise Stopped


def current(identity: object) -> Job | None:
    """The session's job, when it is of what is asked; one of something else is stopped and forgotten."""
    job = st.session_state.get("making")
    if job and job.identity != identity:
        job.stop()
        st.session_state.making = job = None
    return job


def start(make: Callable[..., bytes], total: int, identity: object) -> None:
    """Start the session's job."""
    st.session_state.making = Job(make, total, identity)


@st.fragment(run_every=PULSE)
def watch(job: Job) -> None:
    """Show how far a job is, with a button to stop it; the screen is redrawn when it ends."""
    if not job.running:
        st.rerun()
    st.progress(job.done / job.total, text=f"{job.total}枚のうち {job.done}枚ができました。")
    st.button("中止", on_click=job.stop, key="making_stop")
