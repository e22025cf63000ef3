"""A table of any length, opened as what it is whatever its name ends in, and read a piece at a time."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.intake.grid.limits import broken, locked, refuse_bytes, refuse_cells
from pipeline.intake.grid.plain import encoding_of
from pipeline.intake.grid.workbook import MOST_MEMORY, MOST_SECONDS, PROCESS, refuse_hostile
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import read_bytes, unopened
from pipeline.tables.chunks import Batch, Piece, Rows, Value

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: Rows of a piece: enough to be worth the while, and few in memory.
PIECE = 20_000
_SEPARATORS = (",", "\t", ";")
#: Characters of a cell. A quotation mark that is never closed swallows all that follows it.
_LONGEST_CELL = 1_000_000
#: Places of a workbook's sheet, empty ones too; the library holds them all.
_MOST_PLACES = 6_000_000
#: What its parts may come to when unpacked; they are never held whole.
_MOST_UNPACKED = 1_000_000_000


class TableReader(Protocol):
    """An opened table.

    ``headings`` are of every column, also of those that have none; ``length`` is the number of its rows; ``part`` is
    what is read of a file with several tables, else "".
    """

    headings: list[str]
    length: int
    part: str

    def pieces(self) -> Iterator[Piece]:
        """All rows below the heading, some at a time, at least one piece. Raises SourceError for what is damaged."""
        ...


@contextmanager
def open_table(path: Path, column: str) -> Iterator[TableReader]:
    """Open a table: text of any usual encoding, Excel's workbooks, or Parquet.

    Parameters
    ----------
    column : one of its headings, by which the separator of a text and the sheet of a workbook are known

    Raises
    ------
    SourceError : it cannot be read, or holds no table.
    """
    try:
        if path.exists() and not path.is_file():
            raise IsADirectoryError
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise unopened(path, error) from None
    if start.startswith(b"PAR1"):
        with _parquet(path) as table:
            yield table
    elif start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        with _workbook(path, column) as table:
            yield table
    else:
        yield _Text(path, column)


def _empty(path: Path) -> SourceError:
    return SourceError(f"ファイル「{path.name}」は空です。見出しの行のある表を選んでください。")


class _Text:
    """CSV and its like. It is read through twice: what is damaged is known before anything is written."""

    part = ""

    def __init__(self, path: Path, column: str) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                encoding = encoding_of(file)
        except OSError as error:
            raise unopened(path, error) from None
        if encoding is None:
            raise SourceError(
                f"ファイル「{path.name}」の文字コードが分からないか、途中で壊れています。"
                "「UTF-8」の CSV で保存し直してから、もう一度実行してください。"
            )
        self._encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        self._separator = next(
            (one for one in _SEPARATORS if column in map(str.strip, self._heading(one))), _SEPARATORS[0]
        )
        self.headings = self._heading(self._separator)
        if not self.headings:
            raise _empty(path)
        width, self.length = len(self.headings), -1
        for cells in self._rows(self._separator):
            width, self.length = max(width, len(cells)), self.length + 1
        self.headings += [""] * (width - len(self.headings))

    def _heading(self, separator: str) -> list[str]:
        return next(self._rows(separator), [])

    def _rows(self, separator: str) -> Iterator[list[str]]:
        """The rows from the first one that holds something."""
        csv.field_size_limit(_LONGEST_CELL)
        begun = False
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                reader = csv.reader(file, delimiter=separator, strict=True)
                for cells in reader:
                    begun = begun or any(map(str.strip, cells))
                    if begun:
                        yield cells
        except csv.Error:
            raise SourceError(
                f'ファイル「{self._path.name}」の{max(1, reader.line_num)}行目までに、引用符（"）の対応しない欄か、'
                "長すぎる欄があります。元のソフトで CSV に保存し直してください。"
            ) from None
        except OSError as error:
            raise unopened(self._path, error) from None

    def pieces(self) -> Iterator[Piece]:
        width = len(self.headings)
        rows = islice(self._rows(self._separator), 1, None)
        while some := list(islice(rows, PIECE)):
            yield Rows([[*cells, *[""] * (width - len(cells))] for cells in some])
        if not self.length:
            yield Rows(())


class _Workbook:
    """The first sheet whose heading has the column, else the first one, read by a process of its own."""

    def __init__(self, path: Path, column: str, lines: Iterator[object]) -> None:
        self._path, self._lines = path, lines
        self.part, self.length, self.headings = "", 0, []
        first: tuple[str, list[str]] | None = None
        name, length, above = "", 0, 0
        waiting = False
        for line in lines:
            if isinstance(line, dict):
                name, length, above, waiting = line["sheet"], line["rows"], 0, True
                continue
            assert isinstance(line, list)
            if not waiting:
                continue
            above += 1
            headings = [str(_value(cell) if cell is not None else "") for cell in line]
            if not any(map(str.strip, headings)):
                continue
            waiting = False
            first = first or (name, headings)
            if column in map(str.strip, headings):
                self.part, self.headings, self.length = name, headings, max(0, length - above)
                return
        if first is None:
            raise _empty(path)
        self.part, self.headings = first

    def pieces(self) -> Iterator[Piece]:
        rows = self._below()
        yield Rows(list(islice(rows, PIECE)))
        while some := list(islice(rows, PIECE)):
            yield Rows(some)

    def _below(self) -> Iterator[list[Value]]:
        width = len(self.headings)
        for line in self._lines:
            if not isinstance(line, list):
                break
            yield [*map(_value, line), *[""] * (width - len(line))]
        # What comes after is read, too: only at its end is the workbook known to be whole.
        for _ in self._lines:
            pass


def _value(cell: object) -> Value:
    if isinstance(cell, dict):
        said = cell.get("time") or cell["date"]
        try:
            return datetime.fromisoformat(said) if "time" in cell else date.fromisoformat(said)
        except ValueError:
            return str(said)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell if isinstance(cell, str | int | float | bool) else ""


@contextmanager
def _workbook(path: Path, column: str) -> Iterator[TableReader]:
    name = path.name
    try:
        refuse_bytes(path.stat().st_size, name)
    except OSError as error:
        raise unopened(path, error) from None
    data = read_bytes(path)
    if data.startswith(b"PK"):
        refuse_hostile(data, name, _MOST_PLACES, _MOST_UNPACKED)
    del data
    command = [sys.executable, "-I", str(PROCESS), str(MOST_MEMORY), str(_MOST_PLACES), "rows"]
    with path.open("rb") as file:
        process = subprocess.Popen(
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No window of its own on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    assert process.stdout is not None
    # A damaged workbook may lead the library astray for ever; once it has begun it waits for us.
    watch = threading.Timer(MOST_SECONDS, process.kill)
    watch.start()
    try:
        yield _Workbook(path, column, _lines(process.stdout, watch, name))
    finally:
        watch.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


def _lines(stream: Iterable[bytes], watch: threading.Timer, name: str) -> Iterator[object]:
    """What the process says, until it says that it is at the end."""
    for raw in stream:
        watch.cancel()
        try:
            line = json.loads(raw)
        except ValueError:
            break
        if isinstance(line, dict) and "error" in line:
            if line["error"] == "locked":
                raise locked(name)
            refuse_cells(_MOST_PLACES + (line["error"] == "cells"), name, _MOST_PLACES)
            break
        if isinstance(line, dict) and "end" in line:
            return
        yield line
    raise broken(name, "Excel")


class _Parquet:
    part = ""

    def __init__(self, path: Path, file: pq.ParquetFile) -> None:
        self._path, self._file = path, file
        self.headings = list(map(str, file.schema_arrow.names))
        self.length = file.metadata.num_rows

    def pieces(self) -> Iterator[Piece]:
        batches = self._file.iter_batches(batch_size=PIECE)
        if not self.length:
            yield Batch(_without_rows(self._file.schema_arrow))
        while True:
            with _whole(self._path):
                batch = next(batches, None)
                if batch is not None:
                    batch.validate(full=True)
            if batch is None:
                return
            yield Batch(batch)


def _without_rows(schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([pa.array([], kind) for kind in schema.types], schema=schema)


@contextmanager
def _parquet(path: Path) -> Iterator[TableReader]:
    import pyarrow.parquet as pq

    with _whole(path):
        file = pq.ParquetFile(path)
        table = _Parquet(path, file)
        if not table.headings:
            raise _empty(path)
    with file:
        yield table


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say of whatever its library meets that the file is damaged."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError) as error:
        raise SourceError(
            f"ファイル「{path.name}」は Parquet のファイルですが、壊れているか途中で切れていて読めません。"
            "元のソフトで保存し直したものを使ってください。"
        ) from error
