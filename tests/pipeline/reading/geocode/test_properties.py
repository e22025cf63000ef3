"""What holds for any text, and for the truth read by hand."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ledger.schema import CONFIDENT, LEVELS, METHODS
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Decision, Geocoder, geocode_lines

GAZETTEER = Gazetteer.load()
GEOCODER = Geocoder(GAZETTEER, decisions=())
PIECES = st.sampled_from(
    [
        "東京都",
        "北海道",
        "秋田県",
        "鳥根県",
        "郡",
        "市",
        "区",
        "町",
        "村",
        "島",
        "の",
        "立",
        "・",
        "、",
        "等",
        "（",
        "）",
        "(",
        ")",
        "※",
        "旧",
        "JA",
        "(一社)",
        "株式会社",
        "教育委員会",
        "協会",
        "商工会議所",
        "地区",
        "大学",
        "鹿角市",
        "大町",
        "府中市",
        "港区",
        "中央区",
        "四日市市",
        "上市町",
        "武蔵村山市",
        "嬭恋村",
        "ヶ",
        "ケ",
        "が",
        "龍",
        "竜",
        "特別区",
        "23区",
        "町村会",
        "市長会",
        "ウィーン市",
        "中国",
        "123",
        "-",
        "—",
    ]
)
TEXTS = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=15)
CODES = st.none() | st.text("0123456789-", max_size=7) | st.sampled_from(["052094", "131016", "470007"])


@settings(max_examples=400, deadline=None)
@given(TEXTS, CODES, st.none() | st.sampled_from(["秋田県", "東京都", "なし県"]), st.lists(TEXTS, max_size=4))
def test_geocoding_never_raises_and_answers_only_with_places(text, code6, prefecture, others):
    answer = GEOCODER.geocode(
        text,
        prefecture=prefecture,
        code6=code6,
        origin_code="13103",
        context=[*others, text],
        known=["05209"],
    )
    assert answer.level in LEVELS
    assert answer.method in METHODS
    assert 0 <= answer.confidence <= 1
    assert answer.reason
    assert all(code in GAZETTEER for code in (*answer.codes, *answer.candidates))
    assert bool(answer.codes) == (answer.confidence >= CONFIDENT)
    assert (answer.level in ("unresolved", "foreign")) == (not answer.codes)
    assert (answer.via is not None) == (answer.level == "group")


@settings(deadline=None)
@given(TEXTS)
def test_the_same_question_has_the_same_answer(text):
    assert GEOCODER.geocode(text) == Geocoder(GAZETTEER, decisions=()).geocode(text)


def test_every_official_name_is_itself():
    for place in GAZETTEER:
        name = place.prefecture + place.city + place.name if place.level != "prefecture" else place.name
        answer = GEOCODER.geocode(name)
        assert (answer.codes, answer.method, answer.confidence) == ((place.code,), "exact", 1.0), name


def test_no_name_without_a_prefecture_is_taken_for_another_place():
    for place in GAZETTEER:
        answer = GEOCODER.geocode(place.name)
        assert answer.codes == (place.code,) or place.code in answer.candidates, place.name


def test_a_decision_changes_only_the_mention_it_names():
    texts = ["出展希望自治体", "府中市", "秋田県鹿角市", "遊佐ブランド推進協議会"]
    decided = Geocoder(GAZETTEER, [Decision("府中市", ("34208",)), Decision("秋田県鹿角市", ())])
    for text in texts:
        if text not in ("府中市", "秋田県鹿角市"):
            assert decided.geocode(text) == GEOCODER.geocode(text)
    assert decided.geocode("府中市").codes == ("34208",)
    assert decided.geocode("秋田県鹿角市").codes == ()
    assert {decided.geocode(text).method for text in ("府中市", "秋田県鹿角市")} == {"decision"}


def test_who_decided_goes_out_with_no_answer():
    own = Decision(
        "本州の真ん中の市", ("20202",), decided_by="企画課 鈴木", decided_on="2026-11-20", reason="電話で確認"
    )
    answer = Geocoder(GAZETTEER, [own]).geocode(own.text)
    assert answer.reason == "長野県松本市と決められています（2026-11-20）：電話で確認"


def test_lines_are_answered_one_by_one():
    def endless():
        while True:
            yield "秋田県鹿角市\n"

    text, answer = next(geocode_lines(endless(), GEOCODER))
    assert (text, answer.codes) == ("秋田県鹿角市", ("05209",))


def test_the_truth_read_by_hand(root):
    """No wrong code, and hardly one missed, among the names of three wards and Setagaya's database."""
    with (root / "tests/gold/partners.tsv").open(encoding="utf-8") as file:
        truth = {
            (row["partner_raw"], tuple(sorted(filter(None, row["expected_codes"].split("|")))))
            for row in csv.DictReader(file, delimiter="\t")
            if row["certain"] == "yes"
        }
    answers = [(text, expected, tuple(sorted(GEOCODER.geocode(text).codes))) for text, expected in truth]
    wrong = [row for row in answers if row[2] and row[1] != row[2]]
    missed = [row for row in answers if row[1] and not row[2]]
    assert wrong == []
    assert len(missed) <= 0.01 * len(answers), missed


@pytest.mark.parametrize(
    "reference", ["groups.csv", "former_municipalities.csv", "look_alikes.csv", "characters.csv"]
)
def test_reference_files_open_in_a_spreadsheet(root, reference):
    with (root / "data/reference" / reference).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1
