"""Rung 7: misprints. One look-alike character inside the stated prefecture; never on a tie."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import SUFFIXES, Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode import whole_names
from pipeline.reading.geocode.answer import Answer, found, unresolved
from pipeline.reading.geocode.answer import names as names_of
from pipeline.reading.geocode.query import Query
from pipeline.reading.geocode.words import ADDRESS, BODY
from pipeline.rules.ocr_repair import OCR_REPAIR

# Costs of one edit. A look-alike is what text recognition gets wrong; any other edit is a guess.
LOOK_ALIKE = 0.4
OTHER = 1.0
#: The runner-up must cost this much more.
MARGIN = 0.5


#: Pairs measured to be as alike as this, or noted to be misread often, need no prefecture beside them.
STRONG = 0.85


@cache
def look_alikes(strong: bool = False) -> dict[str, frozenset[str]]:
    """Folded characters that look like each other, both ways (``data/reference/look_alikes.csv``)."""
    pairs: dict[str, set[str]] = {}
    with (REFERENCE_DIR / "look_alikes.csv").open(encoding="utf-8-sig", newline="") as file:
        for a, b, similarity, note in list(csv.reader(file))[1:]:
            if not strong or note or float(similarity) >= STRONG:
                pairs.setdefault(a, set()).add(b)
                pairs.setdefault(b, set()).add(a)
    return {character: frozenset(others) for character, others in pairs.items()}


def cost(printed: str, name: str, limit: float = 2.0) -> float:
    """Return the least cost of edits from ``printed`` to ``name`` (both folded), or more than ``limit``.

    Levenshtein's distance (insert, delete, substitute), where a look-alike counts LOOK_ALIKE, and so does
    a ヶ or ノ left out or put in (茅崎市).
    """
    if abs(len(printed) - len(name)) > limit:
        return limit + 1
    alike = look_alikes()
    row = [float(i) for i in range(len(name) + 1)]
    for i, a in enumerate(printed, 1):
        previous, row = row, [float(i)]
        for j, b in enumerate(name, 1):
            substitute = 0.0 if a == b else LOOK_ALIKE if b in alike.get(a, ()) else OTHER
            delete, insert = (LOOK_ALIKE if character in "ヶノ" else OTHER for character in (a, b))
            row.append(min(previous[j] + delete, row[j - 1] + insert, previous[j - 1] + substitute))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def misprint(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """One name of the prefecture is one edit away (two for long names), and no other comes near.

    More than a look-alike away, a name that stands as printed elsewhere may as well have the wrong prefecture.
    """
    if not query.prefecture:
        return _look_alike_anywhere(query, gazetteer)
    settled = query.evidence.in_district is not None
    best: list[tuple[float, Place, str]] = []
    for printed in _heads(query):
        for place, name in _names_of(query, gazetteer):
            limit = 2.0 if len(printed) >= 6 else 1.0
            if (edits := cost(printed, name, limit)) <= limit and printed[-1] == name[-1]:
                best.append((edits, place, printed))
    if not best:
        return _look_alike_of_before(query, gazetteer)
    best.sort(key=lambda option: (option[0], -len(option[2])))
    edits, place, printed = best[0]
    rivals = [p for e, p, _ in best[1:] if p != place and e - edits < MARGIN]
    shown = query.rest[: len(printed)]
    if rivals:
        reason = f"「{shown}」に近い名が{query.prefecture.name}に{len(rivals) + 1}つあります（{names_of([place, *rivals], 5)}）。"
        return unresolved(reason, dict.fromkeys([place, *rivals]))
    if edits <= LOOK_ALIKE:
        confidence = 0.9
    elif edits <= 2 * LOOK_ALIKE and len(printed) >= 4:
        confidence = 0.85
    else:
        confidence = 0.82 if (len(printed) >= 4 or settled) and edits <= OTHER else 0.7
    if len(printed) < len(query.rest):
        confidence -= 0.02
    other = gazetteer.by_key(query.key)
    if other and edits > LOOK_ALIKE and not query.evidence.printed:
        return None
    if other and (edits > LOOK_ALIKE or not query.evidence.printed):
        reason = f"「{query.rest}」は{names_of(other, 4)}か、{place.full_name}の誤記か決められません。"
        return unresolved(reason, dict.fromkeys([place, *other]))
    return _repaired(
        query, place, shown, round(confidence, 2), f"{query.prefecture.name}で一字違いは一つだけです。"
    )


def _names_of(query: Query, gazetteer: Gazetteer) -> Iterable[tuple[Place, str]]:
    """The folded names that a misprint may stand for: today's, and where the 郡 is printed, those of before."""
    for place in gazetteer.members(query.home.code):
        yield place, fold(place.name)
        for name in gazetteer.former_in_district(query.evidence.district, place.code):
            yield place, fold(name)


def _heads(query: Query) -> Iterable[str]:
    """The beginnings of the name that could be a municipality's: the whole, or as far as a 市, 区, 町, 村."""
    if len(query.key) >= 2 and query.key[-1] in SUFFIXES:
        yield query.key
    for i, character in enumerate(query.key[:10]):
        rest = query.rest[i + 1 :]
        if i >= 2 and character in SUFFIXES and (BODY.search(rest) or ADDRESS.search(rest)):
            yield query.key[: i + 1]


