"""Editions of a document: a series has one each year, and only the newest counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

#: How an edition is told from the others by its name: the number of its year at the end.
_EDITION = re.compile(r"_[a-z]?\d+$")


class Dated(Protocol):
    """What has an id, a series and an ISO date: a document."""

    @property
    def id(self) -> str: ...

    @property
    def series(self) -> str: ...

    @property
    def date(self) -> str: ...


Edition = TypeVar("Edition", bound=Dated)


def series_of(document: str) -> str:
    """The series of a document by its id, which ends in the year of its edition: tokyo23_linkage_r8 → tokyo23_linkage.

    A series stays what it is.
    """
    return _EDITION.sub("", document)


def by_series(documents: Iterable[Edition]) -> dict[str, list[Edition]]:
    """Series → its editions, the oldest first; the last one is in force."""
    found: dict[str, list[Edition]] = {}
    for document in sorted(documents, key=lambda one: (one.date, one.id)):
        found.setdefault(document.series, []).append(document)
    return found
