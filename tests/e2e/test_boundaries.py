"""The command that takes official boundaries, on a copy of the project, and what the screens then draw."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from geo.places.boundaries import CREDIT, N03_CREDIT
from tests.e2e import serving
from tests.pipeline.boundaries.official import n03, zipped

COPIED = ("app.py", "pyproject.toml", ".streamlit", "geo", "pipeline", "pages", "static", "data")


#: What is said of a file by its name, N03-20260101.
CREDITED = N03_CREDIT.format("、令和8年1月1日時点")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy that draws 鳥取県 with an official file, and tables built with it."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        copy = shutil.copytree if (serving.ROOT / name).is_dir() else shutil.copy
        copy(serving.ROOT / name, folder / name)
    file = zipped(n03("31"), folder / "N03-20260101_31_GML.zip")
    run(folder, "build")
    run(folder, "boundaries", "import", file)
    return folder


def run(folder, *arguments) -> str:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode()


def test_tables_and_files_name_the_official_data(project):
    built = json.loads((project / "data" / "build" / "build.json").read_text("utf-8"))
    assert CREDITED in built["boundaries"]["credit"]
    run(project, "export", "--format", "geojson", "--out", project / "all.geojson")
    assert CREDITED in json.loads((project / "all.geojson").read_text("utf-8"))["metadata"]["credits"][-1]


def test_the_screen_draws_and_credits_the_official_boundaries(project, browser):
    with serving.app(home=project) as address, serving.window(browser, own=True) as window:
        fetched = []
        window.page.on("response", lambda answer: fetched.append(answer.url))
        window.page.goto(address)
        frame = window.map_frame()
        expect(frame.locator(".koryu-credit")).to_have_text(f"{CREDITED}・{CREDIT}")
        assert any("/boundaries/imported/" in url and url.endswith("prefectures.json") for url in fetched)
        assert window.problems == []


def test_one_command_leads_back(project):
    assert "戻しました" in run(project, "boundaries", "reset")
    built = json.loads((project / "data" / "build" / "build.json").read_text("utf-8"))
    assert built["boundaries"]["credit"] == CREDIT
    assert not (project / "static" / "boundaries" / "imported").exists()
