"""Work that takes its time: done beside the screen, one job at a time for the whole server, and stopped when asked.

Who asks while another's work is being done stands in a queue and is told the place in it. A job that nobody has
looked at for a while, because the browser was closed, gives its place up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import streamlit as st

from pipeline.intake.records import Stopped

#: Seconds between two looks at how far it is.
PULSE = 0.5
#: Seconds after which a job that nobody looks at is given up; a browser in the background may look once a minute.
FORSAKEN = 180.0


class Job:
    """Something in the making, in a thread of its own.

    Parameters
    ----------
    make : makes it; calls its ``progress`` now and then with how far it is, in words, and the share that is done
    identity : what it is of; of something else is another job
    """

    def __init__(self, make: Callable[[Callable[[str, float], None]], object], identity: object):
        self.identity, self.words, self.share = identity, "はじめています。", 0.0
        self.made: object = None
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
            self.made = self._make(self._progress)
        except Stopped:
            pass
        except Exception:
            self.failed = True
            logging.getLogger(__name__).exception("a job failed")
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

    def _progress(self, words: str, share: float = 0.0) -> None:
        self.words, self.share = words, min(max(share, 0.0), 1.0)
        self._go_on()

    def _go_on(self) -> None:
        if self._stop.is_set() or time.monotonic() - self._looked_at > FORSAKEN:
            raise Stopped


#: The jobs of all sessions, the one that is being made first; changed while holding the condition.
_queue: list[Job] = []
_turn = threading.Condition()


def current(key: str, identity: object) -> Job | None:
    """The session's job of a kind, when it is of what is asked; one of something else is stopped and forgotten."""
    job = st.session_state.get(f"job_{key}")
    if job and job.identity != identity:
        job.stop()
        st.session_state[f"job_{key}"] = job = None
    return job


def start(key: str, make: Callable[[Callable[[str, float], None]], object], identity: object) -> None:
    """Start the session's job of a kind."""
    st.session_state[f"job_{key}"] = Job(make, identity)


def forget(key: str) -> None:
    """Let go of the session's job of a kind."""
    st.session_state.pop(f"job_{key}", None)


@st.fragment(run_every=PULSE)
def watch(job: Job) -> None:
    """Show how far a job is, with a button to stop it; the screen is redrawn when it ends."""
    if not job.running:
        st.rerun()
    if ahead := job.ahead:
        st.progress(0.0, text=f"順番を待っています。先に行うものが{ahead}件あります。")
    else:
        st.progress(job.share, text=job.words)
    st.button("中止", on_click=job.stop, key="job_stop")
