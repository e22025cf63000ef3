"""行の訂正 in a real browser: a row is corrected, seen on the profile of its origin, and taken back."""

from __future__ import annotations

import re
import shutil
from typing import NamedTuple
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving

#: What is to stand there.
RIGHT = "石川県加賀市"


class Chosen(NamedTuple):
    """A project with one partner, whose name is no other's: its id, name, ward and printed partner."""

    id: str
    name: str
    ward: str
    partner: str


def _project(dataset) -> Chosen:
    links = dataset.links[dataset.links.drawn & (dataset.links.source == dataset.sources[0])]
    alone = links[~links.duplicated("project_id", keep=False) & ~links.duplicated("project_name", keep=False)]
    one = alone[alone.project_name.str.len().between(6, 12)].iloc[0]
    return Chosen(one.project_id, one.project_name, dataset.places[one.origin_code].name, one.partner_text)


@pytest.fixture
def editing(build_dir, tmp_path):
    """The app started for editing, on a build and corrections of this test's own: (address, corrections.csv)."""
    build = shutil.copytree(build_dir, tmp_path / "build")
    path = tmp_path / "corrections.csv"
    environment = {"KORYU_DATA": str(build), "KORYU_EDIT": "1", "KORYU_CORRECTIONS": str(path)}
    with serving.app(environment) as running:
        yield running, path


def choose(window, label: str, words: str) -> None:
    """Choose in a box with the keyboard."""
    box = window.page.get_by_role("combobox", name=label)
    window.reach(box)
    box.fill(words)
    window.page.get_by_role("option", name=words).first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    window.quiet()


def test_a_row_is_corrected_marked_and_taken_back(window, editing, dataset):
    address, path = editing
    project = _project(dataset)
    page = window.page
    page.goto(f"{address}/corrections?part={quote('行を訂正する')}&ward={quote(project.ward)}")
    screens.settled(window)
    choose(window, "訂正する事業", project.name)
    choose(window, "訂正する項目", f"相手方「{project.partner}」")
    right = page.get_by_role("textbox", name="正しいもの")
    right.fill(RIGHT)
    right.press("Enter")
    page.get_by_role("cell", name=RIGHT).first.wait_for()
    assert [words for words in window.english() if not re.search("CSV|Enter", words)] == []
    page.get_by_role("textbox", name="訂正の理由").fill("担当課の決裁文書で確認")
    page.get_by_role("textbox", name="訂正した人").fill("企画課 鈴木")
    page.get_by_role("button", name="記録して、データを作り直す").click()
    page.get_by_text(f"「{project.name}」の訂正を記録しました").wait_for(timeout=60_000)
    assert "企画課 鈴木" in path.read_text("utf-8")

    page.goto(f"{address}/wards?ward={quote(project.ward)}&project={project.id}")
    screens.settled(window)
    facts = page.locator(".k-facts", has_text=project.name).first
    expect(facts).to_contain_text(f"区の訂正: 相手方「{project.partner}」→「{RIGHT}」")
    expect(facts).not_to_contain_text("鈴木")

    page.goto(f"{address}/corrections")
    screens.settled(window)
    choose(window, "訂正を選ぶ", project.name)
    page.get_by_role("textbox", name="取り消す人").fill("企画課 鈴木")
    page.get_by_role("textbox", name="取り消す人").press("Enter")
    window.quiet()
    page.get_by_role("button", name="この訂正を取り消して、データを作り直す").click()
    page.get_by_text("の訂正を取り消しました").wait_for(timeout=60_000)
    page.goto(f"{address}/wards?ward={quote(project.ward)}&project={project.id}")
    screens.settled(window)
    facts = page.locator(".k-facts", has_text=project.name).first
    expect(facts).to_contain_text(project.partner)
    expect(facts).not_to_contain_text("区の訂正")
