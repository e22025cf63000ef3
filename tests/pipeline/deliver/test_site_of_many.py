"""The site of more origins than can be listed on every page: prefectures lead to them, and each page brings its own rows."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from geo.ledger.selection import Selection
from pipeline.deliver import geojson, html, site_data, site_plan
from pipeline.deliver.site import MARK, publish
from tests.pipeline.deliver.test_site import Page

LIST = ("tokyo23_linkage_r8",)
ORIGINS = ("13101", "13112", "13118")
VIEW = Selection(sources=LIST, origins=ORIGINS)


@pytest.fixture
def many(monkeypatch):
    """Three origins are many, and no data files: others look at these."""
    monkeypatch.setattr(site_plan, "MOST", 2)
    monkeypatch.setattr(site_data, "DATA_FILES", {})


def read(site, path: str) -> Page:
    return Page((site / path).read_text("utf-8"))


def brought(site, page: Page, name: str) -> dict:
    """What the script of rows of a page says."""
    (script,) = [target for target in page.targets if "/rows-" in target]
    text = (site / "assets" / script.rsplit("/", 1)[1]).read_text("utf-8")
    return json.loads(text.removeprefix(f"window.{name}=").removesuffix(";"))


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", " ".join(page.words))


def test_prefectures_lead_to_their_origins_and_each_page_brings_its_own_rows(many, dataset, tmp_path):
    publish(dataset, VIEW, tmp_path / "site", address="https://city.example")
    site = tmp_path / "site"
    top, tokyo, nagano = (
        read(site, path) for path in ("index.html", "prefectures/13000.html", "prefectures/20000.html")
    )
    origins = {f"wards/{code}.html" for code in ORIGINS}
    assert {target for target in top.targets if target.startswith(("wards/", "prefectures/"))} == {
        f"prefectures/{code}.html" for code in dataset.prefectures.code
    }
    assert {f"../{path}" for path in origins} <= set(tokyo.targets)
    assert not any("/wards/" in target for target in nagano.targets)
    for path in site.rglob("*.html"):
        for target in [] if path.name == "404.html" else Page(path.read_text("utf-8")).targets:
            file = target.partition("#")[0]
            assert not file or target.startswith("data:") or (path.parent / file).is_file(), (path, target)
    # Every number anew, of the links themselves.
    links = dataset.select(VIEW).links
    here = links[links.prefecture_code == "20000"]
    reached = here.municipality_code.nunique()
    possible = (dataset.select(VIEW).universe.prefecture_code == "20000").sum()
    projects = here.project_id.nunique()
    assert f" 長野県 0 {reached} / {possible} {reached / possible:.1%} {projects} " in words(top)
    told = words(nagano)
    assert f" 東京都 {here.origin_code.nunique()} {projects} " in told
    for code, own in here.dropna(subset="municipality_code").groupby("municipality_code"):
        name = dataset.places[code].name
        assert f" {name} {own.origin_code.nunique()} {own.project_id.nunique()} " in told
    drill = brought(site, nagano, "koryuOverview")["rows"]["areas"]["drill"]
    counts = here.groupby("municipality_code").project_id.nunique()
    assert dict(zip(drill["codes"], drill["texts"], strict=True)) == {
        code: f"{counts[code]} 事業" if code in counts else "なし"
        for code in dataset.select(VIEW).universe.query("prefecture_code == '20000'").code
    }
    carried = brought(site, read(site, "wards/13118.html"), "koryuData")
    mine = dataset.select(replace(VIEW, origins=("13118",), networks=True))
    assert {project["origin"] for project in carried["projects"]} == {"13118"}
    assert len(carried["links"]["project"]) == len(mine.links)
    assert not list((site / "assets").glob("data-*.js"))
    assert not (site / "compare.html").exists()
    # The search: places first, and the projects of a prefecture's origins apart.
    names = (site / "search" / "names.js").read_text("utf-8")
    assert json.loads(names.removeprefix("window.koryuSearch=").removesuffix(";"))["projects"] == []
    part = re.search(r"\|\|\{\},(.*)\);$", (site / "search" / "13.js").read_text("utf-8"))[1]
    assert {row[0] for row in json.loads(part)["13"]} == set(ORIGINS)
    assert len(json.loads(part)["13"]) == dataset.select(VIEW).links.project_id.nunique()
    assert [path.name for path in sorted((site / "search").iterdir())] == ["13.js", "names.js"]


def test_only_what_changed_is_written_and_the_site_is_as_a_fresh_one(many, dataset, tmp_path):
    """With two processes after one."""
    site, fresh = tmp_path / "site", tmp_path / "fresh"
    publish(dataset, VIEW, site, workers=1)
    before = {path.relative_to(site): path.stat().st_ino for path in site.rglob("*") if path.is_file()}
    projects = dataset.projects.copy()
    own = projects.index[(projects.origin_code == "13118") & projects.source.isin(LIST)]
    projects.loc[own[0], "name"] = "新しい名前の事業"
    changed, said = replace(dataset, projects=projects), []
    publish(changed, VIEW, site, workers=2, progress=said.append)
    publish(changed, VIEW, fresh, workers=1)
    content = {path.relative_to(fresh): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    assert {
        path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()
    } == content
    written = {str(path) for path in content if before.get(path) != (site / path).stat().st_ino}
    rows = {path for path in written if "/rows-13118-" in path}
    assert written == {"wards/13118.html", "search/13.js", MARK} | rows
    assert len(rows) == 1
    assert "新しい名前の事業" in (site / "wards" / "13118.html").read_text("utf-8")
    assert said[-1].startswith("52ページのうち1ページが新しくなりました。")


def test_a_kind_of_file_that_would_be_too_large_is_left_out_with_a_sentence(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(site_data, "DATA_FILES", {name: name for name in ("csv", "geojson", "html")})
    monkeypatch.setattr(geojson, "MOST", 20)
    monkeypatch.setattr(html, "MOST", 30)
    monkeypatch.setattr(site_data, "LARGEST", 2_000)
    selected = dataset.select(VIEW)
    links = dataset.select(replace(VIEW, networks=True)).links
    written = site_data.data_files(dataset, VIEW, tmp_path / "data")
    page = site_data.data_page(site_data.entry(selected), selected, tmp_path / "data", written)
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"dictionary.csv", "licence.txt"}
    kinds, why = zip(*page.absent, strict=True)
    assert kinds == ("CSV", "GeoJSON", "1つのHTML")
    assert why[0].startswith("82 KB になるため、置いていません。")
    places = selected.links.municipality_code.fillna(selected.links.prefecture_code)
    pairs = len(set(zip(selected.links.origin_code, places, strict=True)))
    assert why[1].startswith(f"GeoJSON に入れられる連携の線は20までです。この条件では{pairs:,}あり、")
    assert why[2].startswith(f"1つのHTMLに入れられる連携は30までです。この条件では{len(links):,}あり、")
