"""Batches of names answered one after the other, here or by several processes: always in the order they come."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

import pyarrow as pa

from pipeline.intake.records import SourceError
from pipeline.reading.geocode.columns import ColumnGeocoder

#: Answers batches, of :data:`pipeline.reading.geocode.columns.ASKED`, in their order, of ANSWERED. It reads no further
#: ahead than it has to.
Spread = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]

#: How often a batch is tried whose process died.
TRIES = 3
#: More processes than Windows can wait for at once.
MOST_WORKERS = 60


def here(geocoder: ColumnGeocoder) -> Spread:
    """Answer in this process."""
    return lambda batches: map(geocoder.answer, batches)


@contextmanager
def in_processes(geocoder: ColumnGeocoder, workers: int) -> Iterator[Spread]:
    """Answer in so many processes of their own, at most :data:`MOST_WORKERS`, which end with the block.

    The batches of a process that dies are tried again by another one. The spread raises SourceError where that does
    not help.
    """
    processes = _Processes(geocoder, workers)
    try:
        yield processes.answers
    finally:
        processes.end()


class _Processes:
    def __init__(self, geocoder: ColumnGeocoder, workers: int) -> None:
        self._geocoder, self._workers = geocoder, workers
        self._pool = self._open()

    def _open(self) -> ProcessPoolExecutor:
        # Started anew, not forked: the same on every system, and safe beside the threads of Arrow.
        return ProcessPoolExecutor(
            self._workers, get_context("spawn"), initializer=_begin, initargs=(self._geocoder,)
        )

    def answers(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting: deque[tuple[pa.RecordBatch, Future]] = deque()
        for batch in batches:
            waiting.append((batch, self._submit(batch)))
            if len(waiting) > 2 * self._workers:
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _submit(self, batch: pa.RecordBatch) -> Future:
        try:
            return self._pool.submit(_answer, batch)
        except BrokenProcessPool as error:
            broken: Future = Future()
            broken.set_exception(error)
            return broken

    def _first(self, waiting: deque[tuple[pa.RecordBatch, Future]]) -> pa.RecordBatch:
        """The answers to the batch that waits longest."""
        for _ in range(TRIES):
            try:
                answered = waiting[0][1].result()
            except BrokenProcessPool:
                self.end()
                self._pool = self._open()
                for place, (batch, future) in enumerate(waiting):
                    if not future.done() or future.cancelled() or future.exception():
                        waiting[place] = batch, self._submit(batch)
            else:
                waiting.popleft()
                return answered
        raise SourceError(
            f"名前を読むプロセスが続けて{TRIES}回、途中で止まりました。メモリーが足りないことが考えられます。"
            "--workers の数を減らして、もう一度実行してください。"
        )

    def end(self) -> None:
        self._pool.shutdown(cancel_futures=True)


_geocoder: ColumnGeocoder


def _begin(geocoder: ColumnGeocoder) -> None:
    """Make a process ready: it works for the one that started it, ends with it, and leaves Ctrl+C to it."""
    global _geocoder
    _geocoder = geocoder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(batch: pa.RecordBatch) -> pa.RecordBatch:
    return _geocoder.answer(batch)
