"""One view, one population: what every file holds is what the screen counts."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pypdf import PdfReader

from geo.insight.population import Population
from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS
from pipeline.deliver.views import first_view


def views(dataset) -> list[Selection]:
    """24 views: origins, fields, years, documents and switches in turn."""
    first = first_view(dataset)
    origins = ("13112", "13103", "13110", "13107", "13120", "13115")
    changes = [{"origins": (origin,)} for origin in origins]
    changes += [{"origins": (origin,), "networks": True} for origin in origins[:4]]
    changes += [{"categories": (name,)} for name in dataset.categories[:4]]
    changes += [{"year_from": 2016}, {"year_to": 1999}, {"year_mode": "as_of", "year_to": 2010}]
    changes += [{"sources": ()}, {"sources": (), "origins": ("13112",)}, {"peers": True, "networks": True}]
    changes += [{"home": False}, {"unknown_years": False}, {"above_years": False, "year_from": 1990}, {}]
    assert len(changes) == 24
    return [replace(first, **change) for change in changes]


def counted(dataset, selection) -> tuple[int, int, int]:
    figures = Population(dataset.select(selection)).figures
    return figures.municipalities, figures.prefectures, figures.projects


def of_links(dataset, table: pd.DataFrame) -> tuple[int, int, int]:
    """The same of the rows of a saved table of links."""
    parents = dataset.municipalities.set_index("code").parent_code.dropna()
    codes = table["相手先の団体コード"].dropna().astype(str)
    cities = {parents.get(code, code) for code in codes if not code.endswith("000")}
    return len(cities), codes.str[:2].nunique(), table["事業の番号"].nunique()


def reached(text: str) -> tuple[int, int]:
    """Prefectures and municipalities of the first sentence of a page."""
    found = re.search(r"([\d,]+)都道府県・([\d,]+)市区町村", re.sub(r"\s", "", text))
    return int(found[1]), int(found[2].replace(",", ""))


@pytest.mark.parametrize("number", range(24))
def test_every_file_holds_what_the_screen_counts(dataset, number, tmp_path):
    selection = views(dataset)[number]
    municipalities, prefectures, projects = expected = counted(dataset, selection)
    files = {
        name: FORMATS[name].write(dataset, selection) for name in ("csv", "xlsx", "geojson", "gpkg", "html")
    }
    saved = pd.read_csv(io.BytesIO(files["csv"]), dtype=str, encoding="utf-8-sig")
    saved["事業の番号"] = saved["事業の番号"].str.removeprefix("'")
    assert of_links(dataset, saved) == expected
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]), read_only=True)["連携"]
    rows = list(sheet.iter_rows(values_only=True))
    assert of_links(dataset, pd.DataFrame(rows[1:], columns=rows[0])) == expected
    features = json.loads(files["geojson"])["features"]
    points = [f["properties"]["code"] for f in features if f["properties"]["layer"] == "partner"]
    assert len([code for code in points if not code.endswith("000")]) == municipalities
    assert len({code[:2] for code in points}) == prefectures
    ties = [f["properties"]["projects"] for f in features if f["properties"]["layer"] == "flow"]
    assert len({project["id"] for own in ties for project in own}) == projects
    path = tmp_path / "view.gpkg"
    path.write_bytes(files["gpkg"])
    assert len(gpd.read_file(path, layer="partners").query("not code.str.endswith('000')")) == municipalities
    assert gpd.read_file(path, layer="prefectures").reached.sum() == prefectures
    with sqlite3.connect(path) as database:
        distinct = [
            f"count(DISTINCT {name})" for name in ("municipality_code", "prefecture_code", "project_id")
        ]
        assert database.execute(f"SELECT {', '.join(distinct)} FROM ties").fetchone() == expected
        assert (
            database.execute("SELECT count(*) FROM municipalities WHERE n_projects > 0").fetchone()[0]
            == municipalities
        )
    held = json.loads(
        re.search(r"window\.koryuData=(\{.*?\});?\n?</script>", files["html"].decode(), re.S)[1]
    )
    kept = [i for i, wide in enumerate(held["links"]["wide"]) if held["networks"] or not wide]
    partners = {held["partners"][held["links"]["partner"][i]] for i in kept}
    assert len({code for code in partners if not code.endswith("000")}) == municipalities
    assert len({held["links"]["project"][i] for i in kept}) == projects


@pytest.mark.parametrize("number", [7, 10, 15, 18])
def test_pages_slides_and_pictures_say_what_the_screen_counts(dataset, number):
    selection = views(dataset)[number]
    municipalities, prefectures, projects = counted(dataset, selection)
    text = PdfReader(io.BytesIO(FORMATS["pdf"].write(dataset, selection))).pages[0].extract_text()
    assert reached(text) == (prefectures, municipalities)
    assert re.search(rf"事業\s*{projects:,}\b", text)
    slide, *_ = Presentation(io.BytesIO(FORMATS["pptx"].write(dataset, selection))).slides
    assert reached(slide.shapes.title.text_frame.text) == (prefectures, municipalities)
    svg = FORMATS["svg"].write(dataset, selection).decode()
    assert reached(re.sub("<[^>]*>", "", svg)) == (prefectures, municipalities)
