"""PDF: the tables that lines are drawn around, page by page, put together where one goes on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from geo.folders import ROOT
from pipeline.intake.grid.cells import Cell, Grid, make_grid
from pipeline.intake.grid.limits import MOST_PAGES, broken
from pipeline.intake.records import SourceError

_PROCESS = Path(__file__).with_name("portable_process.py")
#: The memory that reading has, the seconds until a page must be read, and those of all pages, one with the other.
_MOST_MEMORY, _MOST_SECONDS, _MOST_SECONDS_A_PAGE = 1_000_000_000, 15.0, 1.0
#: What was found in the last files read, as the process said it. Before a list is taken in, the same file is read for
#: every series it may be an edition of, and once more with all documents; and a page takes up to a second.
_found: dict[tuple[bytes, str, bool], bytes] = {}
_FOUND_AT_MOST = 2


def read_pdf(
    data: bytes,
    name: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    in_order: bool = False,
) -> list[Grid]:
    """The tables of a PDF; without one its lines, in columns where wide gaps are.

    It is read by a process of its own: a page may unpack to more than there is memory, or take for ever.

    Parameters
    ----------
    progress : called after each page with (pages read, of how many); what it raises ends the reading
    in_order : everything instead as the pages have it, top to bottom: a grid for each table of a page, and one for the
        lines between two

    Raises
    ------
    SourceError : the reader of PDFs is not installed, the file is damaged, has a password, is a scan, or takes too long.
    """
    if not find_spec("pdfplumber"):
        raise SourceError(
            "PDF を読むには pdfplumber が要ります。「pip install 'koryu-map[pdf]'」で入れるか、"
            "一覧を Excel か CSV で保存し直してください。"
        )
    file = hashlib.sha256(data).digest(), name, in_order
    found = _found.get(file)
    if found is None:
        found = _read_apart(data, name, progress, in_order)
        for earlier in list(_found)[: 1 - _FOUND_AT_MOST]:
            _found.pop(earlier, None)
        _found[file] = found
    return [
        make_grid(title, [Cell(*cell) for cell in cells], above, soft=True)
        for title, cells, above in json.loads(found)["tables"]
    ]


def _read_apart(data: bytes, name: str, progress: Callable[[int, int], None], in_order: bool) -> bytes:
    """The tables of a PDF, read by a process of its own, as the JSON that it says."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROCESS), str(ROOT), str(_MOST_MEMORY), name, "order" * in_order],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # No window of its own on Windows.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    watch = _Watch(process)
    said, line = None, b""
    try:
        with suppress(OSError):  # it may have ended before it has read all
            process.stdin.write(data)
            process.stdin.close()
        for line in process.stdout:
            said = json.loads(line)
            watch.goes_on()
            if isinstance(said, list):
                progress(*said)
    except ValueError:
        said = None
    finally:
        watch.stop()
        process.kill()
        process.stdout.close()
        process.wait()
    if isinstance(said, dict) and "refused" in said:
        raise SourceError(said["refused"])
    if not isinstance(said, dict) or "tables" not in said:
        if watch.slow:
            raise SourceError(
                f"ファイル「{name}」は、読み取るのに時間がかかりすぎるので、途中でやめました。"
                "一覧のページだけを別のファイルにするか、元の Excel・Word のファイルを読み込んでください。"
            )
        raise broken(name, "PDF")
    return line


class _Watch:
    """Ends a process that says nothing for too long, or does not come to an end."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self.slow = process, False
        self._end = time.monotonic() + MOST_PAGES * _MOST_SECONDS_A_PAGE
        self._timer = threading.Timer(_MOST_SECONDS, self._strike)
        self._timer.start()

    def _strike(self) -> None:
        self.slow = True
        self._process.kill()

    def goes_on(self) -> None:
        """It has read another page."""
        self.stop()
        self._timer = threading.Timer(
            max(0.0, min(_MOST_SECONDS, self._end - time.monotonic())), self._strike
        )
        self._timer.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
