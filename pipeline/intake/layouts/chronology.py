"""The ward mayors' project chronology (特別区全国連携プロジェクト これまでの経過): dated events, then tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.intake.layouts.chronology_tables import read_bodies, read_companies, read_trend, starts_table
from pipeline.intake.layouts.dated import Days, iso_year, parse_days, parse_end
from pipeline.intake.records import Event, Reading, SourceError
from pipeline.intake.source_text import BULLET, paragraphs, squeeze
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note
from pipeline.rules.text_cut import TEXT_CUT

_YEAR = re.compile(r"(令和|平成|昭和)(元|\d{1,2})年")
_SAME_DAY = re.compile(r"\s*同日(?=\s|$)(.*)")
_STAMP = re.compile(r"(?:令和|平成)(?:元|\d{1,2})年\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"\((\d{1,4})\)")

#: The headings of the tables and of their columns.
FURNITURE = (
    "広域連携協定締結団体一覧",
    "民間企業との包括連携協定締結一覧",
    "締結企業名",
    "締結年月日",
    "主な取組み",
    "団体名",
    "構成自治体数",
    "連携自治体数の推移",
    "区分",
    "合計",
    "団体",
    "企業",
    "道府県",
)
#: Stands where the document's own text breaks off.
_CUT = "…"


@dataclass(slots=True)
class _Entry:
    """An event being read: its dates, and the lines of its text. Numbered dates share one text."""

    dates: list[tuple[str, Days]]
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)


def read(lines: Sequence[str], source: str, file: str) -> Reading:
    """Read the events, the two lists of agreements and the table of counts.

    They belong to all wards together, so there are no records: nothing here says what one ward does.

    Raises
    ------
    SourceError : no dated event, a table missing, or a row of counts that does not fit its header.
    """
    reading = Reading(source, [], furniture=FURNITURE)
    printed = [(line, text) for line, text in enumerate(lines, start=1) if text.strip()]
    tables = [position for position, (_, text) in enumerate(printed) if starts_table(text)]
    first = tables[0] if tables else len(printed)
    _read_events(printed[:first], reading)
    if not reading.events:
        raise SourceError(
            f"ファイル「{file}」に日付のある出来事がありません（1行目から最後まで）。"
            "「平成２６年」のような年の行と「9月 10日」のような日付の行がある、この資料の本文かどうかを確かめてください。"
        )
    rest = printed[first:]
    read_companies(rest, reading, file)
    read_bodies(rest, reading, file)
    read_trend(rest, reading, file, latest=int(max(event.date_from[:4] for event in reading.events)))
    return reading


def _read_events(printed: Sequence[tuple[int, str]], reading: Reading) -> None:
    year: int | None = None
    entry: _Entry | None = None
    entries: list[_Entry] = []
    for line, text in printed:
        plain = squeeze(text)
        if match := _YEAR.fullmatch(plain):
            year, entry = iso_year(match[1], match[2]), None
            continue
        if _STAMP.fullmatch(plain) or plain.isdigit() or year is None:
            # A date stamp and what stands under it, a page number, or the title above the first year.
            reading.notes.append(_outside(line, text))
            entry = None if _STAMP.fullmatch(plain) else entry
            continue
        if entry and not entry.lines and (ended := parse_end(text, entry.dates[-1][1], year)):
            number, _ = entry.dates[-1]
            entry.dates[-1] = (number, ended[0])
            _add(entry, line, ended[1])
            continue
        if match := _SAME_DAY.match(text):
            if entries:
                entry = _Entry([("", entries[-1].dates[-1][1])], line)
                entries.append(entry)
                _add(entry, line, match[1])
                continue
        elif dated := parse_days(text, year):
            number, days, remainder = dated
            if number and entry and entry.dates[-1][0] and not entry.lines:
                entry.dates.append((number, days))
            else:
                entry = _Entry([(number, days)], line)
                entries.append(entry)
            _add(entry, line, remainder)
            continue
        if entry is None:
            reading.notes.append(_outside(line, text))
        else:
            entry.lines.append((line, text))
    # Where most lines end with a space, one without was wrapped (see ``paragraphs``).
    if sum(text != text.rstrip() for _, text in printed) * 2 > len(printed):
        for each in entries:
            reading.notes += _mark_cuts(each.lines)
    reading.events += [event for entry in entries for event in _events(entry)]


def _add(entry: _Entry, line: int, remainder: str) -> None:
    if remainder.strip():
        entry.lines.append((line, remainder))


def _mark_cuts(lines: list[tuple[int, str]]) -> list[Note]:
    """Mark the wrapped lines of an event that go on in no other line, and note each: its sentence breaks off."""
    notes = []
    for place, (line, text) in enumerate(lines):
        goes_on = place + 1 < len(lines) and not BULLET.match(lines[place + 1][1])
        if text == text.rstrip() and not goes_on:
            lines[place] = (line, f"{text}{_CUT} ")
            notes.append(TEXT_CUT.note(line, squeeze(text), mark=_CUT))
    return notes


def _events(entry: _Entry) -> list[Event]:
    """The events of an entry: one, or one for each of its numbered dates."""
    body = [text for _, text in paragraphs(entry.lines)]
    parts = _numbered(body) if len(entry.dates) > 1 else {}
    last = entry.lines[-1][0] if entry.lines else entry.line
    made = []
    for number, days in entry.dates:
        own = [*parts[""], *parts[number]] if number in parts else body
        title = " ".join([*parts[""], *parts[number][:1]]) if number in parts else (body or [""])[0]
        made += [
            Event(start, end, precision, title, "\n".join(own), entry.line, last)
            for start, end, precision in days.spans
        ]
    return made


def _numbered(body: Sequence[str]) -> dict[str, list[str]]:
    """The paragraphs under each (1), (2), …; those above the first under ""."""
    parts: dict[str, list[str]] = {"": []}
    for text in body:
        match = _NUMBER.match(unicodedata.normalize("NFKC", text))
        if match and int(match[1]) == len(parts):
            parts[match[1]] = []
        list(parts.values())[-1].append(text)
    return parts


def _outside(line: int, text: str) -> Note:
    return OUTSIDE_TABLE.note(line, squeeze(text), "chronology", text=text.strip())
