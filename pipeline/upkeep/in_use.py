"""Whether screens are open on a user's data: each server holds a lock of its own beside it for as long as it lives.

The operating system frees a lock when its holder dies, so neither a crash nor a kill leaves data "in use".
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.atomic import exclusive, unwritable
from pipeline.intake.records import SourceError

#: What is put in place of the data by a restore lies beside it under this name; its lock is that of the whole folder.
WAITING = "restoring"
_OPEN = ".screens-"


@contextmanager
def screens_open(folder: Path) -> Iterator[None]:
    """Say that screens are open on the data of a folder, as long as the block lasts.

    Nothing is said in a folder that is missing or cannot be written: nobody restores anything there.

    Raises
    ------
    WriteError : a restore goes on for a minute already, or the lock cannot be made.
    """
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        yield
        return
    lock = FileLock(folder / f"{_OPEN}{uuid.uuid4().hex[:12]}.lock")
    # A restore holds this one: it has ended when the screens open, and is not begun before they are known to be.
    with exclusive(folder / WAITING):
        _others(folder)
        try:
            lock.acquire()
        except OSError as error:
            raise unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)


def refuse_while_open(folder: Path) -> None:
    """See that no screens are open on the data of a folder; to be used while holding the lock of WAITING in it.

    Raises
    ------
    SourceError : some are.
    """
    if count := _others(folder):
        raise SourceError(
            f"「{folder}」を使う画面が{count}つ動いています。koryu app を終えてから、もう一度実行してください。何も変えていません。"
        )


def _others(folder: Path) -> int:
    """How many servers hold a lock; the locks of those that were killed are cleared away."""
    count = 0
    for left in folder.glob(f"{_OPEN}*.lock"):
        try:
            with FileLock(left, timeout=0):
                pass
            left.unlink(missing_ok=True)
        except Timeout:
            count += 1
        except OSError:  # of another user, who may be running them
            count += 1
    return count
