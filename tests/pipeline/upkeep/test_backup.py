"""What people entered goes into one ZIP and comes back whole; an archive that is anything else changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from geo.places.boundaries import in_force
from geo.places.gazetteer import Gazetteer
from pipeline.building.run import build
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import Decision, load_decisions
from pipeline.reading.record_decision import record
from pipeline.serving.audit import noted, read_audit
from pipeline.upkeep import backup, restore
from pipeline.upkeep.backup import MANIFEST, back_up
from pipeline.upkeep.entered import (
    AUDIT,
    CORRECTIONS,
    COUNTED,
    DECISIONS,
    IDENTITIES,
    LEDGER,
    RECORDS,
    Home,
    may_be,
)
from pipeline.upkeep.review_store import Change, Key, Values, read_ledger, save

CORRECTED = (
    "id,series,source,origin_code,project,number,action,field,partner,printed,corrected,reason,corrected_by,corrected_on\n"
    "c1,suginami_exchange,suginami_exchange_r5,13115,交流,1,訂正,事業名,,交流,交流事業,台帳による,係,2026-05-01\n"
)
SAME = "series,origin_code,name_from,name_to,same,decided_by,decided_on\ns,13115,前,後,はい,係,2026-05-01\n"
VERSION = "0123456789ab"


@pytest.fixture(params=["installed", "copy of the project"])
def home(tmp_path, root, request) -> Home:
    """Where something of every kind was entered."""
    return made_home(tmp_path, root, copy=request.param != "installed")


@pytest.fixture
def installed(tmp_path, root) -> Home:
    return made_home(tmp_path, root, copy=False)


@pytest.fixture
def copy(tmp_path, root) -> Home:
    """A copy of the project, where added documents lie among those that come with the program."""
    return made_home(tmp_path, root, copy=True)


def made_home(tmp_path: Path, root: Path, *, copy: bool) -> Home:
    data = tmp_path / "data"
    shipped = data / "sources" if copy else tmp_path / "sources"
    added = data / "sources"
    for folder in (shipped, added):
        folder.mkdir(parents=True, exist_ok=True)
    for ending in ("txt", "toml"):
        shutil.copy(root / "data" / "sources" / f"suginami_exchange_r5.{ending}", shipped)
    made = Home(
        {name: data / name for name in RECORDS},
        added,
        shipped,
        data / "imported",
        data,
        data / "build",
        data / AUDIT,
    )
    enter(made)
    return made


def enter(home: Home) -> None:
    home.records[DECISIONS].write_text(
        "text,series,origin_code,codes,decided_by,decided_on,reason\n", "utf-8"
    )
    record(Decision("甲", ("01222",), decided_by="係"), Gazetteer.load(), home.records[DECISIONS])
    home.records[CORRECTIONS].write_text(CORRECTED, "utf-8")
    home.records[IDENTITIES].write_text(SAME, "utf-8")
    save({Key("13115", "10444"): Change(Values(section="文化課"), 0)}, "山田", home.records[LEDGER])
    definition = (home.shipped / "suginami_exchange_r5.toml").read_text("utf-8")
    (home.added / "手元の一覧.toml").write_text(f"added = 2026-05-01\n{own(definition)}", "utf-8")
    shutil.copy(home.shipped / "suginami_exchange_r5.txt", home.added / "手元の一覧.txt")
    (home.imported / VERSION / "municipalities").mkdir(parents=True)
    about = {"version": VERSION, "credit": "「国土数値情報」", "files": {"13000": "N03.zip"}}
    (home.imported / "imported.json").write_text(json.dumps(about), "utf-8")
    for name in (
        "boundaries.topojson",
        "areas.json",
        f"{VERSION}/prefectures.json",
        f"{VERSION}/municipalities/13.json",
    ):
        (home.imported / name).write_text('{"type": "Topology"}', "utf-8")


def own(definition: str) -> str:
    """The definition as that of a document of another series."""
    return re.sub(r"(?m)^series = .*$", 'series = "own"', definition)


def content(home: Home) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in home.entered().items()}


def wipe(home: Home) -> None:
    for path in home.entered().values():
        path.unlink()
    shutil.rmtree(home.imported)


def litter(home: Home) -> set[str]:
    known = {"build", "sources", "imported", AUDIT, *RECORDS}
    return {path.name for path in home.data.iterdir() if path.suffix != ".lock"} - known


def test_everything_comes_back_as_it_was(home, tmp_path):
    before = content(home)
    assert len(before) == 4 + 2 + 5
    made = back_up(tmp_path / "kept.zip", home)
    assert made.counts == dict.fromkeys(COUNTED, 1) | {AUDIT: 0}
    if os.name != "nt":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    wipe(home)
    assert content(home) == {}
    done = restore.restore(made.path, home)
    assert content(home) == before
    assert (done.counts, done.aside) == (made.counts, None)
    assert litter(home) == set()
    # The program reads all of it.
    assert len(load_decisions(Gazetteer.load(), home.records[DECISIONS])) == 1
    assert read_ledger(home.records[LEDGER]).values(Key("13115", "10444")).section == "文化課"
    assert in_force(home.imported).version == VERSION


def test_what_comes_with_the_program_and_the_tables_stay_out(home, tmp_path):
    build(home.shipped, home.build)
    made = back_up(tmp_path / "kept.zip", home)
    with zipfile.ZipFile(made.path) as archive:
        names = set(archive.namelist())
    assert not [name for name in names if "suginami_exchange_r5" in name or "build" in name]
    assert names == {MANIFEST, *content(home)}


def test_the_manifest_says_what_is_in_it(installed, tmp_path):
    made = back_up(tmp_path / "kept.zip", installed)
    with zipfile.ZipFile(made.path) as archive:
        said = json.loads(archive.read(MANIFEST))
        assert {row["name"]: row["size"] for row in said["files"]} == {
            name: len(data) for name, data in content(installed).items()
        }
    assert said["koryu_backup"] == 2
    assert said["counts"] == made.counts


def test_other_entries_are_replaced_only_when_told_and_are_kept_aside(home, tmp_path):
    made = back_up(tmp_path / "kept.zip", home)
    before = content(home)
    record(Decision("乙", ("01222",), decided_by="係"), Gazetteer.load(), home.records[DECISIONS])
    home.records[IDENTITIES].unlink()
    (home.added / "later.csv").write_text("相手方\n金沢市\n", "utf-8")
    definition = (home.added / "手元の一覧.toml").read_text("utf-8")
    (home.added / "later.toml").write_text(definition, "utf-8")
    since = content(home)
    with pytest.raises(SourceError, match="--force"):
        restore.restore(made.path, home)
    assert content(home) == since
    done = restore.restore(made.path, home, force=True)
    assert content(home) == before
    # Which is a backup of its own.
    restore.restore(done.aside, home, force=True)
    assert content(home) == since


def test_restoring_what_is_there_already_asks_for_nothing(installed, tmp_path):
    made = back_up(tmp_path / "kept.zip", installed)
    assert restore.restore(made.path, installed).aside is None
    assert litter(installed) == set()


def test_tables_of_a_document_that_is_no_longer_there_go(copy, tmp_path):
    added = [copy.added / f"手元の一覧.{ending}" for ending in ("txt", "toml")]
    kept = {path: path.read_bytes() for path in added}
    for path in added:
        path.unlink()
    made = back_up(tmp_path / "kept.zip", copy)
    for path, data in kept.items():
        path.write_bytes(data)
    build(copy.shipped, copy.build)
    assert restore.restore(made.path, copy, force=True).tables_removed
    assert not copy.build.exists()
    build(copy.shipped, copy.build)  # which refuses where the tables before had more documents


def wrote(home: Home, who: str) -> None:
    with noted("ledger", who, "pc", to=home.audit):
        pass


def test_the_record_of_who_wrote_grows_by_what_the_backup_has_and_loses_nothing(installed, tmp_path):
    wrote(installed, "甲")
    with installed.audit.open("ab") as file:
        file.write(b'{"cut by a kill')
    wrote(installed, "乙")
    made = back_up(tmp_path / "kept.zip", installed)
    assert made.counts[AUDIT] == 2
    # Where the record is as it was, or longer, nothing of it is written again.
    wrote(installed, "丙")
    before = installed.audit.read_bytes()
    assert restore.restore(made.path, installed, force=True).joined == 0
    assert installed.audit.read_bytes().startswith(before)
    assert [(one.who, one.act) for one in read_audit(installed.audit)[0][:3]] == [
        ("甲", "ledger"),
        ("乙", "ledger"),
        ("丙", "ledger"),
    ]
    assert [one.act for one in read_audit(installed.audit)[0][3:]] == ["restored"]
    # On another machine it stands behind what was written there, whether it can be read or not.
    installed.audit.unlink()
    wrote(installed, "丁")
    before = installed.audit.read_bytes()
    assert restore.restore(made.path, installed).joined == 3
    assert installed.audit.read_bytes().startswith(before)
    entries, damaged = read_audit(installed.audit)
    assert [one.who for one in entries if one.act == "ledger"] == ["丁", "甲", "乙"]
    assert damaged == 1
    assert restore.restore(made.path, installed).joined == 0


def test_a_refused_restore_is_not_noted(installed, tmp_path):
    wrote(installed, "甲")
    made = back_up(tmp_path / "kept.zip", installed)
    installed.records[IDENTITIES].unlink()
    before = installed.audit.read_bytes()
    installed.records[DECISIONS].write_bytes(b"text\n")
    with pytest.raises(SourceError):
        restore.restore(made.path, installed)
    assert installed.audit.read_bytes() == before


OPEN = """
import sys
from pathlib import Path
from pipeline.upkeep.in_use import screens_open
with screens_open(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_nothing_is_restored_while_screens_are_open_however_they_end(installed, tmp_path, root):
    made = back_up(tmp_path / "kept.zip", installed)
    wipe(installed)
    command = [sys.executable, "-c", OPEN, installed.data]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as screens:
        assert screens.stdout.readline() == "open\n"
        with pytest.raises(SourceError, match="画面が1つ動いています"):
            restore.restore(made.path, installed)
        assert content(installed) == {}
        screens.kill()
    restore.restore(made.path, installed)
    assert content(installed)
    assert litter(installed) == set()


def test_what_is_written_by_another_command_meanwhile_is_kept_aside_or_stays(
    installed, tmp_path, monkeypatch
):
    """From the moment that what is there is set aside, others wait: what they are told to be saved is never replaced."""
    made = back_up(tmp_path / "kept.zip", installed)
    record(Decision("乙", ("01222",), decided_by="係"), Gazetteer.load(), installed.records[DECISIONS])
    aside, held = restore._aside, []

    def then_somebody_writes(*arguments):
        found = aside(*arguments)
        for path in (installed.records[DECISIONS], installed.records[LEDGER]):
            with pytest.raises(Timeout), FileLock(path.with_name(f".{path.name}.lock"), timeout=0):
                pass
            held.append(path)
        return found

    monkeypatch.setattr(restore, "_aside", then_somebody_writes)
    restore.restore(made.path, installed, force=True)
    assert len(held) == 2


def test_a_restore_that_was_interrupted_is_brought_to_its_end(home, tmp_path, monkeypatch):
    made = back_up(tmp_path / "kept.zip", home)
    before = content(home)
    record(Decision("乙", ("01222",), decided_by="係"), Gazetteer.load(), home.records[DECISIONS])

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restore, "_put_boundaries", killed)
        with pytest.raises(KeyboardInterrupt):
            restore.restore(made.path, home, force=True)
    assert restore.go_on(home)
    assert content(home) == before
    assert not restore.go_on(home)


