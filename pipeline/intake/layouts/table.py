"""A table: one row a project or a partner, or a project over several rows that are merged or left blank."""

from __future__ import annotations

import re

from geo.places.place import Place
from pipeline.intake.columns import Column, Guess
from pipeline.intake.contents import Contents, bare, mark, share, years_in
from pipeline.intake.grid.cells import Cell
from pipeline.intake.records import PartnerCell, Reading, Record
from pipeline.intake.spoken_for import OriginNames
from pipeline.rules.unread_line import UNREAD_LINE
from pipeline.rules.year_unreadable import YEAR_UNREADABLE
from pipeline.words.dates import StartYear

_NOTHING = re.compile(r"[-‐-―−ー－—・/／\s]*|なし|無し|無|該当なし|未定|不明")
_LATIN = re.compile(r"[A-Za-z0-9,.!?&)]\n[A-Za-z0-9&(]")
_OPENS, _CLOSES = "【〔［[<＜《■●◆◇□○▼▽★ \u3000", "】〕］]>＞》 \u3000：:"
_COUNTED = re.compile(
    r"[（(]?\s?(?:全|計)?\d{1,4}\s?(?:市|区|町|村|市町村|市区町村|自治体|件|団体)?\s?[)）]?$"
)
#: What marks a heading over rows outright, where partners are not marked so themselves.
_OUTRIGHT = "【■◆●▼《〔[［"
_ROLES_THAT_GO_ON = ("origin", "category", "prefecture", "organiser", "district")


def framed(text: str) -> str:
    """A heading over rows without what frames it: 【北海道】, ■北海道（18市町村） are 北海道."""
    return _COUNTED.sub("", text.strip().lstrip(_OPENS).rstrip(_CLOSES)).rstrip(_CLOSES)


def joined(text: str, *, soft: bool) -> str:
    """A cell as one line: in a PDF a line only ended, elsewhere a line break stands for nothing but itself."""
    spaced = _LATIN.sub(lambda match: match[0].replace("\n", " "), text)
    return re.sub(r"\s*\n\s*", "", spaced).strip()


def read(guess: Guess, source: str, contents: Contents, origin: Place | None, home: str = "") -> Reading:
    """Read a table into records.

    Parameters
    ----------
    origin : whom the rows speak for that do not say it themselves
    home : the prefecture of the partners, where each has a sheet of its own
    """
    return _Table(guess, source, contents, origin, home).reading


