"""Every writer killed, and refused by the disk, at every file operation: what was there can be read, no litter stays.

By default each writer is struck at an operation of every kind it has; KORYU_FUZZ=1 strikes at every one, both ways.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.ledger.dataset import Dataset
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import WriteError, exclusive, replace_file, scratch
from pipeline.building.accept import accept, take_out
from pipeline.building.run import build
from pipeline.deliver import FORMATS
from pipeline.deliver.site import MARK, publish
from pipeline.deliver.views import EVERYTHING, first_view
from pipeline.intake.contents import Contents
from pipeline.intake.define import Said
from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
from pipeline.intake.recognise import next_edition
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.reading.geocode.columns import ColumnGeocoder
from pipeline.reading.geocode.decisions import Decision, load_decisions
from pipeline.reading.record_decision import record
from pipeline.tables.geocode_table import NameColumns, geocode_table
from pipeline.tables.spread import here
from pipeline.tables.table_readers import open_table
from pipeline.upkeep.backup import back_up
from pipeline.upkeep.entered import RECORDS, Home
from pipeline.upkeep.restore import go_on, restore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")

ALL = bool(os.environ.get("KORYU_FUZZ"))
#: Operations that change a file, each with the letter that stands for it.
CHANGES = {
    "os.rename": "n",
    "os.remove": "r",
    "os.mkdir": "m",
    "os.rmdir": "d",
    "os.chmod": "c",
    "os.link": "l",
    "os.symlink": "s",
    "os.truncate": "t",
}
OPENED = "o"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DONE, SAID, FAULT = 0, 3, 4


def struck(write: Callable[[], object], at: int, how: str, below: Path) -> tuple[int, str]:
    """Run a writer in a process of its own and strike at its operation number ``at`` below a folder.

    Returns how it ended (the exit status, negative for the signal that killed it) and the operations it came to, a
    letter each.
    """
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            came_to = pipe.read().decode()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), came_to
    os.close(out)
    state = {"seen": 0}

    def watch(event: str, arguments: tuple) -> None:
        if event == "open":
            flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
            letter = OPENED if flags & WRITING else ""
        else:
            letter = CHANGES.get(event, "")
        if not letter or not str(arguments[0]).startswith(str(below)) or str(arguments[0]).endswith(".lock"):
            return
        os.write(into, letter.encode())
        state["seen"] += 1
        if state["seen"] == at:
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))

    sys.addaudithook(watch)
    status = FAULT
    try:
        write()
        status = DONE
    except (WriteError, SourceError):
        status = SAID
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def strikes(operations: str) -> list[tuple[int, str]]:
    """Where a run of these operations is struck, and how: the number of an operation, from 1, and the way.

    The middle one of every kind, killed and refused in turn, and both ways where a name is given; or everything.
    """
    if ALL:
        return [(at, how) for at in range(1, len(operations) + 1) for how in ("kill", "error")]
    chosen = []
    for number, letter in enumerate(dict.fromkeys(operations)):
        own = [at for at, one in enumerate(operations, start=1) if one == letter]
        ways = ("kill", "error") if letter == CHANGES["os.rename"] else (("kill", "error")[number % 2],)
        chosen += [(own[len(own) // 2], how) for how in ways]
    return chosen


def strike_everywhere(write: Callable[[], object], below: Path, check: Callable[[], None]) -> None:
    """Strike at the operations of a writer and check what is left each time."""
    check()
    ended, operations = struck(write, 0, "kill", below)
    assert ended == DONE
    assert len(operations) > 2
    check()
    # Those that are refused first: what a killed one leaves is cleared by the next, which shifts its operations.
    for at, how in sorted(strikes(operations), key=lambda strike: strike[1]):
        ended, came_to = struck(write, at, how, below)
        # A run may need an operation less than the one that was counted.
        allowed = {DONE} if len(came_to) < at else {-signal.SIGKILL} if how == "kill" else {DONE, SAID}
        assert ended in allowed, (how, at, operations, ended)
        check()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


@pytest.fixture
def sources(tmp_path, root) -> Path:
    """The smallest document by itself."""
    folder = tmp_path / "sources"
    folder.mkdir()
    shutil.copy(root / "data" / "sources" / "suginami_exchange_r5.txt", folder)
    return folder


def test_build(tmp_path, sources):
    below = tmp_path / "made"
    below.mkdir()
    out = below / "build"
    build(sources, out)

    def check():
        assert len(Dataset.load(out).projects) > 0
        with exclusive(out):
            assert names(below) == {"build"}
        assert len(Dataset.load(out).projects) > 0

    strike_everywhere(lambda: build(sources, out), below, check)


def test_add(tmp_path, sources):
    """A new edition taken in: the tables are the old ones or the new ones, and it can be taken in again."""
    below = tmp_path / "made"
    below.mkdir()
    shelf, out = below / "sources", below / "build"
    shutil.copytree(sources, shelf)
    shutil.copy(DEFAULT_SOURCES / "suginami_exchange_r5.toml", shelf)
    build(shelf, out)
    pristine = shutil.copytree(below, tmp_path / "pristine")
    data = (shelf / "suginami_exchange_r5.txt").read_bytes()
    there = find_documents(shelf).documents.values()
    contents = Contents(Gazetteer.load())
    document = next_edition(data, "suginami_exchange_r6.txt", there, contents, Said())
    assert document is not None
    old, new = (
        {"suginami_exchange_r5.txt", "suginami_exchange_r5.toml"},
        {f"{document.id}.txt", f"{document.id}.toml"},
    )

    def write():
        return accept(data, ".txt", document, shelf, out)

    def check():
        dataset = Dataset.load(out)
        assert len(dataset.projects) > 0
        (newest,) = dataset.documents.id[dataset.documents.edition == "in_force"]
        assert set(dataset.projects.source) == {newest}
        assert newest == "suginami_exchange_r5" or names(shelf) == old | new
        with exclusive(out):
            assert {"build", "sources"} == names(below)
        left = {name for name in names(shelf) if not name.startswith(".")}
        assert old <= left <= old | new
        try:
            write()
        except SourceError:
            # What was killed after the definition was there is a document, and the next build takes it in.
            assert left == old | new
            build(shelf, out)
        assert names(shelf) == old | new
        assert set(Dataset.load(out).projects.source) == {document.id}
        shutil.rmtree(below)
        shutil.copytree(pristine, below)

    strike_everywhere(write, below, check)


def test_take_out(tmp_path, sources):
    """The newest edition taken out: its tables stay, or the earlier ones are back; nothing in between."""
    below = tmp_path / "made"
    below.mkdir()
    shelf, out = below / "sources", below / "build"
    shutil.copytree(sources, shelf)
    definition = (DEFAULT_SOURCES / "suginami_exchange_r5.toml").read_text("utf-8")
    (shelf / "suginami_exchange_r5.toml").write_text(definition, "utf-8")
    (shelf / "suginami_exchange_r6.toml").write_text(definition.replace("2023-07-01", "2024-07-01"), "utf-8")
    shutil.copy(shelf / "suginami_exchange_r5.txt", shelf / "suginami_exchange_r6.txt")
    build(shelf, out)
    pristine = shutil.copytree(below, tmp_path / "pristine")

    def check():
        (newest,) = set(Dataset.load(out).projects.source)
        left = {name for name in names(shelf) if not name.startswith(".")}
        assert {"suginami_exchange_r5.txt", "suginami_exchange_r5.toml"} <= left
        assert newest == "suginami_exchange_r5" or len(left) == 4
        if left & {"suginami_exchange_r6.txt", "suginami_exchange_r6.toml"}:
            take_out("suginami_exchange_r6", shelf, out)
        build(shelf, out)
        assert set(Dataset.load(out).projects.source) == {"suginami_exchange_r5"}
        shutil.rmtree(below)
        shutil.copytree(pristine, below)

    strike_everywhere(lambda: take_out("suginami_exchange_r6", shelf, out), below, check)


def test_decisions(tmp_path, root):
    path = tmp_path / "decisions.csv"
    shutil.copy(root / "data" / "reference" / "decisions.csv", path)
    gazetteer = Gazetteer.load()
    kept = len(load_decisions(gazetteer, path))

    def check():
        nonlocal kept
        now = len(load_decisions(gazetteer, path))
        assert now in (kept, kept + 1)
        kept = now

    strike_everywhere(
        lambda: record(Decision("甲", ("01222",), decided_by="係"), gazetteer, path), tmp_path, check
    )
    record(Decision("甲", ("01222",), decided_by="係"), gazetteer, path)
    assert names(tmp_path) == {"decisions.csv"}


@pytest.mark.parametrize("kind", ["csv", "gpkg"])
def test_export(tmp_path, sources, kind):
    build(sources, tmp_path / "build")
    dataset = Dataset.load(tmp_path / "build")
    below = tmp_path / "made"
    below.mkdir()
    path = below / f"file.{kind}"
    near = {"near": below} if kind == "gpkg" else {}

    def write():
        replace_file(path, FORMATS[kind].write(dataset, EVERYTHING, **near))

    write()
    size = path.stat().st_size

    def check():
        assert path.stat().st_size == size

    strike_everywhere(write, below, check)
    with scratch(below):
        pass
    replace_file(path, b"again")
    assert names(below) == {path.name}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_geocode_table(tmp_path, kind):
    below = tmp_path / "made"
    below.mkdir()
    table, path = tmp_path / "in.csv", below / f"out.{kind}"
    table.write_text("相手方\n金沢市\n松本市\n", encoding="utf-8")
    gazetteer = Gazetteer.load()
    spread = here(ColumnGeocoder(Geocoder(gazetteer), gazetteer))

    def write():
        geocode_table(table, path, NameColumns("相手方"), gazetteer, spread, lambda line: None)

    write()

    def check():
        with open_table(path, "相手方") as made:
            assert sum(map(len, made.pieces())) == 2

    strike_everywhere(write, below, check)
    with scratch(below):
        pass
    assert names(below) == {path.name}


def test_restore(tmp_path, root):
    """What people entered is that of the backup or that of before; what was struck is gone on with."""
    below = tmp_path / "made"
    below.mkdir()
    shipped = root / "data" / "sources"
    records = {name: below / name for name in RECORDS}
    home = Home(
        records,
        below / "sources",
        shipped,
        below / "imported",
        below,
        below / "build",
        below / "audit.jsonl",
    )
    gazetteer = Gazetteer.load()
    header = "text,series,origin_code,codes,decided_by,decided_on,reason\n"

    def enter(text: str) -> dict[str, bytes]:
        for path in below.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        home.added.mkdir()
        records["decisions.csv"].write_text(f"{header}{text},,,01222,係,2026-11-30,\n", "utf-8")
        shutil.copy(shipped / "suginami_exchange_r5.toml", home.added / f"{text}.toml")
        (home.added / f"{text}.csv").write_text(text, "utf-8")
        return content()

    def content() -> dict[str, bytes]:
        return {name: path.read_bytes() for name, path in home.entered().items()}

    wanted = enter("甲")
    back_up(tmp_path / "kept.zip", home)
    there = enter("乙")

    def check():
        load_decisions(gazetteer, records["decisions.csv"])
        finished = go_on(home)
        assert content() == wanted or (content() == there and not finished)
        restore(tmp_path / "kept.zip", home, force=True)
        assert not list(below.glob("restoring*[!k]"))
        assert content() == wanted
        enter("乙")

    strike_everywhere(lambda: restore(tmp_path / "kept.zip", home, force=True), below, check)


@pytest.mark.skipif(not ALL, reason="writes the site once for every file of it: KORYU_FUZZ=1")
def test_publish(tmp_path, dataset):
    out = tmp_path / "site"

    def write():
        publish(dataset, first_view(dataset), out)

    write()

    def check():
        listed = json.loads((out / MARK).read_text("utf-8"))["files"]
        assert all((out / name).is_file() for name in listed)
        with exclusive(out):
            assert names(tmp_path) == {"site"}

    strike_everywhere(write, tmp_path, check)
