"""Documents read apart: by other processes, from what is remembered, and anew come to the same, to the byte."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from geo.places import boundaries
from pipeline.building import run
from pipeline.building.apart import memory as memory_module
from pipeline.building.apart import workers
from pipeline.building.apart.memory import Memory, forget
from pipeline.building.apart.part import Lookups, Reader
from pipeline.building.apart.part_file import packed, unpacked
from pipeline.building.apart.reading import Means, read_documents
from pipeline.building.apart.workers import processes_for, read_apart
from pipeline.building.build_json import reference_inputs
from pipeline.building.build_tables import places_tables
from pipeline.building.run import build
from pipeline.building.verify import differences, table_hashes
from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
from pipeline.intake.records import SourceError
from pipeline.reading.corrections import COLUMNS
from pipeline.reading.geocode.decisions import read_decisions

#: The shorter documents that come with the program.
SHORT = ("shinagawa_agreements_r7", "suginami_exchange_r5", "setagaya_exchange_r6")


@pytest.fixture(scope="module")
def found():
    return find_documents(DEFAULT_SOURCES)


@pytest.fixture(scope="module")
def jobs(found):
    return {source: (found.paths[source].name, found.paths[source].read_bytes()) for source in SHORT}


@pytest.fixture(scope="module")
def common(found):
    return found.documents, read_decisions(), b""


@pytest.fixture(scope="module")
def lookups():
    return Lookups.load_lookups()


@pytest.fixture(scope="module")
def reader(lookups, common):
    return Reader(lookups, *common)


@pytest.fixture(scope="module")
def here(jobs, reader):
    """What these documents come to where this process reads them, packed."""
    return {source: packed(reader.part(source, *job)) for source, job in jobs.items()}


@pytest.fixture
def folder(tmp_path):
    """A folder nobody else can write to."""
    (tmp_path / "cache").mkdir(mode=0o700)
    return tmp_path / "cache"


def remembering(folder: Path | None, workers: int | None = 1, reference: dict | None = None) -> Means:
    return Means(Memory(folder, reference_inputs() if reference is None else reference), workers)


def test_processes_read_what_this_one_reads_in_its_order_and_say_what_it_would(jobs, common, reader, here):
    broken = SHORT[1], ("杉並.txt", "何もない".encode())
    read = read_apart({source: jobs[source] for source in (SHORT[2], SHORT[0])} | dict([broken]), common, 2)
    assert [next(read), next(read)] == [(source, here[source]) for source in (SHORT[2], SHORT[0])]
    with pytest.raises(SourceError) as told:
        next(read)
    with pytest.raises(SourceError, match=re.escape(str(told.value))):
        reader.part(broken[0], *broken[1])
    assert "杉並.txt" in str(told.value)


def test_a_document_whose_process_is_killed_is_read_here(
    jobs, found, common, reader, here, tmp_path, monkeypatch
):
    dying = tmp_path / "dying.py"
    dying.write_text("import os, sys\nsys.stdin.buffer.read(100)\nos.kill(os.getpid(), 9)\n", "utf-8")
    monkeypatch.setattr(workers, "_PROCESS", dying)
    assert list(read_apart(jobs, common, 2)) == [(source, None) for source in SHORT]
    means, said = remembering(None, 2), []
    parts = read_documents(jobs, found.documents, reader, common, means, said.append)
    assert {source: packed(part) for source, part in parts.items()} == here
    assert said == [f"{file} を読んでいます…" for file, _ in jobs.values()]


def test_few_short_documents_are_read_without_starting_a_process(jobs):
    assert processes_for(jobs, None) < 2
    many = {str(number): ("一覧.csv", bytes(600_000)) for number in range(9)}
    assert processes_for(many, None) == min(workers._processors(), 8)
    assert processes_for(jobs, 50) == len(jobs)


def test_what_was_read_is_found_again_and_nothing_is_read(jobs, found, common, reader, here, folder):
    first = read_documents(jobs, found.documents, reader, common, remembering(folder), lambda said: None)
    said: list[str] = []
    again = read_documents(jobs, found.documents, Unable(reader), common, remembering(folder), said.append)
    assert said == ["変わっていない資料 3件は、前に読んだものを使います。"]
    for parts in (first, again):
        assert {source: packed(part) for source, part in parts.items()} == here
    assert list(again) == list(jobs)


class Unable(Reader):
    """A reader that knows what another knows, and must not be asked to read."""

    def __init__(self, other: Reader) -> None:
        vars(self).update(vars(other))

    def part(self, *_):
        raise AssertionError("read again")


@pytest.fixture
def kept(jobs, found, reader, here, folder):
    """A folder that remembers one document, and what it is asked for it with."""
    source = SHORT[1]
    asked = [found.documents[source], *jobs[source]]
    memory = remembering(folder).memory
    memory.keep(*asked, reader, here[source])
    assert packed(memory.find(*asked, reader)) == here[source]
    return asked


def test_another_document_definition_decision_correction_or_program_is_read_anew(
    kept, lookups, common, reader, here, folder, monkeypatch
):
    document, file, data = kept
    memory = remembering(folder).memory
    others = [
        (document, file, data + b" "),
        (document, "other.txt", data),
        (replace(document, date="2024-07-01"), file, data),
        (replace(document, options={"year": 2022}), file, data),
    ]
    assert [memory.find(*asked, reader) for asked in others] == [None] * 4
    documents, decisions, _ = common

    def decided(series):
        return Reader(
            lookups,
            documents,
            decisions + f"\n友好都市,{series},,13101,だれか,2026-01-01,試し\n".encode(),
            b"",
        )

    assert memory.find(*kept, decided("setagaya_exchange")) is not None  # it does not touch this one
    assert memory.find(*kept, decided(document.series)) is None
    assert memory.find(*kept, decided("")) is None

    def corrected(series):
        row = f"1,{series},{document.id},13115,事業,1,訂正,事業名,,,別の名,試し,だれか,2026-01-01"
        return Reader(lookups, documents, decisions, f"{','.join(COLUMNS)}\n{row}\n".encode())

    assert memory.find(*kept, corrected("setagaya_exchange")) is not None
    assert memory.find(*kept, corrected(document.series)) is None
    assert remembering(folder, reference={"reference/x.csv": "0"}).memory.find(*kept, reader) is None
    monkeypatch.setattr(memory_module, "_program", lambda: "another")
    assert remembering(folder).memory.find(*kept, reader) is None
    # Where what runs is not what lies on the disk, nothing is known of it.
    monkeypatch.setattr(memory_module, "_program", lambda: "")
    assert not remembering(folder).memory.keeps


def test_a_broken_file_is_none(kept, reader, here, folder):
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    for broken in (
        b"",
        whole[:40],
        whole[:-1],
        whole + b"\0",
        whole.replace("杉並".encode(), "松並".encode(), 1),
    ):
        path.write_bytes(broken)
        assert remembering(folder).memory.find(*kept, reader) is None
        with pytest.raises(ValueError, match="not what was written"):
            unpacked(broken)
    path.write_bytes(whole)
    assert packed(remembering(folder).memory.find(*kept, reader)) == here[SHORT[1]]


@pytest.mark.skipif(os.name == "nt", reason="a folder has no mode there")
def test_a_folder_that_others_can_write_to_is_left_alone(kept, reader, here, folder):
    folder.chmod(0o777)
    memory = remembering(folder).memory
    assert not memory.keeps
    assert memory.find(*kept, reader) is None
    assert not remembering(folder / "a file" / "below").memory.keeps or os.geteuid() == 0
    (folder / "file").write_bytes(b"")
    assert not remembering(folder / "file").memory.keeps


def test_what_nobody_asked_for_goes_and_the_folder_does_not_grow(kept, reader, folder, monkeypatch):
    (path,) = folder.iterdir()
    for number in range(5):
        shutil.copy(path, folder / f"{number}.part")
        os.utime(folder / f"{number}.part", (1_700_000_000 + number,) * 2)
    (folder / "of somebody else.txt").write_text("stays", "utf-8")
    (folder / "half.part-new").write_bytes(b"just begun")
    memory = remembering(folder).memory
    memory.find(*kept, reader)
    memory.tidy()
    assert {one.name for one in folder.iterdir()} == {path.name, "of somebody else.txt", "half.part-new"}
    newer, older = folder / "newer.part", folder / "older.part"
    for one in (older, newer):
        shutil.copy(path, one)
    os.utime(older, (path.stat().st_mtime - 60,) * 2)
    monkeypatch.setattr(memory_module, "MOST_BYTES", 2 * path.stat().st_size + 100)
    memory.tidy()
    assert newer.exists()
    assert path.exists()
    assert not older.exists()
    monkeypatch.setenv("KORYU_CACHE", str(folder))
    forget("another")
    assert path.exists()
    forget(kept[0].id)
    assert not path.exists()


def test_a_build_of_what_is_remembered_is_proved_by_reading_anew(
    found, jobs, reader, here, folder, tmp_path, monkeypatch
):
    """Whatever lies in that folder, ``verify --again`` tells it from what the documents say."""
    source = SHORT[1]
    sources = tmp_path / "sources"
    sources.mkdir()
    shutil.copy(found.paths[source], sources)
    monkeypatch.setenv("KORYU_CACHE", str(folder))
    out = tmp_path / "build"
    build(sources, out)
    tables = table_hashes(out)
    # Beside it lie the tables of places, the longer file.
    path, _ = sorted(folder.iterdir(), key=lambda one: one.stat().st_size)
    part = unpacked(path.read_bytes())
    mentions = part.tables["mentions"]
    path.write_bytes(packed(replace(part, tables=part.tables | {"mentions": mentions.slice(1)})))
    build(sources, out)
    assert list(differences(out)) == []
    assert table_hashes(out) != tables
    (told,) = differences(out, again=True)
    assert told == "表「mentions.parquet」は、資料を読み直して作ったものと違います。"
    # Which put right what lay there.
    build(sources, out)
    assert table_hashes(out) == tables


def test_tables_of_places_are_found_again_as_they_were_written_with_the_same_boundaries(
    found, folder, tmp_path, monkeypatch
):
    sources = tmp_path / "sources"
    sources.mkdir()
    shutil.copy(found.paths[SHORT[1]], sources)
    monkeypatch.setenv("KORYU_CACHE", str(folder))
    first, again, anew = tmp_path / "first", tmp_path / "again", tmp_path / "anew"
    build(sources, first)
    made = []
    monkeypatch.setattr(run, "places_tables", lambda *given: made.append(given) or places_tables(*given))
    build(sources, again)
    assert not made
    build(sources, anew, fresh=True)
    assert len(made) == 1
    assert table_hashes(again) == table_hashes(anew) == table_hashes(first)
    shapes = boundaries.in_force()
    memory = remembering(folder).memory
    assert memory.find_places(shapes) is not None
    other = tmp_path / "other"
    other.mkdir()
    (other / boundaries.LAYERS).write_bytes((shapes.folder / boundaries.LAYERS).read_bytes() + b"\n")
    assert memory.find_places(replace(shapes, folder=other)) is None
