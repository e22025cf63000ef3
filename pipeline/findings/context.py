"""What the rules work with: what they may look up, and the note about a project."""

from __future__ import annotations

from dataclasses import dataclass

from geo.gazetteer import Gazetteer
from pipeline.categories import Categories
from pipeline.projects import Project
from pipeline.sources.base import Note


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules may look things up in; ``year`` is the year of the document (西暦)."""

    gazetteer: Gazetteer
    categories: Categories
    year: int


def about(project: Project, rule: str, message: str, suggestion: str, severity: str = "warning") -> Note:
    """A note about a project as a whole: its line and its name."""
    record = project.record
    return Note(severity, rule, record.line, record.name, message, suggestion)
