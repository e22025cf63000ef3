"""A text that names several places and that nobody split: every one of them, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode import repair
from pipeline.reading.geocode.answer import Answer, found, names
from pipeline.reading.geocode.query import Query
from pipeline.reading.geocode.words import EXCEPT, TALLY, tally
from pipeline.rules.names_run_together import NAMES_RUN_TOGETHER
from pipeline.rules.ocr_repair import OCR_REPAIR
from pipeline.rules.rule import Note

#: What may stand between names; folded.
_BETWEEN = re.compile("・|、|,|/|&|[+]|及ビ|オヨビ|並ビニ|ト|ヤ")
_SIDES = "[上中下東西南北]"
#: Two 郡 that share a part of their name: 足柄上・下郡, 南・北会津郡.
_PAIRED = re.compile(rf"^(.{{1,3}}?)({_SIDES})・({_SIDES})郡|^({_SIDES})・({_SIDES})([^・]{{1,4}}郡)")
#: One name of which several prefectures have one each: 北海道、福井県、長野県の池田町.
_SHARED = re.compile(r"^([^・、,]++[・、,].+)の各?([^の・、,]+[市区町村])$")


#: What may stand before the count that ends a list: …福島県の被災三県.
_BEFORE_COUNT = re.compile("^の?(?:被災|計|合計|全)?")
_COUNT_ENDS = re.compile(f"の?(?:被災|計|合計|全)?{TALLY.pattern}")
_COMMA = re.compile("[・、,]")
#: What ends a list of prefectures: 宮城の3県.
_COUNTED_LAST = re.compile(r"^(\D+?)(?:の?(?:被災)?)([0-9一二三四五六七八九十]{1,2}[都道府県])$")
_SEGMENT = re.compile("^[^・、,/&+]+")


@dataclass(slots=True)
class _List:
    """What was read of a text so far: the places, whether something stands between all, and what was mended."""

    places: list[Place] = field(default_factory=list)
    separated: bool = True
    segments: int = 0
    expanded: bool = False
    misprinted: list[str] = field(default_factory=list)
    counted: str = ""

    def add(self, places: list[Place]) -> None:
        self.segments += 1
        self.places += [place for place in places if place not in self.places]


def run_together(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Two or more names in one text, separated (鹿角市・小坂町) or not (武雄市太良町)."""
    listed = _read(query, gazetteer)
    if not listed or any(map(EXCEPT.search, query.remarks)):
        return None
    places = listed.places
    if listed.segments < 2 and not (listed.counted and _counts(listed.counted, places)):
        return None
    if listed.expanded and not listed.separated:
        return None
    notes = []
    if listed.misprinted:
        printed = "」・「".join(listed.misprinted)
        notes.append(OCR_REPAIR.note(None, query.text, "list", printed=printed, places=names(places)))
    if listed.counted and not _counts(listed.counted, places):
        notes.append(_run_together(query, "counted", places))
    if listed.separated:
        confidence = 0.85 if notes else 0.92
        reason = f"{names(places)}の名が並んでいます。"
        if listed.expanded:
            return found(places, "group", confidence, reason, level="group", via=query.head, notes=notes)
        return found(places, "exact", confidence, reason, notes=notes)
    notes.append(_run_together(query, "unseparated", places))
    return found(places, "exact", 0.9, f"{names(places)}の名が続けて書かれています。", notes=notes)


