"""Files that take their time: made beside the screen, one at a time for the whole server, and stopped when asked.

Who asks while another's file is being made stands in a queue and is told the place in it. A job that nobody has
looked at for a while, because the browser was closed, gives its place up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import streamlit as st

#: Seconds between two looks at how far it is.
PULSE = 0.5
#: Seconds after which a job that nobody looks at is given up; a browser in the background may look once a minute.
FORSAKEN = 180.0


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
        self._make, self._stop, self._looked_at = make, threading.Event(), time.monotonic()
        with _turn:
            _queue.append(self)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still being made, or waits to be."""
        return self.thread.is_alive()

    @property
    def ahead(self) -> int:
        """How many jobs are made before this one; 0 for the one that is being made. To ask is to look at it."""
        self._looked_at = time.monotonic()
        with _turn:
            return _queue.index(self) if self in _queue else 0

    def stop(self) -> None:
        """Leave the queue, or stop after the page that is being made."""
        self._stop.set()
        with _turn:
            _turn.notify_all()

    def _run(self) -> None:
        try:
            self._wait()
            self.content = self._make(progress=self._progress)
        except Stopped:
            pass
        except Exception:
            self.failed = True
            logging.getLogger(__name__).exception("a file could not be made")
        finally:
            with _turn:
                _queue.remove(self)
                _turn.notify_all()

    def _wait(self) -> None:
        with _turn:
            while _queue[0] is not self:
                _turn.wait(PULSE)
                self._go_on()
        self._go_on()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._go_on()

    def _go_on(self) -> None:
        if self._stop.is_set() or time.monotonic() - self._looked_at > FORSAKEN:
            raise Stopped


#: The jobs of all sessions, the one that is being made first; changed while holding the condition.
_queue: list[Job] = []
_turn = threading.Condition()


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
    if ahead := job.ahead:
        st.progress(0.0, text=f"順番を待っています。先に作るものが{ahead}件あります。")
    else:
        st.progress(job.done / job.total, text=f"{job.total}枚のうち {job.done}枚ができました。")
    st.button("中止", on_click=job.stop, key="making_stop")
