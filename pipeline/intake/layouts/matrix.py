"""A matrix: municipalities down, origins across (or the other way), and a mark where the two have a tie."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from geo.places.place import Place
from pipeline.intake.contents import Contents, mark, share, years_in
from pipeline.intake.grid.cells import Cell, Grid
from pipeline.intake.headings import heading_says, is_heading
from pipeline.intake.records import PartnerCell, Reading, Record
from pipeline.intake.source_text import squeeze
from pipeline.intake.spoken_for import OriginNames
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.unread_line import UNREAD_LINE

_TOP = 20
#: Cells of a column that are looked at to tell whether it holds marks.
_SAMPLE = 100
#: Columns at the left that may name what a row is of: prefecture and municipality, numbers, codes.
_LEFT = 6


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where the parts of a matrix are: ``head`` the row that names the columns ``across``, ``label`` the column that names the rows.

    ``prefecture`` is a column or row of prefectures beside the labels; ``turned`` says that the origins go down.
    """

    grid: Grid
    head: int
    across: tuple[int, ...]
    label: int
    prefecture: int | None
    turned: bool
    titles: tuple[str, ...]

    @property
    def heads(self) -> list[str]:
        """What the columns are called."""
        return [
            squeeze(cell.text) for column in self.across if (cell := self.grid.covering(self.head, column))
        ]

    @property
    def reasons(self) -> list[str]:
        """What was understood, in Japanese."""
        names = [cell.text for column in self.across if (cell := self.grid.covering(self.head, column))]
        which = "相手方" if self.turned else "連携元"
        other = "連携元" if self.turned else "相手方"
        listed = "、".join(names[:5]) + (f" ほか{len(names) - 5}" if len(names) > 5 else "")
        return [
            f"○などの印の表です。{self.head + 1}行目の見出し（{listed}）を{which}、左の列の名前を{other}としました。"
        ]


def find_matrix(grid: Grid, contents: Contents) -> Matrix | None:
    """The matrix that a grid is; None for any other grid."""
    for head in range(min(_TOP, len(grid.rows))):
        named = [
            column
            for column in range(1, grid.width)
            if (cell := grid.covering(head, column)) and cell.text and _names(cell.text, contents)
        ]
        across = tuple(column for column in named if _is_marked(grid, head, column))
        if len(across) < 2:
            continue
        label = _label(grid, head, min(across), contents)
        if label is None:
            continue
        prefecture = next(
            (
                column
                for column in range(label)
                if share(contents.prefecture(cell.text) is not None for cell in _column(grid, head, column))
                > 0.7
            ),
            None,
        )
        titles = tuple(cell.text for row in grid.rows[:head] for cell in row if cell.text)
        return Matrix(
            grid, head, across, label, prefecture, _is_turned(grid, head, across, label, contents), titles
        )
    return None


def _names(text: str, contents: Contents) -> bool:
    return bool(contents.origin(text)) and len(squeeze(text)) <= 12


def _column(grid: Grid, head: int, column: int) -> list[Cell]:
    rows = range(head + 1, len(grid.rows))
    return [cell for row in rows if (cell := grid.at(row, column)) is not None and cell.text]


def _is_marked(grid: Grid, head: int, column: int) -> bool:
    """Whether a column holds marks, years or blanks; the sum at its foot counts for nothing."""
    cells = _column(grid, head, column)[:_SAMPLE]
    marks = [mark(cell.text) is not None or any(years_in(cell.text, cell.kind)) for cell in cells]
    return share(marks) >= 0.8 if cells else True


def _label(grid: Grid, head: int, before: int, contents: Contents) -> int | None:
    """The column left of the marks that names most places; the last of several, as 都道府県 stands before 市区町村."""
    counted = {
        column: sum(bool(contents.origin(cell.text)) for cell in _column(grid, head, column))
        for column in range(max(0, before - _LEFT), before)
    }
    best = max(counted.values(), default=0)
    if not best:
        return None
    return max(column for column, count in counted.items() if count >= 0.6 * best)


