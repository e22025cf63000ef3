"""Rung 7: misprints. One look-alike character inside the stated prefecture; never on a tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from geo.places.folding import fold
from geo.places.gazetteer import SUFFIXES, Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode import whole_names
from pipeline.reading.geocode.answer import Answer, found, unresolved
from pipeline.reading.geocode.answer import names as names_of
from pipeline.reading.geocode.near_names import LOOK_ALIKE, OTHER, cost, look_alikes, near_names
from pipeline.reading.geocode.query import Query
from pipeline.reading.geocode.words import ADDRESS, BODY
from pipeline.rules.ocr_repair import OCR_REPAIR

#: The runner-up must cost this much more.
MARGIN = 0.5


def misprint(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """One name of the prefecture is one edit away (two for long names), and no other comes near.

    More than a look-alike away, a name that stands as printed elsewhere may as well have the wrong prefecture.
    """
    if not query.prefecture:
        return _look_alike_anywhere(query, gazetteer)
    settled = query.evidence.in_district is not None
    best: list[tuple[float, Place, str]] = []
    for printed in _heads(query):
        limit = 2.0 if len(printed) >= 6 else 1.0
        best += [(edits, place, printed) for edits, place in _near(printed, limit, query, gazetteer)]
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


def _near(printed: str, limit: float, query: Query, gazetteer: Gazetteer) -> Iterator[tuple[float, Place]]:
    """The costs and places of the names in the prefecture that a misprint with the same ending may stand for: today's,
    and where the 郡 is printed, those of before. In the order of the places.
    """
    members, names = gazetteer.ever_members(query.home.code)
    found = {
        members[position].code: [edits]
        for edits, position in near_names(names).within(printed, limit)
        if names[position][-1] == printed[-1]
    }
    before = query.evidence.district and gazetteer.ever_in_district(query.evidence.district)
    for place in before or ():
        for name in map(fold, gazetteer.former_in_district(query.evidence.district, place.code)):
            if name[-1] == printed[-1] and (edits := cost(printed, name, limit)) <= limit:
                found.setdefault(place.code, []).append(edits)
    for place in members if before and found else map(gazetteer.place, found):
        for edits in found.get(place.code, ()):
            if gazetteer.admits(place):
                yield edits, place


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
    for name in _alike_but_one(query.key, gazetteer.standing_at_formerly):
        hits |= {place.code: place for place in gazetteer.by_former(name, query.prefecture)}
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
        for name in _alike_but_one(printed, gazetteer.standing_at):
            hits |= {place.code: place for place in gazetteer.by_key(name)}
        if len(hits) == 1 and (place := next(iter(hits.values()))).level == "municipality":
            return _repaired(
                query, place, query.rest[: len(printed)], 0.82, "形の似た一字だけ違う名は全国に一つだけです。"
            )
        if hits:
            return unresolved(f"「{query.rest}」に形の似た名が{len(hits)}つあります。", hits.values())
    return None


def _alike_but_one(printed: str, standing_at: Callable[[int, str], Iterable[str]]) -> Iterator[str]:
    """The names in which one character, not the last, is another that looks much like the printed one."""
    alike = look_alikes(strong=True)
    for at, character in enumerate(printed[:-1]):
        for other in standing_at(at, printed):
            if other in alike.get(character, ()):
                yield printed[:at] + other + printed[at + 1 :]


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
    for _, name, prefecture in _near_prefectures(key, gazetteer):
        if key[len(name) - 1] == name[-1]:
            rest = key[len(name) :]
            if gazetteer.head(rest, prefecture)[1] or gazetteer.former_head(rest, prefecture)[1]:
                near.append(prefecture)
    return near[0] if len(near) == 1 else None


def _near_prefectures(key: str, gazetteer: Gazetteer) -> list[tuple[float, str, Place]]:
    """The prefectures that the folded text may begin with, at most one edit away: the cost, the folded name, the place."""
    names = gazetteer.prefecture_names
    near = near_names(names)
    found = [
        (position, edits)
        for length in near.lengths
        if length <= len(key)
        for edits, position in near.within(key[:length], OTHER)
        if len(names[position]) == length
    ]
    return [(edits, names[at], gazetteer.prefecture_keys[names[at]]) for at, edits in sorted(found)]


def misprinted_prefecture(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """鳥根県隠岐の島町: one character of the prefecture is wrong, and only one prefecture makes it right."""
    if query.stated:
        return None
    key = fold(query.head)
    options: list[tuple[float, Place, Answer]] = []
    for edits, name, prefecture in _near_prefectures(key, gazetteer):
        if edits > LOOK_ALIKE and key[len(name) - 1] != name[-1]:
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
        if gazetteer.key(p).endswith(query.key) or query.key.endswith(gazetteer.key(p))
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
        if len(printed) < 3:
            continue
        leftover = query.key[len(printed) :]
        members, names = gazetteer.ever_members(query.home.code)
        for place in (members[position] for position in near_names(names).ending(printed)):
            confirmed = place in gazetteer.stem_head(leftover, query.prefecture)[1]
            reason = (
                f"「{query.rest[: len(printed)]}」は{place.full_name}の初めの字が抜けたものと読みました。"
            )
            if confirmed:
                return _repaired(query, place, query.rest[: len(printed)], 0.85, reason)
    return None
