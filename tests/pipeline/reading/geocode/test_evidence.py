"""What is known beside a name narrows every rung: former towns, their namesakes, lists, printed codes."""

import csv
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.folders import REFERENCE_DIR
from geo.ledger.schema import CONFIDENT
from geo.places.codes import to_code6
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder

GAZETTEER = Gazetteer.load()
GEOCODER = Geocoder(GAZETTEER, decisions=())

with (REFERENCE_DIR / "former_municipalities.csv").open(encoding="utf-8", newline="") as _file:
    FORMER = list(csv.DictReader(_file))
BY_PREFECTURE: dict[tuple[str, str], set[str]] = defaultdict(set)
for _row in FORMER:
    for _district in {"", *_row["district"].split("|")}:
        BY_PREFECTURE[_row["prefecture"], _district + _row["name"]].add(_row["code"])


def codes(text, **known):
    return GEOCODER.geocode(text, **known).codes


def shapes(row):
    """Texts that name a former municipality with what stands beside it, the prefecture supplied, and how many
    places of the table they fit: one, but for a town that was divided or has a namesake in its prefecture.
    """
    prefecture, name, today = row["prefecture"], row["name"], GAZETTEER.place(row["code"])
    several = len(BY_PREFECTURE[prefecture, name])
    for text in (
        f"{prefecture}{name}",
        f"{name}（{prefecture}）",
        f"{name} {prefecture}",
        f"{prefecture}／{name}",
        f"旧{name}（{prefecture}）",
    ):
        yield text, None, several
    yield name, prefecture, several
    yield f"{name}（現{today.name}）", None, 1
    yield f"{name}（現・{today.full_name}）", None, 1
    for district in filter(None, row["district"].split("|")):
        several = len(BY_PREFECTURE[prefecture, district + name])
        yield f"{prefecture}{district}{name}", None, several
        yield f"{name}（{prefecture}{district}）", None, several


def test_each_former_name_is_found_with_its_prefecture_district_or_bracket_and_never_elsewhere():
    for row in FORMER:
        for text, supplied, several in shapes(row):
            answer = GEOCODER.geocode(text, prefecture=supplied)
            if several == 1:
                assert answer.codes == (row["code"],), (text, answer)
                assert answer.confidence >= CONFIDENT
            else:
                # 上九一色村 was divided between two; 群馬県 had three 東村.
                assert answer.codes == (), (text, answer)
                assert row["code"] in answer.candidates, (text, answer)


#: The mergers from 1990 to 2002, before those that Japan Post's record begins with.
MERGED_SINCE_1990 = """
熊本県 飽田町 天明町 河内町 北部町|岩手県 和賀町 江釣子村 都南村 三陸町|静岡県 可美村|長野県 上郷町
茨城県 常澄村 勝田市 那珂湊市 鹿島町 大野村 潮来町 牛堀町 茎崎町|東京都 秋川市 五日市町 田無市 保谷市
兵庫県 篠山町 西紀町 丹南町 今田町|新潟県 黒埼町|埼玉県 浦和市 大宮市 与野市|沖縄県 仲里村 具志川村
香川県 津田町 大川町 志度町 寒川町 長尾町
"""


@pytest.mark.parametrize("line", MERGED_SINCE_1990.strip().replace("\n", "|").split("|"))
def test_the_mergers_since_1990_are_all_known(line):
    prefecture, *names = line.split()
    for name in names:
        (code,) = BY_PREFECTURE[prefecture, name]
        assert GAZETTEER.place(code).prefecture == prefecture
        assert codes(prefecture + name) == (code,)


def test_a_district_without_a_prefecture_is_enough_unless_two_had_such_a_town():
    undecided = set()
    for row in FORMER:
        for district in filter(None, row["district"].split("|")):
            for text in (f"{district}{row['name']}", f"{row['name']}（{district}）"):
                answer = GEOCODER.geocode(text)
                if answer.codes:
                    assert answer.codes == (row["code"],), text
                else:
                    assert row["code"] in answer.candidates, text
                    undecided.add(row["name"])
    assert undecided == {"鹿島町", "上九一色村", "那賀町"}


