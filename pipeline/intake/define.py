"""The definition of a list: made of what was understood of it and what a person adds, and written down as TOML."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from geo.ledger.editions import series_of
from geo.ledger.schema import NUMBERS, UNDATED
from geo.places.gazetteer import Gazetteer
from pipeline.intake.as_of import printed_as_of
from pipeline.intake.documents import DEFINITION
from pipeline.intake.indicators import IndicatorTable
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import Understanding
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document
from pipeline.words.dates import date_in_wareki

#: What a file may not be called on some system or other.
_UNUSABLE = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
#: What a spreadsheet would take for a number or a day, and change.
_NUMBER = re.compile(r"[\d.,+\-年月日]+(?:e[\d+\-]+)?", re.IGNORECASE)
#: The day at the end of a title, which is told apart from it.
_AS_OF = re.compile(r"[（(][^（()）]{1,30}現在[^（()）]{0,10}[)）]$")
_LONGEST_ID, _LONGEST_SHORT = 60, 14

_HEAD = "この資料が何であるかを書いた定義です。資料と同じ名前で、終わりだけが .toml です。"
_COMMENTS = {
    "short": "題名を書く余地のないところで使う名前",
    "date": "基準日（月や年だけのときは、その最初の日）",
    "as_of": "基準日を、資料に印刷されたとおりに",
    "series": "毎年の版に共通の名前",
    "layout": "表の形（table 表、matrix ○などの印の表、names 名前の一覧、indicators 市区町村ごとの数）",
    "origin": "連携元（一覧に書かれていないとき）",
    "sheet": "読むシートや表の名前",
    "heading": "見出しの行（1から数えます）",
    "added": "加えた日",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a document they add; "" where they leave it to be found."""

    title: str = ""
    short: str = ""
    publisher: str = ""
    date: str = ""
    series: str = ""


def define(
    understood: Understanding,
    choices: Choices,
    file: str,
    said: Said,
    gazetteer: Gazetteer,
    *,
    dated: bool = True,
) -> Document:
    """The definition by which a list is read again as it was understood.

    Parameters
    ----------
    choices : what a person said of its columns, sheet and origin
    file : its name
    dated : whether it must say what day it stands for; else today's stands for it

    Raises
    ------
    SourceError : nobody says its day, or what is said is no day.
    """
    stem = Path(file).stem
    name = document_id(stem)
    day, as_of = _day(understood, said.date, file, dated=dated)
    origins = [gazetteer.place(code).full_name for code in _origins(understood)]
    title = said.title or _AS_OF.sub("", next(iter(understood.titles), "").strip()) or stem
    publisher = said.publisher or "・".join(origins[:3]) + (
        f"ほか{len(origins) - 3}" if len(origins) > 3 else ""
    )
    return Document(
        id=name,
        definition=Path(f"{name}{DEFINITION}"),
        title=one_line(title)[:200],
        short=one_line(said.short or title)[:_LONGEST_SHORT],
        publisher=one_line(publisher)[:200],
        date=day,
        as_of=as_of,
        layout=understood.layout,
        series=said.series or series_of(name),
        kind="連携の一覧",
        licence="記載なし",
        credit=f"出典: {one_line(publisher)[:200]}「{one_line(title)[:200]}」（{as_of}）",
        added=date.today().isoformat(),
        options=_options(understood, choices),
    )


def define_numbers(table: IndicatorTable, file: str, said: Said) -> Document:
    """The definition by which a table of numbers is read again as it was understood.

    Raises
    ------
    SourceError : nobody says whose numbers they are or of when, or what is said is no day.
    """
    stem = Path(file).stem
    name = document_id(stem)
    publisher = said.publisher or table.source
    if not publisher:
        raise SourceError(
            f"ファイル「{file}」に、だれの統計か書かれていません。出典を指定してください（--publisher 総務省）。"
        )
    if not (said.date or table.as_of):
        raise SourceError(
            f"ファイル「{file}」に、いつの数か書かれていません。"
            "基準日を指定してください（--date 令和7年1月1日）。"
        )
    day = parse_day(said.date or table.as_of)
    if said.date and table.as_of and (printed := printed_as_of([table.as_of], file)) and printed.date != day:
        raise SourceError(
            f"ファイル「{file}」には「{table.as_of}」とあり、指定の基準日（{date_in_wareki(day)}）と違います。"
            "どちらが正しいか確かめてください。"
        )
    as_of = table.as_of or f"{date_in_wareki(day)}現在"
    title, publisher = one_line(said.title or table.title)[:200], one_line(publisher)[:200]
    return Document(
        id=name,
        definition=Path(f"{name}{DEFINITION}"),
        title=title,
        short=one_line(said.short or title)[:_LONGEST_SHORT],
        publisher=publisher,
        date=day,
        as_of=as_of,
        layout=NUMBERS,
        series=said.series or series_of(name),
        kind=NUMBERS,
        licence="記載なし",
        credit=f"指標の出典: 「{title}」（{publisher}、{as_of}）",
        added=date.today().isoformat(),
        options={"sheet": table.sheet} if table.others else {},
    )


