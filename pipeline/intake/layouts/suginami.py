"""Suginami's newsletter on its partner municipalities: who they are, and a calendar of what they hold in the ward."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pipeline.intake.layouts.dated import full_days, parse_days
from pipeline.intake.records import Event, PartnerCell, Reading, Record, SourceError
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.date_misprint import DATE_MISPRINT
from pipeline.rules.date_unreadable import DATE_UNREADABLE
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note

WARD_CODE = "13115"
LIST, ACCOUNTS = "国内交流自治体", "交流自治体のSNS"

_PREFECTURE = r"(?:東京都|北海道|(?:京都|大阪)府|[^\W\d_]{2,3}県)"
_NAME = r"[^\W\d_]{1,7}[市区町村]"
_LISTED = re.compile(rf"●({_NAME}\({_PREFECTURE}\))")
_BY_ITSELF = re.compile(rf"{_PREFECTURE}{_NAME}")
_HELD_IN = re.compile(rf"(?P<name>.*)\((?P<partner>{_PREFECTURE}{_NAME})\)")
_ACCOUNT = re.compile(r"[A-Za-z]+")
_MONTH = re.compile(r"(\d{1,2})月")
_WHEN, _WHERE = re.compile(r"^\s*日時[\s:：]*"), re.compile(r"^\s*場所[\s:：]*")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?:\s*[~〜-]\s*\d{1,2}:\d\d)?")
_REMARK = re.compile(r"※.*")
_NEXT_DAY = re.compile(r"日\s*/\s*(?=\d{1,2}日)")
_MISPRINT = re.compile(r"(\d{1,2})月(?=[~〜-]\d{1,2}日)")


def read(lines: Sequence[str], source: str, file: str, *, year: int) -> Reading:
    """Read the list of partners, the partners introduced by themselves, and the calendar.

    A partner is a municipality that is printed as one: in the list, or alone in a line with its prefecture.
    The calendar becomes events: what a partner holds is that partner's, not another tie.

    Parameters
    ----------
    year : the 西暦 year of the newsletter; its calendar prints months and days only

    Raises
    ------
    SourceError : no list of partners.
    """
    reading = Reading(source, [])
    printed = [(line, text) for line, text in enumerate(lines, start=1) if text.strip()]
    listed = Record(source, WARD_CODE, LIST, 0, singly=True)
    accounts = Record(source, WARD_CODE, ACCOUNTS, 0, singly=True)
    rest: list[tuple[int, str]] = []
    for line, text in printed:
        plain = squeeze(text)
        if plain == LIST:
            listed.line = line
        elif found := _LISTED.findall(plain):
            listed.cells += [PartnerCell(name, line) for name in found]
        elif _BY_ITSELF.fullmatch(plain):
            accounts.cells.append(PartnerCell(plain, line))
        elif _ACCOUNT.fullmatch(plain) and accounts.cells:
            accounts.status = "\n".join(filter(None, (accounts.status, f"{accounts.cells[-1].text} {plain}")))
        elif match := _HELD_IN.fullmatch(plain):
            cell = PartnerCell(match["partner"], line)
            reading.records.append(Record(source, WARD_CODE, match["name"], line, cells=[cell]))
        else:
            rest.append((line, text))
    if not listed.cells:
        raise SourceError(
            f"ファイル「{file}」に交流自治体の一覧（●名寄市(北海道) のような行）がありません（1行目から最後まで）。"
            "この資料の本文かどうかを確かめてください。"
        )
    for record in (listed, accounts):
        if record.cells:
            record.line = record.line or record.cells[0].line
            reading.records.append(record)
    reading.records.sort(key=lambda record: record.line)
    reading.rows = len(reading.records)
    above = {line: text for (_, text), (line, _) in zip(printed, printed[1:], strict=False)}
    _read_calendar(rest, above, reading, year)
    return reading


def _read_calendar(
    rest: Sequence[tuple[int, str]], above: dict[int, str], reading: Reading, year: int
) -> None:
    """Title, 日時 and 場所 of each entry under the number of its month, and dated reports in the text."""
    month: int | None = None
    position = 0
    while position < len(rest):
        line, text = rest[position]
        plain = squeeze(text)
        when, place, *_ = [*(text for _, text in rest[position + 1 : position + 3]), "", ""]
        if match := _MONTH.fullmatch(plain):
            month = int(match[1])
        elif month and _WHEN.match(when):
            has_place = bool(_WHERE.match(place))
            position += 1 + has_place
            when_line = rest[position - has_place][0]
            body = [" ".join(part.split()) for part in (text, when, place)[: 2 + has_place]]
            spans = _spans(_WHEN.sub("", when, count=1), year, month, when_line, reading)
            if not spans:
                reading.notes += [_beside(line, text), *([_beside(rest[position][0], place)] * has_place)]
            reading.events += [
                Event(*span, body[0], "\n".join(body), line, rest[position][0]) for span in spans
            ]
        elif plain.startswith(("令和", "平成")) and (days := full_days(text)):
            title = unwrap(above.get(line) or text)
            reading.events.append(Event(*days, title, f"{title}\n{text.strip()}", line, line))
        else:
            reading.notes.append(_beside(line, text))
        position += 1


def _spans(when: str, year: int, month: int, line: int, reading: Reading) -> Sequence[tuple[str, str, str]]:
    """The days of 「19日、25日 10:00～15:00」, 「31日～9/1日」, 「20日 11:00～19:00/21日 10:00～16:00」."""
    text = _REMARK.sub("", _CLOCK.sub("", unicodedata.normalize("NFKC", when)))
    text = squeeze(_NEXT_DAY.sub("日、", text))
    dated = parse_days(text, year, month)
    misprint = _MISPRINT.search(text)
    if dated is None and misprint and (dated := parse_days(_MISPRINT.sub(r"\1日", text), year, month)):
        day = f"{month}月{misprint[1]}日"
        reading.notes.append(DATE_MISPRINT.note(line, squeeze(when), text=when.strip(), day=day))
    if dated is None:
        reading.notes.append(DATE_UNREADABLE.note(line, squeeze(when), text=when.strip()))
        return ()
    return dated[1].spans


def _beside(line: int, text: str) -> Note:
    return OUTSIDE_TABLE.note(line, squeeze(text), "calendar", text=squeeze(text))
