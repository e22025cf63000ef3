"""Rules about a project's row: printed once, with partners, a known category and a possible year."""

from __future__ import annotations

from collections.abc import Iterator

from geo.places.folding import squeeze
from pipeline.building.findings.background import Context
from pipeline.reading.projects import Project
from pipeline.rules.category_unknown import CATEGORY_UNKNOWN
from pipeline.rules.project_repeated import PROJECT_REPEATED
from pipeline.rules.project_without_partners import PROJECT_WITHOUT_PARTNERS
from pipeline.rules.rule import Note
from pipeline.rules.year_after_document import YEAR_AFTER_DOCUMENT
from pipeline.words.dates import both


def project_repeated(projects: list[Project], context: Context) -> Iterator[Note]:
    """The same project twice, with nothing printed that would tell the two apart: counted twice, too."""
    seen: dict[tuple, int] = {}
    for project in projects:
        record = project.record
        texts = (
            record.name,
            record.category_raw,
            record.organiser,
            record.status or "",
            record.summary or "",
        )
        partners = tuple(squeeze(cell.text) for cell in record.cells)
        first = seen.setdefault(
            (record.origin_code, *map(squeeze, texts), record.years, partners), record.line
        )
        if first != record.line:
            yield PROJECT_REPEATED.note(record.line, record.name, project=record.name, other_line=first)


def project_without_partners(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project with no partner printed."""
    for project in projects:
        if not project.partners:
            name = project.record.name
            yield PROJECT_WITHOUT_PARTNERS.note(project.record.line, name, project=name)


def category_unknown(projects: list[Project], context: Context) -> Iterator[Note]:
    """A printed category that data/reference/categories.csv does not list."""
    for project in projects:
        record = project.record
        for part in context.categories.unknown(record.category_raw):
            yield CATEGORY_UNKNOWN.note(record.line, record.category_raw, category=part)


def year_after_document(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project said to have begun after the document was made."""
    for project in projects:
        year = project.start_year
        if year and year.year > context.year:
            yield YEAR_AFTER_DOCUMENT.note(
                project.record.line,
                project.record.name,
                project=project.record.name,
                year=both(year.year, year.kind),
                document_year=both(context.year, "年"),
            )
