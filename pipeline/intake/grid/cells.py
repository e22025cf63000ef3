"""The one model of cells that every decoder fills."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

#: Stands in a cell where its line was full; a 「\\n」 in the same cell then ends a line that was not.
WRAP = "\v"
#: "date" is a real date of a spreadsheet, its text ISO; "number" a real number, its text without a useless 「.0」.
Kind = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something, or spans more than itself.

    Parameters
    ----------
    text : what it holds; a line break within the cell is 「\\n」
    row, column : where it begins, from 0
    row_span, column_span : how many rows and columns it covers, never beyond the grid
    place : where a person finds it: 「12行目」, 「一覧!C12」, 「3ページ 表1 5行目」
    kind : what a spreadsheet knows of its value
    """

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    place: str = ""
    kind: Kind = "text"


@dataclass(frozen=True)
class Grid:
    """A table of cells.

    Parameters
    ----------
    name : of the sheet, page or table, as a person would ask for it
    rows : the cells that begin in each row, from left to right; empty cells are left out
    captions : what is written around the table and not in it: the title of a page, a heading above
    soft : whether a line break in a cell is only where the line was full, as in a PDF
    hidden : whether a reader of the file does not see it
    part : the number of the table among several of one sheet, from 1; 0 where it is the only one
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    captions: tuple[str, ...] = ()
    soft: bool = False
    hidden: bool = False
    part: int = 0

    @cached_property
    def width(self) -> int:
        """The number of columns that hold something."""
        return max((cell.column + cell.column_span for row in self.rows for cell in row), default=0)

    @cached_property
    def filled(self) -> int:
        """The number of cells that hold something."""
        return sum(bool(cell.text) for row in self.rows for cell in row)

    @cached_property
    def _own(self) -> dict[tuple[int, int], Cell]:
        return {(cell.row, cell.column): cell for row in self.rows for cell in row}

    @cached_property
    def _spanning(self) -> dict[tuple[int, int], Cell]:
        wide = (cell for row in self.rows for cell in row if cell.row_span > 1 or cell.column_span > 1)
        return {
            (row, column): cell
            for cell in wide
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that begins here."""
        return self._own.get((row, column))

    def covering(self, row: int, column: int) -> Cell | None:
        """The cell that begins here or spans this place."""
        return self._spanning.get((row, column)) or self._own.get((row, column))


def make_grid(
    name: str,
    cells: Iterable[Cell],
    captions: Iterable[str] = (),
    *,
    soft: bool = False,
    hidden: bool = False,
) -> Grid:
    """A grid of cells in any order; spans end where the grid does, and one that another cell stands in is cut.

    Rows and columns keep their numbers, so that places stay true.
    """
    found = [cell for cell in cells if cell.text or cell.row_span > 1 or cell.column_span > 1]
    filled = [cell for cell in found if cell.text]
    height = max((cell.row + 1 for cell in filled), default=0)
    width = max((cell.column + 1 for cell in filled), default=0)
    # A merged cell may reach below the last row and beyond the last column that hold something, but not for ever.
    height = max([height, *(cell.row + min(cell.row_span, _BEYOND) for cell in filled)])
    width = max([width, *(cell.column + min(cell.column_span, _BEYOND) for cell in filled)])
    rows: list[list[Cell]] = [[] for _ in range(height)]
    for cell in sorted(found, key=lambda cell: (cell.row, cell.column)):
        if cell.row < height and cell.column < width:
            rows[cell.row].append(
                Cell(
                    cell.text,
                    cell.row,
                    cell.column,
                    max(1, min(cell.row_span, height - cell.row)),
                    max(1, min(cell.column_span, width - cell.column)),
                    cell.place,
                    cell.kind,
                )
            )
    kept = list(map(tuple, rows))
    spanned = sum(c.row_span * c.column_span for row in kept for c in row if c.row_span * c.column_span > 1)
    if spanned > _MOST_SPANNED:
        kept = [tuple(_single(cell) for cell in row if cell.text) for row in kept]
    return Grid(name, tuple(kept), tuple(text for text in captions if text.strip()), soft, hidden)


def cut(grid: Grid, rows: Sequence[int]) -> list[Grid]:
    """The tables of a sheet that holds several, each beginning in one of ``rows``; places stay what they are."""
    ends = [*rows[1:], len(grid.rows)]
    found = []
    for part, (first, end) in enumerate(zip(rows, ends, strict=True), start=1):
        cells = (
            replace(cell, row=cell.row - first, row_span=min(cell.row_span, end - cell.row))
            for row in grid.rows[first:end]
            for cell in row
        )
        # What stands above the first of them is said of all.
        captions = [*grid.captions, *(cell.text for row in grid.rows[: rows[0]] for cell in row if cell.text)]
        piece = make_grid(grid.name, cells, captions, soft=grid.soft, hidden=grid.hidden)
        found.append(replace(piece, part=part))
    return found


def transposed(grid: Grid) -> Grid:
    """A grid with its rows as columns."""
    cells = (
        replace(cell, row=cell.column, column=cell.row, row_span=cell.column_span, column_span=cell.row_span)
        for row in grid.rows
        for cell in row
    )
    return make_grid(grid.name, cells, grid.captions, soft=grid.soft, hidden=grid.hidden)


def without_dittos(grid: Grid) -> Grid:
    """A grid in which 〃 and 同上 are what they stand for: the text above them in their column."""
    above: dict[int, Cell] = {}
    rows = []
    changed = False
    for row in grid.rows:
        cells = []
        for cell in row:
            if cell.text in _DITTO and cell.column in above:
                same = above[cell.column]
                cell = replace(cell, text=same.text, kind=same.kind)
                changed = True
            elif cell.text:
                above[cell.column] = cell
            cells.append(cell)
        rows.append(tuple(cells))
    return replace(grid, rows=tuple(rows)) if changed else grid


def column_letter(column: int) -> str:
    """The letters of a spreadsheet's column, from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _single(cell: Cell) -> Cell:
    return Cell(cell.text, cell.row, cell.column, 1, 1, cell.place, cell.kind)


#: Marks that say the same as above.
_DITTO = frozenset(("〃", "同上", "仝", "々", "″", "”", '"', "同　上", "同 上"))
#: Rows or columns a merged cell may reach beyond the last one that holds something.
_BEYOND = 200
#: Places that all merged cells of a grid may cover together; beyond that merging says nothing.
_MOST_SPANNED = 2_000_000