def shared_name(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """One name that several prefectures have, each told apart by its prefecture."""
    shared = _SHARED.match(query.head)
    if not shared:
        return None
    name, places = fold(shared[2]), []
    for part in filter(None, re.split("[・、,]|及び", shared[1])):
        key = fold(part)
        scope = next((p for p in gazetteer.prefectures if key in (fold(p.name), fold(p.stem))), None)
        own = (gazetteer.by_key(name, scope) or gazetteer.by_former(name, scope)) if scope else []
        if not scope:
            scope = gazetteer.prefecture_head(key)
            own = gazetteer.by_key(key[len(scope.name) :], scope) if scope else gazetteer.by_key(key)
        if len(own) != 1:
            return None
        places += own
    if len(places) < 2:
        return None
    reason = f"「{shared[2]}」は都道府県を挙げて書かれており、{names(places)}です。"
    return found(places, "exact", 0.9, reason)


def prefectures(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Prefectures without their 県, if they are as many as is written: 青森・岩手・宮城の3県."""
    parts = _COMMA.split(query.head)
    last = _COUNTED_LAST.match(parts[-1]) if len(parts) > 1 else None
    if not last:
        return None
    named = [gazetteer.prefecture_stems.get(fold(part)) for part in (*parts[:-1], last[1])]
    places = [place for place in named if place]
    if len(places) < len(named) or [count for _, count in tally(last[2])] != [len(places)]:
        return None
    return found(places, "exact", 0.9, f"{names(places)}の名が並んでいます。")


def _run_together(query: Query, case: str, places: list[Place]) -> Note:
    return NAMES_RUN_TOGETHER.note(None, query.text, case, text=query.text, places=names(places))


def _counts(text: str, places: list[Place]) -> bool:
    return all(sum(place.name[-1] in kinds for place in places) == count for kinds, count in tally(text))


def _read(query: Query, gazetteer: Gazetteer) -> _List | None:
    """Cut the text into names, prefectures among them; nothing when it cannot be done in just one way.

    An ambiguous first name (府中市福山市) is of the prefecture in which all the others are found.
    """
    key = fold(query.head)
    if len(key) != len(query.head):
        return None
    scopes = [query.prefecture]
    if not query.prefecture and len(first := gazetteer.head(key)[1]) > 1:
        scopes = [gazetteer.place(code) for code in dict.fromkeys(place.prefecture_code for place in first)]
    ways = [way for scope in scopes if (way := _cut(query.head, key, scope, gazetteer))]
    return ways[0] if len(ways) == 1 else None


def _cut(text: str, key: str, scope: Place | None, gazetteer: Gazetteer) -> _List | None:
    """The places whose names make up ``text``; None as soon as something in it is no name."""
    listed = _List()
    at = 0
    while at < len(key):
        prefecture, length = _prefecture(text, key, at, listed, gazetteer)
        if prefecture:
            scope, at = prefecture, at + length
            at += key.startswith(":", at)
        if prefecture and (at == len(key) or _BETWEEN.match(key, at) or _COUNT_ENDS.fullmatch(text, at)):
            length, places = 0, [prefecture]
        elif listed.places and _COUNT_ENDS.fullmatch(text, at):
            listed.counted = _BEFORE_COUNT.sub("", text[at:])
            return listed
        else:
            length, places = _name(key[at:], text[at:], scope, listed, gazetteer)
        if not places:
            return None
        listed.add(places)
        scope = scope or gazetteer.place(places[0].prefecture_code)
        at += length
        if between := _BETWEEN.match(key, at):
            at = between.end()
        elif at < len(key) and not _COUNT_ENDS.fullmatch(text, at):
            listed.separated = False
    return listed


def _prefecture(
    text: str, key: str, at: int, listed: _List, gazetteer: Gazetteer
) -> tuple[Place | None, int]:
    """The prefecture that stands there in the text, also one misprinted where the name after it can only be there."""
    rest = key[at:]
    if prefecture := gazetteer.prefecture_head(rest):
        return prefecture, len(prefecture.name)
    begins = at == 0 or not text[at - 1].isalnum() or _BETWEEN.fullmatch(key[at - 1])
    if begins and not gazetteer.head(rest)[1] and (near := repair.near_prefecture(rest, gazetteer)):
        listed.misprinted.append(rest[: len(near.name)])
        return near, len(near.name)
    return None, 0


def _name(
    key: str, text: str, scope: Place | None, listed: _List, gazetteer: Gazetteer
) -> tuple[int, list[Place]]:
    """The length of the name that begins the text (folded: ``key``), and its places: one municipality, or those of
    a group, of a 郡 or of two.
    """
    if (segment := _SEGMENT.match(key)) and (group := gazetteer.groups.get(segment[0])):
        listed.expanded = True
        return segment.end(), [gazetteer.place(code) for code in group.codes]
    former = key.startswith("旧")
    length, places = (0, []) if former else gazetteer.head(key, scope)
    if not places:
        length, places = gazetteer.former_head(key[former:], scope)
        length += former if places else 0
    if len(places) > 1 or (places and _of_another_city(places[0], listed)):
        return 0, []
    if places:
        return length, places
    if "郡" not in key:
        return 0, []
    if paired := _PAIRED.match(key):
        a, b, c, d, e, f = paired.groups()
        districts = (a + b + "郡", a + c + "郡") if a else (d + f, e + f)
        members = [gazetteer.by_district(district, scope) for district in districts]
        listed.expanded = True
        return (paired.end(), [*members[0], *members[1]]) if all(members) else (0, [])
    for length in range(2, min(len(key), 7) + 1):
        if key[length - 1] != "郡":
            continue
        after = key[length:]
        if not after or _BETWEEN.match(after) or _COUNT_ENDS.fullmatch(text, length):
            own = gazetteer.by_district(key[:length], scope)
            if len({place.prefecture_code for place in own}) == 1:
                listed.expanded = True
                return length, own
    return 0, []


def _of_another_city(place: Place, listed: _List) -> bool:
    """Whether a ward comes after a city that has none of this name: 大阪市東区 is not 堺市東区."""
    before = listed.places[-1] if listed.places else None
    if before is None or before.kind != "designated_city":
        return False
    return place.level == "designated_ward" and place.parent_code != before.code
