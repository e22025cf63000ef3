"""Which of a few origins have which partner municipalities: what all have, some, only one, and what one has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress

import numpy as np
import pandas as pd

from geo.insight.profiles import shared_counts
from geo.ledger.dataset import Dataset
from geo.ledger.fellows import fellows
from geo.ledger.selection import Selected, Selection
from geo.ledger.ties import Groups, Ties

#: So many origins are compared at least and at most.
LEAST, MOST = 2, 5

#: How an origin that has no tie under a selection has one otherwise: by other conditions, in a wide network, or as a
#: member of one by the document of another origin.
CONDITIONS, NETWORK, FELLOW = "conditions", "network", "fellow"

#: How many of the origins have a municipality, in the order of :meth:`Overlap.sharing`.
ALL, SOME, ONE = "all", "some", "one"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of some origins: who has to have a municipality, and who must not.

    Parameters
    ----------
    origins : 2 to 5 codes; only municipalities that any of them has are looked at
    has, lacks : those of them that have to have it, and those that must not; of the others nothing is asked
    alone : exactly one has it, whichever; then nothing else is asked

    Raises
    ------
    ValueError
        for too few or too many origins, one twice, one that is asked for both, or none left that could have it.
    """

    origins: tuple[str, ...]
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    alone: bool = False

    def __post_init__(self) -> None:
        known = set(self.origins)
        if len(known) < len(self.origins) or not LEAST <= len(known) <= MOST:
            raise ValueError(f"not {LEAST} to {MOST} different origins: {self.origins}")
        asked = self.has | self.lacks
        if self.has & self.lacks or not asked <= known or self.lacks == known or (self.alone and asked):
            raise ValueError(f"nothing can answer this: {self}")

    @classmethod
    def shared(cls, origins: Sequence[str]) -> Question:
        """What all have."""
        return cls(tuple(origins), has=frozenset(origins))

    @classmethod
    def of_one(cls, origins: Sequence[str]) -> Question:
        """What only one has, whichever."""
        return cls(tuple(origins), alone=True)

    @classmethod
    def missing(cls, origins: Sequence[str], mine: str, of_all: bool = True) -> Question:
        """What one has not, and all the others have, or any of them."""
        others = frozenset(origins) - {mine}
        return cls(tuple(origins), has=others if of_all else frozenset(), lacks=frozenset({mine}))

    @property
    def free(self) -> tuple[str, ...]:
        """The origins of which nothing is asked."""
        return tuple(code for code in self.origins if code not in self.has | self.lacks)

    def answered(self, held: Collection[str]) -> bool:
        """Whether a municipality that these origins have, and no other of those compared, answers it."""
        held = set(held)
        if self.alone:
            return len(held) == 1
        return bool(held) and self.has <= held and not self.lacks & held


