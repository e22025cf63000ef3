"""Which of a few origins have which partner municipalities: what all have, some, only one, and what one has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from geo.insight.profiles import shared_counts
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from geo.ledger.ties import Tie, first_began

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
    def _ties(self) -> dict[tuple[str, str], list[Tie]]:
        """(municipality, origin) → the ties; an origin that is compared is no partner here."""
        origins = set(self.question.origins)
        groups: dict[tuple[str, str], list[Tie]] = {}
        for tie in self.selected.ties:
            if tie.municipality and tie.origin in origins and tie.municipality not in origins:
                groups.setdefault((tie.municipality, tie.origin), []).append(tie)
        return groups

    @cached_property
    def left_out(self) -> int:
        """How many of the compared origins another of them has as its partner: they are in none of the tables."""
        origins = set(self.question.origins)
        return len({tie.municipality for tie in self.selected.ties if tie.origin in origins} & origins)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row each municipality that any of the origins has; those of most origins first, then most projects.

        Columns: code, name, prefecture, origins (tuple of codes, in the order they are compared in), n_origins,
        n_projects (of these origins, each once), first_year (西暦 or null), first_kind (年, 年度 or null), answers (bool).
        """
        ties: dict[str, list[Tie]] = {}
        for (code, _), own in self._ties.items():
            ties.setdefault(code, []).extend(own)
        places = self.selected.dataset.places
        rows = []
        for code, own in ties.items():
            having = {tie.origin for tie in own}
            held = tuple(origin for origin in self.question.origins if origin in having)
            place = places[code]
            counts = len(held), len({tie.project for tie in own})
            answers = self.question.answered(held)
            rows.append((code, place.name, place.prefecture, held, *counts, *first_began(own), answers))
        rows.sort(key=lambda row: (-row[4], -row[5], row[0]))
        columns = ["code", "name", "prefecture", "origins", "n_origins", "n_projects"]
        columns += ["first_year", "first_kind", "answers"]
        table = pd.DataFrame(rows, columns=columns)
        return table.astype({"first_year": "Int64", "answers": bool})

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
        names = self.selected.dataset.projects.set_index("project_id")["name"].to_dict()
        rows = []
        for code, held in zip(self.table.code, self.table.origins, strict=True):
            for origin in held:
                own = self._ties[code, origin]
                began = sorted((tie.year is None, tie.year or 0, tie.project) for tie in own)
                projects = tuple(dict.fromkeys(str(names[project]) for *_, project in began))
                rows.append((code, origin, len({tie.project for tie in own}), projects, *first_began(own)))
        columns = ["code", "origin_code", "n_projects", "projects", "first_year", "first_kind"]
        return pd.DataFrame(rows, columns=columns).astype({"first_year": "Int64"})

    @cached_property
    def elsewhere(self) -> dict[tuple[str, str], str]:
        """(municipality, origin that has it not) → how that origin is tied to it all the same.

        One of CONDITIONS (individually, by what the selection leaves out), NETWORK, FELLOW; only pairs of the table.
        """
        ways = other_ways(self.selected.dataset, self.question.origins, set(self.table.code))
        return {pair: way for pair, way in ways.items() if pair not in self._ties}

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
    fellows = dataset.fellows
    fellows = fellows[fellows.origin_code.isin(origins) & fellows.municipality_code.isin(municipalities)]
    for origin, code in zip(fellows.origin_code, fellows.municipality_code, strict=True):
        ways[code, origin] = FELLOW
    whole = dataset.select(Selection(origins=origins, networks=True, peers=True)).ties
    for tie in sorted(whole, key=lambda tie: not tie.wide):
        if tie.municipality and tie.municipality in municipalities:
            ways[tie.municipality, tie.origin] = NETWORK if tie.wide else CONDITIONS
    return ways


def lacking(selected: Selected, origin: str) -> pd.DataFrame:
    """The municipalities that other origins have and one has not; those of most origins first, then most projects.

    Columns: code, origins (tuple of codes, in code order), n_origins, n_projects (of these origins, each once). The
    origin itself, as a partner of others, is left out.
    """
    held = _held(selected)
    rows = [
        (code, origins, len(origins), n_projects)
        for code, (origins, n_projects) in held.items()
        if origin not in origins and code != origin
    ]
    rows.sort(key=lambda row: (-row[2], -row[3], row[0]))
    return pd.DataFrame(rows, columns=["code", "origins", "n_origins", "n_projects"])


@lru_cache(maxsize=4)  # asked of every origin in turn
def _held(selected: Selected) -> dict[str, tuple[tuple[str, ...], int]]:
    """Municipality → the origins that have it, in code order, and how many projects they have with it."""
    origins: dict[str, set[str]] = {}
    projects: dict[str, set[str]] = {}
    for tie in selected.ties:
        if tie.municipality:
            origins.setdefault(tie.municipality, set()).add(tie.origin)
            projects.setdefault(tie.municipality, set()).add(tie.project)
    return {code: (tuple(sorted(own)), len(projects[code])) for code, own in origins.items()}


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
