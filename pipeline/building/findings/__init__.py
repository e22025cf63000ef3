"""What the quality checks say about a document. A finding is shown; it never changes the data.

Severities: an *error* means that the build lost something it should have read, so its figures cannot be
trusted (no misprint in a document is one); a *warning* asks a person to look; *info* explains.
Readers, the splitter and the geocoder note what they see on the way; the rules here look at a whole
document afterwards. A rule is a function from a document's projects to notes, and its notes carry the
rule's stable name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.building.findings.background import Context
from pipeline.building.findings.name_checks import count_differs, partner_not_in_name, series_damaged
from pipeline.building.findings.partner_checks import (
    members_unnamed,
    partner_repeated,
    partner_text_lost,
    partner_unresolved,
    year_before_partner,
)
from pipeline.building.findings.project_checks import (
    category_unknown,
    project_repeated,
    project_without_partners,
    year_after_document,
)
from pipeline.intake.records import Reading
from pipeline.reading.projects import Project
from pipeline.rules.rows_lost import ROWS_LOST
from pipeline.rules.rule import Note

FINDERS: tuple[Callable[[list[Project], Context], Iterator[Note]], ...] = (
    partner_text_lost,
    partner_unresolved,
    members_unnamed,
    partner_repeated,
    year_before_partner,
    project_repeated,
    project_without_partners,
    category_unknown,
    year_after_document,
    series_damaged,
    count_differs,
    partner_not_in_name,
)


def check_document(reading: Reading, projects: list[Project], context: Context) -> list[Note]:
    """Every note about one document: its reader's, its partners' and the rules'."""
    notes = list(reading.notes)
    for project in projects:
        for partner in project.partners:
            for note in (*partner.mention.notes, *partner.answer.notes):
                notes.append(replace(note, line=note.line or partner.mention.line))
    for find in FINDERS:
        notes.extend(find(projects, context))
    notes.extend(rows_lost(reading))
    return notes


def rows_lost(reading: Reading) -> Iterator[Note]:
    """The rows a reader counted in the document must all be in the records it made from them.

    There may be more: a row whose ward could not be read, and was taken from the row above.
    """
    used = sum(record.rows for record in reading.records)
    if used < reading.rows:
        yield ROWS_LOST.note(None, reading.source, stated=reading.rows, counted=used)
