"""The fold: different spellings of one name meet, different names of one prefecture never do."""

import csv
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places import folding
from geo.places.folding import fold, squeeze

JAPANESE = st.text(
    st.sampled_from(
        "龍竜澤沢ケヶがガヵか゛゙ッツつっァア巿市二ニ三ミ工エ县縣県　 -ー一﨑嵜崎葛󠄀ｶﾞｻﾞ①㈱ＡaZ・（）。"
    )
    | st.characters(),
    max_size=12,
)


@settings(deadline=None)
@given(JAPANESE)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(JAPANESE)
def test_squeezing_twice_changes_nothing_and_leaves_no_space(text):
    squeezed = squeeze(text)
    assert squeeze(squeezed) == squeezed
    assert not any(character.isspace() for character in squeezed)


def test_characters_taken_one_by_one_are_taken_as_in_any_text():
    single = [one for one in map(chr, range(0x10000)) if folding._SINGLES.fullmatch(one)]
    assert len(single) > 21_000
    for one in single:
        assert fold(one) == folding._folded(one), hex(ord(one))
        assert squeeze(one) == folding._squeezed(one), hex(ord(one))


@settings(deadline=None)
@given(JAPANESE | st.text(st.sampled_from("龍ケがか一ニー・～－-（）()Ａａ１ 　〇々゙ｶﾞ県縣"), max_size=8))
def test_what_stands_beside_a_character_changes_nothing_where_it_is_taken_alone(text):
    assert fold(text) == folding._folded(text)
    assert squeeze(text) == folding._squeezed(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("龍ケ崎市", "竜ヶ崎市"),
        ("龍ケ崎市", "龍が崎 市"),
        ("鰺ヶ沢町", "鯵ケ澤町"),
        ("ニセコ町", "二セコ町"),
        ("さいたま市", "サイタマ市"),
        ("檜原村", "桧原村"),
        ("鹿嶋市", "鹿島市"),
        ("千葉縣", "千葉県"),
        ("八王子巿", "八王子市"),
        ("梼原町", "檮原町"),
        ("塩竈市", "鹽釜市"),
        ("隠岐の島町", "隠岐ノ島町"),
        ("山之内町", "山ノ内町"),
        ("葛󠄀城市", "葛城市"),
        ("松\u00ad本\u2060市\u202e", "松本市"),
        ("つか\u3099る市", "つがる市"),
        ("ｾﾝﾀｰ", "センター"),
        ("へぐり町", "ヘグリ町"),
        ("一ー", "ー一"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("大町市", "大町町"), ("三島市", "三鳥市"), ("太田市", "大田市")])
def test_different_names_keep_different_keys(one, other):
    assert fold(one) != fold(other)


def test_no_two_places_of_a_prefecture_share_a_key(root):
    with (root / "data/reference/municipalities.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] != "designated_ward"]
    codes = defaultdict(set)
    for row in rows:
        codes[row["prefecture"], fold(row["name"])].add(row["code"])
    assert [key for key, found in codes.items() if len(found) > 1] == []


def test_every_pair_of_characters_csv_has_its_kind_and_one_standard(root):
    with (root / "data/reference/characters.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    variants = [row["character"] for row in rows]
    standards = {row["standard"] for row in rows if row["kind"] != "部首"}
    assert len(set(variants)) == len(variants)
    assert not standards & set(variants), "a standard is never itself a variant"
    assert {row["kind"] for row in rows} == {"仮名", "形が同じ", "旧字体・異体字", "部首"}


def test_radicals_copied_from_a_pdf_are_the_kanji_of_their_shape():
    assert squeeze("⻑崎県⻄海市⻘⻯⻲⻩") == "長崎県西海市青竜亀黄"
    assert squeeze("⾧野県") == "長野県", "the Kangxi Radicals as well"