def document_id(stem: str) -> str:
    """A name for a document's file and definition that every system can write and no spreadsheet takes for a number."""
    name = _UNUSABLE.sub("_", stem).strip("._")[:_LONGEST_ID]
    if _NUMBER.fullmatch(name):
        return f"d{name}"[:_LONGEST_ID]
    return f"_{name}" if _RESERVED.match(name) else name or "list"


def parse_day(text: str) -> str:
    """A day a person writes, as ISO: 2026-03-31, 2026/3/31, 令和8年3月31日, R8.3.31, or a month.

    Raises
    ------
    SourceError : it is none.
    """
    try:
        found = printed_as_of([f"{text.replace('年度', '年')}現在"], text)
        return date.fromisoformat(found.date if found else text).isoformat()
    except (SourceError, ValueError) as error:
        raise SourceError(
            f"「{text}」は日付として読めません。令和8年3月31日、2026-03-31 のように書いてください。"
        ) from error


def definition_text(document: Document) -> str:
    """A definition as a clerk can read and change it (TOML), each line with what it is for."""
    text = tomlkit.document()
    text.add(tomlkit.comment(_HEAD))
    for name in (
        "title",
        "short",
        "publisher",
        "date",
        "as_of",
        "series",
        "kind",
        "licence",
        "credit",
        "added",
    ):
        if value := getattr(document, name):
            _add(text, name, date.fromisoformat(value) if name in ("date", "added") else value)
    _add(text, "layout", document.layout)
    if document.options:
        options = tomlkit.table()
        columns = tomlkit.table()
        for name, value in document.options.items():
            if name == "columns" and isinstance(value, dict):
                columns.update(value)
            else:
                _add(options, name, value)
        if columns:
            options.add("columns", columns)
        text.add("options", options)
    return tomlkit.dumps(text)


def one_line(text: str) -> str:
    """A text of a document without line breaks and control characters."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029\s]+", " ", text).strip()


def _add(table: Any, name: str, value: object) -> None:
    item = tomlkit.item(value)
    if name in _COMMENTS:
        item.comment(_COMMENTS[name])
    table.add(name, item)


def _day(understood: Understanding, said: str, file: str, *, dated: bool) -> tuple[str, str]:
    printed = understood.as_of
    if said:
        day = parse_day(said)
        if printed and printed.date != day:
            raise SourceError(
                f"ファイル「{file}」の表題には「{printed.printed}」とあり、指定の基準日（{date_in_wareki(day)}）と違います。"
                "どちらが正しいか確かめてください。"
            )
        return day, printed.printed if printed else f"{date_in_wareki(day)}現在"
    if printed:
        return printed.date, printed.printed
    if dated:
        raise SourceError(
            f"ファイル「{file}」がいつの資料か、表題に書かれていません。"
            "基準日を指定してください（--date 令和8年3月31日）。"
        )
    return date.today().isoformat(), UNDATED


def _origins(understood: Understanding) -> list[str]:
    return list(dict.fromkeys(record.origin_code for record in understood.reading.records))


def _options(understood: Understanding, choices: Choices) -> dict[str, object]:
    """What has to be known to read the list again: only where a person said it or something was guessed."""
    options: dict[str, object] = {}
    if choices.sheet:
        options["sheet"] = choices.sheet
    if choices.heading:
        options["heading"] = choices.heading
    origin = choices.origin or understood.origin
    if origin:
        options["origin"] = origin
    guess = understood.guess
    # Several tables of unlike headings have no columns in common.
    if guess is not None and not any(grid.part for grid in understood.grids):
        named = Counter(column.heading for column in guess.columns)
        columns: dict[str, str] = {}
        for column in guess.columns:
            if column.role:
                plain = named[column.heading] == 1 and column.heading and "+" not in column.heading
                said = column.heading if plain else column.letter
                columns[column.role] = "+".join(filter(None, (columns.get(column.role), said)))
        options["columns"] = columns
    return options
