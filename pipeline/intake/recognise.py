"""A file that is the next edition of a document: known by its name or title, and read as that is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from geo.ledger.editions import by_series
from geo.shared import ERAS
from pipeline.intake.as_of import AsOf, printed_as_of
from pipeline.intake.contents import Contents
from pipeline.intake.define import DEFINITION, Said, document_id, parse_day
from pipeline.intake.lists import Choices, read_list
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.registry import Document, print_lines
from pipeline.intake.source_text import squeeze
from pipeline.words.dates import date_in_wareki

#: Lines in which a document prints its title.
_HEAD = 40
_INITIALS = {"r": "令和", "h": "平成", "s": "昭和"}
#: The year of an edition in the name of its file: _r9, _R9, 令和9年, 2027.
_YEAR = re.compile(
    r"(?:(?P<initial>(?<![A-Za-z])[RHSrhs])|(?P<era>令和|平成|昭和))(?P<n>\d{1,2})(?!\d)|(?<!\d)(?P<west>20\d\d)(?!\d)"
)


def next_edition(
    data: bytes, file: str, documents: Iterable[Document], contents: Contents, said: Said, series: str = ""
) -> Document | None:
    """The definition of a file that is an edition of a series already there; None for a document of its own.

    Parameters
    ----------
    documents : those that are there, all editions
    said : what a person says of it; what they leave out is as in the newest edition
    series : the series that a person says it is of

    Raises
    ------
    SourceError : a person says of which series it is and it cannot be read so; nobody can tell of what day it is; or
        this edition is there already.
    """
    known = by_series(documents)
    if series and series not in known:
        return None
    for name, editions in known.items():
        newest = editions[-1]
        if series and name != series:
            continue
        try:
            found = _read(data, file, newest, contents)
        except SourceError:
            if series:
                raise
            continue
        if not series and not _is_called(file, newest) and not found.titled:
            continue
        if not found.reading.records and not found.reading.events:
            continue
        return _define(newest, editions, found, file, said)
    return None


class _Found:
    def __init__(self, reading: Reading, as_of: AsOf | None, titled: bool) -> None:
        self.reading, self.as_of, self.titled = reading, as_of, titled


def _read(data: bytes, file: str, document: Document, contents: Contents) -> _Found:
    title = squeeze(document.title)
    if document.guessed:
        choices = Choices.said(document.options, document.definition.name, document.layout)
        understood = read_list(data, contents, choices, file, document.id)
        titled = any(title in squeeze(text) for text in understood.titles)
        return _Found(understood.reading, understood.as_of, titled)
    printed = print_lines(data, file, document)
    reading = document.read_lines(printed.lines, file, printed.merged)
    titled = any(title in squeeze(line) for line in printed.lines[:_HEAD])
    return _Found(reading, printed_as_of(printed.lines, file), titled)


def _is_called(file: str, document: Document) -> bool:
    stem = document_id(Path(file).stem)
    return stem == document.series or stem.startswith(f"{document.series}_")


def _define(newest: Document, editions: list[Document], found: _Found, file: str, said: Said) -> Document:
    day, as_of = _day(newest, found.as_of, file, said)
    if twin := next((one for one in editions if one.date == day), None):
        raise SourceError(
            f"「{newest.title}」の{twin.as_of}の版は、すでにあります（番号 {twin.id}）。"
            "入れ替えるときは、先にそれを外してください（koryu remove）。"
        )
    title = said.title or newest.title
    publisher = said.publisher or newest.publisher
    name = _name(newest.series, day, {one.id for one in editions})
    return replace(
        newest,
        id=name,
        definition=Path(f"{name}{DEFINITION}"),
        title=title,
        short=said.short or newest.short,
        publisher=publisher,
        date=day,
        as_of=as_of,
        credit=f"出典: {publisher}「{title}」（{as_of}）",
        added=date.today().isoformat(),
    )


def _day(newest: Document, printed: AsOf | None, file: str, said: Said) -> tuple[str, str]:
    if said.date:
        day = parse_day(said.date)
        if printed and printed.date != day:
            raise SourceError(
                f"ファイル「{file}」には「{printed.printed}」と印刷されていますが、指定の基準日は{date_in_wareki(day)}です。"
                "どちらが正しいか確かめてください。"
            )
        return day, printed.printed if printed else f"{date_in_wareki(day)}現在"
    if printed:
        return printed.date, printed.printed
    if found := _YEAR.search(Path(file).stem):
        era = found["era"] or _INITIALS.get((found["initial"] or "").lower())
        year = ERAS[era] + int(found["n"]) - 1 if era else int(found["west"])
        day = f"{year}{newest.date[4:]}"
        return day, f"{date_in_wareki(day)[: date_in_wareki(day).index('年') + 1]}（ファイルの名前から）"
    raise SourceError(
        f"ファイル「{file}」がいつの資料か、読み取れません。基準日を指定してください（--date 令和9年3月31日）。"
    )


def _name(series: str, day: str, taken: set[str]) -> str:
    """An id that ends in the year of the edition: tokyo23_linkage_r9; with the day where that is taken."""
    wareki = date_in_wareki(day)
    initial = next((letter for letter, era in _INITIALS.items() if wareki.startswith(era)), "")
    number = re.sub(r"\D", "", wareki.split("年")[0]) or "1"
    name = f"{series}_{initial}{number}" if initial else f"{series}_{day[:4]}"
    return name if name not in taken else f"{name}{day[5:7]}{day[8:]}"
