"""PDF: the tables that lines are drawn around, page by page, put together where one goes on."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from geo.folders import ROOT
from pipeline.intake.grid.cells import Cell, Grid, make_grid
from pipeline.intake.grid.limits import MOST_PAGES, broken, locked, refuse_cells
from pipeline.intake.grid.plain import clean
from pipeline.intake.records import SourceError

#: Points between two words of a line that make them two columns.
_GAP = 12
#: Lines, rectangles and curves of one page; more are a drawing, and looking for a table in it would take for ever.
_MOST_STROKES = 20_000
_PROCESS = Path(__file__).with_name("portable_process.py")
#: The memory that reading has, the seconds until a page must be read, and those of all pages, one with the other.
_MOST_MEMORY, _MOST_SECONDS, _MOST_SECONDS_A_PAGE = 1_000_000_000, 15.0, 1.0

#: Its name, its cells, and what stands above it.
Table = tuple[str, list[Cell], list[str]]


def read_pdf(data: bytes, name: str) -> list[Grid]:
    """The tables of a PDF; without one its lines, in columns where wide gaps are.

    It is read by a process of its own: a page may unpack to more than there is memory, or take for ever.

    Raises
    ------
    SourceError : the reader of PDFs is not installed, the file is damaged, has a password, is a scan, or takes too long.
    """
    if not find_spec("pdfplumber"):
        raise SourceError(
            "PDF を読むには pdfplumber が要ります。「pip install 'koryu-map[pdf]'」で入れるか、"
            "一覧を Excel か CSV で保存し直してください。"
        )
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROCESS), str(ROOT), str(_MOST_MEMORY), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # No window of its own on Windows.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    watch = _Watch(process)
    said = None
    try:
        with suppress(OSError):  # it may have ended before it has read all
            process.stdin.write(data)
            process.stdin.close()
        for line in process.stdout:
            said = json.loads(line)
            watch.goes_on()
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
    return [
        make_grid(title, [Cell(*cell) for cell in cells], above, soft=True)
        for title, cells, above in said["tables"]
    ]


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


def tables_of(data: bytes, name: str, goes_on: Callable[[], None]) -> list[Table]:
    """What :func:`read_pdf` makes grids of, read here; ``goes_on`` is called with every page.

    Raises
    ------
    SourceError : as there
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return _tables(document, name, goes_on)
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        why: BaseException | None = error
        while why is not None:
            if isinstance(why, PDFPasswordIncorrect) or any(
                isinstance(one, PDFPasswordIncorrect) for one in why.args
            ):
                raise locked(name) from error
            why = why.__cause__ or why.__context__
        raise broken(name, "PDF") from error


def _tables(document: Any, name: str, goes_on: Callable[[], None]) -> list[Table]:
    if len(document.pages) > MOST_PAGES:
        raise SourceError(
            f"ファイル「{name}」は{len(document.pages):,}ページあり、読めるページ数（{MOST_PAGES}）を超えています。"
            "一覧のページだけを別のファイルにしてから、読み込んでください。"
        )
    if not document.pages:
        raise broken(name, "PDF")
    tables: list[tuple[str, int, list[Cell], list[str]]] = []
    words: list[Cell] = []
    row = characters = 0
    for number, page in enumerate(document.pages, start=1):
        characters += len(page.chars)
        strokes = len(page.lines) + len(page.rects) + len(page.curves)
        found = page.find_tables() if page.chars and strokes <= _MOST_STROKES else []
        above: list[str] = []
        if found:
            top = min(table.bbox[1] for table in found)
            above = [
                clean(line["text"])
                for line in page.extract_text_lines(return_chars=False)
                if line["bottom"] <= top + 1
            ]
        for count, table in enumerate(found, start=1):
            cells, width = _cells(table, f"{number}ページ 表{count}")
            refuse_cells(len(cells) + sum(len(one[2]) for one in tables), name)
            before = tables[-1] if tables else None
            if before and before[1] == width:
                below = max((cell.row + cell.row_span for cell in before[2]), default=0)
                before[2].extend(_moved(cell, below) for cell in cells)
            else:
                tables.append((f"{number}ページ 表{count}", width, cells, above))
        if not found and not tables:
            lines = _lines(page)
            for line, texts in enumerate(lines, start=1):
                place = f"{number}ページ {line}行目"
                words += [Cell(text, row, column, place=place) for column, text in enumerate(texts)]
                row += 1
        page.close()
        goes_on()
    if not characters:
        raise SourceError(
            f"ファイル「{name}」のページは画像（スキャン）で、文字が入っていません。"
            "文字の入った PDF か、元の Excel・Word のファイルを読み込んでください。"
        )
    if tables:
        return [(title, cells, above) for title, _, cells, above in tables]
    return [("本文", words, [])]


def _cells(table: Any, place: str) -> tuple[list[Cell], int]:
    """The cells of a table and the number of its columns; a cell spans the lines that its box runs over."""
    rights = sorted({round(box[0]) for box in table.cells})
    tops = sorted({round(box[1]) for box in table.cells})
    lefts, heads = _near(rights), _near(tops)
    texts = {}
    for row, drawn in zip(table.extract(), table.rows, strict=True):
        for text, box in zip(row, drawn.cells, strict=True):
            if box is not None:
                texts[box] = text or ""
    cells = []
    for box, text in texts.items():
        row, column = heads[round(box[1])], lefts[round(box[0])]
        bottom = sum(head < box[3] - 2 for head in sorted(set(_firsts(tops))))
        right = sum(left < box[2] - 2 for left in sorted(set(_firsts(rights))))
        cells.append(
            Cell(
                clean(text).strip(),
                row,
                column,
                max(1, bottom - row),
                max(1, right - column),
                f"{place} {row + 1}行目",
            )
        )
    return cells, len(set(lefts.values()))


def _firsts(positions: list[int]) -> list[int]:
    """Positions of lines, those within two points of each other taken as one."""
    found: list[int] = []
    for position in positions:
        if not found or position - found[-1] > 2:
            found.append(position)
    return found


def _near(positions: list[int]) -> dict[int, int]:
    """Position → the number of its line."""
    numbers: dict[int, int] = {}
    first, number = -10, -1
    for position in positions:
        if position - first > 2:
            first, number = position, number + 1
        numbers[position] = number
    return numbers


def _moved(cell: Cell, rows: int) -> Cell:
    return Cell(
        cell.text, cell.row + rows, cell.column, cell.row_span, cell.column_span, cell.place, cell.kind
    )


def _lines(page: Any) -> list[list[str]]:
    """The lines of a page, cut where a gap is wider than between words."""
    lines: list[list[str]] = []
    for line in page.extract_text_lines(return_chars=True):
        texts, last = [""], None
        for character in line["chars"]:
            if last is not None and character["x0"] - last > max(_GAP, 1.5 * character["size"]):
                texts.append("")
            texts[-1] += character["text"]
            last = character["x1"]
        lines.append([clean(text).strip() for text in texts if text.strip()])
    return lines
