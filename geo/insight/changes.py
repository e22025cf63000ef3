"""What changed between two editions of a series: projects, partners, years, categories, names.

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

from geo.ledger.schema import CHANGES
from geo.places.folding import squeeze

#: Kinds of change, in the order they are told, in a clerk's words; the last is of wording alone.
KINDS = dict(
    zip(
        CHANGES,
        (
            "始まった事業",
            "終わった事業",
            "名前の変わった事業",
            "加わった相手",
            "なくなった相手",
            "開始年の変わったもの",
            "分野の変わった事業",
            "書き方だけが変わったもの",
        ),
        strict=True,
    )
)
#: Columns of the table of changes. ``before`` and ``after`` are what is printed of a year, a category or a wording;
#: of a project that came or went, its partners.
COLUMNS = (
    "change",
    "origin_code",
    "project_from",
    "project_to",
    "project_id_from",
    "project_id_to",
    "partner_code",
    "partner",
    "before",
    "after",
    "place_from",
    "place_to",
    "basis",
)

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


class _Partner(NamedTuple):
    label: str
    code: str | None
    text: str
    year: str
    place: str


@dataclass(slots=True)
class _Project:
    id: str
    name: str
    origin: str
    category: str
    organiser: str
    year: str
    line: int
    place: str
    partners: dict[str, _Partner] = field(default_factory=dict)


#: What two projects may have in common besides name and partners, as weighed.
_FACTS: tuple[Callable[[_Project], str], ...] = (
    lambda project: project.category,
    lambda project: project.year,
    lambda project: project.organiser,
)


@dataclass(frozen=True)
class Changes:
    """The changes as a table (COLUMNS), and what nobody can say."""

    table: pd.DataFrame
    doubts: list[Doubt]


def changes(
    before: Edition,
    after: Edition,
    names: Mapping[str, str],
    same: Mapping[tuple[str, str, str], bool] | None = None,
) -> Changes:
    """Hold two editions against each other.

    Parameters
    ----------
    names : code → full name of every place
    same : (origin code, name before, name after), both squeezed → whether a person says that they are one project
    """
    old, new = (_projects(edition, names) for edition in (before, after))
    pairs, doubts = _pairs(old, new, same or {})
    rows = [row for one, other in pairs for row in _differences(one, other)]
    matched = {id(project) for pair in pairs for project in pair}
    for project in new:
        if id(project) not in matched:
            rows.append(_row("project-added", None, project, after=_listed(project)))
    for project in old:
        if id(project) not in matched:
            rows.append(_row("project-ended", project, None, before=_listed(project)))
    order = list(KINDS)
    rows.sort(key=lambda row: (row["origin_code"], order.index(row["change"]), row["_line"]))
    table = pd.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], columns=list(COLUMNS))
    return Changes(table.astype("string"), doubts)


def _projects(edition: Edition, names: Mapping[str, str]) -> list[_Project]:
    """The projects of an edition in the order they are printed in, whatever that of its rows."""
    found: dict[str, _Project] = {}
    for row in edition.projects.sort_values(["source_line", "project_id"]).itertuples(index=False):
        found[row.project_id] = _Project(
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
            _put(project, f"via {squeeze(row.via)}", _Partner(row.via, None, *printed))
        elif code:
            _put(project, code, _Partner(names.get(code, row.partner_text), code, *printed))
        else:
            _put(project, f"text {squeeze(row.partner_text)}", _Partner(row.partner_text, None, *printed))
    return list(found.values())


def _put(project: _Project, key: str, partner: _Partner) -> None:
    """Add a partner to a project; of one that is there, only a year that is not."""
    known = project.partners.get(key)
    if known is None:
        project.partners[key] = partner
    elif partner.year and partner.year not in (years := known.year.split("・")):
        project.partners[key] = known._replace(year="・".join(sorted(filter(None, [*years, partner.year]))))


def _year(year: object, kind: object) -> str:
    return "" if pd.isna(year) else f"{int(str(year))}{kind}"


def _pairs(
    old: list[_Project], new: list[_Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[_Project, _Project]], list[Doubt]]:
    """Which project of one edition is which of the other."""
    pairs: list[tuple[_Project, _Project]] = []
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
    old: Iterable[_Project], new: Iterable[_Project], key: Callable[[_Project], Key]
) -> dict[Key, tuple[list[_Project], list[_Project]]]:
    """The projects of both editions by what they share."""
    groups: dict[Key, tuple[list[_Project], list[_Project]]] = defaultdict(lambda: ([], []))
    for side, projects in enumerate((old, new)):
        for project in projects:
            groups[key(project)][side].append(project)
    return dict(groups)


def _left(
    old: Iterable[_Project], new: Iterable[_Project], pairs: Iterable[tuple[_Project, _Project]]
) -> tuple[list[_Project], list[_Project]]:
    """The projects of both editions that have no pair."""
    taken = {id(project) for pair in pairs for project in pair}
    ones, others = ([one for one in side if id(one) not in taken] for side in (old, new))
    return ones, others


def _in_common(ones: list[_Project], others: list[_Project]) -> list[tuple[_Project, _Project]]:
    """Pairs of projects that are known to be the same, as many as there can be.

    First those that are printed alike in everything, then those that have most in common, then those that stand in
    the same place among their kind.
    """
    if len(ones) == len(others) == 1:
        return [(ones[0], others[0])]
    pairs: list[tuple[_Project, _Project]] = []
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


def _as_printed(project: _Project) -> Hashable:
    partners = frozenset((key, each.text, each.year) for key, each in project.partners.items())
    return project.name, project.category, project.organiser, project.year, partners


def _squeezed(project: _Project) -> Hashable:
    partners = frozenset((key, each.year) for key, each in project.partners.items())
    return squeeze(project.category), squeeze(project.organiser), project.year, partners


def _renamed(
    origin: str, ones: list[_Project], others: list[_Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[_Project, _Project]], list[Doubt]]:
    """Projects that are called otherwise: the same in all but the name, and no other fits as well."""
    i, j, score = _candidates(ones, others)
    denied = {names[1:] for names, alike in same.items() if names[0] == origin and not alike}
    if denied:
        names = [[squeeze(project.name) for project in side] for side in (ones, others)]
        kept = np.array(
            [(names[0][a], names[1][b]) not in denied for a, b in zip(i, j, strict=True)], dtype=bool
        )
        i, j, score = i[kept], j[kept], score[kept]
    pairs: list[tuple[_Project, _Project]] = []
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


def _candidates(ones: list[_Project], others: list[_Project]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def _alike(one: _Project, other: _Project) -> float:
    """What two projects have in common besides their names, as evidence."""
    return float(next(_evidence([one], [other]))[1][0, 0])


def _evidence(ones: list[_Project], others: list[_Project]) -> Iterator[tuple[int, np.ndarray]]:
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


def _differences(one: _Project, other: _Project) -> Iterator[dict]:
    if squeeze(one.name) != squeeze(other.name):
        likeness = fuzz.ratio(squeeze(one.name), squeeze(other.name)) / 100
        basis = f"名前の似かた {likeness:.0%}、相手・分野・年・主体の一致 {_alike(one, other) / sum(_WEIGHTS[1:]):.0%}"
        yield _row("project-renamed", one, other, before=one.name, after=other.name, basis=basis)
    elif one.name != other.name:
        yield _row("wording", one, other, before=one.name, after=other.name)
    if squeeze(one.category) != squeeze(other.category):
        yield _row("category-changed", one, other, before=one.category, after=other.category)
    yield from _partners(one, other)


def _partners(one: _Project, other: _Project) -> Iterator[dict]:
    gone = {key: each for key, each in one.partners.items() if key not in other.partners}
    come = {key: each for key, each in other.partners.items() if key not in one.partners}
    # Printed alike and read otherwise, as other places or as more of them: no change of the document.
    printed = [_mentions(project) for project in (one, other)]
    alike = {text for text, places in printed[0].items() if len(places) == len(printed[1].get(text, ()))}
    gone, come = (
        {key: each for key, each in some.items() if squeeze(each.text) not in alike} for some in (gone, come)
    )
    for key, each in list(gone.items()):
        twin = next((k for k, new in come.items() if squeeze(new.text) == squeeze(each.text)), None)
        if twin is not None:
            del gone[key], come[twin]
    for each in come.values():
        yield _row("partner-added", one, other, each, after=each.text, place_to=each.place)
    for each in gone.values():
        yield _row("partner-ended", one, other, each, before=each.text, place_from=each.place)
    moved = one.year != other.year and not ((come or gone) and not (one.year and other.year))
    if moved:
        yield _row("year-changed", one, other, before=one.year or "不明", after=other.year or "不明")
    for key in [key for key in one.partners if key in other.partners]:
        a, b = one.partners[key], other.partners[key]
        # Where partners came or went, years can no longer be told apart: no change of the document.
        unclear = (come or gone) and not (a.year and b.year)
        if a.year != b.year and not unclear and not (moved and (a.year, b.year) == (one.year, other.year)):
            yield _row(
                "year-changed",
                one,
                other,
                b,
                before=a.year or "不明",
                after=b.year or "不明",
                place_from=a.place,
                place_to=b.place,
            )
        elif a.text != b.text and squeeze(a.text) != squeeze(b.text):
            yield _row(
                "wording", one, other, b, before=a.text, after=b.text, place_from=a.place, place_to=b.place
            )


def _mentions(project: _Project) -> dict[str, set[str]]:
    """What a project prints of its partners, and where."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in project.partners.values():
        found[squeeze(each.text)].add(each.place)
    return dict(found)


def _row(
    change: str,
    one: _Project | None,
    other: _Project | None,
    partner: _Partner | None = None,
    **more: str | None,
) -> dict:
    known = other or one
    assert known is not None
    return {
        "change": change,
        "origin_code": known.origin,
        "project_from": one.name if one else None,
        "project_to": other.name if other else None,
        "project_id_from": one.id if one else None,
        "project_id_to": other.id if other else None,
        "partner_code": partner.code if partner else None,
        "partner": partner.label if partner else None,
        "before": None,
        "after": None,
        "place_from": one.place if one else None,
        "place_to": other.place if other else None,
        "basis": None,
        "_line": known.line,
    } | more


def _listed(project: _Project) -> str:
    return "、".join(each.label for each in project.partners.values())
