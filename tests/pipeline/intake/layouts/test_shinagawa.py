"""Shinagawa's agreements: who, since when, what is done; reduced to facts and in full alike."""

from __future__ import annotations

import pytest

from pipeline.intake.layouts import shinagawa
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from pipeline.intake.source_text import squeeze
from tests.documents import DOCUMENTS

ID = "shinagawa_agreements_r7"


def agreements(reading):
    return [record for record in reading.records if record.category_raw != "連携事業"]


def test_agreements_by_kind_with_their_years(reading):
    single = [
        (record.category_raw, record.cells[0].text, [year.year for year in record.years], record.line)
        for record in agreements(reading)
        if "◆" not in record.name and len(record.cells) == 1
    ]
    disaster = "災害時相互援助協定"
    assert single == [
        ("包括的な協定", "高知県", [2018], 4),
        ("包括的な協定", "坂井市", [2019], 5),
        ("交流協定", "山北町", [1988], 7),
        ("交流協定", "早川町", [1990], 7),
        (disaster, "岩手県宮古市", [2002], 13),
        (disaster, "福島県富岡町", [2005], 13),
        (disaster, "福島県矢祭町", [2025], 14),
        (disaster, "茨城県茨城町", [2025], 14),
        (disaster, "千葉県長柄町", [2025], 14),
        (disaster, "千葉県大多喜町", [2019], 15),
        (disaster, "長野県飯田市", [2024], 15),
    ]


def test_agreements_with_many_municipalities(reading):
    road, ryoma = [record for record in agreements(reading) if "自治体）" in record.name]
    assert road.name == "東海道五十三次市区町災害時相互援助協定（20自治体）"
    assert [(cell.prefecture, cell.line) for cell in road.cells] == [
        ("東京都", 20),
        ("神奈川県", 21),
        ("静岡県", 22),
        ("静岡県", 24),
        ("愛知県", 25),
        ("三重県", 26),
        ("滋賀県", 27),
    ]
    names = [name for cell in road.cells for name in cell.text.split("、") if name]
    assert len(names) == 20
    assert ryoma.name == "龍馬の絆で結ぶ災害時相互応援協定（7自治体）"
    assert [name for cell in ryoma.cells for name in cell.text.split("、") if name] == [
        *("鹿児島市", "霧島市", "長崎市", "下関市", "福山市", "京都市", "高知市")
    ]


def test_population_and_area_are_kept(reading):
    summary = {record.cells[0].text: record.summary for record in agreements(reading)}
    assert "人口87,988人、面積209.67km2" in summary["坂井市"]
    assert "人口6,133人、面積47.11km2" in summary["千葉県長柄町"]
    assert "平成26年から都市間交流" in summary["長野県飯田市"]


def test_projects_with_whom(reading):
    projects = [
        (record.line, record.name, "".join(cell.text for cell in record.cells))
        for record in reading.records
        if record.category_raw == "連携事業"
    ]
    assert len(projects) == 25
    for line, name, partner in (
        (38, "区内イベントへの参加", "福井県坂井市"),
        (86, "お祭りへの文化団体の派遣（大井権現太鼓、八潮太鼓之会）", "神奈川県山北町"),
        (106, "山菜まつりへの青稜中・高学校吹奏楽部派遣", "山梨県早川町"),
        (162, "民間団体による武蔵小山の清水湯や城南信用金庫での野菜・特産品の販売", "福島県矢祭町"),
        (170, "地域（商店街）の「ムサコたけのこ祭り」での交流・連携", "千葉県大多喜町"),
        (195, "区内イベントへの参加（しながわ夢さん橋）", "福島県富岡町"),
        (199, "品川区×高知県×坂井市", "高知県坂井市"),
        (205, "品川区×大田区×川崎市", "大田区川崎市"),
    ):
        assert (line, name, partner) in projects


def test_what_is_no_project_is_noted(reading):
    notes = {note.line: note.rule for note in reading.notes}
    assert notes == {2: "outside-table", 151: "no-project"} | dict.fromkeys(
        (75, 77, 78, 80, 120, 121, 123), "outside-table"
    )


def test_every_line_is_in_a_record_or_a_note(reading, lines):
    said = squeeze(
        "".join(
            [record.name + record.category_raw + (record.summary or "") for record in reading.records]
            + [(cell.prefecture or "") + cell.text for record in reading.records for cell in record.cells]
            + [note.message for note in reading.notes]
        )
    )
    for number, line in enumerate(lines, 1):
        plain = squeeze(line).lstrip("●・◆○※<").rstrip("、>")
        heading = plain in ("個別自治体との協定", "複数自治体と協定締結", "連携事業", "その他")
        heading |= plain.endswith("主な連携事業") or plain in ("災害時相互", "援助協定")
        parts = plain.replace("：", ":").replace("(人口", ":人口").replace(")※", ":").split(":")
        for part in parts:
            for piece in part.rstrip(")").replace("・", "、").replace("※", "、").split("、"):
                assert heading or piece in said, f"{number}: {line}"


def test_the_full_document_reads_alike(reading, shared):
    full = read(shared / "sources" / "full" / f"{ID}.txt", DOCUMENTS[ID])
    assert full.records == reading.records
    assert full.notes == reading.notes


def test_other_line_wraps_read_alike(reading, lines):
    text = "\n".join(line for line in lines if line.strip())
    for old, new in (
        ("千葉県長柄町、", "千葉県長\n柄町、"),
        ("（人口93,923人、面積658.66k㎡）※令和6年締結", "（人口93,923人、\n面積658.66k㎡）\n※令和6年締結"),
        ("福井県坂井市（人口87,988人、", "福井県坂井市\n（人口87,988人、"),
        ("援助協定\n＜個別", "援助\n協定\n＜個別"),
    ):
        assert old in text
        text = text.replace(old, new)
    other = shinagawa.read(text.split("\n"), ID, "f")
    for one, two in zip(reading.records, other.records, strict=True):
        assert (one.name, one.category_raw, one.years) == (two.name, two.category_raw, two.years)
        assert [cell.text for cell in one.cells] == [cell.text for cell in two.cells]


def test_one_more_of_each(lines):
    text = "\n".join(lines)
    text = text.replace("・坂井市 ※", "・長野県塩尻市\n・坂井市 ※").replace("○貸し農園", "○貸し農園\n\n○茶会")
    reading = shinagawa.read(text.split("\n"), ID, "f")
    assert len(reading.records) == 40
    assert reading.rows == 40


@pytest.mark.parametrize("part", [slice(0, 30), slice(32, None), slice(0, 0)])
def test_half_a_document_is_refused(lines, part):
    with pytest.raises(SourceError, match="名前.txt"):
        shinagawa.read(lines[part], ID, "名前.txt")
