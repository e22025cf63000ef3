"""Municipalities in running text: names, and words that only contain one."""

from __future__ import annotations

import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.reading.named_places import codes_named, partner_meant


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("福井県坂井市と品川区との連携事業", ["18210", "13109"]),
        ("（釧路管内8市町村：釧路市・釧路町・厚岸町）", ["01206", "01661", "01662"]),
        ("穂積 志 秋田市長が西川会長を訪問", ["05201"]),
        ("会場：千年の苑（埼玉県比企郡嵐山町鎌形地内）", ["11342"]),
        ("会場：青森市内ホテル", ["02201"]),
        ("四日市市、廿日市市、野々市市、大町市、余市町", ["24202", "34213", "17212", "20212", "01408"]),
        ("港区立南桜公園と北区", ["13103", "13117"]),
        ("港区、港区", ["13103"]),
    ],
)
def test_names(gazetteer, text, codes):
    assert codes_named(text, gazetteer, home="13000") == codes


@pytest.mark.parametrize(
    "text",
    [
        "東京都市長会、京都府市町村、全国町村会",
        "東海道五十三次市区町災害時相互援助協定",
        "大井町駅前実証実験",
        "東京２３区・特別区長会",
        "青森県内市町村へ説明",
    ],
)
def test_no_names(gazetteer, text):
    assert codes_named(text, gazetteer, home="13000") == []


def test_a_name_of_several_places_is_the_one_at_home_or_beside_the_others(gazetteer):
    assert codes_named("府中市", gazetteer) == []
    assert codes_named("府中市", gazetteer, home="13000") == ["13206"]
    assert codes_named("広島県福山市と府中市", gazetteer) == ["34207", "34208"]


PARTNERS = ("01221", "10429", "15208", "07212", "13421", "19424", "22304")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("物産展 吾妻の朝市", "10429"),
        ("物産展 おぢやフェア", "15208"),
        ("物産展 小千谷ふるさと市場", "15208"),
        ("伊豆の物産展", "22304"),
        ("秋の物産展", None),
        ("小笠原と名寄の物産展", None),
    ],
)
def test_a_partner_named_in_short(gazetteer, title, code):
    assert partner_meant(title, PARTNERS, gazetteer) in ({code} if code else {None, "13421"})
