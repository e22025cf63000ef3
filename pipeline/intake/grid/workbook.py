"""Excel's workbooks, old (xls) and new (xlsx, xlsm): values as they were last calculated, macros left alone."""

from __future__ import annotations

import datetime
import io
import re

from pipeline.intake.grid.cells import Cell, Grid, Kind, column_letter, make_grid
from pipeline.intake.grid.limits import Parts, broken, locked, refuse_cells
from pipeline.intake.grid.plain import clean
from pipeline.intake.records import SourceError

_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
#: The address of a cell, as far as it says how wide and deep a sheet is.
_ADDRESS = re.compile(rb'<(?:\w{1,8}:)?c [^>]{0,200}?r="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<(?:\w{1,8}:)?row [^>]{0,200}?r="([0-9]{1,10})"')
_MERGE = re.compile(rb"<(?:\w{1,8}:)?mergeCell ")
#: Merged cells of all sheets together; beyond that they are no longer a table's.
_MOST_MERGED = 200_000


def read_xlsx(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook of today.

    Raises
    ------
    SourceError : it is damaged, too big, or holds no cell.
    """
    parts = Parts(data, name, "Excel")
    for part in parts.names:
        if _SHEET_PART.fullmatch(part):
            _refuse_wide(parts.read(part), name)
        elif part.endswith((".xml", ".rels")):
            start = parts.read(part)
            if b"<!DOCTYPE" in start[:4000] or b"<!ENTITY" in start:
                raise broken(name, "Excel")
    return _read(data, name)


def read_xls(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook of before 2007. Raises as :func:`read_xlsx` does."""
    return _read(data, name)


def _refuse_wide(sheet: bytes, name: str) -> None:
    """Raise for a sheet whose cells lie so far apart that holding all between them would take the memory."""
    if b"<!DOCTYPE" in sheet[:4000] or b"<!ENTITY" in sheet:
        raise broken(name, "Excel")
    columns, rows = {1}, {1}
    for letters, digits in set(_ADDRESS.findall(sheet)):
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        columns.add(number)
        rows.add(int(digits))
    rows.update(int(digits) for digits in _ROW.findall(sheet)[-1:])
    if max(rows) > 1_048_576 or max(columns) > 16_384 or len(_MERGE.findall(sheet)) > _MOST_MERGED:
        raise broken(name, "Excel")
    refuse_cells((max(columns) - min(columns - {1} or {1}) + 1) * max(rows), name)


def _read(data: bytes, name: str) -> list[Grid]:
    import python_calamine

    grids = []
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            refuse_cells(sheet.height * sheet.width, name)
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            grids.append(_grid(sheet, about.name, hidden))
    except SourceError:
        raise
    except python_calamine.PasswordError as error:
        raise locked(name) from error
    except BaseException as error:
        # A fault inside the library's Rust code comes as an exception that is no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if "password" in str(error).lower():
            raise locked(name) from error
        raise broken(name, "Excel") from error
    return grids


def _grid(sheet, name: str, hidden: bool) -> Grid:
    top, left = sheet.start or (0, 0)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    inside: set[tuple[int, int]] = set()
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        spans[first_row, first_column] = (last_row - first_row + 1, last_column - first_column + 1)
    cells = []
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), start=top):
        for column, value in enumerate(values, start=left):
            text, kind = _text(value)
            row_span, column_span = spans.pop((row, column), (1, 1))
            if text and (row, column) not in inside:
                place = f"{name}!{column_letter(column)}{row + 1}"
                cells.append(Cell(text, row, column, row_span, column_span, place, kind))
    return make_grid(name, cells, hidden=hidden)


def _text(value: object) -> tuple[str, Kind]:
    """The text of a value, and what it is."""
    if isinstance(value, bool):
        return ("○" if value else "×"), "text"
    if isinstance(value, datetime.datetime):
        plain = not (value.hour or value.minute or value.second)
        return (value.date().isoformat() if plain else value.isoformat(" ", "minutes")), "date"
    if isinstance(value, datetime.date):
        return value.isoformat(), "date"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)), "number"
    if isinstance(value, int | float):
        return str(value), "number"
    return clean(str(value)).strip() if value is not None else "", "text"