def test_a_name_that_is_a_municipality_today_stays_it_and_says_that_there_were_others():
    answer = GEOCODER.geocode("吉田町")
    assert answer.codes == ("22424",)
    assert CONFIDENT <= answer.confidence < GEOCODER.geocode("菊川市").confidence
    assert "合併前" in answer.reason
    assert codes("旧河南町") == ("04202",), "旧 says that it is not today's in 大阪府"


EVERY = sorted({(place.name, place.code) for place in GAZETTEER if place.level == "municipality"}) + [
    (row["name"], row["code"]) for row in FORMER
]


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(EVERY),
    st.sampled_from(GAZETTEER.prefectures),
    st.sampled_from(["{0}{1}", "{1}（{0}）", "{1} {0}", "{0}/{1}", "{0}の{1}", "（{0}）{1}", "{0}：{1}"]),
)
def test_a_name_that_the_prefecture_beside_it_has_is_never_another_prefectures(name, prefecture, shape):
    key = fold(name[0])
    within = {p.code for p in GAZETTEER.by_key(key, prefecture) + GAZETTEER.by_former(key, prefecture)}
    answer = GEOCODER.geocode(shape.format(prefecture.name, name[0]))
    assert not within or set(answer.codes) <= within


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # 郡 whose name holds a 村, 町 or 郡; a 郡 that is gone; one today's name has left.
        ("福島県田村郡船引町", "07211"),
        ("日置郡郡山町", "46201"),
        ("周桑郡丹原町", "38206"),
        ("鳳至郡穴水町", "17461"),
        # Old and new names in brackets choose between namesakes.
        ("伊達市(旧大滝村)", "01233"),
        ("南部町(旧福地村)", "02445"),
        ("中央町(現美里町)", "43348"),
        ("東村（旧・勢多郡）", "10212"),
        ("吉田町商工会（現燕市）", "15213"),
        # The 郡 settles an ending or a character that is wrong; what stands between it and the name.
        ("岐阜県揖斐郡揖斐町", "21401"),
        ("南津軽郡田舎館町", "02367"),
        ("北海道紋別郡上紋別町", "01559"),
        ("滋賀県犬上郡大字多賀町", "25443"),
        ("福岡県糟谷郡志免町", "40343"),
        ("長崎県五島列島新上五島町", "42411"),
        ("北海道宗谷管内稚内市", "01214"),
        # What stands behind: prefecture, 郡, both.
        ("須玉町 山梨県北巨摩郡", "19209"),
        ("阿智村　下伊那郡", "20407"),
        ("長野 / 飯田市", "20205"),
        ("飯田市＜長野県＞", "20205"),
        # Before a merger: an address, a body, a misprint.
        ("富山県福岡町三日市105", "16202"),
        ("新潟県吉田町教育委員会", "15213"),
        ("新潟県黒崎町", "15100"),
        # Where a list says 同 or 管内; a prefecture twice; a spelling before its fold; radicals of a PDF.
        ("同たつの市", "28229"),
        ("同県市川市", "12203"),
        ("管内名寄市", "01221"),
        ("県:前橋市", "10201"),
        ("栃木県栃木県下都賀郡岩舟町", "09203"),
        ("鹿嶋市観光協会", "08222"),
        ("鹿島市観光協会", "41207"),
        ("兵庫県⻄宮市", "28204"),
        # Wards that are no more, and no other city's of the name.
        ("大阪市東区", "27128"),
        ("大阪府大阪市南区役所", "27128"),
        ("浜松市浜北区", "22139"),
    ],
)
def test_one_place_is_read_with_what_stands_beside_it(text, code):
    answer = GEOCODER.geocode(text)
    assert answer.codes == (code,)
    assert answer.confidence >= CONFIDENT


