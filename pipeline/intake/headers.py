"""The header of a tab-separated table: which column is where, and where it is printed again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note
from pipeline.rules.year_remark import YEAR_REMARK
from pipeline.rules.year_unreadable import YEAR_UNREADABLE
from pipeline.words.dates import StartYear, names_no_year, parse_years

# A cell as spreadsheets export it when it holds a line end, a comma or a quotation mark: all of it quoted.
_QUOTED = re.compile(r'(?<![^\t\n])"((?:[^"\t]|"")*)"(?![^\t\n])')
#: Characters a cell may have. The longest published one, a description, has about 1,200.
_LONGEST_CELL = 3_000
_LINE_END = "\x1e"
_UNKNOWN = re.compile(r"(?:[-‐-―−ー─━—]|不明|未定)+")
_TOTAL = re.compile(r"[合総小累]?計")


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: the position of each column, and text that ended up in a header cell by mistake.

    ``others`` are the columns that this table does not have: position → heading.
    """

    positions: tuple[int, ...]
    extra: dict[int, str]
    others: dict[int, str]


def unquoted(lines: Sequence[str]) -> list[str]:
    """Take the quotation marks off cells that are quoted as a whole; a row of several lines comes to its first.

    The lines a row leaves behind stay, empty, so that every row keeps its line number.
    """

    def bare(match: re.Match[str]) -> str:
        return match[1].replace('""', '"').replace("\n", _LINE_END)

    unfolded: list[str] = []
    for text in _QUOTED.sub(bare, "\n".join(lines)).split("\n"):
        unfolded += [text.replace(_LINE_END, " "), *[""] * text.count(_LINE_END)]
    return unfolded


def read_header(line: str, columns: Sequence[str]) -> Header | None:
    """Recognise a header row, however its words are wrapped; None for any other line.

    ``positions`` is empty for half a header (its words broken over two lines), and ``-1`` stands for a
    column that is not printed. ``extra`` is keyed by the index in ``columns``.
    """
    cells = [squeeze(cell) for cell in line.split("\t")]
    positions = [-1] * len(columns)
    extra: dict[int, str] = {}
    for position, cell in enumerate(cells):
        for index, column in enumerate(columns):
            if positions[index] < 0 and cell.startswith(column):
                positions[index] = position
                if cell != column:
                    extra[index] = cell.removeprefix(column)
                break
    if sum(position >= 0 for position in positions) * 2 > len(columns):
        others = {at: cell for at, cell in enumerate(cells) if cell and at not in positions}
        return Header(tuple(positions), extra, others)
    filled = [cell for cell in cells if cell]
    if len(filled) >= 3 and all(any(_is_part(cell, column) for column in columns) for cell in filled):
        return Header((), {}, {})
    return None


def _is_part(cell: str, column: str) -> bool:
    return column.startswith(cell) or (len(cell) > 1 and column.endswith(cell))


def require_columns(header: Header, columns: Sequence[str], file: str, line: int) -> None:
    """Raise SourceError, naming file and line, when the header lacks a column."""
    missing = [column for column, position in zip(columns, header.positions, strict=True) if position < 0]
    if missing:
        raise SourceError(
            f"ファイル「{file}」の{line}行目の見出しに「{'」「'.join(missing)}」の列がありません。"
            "公表資料の表を、列を削らずに書き出し直してください。"
        )


def no_header(columns: Sequence[str], file: str, line: int | None = None) -> SourceError:
    """Return the error for a table without a header row: above ``line``, or in the whole file."""
    where = "に" if line is None else f"の{line}行目より上に"
    return SourceError(
        f"ファイル「{file}」{where}、表の見出し（{'、'.join(columns)}）の行がありません。"
        "列がタブで区切られた、この資料の本文かどうかを確かめてください。"
    )


def is_table_row(text: str) -> bool:
    """Whether a line looks like a row of a table: it fills three cells or more. Titles fill one."""
    return sum(bool(cell.strip()) for cell in text.split("\t")) >= 3


def require_complete(rows: Sequence[tuple[int, int]], width: int, file: str) -> None:
    """Raise SourceError when the last row stops short though every row before it is complete.

    Parameters
    ----------
    rows : (line, number of cells) of every row of the table
    width : number of cells of a complete row
    """
    if len(rows) > 1 and rows[-1][1] < width and all(cells >= width for _, cells in rows[:-1]):
        raise SourceError(
            f"ファイル「{file}」は{rows[-1][0]}行目の途中で切れています。"
            "公表元からもう一度取り直したファイルに差し替えてください。"
        )


def require_short(cells: Sequence[str], long: int, file: str, line: int) -> None:
    """Raise SourceError for a cell too long to be one; the one at ``long``, a list of names, may be."""
    for at, cell in enumerate(cells):
        if len(cell) > _LONGEST_CELL and at != long:
            raise SourceError(
                f"ファイル「{file}」の{line}行目の{at + 1}列目は{len(cell):,}文字あり、長すぎて表の欄として読めません。"
                "改行やタブが失われていないかを確かめ、公表元から取り直したファイルに差し替えてください。"
            )


def total_row(line: int, text: str) -> Note | None:
    """The note for a row that begins with 合計 or its like: what is added up below a table, or a part of it."""
    if _TOTAL.fullmatch(next(filter(None, map(squeeze, text.split("\t"))), "")):
        return OUTSIDE_TABLE.note(line, squeeze(text), "total", text=squeeze(text))
    return None


def unknown_columns(header: Header, line: int, told: set[str]) -> list[Note]:
    """Note the columns that this table does not have and that are not among those ``told``, each once."""
    new = [name for name in dict.fromkeys(header.others.values()) if name not in told]
    told.update(new)
    return [OUTSIDE_TABLE.note(line, squeeze(name), "column", text=squeeze(name)) for name in new]


def read_years(cell: str, line: int, notes: list[Note]) -> tuple[StartYear | None, ...]:
    """Read a cell of start years, and note one that holds a number but no year."""
    if names_no_year(cell):
        notes.append(YEAR_UNREADABLE.note(line, unwrap(cell), text=unwrap(cell)))
    years = parse_years(cell)
    if years == (None,) and not _UNKNOWN.fullmatch(squeeze(cell)) and not names_no_year(cell):
        notes.append(YEAR_REMARK.note(line, unwrap(cell), "alone", text=unwrap(cell)))
    return years
