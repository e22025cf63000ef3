"""Rungs 2–4 and 6: the whole text is a name. Exact, folded, former, or a group."""

from __future__ import annotations

import re

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.groups import Group
from geo.places.place import Place
from pipeline.reading.geocode.answer import Answer, found, names, unresolved
from pipeline.reading.geocode.query import Query
from pipeline.reading.geocode.words import EXCEPT, tally
from pipeline.rules.wrong_prefecture import WRONG_PREFECTURE

_RANK = "村町市"
_COUNT = re.compile(r"(?<!\d)\d++(?=[市区町村]|都|道|府|県)")
#: What may be the end of a list, if no name is: a count, a 郡, what should stand between two names.
_ENDS = frozenset("市区町村体都道府県郡・、,/&+:びビにニとトやヤ")
_FORMER = re.compile(r"^[旧元][:・]?")


def ends_as_one(query: Query, gazetteer: Gazetteer) -> bool:
    """Whether the text may be a name as a whole, or several: it ends as one does, or with a count.

    No rung of this module and of :mod:`several` answers to another text.
    """
    return not query.rest or query.rest[-1] in _ENDS or query.key[-2:] in gazetteer.endings


def qualified(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A name whose prefecture or city stands in brackets (府中市（広島県）) or lost its 県 (福島・伊達市)."""
    if query.stated:
        return None
    for remark in query.remarks:
        places = gazetteer.by_key(fold(remark + query.head))
        if len(places) == 1 and places[0].level == "designated_ward":
            reason = f"「{query.head}」は、かっこ書きの「{remark}」から{places[0].full_name}です。"
            return found(places, "exact", 0.95, reason)
    scope, elsewhere = query.prefecture, gazetteer.by_key(query.key)
    gone = query.evidence.printed and not gazetteer.by_former(query.key, scope)
    if scope and gone and len(elsewhere) == 1 and elsewhere[0].prefecture_code != scope.code:
        if near := gazetteer.by_stem(query.key[:-1], scope):
            reason = (
                f"{scope.name}に「{query.head}」はなく、{names([*near, *elsewhere])}のどれか決められません。"
            )
            return unresolved(reason, [*near, *elsewhere])
        return in_another_prefecture(query, scope, elsewhere[0], gazetteer)
    for stem, prefecture in gazetteer.prefecture_stem_heads(query.key):
        places = gazetteer.by_key(query.key[len(stem) :].lstrip("・/:"), prefecture)
        if len(places) == 1 and not gazetteer.by_key(query.key):
            reason = f"「{query.head}」は、都道府県名の「{prefecture.name[-1]}」を略した{places[0].full_name}です。"
            return found(places, "folded", 0.88, reason)
    return None


def in_another_prefecture(query: Query, stated: Place, place: Place, gazetteer: Gazetteer) -> Answer:
    """The one place of this name, which is not in the prefecture beside it; open where others were called so."""
    if before := [other for other in gazetteer.by_former(query.key) if other != place]:
        reason = f"{stated.name}に「{query.rest}」はなく、{names([place, *before])}のどれか決められません。"
        return unresolved(reason, [place, *before])
    note = WRONG_PREFECTURE.note(
        None, query.text, text=query.text, prefecture=stated.name, place=place.full_name
    )
    reason = f"{stated.name}に「{query.rest}」はなく、この名の自治体は全国に{place.full_name}だけです。"
    return found([place], "ocr_repair", 0.85, reason, notes=[note])


def exact(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 2: an official name. Without a prefecture only where no other prefecture has the name."""
    if query.stated and not query.head.startswith(query.home.name):
        return None
    if query.stated and not query.rest:
        if listed := _listed(query, gazetteer):
            reason = f"「{query.home.name}」のかっこ書きに{names(listed)}とあります。"
            return found(listed, "exact", 0.9, reason)
        return found([query.home], "exact", 1.0, f"「{query.home.name}」は都道府県名です。")
    places = _of_the_district(query, gazetteer.by_name(query.rest, query.prefecture), gazetteer)
    if len(places) > 1:
        return _ambiguous(query, places)
    if not places:
        return None
    name = places[0].full_name
    if query.stated:
        return found(places, "exact", 1.0, f"「{name}」は正式な名称と一致します。")
    if query.prefecture:
        return found(places, "exact", 0.95, f"「{query.rest}」は、書き添えられた都道府県から{name}です。")
    if before := [place for place in gazetteer.by_former(query.key) if place not in places]:
        reason = f"「{query.rest}」という名の自治体は、今は{name}だけです。合併前には今の{names(before[:3])}にもありました。"
        return found(places, "exact", 0.85, reason)
    return found(places, "exact", 0.95, f"「{query.rest}」という名の自治体は全国に{name}だけです。")


def _listed(query: Query, gazetteer: Gazetteer) -> list[Place]:
    """The places of 秋田県（鹿角市・小坂町): only if the brackets hold nothing else."""
    parts = [part for remark in query.remarks for part in re.split("[・、,]", remark) if part]
    places = [gazetteer.by_key(fold(part), query.prefecture) for part in parts]
    return [found[0] for found in places] if all(len(found) == 1 for found in places) else []


def _of_the_district(query: Query, places: list[Place], gazetteer: Gazetteer) -> list[Place]:
    """With those of before where only a 郡 tells them apart and does not: 那賀町（那賀郡） of 徳島県 or 和歌山県."""
    if not places or query.stated or query.evidence.in_district is None:
        return places
    return list(dict.fromkeys([*places, *gazetteer.by_former(query.key, query.prefecture)]))


def folded(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 3: an official name in another spelling (variant kanji, ヶ and ケ), by an alias, or with its 郡."""
    if query.stated and not query.rest:
        return found([query.home], "folded", 0.97, f"「{query.head}」は{query.home.name}です。")
    places = _of_the_district(query, gazetteer.by_key(query.key, query.prefecture), gazetteer)
    if not places:
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
    marked = _FORMER.match(query.rest)
    key = fold(query.rest[marked.end() :] if marked else query.rest)
    places = gazetteer.by_former(key, query.prefecture)
    # 旧河南町: of before, so not the town elsewhere that is called so today.
    if len(places) == 1 and (key != query.key or query.prefecture or not gazetteer.by_key(key)):
        reason = f"「{query.rest}」は今の{places[0].full_name}です。"
        return found(places, "former_name", 0.95 if query.prefecture else 0.85, reason)
    if places:
        reason = f"「{query.rest}」だった自治体は一つに決まりません（{names(places)}）。"
        return unresolved(reason, dict.fromkeys([*places, *gazetteer.by_key(key, query.prefecture)]))
    if key != query.key and len(current := gazetteer.by_key(key, query.prefecture)) == 1:
        return found(current, "former_name", 0.9, f"「{query.rest}」は今も{current[0].full_name}です。")
    return None


def named_now(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 4 as well: of a name that stands elsewhere only, the bracket tells today's: 三郷村(現安曇野市)."""
    now = query.evidence.now
    if len(now) != 1 or not (gazetteer.by_key(query.key) or gazetteer.by_former(query.key)):
        return None
    reason = f"「{query.rest}」は、かっこ書きに今の{now[0].full_name}とあります。"
    return found(now, "former_name", 0.85, reason)


def status_changed(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 4 as well: 滝沢村 for 滝沢市, where the prefecture has one municipality of that stem.

    Villages became towns and towns cities, never the other way: 清水市 is not 清水町. Where the 郡 is printed, too,
    any other ending is a misprint: 南津軽郡田舎館町.
    """
    if not query.prefecture or len(query.key) < 3 or query.key[-1] not in _RANK:
        return None
    settled = query.evidence.in_district is not None
    places = gazetteer.by_stem(query.key[:-1], query.prefecture)
    if settled and not places:
        length, places = gazetteer.stem_head(query.key[:-1], query.prefecture)
        places = places if length == len(query.key) - 1 else []
    if len(places) != 1:
        return None
    place = places[0]
    risen = _RANK.find(query.key[-1]) < _RANK.find(place.name[-1])
    reason = (
        f"{query.prefecture.name}に「{query.rest}」はなく、市町村の別だけが違うのは{place.name}だけです。"
    )
    return found([place], "former_name", 0.82 if risen or settled else 0.6, reason)


def group(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 6: a group of groups.csv, or a 郡: its members, via its name. One without some members is left open."""
    if any(map(EXCEPT.search, query.remarks)):
        return None
    within = query.prefecture.name if query.prefecture else ""
    numbered = _COUNT.search(query.head) or _COUNT.search(query.rest)
    for name in dict.fromkeys((query.head, within + query.rest, within + query.rest.removeprefix("内"))):
        known = gazetteer.groups.get(fold(name))
        if known := known or (_numbered(name, gazetteer) if numbered else None):
            members = [gazetteer.place(code) for code in known.codes]
            reason = f"「{known.name}」の構成{len(members)}団体に展開しました（{known.source}）。"
            return found(members, "group", 0.95, reason, level="group", via=known.name)
    members = gazetteer.by_district(query.key, query.prefecture)
    if members and len({place.prefecture for place in members}) == 1:
        reason = f"「{query.rest}」の{len(members)}町村に展開しました。"
        return found(members, "group", 0.9, reason, level="group", via=members[0].prefecture + query.rest)
    return None


def _numbered(name: str, gazetteer: Gazetteer) -> Group | None:
    """A group with the number of its members in its name, if that is their number: 十勝管内18町村."""
    numbers = [int(number) for number in _COUNT.findall(name) if len(number) < 4]
    known = gazetteer.groups.get(fold(_COUNT.sub("", name))) if numbers else None
    return known if known and len(known.codes) == sum(numbers) else None


def counted(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """Rung 6 as well: so many of a prefecture's municipalities, if it has so many: 秋田県内13都市, 5市3町."""
    counts = tally(query.rest.removeprefix("内").removeprefix("の")) if query.stated else []
    if not counts or any(kinds == "都道府県" for kinds, _ in counts):
        return None
    members: list[Place] = []
    for kinds, number in counts:
        of_kind = [p for p in gazetteer.members(query.home.code) if p.name[-1] in kinds]
        if len(of_kind) != number:
            kind = f"{query.home.name}の{kinds[0] if len(kinds) == 1 else '自治体'}"
            return unresolved(f"{kind}は{len(of_kind)}で、「{query.head}」の{number}がどれかわかりません。")
        members += of_kind
    reason = f"「{query.head}」の{len(members)}団体に展開しました。"
    return found(members, "group", 0.95, reason, level="group", via=query.head)


def _ambiguous(query: Query, places: list[Place]) -> Answer:
    return unresolved(f"「{query.rest}」は{len(places)}か所にあります（{names(places, 5)}）。", places)
