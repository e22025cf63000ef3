"""Corrections laid over the rows of a document, between what is printed and what is geocoded.

Each is held against what the document prints now: where that is no longer what was corrected, the correction rests
and says why. Nothing printed is changed: the rows that come out are others, and know what was printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from geo.ledger.schema import CONTRADICTED, NEEDED, REFLECTED, ROW_GONE
from geo.places.folding import squeeze
from pipeline.intake.records import PartnerCell, Record
from pipeline.reading.corrections import (
    ADD,
    CATEGORY,
    NAME,
    ORGANISER,
    PARTNER,
    STATUS,
    SUMMARY,
    UNKNOWN,
    WITHDRAW,
    YEAR,
    Correction,
    year_of,
)
from pipeline.reading.mentions import Mention
from pipeline.words.dates import StartYear, to_wareki

#: A row by its origin, its printed name without blanks, and which of that name it is.
Key = tuple[str, str, int]
Split = Callable[[Sequence[PartnerCell]], list[Mention]]

#: The line of a row that no document prints, and what stands for its place.
NO_LINE, NO_PLACE = 0, "訂正で加えた行（資料にはない）"

_ATTRIBUTES = {
    NAME: "name",
    CATEGORY: "category_raw",
    ORGANISER: "organiser",
    SUMMARY: "summary",
    STATUS: "status",
}
_PREFECTURE = re.compile(r"^(?:北海道|東京都|京都府|大阪府|\w{2,3}県)(?=\w)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A mention with its start year and what that rests on."""

    mention: Mention
    year: StartYear | None
    basis: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a document with its mentions.

    Parameters
    ----------
    key : what its identifier is made of; the printed name also where that is corrected
    years : all start years it knows of
    printed : its mentions as the document prints them
    corrections : ids of those that are laid over it
    """

    record: Record
    entries: tuple[Entry, ...]
    key: Key
    years: tuple[StartYear | None, ...]
    printed: tuple[str, ...]
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a correction stands to a document: one of geo.ledger.schema.STANDINGS.

    ``now`` is what the document prints now, ``line`` where; None where it has no such row. ``key`` is of the row in
    the tables, None where they have none.
    """

    correction: Correction
    standing: str
    now: str | None = None
    line: int | None = None
    key: Key | None = None


@dataclass(slots=True)
class _Sheet:
    """A row while corrections are laid over it; ``parts`` are the entries in place of each printed one."""

    row: Row
    record: Record
    parts: list[list[Entry]]
    extra: list[Entry] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    old_years: list[StartYear | None] = field(default_factory=list)
    dated: bool = False
    withdrawn: bool = False

    @classmethod
    def of(cls, row: Row) -> _Sheet:
        return cls(row, row.record, [[entry] for entry in row.entries])


