"""The pages of a published site, made in several processes at once where there are many."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipeline.deliver.site_pages import Entry
from pipeline.deliver.site_writer import SiteWriter

#: With fewer pages a process, starting it takes longer than it saves.
_WORTH = 250

#: Pages that a process is given at once.
_TOGETHER = 8

#: How often it is told how many pages there are.
_TOLD = 200

#: What a process of several makes its pages with; set where it starts.
_writer: SiteWriter | None = None


def write_pages(
    writer: SiteWriter,
    entries: Sequence[Entry],
    workers: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write pages; return how many are others than before. The bytes are the same, however many processes make them.

    Parameters
    ----------
    workers : how many processes; by default as many as there are processors, and none where there are few pages
    progress : is told how many are done
    """
    changed = 0
    for done, other in enumerate(_each(writer, entries, workers), 1):
        changed += other
        if not done % _TOLD:
            progress(done)
    return changed


def _each(writer: SiteWriter, entries: Sequence[Entry], workers: int | None) -> Iterator[bool]:
    if workers is None:
        workers = min(
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            len(entries) // _WORTH,
        )
    if workers < 2:
        yield from map(writer.write, entries)
        return
    # In a file: where a process ends before it has read what is sent to it, who sends would wait for ever.
    sent = writer.folder.new / ".writer"
    sent.write_bytes(pickle.dumps(writer, pickle.HIGHEST_PROTOCOL))
    # Begun afresh on every system: what a library has running in this process is not to be copied half.
    begin = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, begin, initializer=_begin, initargs=(sent,)) as pool:
            try:
                yield from pool.map(_write, entries, chunksize=_TOGETHER)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        sent.unlink(missing_ok=True)


def _begin(sent: Path) -> None:
    global _writer
    _writer = pickle.loads(sent.read_bytes())
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    """End this process with the one that began it: where that is killed, nobody else would."""
    parent.join()
    os._exit(1)


def _write(entry: Entry) -> bool:
    assert _writer is not None
    return _writer.write(entry)
