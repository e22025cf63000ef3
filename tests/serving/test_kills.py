"""Fifty SIGKILLs at random moments of everything that writes: what was there can be read whole each time.

Where ``tests/pipeline/test_crash.py`` strikes at chosen operations, here the moment is drawn by a seed (KORYU_SEED), from
the time the same took when nobody disturbed it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.ledger.dataset import Dataset
from geo.places.boundaries import in_force, load_municipal_polygons
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import exclusive
from pipeline.boundaries.imported import import_n03
from pipeline.building.accept import accept
from pipeline.building.run import META, build
from pipeline.building.verify import table_hashes
from pipeline.cli import commands
from pipeline.deliver.site import MARK, publish
from pipeline.deliver.views import first_view
from pipeline.intake.contents import Contents
from pipeline.intake.define import Said
from pipeline.intake.documents import find_documents
from pipeline.intake.recognise import next_edition
from pipeline.intake.records import SourceError
from pipeline.reading.corrections import CORRECT, NAME, Correction, load_corrections
from pipeline.reading.geocode.decisions import Decision, load_decisions
from pipeline.reading.record_correction import record_correction
from pipeline.reading.record_decision import record
from pipeline.serving.audit import noted, read_audit
from pipeline.upkeep.backup import back_up
from pipeline.upkeep.entered import RECORDS, Home
from pipeline.upkeep.restore import go_on, restore
from tests.pipeline.boundaries.official import n03

pytestmark = [
    pytest.mark.skipif(not os.environ.get("KORYU_SERVING"), reason="kills for minutes: KORYU_SERVING=1"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed"),
]

KILLS = int(os.environ.get("KORYU_KILLS", "50"))
SEED = int(os.environ.get("KORYU_SEED", "20261130"))
LIST = "連携元,事業名,相手方,開始年度\n鎌倉市,検査の交流,群馬県川場村,平成20年度\n鎌倉市,検査の体験,長野県松本市,平成25年度\n"


@dataclass
class Work:
    """Something that writes: ``before`` gets ready for one run of it, ``whole`` looks at what a killed one left."""

    name: str
    run: Callable[[], object]
    whole: Callable[[], None]
    before: Callable[[], None] = lambda: None


def killed(run: Callable[[], object], after: float | None) -> tuple[bool, float]:
    """Run it in a process of its own, killed after so many seconds; whether it was, and how long it ran."""
    began = time.monotonic()
    child = os.fork()
    if not child:
        status = 1
        try:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            run()
            status = 0
        finally:
            os._exit(status)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), f"it ended by itself with {status}"
    return status == -signal.SIGKILL, time.monotonic() - began


def tables_whole(out: Path) -> Dataset:
    """The tables can be loaded, and each is to the byte what build.json says of it."""
    loaded = Dataset.load(out)
    meta = json.loads((out / META).read_text("utf-8"))
    assert table_hashes(out) == meta["tables"]
    assert len(loaded.projects) > 0
    return loaded


def no_litter(folder: Path, known: set[str]) -> None:
    left = {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}
    assert left <= known, left - known


def anew(folder: Path, pristine: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(pristine, folder)


@pytest.fixture
def place(tmp_path, root, monkeypatch) -> Path:
    """A shelf with one document and its tables, and records beside them."""
    monkeypatch.setenv("KORYU_DECISIONS", str(tmp_path / "records" / "decisions.csv"))
    monkeypatch.delenv("KORYU_CORRECTIONS", raising=False)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "decisions.csv").write_text(
        "text,series,origin_code,codes,decided_by,decided_on,reason\n", "utf-8"
    )
    shelf = tmp_path / "pristine" / "sources"
    shelf.mkdir(parents=True)
    for ending in ("txt", "toml"):
        shutil.copy(root / "data" / "sources" / f"suginami_exchange_r5.{ending}", shelf)
    build(shelf, tmp_path / "pristine" / "build")
    return tmp_path


def building(place: Path) -> Work:
    at = place / "building"
    anew(at, place / "pristine")

    def whole():
        tables_whole(at / "build")
        build(at / "sources", at / "build")
        no_litter(at, {"sources", "build"})

    return Work("build", lambda: build(at / "sources", at / "build"), whole)


def adding(place: Path) -> Work:
    at = place / "adding"
    (place / "kensa.csv").write_text(LIST, "utf-8")
    command = [
        "add",
        str(place / "kensa.csv"),
        "--title",
        "検査",
        "--date",
        "2025-04-01",
        "--publisher",
        "検査",
    ]
    command += ["--sources", str(at / "sources"), "--out", str(at / "build")]

    def run():
        assert commands.main(command) == 0

    def whole():
        tables_whole(at / "build")
        names = {path.name for path in (at / "sources").iterdir() if path.name[0] != "."}
        taken = "kensa.toml" in names
        if not taken:
            run()  # it can be added as if nothing had been
        build(at / "sources", at / "build")
        assert "kensa" in set(tables_whole(at / "build").projects.source)
        no_litter(at, {"sources", "build"})

    return Work("add", run, whole, lambda: anew(at, place / "pristine"))


def accepting(place: Path) -> Work:
    at = place / "accepting"
    anew(at, place / "pristine")
    data = (at / "sources" / "suginami_exchange_r5.txt").read_bytes()
    there = find_documents(at / "sources").documents.values()
    document = next_edition(data, "suginami_exchange_r6.txt", there, Contents(Gazetteer.load()), Said())
    assert document is not None

    def run():
        accept(data, ".txt", document, at / "sources", at / "build")

    def whole():
        tables_whole(at / "build")
        try:
            run()
        except SourceError:  # its definition is there already: it is a document
            build(at / "sources", at / "build")
        assert set(tables_whole(at / "build").projects.source) == {document.id}

    return Work("accept", run, whole, lambda: anew(at, place / "pristine"))


def records(place: Path, name: str, write: Callable[[int], object], count: Callable[[], int]) -> Work:
    """A record to which lines are added one after the other: every one that was acknowledged is in it."""
    said = place / f"{name} acknowledged"
    said.write_bytes(b"")
    known = [count()]

    def run():
        until = time.monotonic() + 1.0
        number = known[0]
        while time.monotonic() < until:
            write(number)
            number += 1
            with said.open("ab") as file:
                file.write(b".")

    def whole():
        there, acknowledged = count(), known[0] + said.stat().st_size
        # The last one may be written, and not yet acknowledged.
        assert there in (acknowledged, acknowledged + 1)
        known[0] = there
        said.write_bytes(b"")

    return Work(name, run, whole, lambda: (known.__setitem__(0, count()), said.write_bytes(b""))[0])


def deciding(place: Path) -> Work:
    gazetteer, path = Gazetteer.load(), place / "records" / "decisions.csv"
    return records(
        place,
        "decide",
        lambda number: record(Decision(f"甲{number}", ("01222",), decided_by="係"), gazetteer, path),
        lambda: len(load_decisions(gazetteer, path)),
    )


def correcting(place: Path) -> Work:
    gazetteer, path = Gazetteer.load(), place / "records" / "corrections.csv"

    def write(number: int):
        common = {"series": "s", "source": "s", "origin_code": "13115", "reason": "検査", "who": "係"}
        said = Correction(
            id="",
            project=f"事業{number}",
            action=CORRECT,
            field=NAME,
            printed=f"事業{number}",
            corrected="正",
            **common,
        )
        record_correction([said], gazetteer)

    return records(
        place,
        "correct",
        write,
        lambda: len(load_corrections(path.read_bytes() if path.exists() else b"", gazetteer)),
    )


def importing(place: Path) -> Work:
    file, folder = place / "N03-20260101_31.geojson", place / "boundaries" / "imported"
    n03("31").to_file(file, driver="GeoJSON")

    def whole():
        shapes = in_force(folder)
        assert len(load_municipal_polygons(shapes.folder)) == 1741
        assert (shapes.browser / "prefectures.json").is_file()
        with exclusive(folder):
            no_litter(folder.parent, {"imported"})
        shutil.rmtree(folder.parent)

    return Work("import", lambda: import_n03(file, folder=folder), whole)


def publishing(place: Path) -> Work:
    dataset, out = Dataset.load(place / "pristine" / "build"), place / "public" / "site"
    publish(dataset, first_view(dataset), out)

    def whole():
        listed = json.loads((out / MARK).read_text("utf-8"))["files"]
        assert listed
        assert all((out / name).stat().st_size for name in listed)
        with exclusive(out):
            no_litter(out.parent, {"site"})

    return Work("publish", lambda: publish(dataset, first_view(dataset), out), whole)


def restoring(place: Path) -> Work:
    data, shipped, gazetteer = place / "home", place / "pristine" / "sources", Gazetteer.load()
    home = Home(
        {name: data / name for name in RECORDS},
        data / "sources",
        shipped,
        data / "b",
        data,
        data / "build",
        place / "audit.jsonl",
    )
    header = "text,series,origin_code,codes,decided_by,decided_on,reason\n"

    def entered(texts: range, documents: range) -> None:
        shutil.rmtree(data, ignore_errors=True)
        home.added.mkdir(parents=True)
        home.records["decisions.csv"].write_text(
            header + "".join(f"甲{n},,,01222,係,2026-11-30,\n" for n in texts), "utf-8"
        )
        definition = (shipped / "suginami_exchange_r5.toml").read_text("utf-8")
        for n in documents:
            (home.added / f"list{n}.toml").write_text(f"added = 2026-05-01\n{definition}", "utf-8")
            (home.added / f"list{n}.csv").write_bytes(os.urandom(200_000))

    def content() -> dict[str, bytes]:
        return {name: path.read_bytes() for name, path in home.entered().items()}

    entered(range(3000), range(12))
    with noted("ledger", "係", "pc", to=home.audit):
        pass
    kept, wanted = place / "kept.zip", content()
    back_up(kept, home)
    entered(range(5000), range(6, 20))
    there, known = content(), [home.audit.read_bytes()]

    def before():
        shutil.rmtree(data)
        home.added.mkdir(parents=True)
        for name, bytes_of in there.items():
            home.path(name).write_bytes(bytes_of)

    def whole():
        load_decisions(gazetteer, home.records["decisions.csv"])
        asides = list(data.glob("before-restore-*.zip"))
        finished = go_on(home)
        assert content() == (wanted if finished else content())
        assert content() in (wanted, there)
        if content() == wanted:  # what was replaced can be had back
            restore(max(asides), home, force=True)
            assert content() == there
        else:
            restore(kept, home, force=True)
            assert content() == wanted
        # The record of who wrote has only grown, by the restores alone.
        since = home.audit.read_bytes()
        assert since.startswith(known[0])
        assert {one.act for one in read_audit(home.audit)[0]} == {"ledger", "restored"}
        known[0] = since

    return Work("restore", lambda: restore(kept, home, force=True), whole, before)


def test_kills_at_random_moments(place, capsys):
    made = (building, adding, accepting, deciding, correcting, importing, publishing, restoring)
    works = [make(place) for make in made]
    chance = random.Random(SEED)
    landed: Counter[str] = Counter()
    takes = {}
    for work in works:
        work.before()
        takes[work.name] = killed(work.run, None)[1]
        work.whole()
    tries = 0
    while landed.total() < KILLS and tries < KILLS * 4:
        work = works[tries % len(works)]
        tries += 1
        work.before()
        moment = chance.uniform(0, takes[work.name])
        if killed(work.run, moment)[0]:
            landed[work.name] += 1
        work.whole()
    with capsys.disabled():
        lengths = ", ".join(f"{name} {landed[name]} (of {took:.2f} s)" for name, took in takes.items())
        print(f"\n{landed.total()} kills at seed {SEED}: {lengths}")
    assert landed.total() == KILLS
    assert all(landed[work.name] for work in works if 4 * len(works) <= KILLS)
