"""A table of numbers by municipality (population, area, finance …): which row is whose, and which columns are numbers.

Every row below the headings is either used or listed with its place and the reason why not: nothing is dropped in
silence, and nobody's number is given to somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.insight.indicators import Indicator
from geo.shared import ERAS
from pipeline.intake.as_of import printed_as_of
from pipeline.intake.contents import Contents, increasing
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.grid.cells import column_letter
from pipeline.intake.numbers import UNIT, UNIT_SAID, UNITS, adds_up, is_missing, number
from pipeline.intake.records import SourceError
from pipeline.intake.row_places import MOST_HEADS, Keys, Row, first_row, key_columns, rows_of, text_of
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode import Geocoder

#: Columns of the numbers, one row a place and indicator.
VALUES = ("code", "level", "indicator", "unit", "value", "source_line", "source_place")

#: Numbers that count or name rows, and say nothing of a place.
_NO_INDICATOR = re.compile(
    r"(?:団体|地域|市区町村|都道府県|自治体)?(?:コード|番号)|no\.?|code|id|順位|年度?|年次|調査年|西暦|和暦",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"[（(]?(?:出典|資料|出所|データ元|典拠)\s*[:：]\s*(\S[^\n]{1,200})")
_AT_END = re.compile(r"(?<!\s)\s*+[（(][^（()）]{1,30}現在[^（()）]{0,10}[)）]$")
#: A line that says of when the numbers are and nothing else.
_ONLY_DAY = re.compile(rf"[（(]?(?:{'|'.join(ERAS)}|\d{{4}})[^（()）]{{1,14}}(?:現在|時点)[）)]?")
_YEAR = re.compile(rf"(?:{'|'.join(ERAS)})(?:元|\d{{1,2}})年度?|(?:19|20)\d\d年度?")
_GENERIC = re.compile(r"(?:sheet|シート|table)?\s*\d*|貼り付けた表", re.IGNORECASE)

#: A column is one of numbers where so much of it is.
_NUMERIC = 0.6
#: Sheets that are looked at.
_MOST_SHEETS = 40
#: Of a table in which more of the places stand in several rows, a row is not a place.
_MOST_TWICE = 0.3


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers.

    Parameters
    ----------
    name : its heading, without the unit, unlike any other of the table
    unit : 人, %, km²; "" where none is printed
    adds : whether its numbers can be added up from place to place, as far as name and unit say
    letter : of the spreadsheet
    """

    name: str
    unit: str
    adds: bool
    letter: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not used: its number from 1 and where it is, what it says, and why not."""

    line: int
    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a row that is used, which is neither a number nor a mark for none: its line and place, and its column."""

    line: int
    place: str
    text: str
    column: str


@dataclass(frozen=True, eq=False)
class IndicatorTable:
    """What was understood of a file.

    Parameters
    ----------
    file, sheet : what was read; ``others`` are the sheets that look like such tables, too
    title : what stands above the table, or the name of sheet or file
    source, as_of : whose numbers they are and of when, as the file prints it; "" where it does not
    columns : the numbers; ``unused`` are the headings of columns that are neither numbers nor say whose a row is
    values : columns VALUES; ``level`` is municipality, designated_ward or prefecture, missing numbers are left out
    used : level → how many rows stand for a place of it
    left_out : every other row below the headings
    unread : cells of used rows that are no numbers
    n_rows : of rows below the headings: those used and those left out
    key : by what the rows were told apart, a sentence
    """

    file: str
    sheet: str
    others: tuple[str, ...]
    title: str
    source: str
    as_of: str
    columns: tuple[NumberColumn, ...]
    unused: tuple[str, ...]
    values: pd.DataFrame
    used: dict[str, int]
    left_out: tuple[LeftOut, ...]
    unread: tuple[Unread, ...]
    n_rows: int
    key: str

    def indicator(self, name: str, adds: bool | None = None) -> Indicator:
        """The numbers of one column; ``adds`` is what a person says of whether they add up.

        Raises KeyError for a name of no column.
        """
        column = next((one for one in self.columns if one.name == name), None)
        if column is None:
            raise KeyError(name)
        own = self.values[self.values.indicator == name]
        series = {
            level: own[own.level == level].set_index("code").value for level in ("municipality", "prefecture")
        }
        said = column.adds if adds is None else adds
        return Indicator(name, column.unit, series["municipality"], series["prefecture"], said)