@dataclass(frozen=True, eq=False)
class Overlap:
    """The municipalities that any of some origins has, under a selection, and which of them answer a question.

    Parameters
    ----------
    selected : the selection; its other origins are not looked at
    question : the origins and what is asked of them
    """

    selected: Selected
    question: Question

    @cached_property
    def _pairs(self) -> Groups:
        """Every municipality with every origin that has it; an origin that is compared is no partner here."""
        ties = self._compared.municipal
        ties = ties.where(~np.isin(ties.municipality, ties.codes.numbers(self.question.origins)))
        return ties.pairs(ties.municipality, ties.origin)

    @property
    def _compared(self) -> Ties:
        ties = self.selected.ties
        return ties.where(np.isin(ties.origin, ties.codes.numbers(self.question.origins)))

    @cached_property
    def left_out(self) -> int:
        """How many of the compared origins another of them has as its partner: they are in none of the tables."""
        ties = self._compared
        return len(set(ties.distinct(ties.municipality)) & set(self.question.origins))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row each municipality that any of the origins has; those of most origins first, then most projects.

        Columns: code, name, prefecture, origins (tuple of codes, in the order they are compared in), n_origins,
        n_projects (of these origins, each once), first_year (西暦 or null), first_kind (年, 年度 or null), answers (bool).
        """
        pairs, ties = self._pairs, self._pairs.ties
        places = ties.distinct(ties.municipality)
        groups = ties.by(ties.municipality, places)
        having = np.zeros((groups.n, len(self.question.origins)), bool)
        numbers = ties.codes.numbers(self.question.origins)
        rows = np.searchsorted(groups.first, pairs.first)
        having[rows, (pairs.second[:, None] == numbers).argmax(axis=1)] = True
        held = [tuple(compress(self.question.origins, own)) for own in having.tolist()]
        table = pd.DataFrame(
            {
                "code": pd.array(places, dtype="str"),
                "name": ties.codes.place_names.take(groups.first),
                "prefecture": ties.codes.prefectures.take(groups.first),
                "origins": pd.Series(held, dtype=object),
                "n_origins": having.sum(axis=1),
                "n_projects": groups.projects,
                **groups.first_began,
                "answers": np.array([self.question.answered(own) for own in held], bool),
            }
        )
        order = ["n_origins", "n_projects", "code"]
        return table.sort_values(order, ascending=[False, False, True], ignore_index=True)

    @cached_property
    def found(self) -> pd.DataFrame:
        """The rows of the table that answer the question."""
        return self.table[self.table.answers].reset_index(drop=True)

    @cached_property
    def holdings(self) -> pd.DataFrame:
        """A row each municipality and origin that has it, in the order of the table and of the origins.

        Columns: code, origin_code, n_projects, projects (tuple of names, the oldest first, each once), first_year,
        first_kind.
        """
        pairs, ties = self._pairs, self._pairs.ties
        projects = self.selected.dataset.projects
        names, ids = projects["name"].to_numpy(object), projects.project_id.to_numpy(object)
        order = np.lexsort((ids[ties.project].astype(str), ties.began >> 1, pairs.of))
        own = np.split(names[ties.project[order]], np.searchsorted(pairs.of[order], np.arange(1, pairs.n)))
        told = [tuple(dict.fromkeys(some)) for some in own[: pairs.n]]
        table = pd.DataFrame(
            {
                "code": ties.codes.places.take(pairs.first),
                "origin_code": ties.codes.places.take(pairs.second),
                "n_projects": pairs.projects,
                "projects": pd.Series(told, dtype=object),
                **pairs.first_began,
            }
        )
        rows = table.code.map({code: number for number, code in enumerate(self.table.code)})
        columns = table.origin_code.map({code: number for number, code in enumerate(self.question.origins)})
        return table.iloc[np.lexsort((columns, rows))].reset_index(drop=True)

    @cached_property
    def elsewhere(self) -> dict[tuple[str, str], str]:
        """(municipality, origin that has it not) → how that origin is tied to it all the same.

        One of CONDITIONS (individually, by what the selection leaves out), NETWORK, FELLOW; only pairs of the table.
        """
        ways = other_ways(self.selected.dataset, self.question.origins, set(self.table.code))
        have = {
            (code, origin)
            for code, held in zip(self.table.code, self.table.origins, strict=True)
            for origin in held
        }
        return {pair: way for pair, way in ways.items() if pair not in have}

    @cached_property
    def sharing(self) -> dict[str, int]:
        """How many municipalities all of the origins have, some of them, and only one: ALL, SOME, ONE → number."""
        held = Counter(self.table.n_origins.map(self._sharing))
        return {key: held[key] for key in (ALL, SOME, ONE)}

    def _sharing(self, n: int) -> str:
        return ONE if n == 1 else ALL if n == len(self.question.origins) else SOME

    @cached_property
    def combinations(self) -> pd.DataFrame:
        """How many municipalities exactly these origins have: columns origins (tuple of codes), n, answers (bool).

        Only combinations that occur; those of most origins first, then the most municipalities.
        """
        counts = Counter(self.table.origins)
        rows = [(held, n, self.question.answered(held)) for held, n in counts.items()]
        place = {code: number for number, code in enumerate(self.question.origins)}
        rows.sort(key=lambda row: (-len(row[0]), -row[1], [place[code] for code in row[0]]))
        return pd.DataFrame(rows, columns=["origins", "n", "answers"])


def other_ways(
    dataset: Dataset, origins: tuple[str, ...], municipalities: Collection[str]
) -> dict[tuple[str, str], str]:
    """(municipality, origin) → the nearest way in which they are tied, whatever a selection leaves out.

    One of CONDITIONS (individually), NETWORK, FELLOW; only pairs with a tie, of these origins and municipalities.
    """
    ways: dict[tuple[str, str], str] = {}
    members, codes = fellows(dataset, origins), dataset.columns.ties.codes
    numbers = np.unique(np.column_stack([members.municipality, members.origin]), axis=0)
    for code, origin in codes.places.to_numpy(object)[numbers]:
        if code in municipalities:
            ways[code, origin] = FELLOW
    whole = dataset.select(Selection(origins=origins, networks=True, peers=True)).ties
    for ties, way in ((whole.where(whole.wide), NETWORK), (whole.where(~whole.wide), CONDITIONS)):
        own = ties.by(ties.municipality, list(municipalities)).ties
        pairs = own.pairs(own.municipality, own.origin)
        for pair in zip(own.codes_of(pairs.first), own.codes_of(pairs.second), strict=True):
            ways[pair] = way
    return ways


def lacking(selected: Selected, origin: str) -> pd.DataFrame:
    """The municipalities that other origins have and one has not; those of most origins first, then most projects.

    Columns: code, origins (tuple of codes, in code order), n_origins, n_projects (of these origins, each once). The
    origin itself, as a partner of others, is left out.
    """
    held, projects = _held(selected)
    codes = held.ties.codes
    mine = codes.numbers([origin])[0]
    n_origins = np.bincount(held.first, minlength=len(codes.places))
    n_origins[held.first[held.second == mine]] = 0
    if mine >= 0:
        n_origins[mine] = 0
    places = np.flatnonzero(n_origins)
    places = places[np.lexsort((-projects[places], -n_origins[places]))]
    starts, ends = (np.searchsorted(held.first, places, side) for side in ("left", "right"))
    origins = codes.places.to_numpy(object)[held.second]
    return pd.DataFrame(
        {
            "code": codes.places.take(places),
            "origins": pd.Series(
                [tuple(origins[one:other]) for one, other in zip(starts, ends, strict=True)], dtype=object
            ),
            "n_origins": n_origins[places],
            "n_projects": projects[places],
        }
    )


@lru_cache(maxsize=2)  # asked of every origin in turn
def _held(selected: Selected) -> tuple[Groups, np.ndarray]:
    """Every municipality with every origin that has it; and how many projects there are with each place."""
    ties = selected.ties.municipal
    pairs, everywhere = ties.pairs(ties.municipality, ties.origin), np.arange(len(ties.codes.places))
    places = Groups(ties, ties.municipality, len(everywhere), everywhere, everywhere)
    return pairs, places.projects


def closest(selected: Selected, among: Iterable[str] = (), mine: str | None = None) -> tuple[str, ...]:
    """The two origins that have the most partner municipalities in common, in code order.

    Parameters
    ----------
    among : the origins to choose from; all for none
    mine : one of the two, and the first of them

    Returns
    -------
    Two codes; among equals the first. Fewer where there are fewer origins.
    """
    wanted = set(among)
    codes = [code for code in sorted(selected.dataset.origins.code) if not wanted or code in wanted]
    if len(codes) < LEAST:
        return tuple(codes)
    counts = shared_counts(selected, codes).to_numpy(copy=True)
    if mine not in codes:
        counts[np.tril_indices(len(codes))] = -1
        one, other = np.unravel_index(int(counts.argmax()), counts.shape)
        return codes[one], codes[other]
    own = codes.index(mine)
    counts[own, own] = -1
    return codes[own], codes[int(counts[own].argmax())]
