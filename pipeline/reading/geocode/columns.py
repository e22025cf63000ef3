"""The ladder for whole columns: Arrow in, Arrow out, the same answers as for each name alone."""

from __future__ import annotations

import gc
import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.reading.geocode.query import LONGEST, bare

#: What is asked. ``prefecture`` is the official name of the one the name is known to be in, ``code`` what is printed
#: beside it; null where there is none. No name is a null or white space.
ASKED = pa.schema([("name", pa.string()), ("prefecture", pa.string()), ("code", pa.string())])
#: What is answered to each: codes and candidates joined by "|". All is empty, and the confidence null, for no name.
ANSWERED = pa.schema(
    [
        ("codes", pa.string()),
        ("level", pa.string()),
        ("method", pa.string()),
        ("confidence", pa.float64()),
        ("candidates", pa.string()),
    ]
)
#: Of so many names of places, with what is known of them, the answers are remembered, and of fewer other texts: the
#: spellings of a place come again and again, a body or an address seldom. Some 60 MB.
REMEMBERED = 200_000
_NAMED = frozenset(("exact", "folded", "former_name", "group"))

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
#: An answer as a row of ANSWERED.
Row = tuple[str, str, str, float | None, str]

_NOTHING: Row = ("", "", "", None, "")
#: Letters that mean the same in NFKC, whatever stands beside them.
_LETTERS = re.compile("[ぁ-ゖァ-ヺー一-\\u9fff]+")


class ColumnGeocoder:
    """Finds the places of columns of names. It can be pickled, and forgets then what it has read.

    Each distinct name with the same prefecture and code beside it is answered once. Names as the gazetteer writes them,
    with whatever spaces, are found by a hash join; of these, and of names that differ only in what stands around them,
    the first goes up the ladder, and so does all else. What is remembered has a limit, however long the column.
    """

    def __init__(self, geocoder: Geocoder, gazetteer: Gazetteer) -> None:
        self._geocoder, self._gazetteer = geocoder, gazetteer
        self._begin()

    def __getstate__(self) -> tuple[Geocoder, Gazetteer]:
        return self._geocoder, self._gazetteer

    def __setstate__(self, state: tuple[Geocoder, Gazetteer]) -> None:
        self._geocoder, self._gazetteer = state
        self._begin()

    def _begin(self) -> None:
        self._written = pa.array(sorted(set(_written(self._gazetteer))), pa.string())
        self._names: _Memory[Hashable, Row] = _Memory(REMEMBERED)
        self._others: _Memory[Hashable, Row] = _Memory(REMEMBERED // 8)
        self._rows: _Memory[Row, Row] = _Memory(REMEMBERED // 8)

    def answer(self, asked: pa.RecordBatch) -> pa.RecordBatch:
        """Return the answers, of ANSWERED, to a batch of ASKED: a row to each of its rows."""
        first, places = _distinct(asked)
        distinct = asked.take(first)
        name, prefecture, code = distinct.columns
        joined = pc.index_in(pc.replace_substring_regex(name, "[ \u3000]+", ""), value_set=self._written)
        values = (name.to_pylist(), prefecture.to_pylist(), code.to_pylist(), joined.to_pylist())
        with _uncollected():
            rows = [self._row(*one) for one in zip(*values, strict=True)]
        columns = zip(*rows, strict=True) if rows else [()] * len(ANSWERED)
        answered = pa.RecordBatch.from_arrays(
            [pa.array(column, kind) for column, kind in zip(columns, ANSWERED.types, strict=True)],
            schema=ANSWERED,
        )
        return answered.take(places)

    def _row(self, name: str | None, prefecture: str | None, code: str | None, at: int | None) -> Row:
        if name is None or not (squeezed := squeeze(name)) and not name.strip():
            return _NOTHING
        # What the answer depends on; most of it stands in no column and is None.
        asked: Hashable
        if code or self._geocoder.decided(squeezed) or len(squeezed) > LONGEST:
            asked = squeezed, prefecture, code
        elif at is not None:
            asked = at, prefecture
        else:
            asked = *bare(squeezed), prefecture
        row = self._names.get(asked) or self._others.get(asked)
        if row is None:
            row = self._ask(squeezed, prefecture, code)
            (self._names if row[2] in _NAMED else self._others).put(asked, row)
        return row

    def _ask(self, name: str, prefecture: str | None, code: str | None) -> Row:
        answer = self._geocoder.geocode(name, prefecture=prefecture, code6=code)
        confidence = round(answer.confidence, 2)
        row = "|".join(answer.codes), answer.level, answer.method, confidence, "|".join(answer.candidates)
        # Answers that are alike are held once.
        return self._rows.get(row) or self._rows.put(row, row)


class _Memory(Generic[Key, Value]):
    """What was put there last, at most so much; at least half of that."""

    def __init__(self, most: int) -> None:
        self._half = max(1, most // 2)
        self._new: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def get(self, key: Key) -> Value | None:
        return self._new.get(key) or self._old.get(key)

    def put(self, key: Key, value: Value) -> Value:
        if len(self._new) >= self._half:
            self._old, self._new = self._new, {}
        self._new[key] = value
        return value


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the search for what refers to itself: nothing made here does, and it would go through all that is remembered."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _distinct(asked: pa.RecordBatch) -> tuple[pa.Array, pa.Array]:
    """The positions of the first of all rows that are alike, and for each row the place of its like among these.

    They are sorted by their names: names that begin alike are looked up in the same places, which are then at hand.
    """
    numbers = np.zeros(len(asked), np.int64)
    for column in asked.columns:
        encoded = column.dictionary_encode(null_encoding="encode")
        numbers = numbers * max(1, len(encoded.dictionary)) + encoded.indices.to_numpy()
    _, first, places = np.unique(numbers, return_index=True, return_inverse=True)
    order = pc.sort_indices(asked["name"].take(pa.array(first))).to_numpy()
    return pa.array(first[order]), pa.array(np.argsort(order)[places])


def _written(gazetteer: Gazetteer) -> Iterator[str]:
    """The names of today and of before, alone, with their 郡, their prefecture or both."""
    names = [(place.prefecture, place.district, place.city + place.name) for place in gazetteer]
    names += [(place.prefecture, place.district, name) for name, place in gazetteer.other_names()]
    for prefecture, district, name in names:
        for text in (name, district + name, prefecture + name, prefecture + district + name):
            if _LETTERS.fullmatch(text):
                yield text
