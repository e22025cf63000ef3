"""Rung 5: a body (school, association, office) that names its municipality or prefecture somewhere."""

from __future__ import annotations

import re

from geo.folding import fold
from geo.gazetteer import SUFFIXES, Gazetteer, Place
from pipeline.geocode import names
from pipeline.geocode.answer import Answer, found, full_name, unresolved
from pipeline.geocode.answer import names as names_of
from pipeline.geocode.query import Query, parse
from pipeline.sources.base import Note

#: What a body is called. Nothing here is part of a municipality's own name.
BODY = re.compile(
    r"協会|協議会|議会|委員会|連合|組合|商工|会議所|公社|財団|社団|法人|会社|センター|事務所|支所|役場|役所|庁|局|部$|課|室|"
    r"学校|小学|中学|高校|大学|学園|幼稚園|保育|公民館|図書館|博物館|美術館|資料館|記念館|会館|植物園|動物園|水族館|病院|"
    r"クラブ|チーム|連盟|サークル|少年団|青年部|婦人|女性部|子ども会|保存会|実行委|振興|物産|観光|農業|漁業|林業|農協|漁協|"
    r"農園|農家|牧場|市場|商店|温泉|旅館|ホテル|民宿|施設|公園|道の駅|アンテナショップ|県人会|町内会|自治会|老人会|同窓会|"
    r"消防|警察|自衛隊|神社|寺$|教育|社協|青年会|会$|園$|館$|団$|隊$|校$|所$|店$|社$|院$|団体|推進|研究|NPO|JA|ネットワーク|の"
)
#: A text that looks like a municipality's name, if an unknown one: never a body of the prefecture.
NAME_LIKE = re.compile(r"^(?!市町村|町村|区市町村)[^の立]{1,6}?[市町村区](?!町村|村会|長会|民)")
# What the name of a prefecture's own office or of a prefecture-wide body goes on with.
_PREFECTURAL = re.compile(
    r"^(?:の|立|庁|知事|議会|教育|警察|県人|県民|都民|府民|道民|東京|大阪|名古屋|防災|危機|消防|観光|物産|産業|商工|農|漁業|水産|"
    r"林業|森林|木材|畜産|酒造|住宅|環境|自然|文化|芸術|福祉|社会|国際|体育|スポーツ|企画|総務|政策|地域|復興|健康|保健|医療|"
    r"土木|建設|交通|港湾|市町村|町村|アンテナショップ|事務所|首都圏|在京|関東|振興|推進|人会|協議会|連合|信用|青年|老人|婦人|"
    r"女性|障害|子ども|こども|少年|学校|学生|高等学校|私立|大学|病院|税|労働|雇用|移住|広報|ふるさと|フィルム|ふれあい|生活|エネルギー)"
)
_AREA = re.compile(
    r"^(?:地区|地域|地方|圏|広域|管内|一円|方面|郡|半島|諸島|列島|周辺|流域|エリア|沿岸|全域|南部|北部|東部|西部)"
)
_CONTINUES = re.compile(r"^(?:場|街|並|長会|村会|町村|区町村)")
_LEFTOVER_TOWN = re.compile(r"^.{1,8}[町村区]$")