class Overlay:
    """The corrections that hold for one document; after :meth:`laid`, how each stands and what was replaced.

    ``replaced`` and ``added`` count mentions by origin: printed ones that corrections stand for, and theirs.
    """

    def __init__(self, source: str, corrections: Iterable[Correction], split: Split) -> None:
        self._source = source
        self._corrections = [one for one in corrections if not one.undone]
        self._split = split
        self.standings: list[Standing] = []
        self.replaced: Counter[str] = Counter()
        self.added: Counter[str] = Counter()

    def laid(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with the corrections laid over them, in their order; those that are added come last."""
        if not self._corrections:
            return list(rows)
        sheets = {row.key: _Sheet.of(row) for row in rows}
        known: dict[Key, _Sheet] = dict(sheets)
        acts: dict[str, list[Correction]] = {}
        for one in self._corrections:
            if one.action == ADD:
                acts.setdefault(one.id, []).append(one)
        for one in sorted((one for one in self._corrections if one.action != ADD), key=_rank):
            self._lay(one, known)
        done = [row for sheet in sheets.values() for row in self._finished(sheet)]
        for act in acts.values():
            done += self._add(act, known)
        places = {(one.id, one.field): place for place, one in enumerate(self._corrections)}
        self.standings.sort(key=lambda one: places[one.correction.id, one.correction.field])
        return done

    def _lay(self, one: Correction, known: dict[Key, _Sheet]) -> None:
        sheet = known.get(one.row)
        if sheet is None and one.field == NAME:
            renamed = (one.origin_code, squeeze(one.corrected), one.number)
            if sheet := known.get(renamed):
                # Under the name it had: links to it go on.
                sheet.row = replace(sheet.row, key=one.row)
                known[one.row] = sheet
                self._say(one, REFLECTED, sheet.row.record.name, sheet)
                return
        if sheet is None:
            self.standings.append(Standing(one, REFLECTED if one.action == WITHDRAW else ROW_GONE))
        elif one.action == WITHDRAW:
            sheet.withdrawn = True
            self._say(one, NEEDED, sheet.row.record.name, sheet)
        elif one.field == PARTNER:
            self._partner(one, sheet)
        elif one.field == YEAR:
            self._year(one, sheet)
        else:
            self._field(one, sheet)

    def _say(self, one: Correction, standing: str, now: str, sheet: _Sheet, line: int | None = None) -> None:
        self.standings.append(Standing(one, standing, now, line or sheet.row.record.line, sheet.row.key))
        if standing == NEEDED:
            sheet.corrections.append(one.id)

    def _field(self, one: Correction, sheet: _Sheet) -> None:
        attribute = _ATTRIBUTES[one.field]
        now = getattr(sheet.row.record, attribute) or ""
        standing = _standing(squeeze(now), squeeze(one.printed), squeeze(one.corrected))
        if one.field == NAME:  # it was found by it
            standing = NEEDED
        if standing == NEEDED:
            sheet.record = replace(sheet.record)
            setattr(sheet.record, attribute, one.corrected)
        self._say(one, standing, now, sheet)

    def _year(self, one: Correction, sheet: _Sheet) -> None:
        if one.partner:
            place = _place_of(one.partner, sheet.row.entries)
            if place is None:
                self.standings.append(Standing(one, ROW_GONE, None, None, sheet.row.key))
                return
            entry = sheet.row.entries[place]
            printed, line = [entry.year], entry.mention.line
        else:
            place, line = None, None
            printed = printed_years(sheet.row)
        now = years_said(printed)
        year = year_of(one.corrected)
        standing = _standing(_dated(printed), _dated(_years_of(one.printed)), _dated([year]))
        self._say(one, standing, now, sheet, line)
        if standing != NEEDED:
            return
        sheet.dated = True
        if place is None:
            sheet.old_years = list(sheet.row.years)
            cells = [replace(cell, years=(), above=False) for cell in sheet.record.cells]
            sheet.record = replace(sheet.record, years=(year,) if year else (), cells=cells)
            basis = "project" if year else "none"
            sheet.parts = [[_redated(entry, year, basis) for entry in part] for part in sheet.parts]
        else:
            sheet.old_years += printed
            basis = "partner" if year else "none"
            sheet.parts[place] = [_redated(entry, year, basis) for entry in sheet.parts[place]]

    def _partner(self, one: Correction, sheet: _Sheet) -> None:
        entries, now = sheet.row.entries, "、".join(sheet.row.printed)
        there = self._bare(one.corrected) <= set(map(_bare, sheet.row.printed))
        if not squeeze(one.printed):
            self._say(one, REFLECTED if there else NEEDED, now, sheet)
            if not there:
                sheet.extra += self._more(one, sheet)
            return
        place = _place_of(one.printed, entries)
        if place is None:
            self._say(one, REFLECTED if there else CONTRADICTED, now, sheet)
            return
        # Its year may have been corrected before, by the name it is printed with.
        old = sheet.parts[place][0]
        mention = old.mention
        cell = PartnerCell(one.corrected, mention.line, place=mention.place)
        sheet.parts[place] = [
            Entry(
                replace(
                    own,
                    unit=mention.unit,
                    breath=mention.breath,
                    start_year=mention.start_year,
                    year_basis=mention.year_basis,
                ),
                old.year,
                old.basis,
            )
            for own in self._split([cell])
        ]
        self._say(one, NEEDED, mention.text, sheet, mention.line)

    def _more(self, one: Correction, sheet: _Sheet) -> list[Entry]:
        """The entries of partners that the document does not print; they began when all the others did."""
        years = {(entry.year, entry.basis) for part in sheet.parts for entry in part}
        year, basis = years.pop() if len(years) == 1 else (None, "none")
        first = 1 + max((entry.mention.unit for entry in sheet.row.entries), default=-1)
        record = sheet.row.record
        more = self._split([PartnerCell(one.corrected, record.line)])
        return [
            Entry(
                replace(own, unit=first + own.unit, breath=first + own.breath),
                year,
                "project" if year else basis,
            )
            for own in more
        ]

    def _finished(self, sheet: _Sheet) -> list[Row]:
        row = sheet.row
        if sheet.withdrawn:
            self.replaced[row.record.origin_code] += len(row.entries)
            return []
        if not sheet.corrections:
            return [row]
        changed = [part for part, old in zip(sheet.parts, row.printed, strict=True) if _texts(part) != [old]]
        self.replaced[row.record.origin_code] += len(changed)
        self.added[row.record.origin_code] += sum(map(len, [*changed, sheet.extra]))
        entries = (*(entry for part in sheet.parts for entry in part), *sheet.extra)
        years = tuple(entry.year for entry in entries)
        if not sheet.dated or not years or not all(years):
            years += tuple(year for year in row.years if year not in sheet.old_years)
            years += sheet.record.years if sheet.dated else ()
        corrections = tuple(dict.fromkeys(sheet.corrections))
        return [replace(row, record=sheet.record, entries=entries, years=years, corrections=corrections)]

    def _add(self, act: Sequence[Correction], known: dict[Key, _Sheet]) -> list[Row]:
        """The project that is added; none where the document prints one of that name now."""
        said = {one.field: one for one in act}
        name = said[NAME]
        key = name.origin_code, squeeze(name.corrected), 1
        if sheet := known.get(key):
            for one in act:
                self._say(one, *self._as_printed(one, sheet.row), sheet=sheet)
            return []
        year = year_of(said[YEAR].corrected) if YEAR in said else None
        texts = {one.field: one.corrected for one in act}
        cell = PartnerCell(said[PARTNER].corrected, NO_LINE, place=NO_PLACE)
        years = (year,) if year else ()
        record = Record(
            self._source,
            name.origin_code,
            name.corrected,
            NO_LINE,
            category_raw=texts.get(CATEGORY, ""),
            organiser=texts.get(ORGANISER, ""),
            summary=texts.get(SUMMARY),
            status=texts.get(STATUS),
            years=years,
            cells=[cell],
            rows=0,
        )
        entries = tuple(Entry(own, year, "project" if year else "none") for own in self._split([cell]))
        self.added[name.origin_code] += len(entries)
        self.standings += [Standing(one, NEEDED, None, None, key) for one in act]
        return [Row(record, entries, key, years, tuple(_texts(entries)), (name.id,))]

    def _as_printed(self, one: Correction, row: Row) -> tuple[str, str]:
        """What a document that prints a project now says of a line of its addition: the standing, and its words."""
        if one.field == PARTNER:
            now = "、".join(row.printed)
            same = self._bare(one.corrected) == set(map(_bare, row.printed))
        elif one.field == YEAR:
            now = years_said(printed_years(row))
            same = _dated(printed_years(row)) == _dated([year_of(one.corrected)])
        else:
            now = getattr(row.record, _ATTRIBUTES[one.field]) or ""
            same = squeeze(now) == squeeze(one.corrected)
        return (REFLECTED if same else CONTRADICTED), now

    def _bare(self, partners: str) -> set[str]:
        return {_bare(mention.text) for mention in self._split([PartnerCell(partners, NO_LINE)])}


def printed_years(row: Row) -> list[StartYear | None]:
    """The different start years of a row's partners, in their order; of a row without any, its own."""
    years = [entry.year for entry in row.entries] or list(row.record.years) or [None]
    return list({_dated_one(year): year for year in years}.values())


def years_said(years: Iterable[StartYear | None]) -> str:
    """Start years as a correction says them: 「平成30年度」, 「不明」, 「昭和55年、平成3年度」."""
    return "、".join(to_wareki(year.year, year.kind) if year else UNKNOWN for year in years)


def _rank(one: Correction) -> tuple[bool, bool, bool]:
    """Names first, because rows are found by them; the years of partners before the partners, but after the row's."""
    return one.field != NAME, one.field != YEAR, bool(one.partner)


def _standing(now: object, printed: object, corrected: object) -> str:
    if now == printed:
        return NEEDED
    return REFLECTED if now == corrected else CONTRADICTED


def _dated_one(year: StartYear | None) -> tuple[int, str] | None:
    return (year.year, year.kind) if year else None


def _dated(years: Iterable[StartYear | None]) -> set[tuple[int, str] | None]:
    return set(map(_dated_one, years))


def _years_of(said: str) -> list[StartYear | None]:
    """What :func:`years_said` has said; a year nobody can read is none that is printed."""
    found: list[StartYear | None] = []
    for part in said.split("、"):
        try:
            found.append(year_of(part))
        except ValueError:
            continue
    return found


def _place_of(text: str, entries: Sequence[Entry]) -> int | None:
    """Which of some entries is printed so."""
    wanted = squeeze(text)
    return next((n for n, entry in enumerate(entries) if squeeze(entry.mention.text) == wanted), None)


def _redated(entry: Entry, year: StartYear | None, basis: str) -> Entry:
    return Entry(replace(entry.mention, start_year=year, year_basis=basis), year, basis)


def _texts(entries: Iterable[Entry]) -> list[str]:
    return [entry.mention.text for entry in entries]


def _bare(text: str) -> str:
    """A name without blanks and the prefecture before it: documents print it now so, now so."""
    return _PREFECTURE.sub("", squeeze(text))
