"""The answer's columns added to a whole table: every name geocoded, all else as it was."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.places.codes import PREFECTURES
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import put_file, scratch, writable
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode.columns import ANSWERED, ASKED
from pipeline.tables.chunks import Piece
from pipeline.tables.spread import Spread
from pipeline.tables.table_readers import open_table
from pipeline.tables.table_writers import writer_for

#: The columns that are added, called as `geocode` calls them.
ADDED = tuple(ANSWERED.names)
#: Seconds between two lines that say how far the work is.
_EVERY = 2.0


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
    spread: Spread,
    say: Callable[[str], None],
) -> Tally:
    """Write a table with the answer's columns behind its own.

    Only some rows are in memory at a time. The new file appears when it is whole, in place of an old one.

    Parameters
    ----------
    spread : answers the names, a piece of the table at a time
    say : is told in Japanese how far the work is, and what a reader of the result has to know

    Raises
    ------
    SourceError : the table cannot be read, lacks a column, or holds what the format of ``out`` cannot; or ``spread``
        got no answers.
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
        if added != ADDED:
            say(f"同じ名前の列がすでにあるので、結果の列は {'、'.join(added)} とします。")
        questions = _Questions(places, columns.supplied, gazetteer)
        with scratch(out.absolute().parent) as folder:
            made = folder / f"table{out.suffix.lower()}"
            due = time.monotonic() + _EVERY
            with opened(made, source.headings, added, folder) as writer:
                for answered in spread(questions.asked(source.pieces())):
                    writer.write(questions.answered(answered), answered)
                    if time.monotonic() > due:
                        due = time.monotonic() + _EVERY
                        say(f"{questions.tally.rows:,} / {source.length:,} 行")
            put_file(made, out)
    if questions.strange:
        n, text = sum(questions.strange.values()), next(iter(questions.strange))
        say(
            f"「{columns.prefecture}」の列の{n:,}行（「{text}」など）は都道府県の名前でないので、使いませんでした。"
        )
    return questions.tally


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


def _called(headings: Sequence[str]) -> tuple[str, ...]:
    """The columns to add, by names that no column has yet."""
    taken = {heading.strip() for heading in headings}
    number, prefix = 1, ""
    while taken & {prefix + name for name in ADDED}:
        prefix = f"koryu{number if number > 1 else ''}_"
        number += 1
    return tuple(prefix + name for name in ADDED)


@dataclass
class _Waiting:
    """A piece that is being answered, and its column of prefectures: what it holds, and which of it each row does."""

    piece: Piece
    printed: list[str]
    rows: np.ndarray


class _Questions:
    """What is asked of the pieces of a table, and what became of it."""

    def __init__(self, places: Sequence[int | None], supplied: str | None, gazetteer: Gazetteer) -> None:
        self._name, self._prefecture, self._code = places
        self._supplied, self._gazetteer = supplied, gazetteer
        self._home = lru_cache(maxsize=1000)(self._prefecture_of)
        self._waiting: deque[_Waiting] = deque()
        self.tally = Tally()
        #: What stands in the column of prefectures and is none → how many times.
        self.strange: dict[str, int] = {}

    def asked(self, pieces: Iterator[Piece]) -> Iterator[pa.RecordBatch]:
        """Give what is asked of each piece; :meth:`answered` has to follow in the same order."""
        for piece in pieces:
            assert self._name is not None
            prefectures = pa.array([self._supplied] * len(piece), pa.string())
            codes = pa.nulls(len(piece), pa.string())
            printed, rows = [], np.zeros(len(piece), np.int32)
            if self._prefecture is not None:
                encoded = piece.texts(self._prefecture).dictionary_encode()
                printed, rows = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
                homes = [self._home(text) if text.strip() else None for text in printed]
                prefectures = pa.array([home or self._supplied for home in homes], pa.string()).take(
                    encoded.indices
                )
            if self._code is not None:
                texts = piece.texts(self._code).to_pylist()
                codes = pa.array([text.strip() or None for text in texts], pa.string())
            self._waiting.append(_Waiting(piece, printed, rows))
            yield pa.RecordBatch.from_arrays([piece.texts(self._name), prefectures, codes], schema=ASKED)

    def answered(self, answers: pa.RecordBatch) -> Piece:
        """Count the answers to what was asked first, and return its piece."""
        waiting = self._waiting.popleft()
        unnamed = pc.equal(answers["level"], "").to_numpy(zero_copy_only=False)
        resolved = pc.sum(pc.not_equal(answers["codes"], "")).as_py() or 0
        foreign = pc.sum(pc.equal(answers["level"], "foreign")).as_py() or 0
        blank = int(unnamed.sum())
        self.tally.rows += len(answers)
        self.tally.blank += blank
        self.tally.resolved += resolved
        self.tally.foreign += foreign
        self.tally.unresolved += len(answers) - blank - resolved - foreign
        times = np.bincount(waiting.rows[~unnamed], minlength=len(waiting.printed))
        for text, n in zip(waiting.printed, times.tolist(), strict=False):
            new = text not in self.strange
            if n and text.strip() and not self._home(text) and (not new or len(self.strange) < 1000):
                self.strange[text] = self.strange.get(text, 0) + n
        return waiting.piece

    def _prefecture_of(self, text: str) -> str | None:
        """The prefecture that a text names: whole, without its 都, 府 or 県, or by its two digits."""
        text = squeeze(text)
        if text.isdecimal():
            return PREFECTURES.get(text.zfill(2))
        places = (self._gazetteer.prefecture(text + ending) for ending in ("", *"都府県"))
        return next((place.name for place in places if place), None)
