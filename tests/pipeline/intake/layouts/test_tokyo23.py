"""The 23-ward list read from the real document: its counts, and its nasty places by what they say."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from pipeline.intake.layouts.tokyo23_rows import WARDS
from pipeline.intake.source_text import squeeze


def find(reading, ward, name, line=None):
    found = [
        record
        for record in reading.records
        if record.origin_code == WARDS[ward] and record.name.startswith(name) and line in (None, record.line)
    ]
    assert len(found) == 1, f"{ward} {name}: {len(found)} records"
    return found[0]


def partners(record):
    return [squeeze(cell.text) for cell in record.cells]


def years(record):
    return [[year and year.year for year in cell.years] for cell in record.cells]


def test_it_reconciles_with_the_document(linkage):
    assert linkage.rows == 891
    assert sum(record.rows for record in linkage.records) == 891
    assert {record.origin_code for record in linkage.records} == {str(code) for code in range(13101, 13124)}


def test_every_printed_line_is_in_a_record_or_a_note(linkage, linkage_path):
    lines = linkage_path.read_text(encoding="utf-8").split("\n")
    told = {cell.line for record in linkage.records for cell in record.cells}
    told |= {record.line for record in linkage.records} | {note.line for note in linkage.notes}
    header = next(number for number, line in enumerate(lines, 1) if line.startswith("各特別区名\t"))
    untold = [
        number
        for number, line in enumerate(lines, 1)
        if number > header and line.strip() and not line.startswith("各特別") and number not in told
    ]
    assert untold == []


def test_no_partner_text_is_lost_or_doubled(linkage, linkage_path):
    printed = Counter()
    for number, line in enumerate(linkage_path.read_text(encoding="utf-8").split("\n"), 1):
        cells = line.split("\t")
        if number < 8 or len(cells) < 7 or line.startswith("各特別"):
            continue
        slipped = "" if cells[0] in WARDS or "年度" in cells[0] else cells[0]
        if text := squeeze(slipped + cells[4]):
            printed[number, text] += 1
    assert (
        Counter((cell.line, squeeze(cell.text)) for record in linkage.records for cell in record.cells)
        == printed
    )


def test_both_versions_read_alike(linkage, linkage_full):
    def facts(reading):
        return [
            (r.origin_code, r.name, r.line, r.category_raw, r.organiser, r.years, r.cells)
            for r in reading.records
        ]

    assert facts(linkage) == facts(linkage_full)
    assert {record.summary for record in linkage.records} == {None}


def test_descriptions_are_kept_where_the_document_has_them(linkage_full):
    fair = find(linkage_full, "港", "商店街と地方都市との交流物産展")
    assert "全国各都市との更なる交流の契機作り" in fair.summary
    assert "<ul" not in "".join(record.summary or "" for record in linkage_full.records)
    assert sum(record.summary is not None for record in linkage_full.records) > 800


def test_names_cut_by_line_wraps(linkage):
    assert find(linkage, "新宿", "新宿シティハーフマラソン・区民健康マラソン", 380)
    assert find(linkage, "港", "竹芝を舞台とした島しょ地域との交流事業").category_raw == "人事交流・イベント"
    assert find(linkage, "文京", "Sky View Lounge BAR")
    assert find(linkage, "港", "高輪地区まつりwith TAKANAWA GATEWAY CITY")


def test_categories_that_share_a_cell_stay_apart(linkage):
    assert find(linkage, "文京", "津和野町と文京区における").category_raw == "文化交流 災害協定"
    assert find(linkage, "中野", "なかの東北絆まつり").category_raw == "産業 文化 観光"


def test_partners_go_on_in_rows_of_their_own_and_in_the_first_cell(linkage):
    network = find(linkage, "千代田", "ちよだ地方連携ネットワーク")
    assert network.line == 40
    assert partners(network)[-2:] == ["長野県高森町", "静岡県伊豆市"]
    contest = find(linkage, "新宿", "新宿区夏目漱石コンクール")
    assert partners(contest)[-1] == "広島県安芸太田町"
    assert years(contest)[-1] == [2017]


def test_partners_printed_above_the_page_break_that_parts_them_from_their_name(linkage):
    network = find(linkage, "千代田", "ちよだ地方連携ネットワーク")
    assert network.cells[0].line == 37
    assert network.cells[0].text.startswith("新潟県糸魚川市 北海道奥尻町")
    assert len(find(linkage, "千代田", "災害応急対策の相互応援に関する協定").cells) == 1
    for ward, name, line in [
        ("新宿", "新宿区夏目漱石コンクール", 337),
        ("台東", "ふるさとPRフェスタ", 573),
        ("品川", "ものづくり・IT商談会", 874),
        ("品川", "東京都及び区市町村相互間の災害時等協力協定", 950),
        ("世田谷", "自治体間連携フォーラム", 1083),
        ("世田谷", "世田谷のポロ市", 1135),
        ("練馬", "全国都市農業フェスティバル", 1509),
    ]:
        records = [r for r in linkage.records if r.origin_code == WARDS[ward] and r.name == name]
        assert [record.cells[0].line for record in records] == [line], name


def test_lists_broken_by_a_page_go_on_below_its_header(linkage):
    for ward, name, line in [
        ("港", "麻布十番納涼まつり", 151),
        ("荒川", "友好交流都市等の地域資料の収集に関する事業", 769),
        ("品川", "小中一貫教育全国連絡協議会", 869),
        ("品川", "東海道57次区市町連携協議会", 1004),
        ("世田谷", "自然エネルギー活用による自治体間ネットワーク会議", 1071),
        ("板橋", "いたばし防災+（プラス）フェア", 1438),
        ("練馬", "全国自転車施策推進自治体連絡協議会", 1506),
    ]:
        assert find(linkage, ward, name).cells[-1].line == line


def test_names_cut_by_a_page_break(linkage):
    exchange = find(linkage, "中野", "なかの里・まち連携事業（体験交流モデル支援事業）")
    assert [cell.line for cell in exchange.cells] == [1220, 1223]
    fair = find(linkage, "港", "商店街と地方都市との交流物産展")
    assert fair.name == "商店街と地方都市との交流物産展全国交流物産展in新橋"
    assert [cell.line for cell in fair.cells] == [137, 140, 141, 142]
    assert not any("定東海道" in record.name or record.name.endswith("協定定") for record in linkage.records)


def test_pieces_of_one_cell_are_one_project(linkage):
    mayors = find(linkage, "港", "子どもの未来を応援する首長連合")
    assert mayors.rows == 8
    assert (mayors.cells[0].line, mayors.cells[-1].line) == (188, 232)
    assert find(linkage, "港", "みなとモデル二酸化炭素固定認証制度").rows == 4
    aid = find(linkage, "墨田", "災害時における相互援助に関する協定")
    assert (aid.rows, aid.cells[0].line, aid.cells[-1].line) == (2, 1571, 1604)


def test_agreements_of_one_name_stay_separate(linkage):
    def lines(ward, name):
        return [r.line for r in linkage.records if r.origin_code == WARDS[ward] and r.name == name]

    assert lines("港", "環境交流事業") == [166, 167, 168]
    assert lines("港", "フェスティバルーん物産展") == [170, 171]
    assert len(lines("足立", "災害時における相互応援及び平素における防災基盤整備に関する協定")) == 4
    assert len(lines("渋谷", "災害時相互応援協定")) == 8
    assert lines("千代田", "震災等大規模災害時における相互応援に関する協定") == [33, 34]


def test_a_list_that_runs_past_the_next_name_is_cut_where_its_order_restarts(linkage):
    loyal = find(linkage, "墨田", "義士親善友好都市交流会議")
    assert partners(loyal)[-1] == "熊本県山鹿市"
    roads = find(linkage, "墨田", "全国街道交流会議")
    assert partners(roads)[:3] == ["高知県梶原町", "静岡県静岡市", "静岡県下田市"]
    assert roads.line == 1635


def test_lists_out_of_step_with_their_names_are_put_back_by_the_wards_own_order(linkage):
    fair = find(linkage, "杉並", "すぎなみフェスタ交流自治体等物産展")
    assert partners(fair) == [
        "北海道名寄市",
        "群馬県東吾妻町",
        "新潟県小千谷市",
        "福島県北塩原村",
        "福島県南相馬市",
        "東京都青梅市",
        "東京都武蔵野市",
        "東京都小笠原村",
        "山梨県忍野村",
        "静岡県南伊豆町",
    ]
    assert [cell.line for cell in find(linkage, "杉並", "交流自治体観光物産展・写真展").cells] == [1252]
    assert find(linkage, "杉並", "コミュかるショップ出店").cells[0].line == 1290
    assert find(linkage, "中野", "中野区花と緑の祭典").cells[0].line == 1245
    assert any(note.rule == "partners-printed-elsewhere" and note.line == 1252 for note in linkage.notes)


def test_years_beside_partners(linkage):
    assert years(find(linkage, "中央", "災害相互援助協定")) == [[1995], [1996], [2006], [2012], [2014]]
    renewable = find(linkage, "港", "全国連携による再生可能エネルギー活用")
    assert years(renewable) == [[2017, 2018, 2019]]
    assert years(find(linkage, "世田谷", "世田谷のポロ市"))[0] == [2012, 2012, None, None]
    assert years(find(linkage, "港", "トレジャー☆スクール")) == [[2008], [2019]]


def test_years_standing_alone_go_to_the_partners_without_years(linkage):
    aid = find(linkage, "墨田", "災害時における相互援助に関する協定")
    assert years(aid)[:5] == [[1978], [1980], [1982], [1996], [1996]]
    assert {note.line for note in linkage.notes if note.rule == "years-standing-alone"} == {
        1318, 1494, 1495, 1584, 1585, 1586,
    }  # fmt: skip
    assert [year.year for year in find(linkage, "杉並", "森林ボランティア活動").years] == [2012, 2013]


def test_a_second_organiser_is_kept(linkage):
    assert find(linkage, "杉並", "森林ボランティア活動").organiser == "任意団体 NPO法人"


@pytest.mark.parametrize("version", ["linkage", "linkage_full"])
def test_against_the_hand_read_truth(version, root, request):
    reading = request.getfixturevalue(version)
    with (root / "tests" / "gold" / "projects.tsv").open(encoding="utf-8") as file:
        truth = [row for row in csv.DictReader(file, delimiter="\t") if row["source"] == reading.source]
    wards = {WARDS[row["ward"]] for row in truth}
    expected = Counter((WARDS[row["ward"]], squeeze(row["project_name"])) for row in truth)
    read = Counter((r.origin_code, squeeze(r.name)) for r in reading.records if r.origin_code in wards)
    assert read == expected
    by_line = {record.line: record for record in reading.records}
    for row in truth:
        record = next(by_line[int(n)] for n in row["src_lines"].split(",") if int(n) in by_line)
        printed = {str(y.year) for ys in [record.years, *(c.years for c in record.cells)] for y in ys if y}
        assert printed == set(filter(None, row["start_years"].split("|"))), row["project_name"]
    with (root / "tests" / "gold" / "partners.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["source"] == reading.source:
                owners = [
                    squeeze(r.name)
                    for r in reading.records
                    for c in r.cells
                    if str(c.line) == row["src_line"]
                ]
                assert owners == [squeeze(row["project_name"])], row["partner_raw"]
