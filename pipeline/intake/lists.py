"""Any list that a municipality keeps: a file of any kind, understood as far as it can be, with the guess beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geo.places.place import Place
from pipeline.intake.as_of import AsOf, printed_as_of
from pipeline.intake.columns import ROLES, Guess, guess_columns, lines_of
from pipeline.intake.contents import Contents
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.grid.cells import cut, transposed, without_dittos
from pipeline.intake.headings import heading_says, is_heading, table_starts
from pipeline.intake.layouts import matrix, names, table
from pipeline.intake.list_choices import Choices
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.source_text import squeeze
from pipeline.intake.spoken_for import named_origin, origin_in_titles
from pipeline.rules.column_unread import COLUMN_UNREAD
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note

#: A sheet that is called by its year is an edition of the same list, not another part of it.
_EDITION = re.compile(
    r"令和|平成|^[RrHh]\d|20\d\d|旧|前年|昨年|バックアップ|コピー|\(\d\)|old|copy", re.IGNORECASE
)


@dataclass(slots=True)
class Understanding:
    """What was understood of a file.

    Parameters
    ----------
    layout : "table", "matrix" or "names"
    grids : those that were read; ``others`` are the names of those that were not
    guess : the roles of the columns, for a table
    reasons : what was guessed and why, in Japanese, a line each
    titles : what stands above the table or around it
    as_of : the day that these say it stands for
    origin : code of the origin of rows that do not say theirs, "" where every row does
    """

    layout: str
    reading: Reading
    grids: list[Grid]
    others: list[str]
    guess: Guess | None
    reasons: list[str]
    titles: tuple[str, ...]
    as_of: AsOf | None
    origin: str


def read_list(
    file: Path | bytes | Sequence[Grid],
    contents: Contents,
    choices: Choices | None = None,
    name: str = "",
    source: str = "",
) -> Understanding:
    """Understand a file, or the tables it was opened to, as a list of partners.

    Raises
    ------
    SourceError : it cannot be opened, holds no list, or speaks for nobody known; one Japanese sentence says so.
    """
    choices = choices or Choices()
    name = name or (file.name if isinstance(file, Path) else "貼り付けた表")
    tables = open_file(file, name) if isinstance(file, Path | bytes) else file
    whole = [without_dittos(grid) for grid in _chosen(tables, choices, name)]
    grids = [part for grid in whole for part in _parts(grid, contents, choices)]
    stem = Path(name).stem
    tried: list[_Understood] = []
    without: list[SourceError] = []
    for grid in grids[:_MOST_TRIED]:
        try:
            tried.append(_understand(grid, contents, choices, source or stem, stem))
        except SourceError as error:  # another sheet may have the columns that a person names
            without.append(error)
    if without and not any(one.weight for one in tried):
        raise without[0]
    ranked = sorted((one for one in tried if one.weight), key=lambda one: (one.grid.hidden, -one.weight))
    if not ranked:
        raise SourceError(
            f"ファイル「{name}」に、自治体の名前の並ぶ列や一覧が見つかりません。"
            "相手方の列を指定するか（--columns partner=見出し）、別のファイルを選んでください。"
        )
    best = ranked[0]
    together = [best, *(one for one in ranked[1:] if not choices.sheet and _belongs(one, best))]
    if len(together) > 1:
        _turn_alike(together)
        together.sort(key=lambda one: grids_order(grids, one.grid))
    reading = Reading(source or stem, [])
    reasons: list[str] = []
    said_origin: list[str] = []
    missing = False
    lines: list[str] = []
    places: dict[int, str] = {}
    general = ""
    # A sheet for each prefecture: its name is the partners', not whom the list speaks for.
    homes = {grid.name: contents.prefecture(grid.name) or "" for grid in whole}
    several = sum(map(bool, homes.values())) > 1
    for one in together:
        home = homes[one.grid.name] if several else ""
        origin, why = _origin(one, choices, stem, contents, "" if home else one.grid.name)
        if origin is None and one.grid.part > 1 and general:
            origin = contents.gazetteer.place(general)  # as the tables above it in the same sheet
        part = one.read(origin, home)
        if origin is None and not part.records:
            missing = True
        elif why and part.records:
            said_origin.append(why)
        general = general or (origin.code if origin and part.records else "")
        _append(reading, part, len(lines))
        places |= {len(lines) + 1 + row: cells[0].place for row, cells in enumerate(one.grid.rows) if cells}
        reading.notes += one.left_out(len(lines))
        lines += one.lines()
    reading.lines, reading.places = lines, places
    if not any(record.cells for record in reading.records):
        if missing:
            raise SourceError(
                f"ファイル「{name}」が、どの自治体の一覧か分かりません。連携元を指定してください（--origin 文京区）。"
            )
        raise SourceError(
            f"ファイル「{name}」に、相手方の書かれた行がありません。"
            "相手方の列を指定してください（--columns partner=見出し）。"
        )
    rest = [grid.name for grid in grids if all(grid is not one.grid for one in together)]
    reasons += [f"「{'」「'.join(one.grid.name for one in together)}」を読みました。"]
    reasons += list(dict.fromkeys(said_origin))
    reasons += best.reasons()
    if rest:
        reasons.append(f"ほかに「{'」「'.join(rest[:20])}」があります（--sheet で選べます）。")
    guess = best.guess if best.layout == "table" else None
    titles = tuple(
        dict.fromkeys(text for one in together for text in (*one.grid.captions, *one.guess.titles))
    )
    as_of = printed_as_of(titles, name)
    return Understanding(
        best.layout, reading, [one.grid for one in together], rest, guess, reasons, titles, as_of, general
    )


#: Roles of columns whose cells are no text of the tables: numbers, what became the origin, and what has a finding of its own.
_SAID_OTHERWISE = ("", "skip", "number", "origin", "origin_code", "origin_prefecture")
#: Rows of a table that lies on its side.
_MOST_HEADS = 15
#: Sheets or tables that are looked at; a file with more is no list.
_MOST_TRIED = 60


def grids_order(grids: Sequence[Grid], grid: Grid) -> int:
    """Where a grid stands in its file, as far as its name says; sheets keep the order they are given in."""
    return next(number for number, one in enumerate(grids) if one is grid)


def _append(reading: Reading, part: Reading, offset: int) -> None:
    """Add what was read of one more grid, whose lines come after ``offset`` others."""
    for record in part.records:
        record.line += offset
        record.cells = [replace(cell, line=cell.line + offset) for cell in record.cells]
    reading.records += part.records
    reading.notes += [replace(note, line=note.line + offset) if note.line else note for note in part.notes]
    reading.rows += part.rows
    reading.furniture += part.furniture


def _parts(grid: Grid, contents: Contents, choices: Choices) -> list[Grid]:
    """The tables of a sheet: mostly one; several under each other where their headings differ; one on its side."""
    if choices.heading or choices.layout in ("matrix", "names"):
        return [grid]
    if _lies_on_its_side(grid, contents):
        return [transposed(grid)]
    # Columns that a person names are those of one table.
    starts = table_starts(grid, contents) if not choices.columns else []
    return cut(grid, starts) if starts else [grid]


def _lies_on_its_side(grid: Grid, contents: Contents) -> bool:
    """Whether the first column holds the headings: few rows, each of what its first cell says."""
    firsts = [grid.at(row, 0) for row in range(len(grid.rows)) if len(grid.rows[row]) > 2]
    heads = [cell.text for cell in firsts if cell is not None and cell.text]
    return (
        2 <= len(heads) <= _MOST_HEADS
        and len(heads) == len(firsts)
        and grid.width > 3
        and all(is_heading(text) and not contents.lists_places(text) for text in heads)
        and any(heading_says(text, "partner") >= 0.4 for text in heads)
        and not any(is_heading(cell.text) for cell in grid.rows[0][1:])
    )


def _chosen(grids: Sequence[Grid], choices: Choices, name: str) -> list[Grid]:
    if not choices.sheet:
        return list(grids)
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

    def read(self, origin: Place | None, home: str) -> Reading:
        if isinstance(self.found, names.Across):
            return names.read_across(self.found, self.source, self.contents)
        if self.found is not None:
            return matrix.read(self.found, self.source, self.contents, home)
        if self.layout == "names":
            return names.read(self.grid, self.source, self.contents, origin)
        return table.read(self.guess, self.source, self.contents, origin, home)

    def lines(self) -> list[str]:
        """The rows as lines of text, without what is known to hold no data or is noted by :meth:`left_out`."""
        skipped: set[int] = set()
        rows = range(len(self.grid.rows))
        if self.layout == "table":
            skipped = {c.index for c in self.guess.columns if c.role in _SAID_OTHERWISE}
            body = set(self.guess.body)
        else:
            body = set(rows)
        return [
            "\t".join(
                re.sub(r"\s*\n\s*", "" if self.grid.soft else " ", cell.text)
                for cell in self.grid.rows[row]
                if cell.text and cell.column not in skipped
            )
            if row in body
            else ""
            for row in rows
        ]

    def left_out(self, offset: int) -> list[Note]:
        """Notes of the rows and columns of a table that are read as no data; ``offset`` lines come before."""
        if self.layout != "table":
            return []
        heading = offset + max(self.guess.heading.end, 1)
        notes = [
            COLUMN_UNREAD.note(heading, column.name, column=column.name, count=column.filled)
            for column in self.guess.unexplained
        ]
        for row, why in self.guess.left_out:
            text = " ".join(cell.text for cell in self.grid.rows[row] if cell.text).replace("\n", " ")
            notes.append(OUTSIDE_TABLE.note(offset + row + 1, text[:200], "list", text=text[:200], why=why))
        return notes

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
    wanted = choices.layout
    found = matrix.find_matrix(grid, contents) if wanted in ("", "matrix") and not choices.columns else None
    guess = guess_columns(
        grid, contents, choices.columns, row if row is not None and row < len(grid.rows) else None
    )
    if found is not None:
        weight = sum(bool(cell.text) for cells in grid.rows[found.head + 1 :] for cell in cells)
        return _Understood(grid, "matrix", weight, guess, found, contents, source)
    if wanted == "matrix":
        return _Understood(grid, "matrix", 0, guess, None, contents, source)
    beside = {c.index for c in guess.columns if c.role in ("prefecture", "origin", "origin_prefecture")}
    listed = _weight_of_names(grid, contents)
    if (
        wanted != "table"
        and not _is_headed(guess)
        and not choices.columns
        and (across := names.find_across(grid, contents))
    ):
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
    if wanted == "names" or (wanted != "table" and is_list and not (choices.columns and columns)):
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


def _turn_alike(together: list[_Understood]) -> None:
    """Let matrices over several sheets have their origins on one side: a sheet of few rows may not tell which."""
    sides: Counter[bool] = Counter()
    for one in together:
        if isinstance(one.found, matrix.Matrix):
            sides[one.found.turned] += one.weight
    for one in together:
        if isinstance(one.found, matrix.Matrix):
            one.found = replace(one.found, turned=sides.most_common(1)[0][0])


def _belongs(one: _Understood, best: _Understood) -> bool:
    """Whether a grid goes on with the best one: a table of the same headings that is no edition of its own."""
    if one.grid.hidden != best.grid.hidden:
        return False
    if isinstance(one.found, matrix.Matrix) and isinstance(best.found, matrix.Matrix):
        edition = _EDITION.search(one.grid.name) or _EDITION.search(best.grid.name)
        return one.found.heads == best.found.heads and not edition
    if one.layout != "table" or best.layout != "table":
        return False
    if one.grid.part and one.grid.name == best.grid.name:
        return True
    same = [squeeze(a) for a in one.guess.heading.texts if a] == [
        squeeze(b) for b in best.guess.heading.texts if b
    ]
    headed = any(best.guess.heading.texts)
    return same and headed and not (_EDITION.search(one.grid.name) or _EDITION.search(best.grid.name))


def _origin(
    one: _Understood, choices: Choices, file: str, contents: Contents, sheet: str
) -> tuple[Place | None, str]:
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
    found = origin_in_titles(guess, sheet, file, contents)
    return (found[0], f"連携元は、{found[1]}{found[0].full_name}としました。") if found else (None, "")
