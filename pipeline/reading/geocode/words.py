"""The words by which a text is known for a body, a region or a name."""

from __future__ import annotations

import re

#: What a body is called. Nothing here is part of a municipality's own name.
BODY = re.compile(
    r"協会|協議会|議会|委員会|連合|組合|商工|会議所|公社|財団|社団|法人|会社|センター|事務所|支所|役場|役所|庁|局|部$|課|室|"
    r"学校|小学|中学|高校|大学|学園|幼稚園|保育|公民館|図書館|博物館|美術館|資料館|記念館|会館|植物園|動物園|水族館|病院|"
    r"クラブ|チーム|連盟|サークル|少年団|青年部|婦人|女性部|子ども会|保存会|実行委|振興|物産|観光|農業|漁業|林業|農協|漁協|"
    r"農園|農家|牧場|市場|商店|温泉|旅館|ホテル|民宿|施設|公園|道の駅|アンテナショップ|県人会|町内会|自治会|老人会|同窓会|"
    r"消防|警察|自衛隊|寮|銀行|信用金庫|信金|生協|部会|協力隊|神社|寺$|教育|社協|青年会|会$|園$|館$|団$|隊$|校$|所$|店$|社$|院$|団体|推進|"
    r"研究|NPO|JA|ネットワーク|の"
)
#: A text that looks like a municipality's name, if an unknown one: never a body of the prefecture.
NAME_LIKE = re.compile(r"^(?!市町村|町村|区市町村)[^の立]{1,6}?[市町村区](?!町村|村会|長会|民)")
#: Bodies that are called after the one municipality they are in.
LOCAL_BODY = re.compile(
    r"^(?:商工会|商工会議所|青年会議所|観光協会|温泉観光協会|農業協同組合|漁業協同組合|森林組合|農協|漁協|青年部|社会福祉協議会)"
)
#: What the name of a prefecture's own office or of a prefecture-wide body goes on with.
PREFECTURAL = re.compile(
    r"^(?:の|立|庁|知事|議会|教育|警察|県人|県民|都民|府民|道民|東京|大阪|名古屋|防災|危機|消防|観光|物産|産業|商工|農|漁業|水産|"
    r"林業|森林|木材|畜産|酒造|住宅|環境|自然|文化|芸術|福祉|社会|国際|体育|スポーツ|企画|総務|政策|地域|復興|健康|保健|医療|"
    r"土木|建設|交通|港湾|市町村|町村|アンテナショップ|事務所|首都圏|在京|関東|振興|推進|人会|協議会|連合|青年|老人|婦人|"
    r"女性|障害|子ども|こども|少年|学校|学生|高等学校|私立|大学|病院|税|労働|雇用|移住|広報|ふるさと|フィルム|ふれあい|生活|エネルギー)"
)
#: What makes a region of a name: wider, perhaps, than the municipality of that name. Also a prefecture's branch
#: offices, which are called after a region, and mountains, waters and islands: 富士山, 千曲川, 淡路島.
AREA = re.compile(
    r"^(?:地区|地域(?!おこし|活性化)|地方|圏|広域|管内|一円|方面|郡|半島|諸島|列島|周辺|流域|エリア|沿岸|全域|南部|北部|東部|西部|"
    r"(?:総合)?(?:振興局|支庁)|県民局|県民センター|[山川湖島海灘岳谷峡湾](?![の田口本崎形村産車菜林魚苔]))"
)
#: What is said of several municipalities together, wherever it stands.
WIDE = re.compile(r"広域|市町村圏|一部事務組合|国立公園|国定公園")
#: Bodies of one municipality also where its name is a region's too; those of farmers and fishers span regions.
TOWN_BODY = re.compile(r"^(?:商工会|青年会議所|観光協会|社会福祉協議会)")
#: Provinces of old (令制国) that today's municipality of the name is only a part of. 佐渡, 壱岐 and 対馬 are whole.
PROVINCES = re.compile(
    r"^(?:和泉|摂津|伊賀|伊勢|志摩|甲斐|伊豆|美濃|飛[騨驒]|信濃|下野|若狭|越前|加賀|能登|丹波|伯耆|出雲|播磨|美作|備前|"
    r"安芸|長門|淡路|阿波|伊予|土佐|筑前|筑後|豊前|日向)$"
)
#: After 市, 町 or 村 these go on with another word: 大和市場, 長野市街地, 群馬県市長会.
CONTINUES = re.compile(r"^(?:場|街|並|長会|村会|町村|区町村)")
#: Who of a group is not meant: 県内10市（八戸市を除く）, 青森市以外の9市.
EXCEPT = re.compile(r"除[くき]|以外")
#: A 町, 村 or 区 inside a municipality.
PART = re.compile(r"^.{1,8}[町村区]$")
#: What joins one name to the next.
JOINT = re.compile(r"^(?:[・、,/&+]|と|や|及び|および|並びに)")
#: What an address goes on with after its municipality: 三日市105, 大字中山1-2, 東十二丁目第19地割10-54.
ADDRESS = re.compile(r"\d(?:番地?|号)?$|^(?:大字|字)|丁目|番地|地割|\d+[-−‐–ー]\d+")
#: After a joint, what looks like one more name, or several, that no table knows: 足柄上・下郡の2市8町.
ANOTHER_NAME = re.compile(r"^[^の立、,]{1,8}?(?:[市町村区郡]|[都道府県])(?:$|[・、,の])")
#: A name and a joint, whatever comes then: the text is a list.
LISTED_BEFORE = re.compile(r"(?:(?<!都)市|[区町村郡])(?:[・、,/]|と|及び)")

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_NUMBER = r"\d{1,3}|[〇一二三四五六七八九十百]{1,4}"
_UNITS = {
    "都市": "市",
    "市": "市",
    "特別区": "区",
    "区": "区",
    "町村": "町村",
    "町": "町",
    "村": "村",
    **dict.fromkeys(("市町村", "市区町村", "区市町村", "自治体", "団体"), "市区町村"),
    **dict.fromkeys("都道府県", "都道府県"),
}
_COUNTED = re.compile(f"({_NUMBER})({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
#: Nothing but counts of municipalities: 2市8町.
TALLY = re.compile(f"(?:{_COUNTED.pattern})+")


def number(text: str) -> int:
    """Return the number written in figures or kanji, up to 999: 13, 十三, 一三.

    >>> number("13"), number("十三"), number("二十六"), number("一三")
    (13, 13, 26, 13)
    """
    if text.isdecimal():
        return int(text)
    value, digits = 0, ""
    for character in text:
        if unit := {"十": 10, "百": 100}.get(character):
            value, digits = value + int(digits or 1) * unit, ""
        else:
            digits += str(_DIGITS[character])
    return value + int(digits or 0)


def tally(text: str) -> list[tuple[str, int]]:
    """Return what a text consists of that counts municipalities, else nothing.

    >>> tally("2市8町"), tally("13都市"), tally("三県"), tally("5市ほか")
    ([('市', 2), ('町', 8)], [('市', 13)], [('都道府県', 3)], [])
    """
    if not TALLY.fullmatch(text):
        return []
    return [(_UNITS[unit], number(count)) for count, unit in _COUNTED.findall(text)]
