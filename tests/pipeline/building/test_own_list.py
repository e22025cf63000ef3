"""A list of one's own, made into tables in memory."""

from __future__ import annotations

import pytest

from geo.ledger.schema import UNDATED, UNNAMED
from geo.ledger.selection import Selection
from pipeline.building.own_list import make_own_list
from pipeline.building.run import Tools
from pipeline.deliver.list_template import COLUMNS, EXAMPLE, worked_example
from pipeline.intake.columns import ROLES
from pipeline.intake.grid import open_file
from pipeline.intake.list_choices import Choices
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import Decision
from pipeline.words.view import reference_day
from tests.lists import text_table

ROWS = [
    ["交流先一覧（文京区）"],
    ["市町村", "協定の名", "始まり"],
    ["長野県松本市", "災害時相互応援協定", "平成28年度"],
    ["まつもと村", "物産展", "2016"],
    ["まつもと村", "観光", ""],
    ["フランス共和国パリ市", "文化交流", "H5.4.1"],
]


@pytest.fixture(scope="module")
def known():
    return Tools.load()


def made(known, rows=ROWS, file="list.csv", **said):
    data = text_table(rows)
    return make_own_list(data, open_file(data, file), file, known, **said)


def test_every_mention_ends_as_a_link_or_waits(known):
    own = made(known)
    assert len(own.mentions) == 4
    assert own.unresolved[["partner_text", "n", "source_place"]].values.tolist() == [
        ["まつもと村", 2, "4行目"]
    ]
    dataset = own.made.dataset
    assert dataset.naming.everyone == "文京区"
    drawn = dataset.select(Selection()).links
    assert list(drawn.partner_code) == ["20202"]
    assert list(own.mentions.level) == ["municipality", "unresolved", "unresolved", "foreign"]


def test_a_person_settles_a_name_for_this_list_alone(known):
    decided = Decision("まつもと村", ("20482",), origin_code="13105", decided_by="山田")
    own = made(known, decisions=[decided])
    assert own.unresolved.empty
    assert list(own.mentions.method[own.mentions.partner_text == "まつもと村"]) == ["decision"] * 2
    assert len(made(known).unresolved) == 1


def test_a_list_without_names_of_projects_or_a_day(known):
    own = made(known, [["文京区の友好都市"], ["市町村"], ["長野県松本市"], ["新潟県魚沼市"]])
    assert set(own.made.tables["projects"]["name"]) == {UNNAMED}
    assert own.document.as_of == UNDATED
    assert reference_day(own.made.dataset) == ""


def test_what_no_column_explains_is_a_finding_with_its_place(known):
    own = made(
        known,
        [["市町村", "いろは"], ["長野県松本市", "あ"], ["新潟県魚沼市", "い"]],
        choices=Choices(origin="文京区"),
    )
    found = own.made.tables["findings"]
    assert found[found.rule == "column-unread"].source_place.tolist() == ["1行目"]
    skipped = made(
        known,
        [["市町村", "いろは"], ["長野県松本市", "あ"]],
        choices=Choices(origin="文京区", columns={"partner": "A", "skip": "B"}),
    )
    assert "column-unread" not in set(skipped.made.tables["findings"].rule)


def test_the_worked_example_reads_as_it_stands(known):
    data = worked_example()
    own = make_own_list(data, open_file(data, "example.xlsx"), "example.xlsx", known)
    assert len(own.made.tables["projects"]) == len(EXAMPLE)
    assert own.unresolved.empty
    assert {column.role for column in own.understood.guess.columns} <= {*ROLES}
    assert [column.heading for column in own.understood.guess.columns] == list(COLUMNS)
    assert own.mentions.source_place.iloc[0] == "一覧!C2"
    empty = worked_example(rows=())
    with pytest.raises(SourceError):
        make_own_list(empty, open_file(empty, "empty.xlsx"), "empty.xlsx", known)