class _Table:
    def __init__(
        self, guess: Guess, source: str, contents: Contents, origin: Place | None, home: str
    ) -> None:
        self._guess, self._contents, self._origin = guess, contents, origin
        self._grid = guess.grid
        self._by_role = {column.role: column for column in reversed(guess.columns) if column.role}
        self._partners = guess.all_of("partner")
        self._marks = guess.all_of("marks")
        self._notes_columns = guess.all_of("note")
        self._repeats = {role: self._is_repeated(role) for role in _ROLES_THAT_GO_ON}
        self._last: dict[str, str] = {}
        self._above: dict[str, str] = {}
        if home and "prefecture" not in self._by_role:
            self._above["prefecture"] = home
        self._origins = self._origin_names()
        self.reading = Reading(source, [], furniture=tuple(filter(None, guess.heading.texts)))
        self._record: Record | None = None
        self._after = dict(zip(guess.body, guess.body[1:], strict=False))
        named = [cell.text for row in guess.body for column, cell in self._partner_at(row)]
        self._marked_partners = share(text.strip()[:1] in _OUTRIGHT for text in named) > 0.5
        for row in guess.body:
            self._read_row(row)

    def _origin_names(self) -> OriginNames:
        column, codes = self._by_role.get("origin"), self._by_role.get("origin_code")
        texts, coded = [], {}
        for row in self._guess.body:
            if column and (cell := self._grid.at(row, column.index)):
                text = joined(cell.text, soft=self._grid.soft)
                texts.append(text)
                code = self._grid.covering(row, codes.index) if codes else None
                if code and (number := self._contents.code(code.text)):
                    coded[text] = number[:5]
        return OriginNames(texts, self._contents, coded)

    def _is_repeated(self, role: str) -> bool:
        """Whether a column prints the same again row by row, so that a blank means nothing rather than the same."""
        column = self._by_role.get(role)
        if not column:
            return False
        texts = [cell.text if cell else "" for row in self._guess.body for cell in [self._at(row, column)]]
        return any(a and a == b for a, b in zip(texts, texts[1:], strict=False))

    def _at(self, row: int, column: Column) -> Cell | None:
        return self._grid.covering(row, column.index)

    def _text(self, row: int, role: str) -> str:
        column = self._by_role.get(role)
        cell = self._at(row, column) if column else None
        return joined(cell.text, soft=self._grid.soft) if cell else ""

    def _kept(self, row: int, role: str) -> str:
        """What a column says of a row, or said last where blank means the same."""
        text = self._text(row, role)
        if text:
            self._last[role] = text
            return text
        return "" if self._repeats[role] else self._last.get(role, "")

    def _read_row(self, row: int) -> None:
        cells = [cell for cell in self._grid.rows[row] if cell.text]
        if self._heads_rows(row, cells):
            return
        origin_text = self._kept(row, "origin") or self._last.get("origin", "")
        partners = self._partner_at(row)
        own = [
            (column, cell)
            for column, cell in partners
            if cell.row == row or not self._covered_before(cell, row)
        ]
        project = self._by_role.get("project")
        name_cell = self._at(row, project) if project else None
        begins = name_cell is not None and bool(name_cell.text) and name_cell.row == row
        filled = [(column, cell) for column, cell in own if not _NOTHING.fullmatch(cell.text)]
        if not filled and (alone := self._prefecture_alone(row, begins)):
            filled = [alone]
        if not begins and not filled:
            rest = [cell for cell in cells if not self._explained(cell)]
            if not partners and rest:
                self._unread(row, cells)
            return
        if begins or project is None or self._record is None or self._other_origin(origin_text):
            origin = self._origin_of(row, origin_text)
            if origin is None:
                self._unread(row, cells)
                return
            self._begin(row, origin, joined(name_cell.text, soft=self._grid.soft) if name_cell else "")
        record = self._record
        assert record is not None
        record.rows += row + 1 != record.line
        years, above = self._years(row)
        if not record.cells and row + 1 == record.line:
            record.years = years
        for number, (column, cell) in enumerate(filled):
            record.cells += self._partner_cells(row, column, cell, years, above, first=number == 0)
        self.reading.rows += 1

    def _partner_at(self, row: int) -> list[tuple[Column, Cell]]:
        return [(column, cell) for column in self._partners if (cell := self._at(row, column)) and cell.text]

    def _prefecture_alone(self, row: int, begins: bool) -> tuple[Column, Cell] | None:
        """The prefecture of a row that names no municipality: the partner itself, where it is no heading over rows."""
        column = self._by_role.get("prefecture")
        cell = self._grid.at(row, column.index) if column else None
        if column is None or cell is None or not self._contents.prefecture(cell.text):
            return None
        return (column, cell) if begins or self._repeats["prefecture"] else None

    def _covered_before(self, cell: Cell, row: int) -> bool:
        """Whether a merged partner that begins above stands for a row that was read as another project's already."""
        project = self._by_role.get("project")
        name = self._at(row, project) if project else None
        # One partner merged over several projects is the partner of each.
        return not (name is not None and name.text and name.row == row)

    def _explained(self, cell: Cell) -> bool:
        column = next((one for one in self._guess.columns if one.index == cell.column), None)
        return column is not None and column.role in (
            "number",
            "origin",
            "origin_code",
            "prefecture",
            "marks",
            "year",
        )

    def _heads_rows(self, row: int, cells: list[Cell]) -> bool:
        """Whether a row is a heading over those below it: a prefecture, an origin, or a class of projects alone."""
        if len(cells) != 1:
            return False
        cell = cells[0]
        wide = cell.column_span > 1
        column = next((one for one in self._guess.columns if one.index == cell.column), None)
        text = framed(cell.text.split("\n")[0])
        marked = text != cell.text.strip()
        if column and column.role == "partner" and self._is_over_the_next(row, column, text):
            self._above["prefecture"] = self._contents.prefecture(text) or ""
            return True
        if (
            not wide
            and not marked
            and column
            and column.role in ("partner", "project", "origin", "prefecture", "category")
        ):
            return False
        outright = cell.text.strip()[0] in _OUTRIGHT and not self._marked_partners
        if column and column.role == "partner" and not (wide or outright or self._contents.prefecture(text)):
            return False
        if (prefecture := self._contents.prefecture(text)) and "prefecture" not in self._by_role:
            self._above["prefecture"] = prefecture
        elif "origin" not in self._by_role and self._contents.origin(text) and (marked or wide):
            self._above["origin"] = text
            self._record = None
        elif (wide or marked) and "category" not in self._by_role:
            self._above["category"] = text
        else:
            return False
        return True

    def _is_over_the_next(self, row: int, column: Column, text: str) -> bool:
        """Whether a prefecture alone in its row stands over the names below it, which it is not printed with."""
        prefecture = self._contents.prefecture(text)
        after = self._after.get(row)
        if not prefecture or after is None or "project" not in self._by_role:
            return False
        below = self._grid.at(after, column.index)
        return below is not None and self._lies_in(below.text, prefecture)

    def _lies_in(self, text: str, prefecture: str) -> bool:
        """Whether a text begins with a name of this prefecture that is printed without it."""
        first = re.split(r"[\n、，,・／/\s]+", bare(text))[0]
        within = any(place.prefecture == prefecture for place in self._contents.named(first))
        return within and not first.startswith(prefecture) and not self._contents.prefecture(first)

    def _other_origin(self, text: str) -> bool:
        found = self._origins.get(text)
        return bool(found and self._record and found.code != self._record.origin_code)

    def _origin_of(self, row: int, text: str) -> Place | None:
        if text and (found := self._origins.get(text)):
            return found
        if (
            "origin_code" in self._by_role
            and (number := self._contents.code(self._text(row, "origin_code")))
            and (number[:5] in self._contents.gazetteer)
        ):
            return self._contents.gazetteer.place(number[:5])
        if above := self._above.get("origin"):
            places = self._contents.origin(above)
            if len(places) == 1:
                return places[0]
        return self._origin if not text else None

    def _begin(self, row: int, origin: Place, name: str) -> None:
        category = self._kept(row, "category") or self._above.get("category", "")
        marked = [
            column.heading for column in self._marks if (cell := self._at(row, column)) and mark(cell.text)
        ]
        remarks = [
            f"{column.heading}: {joined(cell.text, soft=self._grid.soft)}"
            for column in self._notes_columns
            if (cell := self._at(row, column)) and cell.text
        ]
        self._record = Record(
            source=self.reading.source,
            origin_code=origin.code,
            name=name,
            line=row + 1,
            category_raw="・".join(filter(None, [category, *marked])),
            organiser=self._kept(row, "organiser"),
            summary="\n".join(remarks) or None,
            status=self._text(row, "status") or None,
            singly=not name,
        )
        self.reading.records.append(self._record)

    def _years(self, row: int) -> tuple[tuple[StartYear | None, ...], bool]:
        """The years of a row, and whether they stand in a merged cell that begins above it."""
        column = self._by_role.get("year")
        cell = self._at(row, column) if column else None
        if not column or cell is None or not cell.text:
            return (), False
        record = self._record
        above = cell.row < row and record is not None and cell.row + 1 < record.line
        if cell.row < row and not above:
            return (), False  # that of the record, which its first row has
        years = years_in(cell.text, cell.kind, column.heading)
        if not years and re.search(r"\d", cell.text):
            self.reading.notes.append(YEAR_UNREADABLE.note(row + 1, cell.text[:200], text=cell.text[:200]))
        return years, above

    def _partner_cells(
        self,
        row: int,
        column: Column,
        cell: Cell,
        years: tuple[StartYear | None, ...],
        above: bool,
        *,
        first: bool,
    ) -> list[PartnerCell]:
        """The partner cell of a row, one for each of its lines where prefecture or code have as many."""
        # A mark before a name (※, ・, 1.) says something of it elsewhere and is no part of it.
        text = "\n".join(bare(line) or line for line in cell.text.split("\n"))
        text = text.replace("\n", " ") if self._grid.soft else text
        district, country = self._text(row, "district"), self._text(row, "country")
        if (
            not country
            and (beside := self._text(row, "prefecture"))
            and not self._contents.prefecture(beside.split("\n")[0])
        ):
            country = beside if self._contents.names_place_abroad(beside) else ""
        if country and not _NOTHING.fullmatch(country) and country not in ("日本", "日本国"):
            text = f"{joined(text, soft=self._grid.soft)}（{country}）"
        elif district and district.endswith("郡") and not text.startswith(district):
            text = district + text
        prefecture_column, code_column = self._by_role.get("prefecture"), self._by_role.get("code")
        prefecture_cell = self._at(row, prefecture_column) if prefecture_column else None
        code_cell = self._at(row, code_column) if code_column and first else None
        prefectures = _lines(prefecture_cell)
        codes = _lines(code_cell)
        lines = [line for line in text.split("\n") if line.strip()]
        home = self._contents.prefecture(bare(lines[0])) if len(lines) == 2 else None
        if home and self._lies_in(lines[1], home):
            lines = [text := home + lines[1].strip()]
        count = len(lines)
        if count > 1 and (len(prefectures) == count or len(codes) == count):
            shared = years if len(years) == count else ()
            return [
                PartnerCell(
                    line,
                    row + 1,
                    (years[at],) if shared else years,
                    self._contents.code(codes[at]) if len(codes) == count else None,
                    self._contents.prefecture(
                        prefectures[at] if len(prefectures) == count else self._kept(row, "prefecture")
                    ),
                    above,
                    cell.place,
                )
                for at, line in enumerate(lines)
            ]
        prefecture = self._contents.prefecture(self._kept(row, "prefecture")) or self._above.get("prefecture")
        if column.role == "prefecture":
            text, prefecture = self._contents.prefecture(text) or text, None
        elif self._contents.prefecture(bare(text)) and bare(text)[-1:] in "都道府県":
            prefecture = None
        code = (
            self._contents.code(code_cell.text) or code_cell.text if code_cell and len(codes) == 1 else None
        )
        if code and _NOTHING.fullmatch(code):
            code = None
        return [PartnerCell(text, row + 1, years, code, prefecture, above, cell.place)]

    def _unread(self, row: int, cells: list[Cell]) -> None:
        text = " ".join(cell.text for cell in cells).replace("\n", " ")
        self.reading.notes.append(UNREAD_LINE.note(row + 1, text[:200], "row"))


def _lines(cell: Cell | None) -> list[str]:
    return [line.strip() for line in cell.text.split("\n") if line.strip()] if cell else []
