"""Excel's workbooks, old (xls) and new (xlsx, xlsm): values as they were last calculated, macros left alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline.intake.grid.cells import Cell, Grid, Kind, column_letter, make_grid
from pipeline.intake.grid.limits import MOST_PLACES, MOST_UNPACKED, Parts, broken, locked, refuse_cells
from pipeline.intake.grid.plain import clean

_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
#: A cell that holds something, and its address; an empty one may be formatted down to the last row of a sheet.
_CELL = re.compile(r"<(?:\w{1,8}:)?c ([^<>]{0,300})>")
_ADDRESS = re.compile(r'(?:^| )r="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_TAG = 400
_MERGE = re.compile(r"<(?:\w{1,8}:)?mergeCell ")
#: What reads a workbook, and the memory and time it has for it.
PROCESS = Path(__file__).with_name("workbook_process.py")
MOST_MEMORY, MOST_SECONDS = 900_000_000, 60
#: Merged cells of all sheets together; beyond that they are no longer a table's.
_MOST_MERGED = 200_000


def read_xlsx(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook of today.

    Raises
    ------
    SourceError : it is damaged, too big, or holds no cell.
    """
    refuse_hostile(data, name)
    return _read(data, name)


def refuse_hostile(
    data: bytes, name: str, most_places: int = MOST_PLACES, most_unpacked: int = MOST_UNPACKED
) -> None:
    """Raise SourceError for a workbook of today that no program should open: see :func:`read_xlsx`."""
    parts = Parts(data, name, "Excel", most_unpacked)
    for part in parts.names:
        if _SHEET_PART.fullmatch(part):
            _refuse_wide(parts.blocks(part), name, most_places)
        elif part.endswith((".xml", ".rels")):
            start = parts.read(part)
            if b"<!DOCTYPE" in start[:4000] or b"<!ENTITY" in start:
                raise broken(name, "Excel")


def read_xls(data: bytes, name: str) -> list[Grid]:
    """The sheets of a workbook of before 2007. Raises as :func:`read_xlsx` does."""
    return _read(data, name)


def _refuse_wide(sheet: Iterable[bytes], name: str, most_places: int) -> None:
    """Raise for a sheet whose cells lie so far apart that holding all between them would take the memory."""
    last_column = last_row = 1
    merged, rest, begun = 0, "", False
    for block in sheet:
        text = rest + block.decode("latin-1")
        if not begun and "<!DOCTYPE" in text[:4000] or "<!ENTITY" in text:
            raise broken(name, "Excel")
        begun = True
        # A tag that goes on in the next block is looked at with it.
        end = max(text.rfind("<"), len(text) - _LONGEST_TAG)
        text, rest = text[:end], text[end:]
        merged += len(_MERGE.findall(text))
        columns = set()
        for attributes in _CELL.findall(text):
            address = None if attributes.endswith("/") else _ADDRESS.search(attributes)
            if address:
                columns.add(address[1])
                last_row = max(last_row, int(address[2]))
        last_column = max([last_column, *map(_number, columns)])
    if last_row > 1_048_576 or last_column > 16_384 or merged > _MOST_MERGED:
        raise broken(name, "Excel")
    refuse_cells(last_column * last_row, name, most_places)


def _number(letters: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _read(data: bytes, name: str) -> list[Grid]:
    command = [sys.executable, "-I", str(PROCESS), str(MOST_MEMORY), str(MOST_PLACES)]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            check=False,
            # No window of its own on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise broken(name, "Excel") from error
    if "sheets" not in said:
        if said.get("error") == "locked":
            raise locked(name)
        refuse_cells(MOST_PLACES + (said.get("error") == "cells"), name, MOST_PLACES)
        raise broken(name, "Excel")
    return [_grid(sheet) for sheet in said["sheets"]]


def _grid(sheet: dict) -> Grid:
    name, (top, left) = sheet["name"], sheet["start"]
    spans = {
        (first_row, first_column): (last_row - first_row + 1, last_column - first_column + 1)
        for (first_row, first_column), (last_row, last_column) in sheet["merged"]
    }
    cells = []
    for row, values in enumerate(sheet["rows"], start=top):
        for column, value in enumerate(values, start=left):
            text, kind = _text(value)
            if text:
                row_span, column_span = spans.get((row, column), (1, 1))
                place = f"{name}!{column_letter(column)}{row + 1}"
                cells.append(Cell(text, row, column, row_span, column_span, place, kind))
    return make_grid(name, cells, hidden=sheet["hidden"])


def _text(value: object) -> tuple[str, Kind]:
    """The text of a value, and what it is."""
    if isinstance(value, dict):
        return value["date"], "date"
    if isinstance(value, bool):
        return ("○" if value else "×"), "text"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value)), "number"
    if isinstance(value, int | float):
        return str(value), "number"
    return clean(str(value)).strip(), "text"
