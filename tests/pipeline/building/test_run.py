"""The build of the real documents: nothing lost, the contract kept, the last good build never harmed."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import geo.folders
import geo.ledger.dataset
from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES
from pipeline.building import run as build_module
from pipeline.building.build_tables import check_schema
from pipeline.building.run import build
from pipeline.building.stale import is_stale, sources_of
from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
from pipeline.intake.records import SourceError
from tests.documents import DOCUMENTS

LINKAGE = "tokyo23_linkage_r8"
SETAGAYA = "setagaya_exchange_r6"


@pytest.fixture(scope="module")
def sources(root) -> Path:
    return root / "data" / "sources"


@pytest.fixture(scope="module")
def meta(build_dir) -> dict:
    return json.loads((build_dir / "build.json").read_text(encoding="utf-8"))


@pytest.fixture
def small(tmp_path, sources) -> Path:
    """A directory with the smaller document only, to change and to build quickly."""
    (tmp_path / "sources").mkdir()
    shutil.copy(sources / f"{SETAGAYA}.txt", tmp_path / "sources")
    (tmp_path / "sources" / f"{SETAGAYA}.txt").chmod(0o644)
    return tmp_path / "sources"


def digest(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_every_table_is_there_and_keeps_the_contract(build_dir):
    assert {path.name for path in build_dir.iterdir()} == {
        "build.json",
        *(f"{name}.parquet" for name in TABLES),
    }
    dataset = Dataset.load(build_dir)
    assert len(dataset.municipalities) == 1741 + 171
    assert len(dataset.prefectures) == 47
    assert dataset.municipalities.crs == dataset.prefectures.crs == "EPSG:4326"
    wards = dataset.municipalities.kind == "designated_ward"
    assert (dataset.municipalities.geometry.isna() == wards).all()
    for name, columns in TABLES.items():
        assert list(getattr(dataset, name).columns)[: len(columns)] == list(columns)


def test_891_rows_of_23_wards_are_read(meta):
    rows = [row for row in meta["reconciliation"] if row["source"] == LINKAGE]
    assert [row["origin_code"] for row in rows] == [str(code) for code in range(13101, 13124)]
    assert sum(row["rows"] for row in rows) == 891


def test_mentions_are_resolved_or_unresolved_for_every_source_and_ward(meta, dataset):
    mentions = dataset.mentions.assign(resolved=dataset.mentions.codes.map(len) > 0)
    counted = mentions.groupby(["source", "origin_code"]).resolved.agg(["size", "sum"])
    stated = {(row["source"], row["origin_code"]): row for row in meta["reconciliation"]}
    assert set(stated) >= set(counted.index)
    for key, (size, resolved) in counted.iterrows():
        row = stated[key]
        assert (row["mentions"], row["resolved"], row["unresolved"]) == (size, resolved, size - resolved)
    assert meta["counts"]["mentions"] == len(mentions)


def test_links_are_the_mentions_once_a_project_and_place(dataset):
    links, mentions = dataset.links, dataset.mentions
    expected = mentions.explode("codes").dropna(subset="codes")
    pairs = set(zip(expected.project_id, expected.codes, strict=True))
    resolved = links[links.partner_code.notna()]
    assert not resolved.duplicated(["project_id", "partner_code"]).any()
    assert set(zip(resolved.project_id, resolved.partner_code, strict=True)) == pairs
    assert links.partner_code.isna().sum() == (mentions.codes.map(len) == 0).sum()


def test_every_fact_carries_its_line(dataset, sources):
    for source in (LINKAGE, SETAGAYA):
        length = len((sources / f"{source}.txt").read_text(encoding="utf-8").splitlines())
        for table in (dataset.links, dataset.projects, dataset.mentions):
            lines = table.source_line[table.source == source]
            assert lines.between(1, length).all()


def test_every_document_is_read(meta):
    assert {document["id"]: document["status"] for document in meta["documents"]} == dict.fromkeys(
        DOCUMENTS, "read"
    )


def test_the_embedded_documents_have_no_error(dataset):
    errors = dataset.findings[dataset.findings.severity == "error"]
    assert errors.empty, errors.message.tolist()


@pytest.mark.parametrize(
    ("rule", "source", "line"),
    [
        ("partner-not-in-name", LINKAGE, 1869),  # 江戸川区・鶴岡市 listing 南魚沼市
        *(("series-damaged", SETAGAYA, line) for line in (36, 37, 38, 157, 167)),  # 城南6区, 世田谷247…257
    ],
)
def test_known_errors_of_the_documents_are_found(dataset, rule, source, line):
    found = dataset.findings
    assert ((found.rule == rule) & (found.source == source) & (found.source_line == line)).any()


def test_findings_come_gravest_first(dataset):
    order = dataset.findings.severity.map(["error", "warning", "info"].index)
    assert order.is_monotonic_increasing


def test_two_builds_are_alike_to_the_byte(small, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first, second = (build(small, tmp_path / name).out for name in ("a", "b"))
    assert digest(first) == digest(second)
    assert json.loads((first / "build.json").read_text("utf-8"))["built_at"] == "2026-01-01T00:00:00+00:00"


def test_identifiers_survive_lines_that_move(small, tmp_path):
    before = Dataset.load(build(small, tmp_path / "out").out)
    path = small / f"{SETAGAYA}.txt"
    lines = path.read_text("utf-8").split("\n")
    new = "062031\t山形県鶴岡市\t新しい交流\t\t2: イベント\tイベントへの参加\t令和5年\t\t広報課"
    first = next(number for number, line in enumerate(lines) if line.startswith("152102"))
    path.write_text("\n".join([*lines[:first], new, *lines[first:]]), encoding="utf-8")
    after = Dataset.load(build(small, tmp_path / "out").out)
    assert set(after.projects.name) - set(before.projects.name) == {"新しい交流"}
    for table, key in (("projects", "project_id"), ("mentions", "mention_id")):
        old, new_ids = set(getattr(before, table)[key]), set(getattr(after, table)[key])
        assert old < new_ids
        assert len(new_ids - old) == 1


def spoil_empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil_binary(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 50)


def spoil_encoding(path: Path) -> None:
    path.write_bytes(path.read_text("utf-8").encode("cp932", "replace"))


def spoil_column(path: Path) -> None:
    rows = [line.split("\t") for line in path.read_text("utf-8").split("\n")]
    path.write_text("\n".join("\t".join(row[:1] + row[2:]) for row in rows), encoding="utf-8")


def spoil_missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("spoil", [spoil_empty, spoil_binary, spoil_encoding, spoil_column, spoil_missing])
def test_a_bad_source_leaves_the_last_build_as_it_was(small, tmp_path, build_dir, spoil):
    out = Path(shutil.copytree(build_dir, tmp_path / "out"))
    before = digest(out)
    spoil(small / f"{SETAGAYA}.txt")
    with pytest.raises(SourceError) as error:
        build(small, out)
    assert digest(out) == before
    assert SETAGAYA in str(error.value)
    assert "\n" not in str(error.value)


def test_a_document_that_went_missing_does_not_empty_out_a_good_build(small, tmp_path, build_dir):
    out = tmp_path / "build"
    shutil.copytree(build_dir, out)
    before = digest(out)
    with pytest.raises(SourceError, match=f"{LINKAGE}.txt.*--out"):
        build(small, out)
    assert digest(out) == before
    build(small, tmp_path / "fewer documents on purpose")


def test_a_crash_while_writing_leaves_the_last_build_as_it_was(small, tmp_path, monkeypatch):
    out = build(small, tmp_path / "out").out
    before = digest(out)
    write = build_module.write_table

    def crash(name, table, path):
        if name == "findings":
            path.write_bytes(b"half")
            raise MemoryError
        write(name, table, path)

    monkeypatch.setattr(build_module, "write_table", crash)
    with pytest.raises(MemoryError):
        build(small, out)
    assert digest(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name.startswith("out")] == [
        "out"
    ]


def test_two_builds_at_once_both_end_well(small, tmp_path, root):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "pipeline", "build", "--sources", small, "--out", out]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in "ab"
    ]
    for process in running:
        _, messages = process.communicate(timeout=120)
        assert process.returncode == 0, messages.decode("utf-8")
    assert len(Dataset.load(out).projects) > 100


def test_a_reader_gets_all_tables_of_one_build(build_dir, tmp_path, monkeypatch):
    out, other = (Path(shutil.copytree(build_dir, tmp_path / name)) for name in ("out", "other"))
    changed = json.loads((other / "build.json").read_text("utf-8")) | {"built_at": "later"}
    (other / "build.json").write_text(json.dumps(changed), encoding="utf-8")
    read = geo.ledger.dataset._read_table
    swapped = []

    def swap_and_read(path, name):
        if name == "mentions" and not swapped:
            swapped.append(out.rename(tmp_path / "aside"))
            other.rename(out)
        return read(path, name)

    monkeypatch.setattr(geo.ledger.dataset, "_read_table", swap_and_read)
    assert Dataset.load(out).meta["built_at"] == "later"


def test_a_directory_is_searched_for_documents(small):
    (small / "memo.txt").write_text("メモ", encoding="utf-8")
    (small / ".DS_Store").write_bytes(b"\0")
    shutil.copy(DOCUMENTS[LINKAGE].definition, small)
    found = find_documents(small)
    assert list(found.paths) == [SETAGAYA]
    assert {(note.rule, source) for source, note in found.notes} == {
        ("document-unknown", "memo"),
        ("document-missing", LINKAGE),
    }


def test_two_files_of_one_document_are_refused(small):
    shutil.copy(small / f"{SETAGAYA}.txt", small / f"{SETAGAYA}.tsv")
    with pytest.raises(SourceError, match="同じ文書"):
        find_documents(small)


@pytest.mark.parametrize("name", ["missing", "a_file", "empty"])
def test_a_directory_without_documents_is_refused(tmp_path, name):
    (tmp_path / "a_file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=name):
        find_documents(tmp_path / name)


def test_a_build_is_stale_when_a_document_changed(small, tmp_path):
    out = tmp_path / "out"
    assert is_stale(small, out)
    build(small, out)
    assert not is_stale(small, out)
    path = small / f"{SETAGAYA}.txt"
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    assert is_stale(small, out)


def test_a_build_remembers_whose_documents_it_is_made_of(small, tmp_path):
    out = build(small, tmp_path / "out").out
    assert sources_of(out) == small
    assert not is_stale(out=out)  # the embedded documents, which are others, play no part
    assert sources_of(tmp_path / "nothing") == DEFAULT_SOURCES


@pytest.mark.parametrize("content", ["", "[]", "null", "{}", '{"inputs": {}}', "\x00"])
def test_a_damaged_description_makes_a_build_stale(small, tmp_path, content):
    out = build(small, tmp_path / "out").out
    (out / "build.json").write_text(content, encoding="utf-8")
    assert is_stale(small, out)
    assert sources_of(out) == DEFAULT_SOURCES


def test_a_time_that_is_none_is_not_taken_for_the_time_of_the_build(small, tmp_path, monkeypatch):
    for given in ("99999999999999999999", "-", ""):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
        assert build(small, tmp_path / "out").meta["built_at"].startswith("20")


def put(column: str, value: object) -> Callable[[pa.Table], pa.Table]:
    """What puts the same value into every cell of a column."""

    def spoil(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(column)
        return table.set_column(at, column, pa.array([value] * len(table)))

    return spoil


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("links", lambda table: table.select(table.schema.names[::-1])),
        ("links", put("level", "town")),
        ("links", put("level", None)),
        ("links", put("partner_code", "99999")),
        ("links", put("confidence", 1.5)),
        ("projects", put("start_year", 2000.0)),
        ("projects", put("project_id", "same")),
        ("mentions", put("codes", "13101")),
        ("mentions", put("codes", ["13101", "99999"])),
        ("findings", put("severity", "bad")),
    ],
)
def test_a_table_that_breaks_the_contract_is_refused(build_dir, name, spoil):
    table = parquet.read_table(build_dir / f"{name}.parquet").replace_schema_metadata(None)
    codes = frozenset(pd.read_parquet(build_dir / "municipalities.parquet", columns=["code"]).code)
    codes |= {f"{number:02}000" for number in range(1, 48)}
    check_schema(name, table, codes)
    with pytest.raises(ValueError, match=name):
        check_schema(name, spoil(table), codes)


def test_what_is_hashed_is_what_was_read(small, tmp_path, monkeypatch):
    """A document, or the decisions, replaced while the build runs: the next look finds the build stale."""
    out, decisions = tmp_path / "build", tmp_path / "decisions.csv"
    shutil.copy(geo.folders.REFERENCE_DIR / "decisions.csv", decisions)
    monkeypatch.setenv("KORYU_DECISIONS", str(decisions))
    document = small / f"{SETAGAYA}.txt"

    def while_it_runs(message):
        if "突き合わせ" in message:
            document.write_text(document.read_text("utf-8").replace("交流", "交歓"), "utf-8")
            decisions.write_text(decisions.read_text("utf-8") + "\n# later\n", "utf-8")

    before = document.read_bytes()
    build(small, out, progress=while_it_runs)
    hashes = json.loads((out / "build.json").read_text("utf-8"))["inputs"]
    assert hashes[f"sources/{SETAGAYA}.txt"] == hashlib.sha256(before).hexdigest()
    assert is_stale(small, out)
    document.write_bytes(before)
    assert is_stale(small, out)  # by the decisions alone
    build(small, out)
    assert not is_stale(small, out)


def test_reference_data_that_changes_meanwhile_is_said(small, tmp_path, monkeypatch):
    reference = tmp_path / "reference"
    shutil.copytree(geo.folders.REFERENCE_DIR, reference)
    monkeypatch.setattr("pipeline.building.build_json.REFERENCE_DIR", reference)

    def while_it_runs(message):
        (reference / "categories.csv").write_text("printed,canonical\n", "utf-8")

    with pytest.raises(SourceError, match="categories.csv.*もう一度"):
        build(small, tmp_path / "build", progress=while_it_runs)
    assert not (tmp_path / "build").exists()
