"""One project of the 23-ward list: its record from the printed rows that belong to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pipeline.intake.layouts.tokyo23_rows import NAMELESS, Row, unread
from pipeline.intake.records import PartnerCell, Record
from pipeline.intake.source_text import squeeze
from pipeline.rules.partners_printed_elsewhere import PARTNERS_PRINTED_ELSEWHERE
from pipeline.rules.rule import Note
from pipeline.rules.years_carried_down import YEARS_CARRIED_DOWN
from pipeline.rules.years_standing_alone import YEARS_STANDING_ALONE
from pipeline.words.dates import StartYear

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_NEAR = 50  # rows in which a merged cell may be printed again
_FULL_LINE = 4  # characters of a printed line in the category column

Years = tuple[StartYear | None, ...]


def make_record(
    source: str, own: Sequence[Row], parts: Sequence[Row], words: Collection[str], notes: list[Note]
) -> Record:
    """Return the record of a project.

    Parameters
    ----------
    own : the rows that carry the project's ward and name, first to last
    parts : the rows whose partners are the project's, as printed; usually the same and those between
    words : the categories the document prints in one piece
    notes : where anything that found no place in the record is told
    """
    head = own[0]
    loose = [row for row in parts if not row.named]
    told = sorted([*own, *loose], key=lambda row: row.line)
    record = Record(
        source=source,
        origin_code=head.origin_code,
        name=head.name,
        line=head.line,
        category_raw=join_category(head.category, words),
        organiser=_joined((head.organiser, *(row.organiser for row in loose)), " "),
        summary=_joined((_MARKUP.sub("", row.summary) for row in told), "\n") or None,
        years=head.years,
        rows=sum(row.name != NAMELESS for row in own),
    )
    own_lines, category = {row.line for row in own}, squeeze(record.category_raw)
    standing_alone: list[Row] = []
    for row in parts:
        if row.partner:
            years = row.years if row.line in own_lines or not row.named else ()
            record.cells.append(PartnerCell(row.partner, row.line, years))
        elif row.years and not row.named:
            standing_alone.append(row)
        if not row.named and squeeze(row.category) not in category:
            notes.append(unread(row.line, row.category))
    _place_years(record, standing_alone, own_lines, notes)
    _tell_moved(record, own, parts, notes)
    return record


def join_category(text: str, words: Collection[str]) -> str:
    """Return a category without line-wrap spaces; one space stays where two categories share the cell.

    A space is a boundary when both sides are categories the document also prints alone, when the line
    before it was not full, or before a remark (※).
    """
    pieces = text.split()
    joined = pieces[0] if pieces else ""
    for before, piece in zip(pieces, pieces[1:], strict=False):
        apart = (
            (squeeze(before) in words and squeeze(piece) in words)
            or len(before) < _FULL_LINE
            or piece[0] == "※"
        )
        joined += f" {piece}" if apart else piece
    return joined


def _joined(texts: Iterable[str], glue: str) -> str:
    """Join texts in order, without those that only repeat (part of) another shortly before."""
    kept: list[tuple[str, str]] = []
    for text in texts:
        folded = squeeze(text)
        near = kept[-_NEAR:]
        if any(folded in other for other, _ in near):
            continue
        kept[-_NEAR:] = [*(other for other in near if other[0] not in folded), (folded, text)]
    return glue.join(text for _, text in kept)


def _place_years(record: Record, alone: Sequence[Row], own_lines: set[int], notes: list[Note]) -> None:
    """Give every cell the years of the merged year cell it stands beside.

    Years printed on rows of their own are the rest of the year column: they go, in order, to the partners
    below the named row that have none. A single year beside one partner covers the partners below it, as
    a merged cell does, up to the next printed year; the named row's own year covers them without saying,
    being the project's. Years that find no partner stay with the project.
    """
    spare = [year for row in alone for year in row.years]
    covering: Years = ()
    carried: list[int] = []
    for number, cell in enumerate(record.cells):
        if cell.line <= record.line:
            continue
        if cell.line in own_lines and len(cell.years) == 1 and cell.years == (covering or record.years):
            # The heading printed again on the next page, and the merged cell's year with it.
            record.cells[number] = replace(cell, above=True)
            continue
        if cell.years or cell.line in own_lines:
            covering = cell.years if len(cell.years) == 1 and cell.years != record.years else ()
            continue
        if spare:
            covering = (spare.pop(0),)
        elif covering:
            carried.append(cell.line)
        record.cells[number] = replace(cell, years=covering, above=bool(covering))
    record.years += tuple(spare)
    for row in alone:
        notes.append(YEARS_STANDING_ALONE.note(row.line, record.name))
    if carried:
        notes.append(YEARS_CARRIED_DOWN.note(carried[0], record.name, rows=len(carried)))


def _tell_moved(record: Record, own: Sequence[Row], parts: Sequence[Row], notes: list[Note]) -> None:
    own_lines = {row.line for row in own}
    before = [row for row in parts if row.partner and row.line not in own_lines and row.line < record.line]
    across = [row for row in parts if row.partner and row.named and row.line not in own_lines]
    moved = before or across
    if moved:
        notes.append(PARTNERS_PRINTED_ELSEWHERE.note(moved[0].line, record.name, other_line=record.line))
