"""The static site: its pages, that every link leads somewhere, and that it replaces only an earlier site."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import openpyxl
import pandas as pd
import pytest

from geo.insight.metrics import key_figures, municipality_table
from geo.ledger.selection import Selection
from pipeline.atomic import WriteError
from pipeline.cli import commands as cli
from pipeline.deliver.site import MARK, publish
from pipeline.deliver.site_data import data_files
from pipeline.deliver.views import first_view

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)> "\' 🗾 =HYPERLINK("x")'
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class Page(HTMLParser):
    """The links, scripts, anchors, meta data and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets, self.tags, self.words, self.ids, self.meta = [], [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        if tag == "meta":
            named = (given[key] for key in ("name", "property", "http-equiv") if key in given)
            self.meta[next(named, "")] = given.get("content")
        elif given.get("rel") == "canonical":
            self.meta["canonical"] = given["href"]
        else:
            self.targets += [given[name] for name in ("href", "src", "data-index") if name in given]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile(dataset):
    """The tables with hostile words for a project and for the name of a partner."""
    projects, places = dataset.projects.copy(), dataset.municipalities.copy()
    projects.loc[projects.origin_code == "13112", "name"] = HOSTILE
    places.loc[places.code == "10444", "name"] = HOSTILE
    # A document may say nothing of how it can be used.
    documents = dataset.documents.assign(licence="")
    return replace(dataset, projects=projects, municipalities=places, documents=documents)


@pytest.fixture(scope="module")
def site(hostile, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "public"
    publish(hostile, first_view(hostile), out, address="https://city.example/koryu/")
    return out


@pytest.fixture(scope="module")
def pages(site):
    return {
        path: Page(path.read_text("utf-8")) for path in site.rglob("*.html") if path.name != "renkei.html"
    }


def test_there_is_a_page_for_every_ward_and_prefecture(site, pages, dataset):
    names = {path.relative_to(site).as_posix() for path in pages}
    origins = {f"wards/{code}.html" for code in dataset.origins.code}
    prefectures = {f"prefectures/{code}.html" for code in dataset.prefectures.code}
    compared = {f"compare/{code}.html" for code in dataset.origins.code}
    others = {"index.html", "404.html", "compare.html", "data/index.html"}
    assert names == others | origins | prefectures | compared
    index = {target for target in pages[site / "index.html"].targets if target.endswith(".html")}
    assert index >= origins | prefectures


def test_every_link_is_relative_and_leads_to_a_file_and_a_place_in_it(site, pages):
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme == "data" or path.name == "404.html":
                continue  # a missing page may be asked for anywhere: it can only say the whole address
            assert not parts.scheme
            assert not parts.netloc
            assert not target.startswith("/")
            led = path.parent / unquote(parts.path)
            assert led.is_file(), f"{path}: {target}"
            assert not parts.fragment or parts.fragment in pages[led.resolve()].ids, f"{path}: {target}"
    assert "https://city.example/koryu/index.html" in pages[site / "404.html"].targets


def test_nothing_is_asked_of_another_host(site):
    for path in site.rglob("*"):
        if path.suffix in (".js", ".css"):
            text = path.read_text("utf-8")
            assert not re.findall(r"""(?:url\(|import\s*\(?|src=|fetch\()\s*["']?https?:""", text), path


def test_every_page_says_what_it_is(site, pages):
    origin = pages[site / "wards" / "13103.html"].meta
    assert origin["og:title"] == "港区と全国の市区町村の連携"
    assert origin["description"].startswith("港区は、個別の連携で全国29都道府県・")
    assert "広域の集まりまで含めると47都道府県・" in origin["description"]
    assert origin["canonical"] == origin["og:url"] == "https://city.example/koryu/wards/13103.html"
    described = [page.meta["description"] for path, page in pages.items() if path.name != "404.html"]
    assert len(set(described)) == len(described) == 71 + 24 + 1


def test_what_changes_has_another_name_and_may_be_kept_for_good(site):
    for path in (site / "assets").iterdir():
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        assert path.stem.endswith(f"-{mark}")


def test_pages_list_projects_with_their_sources_and_ties_without_any_script(site, pages, dataset):
    selected = dataset.select(replace(first_view(dataset), origins=("13103",)))
    said = "".join(pages[site / "wards" / "13103.html"].words)
    assert all(name in said for name in selected.projects.name)
    assert said.count("出典: 各特別区と全国市町村等連携事業一覧 ") == len(selected.projects)
    assert f"一覧 {selected.projects.source_line.iloc[0]}行目" in said
    nagano = pages[site / "prefectures" / "20000.html"]
    ties = dataset.select(first_view(dataset)).ties.with_partner("20000")
    reached = ties.codes_of(ties.origin)
    assert {f"../wards/{origin}.html" for origin in reached} <= set(nagano.targets)
    table = municipality_table(dataset.select(first_view(dataset)), "20000")
    without = table.name[~table.partnered]
    assert f"個別の連携のない市区町村（{len(without)}）: {without.iloc[0]}、" in "".join(nagano.words)
    listed = "".join(pages[site / "index.html"].words)
    figures = key_figures(selected)
    assert re.search(
        rf"港区\s+{figures.municipalities}\s+{figures.prefectures}\s+{figures.projects}\s", listed
    )


def test_the_search_knows_every_place_and_project(site, dataset):
    (path,) = (site / "assets").glob("search-*.js")
    text = path.read_text("utf-8").removeprefix("window.koryuSearch=").removesuffix(";")
    known = json.loads(text)
    places = dataset.municipalities[dataset.municipalities.kind != "designated_ward"]
    assert [row[0] for row in known["places"]] == sorted(places.code)
    assert [row[0] for row in known["origins"]] == list(dataset.origins.code)
    assert len(known["prefectures"]) == 47
    assert len(known["projects"]) == len(dataset.select(first_view(dataset)).projects)
    assert {row[0]: row for row in known["places"]}["14150"][1] == "相模原市"
    assert "津久井町" in {row[0]: row for row in known["places"]}["14150"][3].split()
    assert all((site / "wards" / f"{origin}.html").is_file() for origin, *_ in known["projects"])
    selected = dataset.select(first_view(dataset))
    ties = selected.links[selected.links.municipality_code.notna()]
    listed = [codes.split() for *_, codes in known["projects"]]
    assert sum(len([code for code in codes if code[2:] != "000"]) for codes in listed) == len(
        ties[["project_id", "municipality_code"]].drop_duplicates()
    )
    assert {row[0]: row[2] for row in known["origins"]}["13112"] == "せたがやく setagayaku"


def test_the_sitemap_has_the_whole_address_of_every_page(site, pages):
    found = {each.text for each in ET.parse(site / "sitemap.xml").iter(SITEMAP)}
    assert found == {
        f"https://city.example/koryu/{path.relative_to(site).as_posix()}"
        for path in pages
        if path.name != "404.html"
    }
    assert "Sitemap: https://city.example/koryu/sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_without_an_address_there_is_nothing_that_needs_one(dataset, tmp_path, capsys):
    publish(dataset, Selection(origins=("13101",)), tmp_path / "public")
    page = Page((tmp_path / "public" / "index.html").read_text("utf-8"))
    assert "canonical" not in page.meta
    assert not (tmp_path / "public" / "robots.txt").exists()
    found = [each.text for each in ET.parse(tmp_path / "public" / "sitemap.xml").iter(SITEMAP)]
    assert found[:2] == ["index.html", "wards/13101.html"]


def test_the_data_files_hold_what_the_pages_count(site, dataset):
    table = pd.read_csv(site / "data" / "renkei.csv", dtype=str, encoding="utf-8-sig")
    assert len(table) == len(dataset.select(first_view(dataset)).links)
    assert {path.name for path in (site / "data").iterdir()} == {
        *("renkei.csv", "renkei.xlsx", "renkei.geojson", "renkei.gpkg", "renkei.html", "renkei.zip"),
        *("index.html", "dictionary.csv", "licence.txt"),
    }


def columns_of(path) -> set[tuple[str, str]]:
    """(table, column) of everything in a data file, as programs that read it find it."""
    if path.suffix == ".csv":
        return {("連携", column) for column in next(csv.reader(path.open(encoding="utf-8-sig", newline="")))}
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        sheets = {sheet.title: next(sheet.iter_rows(values_only=True)) for sheet in book}
        # The first and the last sheet explain the others, and have no columns of data.
        return {(title, cell) for title, head in list(sheets.items())[1:-1] for cell in head}
    if path.suffix == ".geojson":
        listed = (feature["properties"] for feature in json.loads(path.read_text("utf-8"))["features"])
        return {(properties["layer"], key) for properties in listed for key in properties}
    database = sqlite3.connect(path)
    tables = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")} - {
        "layer_styles",
        "qgis_projects",
    }
    return {(table, row[1]) for table in tables for row in database.execute(f'PRAGMA table_info("{table}")')}


def test_the_dictionary_says_what_every_column_of_every_file_means(site, pages):
    with (site / "data" / "dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert all(row["意味"] and row["値の種類"] for row in listed)
    for name in ("renkei.csv", "renkei.xlsx", "renkei.geojson", "renkei.gpkg"):
        known = [(row["表"], row["列"]) for row in listed if row["ファイル"] == name]
        assert len(known) == len(set(known))
        assert set(known) == columns_of(site / "data" / name), name
    found = {(row["表"], row["列"]): row for row in listed if row["ファイル"] == "renkei.csv"}
    assert found["連携", "確かさ"]["単位"] == "0〜1"
    assert found["連携", "連携の形"]["とりうる値"] == "二者、複数で、広域の集まり"
    said = "".join(pages[site / "data" / "index.html"].words)
    assert all(row["意味"] in said for row in listed)
    assert {row["ファイル"] for row in listed} == {
        f"renkei.{kind}" for kind in ("csv", "geojson", "gpkg", "xlsx")
    }


def test_the_data_say_on_what_terms_they_can_be_used(site, pages, dataset, tmp_path):
    credit = dataset.cited("tokyo23_linkage_r8").credit
    text = (site / "data" / "licence.txt").read_text("utf-8-sig")
    page = pages[site / "data" / "index.html"]
    for said in (text, "".join(page.words)):
        assert "記載なし" in said
        assert credit in said
        assert dataset.map_credit in said
    files = {path.name for path in (site / "data").iterdir()} - {"index.html"}
    assert {f"../data/{name}" for name in files} <= set(page.targets)
    data_files(dataset, first_view(dataset), tmp_path / "data")
    assert f"利用条件: {dataset.cited('tokyo23_linkage_r8').licence}" in (
        tmp_path / "data" / "licence.txt"
    ).read_text("utf-8-sig")


def test_origins_are_compared_as_the_links_have_them(site, pages, dataset):
    """Every number of one page and of the table of all, counted anew."""
    links = dataset.select(first_view(dataset)).links.dropna(subset="municipality_code")
    held = {code: set(own.municipality_code) for code, own in links.groupby("origin_code")}
    own = held["13112"]
    others = set().union(*(theirs for code, theirs in held.items() if code != "13112"))
    page = pages[site / "compare" / "13112.html"]
    said = re.sub(r"\s+", " ", " ".join(page.words))
    assert f"ほかの区にあって、世田谷区にない市区町村（{len(others - own - {'13112'}):,}）" in said
    assert f"世田谷区にあって、ほかの区にない市区町村（{len(own - others):,}）" in said
    both = held["13111"]
    assert f" 大田区 {len(own & both)} {len(both - own)} {len(own - both)} " in said
    together = re.sub(r"\s+", " ", " ".join(pages[site / "compare.html"].words))
    assert f" 世田谷区 {len(own)} {len(own - others)} " in together
    counts = ["―" if code == "13112" else str(len(own & theirs)) for code, theirs in sorted(held.items())]
    assert f" 世田谷区 {' '.join(counts)} " in together
    assert "../compare/13112.html" in pages[site / "wards" / "13112.html"].targets


def test_no_page_is_heavy_and_none_is_without_a_policy_that_it_passes(site):
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert path.name == "renkei.html" or path.stat().st_size < 300_000, path
        policy = Page(text).meta["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        allowed = policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe" not in allowed
        for script in re.findall(r"<script>(.*?)</script>", text, re.DOTALL):
            mark = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{mark}'" in allowed, path


def test_hostile_words_are_text_on_every_page_and_in_every_script(site, pages):
    origin = pages[site / "wards" / "13112.html"]
    assert HOSTILE in origin.words  # a project of its list
    assert any(HOSTILE in words for words in pages[site / "prefectures" / "10000.html"].words)
    assert all("img" not in page.tags for page in pages.values())
    for script in (site / "assets").glob("*.js"):
        assert "<img" not in script.read_text("utf-8")


def test_an_earlier_site_is_replaced_but_nobody_elses_files(dataset, tmp_path):
    site = tmp_path / "public"
    publish(dataset, Selection(origins=("13101", "13102")), site)
    own = {
        "CNAME": "city.example",
        "robots.txt": "User-agent: *\nDisallow: /\n",
        ".git/refs/x": "1",
        "wards/memo.txt": "memo",
    }
    for path, text in own.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    (site / ".git" / "empty").mkdir()
    (site / "latest").symlink_to("data")
    (site / "index.html").write_text("edited")
    said = []
    for _ in range(2):
        publish(
            dataset, Selection(origins=("13101",)), site, address="https://city.example", progress=said.append
        )
        assert {path: (site / path).read_text() for path in own} == own
    assert sorted(path.name for path in (site / "wards").iterdir()) == ["13101.html", "memo.txt"]
    assert (site / ".git" / "empty").is_dir()
    assert (site / "latest").readlink().as_posix() == "data"
    assert "千代田区" in (site / "index.html").read_text("utf-8")
    assert len(list((site / "assets").glob("data-*.js"))) == 1
    assert "「robots.txt」は、置いてあったものを残しました。" in said
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == ["public"]


@pytest.mark.parametrize("broken", ["", "[]", '{"pages": 1}', '{"files": 1}'])
def test_a_folder_whose_list_cannot_be_read_is_left_as_it_is(dataset, tmp_path, broken):
    (tmp_path / MARK).write_text(broken)
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(WriteError, match="確かめられません"):
        publish(dataset, Selection(origins=("13101",)), tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"


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
    assert "52ページのサイト" in said.err
    assert "港区" in said.err
    assert said.out == ""


def test_the_command_refuses_what_is_not_an_address(build_dir, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["publish", "--out", str(tmp_path / "public"), "--url", "city.example"])
    assert ended.value.code == 2
    assert "https://" in capsys.readouterr().err
