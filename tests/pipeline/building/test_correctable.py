"""What can be corrected of a project: whatever is offered holds, and the preview is what the build reads."""

from __future__ import annotations

import pytest

from geo.ledger.dataset import Dataset
from pipeline.building.correctable import (
    Item,
    addition,
    correction,
    is_known,
    items,
    read_partners,
)
from pipeline.building.run import build
from pipeline.reading.corrections import NAME, PARTNER, ROW, YEAR, corrections_path
from pipeline.reading.geocode import Geocoder
from pipeline.reading.record_correction import record_correction
from tests.editions_made import AFTER, SERIES, two_editions
from tests.lists import tools

GAZETTEER = tools()[0]
VALUES = {YEAR: "平成3年度", PARTNER: "沖縄県与那国町", ROW: ""}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("correctable")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORYU_CORRECTIONS", str(folder / "none.csv"))
        return folder, two_editions(folder)


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_CORRECTIONS", str(tmp_path / "corrections.csv"))


def test_whatever_is_offered_is_held_by_what_is_printed(made, tmp_path):
    folder, dataset = made
    acts = {}
    for project_id in dataset.projects.project_id:
        for item in items(dataset, project_id):
            if item.field in (ROW, YEAR) and not item.partner:
                continue  # these would take away, or stand for, what the others are on
            one = correction(dataset, project_id, item, VALUES.get(item.field, "訂正"), "確認", "山田")
            (written,) = record_correction([one], GAZETTEER)
            acts[written.id] = project_id, item
    assert {item.field for _, item in acts.values()} == {
        "name",
        "category",
        "organiser",
        "summary",
        "status",
        "partner",
        "year",
    }
    build(folder / "sources", tmp_path / "build")
    built = Dataset.load(tmp_path / "build")
    assert set(built.corrections.standing) == {"needed"}
    assert dict(zip(built.corrections.id, built.corrections.project_id, strict=True)) == {
        act: project for act, (project, _) in acts.items()
    }
    assert set(built.projects.name) == {"訂正"}
    assert set(built.projects.project_id) == set(dataset.projects.project_id)
    # What is corrected is offered no more, but for one partner more and the row itself.
    left = {item for project in built.projects.project_id for item in items(built, project)}
    assert left == {Item(PARTNER), Item(ROW), *(item for item in left if item.field == YEAR)}


def test_a_year_or_a_row_is_held_too(made, tmp_path):
    folder, dataset = made
    projects = dataset.projects.set_index("name")
    year = projects.project_id["りんご祭"]
    row = projects.project_id["物産展"]
    for project, field in ((year, YEAR), (row, ROW)):
        (item,) = (item for item in items(dataset, project) if item.field == field and not item.partner)
        record_correction([correction(dataset, project, item, VALUES[field], "確認", "山田")], GAZETTEER)
    build(folder / "sources", tmp_path / "build")
    built = Dataset.load(tmp_path / "build")
    assert set(built.corrections.standing) == {"needed"}
    links = built.links[built.links.project_id == year]
    assert set(zip(links.start_year, links.year_kind, links.year_basis, strict=True)) == {
        (1991, "年度", "project")
    }
    assert built.projects.set_index("project_id").start_year[year] == 1991
    assert row not in set(built.projects.project_id)
    assert set(dataset.mentions.project_id) - set(built.mentions.project_id) == {row}


def test_one_partner_s_year_leaves_the_others_their_own(made, tmp_path):
    folder, dataset = made
    project = dataset.projects.set_index("name").project_id["物産展"]
    item = next(item for item in items(dataset, project) if item.field == YEAR and item.partner == "小樽市")
    record_correction([correction(dataset, project, item, "平成30年", "確認", "山田")], GAZETTEER)
    build(folder / "sources", tmp_path / "build")
    built = Dataset.load(tmp_path / "build")
    own = built.mentions[built.mentions.project_id == project].set_index("partner_text")
    assert own.start_year.to_dict() == {"函館市": 1993, "小樽市": 2018}
    assert own.year_basis["小樽市"] == "partner"
    assert built.projects.set_index("project_id").start_year[project] == 1993


def test_the_preview_is_what_the_build_reads(made, tmp_path):
    folder, dataset = made
    text = "山形県鶴岡市、府中市、八戸市ほか"
    values = {NAME: "市民号", PARTNER: text, YEAR: "", "organiser": " "}
    lines = addition(dataset, AFTER, "14206", values, "確認", "山田")
    assert [line.field for line in lines] == [NAME, PARTNER]
    assert not is_known(dataset, AFTER, "14206", "市民号")
    record_correction(lines, GAZETTEER)
    build(folder / "sources", tmp_path / "build")
    built = Dataset.load(tmp_path / "build")
    assert is_known(built, AFTER, "14206", "市民 号")
    (project,) = built.projects.project_id[built.projects.name == "市民号"]
    assert items(built, project) == []
    read = list(read_partners(text, SERIES, "14206", GAZETTEER, Geocoder(GAZETTEER)))
    own = built.mentions[built.mentions.project_id == project]
    assert [(text, list(answer.codes), answer.confidence) for text, answer in read] == [
        (row.partner_text, list(row.codes), row.confidence) for row in own.itertuples()
    ]
    assert [len(answer.codes) for _, answer in read] == [1, 0, 1]
    assert corrections_path().exists()
