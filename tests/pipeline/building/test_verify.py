"""`koryu verify` finds every change of an input or a table."""

from __future__ import annotations

import os
import random
import shutil

import pytest

from geo.folders import REFERENCE_DIR
from pipeline.building.run import build
from pipeline.building.verify import differences
from pipeline.cli import commands as cli

CHANGES = 1000 if os.environ.get("KORYU_FUZZ") else 60


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """A build of copies of everything, so that everything can be changed."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        shutil.copytree(REFERENCE_DIR, home / "reference")
        shutil.copytree(root / "data" / "sources", home / "sources")
        for path in home.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        patch.setattr("pipeline.building.build_json.REFERENCE_DIR", home / "reference")
        patch.setenv("KORYU_DECISIONS", str(home / "reference" / "decisions.csv"))
        build(home / "sources", home / "build")
        yield home


def test_nothing_changed_is_said_so(made, capsys):
    assert cli.main(["verify", "--out", str(made / "build")]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "ままです" in err


def test_every_changed_byte_is_found(made):
    choose = random.Random(3)
    files = sorted(path for folder in ("build", "sources", "reference") for path in (made / folder).iterdir())
    files = [path for path in files if path.suffix != ".lock"]
    for number in range(CHANGES):
        path = files[number % len(files)]
        before = path.read_bytes()
        at = choose.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ choose.randint(1, 255)]) + before[at + 1 :])
        found = list(differences(made / "build"))
        path.write_bytes(before)
        assert [sentence for sentence in found if f"{path.name}」" in sentence], (path.name, at)
    assert list(differences(made / "build")) == []


def test_each_difference_is_a_sentence_and_the_status_is_one(made, capsys):
    moved = made / "build" / "links.parquet"
    moved.rename(made / "links.parquet")
    (made / "build" / "more.txt").touch()
    status = cli.main(["verify", "--out", str(made / "build")])
    (made / "links.parquet").rename(moved)
    (made / "build" / "more.txt").unlink()
    out = capsys.readouterr().out.splitlines()
    assert status == 1
    assert out == [
        "表「links.parquet」がありません。",
        "表「more.txt」は、作ったときにはありませんでした。",
    ]


def test_no_build_is_bad_input(tmp_path, capsys):
    assert cli.main(["verify", "--out", str(tmp_path)]) == 2
    assert "build" in capsys.readouterr().err
