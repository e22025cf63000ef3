"""What is known about a name beside it, and so which places every rung may answer with.

A prefecture or a 郡 before or behind the name, a bracket ((現…), (旧…), (県), (県郡)), and what the cell, the column,
the heading or the option say: all of it becomes one :class:`Evidence`, and a namesake elsewhere is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place

_NOW = re.compile(r"^現(?:在(?:は|の)?)?[・::、]?")
_WAS = re.compile(r"^(?:旧|元)[・::、]?")
_BETWEEN = re.compile("[・、,/]|及び|および|と")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a name.

    Parameters
    ----------
    prefecture : the prefecture it is in
    printed : whether that prefecture is printed with the name, in front, behind, in a bracket or by its 郡; one
        that is only supplied from outside may be another partner's
    district : the folded 郡 printed before the name, "" where there is none
    in_district : the places that are or took in part of that 郡; None where there is none
    in_brackets : the places that the brackets point to; None where they point to none
    now : the places of which a bracket says that they are its name today
    """

    prefecture: Place | None = None
    printed: bool = False
    district: str = ""
    in_district: frozenset[str] | None = None
    in_brackets: frozenset[str] | None = None
    now: tuple[Place, ...] = ()


def gather(
    key: str, remarks: Sequence[str], stated: Place | None, supplied: Place | None, gazetteer: Gazetteer
) -> Evidence:
    """Put together what is known about the name with folded text ``key``, which stands after its prefecture.

    Parameters
    ----------
    remarks : the texts in brackets
    stated : the prefecture printed before the name
    supplied : the prefecture known from elsewhere; one that is printed wins
    """
    bracketed, inner = _prefecture_of(remarks, gazetteer) if remarks else (None, [])
    prefecture = stated or bracketed
    printed = prefecture is not None
    prefecture = prefecture or supplied
    if not inner and "郡" not in key:
        return Evidence(prefecture, printed)
    district, places = _district(key, inner, prefecture, gazetteer)
    if district and not places and not printed:
        district, places = _district(key, inner, None, gazetteer)
        prefecture = None
    homes = {place.prefecture_code for place in places}
    if not printed and len(homes) == 1:
        prefecture, printed = gazetteer.place(homes.pop()), True
    pointed, now = _pointed(inner, prefecture, gazetteer)
    return Evidence(
        prefecture,
        printed,
        district,
        frozenset(place.code for place in places) if places else None,
        frozenset(place.code for place in pointed) if pointed else None,
        now,
    )


def _prefecture_of(remarks: Iterable[str], gazetteer: Gazetteer) -> tuple[Place | None, list[str]]:
    """The one prefecture that brackets name, and the brackets without it."""
    found: list[Place] = []
    inner: list[str] = []
    for remark in remarks:
        mark = (_NOW.match(remark) or _WAS.match(remark) or [""])[0]
        rest = remark[len(mark) :]
        if place := gazetteer.prefecture_head(fold(rest)):
            found, rest = [*found, place], rest[len(place.name) :]
        elif not mark and (place := gazetteer.prefecture_called(rest)):
            found, rest = [*found, place], ""
        if rest:
            inner.append(mark + rest)
    distinct = list(dict.fromkeys(found))
    return (distinct[0], inner) if len(distinct) == 1 else (None, list(remarks))


def _district(
    key: str, remarks: Iterable[str], prefecture: Place | None, gazetteer: Gazetteer
) -> tuple[str, list[Place]]:
    """The 郡 that begins the text, or that a bracket consists of, and its places of today and of before."""
    inner = [_WAS.sub("", _NOW.sub("", remark)) for remark in remarks]
    for text, printed_before in ((key, True), *((fold(remark), False) for remark in inner)):
        if "郡" not in text:
            continue
        length = gazetteer.district_head(text, prefecture) or gazetteer.district_head(text)
        if length and (not printed_before or len(text) - length > 1):
            district = text[:length]
            return district if printed_before else "", gazetteer.ever_in_district(district, prefecture)
    return "", []


def _pointed(
    remarks: Iterable[str], prefecture: Place | None, gazetteer: Gazetteer
) -> tuple[list[Place], tuple[Place, ...]]:
    """The places that brackets point to: 現 or plain, today's of that name; 旧, those that took the name in."""
    pointed: list[Place] = []
    now: list[Place] = []
    for remark in remarks:
        was, is_now = _WAS.match(remark), _NOW.match(remark)
        bare = _NOW.sub("", _WAS.sub("", remark)) if was or is_now else remark
        look_up = gazetteer.by_former if was else gazetteer.by_key
        if not (places := look_up(fold(bare), prefecture)) and not _BETWEEN.search(bare):
            continue
        for part in filter(None, [bare] if places else _BETWEEN.split(bare)):
            places = look_up(fold(_WAS.sub("", part)), prefecture)
            pointed += places
            now += places if is_now else []
    return list(dict.fromkeys(pointed)), tuple(dict.fromkeys(now))
