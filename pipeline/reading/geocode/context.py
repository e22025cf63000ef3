"""Rung 8: what the other names of the same list say about an ambiguous one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode.answer import Answer, found
from pipeline.reading.geocode.query import Query
from pipeline.reading.geocode.words import BODY, EXCEPT

#: A list counts as one in prefecture order when it has this many neighbours with a prefecture,
#: and this share of them in order.
ORDERED_LENGTH = 5
ORDERED_SHARE = 0.85

_READ_SUFFIX = re.compile("(?:し|まち|ちょう|むら|そん|く)$")


def choose(
    answer: Answer,
    index: int,
    prefectures: Sequence[str | None],
    origin_code: str | None,
    gazetteer: Gazetteer,
) -> Answer:
    """Choose among the candidates of ``answer`` by its place in a list; give it back when nothing decides.

    Parameters
    ----------
    index : the position of the mention in the list
    prefectures : the prefecture code of every mention of the list, None where it is not known
    origin_code : the origin whose list it is
    """
    candidates = [gazetteer.place(code) for code in answer.candidates]
    rules = (_order, _neighbours, _origin) if answer.method == "none" else (_neighbours,)
    for rule in rules:
        place, why = rule(candidates, index, prefectures, origin_code, gazetteer)
        if place:
            chosen = found([place], "context", 0.85, f"{answer.reason}{why}{place.full_name}としました。")
            return replace(chosen, notes=answer.notes)
    return answer


def named_in_document(
    query: Query, known: Collection[str], origin: str | None, gazetteer: Gazetteer
) -> Answer | None:
    """遊佐ブランド推進協議会: a body that bears the name of exactly one place which the origin's document names.

    Parameters
    ----------
    known : the codes that the rest of the document names with certainty
    origin : whose document it is; its own name in a body's (江戸川鶴岡友好…) says nothing
    """
    if not BODY.search(query.text) or EXCEPT.search(query.text):
        return None
    key = fold(query.text)
    prefectures = {fold(place.stem) for place in gazetteer.prefectures}
    places = []
    for code in sorted(set(known) - {origin}):
        place = gazetteer.place(code)
        if query.evidence.printed and place.prefecture_code != query.home.code:
            continue
        if place.level == "municipality" and any(
            name in key and name not in prefectures for name in _bare_names(place)
        ):
            places.append(place)
    if len(places) != 1:
        return None
    reason = f"この一覧にほかにも出てくる{places[0].full_name}の名が入っています。"
    return found(places, "context", 0.82, reason, level="body")


def _bare_names(place: Place) -> list[str]:
    """The stem, and its reading if long enough to mean nothing else (おおさき青年会議所)."""
    reading = _READ_SUFFIX.sub("", place.kana)
    return [name for name, least in ((fold(place.stem), 2), (fold(reading), 4)) if len(name) >= least]


def _only(candidates: Sequence[Place], why: str) -> tuple[Place | None, str]:
    return (candidates[0], why) if len(candidates) == 1 else (None, "")


def _order(
    candidates: Sequence[Place],
    index: int,
    prefectures: Sequence[str | None],
    origin_code: str | None,
    gazetteer: Gazetteer,
) -> tuple[Place | None, str]:
    """In a list in prefecture order the place lies between its neighbours."""
    known = [code for code in prefectures if code]
    steps = list(zip(known, known[1:], strict=False))
    ordered = sum(a <= b for a, b in steps)
    if len(known) < ORDERED_LENGTH or len(set(known)) < 3 or ordered < ORDERED_SHARE * len(steps):
        return None, ""
    before = next((code for code in reversed(prefectures[:index]) if code), None)
    after = next((code for code in prefectures[index + 1 :] if code), None)
    if not before or not after or before > after:
        return None, ""
    between = [p for p in candidates if before <= p.prefecture_code <= after]
    low, high = gazetteer.place(before).name, gazetteer.place(after).name
    return _only(between, f"都道府県順の一覧で{low}と{high}の間にあるので、")


def _neighbours(
    candidates: Sequence[Place],
    index: int,
    prefectures: Sequence[str | None],
    origin_code: str | None,
    gazetteer: Gazetteer,
) -> tuple[Place | None, str]:
    """All others of the list that name their prefecture are of the same one."""
    others = {code for i, code in enumerate(prefectures) if code and i != index}
    if len(others) != 1:
        return None, ""
    code = others.pop()
    here = [p for p in candidates if p.prefecture_code == code]
    return _only(here, f"同じ欄のほかの相手方が{gazetteer.place(code).name}なので、")


def _origin(
    candidates: Sequence[Place],
    index: int,
    prefectures: Sequence[str | None],
    origin_code: str | None,
    gazetteer: Gazetteer,
) -> tuple[Place | None, str]:
    """A list of 港区's own prefecture means its neighbour, of the same kind, not a ward of another city."""
    if not origin_code or origin_code not in gazetteer:
        return None, ""
    origin = gazetteer.place(origin_code)
    same = [p for p in candidates if p.prefecture_code == origin.prefecture_code and p.kind == origin.kind]
    return _only(same, f"{origin.name}の一覧で、同じ{origin.prefecture}の区なので、")
