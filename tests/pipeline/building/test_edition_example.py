"""The example of a next edition, with what is known to have changed: added, compared, and cited by its own day."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from geo.insight.changes import changes
from geo.insight.matching import Edition
from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES
from pipeline.building.accept import accept
from pipeline.building.run import build
from pipeline.building.verify import differences
from pipeline.cli import commands as cli
from pipeline.deliver import FORMATS
from pipeline.deliver.site import publish
from pipeline.deliver.views import EVERYTHING, first_view
from pipeline.intake.define import Said
from pipeline.intake.documents import find_documents
from pipeline.intake.recognise import next_edition
from pipeline.intake.registry import read
from tests import documents_made as made
from tests.lists import contents
from tests.printed import printed

OLD, NEW = "tokyo23_linkage_r8", "tokyo23_linkage_r9"
WARDS = ("13105", "13107")


@pytest.fixture(scope="module")
def example(shared) -> Path:
    path = shared / "editions" / f"{NEW}_example.txt"
    if not path.is_file():
        pytest.skip("the example of a next edition is not on this machine")
    return path


@pytest.fixture(scope="module")
def added(root, example, tmp_path_factory) -> Path:
    """The sources that come with the project, with the example added by the command."""
    home = tmp_path_factory.mktemp("added")
    shutil.copytree(root / "data" / "sources", home / "sources")
    build(home / "sources", home / "build")
    assert (
        cli.main(["add", str(example), "--sources", str(home / "sources"), "--out", str(home / "build")]) == 0
    )
    return home


def test_it_is_added_as_the_next_edition(added):
    dataset = Dataset.load(added / "build")
    editions = dataset.documents.set_index("id").edition
    assert (editions[OLD], editions[NEW]) == ("earlier", "in_force")
    assert (added / "sources" / f"{NEW}.toml").is_file()
    assert OLD not in set(dataset.links.source)
    assert list(differences(added / "build")) == []


def test_with_the_edition_before_in_force_everything_is_as_it_was(added, dataset):
    then = Dataset.load(added / "build").with_edition(OLD)
    for name in sorted({*TABLES} - {"documents", "changes"}):
        rows = [
            sorted(map(str, getattr(one, name).drop(columns="geometry", errors="ignore").values.tolist()))
            for one in (then, dataset)
        ]
        assert rows[0] == rows[1], name


@pytest.mark.parametrize("given", [(), ("--from", OLD, "--to", NEW)])
def test_what_changed_is_what_is_known_and_nothing_else(added, shared, capfd, tmp_path, given):
    assert cli.main(["changes", "--out", str(added / "build"), *given]) == 0
    table = tmp_path / "changes.tsv"
    table.write_text(capfd.readouterr().out, "utf-8")
    score = [shared / "checks" / "score_changes.py", table, shared / "editions" / "truth_example.tsv"]
    told = subprocess.run(
        [sys.executable, *map(str, score)], capture_output=True, text=True, encoding="utf-8"
    )
    assert told.returncode == 0, told
    assert "precision 1.000 recall 1.000" in told.stdout
    assert Dataset.load(added / "build").findings.query("rule == 'project-unsure'").empty


@pytest.fixture(scope="module", params=["workbook", "pdf"])
def in_another_form(request, root, added, tmp_path_factory) -> tuple[Edition, Edition, Dataset]:
    """The example as text and in another form; of a PDF, a part of it."""
    found = find_documents(added / "sources")
    reading = read(found.paths[NEW], found.documents[NEW])
    if request.param == "workbook":
        data, ending = made.linkage_workbook(reading), ".xlsx"
    else:
        part = [one for one in reading.records if one.origin_code in WARDS]
        data, ending = made.linkage_pdf(replace(reading, records=part), 30), ".pdf"
    home = tmp_path_factory.mktemp(request.param)
    shutil.copytree(root / "data" / "sources", home / "sources")
    there = find_documents(home / "sources").documents.values()
    document = next_edition(data, f"新しい一覧{ending}", there, contents(), Said())
    assert document is not None
    assert (document.id, document.as_of) == (NEW, "令和9年3月31日現在")
    accept(data, ending, document, home / "sources", home / "build")
    dataset = Dataset.load(home / "build")
    text = Dataset.load(added / "build").edition(NEW)
    codes = WARDS if request.param == "pdf" else set(text[1].origin_code)
    one = Edition(*(table[table.origin_code.isin(codes)] for table in text))
    return one, Edition(*dataset.edition(NEW)), dataset


def test_another_form_of_the_same_edition_is_no_change(in_another_form):
    text, other, dataset = in_another_form
    assert len(other.projects) == len(text.projects) > 50
    assert set(other.projects.project_id) == set(text.projects.project_id)
    for found in (changes(text, other, dataset.names), changes(other, text, dataset.names)):
        assert found.table.drop(columns=["place_from", "place_to"]).to_dict("records") == []
        assert found.doubts == []


#: The day of the edition before, as it may be written.
BEFORE = ("令和8年3月31日", "2026-03-31", "2026年3月31日", "R8.3.31")


#: Where what changed is told, the edition before is meant, and it says so.
_COMPARED = re.compile(r"前の版\(令和8年3月31日現在\)|令和8年3月31日現在→(?=令和9年3月31日現在)")


def texts(name: str, data: bytes) -> dict[str, str]:
    """Everything that can be read of a file, by the part it stands in."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {
                f"{name}!{part}": package.read(part).decode("utf-8", "replace")
                for part in package.namelist()
                # Of every edition: the table of documents, and what changed. Parquet is not read as text.
                if part not in ("csv/documents.csv", "csv/changes.csv") and not part.startswith("parquet/")
            }
    if data[:4] == b"%PDF":
        found = {f"{name}!{n}": page for n, page in enumerate(printed(data), start=1)}
        return found | {f"{name}!about": str(PdfReader(io.BytesIO(data)).metadata)}
    return {name: data.decode("utf-8", "replace")}


