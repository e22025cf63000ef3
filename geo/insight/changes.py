"""What changed between two editions of a series: projects, partners, years, categories, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.insight.matching import Doubt, Edition, Partner, Project, likeness, paired, projects_of
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
    old, new = (projects_of(edition, names) for edition in (before, after))
    pairs, doubts = paired(old, new, same or {})
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


def _differences(one: Project, other: Project) -> Iterator[dict]:
    if squeeze(one.name) != squeeze(other.name):
        names, rest = likeness(one, other)
        basis = f"名前の似かた {names:.0%}、相手・分野・年・主体の一致 {rest:.0%}"
        yield _row("project-renamed", one, other, before=one.name, after=other.name, basis=basis)
    elif one.name != other.name:
        yield _row("wording", one, other, before=one.name, after=other.name)
    if squeeze(one.category) != squeeze(other.category):
        yield _row("category-changed", one, other, before=one.category, after=other.category)
    yield from _partners(one, other)


def _partners(one: Project, other: Project) -> Iterator[dict]:
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


def _mentions(project: Project) -> dict[str, set[str]]:
    """What a project prints of its partners, and where."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in project.partners.values():
        found[squeeze(each.text)].add(each.place)
    return dict(found)


def _row(
    change: str,
    one: Project | None,
    other: Project | None,
    partner: Partner | None = None,
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


def _listed(project: Project) -> str:
    return "、".join(each.label for each in project.partners.values())
