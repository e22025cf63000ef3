"""A list of names: headings of prefectures with names below or beside, or names and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.places.place import Place
from pipeline.intake.contents import Contents, bare, share
from pipeline.intake.grid.cells import Cell, Grid
from pipeline.intake.layouts.table import framed
from pipeline.intake.records import PartnerCell, Reading, Record
from pipeline.intake.source_text import squeeze
from pipeline.rules.unread_line import UNREAD_LINE

_NOTE = re.compile(r"^[\s\u3000]*(?:[※＊*]|[（(]?注|出典|資料|更新|令和|平成|20\d\d|計|合計|総計|作成|問)")
_SENTENCE = re.compile(r"[。！？]|ます|です")
#: A name of a municipality, perhaps misprinted, or of a body.
_NAME_LIKE = re.compile(r"[市区町村県府道都](?:[（(][^（()）]{0,40}[)）])?$")
_LONGEST_NAME = 25
#: Rows that are looked at for origins side by side.
_TOP = 20


def read(grid: Grid, source: str, contents: Contents, origin: Place | None) -> Reading:
    """Read a list of names into one record an origin.

    Text that is neither heading nor name is noted; what stands above the first of them is taken for a title.
    """
    reading = Reading(source, [])
    records: dict[str, Record] = {}
    heads = _prefecture_lines(grid, contents)
    over: dict[int, str] = {}
    current: str | None = None
    here = origin
    begun = False
    for row, cells in enumerate(grid.rows):
        filled = [cell for cell in cells if cell.text]
        own = [cell for cell in filled if (row, cell.column) in heads]
        if len(own) > 1 and len(own) == len(filled):
            # Prefectures side by side, each over the names below it.
            over = {cell.column: heads[row, cell.column] for cell in own}
            begun = True
            continue
        for cell in filled:
            if (row, cell.column) in heads:
                current = heads[row, cell.column]
                over = {}
                begun = True
                continue
            text = "\n".join(bare(line) for line in cell.text.split("\n") if bare(line))
            owner = _origin_heading(cell, filled, contents)
            if owner is not None and origin is None:
                here, current, begun = owner, None, False
                continue
            if not _is_name(text, contents, begun or cell.column > 0):
                if begun and not _NOTE.match(text):
                    reading.notes.append(UNREAD_LINE.note(row + 1, text[:200], "row"))
                continue
            begun = True
            if here is None:
                reading.notes.append(UNREAD_LINE.note(row + 1, text[:200], "row"))
                continue
            record = records.get(here.code)
            if record is None:
                record = Record(source, here.code, "", row + 1, rows=0, singly=True)
                records[here.code] = record
                reading.records.append(record)
            prefecture = over.get(cell.column, current)
            if contents.prefecture(text) and text[-1:] in "都道府県":
                prefecture = None
            text = text.replace("\n", " ") if grid.soft else text
            record.cells.append(PartnerCell(text, row + 1, (), None, prefecture, False, cell.place))
            record.rows += 1
            reading.rows += 1
    return reading


def has_prefectures_across(grid: Grid, contents: Contents) -> bool:
    """Whether a row holds prefectures side by side, and each column below it names of its own."""
    for number, row in enumerate(grid.rows[:20]):
        heads = {cell.column: contents.prefecture(framed(cell.text)) for cell in row if cell.text}
        if len(heads) > 1 and all(heads.values()):
            below = {column: grid.at(number + 1, column) for column in heads}
            return all(
                cell is None or _lies_in(cell, name, contents)
                for column, cell in below.items()
                if (name := heads[column])
            )
    return False


@dataclass(frozen=True, slots=True)
class Across:
    """Origins side by side in the row ``head``, by column, the names of their partners below each."""

    grid: Grid
    head: int
    origins: dict[int, Place]


def find_across(grid: Grid, contents: Contents) -> Across | None:
    """Origins side by side with names below; None for any other grid.

    They lie in one prefecture, stand nowhere else, and nothing beside them in their row is a name of a municipality:
    else it is the first row of a table without a heading.
    """
    for number, row in enumerate(grid.rows[:_TOP]):
        cells = [cell for cell in row if cell.text]
        heads = {cell.column: places for cell in cells if (places := contents.origin(framed(cell.text)))}
        if len(heads) < 2:
            continue
        origins = {column: places[0] for column, places in heads.items() if len(places) == 1}
        names = {squeeze(grid_cell.text) for grid_cell in cells if grid_cell.column in heads}
        below = [cell for line in grid.rows[number + 1 :] for cell in line if cell.text]
        own = [cell for cell in below if cell.column in heads]
        alike = len(origins) == len(heads) == len(names)
        if (
            alike
            and len({place.prefecture_code for place in origins.values()}) == 1
            and all(place.level == "municipality" for place in origins.values())
            and len(origins) + 1 >= len(cells)
            and share(contents.lists_places(cell.text) > 0 for cell in own) >= 0.8
            and not any(squeeze(cell.text) in names for cell in below)
        ):
            return Across(grid, number, origins)
        return None
    return None


def read_across(across: Across, source: str, contents: Contents) -> Reading:
    """Read names below origins into one record an origin; a prefecture at the left holds for its row."""
    reading = Reading(source, [])
    records = {
        column: Record(source, place.code, "", across.head + 1, rows=0, singly=True)
        for column, place in across.origins.items()
    }
    prefecture: str | None = None
    for number, row in enumerate(across.grid.rows[across.head + 1 :], start=across.head + 1):
        for cell in row:
            if cell.column in records and cell.text:
                given = None if contents.prefecture(cell.text) else prefecture
                place = PartnerCell(cell.text, number + 1, (), None, given, False, cell.place)
                records[cell.column].cells.append(place)
                records[cell.column].rows += 1
                reading.rows += 1
            elif cell.column not in records:
                prefecture = contents.prefecture(framed(cell.text)) or prefecture
    reading.records = [record for record in records.values() if record.cells]
    return reading


def _prefecture_lines(grid: Grid, contents: Contents) -> dict[tuple[int, int], str]:
    """The cells that are headings of a prefecture: all that are marked as such; without marks, those that name what is not their own.

    Where headings are marked (【熊本県】), a plain 熊本県 is a partner.
    """
    found: dict[tuple[int, int], tuple[str, bool]] = {}
    for row in grid.rows:
        for cell in row:
            plain = framed(cell.text)
            name = contents.prefecture(plain) if plain and "\n" not in cell.text else None
            if name:
                found[cell.row, cell.column] = (name, plain != cell.text.strip())
    marked = {at: name for at, (name, is_marked) in found.items() if is_marked}
    if marked:
        return marked
    headings = {}
    for (number, column), (name, _) in found.items():
        beside = [cell for cell in grid.rows[number] if cell.text and cell.column > column]
        below = grid.at(number + 1, column)
        if below is None and number + 1 < len(grid.rows) and grid.rows[number + 1]:
            below = grid.rows[number + 1][0]
        following = beside[0] if beside and (number, beside[0].column) not in found else below
        if following is not None and _lies_in(following, name, contents):
            headings[number, column] = name
    return headings


def _lies_in(cell: Cell, prefecture: str, contents: Contents) -> bool:
    """Whether a cell begins with a name that is printed without its prefecture and lies in this one."""
    first = re.split(r"[\n、，,・／/\s\u3000]+", bare(cell.text))[0]
    if contents.prefecture(first) or first.startswith(prefecture):
        return False
    return any(place.prefecture == prefecture for place in contents.named(first))


def _origin_heading(cell: Cell, filled: list[Cell], contents: Contents) -> Place | None:
    """The origin that a marked line alone names: ■文京区."""
    text = framed(cell.text)
    if len(filled) > 1 or text == cell.text.strip() or contents.prefecture(text):
        return None
    # A bullet before each name is no mark of a heading.
    if cell.text.strip()[:1] not in "【■◆●▼《〔[［" or "、" in text:
        return None
    places = contents.origin(text)
    return places[0] if len(places) == 1 else None


def _is_name(text: str, contents: Contents, begun: bool) -> bool:
    if not text or _NOTE.match(text):
        return False
    if contents.lists_places(text) >= (0.5 if begun else 1):
        return True
    pieces = [piece for piece in re.split(r"[\n、，,・／/\s\u3000]+", text) if piece]
    if begun and not _SENTENCE.search(text) and all(len(piece) <= _LONGEST_NAME for piece in pieces):
        return any(_NAME_LIKE.search(piece) for piece in pieces) or contents.names_place_abroad(text)
    return False