def read_indicators(
    file: Path | bytes | Sequence[Grid],
    contents: Contents,
    geocoder: Geocoder,
    name: str = "",
    sheet: str = "",
) -> IndicatorTable:
    """Understand a file, or the tables it was opened to, as numbers by municipality.

    Parameters
    ----------
    name : what the file is called
    sheet : the sheet to read, "" for the one that looks most like it

    Raises
    ------
    SourceError : it cannot be opened, or holds no such table; one Japanese sentence says so.
    """
    name = name or (file.name if isinstance(file, Path) else "貼り付けた表")
    grids = open_file(file, name) if isinstance(file, Path | bytes) else list(file)
    if sheet:
        chosen = [grid for grid in grids if squeeze(grid.name) == squeeze(sheet)]
        if not chosen:
            known = "、".join(grid.name for grid in grids)
            raise SourceError(
                f"ファイル「{name}」に「{sheet}」というシートはありません。あるのは {known} です。"
            )
        return _read(chosen[0], contents, geocoder, name)
    found: list[IndicatorTable] = []
    why: list[SourceError] = []
    for grid in grids[:_MOST_SHEETS]:
        try:
            found.append(_read(grid, contents, geocoder, name))
        except SourceError as error:
            why.append(error)
    if not found:
        raise why[0]
    hidden = {grid.name for grid in grids if grid.hidden}
    best = max(found, key=lambda one: (one.sheet not in hidden, sum(one.used.values()), len(one.columns)))
    return replace(best, others=tuple(one.sheet for one in found if one is not best))


def _read(grid: Grid, contents: Contents, geocoder: Geocoder, file: str) -> IndicatorTable:
    keys = key_columns(grid, contents)
    if keys is None:
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」に、市区町村の名前か団体コードの並ぶ列が見つかりません。"
            "「団体コード」か「市区町村」の列を入れて、もう一度読み込んでください。"
        )
    first = first_row(grid, keys, contents)
    rows = rows_of(grid, keys, first, contents, geocoder)
    numbers = _number_columns(grid, keys, first, rows)
    if not numbers:
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」に、市区町村ごとの数の並ぶ列が見つかりません。"
            "人口や面積などの数の列を入れて、もう一度読み込んでください。"
        )
    used, left_out = _each_once(rows, grid, list(numbers), file)
    columns, values, unread = _values(grid, numbers, used)
    head = [
        *grid.captions,
        *(" ".join(cell.text for cell in cells if cell.text) for cells in grid.rows[:first]),
    ]
    return IndicatorTable(
        file=file,
        sheet=grid.name,
        others=(),
        title=_title(grid, first, file),
        source=_source(grid),
        as_of=_as_of([line for line in head if line], file),
        columns=tuple(columns),
        unused=tuple(_unused(grid, keys, first, numbers)),
        values=values,
        used=dict(Counter(row.found.level for row in used if row.found)),
        left_out=tuple(left_out),
        unread=tuple(unread),
        n_rows=len(rows),
        key=_said(grid, keys, first),
    )


def _number_columns(grid: Grid, keys: Keys, first: int, rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """The columns of numbers → (heading, unit)."""
    body = [row.number for row in rows if row.found is not None]
    heads, general = _heads(grid, first)
    said = UNIT_SAID.search(" ".join((*grid.captions, *general)))
    found: dict[int, tuple[str, str]] = {}
    for column in range(grid.width):
        if column in (keys.code, keys.name, keys.prefecture):
            continue
        cells = [cell for row in body if (cell := grid.at(row, column)) and not is_missing(cell.text)]
        numbers = [number(cell.text) for cell in cells if cell.kind != "date"]
        known = [pair for pair in numbers if pair[0] is not None]
        if not known or len(known) < _NUMERIC * len(cells):
            continue
        parts = []
        for row in heads:
            text = text_of(grid, row, column)
            if text and text not in parts:
                parts.append(text)
        heading = re.sub(r"\s+", "", unicodedata.normalize("NFKC", "・".join(parts)))
        if _NO_INDICATOR.fullmatch(heading):
            continue
        if not heading and increasing([cell.text for cell in cells]):
            continue
        units = [match["unit"] for match in UNIT.finditer(heading)]
        name = UNIT.sub("", heading).strip("・") or heading or f"{column_letter(column)}列の値"
        behind = Counter(unit for _, unit in known if unit).most_common(1)
        unit = units[-1] if units else behind[0][0] if behind else said["unit"] if said else ""
        found[column] = (name[:60], UNITS.get(unit, unit))
    names = Counter(name for name, _ in found.values())
    return {
        column: (f"{name}（{column_letter(column)}列）" if names[name] > 1 else name, unit)
        for column, (name, unit) in found.items()
    }


def _unused(grid: Grid, keys: Keys, first: int, numbers: Collection[int]) -> list[str]:
    """The headings of the columns below which something stands that is not read, or where they are."""
    heads, _ = _heads(grid, first)
    below = {cell.column for cells in grid.rows[first:] if len(cells) > 1 for cell in cells if cell.text}
    found = []
    for column in sorted(below - {keys.code, keys.name, keys.prefecture, *numbers}):
        parts = dict.fromkeys(text for row in heads if (text := text_of(grid, row, column)))
        found.append(squeeze("・".join(parts))[:60] or f"{column_letter(column)}列")
    return found


def _heads(grid: Grid, first: int) -> tuple[list[int], list[str]]:
    """The rows of headings above the first row, and the texts that stand above it alone in their row."""
    heads: list[int] = []
    general: list[str] = []
    for row in range(first - 1, -1, -1):
        cells = [cell for cell in grid.rows[row] if cell.text]
        alone = len(cells) == 1 and (cells[0].column_span == 1 or cells[0].column == 0)
        if alone and not (heads == [] and grid.width <= 2):
            general.append(cells[0].text)
        elif cells and len(heads) < MOST_HEADS:
            heads.insert(0, row)
    return heads, general


def _each_once(
    rows: Sequence[Row], grid: Grid, columns: Sequence[int], file: str
) -> tuple[list[Row], list[LeftOut]]:
    """The rows that stand for a place, one each, and all others with the reason."""
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        if row.found is not None:
            by_code.setdefault(row.found.code, []).append(row)
    kept: dict[int, str] = {}
    several: list[Row] = []
    for own in by_code.values():
        numbers = [tuple(text_of(grid, row.number, column) for column in columns) for row in own]
        if len(set(numbers)) > 1:
            several.append(own[0])
            places = "、".join(row.place for row in own[:3])
            for row in own:
                kept[row.number] = f"同じ自治体の行が{len(own)}つあり、値が違います（{places}）"
        else:
            for row in own[1:]:
                kept[row.number] = f"{own[0].place}と同じ自治体の、同じ値の行です"
    if len(by_code) and len(several) > _MOST_TWICE * len(by_code):
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」には、同じ自治体の行がいくつもあり（{several[0].place}の「{several[0].text[:30]}」など）、"
            "どれを使うか決められません。1つの自治体が1行になるように、年や項目を1つにして読み込んでください。"
        )
    used = [row for row in rows if row.found is not None and row.number not in kept]
    left_out = [
        LeftOut(row.number + 1, row.place, row.text, row.why or kept[row.number])
        for row in rows
        if row.found is None or row.number in kept
    ]
    return used, left_out


