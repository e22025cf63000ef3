"""A list of municipality codes or names as a zone: in a file of any kind, or pasted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.intake.code_columns import place_code, readings, six_digits
from pipeline.intake.contents import Contents
from pipeline.intake.grid import Cell, Grid
from pipeline.intake.headings import body_of, find_heading, heading_says
from pipeline.intake.records import PartnerCell, SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.reading.mentions import split_cells

#: A column of which so many cells are codes, prefectures or names of places is one of these.
_MOSTLY = 0.5
#: Rows that are looked at to tell what a column holds, and rows that are read.
_SAMPLE, MOST_ROWS = 300, 20_000
_NUMBER = re.compile(r"[0-9.,]*")
#: A part of a municipality counts as the municipality, where the text says so.
_PART = re.compile(r"(?:の?(?:全域|一部|区域|地域|全部)|全域|一部)")


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a list is not understood: where it stands, what it says, why."""

    place: str
    text: str
    reason: str


@dataclass
class Listed:
    """The municipalities of a list, and what has to be said of how it was read.

    ``codes`` are those of municipalities, each with where it was named; ``repeated`` counts what named one again,
    ``parts`` what named a part of one.
    """

    codes: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    repeated: int = 0
    parts: int = 0
    #: Designated wards by the name of their city, and prefectures that stand for all that is in them.
    wards: dict[str, list[str]] = field(default_factory=dict)
    wholes: dict[str, int] = field(default_factory=dict)


def read_zone_list(grids: Sequence[Grid], contents: Contents, geocoder: Geocoder, name: str) -> Listed:
    """The municipalities that the tables of a file list.

    Every table that a reader of the file sees is read. A code is taken of five digits or six, with or without the zero
    that a spreadsheet drops. A prefecture stands for all its municipalities, unless its own municipalities follow it;
    a designated ward stands for its city.

    Raises
    ------
    SourceError : there is no municipality in it; one Japanese sentence says so.
    """
    found = Listed()
    reader = _Reader(contents, geocoder, found)
    for grid in grids:
        if not grid.hidden:
            reader.table(grid)
    if not found.codes:
        first = found.unread[0] if found.unread else None
        more = f"（はじめは{first.place}「{first.text[:30]}」）" if first else ""
        raise SourceError(
            f"ファイル「{name}」に、市区町村のコードも名前も見つかりません{more}。"
            "団体コード（5桁か6桁）か市区町村名の列のある一覧を選んでください。"
        )
    _say(found)
    return found


def _say(found: Listed) -> None:
    for prefecture, n in found.wholes.items():
        found.said.append(f"「{prefecture}」は、その全{n:,}市区町村としました。")
    for city, wards in found.wards.items():
        found.said.append(f"{city}の行政区（{'・'.join(wards)}）は、{city}としました。")
    if found.parts:
        found.said.append(f"「一部」などと書かれた市区町村{found.parts:,}も、区域の中としました。")
    if found.repeated:
        found.said.append(
            f"同じ市区町村が重ねて書かれていたところ{found.repeated:,}は、1つとして数えました。"
        )