@pytest.mark.parametrize(
    "text",
    [
        "浜松市北区",
        "群馬県東村",
        "兵庫県一宮町教育委員会",
        "那賀郡那賀町",
        "府中町（東京都）",
        "長野県内10市町村",
        "秋田県吉田町",
    ],
)
def test_what_two_places_could_be_is_left_open(text):
    assert GEOCODER.geocode(text).codes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("茨木県日立市・秋田県仙北市", "08202|05215"),
        ("南足柄市と足柄上・下郡の2市8町", "14217|14361|14362|14363|14364|14366|14382|14383|14384"),
        ("大阪府池田市、北海道、福井県の池田町", "27204|01644|18382"),
        ("福島県、茨城県及び栃木県三県", "07000|08000|09000"),
        ("青森・岩手・宮城の3県", "02000|03000|04000"),
        ("富山県:高岡市・射水市", "16202|16211"),
        ("旧浦和市、旧大宮市、旧与野市", "11100"),
        ("長野県高遠町・松本市", "20209|20202"),
        ("北海道・四国4県", "01000|36000|37000|38000|39000"),
        ("足柄上郡5町", "14361|14362|14363|14364|14366"),
    ],
)
def test_a_text_of_several_places_is_all_of_them(text, expected):
    assert codes(text) == tuple(expected.split("|"))


@pytest.mark.parametrize(
    "text", ["長野市と足柄上下郡", "松本市・どこか町の協議会", "秋田県仙北市、知らない市、鹿角市"]
)
def test_a_text_of_several_places_never_shrinks_to_one(text):
    assert codes(text) == ()


@pytest.mark.parametrize(
    ("text", "number"), [("秋田県内13都市", 13), ("秋田県内13市9町3村", 25), ("長野県内77市町村", 77)]
)
def test_a_counted_group_is_expanded_if_the_count_is_right(text, number):
    answer = GEOCODER.geocode(text)
    assert (len(answer.codes), answer.level) == (number, "group")
    assert codes(text.replace(str(number), str(number - 1))) == () or number == 25


def test_a_wrong_count_of_names_that_are_all_read_is_noted():
    answer = GEOCODER.geocode("南足柄市と足柄上・下郡の2市8町")
    assert any("数が合いません" in note.message for note in answer.notes)


def test_a_printed_code_beats_a_namesake_that_is_called_so_today():
    for code6 in ("402311", "403059"):
        answer = GEOCODER.geocode("那珂川町", code6=code6)
        assert answer.codes == ("40231",), "of 福岡県, today's or that of before it was a city"
    assert codes("那珂川町", code6="094111") == ("09411",)
    assert codes("栃木県那珂川町", code6="402311") == ("09411",), (
        "what is printed with the name beats the code"
    )


def test_every_former_name_is_its_places_where_the_code_is_printed():
    for row in FORMER:
        if not row["name"].endswith("区"):
            assert codes(row["name"], code6=to_code6(row["code"])) == (row["code"],)


@pytest.mark.parametrize("code", ["12335", "01233"])
def test_five_digits_choose_between_candidates(code):
    answer = GEOCODER.geocode("伊達市", code6=code)
    assert (answer.codes, answer.method) == (("01233",), "code")
    assert [note.rule for note in answer.notes] == ["code-check-digit"]


def test_a_supplied_prefecture_is_asked_first_and_a_whole_name_elsewhere_last():
    assert codes("吉田町", prefecture="新潟県") == ("15213",)
    assert codes("長野市", prefecture="広島県") == ("20201",)
    assert codes("東村山市", prefecture="沖縄県") == ("13213",)
    assert codes("東村", prefecture="群馬県") == ()
    assert codes("川口市", prefecture="山口県") == (), "山口市 misprinted, or 埼玉県's: nobody can tell"


def test_the_list_a_body_stands_in_says_nothing_against_a_printed_prefecture():
    answer = GEOCODER.geocode("鶴岡ブランド推進協議会（山口県）", known={"06203"})
    assert answer.codes == ()
