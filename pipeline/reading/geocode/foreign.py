"""Names outside Japan: never a municipality here, however much one may look like it."""

from __future__ import annotations

import csv
import re
from functools import cache

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode.answer import Answer, unresolved
from pipeline.reading.geocode.query import Query

# No municipality of Japan is written in katakana alone for two characters and more before 市 or 区.
_KATAKANA = re.compile(r"^[ァ-ヴー・]{2,}(?:市|区|州|郡|県|省)")
#: 中国地方 and 中国電力 are of Japan.
_JAPANESE = re.compile(r"^(?:地方|山地|自動車道|電力|新聞|銀行|四国)")


@cache
def _names() -> dict[str, str]:
    with (REFERENCE_DIR / "foreign.csv").open(encoding="utf-8-sig", newline="") as file:
        return {fold(row["name"]): row["country"] for row in csv.DictReader(file)}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """The lengths of the names that begin with a character, longest first."""
    found: dict[str, set[int]] = {}
    for name in _names():
        found.setdefault(name[:1], set()).add(len(name))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def foreign(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A country or city of foreign.csv that begins the text, or a katakana name with 市."""
    if query.stated or gazetteer.head(query.key)[1]:
        return None
    for length in _lengths().get(query.key[:1], ()):
        if length > len(query.key):
            continue
        if (country := _names().get(query.key[:length])) and not _JAPANESE.match(query.rest[length:]):
            return unresolved(f"「{query.head}」は海外（{country}）です。", level="foreign")
    if _KATAKANA.match(query.head):
        return unresolved(f"「{query.head}」は海外の都市などです。", level="foreign")
    return None
