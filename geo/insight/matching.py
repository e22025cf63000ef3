"""Which project of one edition of a series is which of the next.

Projects are matched by origin and printed name first, then by similar names with the same partners, years and
categories as evidence; where two would fit equally well nothing is guessed. Similarity of names is the normalised
InDel distance (rapidfuzz.fuzz.ratio).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from geo.places.folding import squeeze

#: How alike two names have to be, and the evidence as a whole, to be one project; and by how much more than any other.
_LIKE, _ENOUGH, _MARGIN = 0.6, 0.75, 0.05
#: What the evidence weighs: name, partners, category, year, organiser.
_WEIGHTS = (0.5, 0.3, 0.08, 0.07, 0.05)
#: Of a project that nobody can decide on, how many that it may be are told.
_TOLD = 3
#: Projects held against all others at a time: what bounds the memory.
_BLOCK = 512


class Edition(NamedTuple):
    """The links and projects of an edition, with the columns of the tables of these names."""

    links: pd.DataFrame
    projects: pd.DataFrame


class Doubt(NamedTuple):
    """A project that came and one that went, of which nobody can say whether they are the same: both printed names."""

    origin_code: str
    project_from: str
    project_to: str


class Partner(NamedTuple):
    """A partner of a project: what it is called, its code if it has one, what is printed, since when, and where."""

    label: str
    code: str | None
    text: str
    year: str
    place: str


@dataclass(slots=True)
class Project:
    """A project of an edition as it is printed, with its partners by what tells them apart."""

    id: str
    name: str
    origin: str
    category: str
    organiser: str
    year: str
    line: int
    place: str
    partners: dict[str, Partner] = field(default_factory=dict)


#: What two projects may have in common besides name and partners, as weighed.
_FACTS: tuple[Callable[[Project], str], ...] = (
    lambda project: project.category,
    lambda project: project.year,
    lambda project: project.organiser,
)


def projects_of(edition: Edition, names: Mapping[str, str]) -> list[Project]:
    """The projects of an edition in the order they are printed in, whatever that of its rows."""
    found: dict[str, Project] = {}
    for row in edition.projects.sort_values(["source_line", "project_id"]).itertuples(index=False):
        found[row.project_id] = Project(
            row.project_id,
            row.name,
            row.origin_code,
            row.category_raw or "",
            row.organiser or "",
            _year(row.start_year, row.year_kind),
            int(row.source_line),
            f"{int(row.source_line)}行目",
        )
    for row in edition.links.sort_values("source_line", kind="stable").itertuples(index=False):
        project = found.get(row.project_id)
        if project is None:
            continue
        if not project.partners:
            project.place = row.source_place
        code = None if pd.isna(row.partner_code) else row.partner_code
        year = _year(row.start_year, row.year_kind)
        printed = (row.partner_text, year, row.source_place)
        if pd.notna(row.via):
            # A group is one partner: who belongs to it is no change of the document.
            _put(project, f"via {squeeze(row.via)}", Partner(row.via, None, *printed))
        elif code:
            _put(project, code, Partner(names.get(code, row.partner_text), code, *printed))
        else:
            _put(project, f"text {squeeze(row.partner_text)}", Partner(row.partner_text, None, *printed))
    return list(found.values())


def _put(project: Project, key: str, partner: Partner) -> None:
    """Add a partner to a project; of one that is there, only a year that is not."""
    known = project.partners.get(key)
    if known is None:
        project.partners[key] = partner
    elif partner.year and partner.year not in (years := known.year.split("・")):
        project.partners[key] = known._replace(year="・".join(sorted(filter(None, [*years, partner.year]))))


def _year(year: object, kind: object) -> str:
    return "" if pd.isna(year) else f"{int(str(year))}{kind}"


def paired(
    old: list[Project], new: list[Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[Project, Project]], list[Doubt]]:
    """Which project of one edition is which of the other, and what nobody can say.

    ``same`` is (origin code, name before, name after), both squeezed → whether a person says that they are one project.
    """
    pairs: list[tuple[Project, Project]] = []
    doubts: list[Doubt] = []
    printed = _grouped(old, new, lambda project: (project.origin, squeeze(project.name)))
    pairs += [pair for ones, others in printed.values() for pair in _in_common(ones, others)]
    said = [names for names, alike in same.items() if alike]
    for origin, before, after in said:
        left = _grouped(*_left(old, new, pairs), lambda project: (project.origin, squeeze(project.name)))
        ones = left[origin, before][0] if (origin, before) in left else []
        others = left[origin, after][1] if (origin, after) in left else []
        pairs += _in_common(ones, others)
    for origin, (ones, others) in _grouped(*_left(old, new, pairs), lambda one: one.origin).items():
        found, open_ones = _renamed(origin, ones, others, same)
        pairs += found
        doubts += open_ones
    return pairs, doubts


Key = TypeVar("Key", bound=Hashable)


def _grouped(
    old: Iterable[Project], new: Iterable[Project], key: Callable[[Project], Key]
) -> dict[Key, tuple[list[Project], list[Project]]]:
    """The projects of both editions by what they share."""
    groups: dict[Key, tuple[list[Project], list[Project]]] = defaultdict(lambda: ([], []))
    for side, projects in enumerate((old, new)):
        for project in projects:
            groups[key(project)][side].append(project)
    return dict(groups)


def _left(
    old: Iterable[Project], new: Iterable[Project], pairs: Iterable[tuple[Project, Project]]
) -> tuple[list[Project], list[Project]]:
    """The projects of both editions that have no pair."""
    taken = {id(project) for pair in pairs for project in pair}
    ones, others = ([one for one in side if id(one) not in taken] for side in (old, new))
    return ones, others


def _in_common(ones: list[Project], others: list[Project]) -> list[tuple[Project, Project]]:
    """Pairs of projects that are known to be the same, as many as there can be.

    First those that are printed alike in everything, then those that have most in common, then those that stand in
    the same place among their kind.
    """
    if len(ones) == len(others) == 1:
        return [(ones[0], others[0])]
    pairs: list[tuple[Project, Project]] = []
    for key in (_as_printed, _squeezed):
        for some, more in _grouped(*_left(ones, others, pairs), key).values():
            pairs += zip(some, more, strict=False)
    left, right = _left(ones, others, pairs)
    if not (left and right):
        return pairs
    alike = np.concatenate([block for _, block in _evidence(left, right)])
    i, j = (index.ravel() for index in np.indices(alike.shape))
    taken: tuple[set[int], set[int]] = set(), set()
    # Two that are equal in all this, (i, j) and (j, i), do not exclude each other.
    for at in np.lexsort((i + j, abs(i - j), -alike.ravel())):
        one, other = int(i[at]), int(j[at])
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            pairs.append((left[one], right[other]))
            if len(taken[0]) == min(alike.shape):
                break
    return pairs


def _as_printed(project: Project) -> Hashable:
    partners = frozenset((key, each.text, each.year) for key, each in project.partners.items())
    return project.name, project.category, project.organiser, project.year, partners


def _squeezed(project: Project) -> Hashable:
    partners = frozenset((key, each.year) for key, each in project.partners.items())
    return squeeze(project.category), squeeze(project.organiser), project.year, partners


def _renamed(
    origin: str, ones: list[Project], others: list[Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[Project, Project]], list[Doubt]]:
    """Projects that are called otherwise: the same in all but the name, and no other fits as well."""
    i, j, score = _candidates(ones, others)
    denied = {names[1:] for names, alike in same.items() if names[0] == origin and not alike}
    if denied:
        names = [[squeeze(project.name) for project in side] for side in (ones, others)]
        kept = np.array(
            [(names[0][a], names[1][b]) not in denied for a, b in zip(i, j, strict=True)], dtype=bool
        )
        i, j, score = i[kept], j[kept], score[kept]
    pairs: list[tuple[Project, Project]] = []
    while len(score):
        clear = _stands_out(i, score, len(ones)) & _stands_out(j, score, len(others))
        if not clear.any():
            break
        pairs += [(ones[a], others[b]) for a, b in zip(i[clear], j[clear], strict=True)]
        kept = ~(np.isin(i, i[clear]) | np.isin(j, j[clear]))
        i, j, score = i[kept], j[kept], score[kept]
    told = (_rank(i, score, j) < _TOLD) | (_rank(j, score, i) < _TOLD)
    named = zip(i[told], j[told], strict=True)
    return pairs, [Doubt(origin, ones[a].name, others[b].name) for a, b in named]


def _candidates(ones: list[Project], others: list[Project]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs that may be one project: their numbers among ``ones`` and ``others``, and the evidence."""
    names = [squeeze(other.name) for other in others]
    found = [(np.empty(0, int), np.empty(0, int), np.empty(0))]
    for top, alike in _evidence(ones, others) if ones and others else ():
        own = [squeeze(one.name) for one in ones[top : top + len(alike)]]
        likeness = process.cdist(own, names, scorer=fuzz.ratio, score_cutoff=_LIKE * 100, dtype=np.float64)
        score = _WEIGHTS[0] * likeness / 100 + alike
        i, j = np.nonzero((likeness >= _LIKE * 100) & (score >= _ENOUGH))
        found.append((i + top, j, score[i, j]))
    i, j, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return i, j, score


