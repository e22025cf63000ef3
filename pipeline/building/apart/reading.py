"""The documents of a build, each as a part: as it is remembered, read here, or read in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass

from pipeline.building.apart.memory import Memory
from pipeline.building.apart.part import Part, Reader
from pipeline.building.apart.part_file import packed, unpacked
from pipeline.building.apart.workers import Common, Job, processes_for, read_apart
from pipeline.intake.registry import Document


@dataclass(frozen=True)
class Means:
    """By what means documents are read: what is remembered of them, and how many processes (None: as is worth it)."""

    memory: Memory
    workers: int | None = None


def read_documents(
    jobs: Mapping[str, Job],
    documents: Mapping[str, Document],
    reader: Reader,
    common: Common,
    means: Means,
    progress: Callable[[str], None],
) -> dict[str, Part]:
    """The part of each document, in the order of the jobs, by its id.

    Parameters
    ----------
    jobs : what is to be read; ``documents`` says of each what it is
    reader, common : what reads it here, and what a process makes such a reader of

    Raises
    ------
    SourceError : one cannot be read; it is the first of those that are read anew.
    """
    memory = means.memory
    known = {source: memory.find(documents[source], *job, reader) for source, job in jobs.items()}
    left = {source: job for source, job in jobs.items() if known[source] is None}
    if len(left) < len(jobs):
        progress(f"変わっていない資料 {len(jobs) - len(left)}件は、前に読んだものを使います。")
    count = processes_for(left, means.workers)
    read = read_apart(left, common, count) if count > 1 else _nothing(left)
    with closing(read):
        for source, (file, data) in left.items():
            progress(f"{file} を読んでいます…")
            _, made = next(read)
            part = unpacked(made) if made else reader.part(source, file, data)
            if memory.keeps:
                memory.keep(documents[source], file, data, reader, made or packed(part))
            known[source] = part
    memory.tidy()
    return {source: part for source, part in known.items() if part is not None}


def _nothing(jobs: Mapping[str, Job]) -> Generator[tuple[str, bytes | None], None, None]:
    """No part of any: all are read here."""
    yield from ((source, None) for source in jobs)
