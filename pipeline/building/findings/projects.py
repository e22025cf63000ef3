"""Rules about a project's row: printed once, with partners, a known category and a possible year."""

from __future__ import annotations

from collections.abc import Iterator

from geo.places.folding import squeeze
from pipeline.building.findings.context import Context, about
from pipeline.intake.records import Note
from pipeline.reading.projects import Project
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
            yield about(
                project,
                "project-repeated",
                f"「{record.name}」は{first}行目と同じ内容で、2件の事業として数えています。",
                "元の文書で、同じ事業が重ねて書かれていないかを確かめてください。",
            )


def project_without_partners(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project with no partner printed."""
    for project in projects:
        if not project.partners:
            yield about(
                project,
                "project-without-partners",
                f"「{project.record.name}」に連携相手方が書かれていません。",
                "元の文書で連携相手方を確かめてください。",
            )


def category_unknown(projects: list[Project], context: Context) -> Iterator[Note]:
    """A printed category that data/reference/categories.csv does not list."""
    for project in projects:
        for part in context.categories.unknown(project.record.category_raw):
            yield Note(
                "warning",
                "category-unknown",
                project.record.line,
                project.record.category_raw,
                f"連携カテゴリ「{part}」は分類表にありません。",
                "data/reference/categories.csv に行を加えてください。それまでは「その他」とします。",
            )


def year_after_document(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project said to have begun after the document was made."""
    for project in projects:
        year = project.start_year
        if year and year.year > context.year:
            yield about(
                project,
                "year-after-document",
                f"「{project.record.name}」の開始{both(year.year, year.kind)}が、"
                f"文書の基準日のある{both(context.year, '年')}より後です。",
                "元の文書で開始年を確かめてください。",
            )
