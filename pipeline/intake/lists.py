"""Any list that a municipality keeps: a file of any kind, understood as far as it can be, with the guess beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from geo.places.place import Place
from pipeline.intake.columns import ROLES, Guess, guess_columns, lines_of
from pipeline.intake.contents import Contents
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.grid.cells import without_dittos
from pipeline.intake.headings import heading_says
from pipeline.intake.layouts import matrix, names, table
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.source_text import read_bytes, squeeze
from pipeline.intake.spoken_for import named_origin, origin_in_titles
from pipeline.rules.rule import Note

#: A sheet that is called by its year is an edition of the same list, not another part of it.
_EDITION = re.compile(
    r"令和|平成|^[RrHh]\d|20\d\d|旧|前年|昨年|バックアップ|コピー|\(\d\)|old|copy", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person says of a list, before anything is guessed.

    Parameters
    ----------
    origin : whom it speaks for, by name or code
    sheet : the sheet, table or page to read
    columns : role → the column's heading, letter, or number from 1
    heading : a row of the heading, from 1
    """

    origin: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    heading: int | None = None


@dataclass(slots=True)
class Understanding:
    """What was understood of a file.

    Parameters
    ----------
    layout : "table", "matrix" or "names"
    grids : those that were read; ``others`` are the names of those that were not
    guess : the roles of the columns, for a table
    reasons : what was guessed and why, in Japanese, a line each
    notes : (place, note) of what was not understood
    """

    layout: str
    reading: Reading
    grids: list[Grid]
    others: list[str]
    guess: Guess | None
    reasons: list[str]
    notes: list[tuple[str, Note]]


def read_definition_choices(path: Path) -> Choices:
    """The choices in the definition of a list (.toml), under [options]: sheet, origin, heading, and [options.columns].

    Raises
    ------
    SourceError : it cannot be read.
    """
    try:
        said = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"定義のファイル「{path.name}」を読み取れません。UTF-8 の TOML の形で書き直してください。"
        ) from error
    options = said.get("options", said)
    columns = options.get("columns", {}) if isinstance(options, dict) else None
    if not isinstance(columns, dict):
        raise SourceError(
            f"定義のファイル「{path.name}」の options は、[options] と [options.columns] の見出しの下に書いてください。"
        )
    heading = options.get("heading")
    return Choices(
        origin=str(options.get("origin", "")),
        sheet=str(options.get("sheet", "")),
        columns={str(role): str(column) for role, column in columns.items()},
        heading=heading if isinstance(heading, int) else None,
    )


def read_list(
    file: Path | bytes, contents: Contents, choices: Choices | None = None, name: str = "", source: str = ""
) -> Understanding:
    """Understand a file as a list of partners.

    Raises
    ------
    SourceError : it cannot be opened, holds no list, or speaks for nobody known; one Japanese sentence says so.
    """
    choices = choices or Choices()
    name = name or (file.name if isinstance(file, Path) else "貼り付けた表")
    grids = [without_dittos(grid) for grid in _chosen(open_file(file, name), choices, name)]
    stem = Path(name).stem
    tried = [_understand(grid, contents, choices, source or stem, stem) for grid in grids[:_MOST_TRIED]]
    ranked = sorted((one for one in tried if one.weight), key=lambda one: (one.grid.hidden, -one.weight))
    if not ranked:
        raise SourceError(
            f"ファイル「{name}」に、自治体の名前の並ぶ列や一覧が見つかりません。"
            "相手方の列を --columns partner=見出し で指定するか、別のファイルを選んでください。"
        )
    best = ranked[0]
    together = [best, *(one for one in ranked[1:] if not choices.sheet and _belongs(one, best))]
    if len(together) > 1:
        together.sort(key=lambda one: grids_order(grids, one.grid))
    reading = Reading(source or stem, [])
    reasons: list[str] = []
    said_origin: list[str] = []
    notes: list[tuple[str, Note]] = []
    missing = False
    for one in together:
        origin, why = _origin(one, choices, stem, contents)
        part = one.read(origin)
        if origin is None and not part.records:
            missing = True
        elif why and part.records:
            said_origin.append(why)
        reading.records += part.records
        reading.notes += part.notes
        notes += [(_place(one.grid, note.line), note) for note in part.notes]
        reading.rows += part.rows
        reading.furniture += part.furniture
    if not any(record.cells for record in reading.records):
        if missing:
            raise SourceError(
                f"ファイル「{name}」が、どの自治体の一覧か分かりません。--origin 文京区 のように連携元を指定してください。"
            )
        raise SourceError(
            f"ファイル「{name}」に、相手方の書かれた行がありません。"
            "相手方の列を --columns partner=見出し で指定してください。"
        )
    rest = [grid.name for grid in grids if all(grid is not one.grid for one in together)]
    reasons += [f"「{'」「'.join(one.grid.name for one in together)}」を読みました。"]
    reasons += list(dict.fromkeys(said_origin))
    reasons += best.reasons()
    if rest:
        reasons.append(f"ほかに「{'」「'.join(rest[:20])}」があります（--sheet で選べます）。")
    return Understanding(
        best.layout, reading, [one.grid for one in together], rest, best.guess, reasons, notes
    )


