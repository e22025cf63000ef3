"""Rung 5: a body (school, association, office) that names its municipality or prefecture somewhere."""

from __future__ import annotations

import re

from geo.places.folding import fold
from geo.places.gazetteer import SUFFIXES, Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode import whole_names
from pipeline.reading.geocode.answer import WIDER, Answer, found, unresolved
from pipeline.reading.geocode.answer import names as names_of
from pipeline.reading.geocode.query import Query, parse
from pipeline.reading.geocode.words import (
    ADDRESS,
    ANOTHER_NAME,
    AREA,
    BODY,
    CONTINUES,
    JOINT,
    LISTED_BEFORE,
    LOCAL_BODY,
    NAME_LIKE,
    PART,
    PREFECTURAL,
    PROVINCES,
    TOWN_BODY,
    WIDE,
)
from pipeline.rules.suffix_doubled import SUFFIX_DOUBLED
from pipeline.rules.suffix_lost import SUFFIX_LOST

#: What the name of a prefecture ends with, which is two characters or more.
_PREFECTURE = re.compile("..[都道府県]", re.DOTALL)
_NOW = re.compile(r"^現(?:在の)?[・:]?")


def body(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """The longest official name that begins the text; confidence falls with what is left over."""
    length, places = gazetteer.head(query.key, query.prefecture)
    named_before, before = gazetteer.former_head(query.key, query.prefecture)
    if former := named_before > length:
        length, places = named_before, before
    leftover = query.rest[length:]
    if not places or not leftover or CONTINUES.match(leftover):
        return None
    if former and not _former_body(query, leftover):
        return None
    places = [place for place in places if query.rest[:length].endswith(place.name)] or places
    if len(places) > 1:
        reason = f"「{query.rest[:length]}」は{len(places)}か所にあります（{names_of(places, 5)}）。"
        return unresolved(reason, places)
    place = places[0]
    if leftover == query.rest[length - 1] and leftover in SUFFIXES:
        return _doubled(query, place)
    if _names_another_place(leftover, place, gazetteer):
        reason = f"{place.full_name}のほかの地名も含むため、{place.name}だけのものか決められません。"
        return found([place], "body", 0.6, reason)
    bodily = BODY.search(leftover)
    if not bodily and ADDRESS.search(leftover):
        return found([place], "body", 0.88, f"{place.full_name}の中の住所「{leftover}」です。")
    if not bodily and _is_part(leftover, place, gazetteer):
        return found([place], "body", 0.88, f"{place.full_name}の中の「{leftover}」です。")
    confidence = (0.92 if bodily else 0.85) - (0.07 if len(leftover) > 12 else 0)
    if not query.prefecture:
        confidence -= 0.05 if length > 2 or bodily else 0.3
    reason = f"「{place.full_name}」で始まり、残りの「{leftover}」はその中の団体などと読みました。"
    return found([place], "body", round(confidence, 2), reason, level="body")


def _former_body(query: Query, leftover: str) -> bool:
    """Whether a text that begins with a former municipality is an address in it or one of its bodies."""
    known = query.prefecture or query.evidence.in_district or query.evidence.in_brackets
    return bool(known and (ADDRESS.search(leftover) or BODY.search(leftover)))


def _is_part(leftover: str, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether the leftover is a 町, 村 or 区 inside the municipality, or one that merged into it."""
    stems = gazetteer.stem_head(fold(leftover), gazetteer.place(place.prefecture_code))
    return bool(PART.match(leftover)) or place in stems[1]


def _doubled(query: Query, place: Place) -> Answer:
    known = {"text": query.text, "suffix": query.rest[-1], "place": place.full_name}
    note = SUFFIX_DOUBLED.note(None, query.text, **known)
    reason = f"「{query.rest[-1]}」が重なっていますが、{place.full_name}です。"
    return found([place], "ocr_repair", 0.92, reason, notes=[note])


def _names_another_place(leftover: str, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether the leftover goes on with 「・金沢…」 or 「と松本市…」, or names another with its prefecture."""
    if joint := JOINT.match(leftover):
        rest = leftover[joint.end() :]
        key = fold(rest)
        if gazetteer.head(key)[1] or gazetteer.stem_head(key)[1] or ANOTHER_NAME.match(rest):
            return True
    return any(other != place for other in _printed_inside(leftover, gazetteer, start=0))


def remark(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A body located by what stands in brackets or after ※: 古川商工会議所（宮城県大崎市）."""
    found_places: dict[str, Place] = {}
    for text in query.remarks:
        inner = parse(_NOW.sub("", text), gazetteer, query.prefecture.name if query.prefecture else None)
        for rung in (whole_names.exact, whole_names.folded, _elsewhere):
            answer = rung(inner, gazetteer)
            if answer and answer.codes and answer.level != "prefecture":
                found_places |= {code: gazetteer.place(code) for code in answer.codes}
                break
    if len(found_places) != 1:
        return None
    place = next(iter(found_places.values()))
    reason = f"かっこ書きなどに{place.full_name}とあります。"
    return found([place], "body", 0.9, reason, level="body")


def _elsewhere(query: Query, gazetteer: Gazetteer) -> Answer | None:
    places = _printed_inside(query.head, gazetteer)
    return found(places, "body", 0.85, "") if len(places) == 1 else None


def inside(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A municipality printed with its prefecture inside the text: 学園のある長野県南牧村周辺施設."""
    places = _printed_inside(query.head, gazetteer)
    if (
        LISTED_BEFORE.search(query.head)
        or len(places) != 1
        or places != _printed_inside(query.head, gazetteer, start=0)
    ):
        return None
    reason = f"文中に{places[0].full_name}とあります。"
    return found(places, "body", 0.85, reason, level="body")


def _printed_inside(text: str, gazetteer: Gazetteer, start: int = 1) -> list[Place]:
    """The municipalities that a text names with their prefecture, from a position on."""
    key = fold(text)
    places: list[Place] = []
    if not _PREFECTURE.search(key, start):
        return places
    for name, prefecture in gazetteer.prefecture_keys.items():
        at = key.find(name, start)
        while at >= 0:
            _, heads = gazetteer.head(key[at + len(name) :], prefecture)
            places += heads if len(heads) == 1 else []
            at = key.find(name, at + 1)
    return list(dict.fromkeys(places))


def incorporated(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """After the form of incorporation, and its prefecture: 一般社団法人長野市開発公社."""
    if not query.incorporated or query.stated:
        return None
    length, places = gazetteer.head(query.key)
    if len(places) != 1 or not BODY.search(query.rest[length:]):
        return None
    return found(places, "body", 0.85, f"団体名に{places[0].full_name}とあります。", level="body")


def stem(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A name that lost its 市, 区, 町, 村, alone (東京都八王子) or before a body's name (志波姫物産振興協会)."""
    length, places = gazetteer.stem_head(query.key, query.prefecture)
    if not places:
        return None
    leftover = query.rest[length:]
    candidates = dict.fromkeys(places)
    if len(candidates) > 1:
        return (
            unresolved(f"「{query.rest[:length]}」から一つに決められません。", candidates)
            if not leftover
            else None
        )
    place = places[0]
    named = query.rest[:length]
    region = gazetteer.by_district(query.key[:length] + "郡", query.prefecture)
    province = bool(PROVINCES.match(named))
    prefectural = query.key[:length] in gazetteer.prefecture_stems
    wider = bool(AREA.match(leftover) or WIDE.search(leftover))
    if leftover and not TOWN_BODY.match(leftover):
        wider = wider or province or any(other != place for other in region)
    if not query.prefecture:
        return _unstated(query, place, length, prefectural, wider, gazetteer)
    if not leftover:
        doubtful = province or (region and place.kind not in ("city", "designated_city"))
        confidence = 0.7 if doubtful else 0.88
        known = {"text": query.text, "suffix": place.name[-1], "place": place.full_name}
        note = SUFFIX_LOST.note(None, query.text, **known)
        reason = f"「{place.name[-1]}」が抜けていますが、{place.prefecture}でこの名は{place.name}だけです。"
        return found([place], "ocr_repair", confidence, reason, notes=[note])
    if second := _joined_stem(query, length, gazetteer):
        reason = f"「{named}」と「{second.stem}」の名が並び、{place.prefecture}でその名は一つずつです。"
        return found([place, second], "body", 0.82, reason, level="body")
    if wider or prefectural or not BODY.search(leftover) or "大学" in leftover:
        return found([place], "body", WIDER, f"「{named}」は{place.full_name}より広い地域かもしれません。")
    reason = f"「{named}」の名を持つのは{place.prefecture}では{place.name}だけです。"
    return found([place], "body", 0.82, reason, level="body")


def _unstated(
    query: Query, place: Place, length: int, prefectural: bool, wider: bool, gazetteer: Gazetteer
) -> Answer:
    """気仙沼漁業協同組合: without a prefecture only a local body, and only a name that means nothing else."""
    named = query.rest[:length]
    elsewhere = prefectural or gazetteer.by_key(query.key[:length] + "区") not in ([], [place])
    if LOCAL_BODY.match(query.rest[length:]) and not elsewhere and not wider:
        reason = f"「{named}」の名を持つ自治体は全国に{place.full_name}だけです。"
        return found([place], "body", 0.82, reason, level="body")
    if not gazetteer.by_stem(query.key[:length]):
        return unresolved(f"「{query.head}」から自治体を読み取れません。")
    # 吉野川(三好)流域: the bracket says which part of what the name means is meant.
    within = [other for remark in query.remarks for other in gazetteer.by_stem(fold(remark))]
    if within and place not in within:
        meant = "」「".join(query.remarks)
        reason = f"「{named}」は{place.full_name}とは限りません。かっこの中の「{meant}」は{names_of(within, 4)}かもしれません。"
        return unresolved(reason, [*within, place])
    confidence = WIDER if wider or prefectural else 0.6
    return found([place], "body", confidence, f"「{named}」は{place.full_name}かもしれません。")


def _joined_stem(query: Query, length: int, gazetteer: Gazetteer) -> Place | None:
    """The second place of 釜石・大槌地域産業育成センター."""
    if query.rest[length] != "・" or not BODY.search(query.rest):
        return None
    _, places = gazetteer.stem_head(query.key[length + 1 :], query.prefecture)
    return places[0] if len(places) == 1 else None


def prefectural(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A body of the prefecture itself: 山梨県防災局, 熊本県東京事務所."""
    if not query.stated:
        return None
    prefecture = query.home
    rest = query.rest.removeprefix(prefecture.name)
    if NAME_LIKE.match(rest) or not BODY.search(rest):
        return None
    if not PREFECTURAL.match(rest) and not _in_kana(rest):
        return found([prefecture], "body", 0.6, f"「{rest}」が{prefecture.name}のどこの団体かわかりません。")
    reason = f"「{prefecture.name}」で始まり、残りの「{rest}」は{prefecture.name}の組織や団体と読みました。"
    return found([prefecture], "body", 0.85, reason, level="prefecture")


def _in_kana(text: str) -> bool:
    """Whether the text begins in kana: りんご対策協議会. An unknown place would be in kanji."""
    return "ぁ" <= text[0] <= "ヺ"
