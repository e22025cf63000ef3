"""The package for publishing: valid by its own dictionary, unchanged in every cell, and the queries of the docs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.codes import from_code6
from pipeline.cli import commands as cli
from pipeline.deliver import FORMATS
from pipeline.deliver.opendata import package
from pipeline.deliver.opendata.datapackage import path_of
from pipeline.deliver.opendata.published import PUBLISHED, tables
from pipeline.deliver.views import EVERYTHING

SETAGAYA = Selection(origins=("13112",), networks=True, peers=True)


def unpacked(content: bytes, folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


@pytest.fixture(scope="module")
def folder(dataset, tmp_path_factory) -> Path:
    """The package of everything, unpacked."""
    content = FORMATS["opendata"].write(dataset, EVERYTHING, publisher="特別区長会")
    return unpacked(content, tmp_path_factory.mktemp("opendata"))


@pytest.fixture(scope="module")
def described(folder) -> dict:
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / path_of(table)).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_field_is_described(described):
    assert [resource["name"] for resource in described["resources"]] == list(PUBLISHED)
    for resource in described["resources"]:
        assert resource["title"]
        assert resource["description"]
        for field in resource["schema"]["fields"]:
            assert {"name", "type", "title", "description"} <= field.keys()
            assert all(field[name].strip() for name in ("name", "type", "title", "description"))
    # What a table refers to is a table above it, or itself: who loads them in order never lacks a key.
    seen: list[str] = []
    for resource in described["resources"]:
        seen.append(resource["name"])
        for key in resource["schema"].get("foreignKeys", []):
            assert key["reference"]["resource"] in ("", *seen)


def test_frictionless_finds_it_valid(folder):
    frictionless = pytest.importorskip("frictionless", reason="frictionless comes with the extra test")
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    assert report.stats["errors"] == 0


def test_what_is_read_by_the_dictionary_is_what_the_tables_hold(dataset, folder):
    frictionless = pytest.importorskip("frictionless", reason="frictionless comes with the extra test")
    made = tables(dataset, EVERYTHING)
    read = frictionless.Package(str(folder / "datapackage.json"))
    for name in ("documents", "projects", "findings", "agreements"):
        found = [row.to_dict() for row in read.get_resource(name).read_rows()]
        assert len(found) == len(made[name])
        for field in PUBLISHED[name].fields:
            cells = made[name][field.name]
            expected = cells.astype(object).where(cells.notna(), None).tolist()
            if field.kind == "date":
                expected = [cell and date.fromisoformat(cell) for cell in expected]
            assert [row[field.name] for row in found] == expected, (name, field.name)


def test_csv_and_parquet_hold_the_same_with_the_same_dictionary(dataset, folder):
    for name, published in PUBLISHED.items():
        table = pq.read_table(folder / path_of(name, "parquet"))
        assert table.column_names == [field.name for field in published.fields]
        for field in published.fields:
            said = table.schema.field(field.name).metadata
            assert said[b"description"].decode() == field.description
            assert said[b"title"].decode() == field.title
        read = rows_of(folder, name)
        assert len(read) == table.num_rows
        for column in table.column_names:
            cells = ["" if cell is None else cell for cell in table[column].to_pylist()]
            if table.schema.field(column).type in ("bool",):
                cells = [str(cell).lower() for cell in cells]
            as_read = [row[column] for row in read]
            if table.schema.field(column).type in ("double", "int64"):
                as_read = [float(cell) if cell else "" for cell in as_read]
            elif table.schema.field(column).type == "date32[day]":
                as_read = [date.fromisoformat(cell) if cell else "" for cell in as_read]
            assert as_read == cells, (name, column)


def test_rows_are_those_of_the_built_tables(dataset, folder):
    for name in ("links", "projects", "mentions", "findings", "agreements", "agreement_members", "events"):
        assert len(rows_of(folder, name)) == len(getattr(dataset, name))
    links = rows_of(folder, "links")
    expected = dataset.links
    assert [row["partner_code"][:5] for row in links] == expected.partner_code.fillna("").tolist()
    assert [row["project_name"] for row in links] == expected.project_name.tolist()
    assert sum(row["drawn"] == "true" for row in links) == int(expected.drawn.sum())
    assert len(rows_of(folder, "places")) == 1741 + 171 + 47


def test_codes_have_six_digits_and_ids_begin_with_a_letter(folder):
    for name, published in PUBLISHED.items():
        read = rows_of(folder, name)
        for field in published.fields:
            values = {row[field.name] for row in read} - {""}
            if field.name.endswith("_code") and field.name != "printed_code":
                assert all(from_code6(value) for value in values), (name, field.name)
                behind = {f"c{value}" for value in values}
                assert behind == {row[f"{field.name.removesuffix('_code')}_id"] for row in read} - {""}
            if field.name.endswith(("_id", "_ids", "_id_from", "_id_to")):
                assert all(value[0].isalpha() for value in values), (name, field.name)


def test_no_cell_is_guarded_and_those_that_begin_like_a_formula_are_listed(dataset, tmp_path):
    texts = ["=1+1", "+cmd|' /C calc'!A0", "-", "'=1", "-川場村", '改行\nと"引用"', "@SUM(1)", "a|b"]
    projects = dataset.projects.copy()
    projects.loc[: len(texts) - 1, "name"] = texts
    made = unpacked(package.write(replace(dataset, projects=projects), EVERYTHING), tmp_path)
    read = rows_of(made, "projects")
    assert [row["name"] for row in read[: len(texts)]] == texts
    assert "| `csv/projects.csv` | `name` | 5 |" in (made / "README.md").read_text("utf-8")


def test_a_narrowed_package_is_whole_in_itself(dataset, tmp_path):
    frictionless = pytest.importorskip("frictionless", reason="frictionless comes with the extra test")
    made = unpacked(package.write(dataset, SETAGAYA), tmp_path)
    selected = dataset.select(SETAGAYA)
    assert {row["project_id"] for row in rows_of(made, "projects")} == set(selected.projects.project_id)
    assert len(rows_of(made, "links")) == len(selected.links)
    assert {row["origin_code"] for row in rows_of(made, "links")} == {"131121"}
    report = frictionless.validate(str(made / "datapackage.json"), resource_name="links")
    assert report.valid
    assert "世田谷区" in (made / "README.md").read_text("utf-8")


def test_the_catalogue_says_whose_it_is_and_under_which_conditions(dataset, folder, tmp_path):
    said = json.loads((folder / "catalog.jsonld").read_text("utf-8"))
    (one,) = said["dcat:dataset"]
    assert one["@type"] == "dcat:Dataset"
    assert one["dct:publisher"]["foaf:name"]["@value"] == "特別区長会"
    for day in ("dct:issued", "dct:modified"):
        assert date.fromisoformat(one[day]["@value"]) == date.fromisoformat(dataset.meta["built_at"][:10])
    assert "東京都" in [place.get("skos:prefLabel", {}).get("@value") for place in one["dct:spatial"]]
    (box,) = (place["dcat:bbox"]["@value"] for place in one["dct:spatial"] if "dcat:bbox" in place)
    own = dataset.municipalities[dataset.municipalities.code.isin(dataset.origins.code)]
    assert shapely.from_wkt(box).bounds == pytest.approx(own.total_bounds, abs=0.001)
    assert one["dcat:theme"]
    assert len(one["dct:source"]) == len(dataset.documents)
    assert [source["dct:license"]["dct:description"]["@value"] for source in one["dct:source"]] == (
        dataset.documents.licence.tolist()
    )
    files = {each["dcat:downloadURL"]["@id"]: each for each in one["dcat:distribution"]}
    assert set(files) == {path_of(name, kind) for name in PUBLISHED for kind in ("csv", "parquet")}
    for path, each in files.items():
        assert int(each["dcat:byteSize"]["@value"]) == (folder / path).stat().st_size
        assert each["dct:license"]
    # Every term is in the context that the file itself has.
    terms = set(re.findall(r'"(\w+):\w+"', (folder / "catalog.jsonld").read_text("utf-8")))
    assert terms - {"urn", "http", "https"} <= said["@context"].keys()
    unsaid = replace(dataset, documents=dataset.documents.assign(licence=""))
    text = unpacked(package.write(unsaid, SETAGAYA), tmp_path) / "catalog.jsonld"
    (one,) = json.loads(text.read_text("utf-8"))["dcat:dataset"]
    assert {source["dct:license"]["dct:description"]["@value"] for source in one["dct:source"]} == {
        "記載なし"
    }
    assert one["dct:publisher"]["foaf:name"]["@value"] == "記載なし"


def test_the_command_writes_a_zip_or_a_folder(dataset, build_dir, tmp_path, capsys):
    asked = ["export", "--format", "opendata", "--data", str(build_dir), "--ward", "世田谷区"]
    assert cli.main([*asked, "--out", str(tmp_path / "renkei.zip")]) == 0
    assert cli.main([*asked, "--out", str(tmp_path / "renkei")]) == 0
    with zipfile.ZipFile(tmp_path / "renkei.zip") as parts:
        for name in parts.namelist():
            assert (tmp_path / "renkei" / name).read_bytes() == parts.read(name)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("大切")
    assert cli.main([*asked, "--out", str(tmp_path / "other")]) == 2
    assert "消してしまわないように" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter.txt"]


def test_a_dataset_of_one_list_has_a_package_too(dataset, tmp_path):
    """Without agreements, events and all but one document, as of a list that somebody brings."""
    one = dataset.documents.iloc[:1]
    own = {name: getattr(dataset, name) for name in ("links", "projects", "mentions", "findings")}
    kept = {name: table[table.source == one.id.iloc[0]] for name, table in own.items()}
    empty = {
        name: getattr(dataset, name).iloc[:0]
        for name in ("agreements", "agreement_members", "events", "partner_counts", "changes")
    }
    alone = replace(dataset, documents=one, **kept, **empty)
    made = unpacked(package.write(alone, EVERYTHING), tmp_path)
    assert rows_of(made, "agreements") == []
    assert len(rows_of(made, "links")) == len(kept["links"])
    assert isinstance(alone, Dataset)
    assert pd.read_parquet(made / path_of("events", "parquet")).empty


@pytest.fixture(scope="module")
def asked(root) -> list[str]:
    """The queries of the documentation."""
    text = (root / "docs" / "opendata.md").read_text("utf-8")
    return re.findall(r"```sql\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def ask(folder):
    """What DuckDB answers to a query, in the folder of the package."""
    duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra test")
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{folder}'")
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


@pytest.fixture(scope="module")
def drawn(dataset) -> pd.DataFrame:
    """The links that are counted, by plain pandas from the built table; ``city`` is the partner, of a ward its city."""
    links = pd.read_parquet(dataset.folder / "links.parquet")
    links = links[(links.confidence >= 0.8) & links.partner_code.notna()]
    links = links[links.partner_code != links.origin_code]
    parents = dataset.municipalities.set_index("code").parent_code.dropna().to_dict()
    return links.assign(city=links.partner_code.map(lambda code: parents.get(code, code)))


def test_the_first_query_of_the_docs_finds_what_the_tables_hold(dataset, asked, ask, drawn):
    categories = dataset.projects.set_index("project_id").categories
    own = drawn[(drawn.origin_code == "13112") & drawn.partner_code.str.startswith("10")]
    own = own[own.project_id.map(categories).map(lambda names: "災害・防災" in names)]
    expected = [
        (row.project_name, row.partner_text)
        + ((int(row.start_year), row.year_kind) if pd.notna(row.start_year) else (None, None))
        for row in own.itertuples()
    ]
    expected.sort(key=lambda row: (row[2] is None, row[2] or 0, row[0], row[1]))
    assert expected
    assert ask(asked[0]) == expected


def test_the_second_query_of_the_docs_counts_as_the_tables_do(dataset, asked, ask, drawn):
    own = drawn[(drawn.tie != "network") & ~drawn.city.str.endswith("000")]
    counts = own.groupby(own.city.str[:2]).city.nunique()
    expected = [
        (row.name, int(counts.get(row.code[:2], 0)), row.n_municipalities)
        for row in dataset.prefectures.sort_values("code").itertuples(index=False)
    ]
    answer = ask(asked[1])
    assert [row[:3] for row in answer] == expected
    assert all(row[3] == pytest.approx(100 * row[1] / row[2], abs=0.051) for row in answer)


def test_the_third_query_of_the_docs_counts_as_the_tables_do(dataset, asked, ask, drawn):
    reached = set(drawn.city[drawn.tie != "network"])
    members = dataset.agreement_members.groupby("agreement_id").code
    regional = dataset.agreements[dataset.agreements.kind == "regional"]
    expected = [
        (name, len(codes), sum(code not in reached for code in codes))
        for own, name in zip(regional.agreement_id, regional.partner_text, strict=True)
        if own in members.groups
        for codes in [members.get_group(own).tolist()]
    ]
    assert len(asked) == 3
    assert sorted(ask(asked[2])) == sorted(expected)
    assert sum(row[1] for row in expected) == 372