def _is_turned(grid: Grid, head: int, across: tuple[int, ...], label: int, contents: Contents) -> bool:
    """Whether the rows are the origins: what their heading says, else that side which lies in fewer prefectures."""
    corner = next(
        (cell.text for row in range(head, -1, -1) if (cell := grid.at(row, label)) is not None and cell.text),
        "",
    )
    columns = [cell.text for column in across if (cell := grid.covering(head, column))]
    rows = [cell.text for cell in _column(grid, head, label)]
    if all(contents.prefecture(text) for text in columns) and not all(
        contents.prefecture(text) for text in rows
    ):
        return True
    spread = [_prefectures(texts, contents) for texts in (columns, rows)]
    if spread[0] != spread[1]:
        return spread[0] > spread[1]
    if is_heading(corner) and heading_says(corner, "origin") > heading_says(corner, "partner"):
        return True
    return len(columns) > len(rows)


def _prefectures(texts: list[str], contents: Contents) -> int:
    """In how few prefectures these names may lie."""
    found = [{place.prefecture_code for place in contents.origin(text)} for text in texts]
    most = Counter(code for codes in found for code in codes)
    return len({max(codes, key=lambda code: most[code]) for codes in found if codes})


def read(matrix: Matrix, source: str, contents: Contents, home: str = "") -> Reading:
    """Read a matrix into one record an origin, and one more for each project or year that a cell names.

    ``home`` is the prefecture of the partners, where each has a sheet of its own.
    """
    grid = matrix.grid
    reading = Reading(source, [], furniture=("計",))
    records: dict[tuple[str, str], Record] = {}
    labels = {row: cell for row in range(matrix.head + 1, len(grid.rows)) if (cell := _label_of(matrix, row))}
    heads = {column: cell for column in matrix.across if (cell := grid.covering(matrix.head, column))}
    over = {
        column: cell.text
        for column in matrix.across
        if matrix.head and (cell := grid.covering(matrix.head - 1, column)) and contents.prefecture(cell.text)
    }
    origin_cells = labels if matrix.turned else heads
    origins = OriginNames((cell.text for cell in origin_cells.values()), contents, {})
    prefecture = home
    for row, label in labels.items():
        if matrix.prefecture is not None and (cell := grid.covering(row, matrix.prefecture)) and cell.text:
            prefecture = cell.text
        if not label.text:
            continue
        if not matrix.turned and not _may_name(label.text):
            text = " ".join(cell.text for cell in grid.rows[row] if cell.text)[:200]
            reading.notes.append(OUTSIDE_TABLE.note(row + 1, text, "total", text=text))
            continue
        for column, head in heads.items():
            cell = grid.covering(row, column)
            if cell is None or not cell.text or mark(cell.text) is False:
                continue
            partner, owner = (head, label) if matrix.turned else (label, head)
            origin: Place | None = origins.get(owner.text)
            if origin is None:
                reading.notes.append(UNREAD_LINE.note(row + 1, owner.text, "row"))
                continue
            years = years_in(cell.text, cell.kind)
            known = mark(cell.text) is True or any(years)
            name = "" if known else cell.text.replace("\n", "")
            years = () if mark(cell.text) is True else years if any(years) else ()
            lies_in = over.get(column, "") if matrix.turned else prefecture
            record = records.get((origin.code, name))
            if record is None:
                record = Record(source, origin.code, name, row + 1, rows=0, singly=True)
                records[origin.code, name] = record
                reading.records.append(record)
            text = contents.prefecture(partner.text) or partner.text.replace("\n", "")
            given = None if contents.prefecture(partner.text) else contents.prefecture(lies_in)
            record.cells.append(PartnerCell(text, row + 1, years, None, given, False, cell.place))
            record.rows += 1
            reading.rows += 1
    return reading


def _label_of(matrix: Matrix, row: int) -> Cell | None:
    """The cell that names a row: its municipality, else the prefecture that stands alone."""
    label = matrix.grid.covering(row, matrix.label)
    if label is not None and label.text or matrix.prefecture is None:
        return label
    return matrix.grid.at(row, matrix.prefecture)


def _may_name(text: str) -> bool:
    plain = squeeze(text)
    return plain not in ("計", "合計", "総計", "小計") and not plain.startswith(("※", "注"))
