"""Damaged documents: nothing vanishes without a finding on its line, nothing breaks down.

A sentinel, two characters no document has, is put somewhere into a document that is damaged besides. It has to come
out in a table, or in a finding with its line, or the document is refused with a sentence. KORYU_FUZZ=1 tries 10,000.
"""

from __future__ import annotations

import os
import random

import pytest

from geo.folders import REFERENCE_DIR
from geo.places.gazetteer import Gazetteer
from pipeline.building.findings import Context, check_document
from pipeline.building.findings.conservation import text_lost
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import to_lines
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Geocoder
from pipeline.reading.projects import make_projects
from tests.documents import DOCUMENTS

SENTINEL = "鿪鿫"
TRIES = 2_000 if os.environ.get("KORYU_FUZZ") else 50
#: Of long documents, the lines that are damaged and read: beginning, and the tables at the end.
PARTS = {"tokyo23_linkage_r8": [(0, 120)], "tokyo23_chronology_r6": [(0, 120), (2030, 2200)]}


@pytest.fixture(scope="module")
def knowing():
    gazetteer = Gazetteer.load()
    return gazetteer, Geocoder(gazetteer), Categories.load(REFERENCE_DIR / "categories.csv")


def damaged(lines: list[str], choose: random.Random) -> list[str]:
    """The document with the sentinel in it, and something else wrong at the same place or elsewhere."""
    lines = list(lines)
    at = choose.randrange(len(lines))
    cells = lines[at].split("\t")
    kind = choose.choice(["inside", "line", "cell", "joined", "moved", "cut", "tabs"])
    if kind == "line":
        lines.insert(at, SENTINEL)
    elif kind == "cell":
        cells.insert(choose.randint(0, len(cells)), SENTINEL)
        lines[at] = "\t".join(cells)
    elif kind == "joined" and at + 1 < len(lines):
        lines[at : at + 2] = [lines[at] + choose.choice(["\t", "", " "]) + lines[at + 1] + SENTINEL]
    elif kind == "moved" and at + 1 < len(lines):
        lines[at : at + 2] = [lines[at + 1], lines[at] + SENTINEL]
    elif kind == "cut":
        lines[at] = lines[at][: choose.randint(0, len(lines[at]))] + SENTINEL
    elif kind == "tabs":
        lines[at] = lines[at].replace("\t", choose.choice(["", " ", "\t\t"]), 1) + SENTINEL
    else:
        place = choose.randint(0, len(lines[at]))
        lines[at] = lines[at][:place] + SENTINEL + lines[at][place:]
    if choose.random() < 0.3:
        other = choose.randrange(len(lines))
        lines[other] = lines[other].translate({ord(choose.choice("市県区\t（）「」、・平令0123")): None})
    return lines


@pytest.mark.parametrize("source", DOCUMENTS)
def test_nothing_vanishes_from_a_damaged_document(source, root, knowing):
    gazetteer, geocoder, categories = knowing
    whole = to_lines((root / "data" / "sources" / f"{source}.txt").read_bytes(), source)
    whole = [line for a, b in PARTS.get(source, [(0, len(whole))]) for line in whole[a:b]]
    choose = random.Random(source)
    vanished = []
    for number in range(TRIES):
        lines = damaged(whole, choose)
        line = next((at for at, text in enumerate(lines, start=1) if SENTINEL in text), 0)
        try:
            reading = DOCUMENTS[source].read_lines(lines, "資料.txt")
        except SourceError:
            continue
        notes = [*reading.notes, *text_lost(lines, reading)]
        if number % 10 == 0:
            projects = make_projects(reading.records, gazetteer, geocoder, categories)
            notes += check_document(reading, projects, Context(gazetteer, categories, 2026))
        assert all(note.line is None or 1 <= note.line <= len(lines) for note in notes)
        data = (reading.records, reading.agreements, reading.counts, reading.events, reading.stated)
        if SENTINEL not in repr(data) and all(note.line != line for note in notes):
            vanished.append((number, line, lines[line - 1]))
    assert vanished == []


@pytest.mark.parametrize("source", DOCUMENTS)
def test_every_character_of_the_published_documents_is_accounted_for(source, root):
    lines = to_lines((root / "data" / "sources" / f"{source}.txt").read_bytes(), source)
    notes = text_lost(lines, DOCUMENTS[source].read_lines(lines, "資料.txt"))
    assert [note for note in notes if note.severity == "error"] == []


def test_a_row_that_a_reader_drops_is_an_error(root):
    source = "setagaya_exchange_r6"
    lines = to_lines((root / "data" / "sources" / f"{source}.txt").read_bytes(), source)
    reading = DOCUMENTS[source].read_lines(lines, "資料.txt")
    dropped = reading.records.pop(40)
    assert dropped.line in [note.line for note in text_lost(lines, reading) if note.severity == "error"]


def test_two_rows_joined_by_a_tab_are_told(root):
    source = "setagaya_exchange_r6"
    lines = to_lines((root / "data" / "sources" / f"{source}.txt").read_bytes(), source)
    at = next(
        i
        for i, text in enumerate(lines)
        if text.count("\t") >= 8 and lines[i + 1].count("\t") >= 8 and i > 30
    )
    lines[at : at + 2] = [f"{lines[at]}\t{lines[at + 1]}"]
    reading = DOCUMENTS[source].read_lines(lines, "資料.txt")
    assert at + 1 in [note.line for note in reading.notes if note.rule == "unread-line"]


@pytest.mark.parametrize("column", ["各特別区名", "連携カテゴリ", "事業開始年度"])
@pytest.mark.parametrize("rows", [1, 0])
def test_what_slipped_into_a_heading_and_fits_no_row_is_told_on_the_line_of_the_heading(column, rows):
    heading = "各特別区名\t連携カテゴリ\t事業名称等\t事業主体\t連携相手方\t事業内容\t事業開始年度"
    row = "千代田\t環境\t交流事業\t区\t岐阜県高山市\t\t平成24年度"
    slipped = heading.replace(column, column + SENTINEL)
    lines = [heading, row, slipped, *[row] * rows, heading, row]
    reading = DOCUMENTS["tokyo23_linkage_r8"].read_lines(lines, "資料.txt")
    assert [note.line for note in reading.notes if note.subject == SENTINEL] == [3]
    assert [record.years[0].year for record in reading.records] == [2012] * len(reading.records)


def test_a_word_of_the_row_below_that_slipped_into_the_heading_is_put_back():
    heading = (
        "各特別区名\t連携カテゴリ産業\t事業名称等\t事業主体\t連携相手方\t事業内容\t事業開始年度平成24年度"
    )
    lines = [heading, "千代田\t\t物産展\t区\t岐阜県高山市\t\t"]
    reading = DOCUMENTS["tokyo23_linkage_r8"].read_lines(lines, "資料.txt")
    (record,) = reading.records
    assert (record.category_raw, record.years[0].year) == ("産業", 2012)
    assert reading.notes == []