def _values(
    grid: Grid, numbers: dict[int, tuple[str, str]], used: Sequence[Row]
) -> tuple[list[NumberColumn], pd.DataFrame, list[Unread]]:
    columns: list[NumberColumn] = []
    values: list[tuple] = []
    unread: list[Unread] = []
    for column, (name, unit) in numbers.items():
        columns.append(NumberColumn(name, unit, adds_up(name, unit), column_letter(column)))
        for row in used:
            cell = grid.at(row.number, column)
            if row.found is None or cell is None or is_missing(cell.text):
                continue
            value, behind = number(cell.text)
            if value is None or (behind and unit and behind != unit):
                unread.append(Unread(row.number + 1, cell.place, cell.text[:60], name))
                continue
            place = row.found
            values.append((place.code, place.level, name, unit, value, row.number + 1, cell.place))
    return columns, pd.DataFrame(values, columns=list(VALUES)), unread


def _title(grid: Grid, first: int, file: str) -> str:
    """What the table is called: what stands above it, else the name of the sheet, else that of the file."""
    _, general = _heads(grid, first)
    above = [*grid.captions, *reversed(general)]
    for text in above:
        plain = re.sub(r"\s+", " ", text).strip()
        if (
            plain
            and not _SOURCE.search(plain)
            and not UNIT_SAID.search(plain)
            and not plain.startswith(("※", "注"))
            and not _ONLY_DAY.fullmatch(plain)
        ):
            return (_AT_END.sub("", plain) or plain)[:200]
    return Path(file).stem if _GENERIC.fullmatch(grid.name.strip()) else grid.name[:200]


def _source(grid: Grid) -> str:
    """Whose numbers they are, where the file says it."""
    texts = [
        *grid.captions,
        *(cell.text for cells in grid.rows for cell in cells if ":" in cell.text or "：" in cell.text),
    ]
    for text in texts:
        if match := _SOURCE.search(text):
            return re.sub(r"\s+", " ", match[1]).strip(" 。")[:200]
    return ""


def _as_of(head: Sequence[str], file: str) -> str:
    """The day or the year the numbers stand for, where the file says one and no other."""
    with suppress(SourceError):
        if found := printed_as_of(head, file):
            return found.printed
    for texts in (head, [Path(file).stem]):
        years = {match for text in texts for match in _YEAR.findall(squeeze(text))}
        if len(years) == 1:
            return years.pop()
    return ""


def _said(grid: Grid, keys: Keys, first: int) -> str:
    """By what the rows were told apart, a sentence."""
    heads, _ = _heads(grid, first)

    def called(column: int) -> str:
        parts = dict.fromkeys(text for row in heads if (text := text_of(grid, row, column)))
        return (
            f"「{squeeze(''.join(parts))}」（{column_letter(column)}列）"
            if parts
            else f"{column_letter(column)}列"
        )

    said = []
    if keys.code is not None:
        said.append(f"{called(keys.code)}の団体コード")
    if keys.prefecture is not None:
        said.append(f"{called(keys.prefecture)}の都道府県")
    if keys.name is not None:
        said.append(f"{called(keys.name)}の名前")
    return f"{'と、'.join(said)}から、どの自治体の行かを決めました。"
