"""Rungs 2–4 and 6: the whole text is a name. Exact, folded, former, a group, or several names run together."""

from __future__ import annotations

import re

from geo.folding import fold
from geo.gazetteer import Gazetteer
from geo.groups import Group
from geo.places import Place
from pipeline.geocode.answer import Answer, found, names, unresolved
from pipeline.geocode.query import Query
from pipeline.geocode.words import EXCEPT
from pipeline.sources.base import Note

_RANK = "村町市"
#: What may stand between names in a text that nobody split; folded.
_BETWEEN = re.compile("・|、|,|/|&|[+]|及ビ|オヨビ|並ビニ|ト|ヤ")
_COUNT = re.compile(r"(?<!\d)\d+(?=[市区町村]|都|道|府|県)")
_FORMER = re.compile(r"^[旧元][:・]?")
_DISTRICT = re.compile(r"^[^市区町村]{1,4}郡(?=..)")


def qualified(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A name whose prefecture or city stands in brackets (府中市（広島県）) or lost its 県 (福島・伊達市)."""
    if query.stated:
        return None
    for remark in query.remarks:
        scope = next(
            (p for p in gazetteer.prefectures if remark.startswith(p.name) or remark == p.stem), None
        )
        places = gazetteer.by_key(query.key, scope) if scope else gazetteer.by_key(fold(remark + query.head))
        if len(places) == 1:
            reason = f"「{query.head}」は、かっこ書きの「{remark}」から{places[0].full_name}です。"
            return found(places, "exact", 0.95, reason)
        elsewhere = gazetteer.by_key(query.key)
        if scope and remark == scope.name and not places and len(elsewhere) == 1:
            near = gazetteer.by_stem(query.key[:-1], scope)
            if near:
                reason = f"{scope.name}に「{query.head}」はなく、{names([*near, *elsewhere])}のどれか決められません。"
                return unresolved(reason, [*near, *elsewhere])
            return in_another_prefecture(query, scope, elsewhere[0])
    for prefecture in gazetteer.prefectures:
        stem = fold(prefecture.stem)
        if query.key.startswith(stem):
            places = gazetteer.by_key(query.key[len(stem) :].removeprefix("・"), prefecture)
            if len(places) == 1 and not gazetteer.by_key(query.key):
                reason = f"「{query.head}」は、都道府県名の「{prefecture.name[-1]}」を略した{places[0].full_name}です。"
                return found(places, "folded", 0.88, reason)
    return None


def in_another_prefecture(query: Query, stated: Place, place: Place) -> Answer:
    """The one place of this name, which is not in the prefecture that is printed beside it."""
    note = Note(
        "warning",
        "wrong-prefecture",
        None,
        query.text,
        f"「{query.text}」は{stated.name}にありません。{place.full_name}と読みました。",
        f"「{place.full_name}」の誤りと思われます。原本を確かめてください。",
    )
    reason = f"{stated.name}に「{query.rest}」はなく、この名の自治体は全国に{place.full_name}だけです。"
    return found([place], "ocr_repair", 0.85, reason, notes=[note])


def exact(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 2: an official name. Without a prefecture only where no other prefecture has the name."""
    if query.stated and not query.head.startswith(query.prefecture.name):
        return None
    if query.stated and not query.rest:
        if listed := _listed(query, gazetteer):
            reason = f"「{query.prefecture.name}」のかっこ書きに{names(listed)}とあります。"
            return found(listed, "exact", 0.9, reason)
        return found([query.prefecture], "exact", 1.0, f"「{query.prefecture.name}」は都道府県名です。")
    places = gazetteer.by_name(query.rest, query.prefecture)
    if len(places) > 1:
        return _ambiguous(query, places)
    if not places or _contradicted(query, places[0], gazetteer):
        return None
    name = places[0].full_name
    if query.stated:
        return found(places, "exact", 1.0, f"「{name}」は正式な名称と一致します。")
    if query.prefecture:
        return found(places, "exact", 0.95, f"「{query.rest}」は、書き添えられた都道府県から{name}です。")
    return found(places, "exact", 0.95, f"「{query.rest}」という名の自治体は全国に{name}だけです。")


def _contradicted(query: Query, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether brackets name a prefecture, and not this place's."""
    stated = [p.name for p in map(gazetteer.prefecture, query.remarks) if p]
    return bool(stated) and not query.stated and place.prefecture not in stated


def _listed(query: Query, gazetteer: Gazetteer) -> list[Place]:
    """The places of 秋田県（鹿角市・小坂町): only if the brackets hold nothing else."""
    parts = [part for remark in query.remarks for part in re.split("[・、,]", remark) if part]
    places = [gazetteer.by_key(fold(part), query.prefecture) for part in parts]
    return [found[0] for found in places] if all(len(found) == 1 for found in places) else []


def folded(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 3: an official name in another spelling (variant kanji, ヶ and ケ), by an alias, or with its 郡."""
    if query.stated and not query.rest:
        return found([query.prefecture], "folded", 0.97, f"「{query.head}」は{query.prefecture.name}です。")
    places = gazetteer.by_key(query.key, query.prefecture)
    if not places or _contradicted(query, places[0], gazetteer):
        return None
    if len(places) > 1:
        return _ambiguous(query, places)
    name = places[0].full_name
    confidence = 0.97 if query.stated else 0.9
    if query.key.endswith(fold(places[0].name)) and query.key != fold(places[0].name):
        return found(places, "folded", confidence, f"「{query.rest}」は、郡などの名を付けた{name}です。")
    return found(places, "folded", confidence, f"「{query.head}」は{name}の別の書き方です。")


def former(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 4: a municipality that has merged or been renamed, also with the 郡 it was in."""
    printed = _FORMER.sub("", query.rest)
    key = fold(printed)
    places = gazetteer.by_former(key, query.prefecture)
    if not places and query.prefecture and _DISTRICT.match(printed):
        key = fold(_DISTRICT.sub("", printed))
        places = gazetteer.by_former(key, query.prefecture)
    if len(places) == 1 and not (not query.prefecture and gazetteer.by_key(key)):
        reason = f"「{query.rest}」は今の{places[0].full_name}です。"
        return found(places, "former_name", 0.95 if query.prefecture else 0.85, reason)
    if places:
        reason = f"「{query.rest}」だった自治体は一つに決まりません（{names(places)}）。"
        return unresolved(reason, dict.fromkeys([*places, *gazetteer.by_key(key, query.prefecture)]))
    if key != query.key and len(current := gazetteer.by_key(key, query.prefecture)) == 1:
        return found(current, "former_name", 0.9, f"「{query.rest}」は今も{current[0].full_name}です。")
    return None


def status_changed(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 4 as well: 滝沢村 for 滝沢市, where the prefecture has one municipality of that stem.

    Villages became towns and towns cities, never the other way: 清水市 is not 清水町.
    """
    if not query.prefecture or len(query.key) < 3 or query.key[-1] not in _RANK:
        return None
    places = gazetteer.by_stem(query.key[:-1], query.prefecture)
    if len(places) != 1:
        return None
    place = places[0]
    risen = _RANK.find(query.key[-1]) < _RANK.find(place.name[-1])
    reason = (
        f"{query.prefecture.name}に「{query.rest}」はなく、市町村の別だけが違うのは{place.name}だけです。"
    )
    return found([place], "former_name", 0.82 if risen else 0.6, reason)


def group(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 6: a group of groups.csv, or a 郡: its members, via its name. One without some members is left open."""
    if any(map(EXCEPT.search, query.remarks)):
        return None
    within = query.prefecture.name if query.prefecture else ""
    for name in (query.head, within + query.rest, within + query.rest.removeprefix("内")):
        if known := gazetteer.groups.get(fold(name)) or _counted(name, gazetteer):
            members = [gazetteer.place(code) for code in known.codes]
            reason = f"「{known.name}」の構成{len(members)}団体に展開しました（{known.source}）。"
            return found(members, "group", 0.95, reason, level="group", via=known.name)
    members = gazetteer.by_district(query.key, query.prefecture)
    if members and len({place.prefecture for place in members}) == 1:
        reason = f"「{query.rest}」の{len(members)}町村に展開しました。"
        return found(members, "group", 0.9, reason, level="group", via=members[0].prefecture + query.rest)
    return None


def _counted(name: str, gazetteer: Gazetteer) -> Group | None:
    """A group with the number of its members in its name, if that is their number: 十勝管内18町村."""
    numbers = [int(number) for number in _COUNT.findall(name) if len(number) < 4]
    known = gazetteer.groups.get(fold(_COUNT.sub("", name))) if numbers else None
    return known if known and len(known.codes) == sum(numbers) else None


def run_together(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Two or more official names in one text, separated (鹿角市・小坂町) or not (武雄市太良町)."""
    places, separated = _segments(query, gazetteer)
    if len(places) < 2:
        return None
    if separated:
        return found(places, "exact", 0.92, f"{names(places)}の名が並んでいます。")
    note = Note(
        "warning",
        "names-run-together",
        None,
        query.text,
        f"「{query.text}」は、{names(places)}が区切りなしに書かれたものと読みました。",
        "原本を確かめ、間に区切りを入れてください。",
    )
    reason = f"{names(places)}の名が続けて書かれています。"
    return found(places, "exact", 0.9, reason, notes=[note])


def _segments(query: Query, gazetteer: Gazetteer) -> tuple[list[Place], bool]:
    """Cut the text into official names, prefectures among them; no places when it cannot be done.

    An ambiguous first name (府中市福山市) is of the prefecture in which all the others are found.
    """
    key = fold(query.head)
    _, first = gazetteer.head(key)
    scopes = [query.prefecture]
    if not query.prefecture and len(first) > 1:
        scopes = [gazetteer.place(code) for code in dict.fromkeys(place.prefecture_code for place in first)]
    ways = [way for scope in scopes if len((way := _cut(key, scope, gazetteer))[0]) > 1]
    return ways[0] if len(ways) == 1 else ([], False)


def _cut(key: str, scope: Place | None, gazetteer: Gazetteer) -> tuple[list[Place], bool]:
    """The places whose names make up ``key``, and whether something stands between them all."""
    places: list[Place] = []
    separated = True
    while key:
        switch = next((p for k, p in gazetteer.prefecture_keys.items() if key.startswith(k)), None)
        if switch:
            scope, key = switch, key[len(switch.name) :]
        if switch and (not key or _BETWEEN.match(key)):
            length, candidates = 0, [switch]
        else:
            length, candidates = gazetteer.head(key, scope)
        if len(candidates) != 1:
            return [], False
        places += [place for place in candidates if place not in places]
        scope = scope or gazetteer.place(candidates[0].prefecture_code)
        key = key[length:]
        if between := _BETWEEN.match(key):
            key = key[between.end() :]
        elif key:
            separated = False
    return places, separated


def _ambiguous(query: Query, places: list[Place]) -> Answer:
    return unresolved(f"「{query.rest}」は{len(places)}か所にあります（{names(places[:5])}）。", places)
