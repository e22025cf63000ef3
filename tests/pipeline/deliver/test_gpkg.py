"""GeoPackage: the database of a view with its layers, what they are called in Japanese, and the counts of the screens."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geo.insight.flows import flows
from geo.insight.membership import agreement_table
from geo.insight.metrics import key_figures, prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS, gpkg, gpkg_tables, layers, table_sheets
from pipeline.deliver.views import EVERYTHING, first_view

LAYERS = list(gpkg.LAYERS)
TABLES = [
    "documents",
    "projects",
    "project_categories",
    "links",
    "agreements",
    "agreement_members",
    "findings",
]
QUERY = re.compile(r"^### (\S+)\n.*?^```sql\n(.*?)\n```$", re.M | re.S)


@pytest.fixture(scope="module")
def selections(dataset) -> dict[str, Selection]:
    return {"view": first_view(dataset), "everything": EVERYTHING}


@pytest.fixture(scope="module", params=["view", "everything"])
def view(request, dataset, selections, tmp_path_factory):
    """The file of what the screens open with, and of everything: its path, its selection."""
    path = tmp_path_factory.mktemp("gpkg") / "renkei.gpkg"
    path.write_bytes(gpkg.write(dataset, selections[request.param]))
    return path, selections[request.param]


@pytest.fixture(scope="module")
def file(view):
    return view[0]


@pytest.fixture(scope="module")
def selected(view, dataset):
    return dataset.select(view[1])


@pytest.fixture
def database(file):
    with closing(sqlite3.connect(file)) as opened:
        yield opened


def table(database, name: str) -> pd.DataFrame:
    """A table or a layer without its shapes."""
    return pd.read_sql(f'SELECT * FROM "{name}"', database).drop(columns=["fid", "geom"], errors="ignore")


def places(links: pd.DataFrame) -> pd.Series:
    return links.municipality_code.fillna(links.prefecture_code)


def test_layers_have_the_counts_of_the_tables(file, selected):
    read = {name: gpd.read_file(file, layer=name) for name in LAYERS}
    assert {name: len(layer) for name, layer in read.items()} == {
        "prefectures": 47,
        "municipalities": 1741,
        "flows": len(flows(selected)),
        "partners": places(selected.links).nunique(),
        "origins": len(selected.dataset.origins),
    }
    assert all(layer.crs == "EPSG:4326" and layer.geometry.notna().all() for layer in read.values())
    assert read["municipalities"].code.iloc[0] == "01100"
    assert set(read["municipalities"].kind) == {"政令指定都市", "特別区", "市", "町", "村"}
    assert (read["municipalities"].n_projects > 0).sum() == key_figures(selected).municipalities
    assert set(read["municipalities"].code[read["municipalities"].possible]) == set(selected.universe.code)
    figures = prefecture_table(selected)
    assert read["prefectures"].coverage.tolist() == figures.coverage.tolist()
    assert read["prefectures"].reached.sum() == key_figures(selected).prefectures
    assert read["prefectures"].direct.tolist() == figures.direct.tolist()
    assert read["origins"].n_municipalities.tolist() == origin_table(selected).n_municipalities.tolist()


def test_ties_with_prefectures_themselves_are_kept_as_lines_and_points(database, selected):
    links = selected.links
    whole = links[links.municipality_code.isna()]
    assert len(whole)
    lines, points = table(database, "flows"), table(database, "partners")
    assert set(points.code[points.code.str.endswith("000")]) == set(whole.prefecture_code)
    pairs = whole.groupby(["origin_code", "prefecture_code"]).project_id.nunique()
    drawn = (
        lines[lines.partner_code.str.endswith("000")].set_index(["origin_code", "partner_code"]).n_projects
    )
    assert drawn.sort_index().to_dict() == pairs.to_dict()


def test_lines_add_up_to_the_links_of_the_same_file(database):
    """What a line says of a tie is what the rows of links say of it; no row is lost on the way."""
    links, lines = table(database, "links"), table(database, "flows")
    counted = links[links.counted == 1].assign(place=places)
    pairs = counted.groupby(["origin_code", "place"]).agg(
        n_projects=("project_id", "nunique"), first_year=("start_year", "min")
    )
    drawn = lines.set_index(["origin_code", "partner_code"])[["n_projects", "first_year"]].sort_index()
    assert drawn.n_projects.to_dict() == pairs.n_projects.to_dict()
    assert drawn.first_year.fillna(0).to_dict() == pairs.first_year.fillna(0).to_dict()
    assert set(places(counted)) == set(table(database, "partners").code)


def test_tables_hold_the_rows_of_the_view(database, dataset, view):
    _, selection = view
    links = table_sheets.rows(dataset, "links", selection)
    kept = table(database, "links")
    for column in ("source", "project_id", "partner_text", "partner_code", "source_place"):
        assert kept[column].fillna("").tolist() == links[column].fillna("").tolist()
    assert kept.source_line.tolist() == links.source_line.tolist()
    assert kept.start_year.fillna(0).tolist() == links.start_year.fillna(0).tolist()
    assert kept.counted.astype(bool).tolist() == links.drawn.tolist()
    assert kept.partner_name.dropna().tolist() == [
        dataset.names[code] for code in links.partner_code.dropna()
    ]
    projects = table_sheets.rows(dataset, "projects", selection)
    assert table(database, "projects").project_id.tolist() == projects.project_id.tolist()
    fields = projects.explode("categories")
    assert len(table(database, "project_categories")) == fields.categories.notna().sum()
    assert len(table(database, "agreements")) == len(dataset.agreements)
    assert len(table(database, "agreement_members")) == len(dataset.agreement_members)
    assert len(table(database, "findings")) == len(table_sheets.rows(dataset, "findings", selection))
    assert len(table(database, "ties")) == len(kept)
    assert set(kept.source) <= set(table(database, "documents").id)


def test_the_database_is_whole_and_its_columns_are_of_the_right_kind(database, dataset):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    kinds = {
        (name, column[1]): column[2]
        for name in (*LAYERS, *TABLES, "ties")
        for column in database.execute(f'PRAGMA table_info("{name}")')
    }
    codes = {key: kind for key, kind in kinds.items() if key[1].endswith(("code", "code6", "_id"))}
    assert codes
    assert set(codes.values()) == {"TEXT"}
    assert kinds["documents", "date"] == kinds["agreements", "signed_on"] == "DATE"
    days = (
        table(database, "documents").date.dropna().tolist() + table(database, "agreements").signed_on.tolist()
    )
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)
    assert kinds["links", "start_year"] == kinds["flows", "n_projects"] == "INTEGER"
    assert (table(database, "links").partner_code.dropna().str.len() == 5).all()


def test_every_table_is_listed_and_every_column_described_in_japanese(database, dataset):
    listed = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert {name for name, kind in listed.items() if kind == "features"} == set(LAYERS)
    assert {name for name, kind in listed.items() if kind == "attributes"} == {
        *TABLES,
        "ties",
        "layer_styles",
    }
    contents = database.execute(
        "SELECT table_name, identifier, description, last_change FROM gpkg_contents"
    ).fetchall()
    about = {name: (title, said) for name, title, said, _ in contents}
    assert about["flows"][0] == "連携の流れ"
    assert all("気象庁" in about[name][1] for name in LAYERS)
    assert len({title for title, _ in about.values()}) == len(about)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row[3]) for row in contents)
    extensions = database.execute(
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'"
    )
    assert {name for (name,) in extensions} == {"gpkg_data_columns", "gpkg_data_column_constraints"}
    described = pd.read_sql("SELECT * FROM gpkg_data_columns", database).set_index(
        ["table_name", "column_name"]
    )
    for name in (*LAYERS, *TABLES, "ties"):
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')]
        assert list(described.loc[name].index) == [
            key for key in columns if key not in ("fid", "geom", "OGC_FID")
        ]
    assert described.title.str.contains(r"[ぁ-んァ-ヶ一-龠]").all()
    assert not described.title.str.contains(r"[{}]").any()
    assert not described.description.str.contains(r"[{}]").any()
    assert described.title["flows", "origin_name"] == "区"
    assert "単位: km" in described.description["flows", "distance_km"]


def test_columns_of_a_fixed_choice_hold_only_what_is_said(database):
    columns = database.execute(
        "SELECT table_name, column_name, constraint_name FROM gpkg_data_columns WHERE constraint_name IS NOT NULL"
    ).fetchall()
    assert {("links", "tie"), ("links", "confidence"), ("municipalities", "kind")} <= {
        row[:2] for row in columns
    }
    for name, column, constraint in columns:
        said = database.execute(
            "SELECT constraint_type, value, min, max FROM gpkg_data_column_constraints WHERE constraint_name = ?",
            (constraint,),
        ).fetchall()
        held = {row[0] for row in database.execute(f'SELECT DISTINCT "{column}" FROM "{name}"')} - {None}
        if said[0][0] == "enum":
            assert held <= {row[1] for row in said}, (name, column)
        else:
            assert all(said[0][2] <= value <= said[0][3] for value in held), (name, column)


def test_other_programs_see_the_tables_and_the_view(file, selected):
    names = pyogrio.list_layers(file)[:, 0].tolist()
    assert names[: len(LAYERS)] == LAYERS
    assert set(names) == {*LAYERS, *TABLES, "ties", "layer_styles"}
    read = pyogrio.read_dataframe(file, layer="ties", read_geometry=False)
    assert read.counted.sum() == len(selected.links)
    assert read.prefecture_code.dropna().str.len().eq(5).all()


@pytest.mark.parametrize("view", ["view"], indirect=True)
def test_the_same_view_gives_the_same_bytes(view, dataset):
    path, selection = view
    assert gpkg.write(dataset, selection) == path.read_bytes()


def test_documented_queries_give_what_the_screens_show(root, database, dataset, view):
    _, selection = view
    said = dict(QUERY.findall((root / "docs" / "gis.md").read_text("utf-8")))
    assert len(said) == 3
    found = {name: database.execute(query).fetchall() for name, query in said.items()}
    asked = replace(selection, origins=("13112",), categories=("災害・防災",))
    shown = dataset.select(asked).links
    shown = shown[shown.prefecture_code == "10000"].sort_values(["source_line", "partner_code"])
    columns = ["project_name", "start_year", "partner_code", "source_line"]
    plain = shown[columns].astype(object).where(shown[columns].notna(), None).values.tolist()
    assert len(plain) > 3
    assert [
        [name, year, place, line] for name, year, _, place, line in found["projects-with-prefecture"]
    ] == [[name, year, dataset.names[code], line] for name, year, code, line in plain]
    # the same by the tables alone
    fields = dataset.projects[dataset.projects.categories.map(lambda names: "災害・防災" in names)].project_id
    links = dataset.links[dataset.links.project_id.isin(fields) & (dataset.links.origin_code == "13112")]
    links = links[links.partner_code.str.startswith("10").fillna(False) & (links.confidence >= 0.8)]
    if selection.sources:
        links = links[links.source.isin(selection.sources)]
    if not selection.networks:
        links = links[links.tie != "network"]
    assert sorted(row[0] for row in found["projects-with-prefecture"]) == sorted(links.project_name)
    lines = flows(dataset.select(selection))
    lines = lines[lines.partner_code.str.endswith("000")].sort_values(["partner_code", "origin_code"])
    expected = lines[["partner_name", "origin_name", "n_projects", "first_year"]].astype(object)
    assert [list(row) for row in found["prefectures-themselves"]] == expected.where(
        expected.notna(), None
    ).values.tolist()
    agreed = agreement_table(dataset.select(selection)).sort_values("source_line")
    assert [list(row) for row in found["agreement-members"]] == agreed[
        ["partner_text", "members", "partnered"]
    ].values.tolist()


def test_a_view_without_a_tie_has_its_origin_and_empty_tables(dataset, tmp_path):
    path = tmp_path / "none.gpkg"
    path.write_bytes(gpkg.write(dataset, Selection(origins=("13101",), year_to=1, unknown_years=False)))
    with closing(sqlite3.connect(path)) as database:
        for name in ("flows", "partners", "links", "projects", "ties"):
            assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)
        assert database.execute("SELECT name, n_projects, began FROM origins").fetchall() == [
            ("千代田区", 0, None)
        ]
        kinds = {row[1]: row[2] for row in database.execute("PRAGMA table_info(flows)")}
    assert (kinds["n_projects"], kinds["distance_km"], kinds["origin_code"]) == ("INTEGER", "REAL", "TEXT")


def test_what_lies_nowhere_is_kept_without_a_shape(dataset):
    places_ = dataset.municipalities.astype({"lat": float, "lon": float})
    code = flows(dataset.select(EVERYTHING)).partner_code[0]
    places_.loc[places_.code == code, ["lat", "lon"]] = float("nan")
    lost = replace(dataset, municipalities=places_).select(EVERYTHING)
    lines, points = layers.flow_layer(lost), layers.partner_layer(lost)
    assert len(lines) == len(flows(lost))
    assert lines.geometry.isna().tolist() == (lines.partner_code == code).tolist()
    assert points.code[points.geometry.isna()].tolist() == [code]


def test_hostile_words_are_text(dataset, tmp_path):
    said = "'=HYPERLINK(\"x\")'); DROP TABLE flows;--<b>&🗾"
    municipalities = dataset.municipalities.copy()
    code = flows(dataset.select(EVERYTHING)).partner_code[0]
    municipalities.loc[municipalities.code == code, "name"] = said
    projects, links, documents = dataset.projects.copy(), dataset.links.copy(), dataset.documents.copy()
    projects.loc[0, "name"] = links.loc[0, "project_name"] = said + "\x00\x0b\ufffe"
    documents["credit"] = said
    hostile: Dataset = replace(
        dataset, municipalities=municipalities, projects=projects, links=links, documents=documents
    )
    path = tmp_path / "hostile.gpkg"
    path.write_bytes(FORMATS["gpkg"].write(hostile, EVERYTHING, name="a&<b>'.gpkg"))
    assert said in set(gpd.read_file(path, layer="partners").name)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT name FROM projects LIMIT 1").fetchone() == (said + "���",)
        assert said in database.execute("SELECT description FROM gpkg_contents").fetchone()[0]


def test_words_of_other_origins_are_theirs(editions, tmp_path):
    """Nothing of the tables speaks of wards where the origins are others."""
    path = tmp_path / "other.gpkg"
    path.write_bytes(gpkg.write(editions, EVERYTHING))
    heading = editions.naming.heading
    with closing(sqlite3.connect(path)) as database:
        titles = dict(
            database.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'flows'"
            ).fetchall()
        )
        tables = {row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")}
    assert titles["origin_name"] == heading
    assert ("corrections" in tables) == (len(editions.corrections) > 0)
    assert gpkg_tables.REFERENCES.keys() >= {("links", "project_id"), ("projects", "source")}
