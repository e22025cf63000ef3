"""Rung 7: misprints are repaired inside the prefecture, with a note, and never on a tie."""

import random

import pytest

from geo.ledger.schema import CONFIDENT
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder
from pipeline.reading.geocode.near_names import LOOK_ALIKE, OTHER, NearNames, cost, look_alikes

GEOCODER = Geocoder(Gazetteer.load(), decisions=())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("群馬県嬭恋村", "10425"),
        ("茨城県銚田市", "08234"),
        ("秋田県大湯村", "05368"),
        ("熊本県水川町", "43468"),
        ("山形県高島町", "06381"),
        ("高知県梶原町", "39405"),
        ("佐賀県姫野市", "41209"),
        ("福島県楡葉町", "07542"),
        ("埼玉県秩父郡長瀨町", "11363"),
        ("栲原町教育委員会", "39405"),
        ("銚田市", "08234"),
    ],
)
def test_a_look_alike_character_is_repaired(text, code):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.method) == ((code,), "ocr_repair")
    assert answer.confidence >= CONFIDENT
    assert "→" in answer.reason
    assert [note.rule for note in answer.notes] == ["ocr-repair"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("鳥根県隠岐の島町", "32528"),
        ("郡馬県高崎市", "10202"),
        ("崎玉県秩父市", "11207"),
        ("茨木県水戸市", "08201"),
        ("長野懸松本市", "20202"),
    ],
)
def test_a_misprinted_prefecture_is_repaired_when_it_makes_the_name_right(text, code):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.method) == ((code,), "ocr_repair")


def test_a_suffix_lost_or_doubled():
    lost, doubled = GEOCODER.geocode("東京都八王子"), GEOCODER.geocode("宮城県登米市市")
    assert (lost.codes, doubled.codes) == (("13201",), ("04212",))
    assert [note.rule for note in (*lost.notes, *doubled.notes)] == ["suffix-lost", "suffix-doubled"]


def test_the_wrong_prefecture_only_where_the_name_exists_nowhere_else():
    answer = GEOCODER.geocode("鹿児島県隠岐の島町")
    assert answer.codes == ("32528",)
    assert [note.rule for note in answer.notes] == ["wrong-prefecture"]
    assert GEOCODER.geocode("福島県美里町").codes == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [("宮城県外ヶ浜町", ("02307",)), ("埼玉県東松島市", ("04214",)), ("愛知県苫小牧市", ())],
)
def test_a_name_whole_elsewhere_is_no_misprint_of_another(text, codes):
    assert GEOCODER.geocode(text).codes == codes


def test_a_name_that_lost_its_beginning_needs_something_to_confirm_it():
    alone = GEOCODER.geocode("山梨県三郷町")
    assert alone.codes == ()
    assert alone.candidates == ("19346", "29343")
    assert GEOCODER.geocode("山梨県三郷町三珠地区活性化協議会").codes == ("19346",)


@pytest.mark.parametrize(
    "text", ["神奈川県相模市", "長野県市", "北海道別町", "東京都X市", "福岡県大町", "東城区"]
)
def test_a_mere_guess_is_left_open(text):
    answer = GEOCODER.geocode(text)
    assert answer.codes == ()
    assert answer.confidence < CONFIDENT


def test_the_cost_of_edits():
    assert cost("大湯村", "大潟村") == LOOK_ALIKE
    assert cost("大森村", "大潟村") == OTHER
    assert cost("相模市", "相模原市") == OTHER
    assert cost("同じ", "同じ") == 0
    assert cost("まったく", "違う名前です") > 2


def test_look_alikes_go_both_ways_and_strong_ones_are_fewer():
    pairs, strong = look_alikes(), look_alikes(strong=True)
    assert all(a in pairs[b] for a, others in pairs.items() for b in others)
    assert sum(map(len, strong.values())) < sum(map(len, pairs.values()))
    assert all(strong[a] <= pairs[a] for a in strong)


def test_near_names_are_all_that_cost_no_more():
    chance = random.Random(7)
    names = Gazetteer.load().ever_members("01000")[1]
    near = NearNames(names)
    letters = "".join(names) + "ヶノ"
    alike = look_alikes()
    hits = 0
    for _ in range(300):
        name = list(chance.choice(names))
        for _ in range(chance.randint(0, 3)):
            at = chance.randrange(len(name))
            others = sorted(alike.get(name[at], ())) if chance.random() < 0.6 else []
            name[at : at + chance.randint(0, 1)] = chance.choice(others or letters)
        printed, limit = "".join(name), chance.choice([1.0, 2.0])
        found = list(near.within(printed, limit))
        assert found == [
            (edits, at) for at, one in enumerate(names) if (edits := cost(printed, one, limit)) <= limit
        ]
        hits += bool(found)
    assert hits > 100
