"""What origins are called, whoever they are."""

from __future__ import annotations

import pytest

from geo.ledger.origins import Naming, Origin

MINATO = Origin("13103", "港区", "special_ward", "東京都")
KITA = Origin("13117", "北区", "special_ward", "東京都")
KAWASAKI = Origin("14130", "川崎市", "designated_city", "神奈川県")
KASHIWA = Origin("12217", "柏市", "city", "千葉県")
NAGAREYAMA = Origin("12220", "流山市", "city", "千葉県")
HORONOBE = Origin("01520", "幌延町", "town", "北海道")
SARUFUTSU = Origin("01511", "猿払村", "village", "北海道")
CHIBA = Origin("12000", "千葉県", "prefecture", "千葉県")
KANAGAWA = Origin("14000", "神奈川県", "prefecture", "神奈川県")
TSUZUKI = Origin("14118", "都筑区", "designated_ward", "神奈川県")


@pytest.mark.parametrize(
    ("origins", "noun", "heading", "everyone", "peers", "home", "away", "title"),
    [
        ((MINATO, KITA), "区", "区", "2区", "特別区どうし", "都内", "都外", "特別区交流マップ"),
        ((MINATO,), "区", "区", "港区", "区どうし", "都内", "都外", "港区交流マップ"),
        ((KAWASAKI,), "市", "市", "川崎市", "市どうし", "県内", "県外", "川崎市交流マップ"),
        ((KASHIWA, NAGAREYAMA), "市", "市", "2市", "市どうし", "県内", "県外", "交流マップ"),
        (
            (KASHIWA, KAWASAKI),
            "市",
            "市",
            "2市",
            "市どうし",
            "同じ都道府県内",
            "ほかの都道府県",
            "交流マップ",
        ),
        ((HORONOBE,), "町", "町", "幌延町", "町どうし", "道内", "道外", "幌延町交流マップ"),
        ((SARUFUTSU, HORONOBE), "町村", "連携元", "2町村", "町村どうし", "道内", "道外", "交流マップ"),
        ((MINATO, TSUZUKI), "区", "区", "2区", "区どうし", "同じ都道府県内", "ほかの都道府県", "交流マップ"),
        (
            (KAWASAKI, MINATO),
            "自治体",
            "連携元",
            "2自治体",
            "自治体どうし",
            "同じ都道府県内",
            "ほかの都道府県",
            "交流マップ",
        ),
        ((CHIBA,), "県", "県", "千葉県", "県どうし", "県内", "県外", "千葉県交流マップ"),
        (
            (CHIBA, KANAGAWA),
            "自治体",
            "連携元",
            "2自治体",
            "自治体どうし",
            "同じ都道府県内",
            "ほかの都道府県",
            "交流マップ",
        ),
    ],
)
def test_what_they_are_called(origins, noun, heading, everyone, peers, home, away, title):
    naming = Naming(origins)
    assert (naming.noun, naming.heading, naming.everyone, naming.peers) == (noun, heading, everyone, peers)
    assert (naming.home, naming.away, naming.title) == (home, away, title)


def test_several_of_one_prefecture_are_said_to_be_of_it():
    assert Naming((MINATO, KITA)).lead == "東京2区と全国市区町村の連携を地図で"
    assert Naming((HORONOBE, SARUFUTSU)).lead == "北海道2町村と全国市区町村の連携を地図で"
    assert Naming((KASHIWA, KAWASAKI)).lead == "2市と全国市区町村の連携を地図で"
    assert Naming((KASHIWA,)).lead == "柏市と全国市区町村の連携を地図で"


def test_one_alone_is_named_and_not_counted():
    naming = Naming((KAWASAKI,))
    assert {naming.everyone_whole, naming.any_one, naming.collective, naming.subject()} == {"川崎市"}
    several = Naming((KAWASAKI, KASHIWA))
    assert (several.everyone_whole, several.any_one) == ("2市すべて", "いずれかの市")
    assert several.subject(["川崎市"]) == "川崎市"


def test_without_any_there_are_words_all_the_same():
    naming = Naming()
    assert (naming.noun, naming.heading, naming.everyone) == ("自治体", "連携元", "0自治体")
    assert (naming.title, naming.lead) == ("交流マップ", "全国市区町村との連携を地図で")


def test_the_origins_of_the_documents_are_the_special_wards(dataset):
    naming = dataset.naming
    assert (naming.everyone, naming.noun, naming.peers) == ("23区", "区", "特別区どうし")
    assert (naming.home, naming.title) == ("都内", "特別区交流マップ")
    assert naming.lead == "東京23区と全国市区町村の連携を地図で"
