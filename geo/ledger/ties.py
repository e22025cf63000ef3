"""Ties as columns of whole numbers, and what is counted of groups of them: arrays, for a nation's are too many one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from geo.ledger.dataset import Dataset

#: A beginning that nobody knows: later than any other.
UNKNOWN = np.iinfo(np.int32).max

#: A table of flags beats sorting where it has no more than so many places for each of the ties.
_SPARSE = 32


class Began(NamedTuple):
    """A start year (西暦), and whether it is a 年度: in order of time, for a 年 begins in January."""

    year: int
    fiscal: bool

    @classmethod
    def of(cls, number: int) -> Began | None:
        """What a number in ``Ties.began`` says; None where nobody knows."""
        return None if number == UNKNOWN else cls(number >> 1, bool(number & 1))

    @property
    def kind(self) -> str:
        """年 or 年度."""
        return "年度" if self.fiscal else "年"


class Codes:
    """What the numbers in the columns of ties stand for, each looked up once a dataset.

    ``places`` are the codes of every place, sorted, so that places stand in the order of their numbers, as
    ``place_names`` (name without prefecture), ``origin_names`` (what it is called beside other origins), ``prefectures``
    (name), ``lat``, ``lon`` (degrees) and ``home`` (the number of the prefecture) do. A project's number is its row in
    ``Dataset.projects``. ``categories`` are sorted by name;
    ``bits`` has a column a project: 64 categories a row, each a bit.
    """

    def __init__(self, dataset: Dataset) -> None:
        columns = (dataset.links[name] for name in ("origin_code", "municipality_code", "prefecture_code"))
        known = set(dataset.places).union(*(column.dropna().unique() for column in columns))
        codes = sorted(known | {f"{code[:2]}000" for code in known})
        self._number = {code: number for number, code in enumerate(codes)}
        self.places = pd.array(codes, dtype="str")
        points = [dataset.places.get(code) for code in codes]
        self.place_names = pd.array([point and point.name for point in points], dtype="str")
        self.origin_names = pd.array([dataset.origin_names.get(code) for code in codes], dtype="str")
        self.prefectures = pd.array([point and point.prefecture for point in points], dtype="str")
        self.lat, self.lon = (
            np.array([getattr(point, axis, np.nan) for point in points], float) for axis in ("lat", "lon")
        )
        self.home = np.array([self._number[f"{code[:2]}000"] for code in codes], np.int32)
        self.projects = pd.Index(dataset.projects.project_id)
        self.categories = sorted(dataset.categories)
        self.bits = self._bits(dataset.projects.categories.tolist())

    def _bits(self, categories: list[list[str]]) -> np.ndarray:
        place = {name: number for number, name in enumerate(self.categories)}
        lengths = np.fromiter(map(len, categories), np.intp, len(categories))
        numbers = np.array([place[name] for names in categories for name in names], np.uint64)
        bits = np.zeros((max(1, -(-len(place) // 64)), len(categories)), np.uint64)
        owners = np.repeat(np.arange(len(categories)), lengths)
        np.bitwise_or.at(bits, ((numbers // 64).astype(np.intp), owners), np.uint64(1) << numbers % 64)
        return bits

    def numbers(self, codes: pd.Series | list[str] | tuple[str, ...]) -> np.ndarray:
        """The number of each code of a place; -1 for what is null or no place."""
        found, different = pd.factorize(pd.array(codes, dtype="str"))
        own = np.array([*(self._number.get(code, -1) for code in different), -1], np.int32)
        return own[found]

    def among(self, codes: pd.Series | list[str] | tuple[str, ...]) -> np.ndarray:
        """Whether each place is one of some codes: bool, and False at the end for -1."""
        found = np.zeros(len(self.places) + 1, bool)
        found[self.numbers(codes)] = True
        found[-1] = False
        return found

    def wanted(self, names: tuple[str, ...]) -> np.ndarray:
        """Which projects have any of some categories: bool."""
        found = np.zeros(self.bits.shape[1], bool)
        for name in set(names) & set(self.categories):
            found |= self.having(name)
        return found

    def having(self, category: str) -> np.ndarray:
        """Which projects have a category: bool."""
        number = self.categories.index(category)
        return (self.bits[number // 64] >> np.uint64(number % 64) & np.uint64(1)).astype(bool)

    def joined(self, bits: np.ndarray) -> pd.api.extensions.ExtensionArray:
        """Sets of categories (columns of bits) as names joined by 「、」, in the order of the names."""
        kinds = np.zeros(bits.shape[1], np.int64)
        for row in bits:
            own, different = pd.factorize(row)
            kinds, sets = pd.factorize(kinds * len(different) + own)
        firsts = np.empty(len(sets), np.intp)
        firsts[kinds[::-1]] = np.arange(len(kinds))[::-1]
        said = ["、".join(self.named(bits[:, first])) for first in firsts]
        return pd.array(said, dtype="str").take(kinds)

    def named(self, word: np.ndarray) -> list[str]:
        """The categories of one set of bits."""
        whole = sum(int(part) << 64 * row for row, part in enumerate(word))
        return [name for number, name in enumerate(self.categories) if whole >> number & 1]


@dataclass(frozen=True, eq=False)
class Ties:
    """Some links as columns, one place a link: whole numbers (see Codes), -1 where null.

    Parameters
    ----------
    codes : what the numbers stand for
    rows : places in ``Dataset.links``
    project, origin, prefecture : numbers
    municipality : a designated ward counts as its city; -1 for a prefecture itself
    began : twice the start year (西暦), and one more for a 年度, so that the smallest is the first; UNKNOWN
    wide : whether it is a tie of a wide network
    """

    codes: Codes
    rows: np.ndarray
    project: np.ndarray
    origin: np.ndarray
    municipality: np.ndarray
    prefecture: np.ndarray
    began: np.ndarray
    wide: np.ndarray

    @classmethod
    def of(cls, dataset: Dataset) -> Ties:
        """Every link of a dataset, drawn or not."""
        links, codes = dataset.links, Codes(dataset)
        found, different = pd.factorize(links.project_id)
        projects = codes.projects.get_indexer(different).astype(np.int32)
        if (projects < 0).any():
            raise KeyError(f"links of projects that there are not: {different[projects < 0][0]}")
        known = links.start_year.notna().to_numpy()
        began = 2 * links.start_year.to_numpy(int, na_value=0) + (links.year_kind != "年").fillna(
            True
        ).to_numpy(bool)
        return cls(
            codes,
            np.arange(len(links)),
            projects[found],
            codes.numbers(links.origin_code),
            codes.numbers(links.municipality_code),
            codes.numbers(links.prefecture_code),
            np.where(known, began, UNKNOWN).astype(np.int32),
            links.network.to_numpy(bool),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, kept: np.ndarray) -> Ties:
        """Some of them: by an array of bool, or by their places."""
        columns = ("rows", "project", "origin", "municipality", "prefecture", "began", "wide")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})

    def at(self, column: np.ndarray, code: str) -> Ties:
        """Those that have a place in a column."""
        number = self.codes.numbers([code])[0]
        return self.where((column == number) & (number >= 0))

    def with_partner(self, code: str) -> Ties:
        """Those with a municipality (its designated wards included), or with anything in a prefecture (NN000)."""
        return self.at(self.prefecture if code.endswith("000") else self.municipality, code)

    @property
    def municipal(self) -> Ties:
        """Those with a municipality, and not with a prefecture itself."""
        return self.where(self.municipality >= 0)

    @property
    def partner(self) -> np.ndarray:
        """The number of the municipality, or of the prefecture that is a partner itself."""
        return np.where(self.municipality >= 0, self.municipality, self.prefecture)

    @property
    def dated(self) -> np.ndarray:
        """Of which the beginning is known: bool."""
        return self.began != UNKNOWN

    def codes_of(self, numbers: np.ndarray) -> list[str]:
        """The codes of some places, by their numbers."""
        return self.codes.places.take(numbers).tolist()

    def distinct(self, numbers: np.ndarray) -> list[str]:
        """The codes of the places in a column, each once, in code order."""
        return self.codes_of(_different(numbers[numbers >= 0], len(self.codes.places)))

    def pairs(self, first: np.ndarray, second: np.ndarray) -> Groups:
        """The ties told apart by two columns of places: a group for each two that occur, in the order of both."""
        n = len(self.codes.places)
        found, of = _numbered(first.astype(np.int64) * n + second, n * n)
        return Groups(self, of, len(found), found // n, found % n)

    def by(self, column: np.ndarray, codes: pd.Series | list[str] | tuple[str, ...]) -> Groups:
        """The ties told apart by a column of places: a group for each code, in their order; other ties are left out."""
        numbers = self.codes.numbers(codes)
        groups = np.full(len(self.codes.places) + 1, -1, np.int32)
        groups[numbers] = np.arange(len(numbers), dtype=np.int32)
        groups[-1] = -1
        of = groups[column]
        inside = of >= 0
        ties, of = (self, of) if inside.all() else (self.where(inside), of[inside])
        return Groups(ties, of, len(numbers), numbers, numbers)

    def together(self) -> Groups:
        """All of them as one group."""
        zero = np.zeros(1, np.int32)
        return Groups(self, np.zeros(len(self), np.int32), 1, zero, zero)


@dataclass(frozen=True, eq=False)
class Groups:
    """Ties told apart, and what is counted of each group.

    Parameters
    ----------
    ties : the ties
    of : the group of each, from 0
    n : how many groups there are, empty ones included
    first, second : what tells each group apart, as numbers of places
    """

    ties: Ties
    of: np.ndarray
    n: int
    first: np.ndarray
    second: np.ndarray

    def each(self, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each group has in a column, once, in the order of groups and numbers: groups, numbers; -1 is nothing."""
        known = column >= 0
        of, column = (self.of, column) if known.all() else (self.of[known], column[known])
        span = int(column.max(initial=0)) + 1
        found = _different(of.astype(np.int64) * span + column, self.n * span)
        return found // span, found % span

    def distinct(self, column: np.ndarray) -> np.ndarray:
        """How many different numbers each group has in a column; -1 is none."""
        return np.bincount(self.each(column)[0], minlength=self.n)

    @property
    def projects(self) -> np.ndarray:
        """How many projects each group has."""
        return self.distinct(self.ties.project)

    @property
    def municipalities(self) -> np.ndarray:
        """How many municipalities each group has."""
        return self.distinct(self.ties.municipality)

    @property
    def origins(self) -> np.ndarray:
        """How many origins each group has."""
        return self.distinct(self.ties.origin)

    @property
    def sizes(self) -> np.ndarray:
        """How many ties each group has."""
        return np.bincount(self.of, minlength=self.n)

    @property
    def began(self) -> np.ndarray:
        """When the first of each group began (as in Ties)."""
        first = np.full(self.n, UNKNOWN, np.int32)
        np.minimum.at(first, self.of, self.ties.began)
        return first

    @property
    def first_began(self) -> dict[str, pd.api.extensions.ExtensionArray]:
        """The same as columns of a table: first_year (西暦 or null), first_kind (年, 年度 or null)."""
        return dict(zip(("first_year", "first_kind"), written(self.began), strict=True))

    @property
    def categories(self) -> pd.api.extensions.ExtensionArray:
        """The categories of each group, joined by 「、」."""
        bits = self.ties.codes.bits
        found = np.zeros((len(bits), self.n), np.uint64)
        for own, row in zip(found, bits, strict=True):
            np.bitwise_or.at(own, self.of, row[self.ties.project])
        return self.ties.codes.joined(found)

    def lists(self, column: np.ndarray) -> list[np.ndarray]:
        """The different numbers that each group has in a column, ascending; -1 is none."""
        groups, numbers = self.each(column)
        return np.split(numbers, np.searchsorted(groups, np.arange(1, self.n)))[: self.n]

    def names(self, column: np.ndarray) -> list[str]:
        """The names (as of origins) of the different places of each group in a column, joined by 「、」."""
        names = np.asarray(self.ties.codes.origin_names, object)
        return ["、".join(names[own]) for own in self.lists(column)]


def written(began: np.ndarray) -> tuple[pd.api.extensions.ExtensionArray, pd.api.extensions.ExtensionArray]:
    """Beginnings as in Ties as they stand in tables: years (西暦 or null), and 年, 年度 or null."""
    unknown = began == UNKNOWN
    years = pd.arrays.IntegerArray((began >> 1).astype(np.int64), unknown)
    return years, pd.array(["年", "年度", None], dtype="str").take(np.where(unknown, 2, began & 1))


def _different(key: np.ndarray, size: int) -> np.ndarray:
    """The different keys (0 and more, below ``size``), ascending."""
    if size > _SPARSE * len(key):
        key = np.sort(key)
        return key[np.diff(key, prepend=-1) > 0]
    there = np.zeros(size, bool)
    there[key] = True
    return np.flatnonzero(there)


def _numbered(key: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The same, and the place of each key among them."""
    if size > _SPARSE * len(key):
        return np.unique(key, return_inverse=True)
    found = _different(key, size)
    number = np.empty(size, np.int32)
    number[found] = np.arange(len(found), dtype=np.int32)
    return found, number[key]
