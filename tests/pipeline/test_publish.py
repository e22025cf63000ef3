"""The static site: its pages, that every link leads somewhere, and that it replaces only an earlier site."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

from geo.dataset import Selection
from pipeline import cli
from pipeline.atomic import WriteError
from pipeline.exports.views import first_view
from pipeline.publish import MARK, publish

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)> "\' 🗾 =HYPERLINK("x")'
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class Page(HTMLParser):
    """The links, images, scripts and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets, self.tags, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.targets += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile(dataset):
    """The tables with hostile words for a project and for the name of a partner."""
    projects, places = dataset.projects.copy(), dataset.municipalities.copy()
    projects.loc[projects.ward_code == "13112", "name"] = HOSTILE
    places.loc[places.code == "10444", "name"] = HOSTILE
    return replace(dataset, projects=projects, municipalities=places)


@pytest.fixture(scope="module")
def site(hostile, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "public"
    publish(hostile, first_view(hostile), out, address="https://city.example/koryu/")
    return out


@pytest.fixture(scope="module")
def pages(site):
    return {
        path: Page(path.read_text("utf-8")) for path in site.rglob("*.html") if path.parent.name != "data"
    }


def test_there_is_a_page_for_every_ward_and_prefecture(site, pages, dataset):
    names = {path.relative_to(site).as_posix() for path in pages}
    wards = {f"wards/{code}.html" for code in dataset.origins.code}
    prefectures = {f"prefectures/{code}.html" for code in dataset.prefectures.code}
    assert names == {"index.html"} | wards | prefectures
    index = {target for target in pages[site / "index.html"].targets if target.endswith(".html")}
    assert index >= wards | prefectures


def test_every_link_is_relative_and_leads_to_a_file(site, pages):
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme == "data":
                continue
            assert not parts.scheme
            assert not parts.netloc
            assert not target.startswith("/")
            assert (path.parent / unquote(parts.path)).is_file(), f"{path}: {target}"


def test_the_search_leads_to_pages_that_are_there(site, dataset):
    targets = re.findall(r'"([a-z]+/\d{5}\.html)', (site / "assets" / "search.js").read_text("utf-8"))
    assert all((site / target).is_file() for target in targets)
    places = (dataset.municipalities.kind != "designated_ward").sum()
    projects = len(dataset.select(first_view(dataset)).projects)
    assert len(targets) == 23 + 47 + places + projects


def test_the_sitemap_has_the_whole_address_of_every_page(site, pages):
    found = {each.text for each in ET.parse(site / "sitemap.xml").iter(SITEMAP)}
    assert found == {f"https://city.example/koryu/{path.relative_to(site).as_posix()}" for path in pages}


def test_the_data_files_hold_every_link_of_the_pages_documents(site, dataset):
    table = pd.read_csv(site / "data" / "renkei.csv", dtype=str, encoding="utf-8-sig")
    assert len(table) == (dataset.links.source == first_view(dataset).sources[0]).sum()
    assert {path.suffix for path in (site / "data").iterdir()} == {
        ".csv",
        ".xlsx",
        ".geojson",
        ".gpkg",
        ".html",
    }


def test_hostile_words_are_text_on_every_page_and_in_every_script(site, pages):
    ward = pages[site / "wards" / "13112.html"]
    assert any(HOSTILE in words for words in ward.words)  # the partner in the table for pages without scripts
    assert all("img" not in page.tags for page in pages.values())
    for script in (site / "assets").glob("*.js"):
        assert "<img" not in script.read_text("utf-8")


def test_an_earlier_site_is_replaced_and_nothing_else(site, hostile):
    (site / "old.txt").write_text("old")
    publish(hostile, Selection(wards=("13101",)), site)
    assert not (site / "old.txt").exists()
    assert [path.name for path in (site / "wards").iterdir()] == ["13101.html"]
    publish(hostile, first_view(hostile), site, address="https://city.example/koryu/")


def test_a_folder_with_something_else_is_left_as_it_is(dataset, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(WriteError, match="作成結果でないもの"):
        publish(dataset, first_view(dataset), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_the_command_publishes_and_says_what_is_in_force(build_dir, tmp_path, capsys):
    out = tmp_path / "public"
    assert cli.main(["publish", "--out", str(out), "--data", str(build_dir), "--ward", "港区"]) == 0
    assert (out / MARK).is_file()
    said = capsys.readouterr()
    assert "49ページのサイト" in said.err
    assert "港区" in said.err
    assert said.out == ""


def test_the_command_refuses_what_is_not_an_address(build_dir, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["publish", "--out", str(tmp_path / "public"), "--url", "city.example"])
    assert ended.value.code == 2
    assert "https://" in capsys.readouterr().err
