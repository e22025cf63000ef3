"""A workbook, a PDF, a document of Word or a web page as the lines that a text of it would have, each with its place.

A merged cell is printed again in every row that it spans, as a reader of the table sees it beside that row. One that a
page break cuts in two is put together again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from types import MappingProxyType

from geo.places.codes import PREFECTURES
from pipeline.intake.grid import Grid
from pipeline.intake.grid.cells import WRAP, Cell
from pipeline.intake.source_text import squeeze

#: Line → the columns in which a cell stands that begins on a line above.
Merged = Mapping[int, frozenset[int]]
#: A table as rows of what covers each place.
Rows = list[list[Cell | None]]
_ENDS_NAME = re.compile(r"\S[都道府県市区町村]$")
_BETWEEN = ("・", "、", "，", "／", "/")
#: The share of rows in which a column may be empty that is filled in every row.
_STRAY = 0.02
_PAGE = re.compile(r"\W{0,2}(?:[Pp]\.?|ページ|頁)?\d{1,4}(?:/\d{1,4})?(?:ページ|頁)?\W{0,2}")
#: Columns that have to be seen cut at a page break, for a text on both sides of it to be one.
_CUT = 2
_NAME = re.compile(r"\S{1,7}[都道府県市区町村](?:\s|$)")
_LINE = re.compile(rf"[\n{WRAP}]?[^\n{WRAP}]+")
_PREFECTURES = tuple(PREFECTURES.values())
NONE_MERGED: Merged = MappingProxyType({})


@dataclass(slots=True)
class Printed:
    """A document as lines.

    Parameters
    ----------
    lines : line ``i`` is ``lines[i - 1]``; the first sheet's rows keep their numbers
    places : line → where a person finds it: the first cell that begins on it
    merged : which cells of a line only go on from above
    hidden : the sheets that a reader of the file does not see, and that are left out
    """

    lines: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    merged: dict[int, frozenset[int]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()

    def add(self, text: str = "", place: str = "", merged: Iterable[int] = ()) -> None:
        """Append a line."""
        self.lines.append(text)
        if place:
            self.places[len(self.lines)] = place
        if columns := frozenset(merged):
            self.merged[len(self.lines)] = columns


def rows_as_lines(grids: Sequence[Grid]) -> Printed:
    """A line for each row, its cells parted by tabs, each in the place of its column.

    What stands above the first table and again above others, and the numbers of pages, are left out there: empty lines.
    """
    printed = Printed()
    tables = [
        [[grid.covering(row, at) for at in range(grid.width)] for row in range(len(grid.rows))]
        for grid in grids
    ]
    _join_pages([rows for grid, rows in zip(grids, tables, strict=True) if grid.soft and grid.width > 1])
    seen: set[int] = set()
    titles: set[str] = set()
    in_table = False
    for grid, rows in zip(grids, tables, strict=True):
        left = min((cell.column for row in grid.rows for cell in row if cell.text), default=0)
        for number, row in enumerate(rows):
            texts = {at: cell for at, cell in enumerate(row) if cell and cell.text and cell not in row[:at]}
            above = [at for at, cell in texts.items() if id(cell) in seen]
            seen.update(id(cell) for cell in texts.values())
            if len(above) == len(texts):
                printed.add()
                continue
            plain = squeeze("".join(cell.text for cell in texts.values()))
            in_table = in_table or len(texts) > 2
            if not in_table:
                titles.add(plain)
            elif plain in titles or (grid.soft and grid.width == 1 and _PAGE.fullmatch(plain)):
                printed.add()
                continue
            place = next(cell.place for cell in (*grid.rows[number], *texts.values()) if cell.text)
            if list(texts) == [left]:
                printed.add(_joined(texts[left].text), place)
            else:
                cells = (_joined(texts[at].text) if at in texts else "" for at in range(grid.width))
                printed.add("\t".join(cells), place, above)
    return printed


def paragraphs_as_lines(grids: Sequence[Grid]) -> Printed:
    """A line for each row whose cells have one line; else one for each line of its cells.

    Where a line break says that a paragraph ends there, and not only that the line was full, the line ends with a space,
    as text extraction leaves it (``source_text.paragraphs``).
    """
    printed = Printed()
    for grid in grids:
        for row in grid.rows:
            own = [cell for cell in row if cell.text]
            if not own:
                printed.add()
            elif not any("\n" in cell.text for cell in own):
                printed.add("\t".join(_paragraph(cell.text, grid) for cell in own), own[0].place)
            else:
                for cell in own:
                    for line in cell.text.split("\n"):
                        printed.add(_paragraph(line, grid), cell.place)
    return printed


def _paragraph(text: str, grid: Grid) -> str:
    """A line, a space at its end where a paragraph ends there."""
    return _joined(text) + ("" if grid.soft and not text.endswith(" ") else " ")


def _joined(text: str) -> str:
    """The text of a cell in one line, a space where a line of it ends.

    Where a line was only full, and where it ends within the name of a prefecture, there is none, but between two Latin
    words and between two names: a list whose names are as wide as their column has full lines that end.
    """
    whole = ""
    for piece in _LINE.findall(text.strip()):
        mark, piece = (piece[0], piece[1:].strip()) if piece[0] in "\n" + WRAP else ("", piece.strip())
        latin = whole[-1:].isascii() and piece[:1].isascii()
        listed = piece.startswith(_PREFECTURES) or (_ENDS_NAME.search(whole) and _NAME.match(piece))
        goes_on = whole.endswith(_BETWEEN) or (mark == WRAP and not (latin or listed))
        whole += piece if not whole or goes_on or _cuts_prefecture(whole, piece) else f" {piece}"
    return whole.replace("\t", " ").strip()


def _cuts_prefecture(before: str, after: str) -> bool:
    """Whether a line ends within the name of a prefecture: 愛媛県松山市 福, 島県浪江町."""
    return any(
        before.endswith(name[:cut]) and after.startswith(name[cut:])
        for name in _PREFECTURES
        for cut in range(1, len(name))
    )


def _join_pages(tables: Sequence[Rows]) -> None:
    """Put together the cells that page breaks cut in two: of the two parts mostly one has the text, the other none.

    An empty cell at a page break is such a part in a column that has hardly any others, and left of the first text of its
    row, where a table has what holds for several rows, in any case; but not right of a text that ends above the break or
    begins below it, for what is right of that ends or begins there too. Where cells are cut that hold for one row of
    things only (the origin, where it is printed for each project), so are those right of them, and a text on both sides is
    one: a name of several lines.
    """
    pages = [table[1:] for table in tables[:1]]
    for above, below in pairwise(tables):
        pages.append(below[_repeated(above, below) :])
    pages = [page for page in pages if page]
    breaks = [(one, other) for one, other in pairwise(pages) if len(one[0]) == len(other[0])]
    inside = Counter(column for rows in pages for column in _empty_inside(rows))
    most = sum(map(len, pages)) * _STRAY
    filled = {column for page in pages for column in range(len(page[0])) if inside[column] <= most}
    several = {pair for rows in pages for pair in _holding_for_several(rows)}
    centred = {
        column for above, below in breaks for column in filled if _ends_without_text(above, below, column)
    }
    after = dict(zip(map(id, pages), pages[1:], strict=False))
    for above, below in breaks:
        first = next((at for at, cell in enumerate(below[0]) if _has_text(cell)), 0)
        cut = set()
        for column in _going_on(above, below):
            following = after.get(id(below))
            if (
                column in centred
                and following
                and _ends_without_text(below, following, column, whole_page=True)
            ):
                continue
            if (column < first or column in filled) and _fill(below, column, above[-1][column]):
                cut.add(column)
        _join_texts(above, below, cut & filled, several)
    for above, below in reversed(breaks):
        backwards = (column for column in _going_on(above, below) if column in filled)
        cut = {column for column in backwards if _fill(above[::-1], column, below[0][column])}
        _join_texts(above, below, cut, several)


def _has_text(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.text)


def _going_on(above: Rows, below: Rows) -> Iterator[int]:
    """The columns whose cells may go on over a page break, up to the first that has a text on both sides."""
    for column, (upper, lower) in enumerate(zip(above[-1], below[0], strict=True)):
        if _has_text(upper) and _has_text(lower) and upper is not lower:
            return
        yield column


def _ends_without_text(above: Rows, below: Rows, column: int, *, whole_page: bool = False) -> bool:
    """Whether a page ends with an empty cell, and the next begins with a text; it may be empty as a whole, or not."""
    if column >= min(len(above[0]), len(below[0])) or not _has_text(below[0][column]):
        return False
    alike = all(row[column] is above[-1][column] for row in above)
    return not _has_text(above[-1][column]) and alike == whole_page


def _join_texts(above: Rows, below: Rows, cut: set[int], several: set[tuple[int, int]]) -> None:
    """Make one of the two texts at a page break that are parts of one; ``cut`` are the columns known to be cut."""
    for column, (upper, lower) in enumerate(zip(above[-1], below[0], strict=True)):
        within = [at for at in cut if at < column and (at, column) not in several]
        if len(within) < _CUT or not (upper and lower and upper.text and lower.text) or upper is lower:
            continue
        same = squeeze(upper.text) == squeeze(lower.text)
        whole = upper if same else replace(upper, text=f"{upper.text}\n{lower.text}")
        for row in (*above, *below):
            if row[column] is upper or row[column] is lower:
                row[column] = whole


def _holding_for_several(rows: Rows) -> Iterator[tuple[int, int]]:
    """Pairs of columns: a cell of the first stands beside several texts of the second."""
    for before, row in pairwise(rows):
        for at, cell in enumerate(row):
            if cell is not None and cell is before[at]:
                for column in range(at + 1, len(row)):
                    one, other = before[column], row[column]
                    if one is not other and one and other and one.text and other.text:
                        yield at, column


def _repeated(above: Rows, below: Rows) -> int:
    """How many rows at the top of a page only repeat those of the page above: the headings."""
    alike = (_texts(one) == _texts(other) for one, other in zip(above, below, strict=False))
    return len(list(takewhile(bool, alike)))


def _fill(rows: Rows, column: int, cell: Cell | None) -> bool:
    """Put a text where an empty cell begins these rows; whether there was one."""
    first = rows[0][column]
    if not (cell and cell.text) or (first and first.text):
        return False
    for row in rows[: first.row_span if first else 1]:
        row[column] = cell
    return True


def _empty_inside(rows: Rows) -> Iterator[int]:
    """The column of every place in an empty cell that touches neither the first row nor the last."""
    for row in rows[1:-1]:
        for column, cell in enumerate(row):
            edges = (rows[0][column], rows[-1][column])
            if cell is None or not (cell.text or cell in edges):
                yield column


def _texts(row: Sequence[Cell | None]) -> list[str]:
    return [squeeze(cell.text) if cell is not None else "" for cell in row]
