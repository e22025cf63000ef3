"""The answer's columns added to a whole table: every name geocoded, all else as it was."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geo.places.codes import PREFECTURES
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import put_file, scratch, writable
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode import Geocoder
from pipeline.tables.chunks import Piece
from pipeline.tables.table_readers import open_table
from pipeline.tables.table_writers import Added, writer_for

#: The columns that are added, called as `geocode` calls them, and what they hold.
ADDED: dict[str, type] = {"codes": str, "level": str, "method": str, "confidence": float, "candidates": str}
#: Names that are remembered with their answers, so that one that comes again is not geocoded again.
_REMEMBERED = 200_000
#: Seconds between two lines that say how far the work is.
_EVERY = 2.0
_NOTHING: Added = ("", "", "", None, "")


@dataclass(frozen=True)
class NameColumns:
    """Which columns hold the name and what is known of it, by their headings.

    Parameters
    ----------
    prefecture, code : "" where there is none
    supplied : the prefecture of all names for which no column says one
    """

    name: str
    prefecture: str = ""
    code: str = ""
    supplied: str | None = None


@dataclass
class Tally:
    """What became of the names of a table."""

    rows: int = 0
    resolved: int = 0
    foreign: int = 0
    unresolved: int = 0
    blank: int = 0


def geocode_table(
    table: Path,
    out: Path,
    columns: NameColumns,
    gazetteer: Gazetteer,
    geocoder: Geocoder,
    say: Callable[[str], None],
) -> Tally:
    """Write a table with the answer's columns behind its own.

    Only some rows are in memory at a time. The new file appears when it is whole, in place of an old one.

    Parameters
    ----------
    say : is told in Japanese how far the work is, and what a reader of the result has to know

    Raises
    ------
    SourceError : the table cannot be read, lacks a column, or holds what the format of ``out`` cannot.
    WriteError : ``out`` cannot be written.
    """
    opened = writer_for(out.suffix)
    if opened is None:
        raise SourceError(
            f"「{out.name}」に書き出せません。--out の名前の終わりは .csv、.xlsx、.parquet のどれかにしてください。"
        )
    writable(out)
    if out.exists() and table.exists() and os.path.samefile(table, out):
        raise SourceError(
            f"--table と --out が同じファイル「{out.name}」です。--out に別の名前を指定してください。"
        )
    with open_table(table, columns.name.strip()) as source:
        asked = (columns.name, columns.prefecture, columns.code)
        places = [_find(source.headings, heading, table.name) if heading else None for heading in asked]
        added = _called(source.headings)
        if source.part:
            say(f"シート「{source.part}」を読みます。")
        if list(added) != list(ADDED):
            say(f"同じ名前の列がすでにあるので、結果の列は {'、'.join(added)} とします。")
        answers = _Answers(places, columns.supplied, gazetteer, geocoder)
        with scratch(out.absolute().parent) as folder:
            made = folder / f"table{out.suffix.lower()}"
            due = time.monotonic() + _EVERY
            with opened(made, source.headings, added, folder) as writer:
                for piece in source.pieces():
                    writer.write(piece, answers.of(piece))
                    if time.monotonic() > due:
                        due = time.monotonic() + _EVERY
                        say(f"{answers.tally.rows:,} / {source.length:,} 行")
            put_file(made, out)
    if answers.strange:
        n, text = sum(answers.strange.values()), next(iter(answers.strange))
        say(
            f"「{columns.prefecture}」の列の{n:,}行（「{text}」など）は都道府県の名前でないので、使いませんでした。"
        )
    return answers.tally


def _find(headings: Sequence[str], wanted: str, file: str) -> int:
    """Where the column of this heading is."""
    found = [at for at, heading in enumerate(headings) if heading == wanted]
    found = found or [at for at, heading in enumerate(headings) if heading.strip() == wanted.strip()]
    if not found:
        named = [heading.strip() for heading in headings if heading.strip()]
        more = f" ほか{len(named) - 20}" if len(named) > 20 else ""
        raise SourceError(
            f"ファイル「{file}」の見出しに「{wanted}」という列がありません。あるのは {'、'.join(named[:20])}{more} です。"
            if named
            else f"ファイル「{file}」に見出しの行がないので、「{wanted}」という列が見つかりません。"
        )
    if len(found) > 1:
        raise SourceError(
            f"ファイル「{file}」に「{wanted}」という見出しの列が{len(found)}つあります。見出しを変えて、1つにしてください。"
        )
    return found[0]


def _called(headings: Sequence[str]) -> dict[str, type]:
    """The columns to add, by names that no column has yet."""
    taken = {heading.strip() for heading in headings}
    number, prefix = 1, ""
    while taken & {prefix + name for name in ADDED}:
        prefix = f"koryu{number if number > 1 else ''}_"
        number += 1
    return {prefix + name: kind for name, kind in ADDED.items()}


class _Answers:
    """Answers of the names of some columns, each name with the same evidence geocoded once."""

    def __init__(
        self,
        places: Sequence[int | None],
        supplied: str | None,
        gazetteer: Gazetteer,
        geocoder: Geocoder,
    ) -> None:
        self._places, self._supplied = places, supplied
        self._gazetteer, self._geocoder = gazetteer, geocoder
        self._answer = lru_cache(maxsize=_REMEMBERED)(self._ask)
        self._prefecture = lru_cache(maxsize=1000)(self._home)
        self.tally = Tally()
        #: What stands in the column of prefectures and is none → how many times.
        self.strange: dict[str, int] = {}

    def of(self, piece: Piece) -> list[Added]:
        """What is added to each row."""
        names, prefectures, codes = (
            piece.texts(at) if at is not None else [""] * len(piece) for at in self._places
        )
        return [self._of(*known) for known in zip(names, prefectures, codes, strict=True)]

    def _of(self, name: str, printed: str, code: str) -> Added:
        self.tally.rows += 1
        if not name.strip():
            self.tally.blank += 1
            return _NOTHING
        prefecture = self._supplied
        if printed.strip():
            found = self._prefecture(printed)
            prefecture = found or prefecture
            if not found and (printed in self.strange or len(self.strange) < 1000):
                self.strange[printed] = self.strange.get(printed, 0) + 1
        added = self._answer(name, prefecture, code.strip() or None)
        kind = "resolved" if added[0] else "foreign" if added[1] == "foreign" else "unresolved"
        setattr(self.tally, kind, getattr(self.tally, kind) + 1)
        return added

    def _ask(self, name: str, prefecture: str | None, code: str | None) -> Added:
        answer = self._geocoder.geocode(name, prefecture=prefecture, code6=code)
        confidence = round(answer.confidence, 2)
        return "|".join(answer.codes), answer.level, answer.method, confidence, "|".join(answer.candidates)

    def _home(self, text: str) -> str | None:
        """The prefecture that a text names: whole, without its 都, 府 or 県, or by its two digits."""
        text = squeeze(text)
        if text.isdecimal():
            return PREFECTURES.get(text.zfill(2))
        places = (self._gazetteer.prefecture(text + ending) for ending in ("", *"都府県"))
        return next((place.name for place in places if place), None)
