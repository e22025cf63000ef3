"""Setagaya's exchange database (世田谷区交流情報データベース): one row, one project with one partner."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.intake.headers import (
    is_table_row,
    no_header,
    read_header,
    read_years,
    require_columns,
    require_complete,
    require_short,
    total_row,
    unknown_columns,
    unquoted,
)
from pipeline.intake.records import PartnerCell, Reading, Record, SourceError
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.rule import Note
from pipeline.rules.unread_line import UNREAD_LINE

WARD_CODE = "13112"
COLUMNS = (
    "市町村コード",
    "交流自治体名",
    "交流事業名",
    "交流事業概要",
    "交流の分類",
    "交流の内容",
    "交流開始年",
    "令和5年度交流実績",
    "所管等",
)
_NONE = re.compile(r"[-‐-―−ー－—\s]*")


def read(lines: Sequence[str], source: str, file: str) -> Reading:
    """Read the database; a row becomes one record with one partner cell.

    Raises
    ------
    SourceError : no header, a column missing in a header, the last row cut off, or no project at all.
    """
    reading = Reading(source, [], furniture=COLUMNS)
    positions: tuple[int, ...] = ()
    widths: list[tuple[int, int]] = []
    told: set[str] = set()
    known: set[int] = set()
    for line, text in enumerate(unquoted(lines), start=1):
        if not text.strip():
            continue
        if header := read_header(text, COLUMNS):
            if header.positions:
                require_columns(header, COLUMNS, file, line)
                positions, known = header.positions, {*header.positions, *header.others}
                reading.notes += unknown_columns(header, line, told)
            continue
        if not positions:
            # Above the table stand the title and the key to the classes.
            if is_table_row(text):
                raise no_header(COLUMNS, file, line)
            continue
        if total := total_row(line, text):
            reading.notes.append(total)
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if len(cells) == 1:
            reading.notes.append(_stray(line, text))
            continue
        require_short(cells, positions[1], file, line)
        widths.append((line, len(cells)))
        if beyond := "".join(cell for position, cell in enumerate(cells) if position not in known):
            reading.notes.append(_beyond(line, beyond))
        values = [cells[position] if position < len(cells) else "" for position in positions]
        if not (values[1] and values[2]):
            reading.notes.append(_stray(line, text))
            continue
        reading.rows += 1
        reading.records.append(_record(values, source, line, reading.notes))
    if not positions:
        raise no_header(COLUMNS, file)
    require_complete(widths, max(positions) + 1, file)
    if not reading.records:
        raise SourceError(
            f"ファイル「{file}」の見出しから下に、交流自治体名と交流事業名のある行が1行もありません。"
            "列がタブで区切られた、この資料の本文かどうかを確かめてください。"
        )
    return reading


def _record(values: Sequence[str], source: str, line: int, notes: list[Note]) -> Record:
    code, partner, name, summary, category, content, years, status, organiser = values
    start_years = read_years(years, line, notes)
    return Record(
        source=source,
        origin_code=WARD_CODE,
        name=unwrap(name),
        line=line,
        category_raw=squeeze(category),
        organiser=unwrap(organiser),
        summary="\n".join(filter(None, (summary, content and f"交流の内容: {content}"))) or None,
        status=status or None,
        years=start_years,
        cells=[PartnerCell(partner, line, start_years, None if _NONE.fullmatch(code) else code)],
    )


def _beyond(line: int, text: str) -> Note:
    return UNREAD_LINE.note(line, squeeze(text), "column", text=squeeze(text))


def _stray(line: int, text: str) -> Note:
    return UNREAD_LINE.note(line, squeeze(text), "row")
