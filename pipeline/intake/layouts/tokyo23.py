"""The 23-ward list (各特別区と全国市町村等連携事業一覧): printed rows put back together into projects."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from geo.places.gazetteer import Gazetteer
from pipeline.intake.layouts.list_order import Strip, assign, items_of
from pipeline.intake.layouts.tokyo23_records import make_record
from pipeline.intake.layouts.tokyo23_rows import COLUMNS, NAMELESS, WARDS, Row, read_rows, unread
from pipeline.intake.printed_lines import NONE_MERGED, Merged
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.name_missing import NAME_MISSING
from pipeline.rules.rule import Note
from pipeline.rules.ward_unknown import WARD_UNKNOWN
from pipeline.rules.ward_unreadable import WARD_UNREADABLE


def read(lines: Sequence[str], source: str, file: str, merged: Merged = NONE_MERGED) -> Reading:
    """Read the 23-ward list, with descriptions or without, into one record a project.

    A project is a named row with everything printed of its merged cells: rows that go on with its list,
    before or after its name and often over a page break, and further named rows that are pieces of the
    same cell. ``Reading.rows`` counts the rows that carry a ward and a project name.

    Parameters
    ----------
    merged : the cells that go on from a line above, where the document says so: then nothing of that has to be told by
        the order of the partners

    Raises
    ------
    SourceError : no header, a column missing in a header, the last row cut off, or no project at all.
    """
    rows, notes = read_rows(lines, file, merged)
    rows = _fill_merged(rows, notes)
    n_named = sum(row.named for row in rows)
    if not n_named:
        raise SourceError(
            f"ファイル「{file}」の見出しから下に、区名と事業名のある行が1行もありません。"
            "列がタブで区切られているか、最初の列が区名かを確かめてください。"
        )
    rows = _restore_wards(rows, notes)
    rows, belongs = _complete_names(rows, notes)
    rows = _name_rows(rows, notes)
    sure = _within_names(rows) if merged else {}
    openings = _open_projects(rows)
    project_of = {index: k for k, opening in enumerate(openings) for index in opening}
    strips: list[Strip] = []
    for index, row in enumerate(rows):
        ward = row.origin_code or (strips[-1].ward if strips else "")
        known = sure.get(index, belongs.get(index))
        strips.append(
            Strip(
                items=items_of(row.partner),
                page=row.page,
                ward=ward,
                organiser=squeeze(row.organiser),
                dated=bool(row.years),
                project=project_of.get(index),
                belongs=None if known is None else project_of[known],
            )
        )
    parts: list[list[Row]] = [[] for _ in openings]
    for row, owner in zip(rows, assign(strips, len(openings)), strict=True):
        parts[owner].append(row)
    words = {squeeze(row.category) for row in rows if len(row.category.split()) == 1}
    records = [
        make_record(source, [rows[index] for index in opening], part, words, notes)
        for opening, part in zip(openings, parts, strict=True)
    ]
    notes.sort(key=lambda note: note.line or 0)
    names = {code: name for name, code in WARDS.items()}
    return Reading(source, records, notes, n_named, furniture=COLUMNS, origin_names=names)


def _fill_merged(rows: list[Row], notes: list[Note]) -> list[Row]:
    """Where a table prints each ward once, in a merged cell, give every project the merged cells beside it.

    A list that prints the ward on every row, as published, has other reasons where one is missing.
    """
    named = [row for row in rows if row.name]
    beside = [row for row in named if not row.origin_code and not row.misread and (row.partner or row.years)]
    if len(beside) * 2 <= len(named):
        return rows
    lines = {row.line for row in beside}
    filled: list[Row] = []
    above: Row | None = None
    for row in rows:
        if above and row.line in lines:
            category, organiser = row.category or above.category, row.organiser or above.organiser
            row = replace(row, origin_code=above.origin_code, category=category, organiser=organiser)
        above = row if row.named else None if row.misread else above
        filled.append(row)
    notes.append(WARD_UNREADABLE.note(beside[0].line, beside[0].name, "merged", rows=len(beside)))
    return filled


def _restore_wards(rows: list[Row], notes: list[Note]) -> list[Row]:
    """Give a complete row without a readable ward the ward of the row above it, and say so.

    Where the cell names another municipality, the project is that one's: its rows are left out, and told.
    """
    restored: list[Row] = []
    ward, elsewhere = "", False
    for row in rows:
        elsewhere = _is_elsewhere(row.misread, ward) if row.misread else elsewhere and not row.origin_code
        if elsewhere:
            notes.append(WARD_UNKNOWN.note(row.line, row.misread or squeeze(row.partner)))
            continue
        if row.name and row.organiser and row.partner and not row.origin_code and ward:
            row = replace(row, origin_code=ward)
            notes.append(WARD_UNREADABLE.note(row.line, row.name, "row"))
        ward = row.origin_code or ward
        restored.append(row)
    return restored


def _is_elsewhere(text: str, ward: str) -> bool:
    """Whether a text names a municipality, with its 市, 町 or 村 or without: 武蔵野市, 八王子.

    A name one character off the ward above is that ward's, misread: 太田 below 大田.
    """
    name = next((name for name, code in WARDS.items() if code == ward), "")
    if len(text) == len(name) > 1 and sum(a != b for a, b in zip(text, name, strict=True)) == 1:
        return False
    return any(_gazetteer().by_name(text + suffix) for suffix in ("", *"市町村"))


@cache
def _gazetteer() -> Gazetteer:
    """Every municipality there is; loaded only for a document that has a ward nobody can read."""
    return Gazetteer.load()


def _complete_names(rows: Sequence[Row], notes: list[Note]) -> tuple[list[Row], dict[int, int]]:
    """Join project names that a page break or a line wrap cut in two.

    Returns
    -------
    The rows with their full names, and for each row that carries a piece of a name the index of the named
    row it belongs to. A piece that fits neither neighbour is noted and changes no name.
    """
    rows = list(rows)
    belongs: dict[int, int] = {}
    named = [index for index, row in enumerate(rows) if row.named]
    names = sorted(squeeze(rows[index].name) for index in named)
    for index, row in enumerate(rows):
        if row.named or not row.name:
            continue
        number = bisect(named, index)
        above = named[number - 1] if number else None
        below = named[number] if number < len(named) else None
        if above is not None and (name := _with_tail(rows, above, index, below)):
            belongs[index] = above
            rows[above] = replace(rows[above], name=name)
            if squeeze(row.name) not in squeeze(name):
                notes.append(unread(row.line, row.name))
        elif below is not None and (name := _with_head(rows, below, index, names)):
            belongs[index] = below
            rows[below] = replace(rows[below], name=name)
        else:
            notes.append(unread(row.line, row.name))
    return rows, belongs


def _with_tail(rows: Sequence[Row], above: int, index: int, below: int | None) -> str | None:
    """Return the name of the row above with the piece that ends it; None when nothing shows that it does.

    It does when it repeats the end of that name, when its row opens a page, or when it stands on the row by
    itself. When the next project goes on with the same name and prints it whole, that is the name.
    """
    name, piece = squeeze(rows[above].name), squeeze(rows[index].name)
    row = rows[index]
    if name.endswith(piece):
        return rows[above].name
    if below is not None and rows[below].origin_code == rows[above].origin_code:
        whole = squeeze(rows[below].name)
        if whole.startswith(name) and whole.endswith(piece[-4:]):
            return rows[below].name
    opens_page = rows[index - 1].page < row.page
    if not opens_page and (row.partner or row.years):
        return None
    return unwrap(rows[above].name + row.name)


def _with_head(rows: Sequence[Row], below: int, index: int, names: Sequence[str]) -> str | None:
    """Return the name of the row below with the piece that begins it; None when nothing shows that it does.

    It does when only a page break parts the two, or when other projects (``names``, sorted) begin with both together.
    """
    name, piece = squeeze(rows[below].name), squeeze(rows[index].name)
    if name.startswith(piece):
        return rows[below].name
    cut = below == index + 1 and rows[index].page < rows[below].page
    both = piece + name[:2]
    other = bisect_left(names, both)
    if cut or (other < len(names) and names[other].startswith(both)):
        return unwrap(rows[index].name + rows[below].name)
    return None


def _name_rows(rows: list[Row], notes: list[Note]) -> list[Row]:
    """Make projects of their own of rows that are whole but for a name.

    On a page, a row below a cell that prints several partners with a year each is not the next partner of that cell,
    which is closed, when it has a partner and a year itself: its ward, category and name were lost. Over a page break
    a cell may go on so.
    """
    named: list[Row] = []
    closed: Row | None = None
    for row in rows:
        alone = not (row.named or row.name or row.goes_on) and row.partner and row.years
        if closed and alone and row.page == closed.page:
            notes.append(NAME_MISSING.note(row.line, squeeze(row.partner), project=closed.name))
            row = replace(row, origin_code=closed.origin_code, name=NAMELESS)
        n = len(items_of(row.partner))
        closed = row if row.named and n > 1 and n == len(row.years) else None
        named.append(row)
    return named


def _within_names(rows: Sequence[Row]) -> dict[int, int]:
    """For each row beside a cell with a project's name, merged or not, the index of the row on which that begins."""
    belongs: dict[int, int] = {}
    named: int | None = None
    for index, row in enumerate(rows):
        if not row.goes_on:
            named = index if row.named else None
        if named is not None:
            belongs[index] = named
    return belongs


