"""What changed between two editions of a series: projects, partners, years, categories, names.

Projects are matched by origin and printed name first, then by similar names with the same partners, years and
categories as evidence; where two would fit equally well nothing is guessed. Similarity of names is the normalised
InDel distance (rapidfuzz.fuzz.ratio).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz

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
    found: dict[str, _Project] = {}
    for row in edition.projects.itertuples(index=False):
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
    for row in edition.links.itertuples(index=False):
        project = found.get(row.project_id)
        if project is None:
            continue
        if not project.partners:
            project.place = row.source_place
        code = None if pd.isna(row.partner_code) else row.partner_code
        year = _year(row.start_year, row.year_kind)
        if pd.notna(row.via):
            # A group is one partner: who belongs to it is no change of the document.
            project.partners.setdefault(
                f"via {squeeze(row.via)}", _Partner(row.via, None, row.via, year, row.source_place)
            )
        elif code:
            label = names.get(code, row.partner_text)
            project.partners[code] = _Partner(label, code, row.partner_text, year, row.source_place)
        else:
            project.partners[f"text {squeeze(row.partner_text)}"] = _Partner(
                row.partner_text, None, row.partner_text, year, row.source_place
            )
    return list(found.values())


def _year(year: object, kind: object) -> str:
    return "" if pd.isna(year) else f"{int(str(year))}{kind}"


def _pairs(
    old: list[_Project], new: list[_Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[_Project, _Project]], list[Doubt]]:
    """Which project of one edition is which of the other."""
    pairs: list[tuple[_Project, _Project]] = []
    doubts: list[Doubt] = []
    groups: dict[tuple[str, str], tuple[list[_Project], list[_Project]]] = defaultdict(lambda: ([], []))
    for side, projects in enumerate((old, new)):
        for project in projects:
            groups[project.origin, squeeze(project.name)][side].append(project)
    left: dict[str, tuple[list[_Project], list[_Project]]] = defaultdict(lambda: ([], []))
    for (origin, _), (ones, others) in groups.items():
        # Printed alike: those that have most in common, then in the order they are printed in.
        ranked = sorted(
            ((_alike(a, b), -abs(i - j), i, j) for i, a in enumerate(ones) for j, b in enumerate(others)),
            reverse=True,
        )
        taken: tuple[set[int], set[int]] = set(), set()
        for _, _, i, j in ranked:
            if i not in taken[0] and j not in taken[1]:
                taken[0].add(i)
                taken[1].add(j)
                pairs.append((ones[i], others[j]))
        left[origin][0].extend(one for i, one in enumerate(ones) if i not in taken[0])
        left[origin][1].extend(other for j, other in enumerate(others) if j not in taken[1])
    for origin, (ones, others) in left.items():
        found, open_ones = _renamed(origin, ones, others, same)
        pairs += found
        doubts += open_ones
    return pairs, doubts


def _renamed(
    origin: str, ones: list[_Project], others: list[_Project], same: Mapping[tuple[str, str, str], bool]
) -> tuple[list[tuple[_Project, _Project]], list[Doubt]]:
    """Projects that are called otherwise: the same in all but the name, and no other fits as well."""
    scores: dict[tuple[int, int], float] = {}
    for i, one in enumerate(ones):
        for j, other in enumerate(others):
            said = same.get((origin, squeeze(one.name), squeeze(other.name)))
            likeness = fuzz.ratio(squeeze(one.name), squeeze(other.name)) / 100
            score = _WEIGHTS[0] * likeness + _alike(one, other)
            if said or (said is None and likeness >= _LIKE and score >= _ENOUGH):
                scores[i, j] = 2.0 if said else score
    pairs: list[tuple[_Project, _Project]] = []
    doubts: list[Doubt] = []
    for (i, j), score in sorted(scores.items(), key=lambda item: -item[1]):
        rivals = [
            other
            for (k, m), other in scores.items()
            if (k == i) != (m == j) and score - other < _MARGIN and score < 2
        ]
        if rivals:
            doubts.append(Doubt(origin, ones[i].name, others[j].name))
        elif not any(one is ones[i] or other is others[j] for one, other in pairs):
            pairs.append((ones[i], others[j]))
    return pairs, doubts


def _alike(one: _Project, other: _Project) -> float:
    """What two projects have in common besides their names, as evidence."""
    a, b = set(one.partners), set(other.partners)
    shared = len(a & b) / len(a | b) if a | b else 0.0
    facts = (
        squeeze(one.category) == squeeze(other.category),
        one.year == other.year,
        squeeze(one.organiser) == squeeze(other.organiser),
    )
    return _WEIGHTS[1] * shared + sum(weight * fact for weight, fact in zip(_WEIGHTS[2:], facts, strict=True))


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
    for key, each in list(gone.items()):
        # Printed alike and read otherwise: no change of the document.
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