#: Sheets or tables that are looked at; a file with more is no list.
_MOST_TRIED = 60


def grids_order(grids: Sequence[Grid], grid: Grid) -> int:
    """Where a grid stands in its file, as far as its name says; sheets keep the order they are given in."""
    return next(number for number, one in enumerate(grids) if one is grid)


def _place(grid: Grid, line: int | None) -> str:
    """Where a person finds a row of a grid, 1-based."""
    cells = grid.rows[line - 1] if line and line <= len(grid.rows) else ()
    return cells[0].place if cells else f"{line}行目"


def _chosen(grids: list[Grid], choices: Choices, name: str) -> list[Grid]:
    if not choices.sheet:
        return grids
    wanted = squeeze(choices.sheet)
    found = [grid for grid in grids if squeeze(grid.name) == wanted]
    if not found:
        known = "、".join(grid.name for grid in grids)
        raise SourceError(
            f"ファイル「{name}」に「{choices.sheet}」という表はありません。あるのは {known} です。"
        )
    return found


@dataclass
class _Understood:
    """One grid as the layout that fits it best, and how many cells of it name partners."""

    grid: Grid
    layout: str
    weight: int
    guess: Guess
    found: matrix.Matrix | names.Across | None
    contents: Contents
    source: str

    def read(self, origin: Place | None) -> Reading:
        if isinstance(self.found, names.Across):
            return names.read_across(self.found, self.source, self.contents)
        if self.found is not None:
            return matrix.read(self.found, self.source, self.contents)
        if self.layout == "names":
            return names.read(self.grid, self.source, self.contents, origin)
        return table.read(self.guess, self.source, self.contents, origin)

    def reasons(self) -> list[str]:
        if isinstance(self.found, names.Across):
            listed = "、".join(place.name for place in self.found.origins.values())
            return [
                f"{self.found.head + 1}行目の見出し（{listed}）を連携元、その下の名前を相手方としました。"
            ]
        if self.found is not None:
            return self.found.reasons
        if self.layout == "names":
            return [
                "名前の一覧として読みました。都道府県の見出しがあれば、その下の名前をその都道府県のものとしました。"
            ]
        guess = self.guess
        first, end = guess.heading.first + 1, guess.heading.end
        rows = f"{first}行目" if first == end else f"{first}〜{end}行目"
        lines = ["見出しの行はありません。" if end < first else f"見出しは{rows}です。"]
        lines += [
            f"{column.name}: {ROLES[column.role]}（{column.reason}、確かさ {column.confidence:.2f}）"
            for column in guess.columns
            if column.role
        ]
        lines += [f"{column.name}: 読んでいません（{column.reason}）" for column in guess.unexplained]
        left_out = [f"{row + 1}行目（{why}）" for row, why in guess.left_out]
        if left_out:
            more = f" ほか{len(left_out) - 8}" if len(left_out) > 8 else ""
            lines.append(f"表の中身でないとした行: {'、'.join(left_out[:8])}{more}")
        return lines


