"""The municipalities that running text names: titles, reports, lists of speakers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from geo.places.folding import fold
from geo.places.gazetteer import SUFFIXES, Gazetteer
from geo.places.place import Place

# A name inside a longer word is none: 五十三次市区町 (三次市), 大井町駅 (大井町), 東京都市長会 (京都市).
_INSIDE_BEFORE = re.compile(r"[一-龠々ヶァ-ヴー]")
_INSIDE_AFTER = re.compile(r"[駅線場通]")
_LONGEST_NAME = 14  # with its prefecture and 郡


def names_in(text: str, gazetteer: Gazetteer) -> Iterator[list[Place]]:
    """Yield, for each municipality name in a text, the places it may mean, in printed order.

    A name counts only where a word begins: at the start, after white space, a mark, hiragana or another
    name.
    """
    name, start, last_end = unicodedata.normalize("NFKC", text), 0, 0
    while start < len(name):
        places: list[Place] = []
        if start == last_end or not _INSIDE_BEFORE.match(name[start - 1]):
            for end in range(min(len(name), start + _LONGEST_NAME), start + 1, -1):
                places = _called(name[start:end], gazetteer) if name[end - 1] in SUFFIXES else []
                if places and not _INSIDE_AFTER.match(name, end):
                    yield places
                    start = last_end = end
                    break
                places = []
        if not places:
            start += 1


def _called(name: str, gazetteer: Gazetteer) -> list[Place]:
    """The municipalities called ``name``, with or without prefecture and 郡."""
    places = gazetteer.find(name)
    if places or "郡" not in name:
        return places
    scope = next((place for place in gazetteer.prefectures if name.startswith(place.name)), None)
    return gazetteer.by_key(fold(name.removeprefix(scope.name) if scope else name), scope)


def codes_named(text: str, gazetteer: Gazetteer, home: str | None = None) -> list[str]:
    """Return the codes of the municipalities a text names, once each, in printed order.

    Parameters
    ----------
    home : code (NN000) of the prefecture a name without one means, where several have such a name
        (北区, 府中市); failing that, one that the text's other names lie in

    A name that stays ambiguous is left out.
    """
    found = list(names_in(text, gazetteer))
    sure = {places[0].prefecture_code for places in found if len(places) == 1}
    codes: dict[str, None] = {}
    for places in found:
        for near in ({home}, sure):
            here = [place for place in places if place.prefecture_code in near]
            if len(places) > 1 and len(here) == 1:
                places = here
        if len(places) == 1:
            codes[places[0].code] = None
    return list(codes)


def partner_meant(title: str, codes: Iterable[str], gazetteer: Gazetteer) -> str | None:
    """Return the one of several municipalities that a title names in short: 小千谷ふるさと市場, おぢやフェア, 吾妻の朝市.

    It is named by its name without 市, 町 or 村, by the reading of that, or by two characters of it or more;
    the longest counts. None when no municipality, or more than one, is named so.
    """
    plain = unicodedata.normalize("NFKC", title)
    lengths = {code: _shared(plain, gazetteer.place(code)) for code in codes}
    longest = max(lengths.values(), default=0)
    named = [code for code, length in lengths.items() if length == longest > 0]
    return named[0] if len(named) == 1 else None


def _shared(title: str, place: Place) -> int:
    stem = place.stem
    reading = re.sub(r"(?:し|く|ちょう|まち|むら|そん)$", "", place.kana)
    if len(reading) > 2 and reading in title:
        return len(reading)
    parts = (stem[a:b] for a in range(len(stem)) for b in range(a + 2, len(stem) + 1))
    return max((len(part) for part in parts if part in title), default=0)