def of_the_edition_before(name: str, data: bytes) -> list[str]:
    """The places of a file that cite the edition before, each with what stands around it; comparisons aside."""
    found = []
    for part, text in texts(name, data).items():
        plain = _COMPARED.sub("", "".join(unicodedata.normalize("NFKC", text).split()))
        for day in (*BEFORE, OLD):
            at = plain.find(day)
            while at >= 0:
                found.append(f"{part}: {plain[max(0, at - 60) : at + 40]}")
                at = plain.find(day, at + 1)
    return found


@pytest.fixture(scope="module")
def written(added, tmp_path_factory):
    """``written(kind, view)``: a file of the edition in force; each is made once and only read."""
    dataset = Dataset.load(added / "build")
    views = {"first": first_view(dataset), "everything": EVERYTHING}

    @cache
    def write(kind: str, view: str) -> bytes:
        near = {"near": tmp_path_factory.mktemp("near")} if kind == "gpkg" else {}
        return FORMATS[kind].write(dataset, views[view], **near)

    return write


@pytest.mark.parametrize("view", ["first", "everything"])
@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_file_cites_the_edition_in_force(written, kind, view):
    assert of_the_edition_before(f"file.{kind}", written(kind, view)) == []


def test_every_page_of_the_site_cites_the_edition_in_force(added, tmp_path):
    dataset = Dataset.load(added / "build")
    publish(dataset, first_view(dataset), tmp_path / "site")
    # The feed is of all editions there were.
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file() and path.name != "feed.xml"]
    assert len(files) > 20
    found = {path.name: of_the_edition_before(path.name, path.read_bytes()) for path in files}
    assert {name: places for name, places in found.items() if places} == {}
    cited = {path.name for path in files if "令和9年3月31日現在" in path.read_text("utf-8", "replace")}
    assert "index.html" in cited


@pytest.mark.parametrize("kind", sorted({*FORMATS} - {"csv", "png"}))
def test_the_day_in_force_can_be_found_where_the_other_is_looked_for(written, kind):
    found = texts(kind, written(kind, "first"))
    plain = "".join(unicodedata.normalize("NFKC", "".join(found.values())).split())
    assert any(day in plain for day in ("令和9年3月31日", "2027-03-31"))


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_file_of_the_edition_before_cites_that(added, tmp_path, kind):
    dataset = Dataset.load(added / "build").with_edition(OLD)
    near = {"near": tmp_path} if kind == "gpkg" else {}
    found = texts(kind, FORMATS[kind].write(dataset, EVERYTHING, **near))
    plain = "".join(unicodedata.normalize("NFKC", "".join(found.values())).split())
    assert not [day for day in ("令和9年3月31日", "2027-03-31", NEW) if day in plain]
    assert kind in ("csv", "png") or "令和8年3月31日" in plain
