"""Splitting partner cells: the nasty cells of the real documents, any line wrap, and the years beside them."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import PartnerCell
from pipeline.reading.mentions import split_cells
from pipeline.words.dates import parse_years

GAZETTEER = Gazetteer.load()
NAMES = [place.prefecture + place.name for place in GAZETTEER if place.level == "municipality"]


def split(*cells: str) -> list[str]:
    return [
        mention.text
        for mention in split_cells([PartnerCell(c, i) for i, c in enumerate(cells, 1)], GAZETTEER)
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # A line wrap inside a name, a bracket, a body.
        ("神奈川県南足柄 市", ["神奈川県南足柄市"]),
        ("和歌山県 み なべ町", ["和歌山県みなべ町"]),
        ("滋賀県 甲賀 市 三重県亀山市 松阪市", ["滋賀県甲賀市", "三重県亀山市", "松阪市"]),
        (
            "岩手県 岩手県久慈市(パ ネリスト自治体) 岩手県八幡平市",
            ["岩手県", "岩手県久慈市(パネリスト自治体)", "岩手県八幡平市"],
        ),
        (
            "宮城県亘理町(亘理 町のいちご復興連携 協議会)",
            ["宮城県亘理町(亘理町のいちご復興連携協議会)"],
        ),
        ("静岡県伊豆市教育委 員会", ["静岡県伊豆市教育委員会"]),
        ("和歌山市立加太中 学校", ["和歌山市立加太中学校"]),
        ("湯之谷薬師スキー場 管理組合（新潟県魚 沼市）", ["湯之谷薬師スキー場管理組合（新潟県魚沼市）"]),
        (
            "美郷町立千畑小学校 （秋田県仙北郡美郷 町）",
            ["美郷町立千畑小学校（秋田県仙北郡美郷町）"],
        ),
        (
            "岩手県 公益財団法人 釜石・大槌地域産 業育成センター",
            ["岩手県公益財団法人釜石・大槌地域産業育成センター"],
        ),
        ("(一社)日本わさび協 会", ["(一社)日本わさび協会"]),
        ("JAふくしま未来 福島県福島市", ["JAふくしま未来福島県福島市"]),
        ("山形県東根市 果樹研究連合会", ["山形県東根市果樹研究連合会"]),
        ("神奈川県 山北町高齢者クラブ", ["神奈川県山北町高齢者クラブ"]),
        ("長野県東御市の (株)信州東御市振 興公社", ["長野県東御市の(株)信州東御市振興公社"]),
        ("吉野川(三好)流域 林業活性化センター", ["吉野川(三好)流域林業活性化センター"]),
        # Other marks between names, marks before them, and prefectures as headings over them.
        ("宮城県角田市×石川県金沢市｜群馬県川場村", ["宮城県角田市", "石川県金沢市", "群馬県川場村"]),
        ("宮城県角田市又は気仙沼市〜石川県金沢市", ["宮城県角田市", "気仙沼市", "石川県金沢市"]),
        ("①宮城県角田市②石川県金沢市", ["宮城県角田市", "石川県金沢市"]),
        ("1.宮城県角田市 2.石川県金沢市 (3)川場村", ["宮城県角田市", "石川県金沢市", "川場村"]),
        ("【宮城県】角田市、気仙沼市【石川県】金沢市", ["宮城県角田市", "気仙沼市", "石川県金沢市"]),
        ("宮城県：角田市、気仙沼市 石川県：金沢市", ["宮城県角田市", "気仙沼市", "石川県金沢市"]),
        ("角田市【宮城県】、金沢市【石川県】", ["角田市【宮城県】", "金沢市【石川県】"]),
        ("旧山古志村、旧高遠町", ["旧山古志村", "旧高遠町"]),
        ("東京都､都内23特別区､都内26市", ["東京都", "都内23特別区", "都内26市"]),
        # Names that hold the characters one would split at.
        (
            "四日市市 廿日市市・野々市市 十日町市、大町市 大町町 余市町",
            ["四日市市", "廿日市市", "野々市市", "十日町市", "大町市", "大町町", "余市町"],
        ),
        (
            "上市町、市川三郷町、武蔵村山市、田村市、玉村町、村田町、富士川町",
            ["上市町", "市川三郷町", "武蔵村山市", "田村市", "玉村町", "村田町", "富士川町"],
        ),
        # Names printed together are one mention: the geocoder answers with both.
        ("佐賀県武雄市太良町 新潟県柏崎市", ["佐賀県武雄市太良町", "新潟県柏崎市"]),
        ("高知県土佐町中土佐 町", ["高知県土佐町中土佐町"]),
        # Other separators, open ends, and what is no separator.
        ("長野県茅野市・宮城県石巻市・福島県郡山市", ["長野県茅野市", "宮城県石巻市", "福島県郡山市"]),
        ("神奈川県横浜市、兵庫県神戸市、北海道 札幌市", ["神奈川県横浜市", "兵庫県神戸市", "北海道札幌市"]),
        ("東京都、23区、都内 26市及び都内13町村", ["東京都", "23区", "都内26市", "都内13町村"]),
        ("東京都及び都内区市町村", ["東京都", "都内区市町村"]),
        ("東京都・市区町村", ["東京都", "市区町村"]),
        ("都内23特別区・東京二十三区清掃一部事務組合", ["都内23特別区", "東京二十三区清掃一部事務組合"]),
        ("広島県広島市 福岡県八女市 長崎県長崎市 等", ["広島県広島市", "福岡県八女市", "長崎県長崎市"]),
        ("奈良県 等", ["奈良県"]),
        (
            "東京都北区、板橋区、中野区、その他参加希望自治体",
            ["東京都北区", "板橋区", "中野区", "その他参加希望自治体"],
        ),
        ("宮崎県高千穂地区、その他", ["宮崎県高千穂地区"]),
        ("姉妹都市、友好都市等の自治体", ["姉妹都市、友好都市等の自治体"]),
        ("都道府県等アンテナショップ", ["都道府県等アンテナショップ"]),
        ("各宿泊施設", ["各宿泊施設"]),
        ("金沢・富山県西部広 域観光推進協議会", ["金沢・富山県西部広域観光推進協議会"]),
        ("湯西川・川俣・奥鬼怒温泉観光協会", ["湯西川・川俣・奥鬼怒温泉観光協会"]),
        ("温泉所在都市協議会 加盟都市", ["温泉所在都市協議会加盟都市"]),
        # A prefecture of its own, and one that heads a list.
        ("東京都 中央区 千代田区 目黒区", ["東京都", "中央区", "千代田区", "目黒区"]),
        ("高知県 福井県坂井市", ["高知県", "福井県坂井市"]),
        # Misprinted names begin mentions too.
        ("鳥取県智頭町 鳥根県隠岐の島町", ["鳥取県智頭町", "鳥根県隠岐の島町"]),
        ("府中市教育委員会 栲原町教育委員会", ["府中市教育委員会", "栲原町教育委員会"]),
        ("", []),
        ("— ・ 等", []),
        ("（閉じないかっこ 秋田県鹿角市", ["（閉じないかっこ", "秋田県鹿角市"]),
    ],
)
def test_cells_of_the_documents_and_their_kind(cell, expected):
    assert split(cell) == expected


def test_a_name_cut_over_cells_lines_and_pages_is_one():
    assert split("東京都小金", "井市", "東京都府", "中市") == ["東京都小金井市", "東京都府中市"]
    assert split("福島県喜多方市(パ", "ネリスト自治体)", "茨城県結城市") == [
        "福島県喜多方市(パネリスト自治体)",
        "茨城県結城市",
    ]
    assert split("甘楽町サッカー 協会", "甘楽町剣道連盟") == ["甘楽町サッカー協会", "甘楽町剣道連盟"]
    assert split("宮城県大崎市", "各宿泊施設") == ["宮城県大崎市", "各宿泊施設"]


@pytest.mark.parametrize("width", range(7, 14))
@pytest.mark.parametrize("as_lines", [False, True])
def test_municipalities_come_out_whole_however_the_lines_are_wrapped(width, as_lines):
    chance = random.Random(width)
    for _ in range(40):
        names = chance.sample(NAMES, chance.randint(1, 8))
        lines = [name[i : i + width] for name in names for i in range(0, len(name), width)]
        assert split(*(lines if as_lines else [" ".join(lines)])) == names


@settings(deadline=None)
@given(
    st.lists(
        st.text("県市町村区、・（）() 　等東京都鹿角大JA※\n-", max_size=30) | st.text(max_size=20), max_size=4
    )
)
def test_splitting_never_raises_and_loses_no_name(cells):
    texts = split(*cells)
    assert all(text and not any(ch.isspace() for ch in text) for text in texts)


def test_a_shared_prefecture_is_carried_within_its_cell():
    def carried(cell: str) -> list[tuple[str, str | None]]:
        return [(m.text, m.prefecture) for m in split_cells([PartnerCell(cell, 1)], GAZETTEER)]

    assert carried("秋田県鹿角市・小坂町") == [("秋田県鹿角市", None), ("小坂町", "秋田県")]
    assert carried("東京都 中央区 千代田区 長野市") == [
        ("東京都", None),
        ("中央区", "東京都"),
        ("千代田区", "東京都"),
        ("長野市", None),
    ]
    assert carried("秋田県鹿角市 福井県坂井市、おおい町")[-1] == ("おおい町", "福井県")


def mentions(text: str, years: str, code6: str | None = None):
    return split_cells([PartnerCell(text, 7, parse_years(years), code6)], GAZETTEER)


def test_years_are_paired_in_printed_order():
    found = mentions("茨城県石岡市 新潟県魚沼市 岩手県盛岡市", "平成25年度 平成18年度 -")
    assert [m.start_year.year if m.start_year else None for m in found] == [2013, 2006, None]
    assert all(m.year_basis == "partner" for m in found)
    assert not any(m.notes for m in found)


def test_one_year_holds_for_all_and_none_leaves_it_to_the_project():
    found = mentions("熊本県 熊本県熊本市 熊本県玉名市", "平成31年度")
    assert [m.start_year.year for m in found] == [2019, 2019, 2019]
    assert {m.year_basis for m in found} == {"project"}
    assert [m.year_basis for m in mentions("熊本県 熊本県熊本市", "")] == [None, None]


def test_years_that_do_not_match_in_number_are_nobodys_and_it_is_said():
    found = mentions("栃木県日光市 宮城県大崎市 長野県諏訪市", "平成25年度 平成18年度")
    assert [(m.start_year, m.year_basis) for m in found] == [(None, "none")] * 3
    assert [(note.severity, note.rule) for note in found[0].notes] == [("warning", "years-partners-mismatch")]
    assert found[0].notes[0].line == 7


def test_years_are_paired_before_a_partner_is_split():
    found = mentions("山梨県忍野村 東京都、23区、都内 26市及び都内13町村", "平成24年度 令和3年度")
    assert [(m.text, m.start_year.year) for m in found[:2]] == [("山梨県忍野村", 2012), ("東京都", 2021)]
    assert {m.start_year.year for m in found[1:]} == {2021}
    assert len({m.unit for m in found[1:]}) == len({m.breath for m in found[1:]}) == 1


def test_names_parted_by_marks_have_a_year_each_where_there_are_as_many():
    found = mentions("福島県、長野県、山形県", "平成24年度 令和3年度 令和4年度")
    assert [m.start_year.year for m in found] == [2012, 2021, 2022]


def test_of_several_years_of_one_partner_the_earliest_is_when_it_began():
    (found,) = mentions("山形県高畠町", "昭和61年 (生涯学習課) 昭和56年 (学務課)")
    assert (found.start_year.year, found.year_basis) == (1981, "partner")
    assert [note.rule for note in found.notes] == ["years-several"]


def test_a_revision_is_no_second_partners_year():
    found = mentions("長野県上田市 福島県白河市", "平成30年度 令和5年度改定")
    assert [(m.start_year.year, m.year_basis) for m in found] == [(2018, "project")] * 2


def test_a_year_labelled_with_a_partner_is_that_partners():
    (found,) = mentions("山形県舟形町", "昭和62年: 山崎小・長沢小交流 昭和63年: 代沢小・舟形小交流")
    assert found.start_year.year == 1988


def test_the_number_of_years_tells_whether_a_body_stands_alone():
    assert [m.text for m in mentions("東京都青梅市 青梅林業研究グループ", "令和5年度 令和6年度")] == [
        "東京都青梅市",
        "青梅林業研究グループ",
    ]
    assert [m.text for m in mentions("石川県金沢市 湯湧温泉観光協会", "平成13年")] == [
        "石川県金沢市湯湧温泉観光協会"
    ]


def test_a_printed_code_belongs_to_the_first_name_of_its_cell():
    assert [m.code6 for m in mentions("沖縄県県人会・沖縄県学生寮(沖英寮)", "", "470007")] == ["470007", None]


@pytest.mark.parametrize("name", ["第三者 ", "と", "(", "長野県 あ ", "東御市・"])
def test_the_longest_cell_is_split_in_seconds(name):
    started = time.process_time()
    split((name * 30_000)[:30_000])
    assert time.process_time() - started < 30  # minutes before, seconds now, also on a busy machine


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("桶川市 埼玉県", ["桶川市埼玉県"]),
        ("川口市 埼玉県 桶川市 埼玉県", ["川口市埼玉県", "桶川市埼玉県"]),
        ("鹿角市 秋田県、盛岡市 岩手県", ["鹿角市秋田県", "盛岡市岩手県"]),
        ("奈義町 岡山県\n江北町 佐賀県", ["奈義町岡山県", "江北町佐賀県"]),
        ("阿智村 下伊那郡、須玉町 山梨県北巨摩郡", ["阿智村下伊那郡", "須玉町山梨県北巨摩郡"]),
        ("北海道/三笠市", ["北海道三笠市"]),
        ("北海道／三笠市／夕張市", ["北海道三笠市", "夕張市"]),
        ("新潟県 吉田町", ["新潟県吉田町"]),
        ("新潟県 吉田町、黒埼町", ["新潟県吉田町", "黒埼町"]),
        ("茨木県日立市・秋田県仙北市", ["茨木県日立市", "秋田県仙北市"]),
        ("大阪府池田市、北海道、福井県の池田町", ["大阪府池田市", "北海道池田町", "福井県池田町"]),
        # Prefectures that are partners themselves.
        ("北海道/青森県/岩手県", ["北海道", "青森県", "岩手県"]),
        ("東京都／横浜市", ["東京都", "横浜市"]),
        ("秋田県 鹿角市 岩手県 盛岡市", ["秋田県鹿角市", "岩手県盛岡市"]),
        ("鹿角市 岩手県", ["鹿角市", "岩手県"]),
    ],
)
def test_a_prefecture_beside_a_name_is_its_prefecture_and_no_partner(cell, expected):
    assert split(cell) == expected


def test_a_former_town_and_a_name_after_the_same_take_the_prefecture_before_them():
    found = mentions("秋田県鹿角市・同県小坂町、新潟県新潟市・黒埼町", "")
    assert [mention.prefecture for mention in found] == [None, "秋田県", None, "新潟県"]