def body(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """The longest official name that begins the text; confidence falls with what is left over."""
    length, places = gazetteer.head(query.key, query.prefecture)
    leftover = query.rest[length:]
    if not places or not leftover or _CONTINUES.match(leftover):
        return None
    if len(places) > 1:
        reason = f"「{query.rest[:length]}」は{len(places)}か所にあります（{names_of(places[:5])}）。"
        return unresolved(reason, places)
    place = places[0]
    if leftover == query.rest[length - 1] and leftover in SUFFIXES:
        return _doubled(query, place)
    if _names_another_place(leftover, place, gazetteer):
        reason = f"{full_name(place)}のほかの地名も含むため、{place.name}だけのものか決められません。"
        return found([place], "body", 0.6, reason)
    if _LEFTOVER_TOWN.match(leftover):
        return found([place], "body", 0.85, f"{full_name(place)}の中の「{leftover}」です。")
    confidence = (0.92 if BODY.search(leftover) else 0.8) - (0.02 if len(leftover) > 12 else 0)
    if not query.prefecture:
        confidence -= 0.05 if length > 2 or BODY.search(leftover) else 0.3
    reason = f"「{full_name(place)}」で始まり、残りの「{leftover}」はその中の団体などと読みました。"
    return found([place], "body", round(confidence, 2), reason, level="body")


def _doubled(query: Query, place: Place) -> Answer:
    note = Note(
        "info",
        "suffix-doubled",
        None,
        query.text,
        f"「{query.text}」は「{query.rest[-1]}」が重なっています。{full_name(place)}と読みました。",
        "原本を確かめてください。",
    )
    reason = f"「{query.rest[-1]}」が重なっていますが、{full_name(place)}です。"
    return found([place], "ocr_repair", 0.92, reason, notes=[note])


def _names_another_place(leftover: str, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether the leftover goes on with 「・金沢…」 or 「と松本市…」."""
    if leftover[0] not in "・、と及/&":
        return False
    key = fold(leftover[1:])
    return bool(gazetteer.head(key)[1] or gazetteer.stem_head(key)[1]) and place.level != "prefecture"


def remark(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A body located by what stands in brackets or after ※: 古川商工会議所（宮城県大崎市）."""
    found_places: dict[str, Place] = {}
    for text in query.remarks:
        inner = parse(text, gazetteer, query.prefecture.name if query.prefecture else None)
        for rung in (names.exact, names.folded, _elsewhere):
            answer = rung(inner, gazetteer)
            if answer and answer.codes and answer.level != "prefecture":
                found_places |= {code: gazetteer.place(code) for code in answer.codes}
                break
    if len(found_places) != 1:
        return None
    place = next(iter(found_places.values()))
    reason = f"かっこ書きなどに{full_name(place)}とあります。"
    return found([place], "body", 0.9, reason, level="body")


def _elsewhere(query: Query, gazetteer: Gazetteer) -> Answer | None:
    places = _printed_inside(query.head, gazetteer)
    return found(places, "body", 0.85, "") if len(places) == 1 else None


def inside(query: Query, gazetteer: Gazetteer) -> Answer | None:
    """A municipality printed with its prefecture inside the text: 学園のある長野県南牧村周辺施設."""
    places = _printed_inside(query.head, gazetteer)
    if len(places) != 1:
        return None
    reason = f"文中に{full_name(places[0])}とあります。"
    return found(places, "body", 0.85, reason, level="body")


def _printed_inside(text: str, gazetteer: Gazetteer) -> list[Place]:
    """The municipalities that a text names with their prefecture."""
    key = fold(text)
    places: list[Place] = []
    for name, prefecture in gazetteer.prefecture_keys.items():
        at = key.find(name)
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
    return found(places, "body", 0.85, f"団体名に{full_name(places[0])}とあります。", level="body")


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
    prefectural = any(fold(p.stem) == query.key[:length] for p in gazetteer.prefectures)
    if not query.prefecture:
        return found([place], "body", 0.6, f"「{named}」は{full_name(place)}かもしれません。")
    if not leftover:
        confidence = 0.7 if region and place.kind not in ("city", "designated_city") else 0.88
        note = Note(
            "info",
            "suffix-lost",
            None,
            query.text,
            f"「{query.text}」は「{place.name[-1]}」が抜けています。{full_name(place)}と読みました。",
            "原本を確かめてください。",
        )
        reason = f"「{place.name[-1]}」が抜けていますが、{place.prefecture}でこの名は{place.name}だけです。"
        return found([place], "ocr_repair", confidence, reason, notes=[note])
    if second := _joined_stem(query, length, gazetteer):
        reason = f"「{named}」と「{second.stem}」の名が並び、{place.prefecture}でその名は一つずつです。"
        return found([place, second], "body", 0.82, reason, level="body")
    if _AREA.match(leftover) or prefectural or not BODY.search(leftover) or "大学" in leftover:
        return found([place], "body", 0.6, f"「{named}」は{full_name(place)}より広い地域かもしれません。")
    reason = f"「{named}」の名を持つのは{place.prefecture}では{place.name}だけです。"
    return found([place], "body", 0.82, reason, level="body")


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
    prefecture = query.prefecture
    rest = query.rest.removeprefix(prefecture.name)
    if NAME_LIKE.match(rest) or not BODY.search(rest):
        return None
    if not _PREFECTURAL.match(rest):
        return found([prefecture], "body", 0.6, f"「{rest}」が{prefecture.name}のどこの団体かわかりません。")
    reason = f"「{prefecture.name}」で始まり、残りの「{rest}」は{prefecture.name}の組織や団体と読みました。"
    return found([prefecture], "body", 0.85, reason, level="prefecture")
