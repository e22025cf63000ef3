"""A table of any length, written a piece at a time: as CSV, as a workbook, or as Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from pipeline.formulas import FORMULA, guarded
from pipeline.intake.records import SourceError
from pipeline.tables.chunks import Batch, Piece, text_of

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: A number alone is no formula, also with a minus before it.
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 1_048_576, 16_384, 32_767
#: The first day that Excel's calendar counts as everybody else's does.
_FIRST_DAY = date(1900, 3, 1)


class TableWriter(Protocol):
    """A table that is being written."""

    def write(self, piece: Piece, added: pa.RecordBatch) -> None:
        """Write some rows, each with what is added to it: texts, and numbers or null.

        Raises SourceError for what the format cannot hold.
        """
        ...


def writer_for(suffix: str) -> Callable[..., Any] | None:
    """What opens a writer of files with this ending: ``(path, headings, added, folder)``; None for any other ending.

    ``added`` are the names of the columns added behind those of ``headings``; ``folder`` is for files on the way.
    """
    return {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}.get(suffix.lower())


@contextmanager
def _csv(path: Path, headings: Sequence[str], added: Sequence[str], folder: Path) -> Iterator[TableWriter]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow(map(_unrun, (*headings, *added)))
        yield _Csv(lines)


class _Csv:
    def __init__(self, lines: Any) -> None:
        self._lines = lines

    def write(self, piece: Piece, added: pa.RecordBatch) -> None:
        more = [
            [f"{one:.2f}" if isinstance(one, float) else one for one in column.to_pylist()]
            for column in added.columns
        ]
        self._lines.writerows(
            (*map(_unrun, cells), *values) for cells, *values in zip(piece.rows(), *more, strict=True)
        )


def _unrun(value: object) -> str:
    """A value as text that no spreadsheet runs."""
    text = text_of(value)
    return guarded(text) if isinstance(value, str) and not _NUMBER.fullmatch(text) else text


@contextmanager
def _xlsx(path: Path, headings: Sequence[str], added: Sequence[str], folder: Path) -> Iterator[TableWriter]:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    headings = (*headings, *added)
    if len(headings) > _MOST_COLUMNS:
        raise SourceError(
            f"列が{len(headings):,}あり、xlsx には書けません（{_MOST_COLUMNS:,}列まで）。--out を .csv にしてください。"
        )
    book = xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "tmpdir": str(folder),
            "use_zip64": True,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet("表")
    try:
        table = _Xlsx(book, sheet, headings)
        yield table
        book.close()
    except FileCreateError as error:
        raise error.__context__ if isinstance(error.__context__, OSError) else error from None
    finally:
        sheet._opt_close()  # its file on the way, which Windows would not let go of


class _Xlsx:
    def __init__(self, book: Workbook, sheet: Worksheet, headings: Sequence[str]) -> None:
        self._sheet, self._headings = sheet, headings
        self._text = book.add_format({"num_format": "@"})
        # As if typed with a leading ': it stays text when somebody edits the cell.
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._hundredths = book.add_format({"num_format": "0.00"})
        self._row = 0
        self._write(headings, ())
        sheet.freeze_panes(1, 0)

    def write(self, piece: Piece, added: pa.RecordBatch) -> None:
        more = zip(*(column.to_pylist() for column in added.columns), strict=True)
        for cells, values in zip(piece.rows(), more, strict=True):
            self._write(cells, values)

    def _write(self, cells: Sequence[object], added: Sequence[str | float | None]) -> None:
        if self._row >= _MOST_ROWS:
            raise SourceError(
                f"{_MOST_ROWS:,}行を超えるので、xlsx には書けません。--out を .csv か .parquet にしてください。"
            )
        for column, value in enumerate(cells):
            if value is not None and value != "" and value == value:
                self._cell(column, value)
        for column, one in enumerate(added, start=len(cells)):
            if isinstance(one, float):
                self._sheet.write_number(self._row, column, one, self._hundredths)
            elif one:
                self._sheet.write_string(self._row, column, one, self._text)
        self._row += 1

    def _cell(self, column: int, value: object) -> None:
        row, sheet = self._row, self._sheet
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif (
            isinstance(value, int | float) and abs(value) < 1e15
        ):  # no NaN, and beyond that Excel loses digits
            sheet.write_number(row, column, value)
        elif type(value) is datetime and value.tzinfo is None and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, self._moment)
        elif type(value) is date and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value)
        else:
            text = text_of(value)
            if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST_CELL:
                raise SourceError(
                    f"{row + 1}行目の「{self._headings[column]}」の欄は{_LONGEST_CELL:,}文字より長く、xlsx には書けません。"
                    "--out を .csv か .parquet にしてください。"
                )
            sheet.write_string(row, column, text, self._quoted if FORMULA.match(text) else self._text)


@contextmanager
def _parquet(
    path: Path, headings: Sequence[str], added: Sequence[str], folder: Path
) -> Iterator[TableWriter]:
    headings = list(headings)
    if twice := next((one for one in headings if one and headings.count(one) > 1), ""):
        raise SourceError(
            f"「{twice}」という見出しの列が2つあり、parquet には書けません。--out を .csv にするか、見出しを変えてください。"
        )
    if headings.count("") > 1:
        raise SourceError(
            "見出しのない列が2つ以上あり、parquet には書けません。--out を .csv にするか、見出しを付けてください。"
        )
    with path.open("wb") as file:
        table = _Parquet(file, headings, added)
        try:
            yield table
        finally:
            table.close()


class _Parquet:
    """Columns of a Parquet file keep their types; all others are text."""

    def __init__(self, file: BinaryIO, headings: Sequence[str], added: Sequence[str]) -> None:
        self._file, self._headings, self._added = file, headings, added
        self._writer: Any = None

    def write(self, piece: Piece, added: pa.RecordBatch) -> None:
        import pyarrow as pa

        if isinstance(piece, Batch):
            schema, arrays = piece.batch.schema, list(piece.batch.columns)
        else:
            schema = pa.schema([pa.field(name, pa.string()) for name in self._headings])
            arrays = [piece.texts(column) for column in range(len(self._headings))]
        for name, column in zip(self._added, added.columns, strict=True):
            arrays.append(column)
            schema = schema.append(pa.field(name, column.type))
        self._open(schema)
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))

    def _open(self, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._writer = self._writer or pq.ParquetWriter(self._file, schema)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