class _Reader:
    def __init__(self, contents: Contents, geocoder: Geocoder, found: Listed) -> None:
        self._contents, self._geocoder, self._found = contents, geocoder, found
        self._gazetteer: Gazetteer = contents.gazetteer
        #: The prefecture that a line of its own names, and the cell it stands in as long as nothing has followed that
        #: says that it only heads its municipalities.
        self._head: Place | None = None
        self._waiting: Cell | None = None

    def table(self, grid: Grid) -> None:
        """Read the rows of one table."""
        heading = find_heading(grid, self._contents)
        body, left_out = body_of(grid, heading)
        for row, why in left_out:
            self._unread(next(cell for cell in grid.rows[row] if cell.text), f"{why}の行なので読みません。")
        for row in body[MOST_ROWS:]:
            self._unread(grid.rows[row][0], f"{MOST_ROWS:,}行より後なので読みません。")
        body = body[:MOST_ROWS]
        columns = range(grid.width)
        texts = {
            column: [cell for row in body[:_SAMPLE] if (cell := grid.at(row, column)) and cell.text]
            for column in columns
        }
        codes = [one for one in columns if self._share(texts[one], self._is_code) > _MOSTLY]
        prefectures = [one for one in columns if self._share(texts[one], self._is_prefecture) > _MOSTLY]
        names = [
            one
            for one in columns
            if one not in (*codes, *prefectures)
            and self._share(texts[one], lambda text: self._contents.lists_places(text) > 0) > 0.3
        ]
        headed = [one for one in names if heading_says(heading.texts[one], "partner") >= 0.4] if names else []
        if headed:
            names = headed
        if prefectures and not codes and not names:
            names, prefectures = prefectures, []
        cells_of_keys = (cell for column in (*codes, *names) for cell in texts[column])
        sixes = six_digits((cell.text for cell in cells_of_keys), self._gazetteer)
        self._head = None
        prefecture = None
        for row in body:
            cells = {cell.column: cell for cell in grid.rows[row] if cell.text}
            printed = next(
                (cell for one in prefectures if (cell := grid.covering(row, one)) and cell.text), None
            )
            prefecture = (
                self._contents.prefecture(printed.text) if printed else prefecture if not names else None
            )
            coded = [cells[one] for one in codes if one in cells]
            named = [cells[one] for one in names if one in cells]
            if coded:
                beside = " ".join(cell.text for cell in named) if len(coded) == 1 else ""
                for cell in coded:
                    self._code(cell, sixes, beside, prefecture)
            elif named:
                for cell in named:
                    # Whoever pastes a list may write now a name, now a code.
                    if self._is_code(cell.text):
                        self._code(cell, sixes, "", prefecture)
                    else:
                        self._names(cell, prefecture)
            elif (
                printed
                and printed.row == row
                and not codes
                and (whole := self._gazetteer.prefecture(prefecture or ""))
            ):
                self._prefecture(whole, printed)
            elif cells:
                first = next(iter(cells.values()))
                self._unread(first, "市区町村のコードか名前として読めません。")
        self._close()

    def _share(self, cells: Sequence[Cell], test: Callable[[str], bool]) -> float:
        return sum(bool(test(cell.text)) for cell in cells) / len(cells) if cells else 0.0

    def _is_prefecture(self, text: str) -> bool:
        return self._contents.prefecture(text) is not None

    def _is_code(self, text: str) -> bool:
        return any(readings(text, self._gazetteer))

    def _code(self, cell: Cell, sixes: bool, beside: str, prefecture: str | None) -> None:
        code = place_code(cell.text, sixes, self._gazetteer)
        if code is None:
            if not beside and not _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell.text).strip()):
                self._names(cell, prefecture)
            elif beside:
                self._names(Cell(beside, cell.row, cell.column, place=cell.place), prefecture, cell.text)
            else:
                self._unread(cell, "いまの団体コードにありません（合併前のコードか、数字の誤りです）。")
            return
        place = self._gazetteer.place(code)
        if place.level == "prefecture":
            self._all_of(place, cell)
        else:
            self._add(place, cell)

    def _names(self, cell: Cell, prefecture: str | None, code: str | None = None) -> None:
        line = [PartnerCell(cell.text, cell.row + 1, place=cell.place, prefecture=prefecture)]
        mentions = split_cells(line, self._gazetteer)
        if not mentions:
            self._unread(cell, "市区町村の名前として読めません。")
        for mention in mentions:
            scope = mention.prefecture or prefecture or (self._head.name if self._head else None)
            answer = self._geocoder.read(mention.text, prefecture=scope)
            places = [self._gazetteer.place(one) for one in answer.codes]
            if answer.level == "body" and not _PART.search(mention.text):
                places = []
            if not places:
                reason = answer.reason or "市区町村の名前として読めません。"
                if answer.level == "body":
                    reason = "市区町村の名前だけではないので、読みません。"
                if answer.candidates:
                    likely = "・".join(self._gazetteer.place(one).full_name for one in answer.candidates[:3])
                    reason += f"（{likely}のことなら、そう書いてください。）"
                text = f"{code} {mention.text}" if code else mention.text
                self._unread(Cell(text, cell.row, cell.column, place=cell.place), reason)
            elif len(places) == 1 and places[0].level == "prefecture":
                self._prefecture(places[0], cell)
            else:
                self._found.parts += bool(_PART.search(mention.text))
                for place in places:
                    self._add(place, cell)

    def _prefecture(self, place: Place, cell: Cell) -> None:
        """A prefecture on its own: all of it, unless the next lines name municipalities of it."""
        self._close()
        self._head, self._waiting = place, cell

    def _close(self) -> None:
        """A prefecture that nothing of its own followed stands for all of it."""
        if self._head and self._waiting:
            self._all_of(self._head, self._waiting)
        self._waiting = None

    def _all_of(self, place: Place, cell: Cell) -> None:
        members = self._gazetteer.members(place.code)
        self._found.wholes[place.name] = len(members)
        for member in members:
            self._put(member.code, cell)

    def _add(self, place: Place, cell: Cell) -> None:
        if self._head and self._head.code != place.prefecture_code:
            self._close()
            self._head = None
        self._waiting = None
        if place.level == "designated_ward" and place.parent_code:
            own = self._found.wards.setdefault(place.prefecture + place.city, [])
            if place.name not in own:
                own.append(place.name)
                if place.parent_code in self._found.codes:
                    return
        self._put(place.parent_code or place.code, cell)

    def _put(self, code: str, cell: Cell) -> None:
        if code in self._found.codes:
            self._found.repeated += 1
        else:
            self._found.codes[code] = cell.place or f"{cell.row + 1}行目"

    def _unread(self, cell: Cell, reason: str) -> None:
        self._found.unread.append(Unread(cell.place or f"{cell.row + 1}行目", cell.text, reason))