def _look_alike_of_before(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """新潟県黒崎町: one look-alike character in a former name of the prefecture, and in only one."""
    if len(query.key) < 3 or query.key[-1] not in SUFFIXES:
        return None
    hits: dict[str, Place] = {}
    for i, character in enumerate(query.key[:-1]):
        for other in look_alikes(strong=True).get(character, ()):
            near = gazetteer.by_former(query.key[:i] + other + query.key[i + 1 :], query.prefecture)
            hits |= {place.code: place for place in near}
    if len(hits) != 1 or gazetteer.by_key(query.key):
        return None
    why = f"{query.home.name}で形の似た一字だけ違う合併前の名は一つだけです。"
    return _repaired(query, next(iter(hits.values())), query.rest, 0.82, why)


def _look_alike_anywhere(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Without a prefecture only one look-alike character, and only if it leads to one name of the country."""
    for printed in _heads(query):
        if len(printed) < 3:
            continue
        hits: dict[str, Place] = {}
        for i, character in enumerate(printed[:-1]):
            for other in look_alikes(strong=True).get(character, ()):
                near = gazetteer.by_key(printed[:i] + other + printed[i + 1 :])
                hits |= {place.code: place for place in near}
        if len(hits) == 1 and (place := next(iter(hits.values()))).level == "municipality":
            return _repaired(
                query, place, query.rest[: len(printed)], 0.82, "形の似た一字だけ違う名は全国に一つだけです。"
            )
        if hits:
            return unresolved(f"「{query.rest}」に形の似た名が{len(hits)}つあります。", hits.values())
    return None


def _repaired(query: Query, place: Place, printed: str, confidence: float, why: str) -> Answer:
    known = {"text": query.text, "printed": printed, "name": place.name, "place": place.full_name}
    note = OCR_REPAIR.note(None, query.text, "name", **known)
    level = "body" if len(printed) < len(query.rest) else None
    return found(
        [place], "ocr_repair", confidence, f"「{printed}」→「{place.name}」: {why}", level=level, notes=[note]
    )


def near_prefecture(key: str, gazetteer: Gazetteer) -> Place | None:
    """The one prefecture that the folded text may begin with, one character misprinted, and that has the name after it."""
    near = []
    for name, prefecture in gazetteer.prefecture_keys.items():
        printed = key[: len(name)]
        if len(printed) == len(name) and printed[-1] == name[-1] and cost(printed, name, OTHER) <= OTHER:
            rest = key[len(name) :]
            if gazetteer.head(rest, prefecture)[1] or gazetteer.former_head(rest, prefecture)[1]:
                near.append(prefecture)
    return near[0] if len(near) == 1 else None


def misprinted_prefecture(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """鳥根県隠岐の島町: one character of the prefecture is wrong, and only one prefecture makes it right."""
    if query.stated:
        return None
    key = fold(query.head)
    options: list[tuple[float, Place, Answer]] = []
    for name, prefecture in gazetteer.prefecture_keys.items():
        printed = key[: len(name)]
        if len(printed) != len(name) or (edits := cost(printed, name, OTHER)) > OTHER:
            continue
        if edits > LOOK_ALIKE and printed[-1] != name[-1]:
            continue
        inner = query.cut(query.head[len(name) :]).in_prefecture(prefecture, stated=True)
        rungs = (
            (whole_names.exact, whole_names.folded, whole_names.former)
            if inner.rest or edits <= LOOK_ALIKE
            else ()
        )
        if answer := next((a for rung in rungs if (a := rung(inner, gazetteer)) and a.codes), None):
            options.append((edits, prefecture, answer))
    options.sort(key=lambda option: option[0])
    if not options or (len(options) > 1 and options[1][0] - options[0][0] < MARGIN):
        return None
    _, prefecture, answer = options[0]
    printed = query.head[: len(prefecture.name)]
    note = OCR_REPAIR.note(
        None, query.text, "prefecture", text=query.text, printed=printed, name=prefecture.name
    )
    reason = f"「{printed}」→「{prefecture.name}」: この名の自治体があるのは{prefecture.name}です。"
    return replace(answer, method="ocr_repair", confidence=0.92, reason=reason, notes=(note,))


def wrong_prefecture(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """鹿児島県隠岐の島町: nothing like it in the stated prefecture, and exactly one elsewhere."""
    if not query.stated or not query.rest:
        return None
    places = [p for p in gazetteer.by_key(query.key) if p.level == "municipality"]
    if not places:
        return None
    within = [
        p
        for p in gazetteer.members(query.home.code)
        if fold(p.name).endswith(query.key) or query.key.endswith(fold(p.name))
    ]
    if within or len(places) > 1:
        reason = f"{query.home.name}に「{query.rest}」はなく、{names_of([*within, *places])}のどれか決められません。"
        return unresolved(reason, [*within, *places])
    return whole_names.in_another_prefecture(query, query.home, places[0], gazetteer)


def beheaded(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """三郷町三珠地区 for 市川三郷町: the name lost its beginning, and a former town of it confirms."""
    if not query.stated:
        return None
    for printed in _heads(query):
        leftover = query.key[len(printed) :]
        for place in gazetteer.members(query.home.code):
            if not fold(place.name).endswith(printed) or len(printed) < 3:
                continue
            confirmed = place in gazetteer.stem_head(leftover, query.prefecture)[1]
            reason = (
                f"「{query.rest[: len(printed)]}」は{place.full_name}の初めの字が抜けたものと読みました。"
            )
            if confirmed:
                return _repaired(query, place, query.rest[: len(printed)], 0.85, reason)
    return None