def _understand(grid: Grid, contents: Contents, choices: Choices, source: str, stem: str) -> _Understood:
    row = choices.heading - 1 if choices.heading else None
    found = matrix.find_matrix(grid, contents) if not choices.columns else None
    guess = guess_columns(
        grid, contents, choices.columns, row if row is not None and row < len(grid.rows) else None
    )
    if found is not None:
        weight = sum(bool(cell.text) for cells in grid.rows[found.head + 1 :] for cell in cells)
        return _Understood(grid, "matrix", weight, guess, found, contents, source)
    beside = {c.index for c in guess.columns if c.role in ("prefecture", "origin", "origin_prefecture")}
    listed = _weight_of_names(grid, contents)
    if not _is_headed(guess) and not choices.columns and (across := names.find_across(grid, contents)):
        return _Understood(grid, "names", listed, guess, across, contents, source)
    names_only = _weight_of_names(grid, contents, beside)
    columns = guess.all_of("partner")
    tabled = sum(
        max(map(contents.lists_places, lines_of(cell.text, grid.soft))) > 0
        for row in guess.body
        for column in columns
        if (cell := grid.at(row, column.index)) is not None and cell.text
    )
    if columns and (choices.columns or columns[0].confidence >= 0.9):
        # A heading that says so is enough, whatever the names are.
        tabled = max(tabled, 1)
    is_list = (
        names.has_prefectures_across(grid, contents)
        or grid.width == 1
        or (not choices.columns and tabled < 0.6 * names_only)
    )
    if is_list and not (choices.columns and columns):
        return _Understood(grid, "names", listed, guess, None, contents, source)
    return _Understood(grid, "table", tabled, guess, None, contents, source)


def _is_headed(guess: Guess) -> bool:
    """Whether a heading of several columns names the partner's."""
    partner = guess.one("partner")
    several = sum(map(bool, guess.heading.texts)) > 1
    return several and partner is not None and heading_says(partner.heading, "partner") >= 0.4


def _weight_of_names(grid: Grid, contents: Contents, without: Collection[int] = ()) -> int:
    cells = (cell for row in grid.rows for cell in row if cell.text and cell.column not in without)
    return sum(contents.lists_places(cell.text) > 0 for cell in cells)


def _belongs(one: _Understood, best: _Understood) -> bool:
    """Whether a grid goes on with the best one: a table of the same headings that is no edition of its own."""
    if one.layout != "table" or best.layout != "table" or one.grid.hidden != best.grid.hidden:
        return False
    same = [squeeze(a) for a in one.guess.heading.texts if a] == [
        squeeze(b) for b in best.guess.heading.texts if b
    ]
    headed = any(best.guess.heading.texts)
    return same and headed and not (_EDITION.search(one.grid.name) or _EDITION.search(best.grid.name))


def _origin(one: _Understood, choices: Choices, file: str, contents: Contents) -> tuple[Place | None, str]:
    """Whom a grid speaks for where its rows do not say it, and the sentence that says why."""
    if one.found is not None:
        return None, ""
    has_column = one.layout == "table" and one.guess.one("origin") is not None
    if choices.origin:
        place = named_origin(choices.origin, contents)
        if has_column:
            return (
                place,
                f"連携元の列があるので、指定の{place.full_name}は、列に書かれていない行だけに使いました。",
            )
        return place, f"連携元は、指定のとおり{place.full_name}です。"
    if has_column:
        return None, ""
    guess = one.guess
    if one.layout == "names":
        first = next((cells[0].text for cells in one.grid.rows if cells and cells[0].text), "")
        heads = contents.prefecture(table.framed(first)) or contents.lists_places(first) == 1
        title = () if heads else (first,)
        guess = replace(guess, titles=title)
    found = origin_in_titles(guess, one.grid.name, file, contents)
    return (found[0], f"連携元は、{found[1]}{found[0].full_name}としました。") if found else (None, "")
