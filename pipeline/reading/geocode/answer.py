"""What geocoding one mention gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from geo.ledger.schema import CONFIDENT
from geo.places.place import Place
from pipeline.rules.rule import Note

#: Confidence in a place that may be only a part of what is meant. What else a document names cannot raise it.
WIDER = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """The places of one mention, and how they were found.

    ``codes`` is empty unless the answer is certain (``confidence`` ≥ :data:`geo.ledger.dataset.CONFIDENT`): a
    guess stands in ``candidates``, with the ``method`` and ``confidence`` it was made with. ``level`` and
    ``method`` are of :data:`geo.ledger.schema.LEVELS` and :data:`geo.ledger.schema.METHODS`; ``via`` names the group the
    codes were expanded from; ``reason`` is a Japanese sentence for the reader.
    """

    codes: tuple[str, ...]
    level: str
    via: str | None
    method: str
    confidence: float
    reason: str
    candidates: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def noting(self, *notes: Note) -> Answer:
        """Return this answer with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def found(
    places: Iterable[Place],
    method: str,
    confidence: float,
    reason: str,
    *,
    level: str | None = None,
    via: str | None = None,
    notes: Iterable[Note] = (),
) -> Answer:
    """Return the answer that a mention is these places; below CONFIDENT they are candidates only."""
    places = tuple(places)
    codes = (places[0].code,) if len(places) == 1 else tuple(place.code for place in places)
    if confidence < CONFIDENT:
        return Answer((), "unresolved", None, method, confidence, reason, codes, tuple(notes))
    return Answer(codes, level or places[0].level, via, method, confidence, reason, (), tuple(notes))


def unresolved(reason: str, candidates: Iterable[Place] = (), *, level: str = "unresolved") -> Answer:
    """Return the answer that a mention is no place we can name."""
    return Answer((), level, None, "none", 0.0, reason, tuple(place.code for place in candidates))


def names(places: Iterable[Place], limit: int | None = None) -> str:
    """Return places as a clerk writes them: 「東京都府中市、広島県府中市」, beyond the limit 「… ほか3」."""
    written = [place.full_name for place in places]
    more = len(written) - limit if limit else 0
    return "、".join(written[:limit]) + (f" ほか{more}" if more > 0 else "")
