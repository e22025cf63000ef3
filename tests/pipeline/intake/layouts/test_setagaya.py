"""Setagaya's database read from the real document."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from pipeline.intake.source_text import squeeze


def at(reading, line):
    return next(record for record in reading.records if record.line == line)


def test_a_row_is_a_project(exchange):
    assert (len(exchange.records), exchange.rows, exchange.notes) == (193, 193, [])
    assert {record.origin_code for record in exchange.records} == {"13112"}
    assert all(len(record.cells) == 1 for record in exchange.records)


def test_printed_codes_are_kept_as_printed(exchange):
    codes = {record.line: record.cells[0].code6 for record in exchange.records}
    assert codes[12] == "152102"
    assert codes[13] == "032107"
    assert codes[221] == "70009"  # its zero is lost, and that is for the findings to say
    assert codes[58] is None  # printed 「-」
    assert codes[109] is None  # printed 「—」


def test_classes_are_spaced_alike(exchange):
    assert {record.category_raw for record in exchange.records} == {
        "2:イベント",
        "3:市民、区民の交流",
        "4:自治体間の連携",
        "4:自治体間の連携(会議、協定等)",
    }


def test_years(exchange):
    def years(line):
        return [(year.year, year.kind) if year else None for year in at(exchange, line).years]

    assert years(12) == [None]
    assert years(13) == [(2013, "年")]
    assert years(26) == [(2017, "年度")]
    assert years(39) == [(1995, "年"), (1996, "年")]
    assert years(178) == [(1987, "年"), (1988, "年")]
    assert at(exchange, 39).cells[0].years == at(exchange, 39).years


def test_office_and_status(exchange):
    river = at(exchange, 16)
    assert river.organiser == "宇奈根の渡し実行委員会/子ども・若者部児童課"
    assert at(exchange, 121).status == "実績なし(令和6年度未定)"


def test_the_full_document_has_the_same_facts_and_its_descriptions(exchange, exchange_full):
    for facts, full in zip(exchange.records, exchange_full.records, strict=True):
        assert (facts.name, facts.cells, facts.years) == (full.name, full.cells, full.years)
    assert at(exchange_full, 13).summary == "陸前高田市産ワカメの食イベント\n交流の内容: 物産展の出店"
    assert at(exchange, 13).summary == "交流の内容: 物産展の出店"


@pytest.mark.parametrize("version", ["exchange", "exchange_full"])
def test_against_the_hand_read_truth(version, root, request):
    reading = request.getfixturevalue(version)
    with (root / "tests" / "gold" / "projects.tsv").open(encoding="utf-8") as file:
        truth = [row for row in csv.DictReader(file, delimiter="\t") if row["source"] == reading.source]
    assert Counter(squeeze(record.name) for record in reading.records) == Counter(
        squeeze(row["project_name"]) for row in truth
    )
    for row in truth:
        printed = {str(year.year) for year in at(reading, int(row["src_lines"])).years if year}
        expected = set(filter(None, row["start_years"].split("|")))
        # 平成26年4月1日改定 is printed, and no start.
        assert printed == expected - ({"2014"} if row["src_lines"] == "109" else set())
