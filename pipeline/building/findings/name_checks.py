"""Rules about what a project's name says: a dragged number, a count, other municipalities."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from geo.places.folding import squeeze
from pipeline.building.findings.background import Context
from pipeline.reading.named_places import names_in
from pipeline.reading.projects import Project
from pipeline.rules.count_differs import COUNT_DIFFERS
from pipeline.rules.partner_not_in_name import PARTNER_NOT_IN_NAME
from pipeline.rules.rule import Note
from pipeline.rules.series_damaged import SERIES_DAMAGED

# 第3回, 3周年, 3月: counted on purpose from row to row, so no sign of a damaged series.
_NUMBER = re.compile(r"(?<!第)(?<!\d)\d{1,9}(?!\d)(?!回|年|周年|月|日|号|期|次|丁目|歳|部)")
_SERIES = 3  # rows that make one; and numbers of a name that are looked at


def series_damaged(projects: list[Project], context: Context) -> Iterator[Note]:
    """Rows one below the other whose names differ in a number that grows by one.

    A spreadsheet does that to 「世田谷246ハーフマラソン」 when the cell is dragged down: 247, 248, …
    """
    runs: dict[tuple[str, str], list[tuple[int, int, Project]]] = defaultdict(list)
    for position, project in enumerate(sorted(projects, key=lambda project: project.record.line)):
        name = squeeze(project.record.name)
        for match in islice(_NUMBER.finditer(name), _SERIES):
            pattern = name[: match.start()] + "\0" + name[match.end() :]
            run = runs[project.record.origin_code, pattern]
            number = int(match[0])
            if run and (run[-1][0] + 1, run[-1][1] + 1) != (position, number):
                yield from _series(run)
                run.clear()
            run.append((position, number, project))
    for run in runs.values():
        yield from _series(run)


def _series(run: list[tuple[int, int, Project]]) -> Iterator[Note]:
    if len(run) < _SERIES:
        return
    first = run[0][2].record
    known = {"other_line": first.line, "other_project": first.name, "rows": len(run)}
    for _, _, project in run[1:]:
        yield SERIES_DAMAGED.note(project.record.line, project.record.name, **known)


# 22団体, and 3市5町 for eight; not 第3区, 5町会, 3市場.
_MEMBERS = r"\d{1,4}(?:団体|市区町村|市町村|市区町|市区|区市|市町|町村|自治体|都市|市|町|村|区)"
_COUNT = re.compile(rf"(?<!第)(?<!\d)(?:{_MEMBERS})+(?![民内役立場会])")


def count_differs(projects: list[Project], context: Context) -> Iterator[Note]:
    """A number of members in the project's name (「22団体」) against the partners listed.

    The ward may or may not count itself. Rows of one name in one ward are one list. A single partner is
    no list: it is one row of a table that has a row a partner.
    """
    lists: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for project in projects:
        lists[project.record.origin_code, squeeze(project.record.name)].append(project)
    for (ward, name), group in lists.items():
        match = _COUNT.search(name)
        if not match or any(not partner.answer.codes for project in group for partner in project.partners):
            continue
        listed = {code for project in group for partner in project.partners for code in partner.answer.codes}
        stated = sum(map(int, re.findall(r"\d+", match[0])))
        if len(listed) > 1 and stated not in (len(listed), len(listed | {ward})):
            record = group[0].record
            yield COUNT_DIFFERS.note(record.line, record.name, stated=match[0], counted=len(listed))


def partner_not_in_name(projects: list[Project], context: Context) -> Iterator[Note]:
    """The project's own name names municipalities, and none of them is among its partners."""
    for project in projects:
        record = project.record
        listed = {code for partner in project.partners for code in partner.answer.codes}
        meant = [
            {code for place in places for code in (place.code, place.parent_code) if code}
            for places in names_in(squeeze(record.name), context.gazetteer)
        ]
        named = [
            group
            for group in meant
            if record.origin_code not in group and not any(code[:2] + "000" in listed for code in group)
        ]
        certain = all(partner.answer.codes for partner in project.partners)
        if named and listed and certain and not any(group & listed for group in named):
            partners = "、".join(partner.mention.text for partner in project.partners)
            yield PARTNER_NOT_IN_NAME.note(record.line, record.name, project=record.name, partners=partners)