def _stands_out(end: np.ndarray, score: np.ndarray, size: int) -> np.ndarray:
    """Whether each candidate is better than any other with the same end, by the margin."""
    best = np.zeros(size)
    np.maximum.at(best, end, score)
    near = score > best[end] - _MARGIN
    return (score == best[end]) & (np.bincount(end[near], minlength=size)[end] == 1)


def _rank(end: np.ndarray, score: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The place of each candidate among those with the same end, from 0."""
    order = np.lexsort((other, -score, end))
    starts = np.searchsorted(end[order], end[order])
    rank = np.empty(len(end), int)
    rank[order] = np.arange(len(end)) - starts
    return rank


def likeness(one: Project, other: Project) -> tuple[float, float]:
    """How alike the names of two projects are, and all else that they have in common, from 0 to 1 each."""
    names = fuzz.ratio(squeeze(one.name), squeeze(other.name)) / 100
    return names, float(next(_evidence([one], [other]))[1][0, 0]) / sum(_WEIGHTS[1:])


def _evidence(ones: list[Project], others: list[Project]) -> Iterator[tuple[int, np.ndarray]]:
    """What each project has in common with each besides their names, some of ``ones`` at a time, with the first's number."""
    facts = [
        [_numbers([squeeze(fact(project)) for project in side], known) for side in (ones, others)]
        for fact, known in ((fact, dict[str, int]()) for fact in _FACTS)
    ]
    keys: dict[str, int] = {}
    partners = [[_numbers(project.partners, keys) for project in side] for side in (ones, others)]
    right = _incidence(partners[1], len(keys))
    sizes = [np.array([len(each) for each in side]) for side in partners]
    for top in range(0, len(ones), _BLOCK):
        rows = slice(top, top + _BLOCK)
        both = _incidence(partners[0][rows], len(keys)) @ right.T
        either = sizes[0][rows, None] + sizes[1] - both
        alike = _WEIGHTS[1] * both / np.maximum(either, 1)
        for weight, (own, other) in zip(_WEIGHTS[2:], facts, strict=True):
            alike += weight * (own[rows, None] == other)
        yield top, alike


def _numbers(texts: Iterable[str], known: dict[str, int]) -> np.ndarray:
    return np.array([known.setdefault(text, len(known)) for text in texts], dtype=int)


def _incidence(numbers: list[np.ndarray], width: int) -> np.ndarray:
    """A row a project with 1 where it has the partner of the column."""
    table = np.zeros((len(numbers), width))
    for row, own in zip(table, numbers, strict=True):
        row[own] = 1
    return table
