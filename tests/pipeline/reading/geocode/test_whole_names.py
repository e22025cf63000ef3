"""Rungs 1 to 4 and 6: printed code, exact, folded, former names, groups; and names run together."""

import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder

GEOCODER = Geocoder(Gazetteer.load(), decisions=())


def geocode(text, **known):
    return GEOCODER.geocode(text, **known)


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("秋田県鹿角市", "05209", "municipality"),
        ("小金井市", "13210", "municipality"),
        ("京都府京都市山科区", "26110", "designated_ward"),
        ("横浜市鶴見区", "14101", "designated_ward"),
        ("福井県", "18000", "prefecture"),
        ("群馬県川場村(※ふるさと公社)", "10444", "municipality"),
        ("青森県青森市(旧:浪岡町)", "02201", "municipality"),
        ("福島県（アクアマリンふくしま）", "07000", "prefecture"),
        ("長崎県長崎市 等", "42201", "municipality"),
    ],
)
def test_exact_names(text, code, level):
    answer = geocode(text)
    assert (answer.codes, answer.level, answer.method) == ((code,), level, "exact")
    assert answer.confidence >= 0.95


def test_an_exact_name_with_its_prefecture_is_as_certain_as_can_be():
    assert geocode("秋田県鹿角市").confidence == 1.0 > geocode("鹿角市").confidence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("茨城県龍ヶ崎市", "08208"),
        ("千葉縣市川市", "12203"),
        ("北海道二セコ町", "01395"),
        ("佐賀県鹿嶋市", "41207"),
        ("福島県南会津郡南会津町", "07368"),
        ("埼玉県秩父郡横瀬 町", "11361"),
        ("高知県檮原町", "39405"),
        ("塩釜市", "04203"),
        ("北海道十勝清水町", "01636"),
    ],
)
def test_folded_names(text, code):
    answer = geocode(text)
    assert (answer.codes, answer.method) == ((code,), "folded")
    assert answer.confidence >= 0.9


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("長野県高遠町", "20209"),
        ("旧千厩町", "03209"),
        ("岩手県滝沢村", "03216"),
        ("埼玉県大宮市", "11100"),
        ("長野県山口村", "21206"),
        ("浦和市", "11100"),
        ("静岡県清水市", "22100"),
        ("福井県大飯町", "18483"),
        ("新潟県古志郡山古志村", "15202"),
        ("岐阜県郡上郡八幡町", "21219"),
    ],
)
def test_former_names_are_todays_place(text, code):
    answer = geocode(text)
    assert (answer.codes, answer.method) == ((code,), "former_name")
    assert "今の" in answer.reason


def test_a_village_may_have_become_a_town_but_no_town_was_ever_a_city():
    risen, fallen = geocode("岩手県雫石村"), geocode("岩手県雫石市")
    assert (risen.codes, risen.method) == (("03301",), "former_name")
    assert (fallen.codes, fallen.candidates) == ((), ("03301",))


def test_a_former_name_of_several_places_is_left_open():
    answer = geocode("群馬県東村")
    assert answer.codes == ()
    assert len(answer.candidates) == 3


@pytest.mark.parametrize(
    "text", ["府中市", "伊達市", "港区", "中央区", "高島町", "神奈川県緑区", "池田町", "府中市教育委員会"]
)
def test_an_ambiguous_name_is_left_open_with_its_candidates(text):
    answer = geocode(text)
    assert (answer.codes, answer.level, answer.method) == ((), "unresolved", "none")
    assert len(answer.candidates) > 1


def test_a_supplied_prefecture_settles_it_but_a_printed_one_wins():
    assert geocode("府中市", prefecture="広島県").codes == ("34208",)
    assert geocode("東京都府中市", prefecture="広島県").codes == ("13206",)
    assert geocode("長野市", prefecture="広島県").codes == ("20201",)


