"""A file that is the next edition of a document: known by its name or title, and read as that is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from geo.ledger.editions import by_series
from geo.shared import ERAS
from pipeline.intake.as_of import AsOf, printed_as_of
from pipeline.intake.contents import Contents
from pipeline.intake.define import Said, document_id, parse_day
from pipeline.intake.documents import DEFINITION
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import read_list
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.registry import Document, print_lines
from pipeline.intake.source_text import squeeze
from pipeline.intake.spoken_for import named_origin, origin_in_titles
from pipeline.words.dates import INITIALS, date_in_wareki

#: Lines in which a document prints its title.
_HEAD = 40
_ERA = r"(?P<era>令和|平成|昭和)(?P<n>元|\d{1,2})(?!\d)"
_WESTERN = r"(?<!\d)(?P<western>20\d\d)"
#: A day in the name of a file: 令和9年3月31日, 2027-03-31, 20270331, R9.3.31.
_DAY = re.compile(
    rf"(?:{_ERA}年|{_WESTERN}(?:年|[-_.]?)|(?<![A-Za-z])(?P<initial>[RHSrhs])(?P<short>\d{{1,2}})[-.])"
    r"(?P<month>\d\d|\d(?!\d))(?:月|[-_.]?)(?P<day>\d\d|\d(?!\d))(?!\d)"
)
#: The year of an edition there: 令和9年, 2027, or its initial: _r9, _R9.
_YEAR = re.compile(rf"{_ERA}|{_WESTERN}(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![A-Za-z0-9])(?P<initial>[RHSrhs])(?P<short>\d{1,2})(?!\d)")
#: What is no part of a title: the year or day it stands for, and what surrounds it.
_OF_THE_EDITION = re.compile(
    r"(?:(?:令和|平成|昭和|[RHS]\.?)(?:元|\d{1,2})|(?:19|20)\d\d)(?:年度?|[-/.])"
    r"(?:\d{1,2}(?:月|[-/.])(?:\d{1,2}日?)?)?(?:末|時点|現在|版|作成|更新|改訂)*|\W|_"
)
#: What follows the series in the name of a file that is an edition of it.
_NEXT = re.compile(r"[_.-]?(?:令和|平成|昭和)?[a-z]?(?:元|\d)")


def next_edition(
    data: bytes,
    file: str,
    documents: Iterable[Document],
    contents: Contents,
    said: Said,
    series: str = "",
    origin: str = "",
) -> Document | None:
    """The definition of a file that is an edition of a series already there; None for a document of its own.

    Parameters
    ----------
    documents : those that are there, all editions
    said : what a person says of it; what they leave out is as in the newest edition
    series : the series that a person says it is of
    origin : whom a person says it speaks for

    Raises
    ------
    SourceError : a person says of which series it is and it cannot be read so; it may be of several; nobody can tell of
        what day it is; or this edition is there already.
    """
    known = by_series(one for one in documents if not one.numbers)
    if series:
        return _said_to_be(data, file, known[series], contents, said) if series in known else None
    called: list[tuple[list[Document], _Found]] = []
    titled: list[tuple[list[Document], _Found]] = []
    for editions in known.values():
        try:
            found = _read(data, file, editions[-1], contents)
        except SourceError:
            continue
        if not found.holds or not _speaks_for(found, origin, contents):
            continue
        if _is_called(file, editions[-1]):
            called.append((editions, found))
        elif found.titled:
            titled.append((editions, found))
    fitting = called or titled
    if len(fitting) > 1:
        listed = "、".join(editions[-1].series for editions, _ in fitting)
        raise SourceError(
            f"ファイル「{file}」が {listed} のどの資料の版か、決められません。--series で指定してください。"
        )
    return _define(*fitting[0], file, said) if fitting else None


def _said_to_be(data: bytes, file: str, editions: list[Document], contents: Contents, said: Said) -> Document:
    found = _read(data, file, editions[-1], contents)
    if not found.holds:
        raise SourceError(
            f"ファイル「{file}」を「{editions[-1].title}」の版として読みましたが、事業が一つもありません。"
            "別の資料のときは、--series に別の名前を指定してください。"
        )
    return _define(editions, found, file, said)


class _Found:
    """A file read as an edition: what is in it, its day, whether it bears the title, and whom the file speaks for."""

    def __init__(self, reading: Reading, as_of: AsOf | None, titled: bool, origin: str = "") -> None:
        self.reading, self.as_of, self.titled, self.origin = reading, as_of, titled, origin

    @property
    def holds(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.reading.records or self.reading.events)


def already_there(twin: Document) -> SourceError:
    """What is to be raised where an edition of the same day is there."""
    return SourceError(
        f"「{twin.title}」の{twin.as_of}の版は、すでにあります（番号 {twin.id}）。"
        "入れ替えるときは、先にそれを外してください（koryu remove）。"
    )


def _read(data: bytes, file: str, document: Document, contents: Contents) -> _Found:
    if document.guessed:
        choices = Choices.said(document.options, document.definition.name, document.layout)
        understood = read_list(data, contents, choices, file, document.id)
        titled = _bears(document.title, understood.titles)
        # Whom it would speak for if its definition did not say so.
        guess = understood.guess
        named = origin_in_titles(guess, guess.grid.name, Path(file).stem, contents) if guess else None
        said = choices.origin and named
        return _Found(understood.reading, understood.as_of, titled, said[0].code if said else "")
    printed = print_lines(data, file, document)
    reading = document.read_lines(printed.lines, file, printed.merged)
    titled = _bears(document.title, printed.lines[:_HEAD])
    return _Found(reading, printed_as_of(printed.lines, file), titled)


def _bears(title: str, texts: Iterable[str]) -> bool:
    """Whether one of some texts is a title, but for the year or day it stands for, and for marks."""
    bare = _OF_THE_EDITION.sub("", squeeze(title))
    return bool(bare) and any(_OF_THE_EDITION.sub("", squeeze(text)) == bare for text in texts)


def _speaks_for(found: _Found, origin: str, contents: Contents) -> bool:
    """Whether nobody says that the file speaks for another than the series does."""
    own = {record.origin_code for record in found.reading.records}
    said = named_origin(origin, contents).code if origin else found.origin
    return not said or not own or said in own


def _is_called(file: str, document: Document) -> bool:
    stem, series = document_id(Path(file).stem).casefold(), document.series.casefold()
    return stem == series or (stem.startswith(series) and bool(_NEXT.match(stem, len(series))))


def _define(editions: list[Document], found: _Found, file: str, said: Said) -> Document:
    newest = editions[-1]
    day, as_of = _day(newest, found.as_of, file, said)
    if twin := next((one for one in editions if one.date == day), None):
        raise already_there(twin)
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
        options=_options(newest, day),
        added=date.today().isoformat(),
    )


def _options(newest: Document, day: str) -> Mapping[str, object]:
    """What the layout has to be told of the edition of a day: a year that the document leaves out is that of its day."""
    options = newest.options
    if options.get("year") == int(newest.date[:4]):
        options = MappingProxyType({**options, "year": int(day[:4])})
    return options


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
    if day := _day_in_name(file):
        return day, f"{date_in_wareki(day)}（ファイルの名前から）"
    if year := _year_in_name(file):
        day = _in_year(year, newest.date)
        return day, f"{re.split('(?<=年)', date_in_wareki(day))[0]}（ファイルの名前から）"
    raise SourceError(
        f"ファイル「{file}」がいつの資料か、読み取れません。基準日を指定してください（--date 令和9年3月31日）。"
    )


def _day_in_name(file: str) -> str:
    """The one day in the name of a file, as ISO; "" where there is none."""
    days = set()
    for found in _DAY.finditer(squeeze(Path(file).stem)):
        with suppress(ValueError):
            days.add(date(_year(found), int(found["month"]), int(found["day"])).isoformat())
    return days.pop() if len(days) == 1 else ""


def _year_in_name(file: str) -> int | None:
    """The one year in the name of a file, an initial only where no other is; None where there is none."""
    stem = unicodedata.normalize("NFKC", Path(file).stem)
    for pattern in (_YEAR, _SHORT_YEAR):
        if years := {_year(found) for found in pattern.finditer(stem)}:
            return years.pop() if len(years) == 1 else None
    return None


def _year(found: re.Match[str]) -> int:
    said = found.groupdict()
    if said.get("western"):
        return int(said["western"])
    era = said.get("era") or INITIALS[said["initial"].upper()]
    number = said.get("n") or said["short"]
    return ERAS[era] + (1 if number == "元" else int(number)) - 1


def _in_year(year: int, day: str) -> str:
    """The same day of another year; the day before, of 29 February where that year has none."""
    try:
        return date.fromisoformat(day).replace(year=year).isoformat()
    except ValueError:
        return f"{year}-02-28"


def _name(series: str, day: str, taken: set[str]) -> str:
    """An id that ends in the year of the edition: tokyo23_linkage_r9; with the day where that is taken."""
    wareki = date_in_wareki(day)
    initial = next((letter.lower() for letter, era in INITIALS.items() if wareki.startswith(era)), "")
    number = re.sub(r"\D", "", wareki.split("年")[0]) or "1"
    name = f"{series}_{initial}{number}" if initial else f"{series}_{day[:4]}"
    return name if name not in taken else f"{name}{day[5:7]}{day[8:]}"
