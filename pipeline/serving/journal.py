"""What a server of the screens does, as a line of JSON each: when it starts and stops, which screen was drawn.

Nothing of a visitor stands in it: no name, no address, no query, nothing that was chosen or typed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pipeline.atomic import unwritable

#: Instead of a file: what a service manager takes from stderr.
STDERR = "-"
#: Read by the operator alone.
_PRIVATE = 0o600

_to: str | None = None


def open_at(to: str | None) -> None:
    """Write to a file from now on, to STDERR, or (None) nowhere.

    Raises
    ------
    WriteError : the file cannot be written.
    """
    global _to
    if to is not None and to != STDERR:
        try:
            _append(to, b"")
        except OSError as error:
            raise unwritable(Path(to), error) from error
    _to = to


def note(event: str, **facts: object) -> None:
    """Add a line; one that cannot be written is left out, because the screens matter more."""
    if _to is None:
        return
    when = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"time": when, "event": event} | facts, ensure_ascii=False)
    with suppress(OSError, ValueError):
        if _to == STDERR:
            print(line, file=sys.stderr, flush=True)
        else:
            _append(_to, f"{line}\n".encode())


@contextmanager
def drawing(screen: str, sessions: Callable[[], int | None]) -> Iterator[dict[str, object]]:
    """Note that a screen is drawn, how long it takes (ms), and how many sessions there are; yields further facts.

    Parameters
    ----------
    sessions : counts them; asked only where a log is kept
    """
    facts: dict[str, object] = {}
    began = time.perf_counter()
    try:
        yield facts
    finally:
        if _to is not None:
            took = round((time.perf_counter() - began) * 1000)
            note("screen", screen=screen, ms=took, sessions=sessions(), **facts)


def _append(to: str, line: bytes) -> None:
    # Opened for each line: whoever turns the log over may rename it. One write, so that lines never mix.
    file = os.open(to, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
    try:
        os.write(file, line)
    finally:
        os.close(file)
