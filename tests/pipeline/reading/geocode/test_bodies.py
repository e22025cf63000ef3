"""Rung 5: bodies that name their municipality or prefecture; and what is no place at all."""

import pytest

from geo.ledger.schema import CONFIDENT
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder

GEOCODER = Geocoder(Gazetteer.load(), decisions=())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("和歌山市立加太中学校", "30201"),
        ("新潟県魚沼市北魚沼農業協同組合", "15225"),
        ("宮城県大崎市鳴子総合支所", "04215"),
        ("甘楽町バレーボール協会", "10384"),
        ("長野県東御市の(株)信州東御市振興公社", "20219"),
        ("長野県安曇野市（穂高町）の子ども会", "20220"),
        ("札幌市教育委員会", "01100"),
        ("古川商工会議所（宮城県大崎市）", "04215"),
        ("美郷町立千畑小学校（秋田県仙北郡美郷町）", "05434"),
        ("学園のある長野県南牧村周辺施設等", "20305"),
        ("JAふくしま未来福島県福島市", "07201"),
        ("北海道渡島地域・東京特別区交流推進協議会※令和元年度より北海道木古内町として参加", "01334"),
        ("宮城県志波姫物産振興協会", "04213"),
        ("富山県八尾山田商工会議所", "16201"),
        ("気仙沼漁業協同組合", "04205"),
        ("旧どこか村（現・安曇野市）", "20220"),
        ("JA鶴岡青年部", "06203"),
        ("埼玉県秩父商工会議所", "11207"),
        ("島根県出雲商工会議所", "32203"),
        ("岩手県遠野地域おこし協力隊", "03208"),
        ("一般社団法人式根島観光協会", "13363"),
    ],
)
def test_a_body_is_its_municipality(text, code):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.level, answer.method) == ((code,), "body", "body")
    assert answer.confidence >= CONFIDENT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("山梨県防災局防災危機管理課火山防災対策室", "19000"),
        ("熊本県東京事務所", "43000"),
        ("東京都教育委員会", "13000"),
        ("沖縄県県人会", "47000"),
        ("青森県りんご対策協議会", "02000"),
        ("高知県公益財団法人高知県産業振興センター", "39000"),
    ],
)
def test_a_body_of_the_prefecture_is_the_prefecture(text, code):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.level) == ((code,), "prefecture")


def test_a_part_of_a_municipality_is_the_municipality():
    answer = GEOCODER.geocode("長野市松代町")
    assert (answer.codes, answer.level) == (("20201",), "municipality")
    assert GEOCODER.geocode("岩手県奥州市水沢").codes == ("03215",)


def test_a_long_leftover_that_is_no_body_lowers_the_confidence():
    body = GEOCODER.geocode("長野県茅野市スポーツ協会")
    odd = GEOCODER.geocode("長野県茅野市にゆかりのさまざまなひとびと")
    assert body.confidence > odd.confidence


@pytest.mark.parametrize(
    "text",
    [
        "出展希望自治体",
        "各宿泊施設",
        "都道府県等アンテナショップ",
        "姉妹都市、友好都市等の自治体",
        "(一社)日本わさび協会",
        "株式会社サンプル",
        "山形大学工学部",
        "湯西川・川俣・奥鬼怒温泉観光協会",
        "宮崎県高千穂地区",
        "長野県諏訪地域",
        "石川県能登地方",
        "北海道上川総合振興局",
        "静岡県富士山ネットワーク会議",
        "長野県千曲川漁業協同組合",
        "兵庫県淡路島観光協会",
        "徳島県阿波踊り協会",
        "群馬県吾妻森林組合",
        "秩父農業協同組合",
        "秋田県能代山本広域市町村圏組合",
        "静岡県伊豆",
        "大和市場組合",
        "長野",
        "東京",
        "富山県見知らぬ里協会",
        "北海道銀行",
        "港区・中央区",
        "宮城県角田市…石川県金沢市",
    ],
)
def test_what_names_no_municipality_for_certain_is_left_open(text):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.level) == ((), "unresolved")
    assert answer.confidence < CONFIDENT


@pytest.mark.parametrize(
    "text",
    [
        "ウィーン市ドゥブリング区",
        "北京市東城区",
        "ソウル特別市中区",
        "台湾台北市",
        "アメリカ合衆国ポートランド市",
    ],
)
def test_foreign_places_are_foreign(text):
    answer = GEOCODER.geocode(text)
    assert (answer.codes, answer.level) == ((), "foreign")


def test_a_municipality_in_katakana_is_not_foreign():
    assert GEOCODER.geocode("ニセコ町").codes == ("01395",)
    assert GEOCODER.geocode("南アルプス市").codes == ("19208",)
