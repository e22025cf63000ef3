"""Suginami's newsletter: the partner list, the partners introduced, the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.intake.layouts import suginami
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.registry import read
from pipeline.intake.source_text import squeeze
from tests.documents import DOCUMENTS

ID = "suginami_exchange_r5"


def test_partners(reading):
    accounts, forum, listed = reading.records
    assert [cell.text for cell in listed.cells] == [
        "名寄市(北海道)",
        "東吾妻町(群馬県)",
        "小千谷市(新潟県)",
        "北塩原村(福島県)",
        "南相馬市(福島県)",
        "青梅市(東京都)",
        "武蔵野市(東京都)",
        "南伊豆町(静岡県)",
        "小笠原村(東京都)",
    ]
    # The list leaves out one that the newsletter introduces among the others.
    assert len(accounts.cells) == 10
    assert ("山梨県忍野村", 56) in [(cell.text, cell.line) for cell in accounts.cells]
    assert (forum.name, forum.cells[0].text) == ("第八回地方創生・交流自治体連携フォーラム", "山梨県忍野村")
    assert reading.rows == 3


def test_calendar(reading):
    found = [(event.date_from[5:], event.date_to[5:], event.title, event.line) for event in reading.events]
    assert len(found) == 22
    for entry in (
        ("07-20", "07-20", "物産展 吾妻の朝市", 134),
        ("08-31", "09-01", "物産展 名寄市スイーツコーンまつり", 166),
        ("09-19", "09-25", "写真展 青梅市観光写真展青梅市PRキャラバン", 183),
        ("09-19", "09-19", "物産展 青梅市物産展青梅市PRキャラバン", 188),
        ("09-25", "09-25", "物産展 青梅市物産展青梅市PRキャラバン", 188),
        ("10-20", "10-21", "物産展 名寄市秋の物産展", 210),
        ("11-26", "11-26", "物産展 おぢやフェア", 237),
    ):
        assert entry in found
    for event in reading.events:
        assert date.fromisoformat(event.date_from).year == 2023
        assert "日時" in event.text
        assert "場所" in event.text


def test_a_misprinted_day_is_read_and_said(reading):
    """Under 7月 the calendar prints 「10月～14日」."""
    event = reading.events[0]
    assert (event.date_from, event.date_to, event.line) == ("2023-07-10", "2023-07-14", 129)
    (note,) = [note for note in reading.notes if note.rule == "date-misprint"]
    assert (note.severity, note.line) == ("warning", 131)


def test_a_misprinted_day_after_another_is_read_and_said():
    reading = Reading(ID, [], [], 0)
    assert suginami._spans("8日、9月～10日", 2023, 9, 1, reading) == (("2023-09-08", "2023-09-10", "range"),)
    assert "9月9日から" in reading.notes[0].message


def test_every_line_is_in_a_record_an_event_or_a_note(reading, lines):
    said = "".join(
        squeeze(text)
        for text in [cell.text for record in reading.records for cell in record.cells]
        + [record.name + (record.status or "") for record in reading.records]
        + [event.text for event in reading.events]
    )
    noted = {note.line for note in reading.notes}
    for number, line in enumerate(lines, 1):
        plain = squeeze(line).lstrip("●").removesuffix("(山梨県忍野村)")
        month = plain in ("7月", "8月", "9月", "10月", "11月")
        assert plain in said or month or number in noted, f"{number}: {line}"


def test_the_full_document_has_the_same_partners_and_two_reports_more(reading, shared):
    full = read(shared / "sources" / "full" / f"{ID}.txt", DOCUMENTS[ID])
    assert full.records == reading.records
    more = [event for event in full.events if event not in reading.events]
    assert [(event.date_from, event.date_to, event.title, event.line) for event in more] == [
        ("2023-06-05", "2023-06-09", "特別区全国連携プロジェクト全国連携展示・忍野村写真展同時開催", 81),
        ("2023-05-20", "2023-05-20", "第八回地方創生・交流自治体連携フォーラム(山梨県忍野村)", 91),
    ]
    assert len(full.events) == 24


def test_other_line_wraps_and_one_more_partner(lines):
    text = "\n".join(line.strip() for line in lines if line.strip())
    text = text.replace("●名寄市(北海道)\n●東吾妻町", "●名寄市(北海道) ●花巻市(岩手県)\n●東吾妻町")
    reading = suginami.read(text.split("\n"), ID, "f", year=2023)
    assert [len(record.cells) for record in reading.records] == [10, 1, 10]
    assert len(reading.events) == 22


def test_an_unreadable_date_is_said_and_nothing_invented(lines):
    text = "\n".join(lines).replace("日時 23日 11:00～13:30", "日時 下旬 11:00～13:30")
    reading = suginami.read(text.split("\n"), ID, "f", year=2023)
    assert len(reading.events) == 21
    (note,) = [note for note in reading.notes if note.rule == "date-unreadable"]
    assert note.line == 141


def test_a_document_without_the_list_is_refused(lines):
    with pytest.raises(SourceError, match="名前.txt"):
        suginami.read([line for line in lines if "●" not in line], ID, "名前.txt", year=2023)