def test_what_cannot_be_read_is_not_backed_up(installed, tmp_path):
    installed.records[CORRECTIONS].write_text("id,series\n1,2\n", "utf-8")
    with pytest.raises(SourceError, match=r"corrections\.csv"):
        back_up(tmp_path / "kept.zip", installed)
    assert not (tmp_path / "kept.zip").exists()


def test_what_is_written_meanwhile_is_in_it_whole(installed, tmp_path, monkeypatch):
    write, written = backup._write, []

    def then_somebody_writes(path, files):
        made = write(path, files)
        if not written:
            written.append(
                record(
                    Decision("乙", ("01222",), decided_by="係"),
                    Gazetteer.load(),
                    installed.records[DECISIONS],
                )
            )
        return made

    monkeypatch.setattr(backup, "_write", then_somebody_writes)
    assert back_up(tmp_path / "kept.zip", installed).counts[DECISIONS] == 2


def remade(made: Path, changed: dict[str, bytes | None], *, listed: bool = True, **attributes: int) -> Path:
    """A backup with other files in it; ``listed`` whether the manifest knows of them."""
    import hashlib

    path = made.with_name("hostile.zip")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        manifest = json.loads(old.read(MANIFEST))
        files = {name: old.read(name) for name in old.namelist() if name != MANIFEST}
        files = {name: data for name, data in (files | changed).items() if data is not None}
        if listed:
            manifest["files"] = [
                {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in files.items()
            ]
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            for attribute, value in attributes.items() if name in changed else ():
                setattr(entry, attribute, value)
            new.writestr(entry, data)
        new.writestr(MANIFEST, json.dumps(manifest))
    return path


HOSTILE = [
    "../evil.csv",
    "sources/../../evil.csv",
    "/etc/evil.csv",
    "C:/evil.csv",
    "sources/C:evil.csv",
    "sources\\..\\evil.csv",
    "sources/.hidden",
    "sources/a/b.csv",
    "sources/con.csv",
    "sources/nul\x1b[31m.csv",
    "sources/",
    "build/links.parquet",
    "boundaries/evil.html",
    f"boundaries/{VERSION}/evil.js",
    "secrets.toml",
]


def test_files_that_no_backup_holds():
    assert [name for name in HOSTILE if may_be(name)] == []
    good = [
        *RECORDS,
        AUDIT,
        "sources/手元の一覧.toml",
        "sources/a.b.xlsx",
        f"boundaries/{VERSION}/municipalities/13.json",
    ]
    assert [name for name in good if not may_be(name)] == []


@pytest.mark.parametrize("name", [HOSTILE[1], HOSTILE[2], HOSTILE[9]])
def test_an_archive_with_one_is_refused(installed, tmp_path, name):
    made = back_up(tmp_path / "kept.zip", installed)
    refused(installed, remade(made.path, {name: b"x"}))
    assert not list(tmp_path.rglob("*evil*"))


def refused(home: Home, archive: Path) -> str:
    record(Decision("乙", ("01222",), decided_by="係"), Gazetteer.load(), home.records[DECISIONS])
    before = content(home)
    with pytest.raises(SourceError) as said:
        restore.restore(archive, home, force=True)
    assert content(home) == before
    assert litter(home) == set()
    assert str(said.value).isprintable()
    return str(said.value)


@pytest.mark.parametrize(
    ("changed", "attributes", "listed"),
    [
        ({"decisions.csv": b"changed"}, {}, False),  # not what the manifest says
        ({"decisions.csv": None}, {}, False),  # listed, and not there
        ({"sources/more.csv": b"x"}, {}, False),  # there, and not listed
        ({"decisions.csv": b"/etc/passwd"}, {"external_attr": (stat.S_IFLNK | 0o777) << 16}, True),
        ({"decisions.csv": b"text\n"}, {}, True),  # no decisions
        ({"corrections.csv": b"id\n"}, {}, True),
        ({"ledger.csv": b"\xff\xfe"}, {}, True),
        ({"sources/x.toml": b"= no definition"}, {}, True),
        ({"boundaries/imported.json": None}, {}, True),
        ({"boundaries/imported.json": b"[1]"}, {}, True),
        ({"boundaries/imported.json": b'{"version": 5, "credit": "", "files": {}}'}, {}, True),
    ],
)
def test_an_archive_that_is_not_as_it_was_made_is_refused(installed, tmp_path, changed, attributes, listed):
    made = back_up(tmp_path / "kept.zip", installed)
    refused(installed, remade(made.path, changed, listed=listed, **attributes))


def test_what_is_no_archive_at_all_is_refused(installed, tmp_path):
    made = back_up(tmp_path / "kept.zip", installed)
    whole = made.path.read_bytes()
    hostile = tmp_path / "hostile.zip"
    for data in (
        b"",
        b"PK\x05\x06",
        b"no archive",
        whole[: len(whole) // 2],
        whole[:200] + b"\0" * 50 + whole[250:],
    ):
        hostile.write_bytes(data)
        refused(installed, hostile)
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr(MANIFEST, "[" * 100_000)
    refused(installed, hostile)
    with pytest.raises(SourceError, match="開けません"):
        restore.restore(tmp_path / "none.zip", installed)


def test_a_document_that_comes_with_the_program_is_never_replaced(copy, tmp_path):
    made = back_up(tmp_path / "kept.zip", copy)
    assert "はじめから" in refused(copy, remade(made.path, {"sources/suginami_exchange_r5.txt": b"x"}))


def test_what_is_in_the_way_is_named_before_anything_is_changed(installed, tmp_path):
    made = back_up(tmp_path / "kept.zip", installed)
    (installed.imported / "imported.json").unlink()
    assert str(installed.imported) in refused(installed, made.path)


def test_a_backup_of_a_later_version_says_so(installed, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(backup, "FORM", 3)
        made = back_up(tmp_path / "kept.zip", installed)
    assert "新しい版" in refused(installed, made.path)


def test_a_flood_is_refused_before_it_is_unpacked(installed, tmp_path, monkeypatch):
    made = back_up(tmp_path / "kept.zip", installed)
    hostile = remade(made.path, {"sources/flood.csv": b"0" * 100_000})
    monkeypatch.setattr(restore, "MOST_BYTES", 90_000)
    assert "大きすぎます" in refused(installed, hostile)
    monkeypatch.setattr(restore, "MOST_BYTES", 10**9)
    monkeypatch.setattr(restore, "MOST_FILES", 3)
    assert "大きすぎます" in refused(installed, hostile)
