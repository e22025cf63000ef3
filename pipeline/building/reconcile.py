"""Documents held against themselves (pipeline.building.checks) and against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import combinations

from geo.insight.comparison import compare_sources, year_differences
from geo.ledger.dataset import Dataset
from pipeline.building.apart.part import Part
from pipeline.building.checks import CHECKS, Check
from pipeline.rules.agreement_members_swapped import AGREEMENT_MEMBERS_SWAPPED
from pipeline.rules.rule import Note
from pipeline.rules.sources_partners_differ import SOURCES_PARTNERS_DIFFER
from pipeline.rules.sources_years_differ import SOURCES_YEARS_DIFFER
from pipeline.words.dates import both

#: What gives the tables of some documents as a dataset: with their links and projects, and all that is few.
DatasetOf = Callable[[Collection[str]], Dataset]


def reconcile(parts: Mapping[str, Part], dataset_of: DatasetOf) -> tuple[list[dict], list[tuple[str, Note]]]:
    """Run every check; return their rows for build.json, and the findings as (document, note).

    Parameters
    ----------
    parts : what was read, by document
    dataset_of : called only where a document has something to be held against
    """
    readings = [part.reading for part in parts.values()]
    stating = [one for one in readings if one.agreements or one.counts or one.stated]
    checks: list[Check] = []
    swapped: list[tuple[str, Note]] = []
    if stating:
        dataset = dataset_of(parts)
        checks = [check for reading in stating for run in CHECKS for check in run(reading, dataset)]
        swapped = list(_swapped(dataset))
    in_swap = {(source, note.line) for source, note in swapped}
    notes = [
        (check.source, check.note)
        for check in checks
        if not check.agrees and (check.source, check.note.line) not in in_swap
    ]
    return [check.row() for check in checks], [*notes, *swapped, *_between_documents(parts, dataset_of)]


def _swapped(dataset: Dataset) -> Iterator[tuple[str, Note]]:
    """Two agreements of one prefecture whose stated numbers of members are each other's."""
    regional = dataset.agreements[dataset.agreements.kind == "regional"]
    regional = regional[regional.stated_members != regional.enumerated_members].dropna(
        subset=["stated_members", "enumerated_members", "prefecture_code"]
    )
    for (_, _), group in regional.groupby(["source", "prefecture_code"]):
        for one, other in combinations(group.itertuples(), 2):
            if (one.stated_members, other.stated_members) != (
                other.enumerated_members,
                one.enumerated_members,
            ):
                continue
            for row, twin in ((one, other), (other, one)):
                note = AGREEMENT_MEMBERS_SWAPPED.note(
                    row.source_line,
                    row.partner_text,
                    body=row.partner_text,
                    stated=int(row.stated_members),
                    counted=int(row.enumerated_members),
                    twin=twin.partner_text,
                    other_line=int(twin.source_line),
                )
                yield row.source, note


def _between_documents(parts: Mapping[str, Part], dataset_of: DatasetOf) -> Iterator[tuple[str, Note]]:
    """Each document of one origin against the one that has the most origins."""
    origins = {source: set(part.origins) for source, part in parts.items() if part.origins}
    if len(origins) < 2:
        return
    whole = max(origins, key=lambda source: len(origins[source]))
    for source, own in origins.items():
        both = sorted(own & origins[whole])
        if source == whole or not both:
            continue
        # What two have in common is looked for in them, not in all.
        pair = dataset_of([one for one in parts if one in (source, whole)])
        for origin in both:
            yield from ((source, note) for note in _partners_apart(pair, source, whole, origin))
            yield from ((source, note) for note in _years_apart(pair, source, whole, origin))


def _partners_apart(dataset: Dataset, source: str, whole: str, origin: str) -> Iterator[Note]:
    table = compare_sources(dataset, source, whole, origin)
    found = Counter(table.status)
    for status, here, there in (("missing", source, whole), ("added", whole, source)):
        # A wide network of the whole list need not be in an origin's own document; what that names must be here.
        rows = table[(table.status == status) & ~(table.network & (status == "added"))]
        if rows.empty:
            continue
        yield SOURCES_PARTNERS_DIFFER.note(
            None,
            dataset.origin_names[origin],
            origin=dataset.origin_names[origin],
            document=dataset.titles[here],
            other_document=dataset.titles[there],
            counted=len(rows),
            common=found["same"] + found["differs"],
            places="、".join(dataset.names[code] for code in rows.partner_code),
        )


def _years_apart(dataset: Dataset, source: str, whole: str, origin: str) -> Iterator[Note]:
    differing = year_differences(dataset, source, whole, origin)
    for (project, line), rows in differing[differing.reason == "project"].groupby(["project_b", "line_b"]):
        first = rows.iloc[0]
        years = "、".join(
            f"{dataset.names[row.partner_code]} {both(row.year_a, row.kind_a)}" for row in rows.itertuples()
        )
        yield SOURCES_YEARS_DIFFER.note(
            int(first.line_a),
            first.project_a,
            "project",
            project=first.project_a,
            years=years,
            other_document=dataset.titles[whole],
            other_line=int(line),
            other_project=project,
            other_year=both(first.year_b, first.kind_b),
        )
    for row in differing[differing.reason != "project"].itertuples():
        yield SOURCES_YEARS_DIFFER.note(
            row.line_a,
            dataset.names[row.partner_code],
            "fiscal" if row.reason else "years",
            place=dataset.names[row.partner_code],
            project=row.project_a,
            year=both(row.year_a, row.kind_a),
            other_document=dataset.titles[whole],
            other_line=int(row.line_b),
            other_project=row.project_b,
            other_year=both(row.year_b, row.kind_b),
        )