@pytest.mark.parametrize(
    ("text", "number", "via"),
    [
        ("都内23特別区", 23, "特別区"),
        ("東京都島しょ（9町村）", 9, "東京都島しょ部"),
        ("東京都多摩地区など", 30, "多摩地域"),
        ("北海道宗谷町村会", 9, "宗谷町村会"),
        ("金沢・富山県西部広域観光推進協議会", 7, "金沢・富山県西部広域観光推進協議会"),
        ("長野県木曽郡", 6, "長野県木曽郡"),
        ("東北六県", 6, "東北6県"),
    ],
)
def test_groups_are_expanded_to_their_members(text, number, via):
    answer = geocode(text)
    assert (answer.level, answer.method, answer.via) == ("group", "group", via)
    assert len(answer.codes) == number


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("佐賀県武雄市太良町", ("41206", "41441")),
        ("高知県土佐町中土佐町", ("39363", "39401")),
        ("長野県飯田市福井県坂井市", ("20205", "18210")),
        ("府中市福山市", ("34208", "34207")),
        ("中央区千代田区港区", ("13102", "13101", "13103")),
        ("宮崎県西臼杵郡高千穂町日之影町五ヶ瀬町", ("45441", "45442", "45443")),
    ],
)
def test_names_run_together_give_every_place_and_a_note(text, codes):
    answer = geocode(text)
    assert answer.codes == codes
    assert [note.rule for note in answer.notes] == ["names-run-together"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("鹿角市・小坂町", ("05209", "05303")),
        ("福島県双葉郡浪江町・双葉町", ("07547", "07546")),
        ("千葉県浦安市、市川市", ("12227", "12203")),
        ("甲府市と南アルプス市", ("19201", "19208")),
        ("岩手県・宮城県・福島県", ("03000", "04000", "07000")),
    ],
)
def test_names_with_separators_that_nobody_split_give_every_place(text, codes):
    answer = geocode(text)
    assert (answer.codes, answer.notes) == (codes, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("府中市（広島県）", "34208"),
        ("美郷町(秋田)", "05434"),
        ("高山村（群馬県吾妻郡）", "10428"),
        ("中央区（札幌市）", "01101"),
        ("広島県の府中市", "34208"),
        ("広島県・府中市", "34208"),
        ("福島・伊達市", "07213"),
    ],
)
def test_a_prefecture_said_in_another_way_settles_an_ambiguous_name(text, code):
    assert geocode(text).codes == (code,)


def test_a_count_in_a_groups_name_must_be_right():
    assert len(geocode("十勝管内18町村").codes) == 18
    assert geocode("十勝管内17町村").codes == ()


def test_a_bracket_that_lists_municipalities_after_a_prefecture_is_what_is_meant():
    assert geocode("秋田県（鹿角市・小坂町）").codes == ("05209", "05303")


@pytest.mark.parametrize(
    ("text", "code6", "codes", "method", "rules"),
    [
        ("新潟県十日町市", "152102", ("15210",), "code", []),
        ("福島県", "70009", ("07000",), "exact", ["code-check-digit"]),
        ("山形県", "060000", ("06000",), "exact", ["code-check-digit"]),
        ("長野県", "202096", ("20000",), "exact", ["code-against-name"]),
        ("宮崎県高千穂地区", "454419", ("45441",), "code", []),
        ("富山県八尾山田商工会議所", "162019", ("16201",), "body", []),
        ("北海道胆振町村会", "-", None, "group", []),
        ("岩手県盛岡市", "999999", ("03201",), "exact", ["code-check-digit"]),
    ],
)
def test_a_printed_code_counts_only_when_the_name_agrees(text, code6, codes, method, rules):
    answer = geocode(text, code6=code6)
    assert codes is None or answer.codes == codes
    assert answer.method == method
    assert [note.rule for note in answer.notes] == rules


def test_a_lost_zero_is_named_as_what_it_is():
    (note,) = geocode("福島県", code6="70009").notes
    assert "先頭の 0" in note.message
    assert "070009" in note.suggestion


def test_a_prefecture_in_brackets_that_has_no_such_place_is_told():
    answer = geocode("鳥取市（島根県）")
    assert (answer.codes, answer.method) == (("31201",), "ocr_repair")
    assert [note.rule for note in answer.notes] == ["wrong-prefecture"]
    assert geocode("府中町（東京都）").codes == ()
    assert geocode("鳥取市（鳥取県）").notes == ()


@pytest.mark.parametrize(
    "text", ["宮城県角田市ほか2市", "宮城県角田市など３市町", "宮城県角田市外1市", "宮城県角田市、他12団体"]
)
def test_and_so_many_others_is_no_part_of_the_name(text):
    answer = geocode(text)
    assert (answer.codes, answer.level, answer.method) == (("04208",), "municipality", "exact")


@pytest.mark.parametrize(
    "text",
    [
        "都内26市（町田市を除く）",
        "特別区（港区以外）",
        "港区を除く22区",
        "横浜市を除く18市町村",
        "神奈川県横浜市以外の市",
    ],
)
def test_a_group_without_some_of_its_members_is_left_open(text):
    neighbours = {"origin_code": "13103", "context": [text, "神奈川県川崎市"], "known": {"14100", "13103"}}
    assert GEOCODER.geocode(text, **neighbours).codes == ()
