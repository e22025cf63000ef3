"""Some rows of a table, whatever file they are from, and the values their cells hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

#: What a cell of a text or a workbook holds. Of a Parquet file it may be anything.
Value = str | int | float | bool | date | None


def text_of(value: object) -> str:
    """A value as text: numbers with all their digits, dates as ISO has them, nothing as nothing."""
    if isinstance(value, str):
        return value
    if value is None or value != value:  # NaN
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


@dataclass(frozen=True)
class Rows:
    """Rows of a text or a workbook, each as long as the heading."""

    cells: Sequence[Sequence[Value]]

    def __len__(self) -> int:
        return len(self.cells)

    def texts(self, column: int) -> pa.Array:
        """The texts of one column."""
        import pyarrow as pa

        return pa.array([text_of(cells[column]) for cells in self.cells], pa.string())

    def rows(self) -> Iterator[Sequence[object]]:
        """The values of each row."""
        return iter(self.cells)


@dataclass(frozen=True)
class Batch:
    """Rows of a Parquet file, a column each with its type."""

    batch: pa.RecordBatch

    def __len__(self) -> int:
        return self.batch.num_rows

    def texts(self, column: int) -> pa.Array:
        """The texts of one column."""
        import pyarrow as pa

        values = self.batch.column(column)
        if pa.types.is_string(values.type):
            return values.fill_null("")
        return pa.array(list(map(text_of, values.to_pylist())), pa.string())

    def rows(self) -> Iterator[Sequence[object]]:
        """The values of each row."""
        if not self.batch.num_columns:
            return iter([()] * len(self))
        return zip(*(column.to_pylist() for column in self.batch.columns), strict=True)


Piece = Rows | Batch