def _open_projects(rows: Sequence[Row]) -> list[list[int]]:
    """Return the indices of the named rows of each project: usually one, more where a cell was cut up."""
    openings: list[list[int]] = []
    named = [index for index, row in enumerate(rows) if row.named]
    for index, following in zip(named, [*named[1:], len(rows)], strict=True):
        if openings and _is_piece(rows[openings[-1][-1] : index], rows[index:following]):
            openings[-1].append(index)
        else:
            openings.append([index])
    return openings


def _is_piece(above: Sequence[Row], piece: Sequence[Row]) -> bool:
    """Tell whether a named row only goes on with the merged cell of the named row above it.

    Both carry the same ward, category, name and organiser; the one above is a list (an agreement of the
    same name with one other partner is a project of its own); and the years are printed again, or go on
    rising from one list to the next. A row printed twice is one row.
    """
    one, two = above[0], piece[0]
    if _heading(one) != _heading(two):
        return False
    if squeeze(one.partner) == squeeze(two.partner) and one.years == two.years:
        return True
    n_above, n_piece = (sum(len(items_of(row.partner)) for row in part) for part in (above, piece))
    if n_above < 2:
        return False
    last_years = next((row.years for row in reversed(above) if row.years), ())
    if two.years in (one.years, last_years):
        return True
    before, after = ([year.year for year in row.years if year] for row in (one, two))
    return n_piece > 1 and len(before) > 1 and len(after) > 1 and max(before) <= min(after)


def _heading(row: Row) -> tuple[str, ...]:
    return row.origin_code, squeeze(row.category), squeeze(row.name), squeeze(row.organiser)
