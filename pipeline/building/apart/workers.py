"""Documents read side by side, in processes of their own; what comes of them is the same, and in the same order.

Not by ``multiprocessing``: a new process of that runs the main module again, which beside a server of screens is the screens.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from geo.folders import ROOT
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document

_PROCESS = Path(__file__).with_name("worker_process.py")
#: Bytes of text that are worth a process, which takes a second to start; a packed file is so many times as long as text.
_WORTH, _PACKED = 500_000, 8
#: Each holds the gazetteer for itself, some 200 MB.
_MOST = 8

#: A document that is to be read: the name of its file, and what stands in it.
Job = tuple[str, bytes]
#: What they are all read with: the arguments of ``pipeline.building.apart.part.Reader`` but the first.
Common = tuple[Mapping[str, Document], bytes, bytes]


def processes_for(jobs: Mapping[str, Job], wanted: int | None) -> int:
    """How many processes to read some documents with: as many as are wanted, else as are worth starting; below 2 none."""
    if wanted is not None:
        return min(wanted, len(jobs))
    weight = sum(len(data) * (_PACKED if data[:2] == b"PK" else 1) for _, data in jobs.values())
    return min(_processors(), len(jobs), weight // _WORTH, _MOST)


def read_apart(
    jobs: Mapping[str, Job], common: Common, count: int
) -> Generator[tuple[str, bytes | None], None, None]:
    """Read documents in ``count`` processes: the id and the packed part of each, in the order they are given in.

    A part is None where the process ended before it was done, by a fault or because the system ended it: then the
    document is to be read here.

    Raises
    ------
    SourceError : one cannot be read; it is the first of them, in that order.
    """
    documents, *rest = common
    plain = {id: replace(one, options=dict(one.options)) for id, one in documents.items()}
    opening = pickle.dumps((plain, *rest))
    # The longest first, or the last of them would keep all waiting.
    longest_first = sorted(jobs, key=lambda source: -len(jobs[source][1]))
    processes = [_Process(opening) for _ in range(count)]
    idle: SimpleQueue[_Process] = SimpleQueue()
    for process in processes:
        idle.put(process)

    def read(source: str) -> tuple[str, bytes | str] | None:
        process = idle.get()
        try:
            return process.ask((source, *jobs[source]))
        finally:
            idle.put(process)

    try:
        with ThreadPoolExecutor(count) as threads:
            answers = {source: threads.submit(read, source) for source in longest_first}
            try:
                for source in jobs:
                    said = answers.pop(source).result()
                    if said and said[0] == "refused":
                        raise SourceError(said[1])
                    yield source, said[1] if said else None  # type: ignore[misc]
            finally:
                threads.shutdown(wait=False, cancel_futures=True)
                for process in processes:
                    process.kill()
    finally:
        for process in processes:
            process.close()


class _Process:
    """A process that reads; started when it is first asked, and again after it ended."""

    def __init__(self, opening: bytes) -> None:
        self._opening = opening
        self._running: subprocess.Popen[bytes] | None = None
        self._ended = False

    def ask(self, job: tuple[str, str, bytes]) -> tuple[str, bytes | str] | None:
        """The answer to a job; None where the process ended instead."""
        try:
            if self._running is None:
                self._running = self._start()
            running = self._running
            assert running.stdin is not None
            assert running.stdout is not None
            pickle.dump(job, running.stdin)
            running.stdin.flush()
            return pickle.load(running.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.close()
            return None

    def kill(self) -> None:
        """Break off whatever it is at; it is not started again."""
        self._ended = True
        if running := self._running:
            running.kill()

    def close(self) -> None:
        """Let go of it."""
        running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        for pipe in (running.stdin, running.stdout):
            with suppress(OSError):  # what could not be said to it
                pipe.close()  # type: ignore[union-attr]
        running.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        if self._ended:
            raise OSError
        running = subprocess.Popen(
            [sys.executable, "-I", str(_PROCESS), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No window of its own on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._running = running
        assert running.stdin is not None
        running.stdin.write(self._opening)
        return running


def _processors() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1
