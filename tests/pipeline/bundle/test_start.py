"""What a bundle's starter does on the PC it is for: installs once from its parts alone, starts, and says what fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from pipeline.bundle import assemble
from pipeline.bundle.pins import Pin
from pipeline.bundle.sheets import CARRIED, starter
from tests.wheels import make_wheel

PYTHON = ".".join(map(str, sys.version_info[:2]))
#: Stands for the product: says what it was asked, and where it is.
PRODUCT = (
    "import sys\nprint(sys.argv[1:], sys.prefix != sys.base_prefix)\nsys.exit(int('fail' in sys.argv))\n"
)


@pytest.fixture
def bundle(tmp_path) -> Path:
    """An unpacked bundle for this Python, of a made-up product."""
    top = tmp_path / "展開 した所"
    (top / "app" / "parts").mkdir(parents=True)
    shutil.copy(CARRIED / "start.py", top / "app")
    own = make_wheel(
        tmp_path,
        "koryu-map",
        "9.1.0",
        {
            "koryu_map/pipeline/__main__.py": PRODUCT,
            "koryu_map.pth": "koryu_map\n",
            "koryu_map-9.1.0.data/data/share/x.txt": "data",
            "koryu_map-9.1.0.data/scripts/x": "script",
        },
    )
    lay(top, own)
    (top / "koryu.sh").write_bytes(starter("linux", [PYTHON]))
    return top


def lay(top: Path, wheel: Path, pythons: tuple[str, ...] = (PYTHON,)) -> None:
    """Have a wheel be the one part of a bundle, for this Python and others."""
    needed = {python: {None: wheel} for python in pythons}
    pressed = assemble.press_all(needed, top / "app" / "parts")
    files = assemble.content("linux", "9.1.0", needed, pressed)
    (top / "app" / "bundle.json").write_bytes(files["app/bundle.json"])


@pytest.fixture
def start(bundle, tmp_path):
    """Run the starter as a user with an empty home; the command's status, and what it said."""

    def start(*arguments: str, command: tuple[object, ...] = (sys.executable, bundle / "app" / "start.py")):
        plain = {name: one for name, one in os.environ.items() if not name.startswith(("KORYU_", "PYTHON"))}
        done = subprocess.run(
            [*map(str, command), *arguments],
            cwd=tmp_path,
            env=plain | {"KORYU_APP": str(tmp_path / "home")},
            capture_output=True,
            timeout=60,
        )
        done.out, done.err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in done.err
        return done

    return start


def failed(done, words: str) -> None:
    assert done.returncode == 2
    last = done.err.strip().splitlines()[-1]
    assert words in last
    assert last.endswith("。")


def test_it_installs_once_and_starts_at_once_the_next_time(start, bundle, tmp_path):
    first = start("build", "--out", "x")
    assert (first.returncode, first.out) == (0, "['build', '--out', 'x'] True\n")
    assert "はじめての準備" in first.err
    (installed,) = (tmp_path / "home").iterdir()
    assert installed.name.startswith(f"9.1.0-py{PYTHON}-")
    assert (installed / "share" / "x.txt").read_text() == "data"
    assert not (installed / "bin" / "x").exists()
    shutil.rmtree(bundle / "app" / "parts")  # not needed any more
    again = start("fail")
    assert (again.returncode, again.err) == (1, "")


def test_the_screens_are_started_at_a_port_that_is_free(start):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8501))
            other.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        done = start("--no-browser", "--edit")
    port = int(done.out.split("'")[5])
    assert done.out == f"['app', '--port', '{port}', '--edit'] True\n"
    assert 8501 < port <= 8520


@pytest.mark.skipif(sys.platform == "win32", reason="koryu.sh is for Linux")
def test_koryu_sh_finds_python_and_starts(start, bundle):
    assert start("build", command=("sh", bundle / "koryu.sh")).out == "['build'] True\n"


@pytest.mark.skipif(sys.platform == "win32", reason="koryu.sh is for Linux")
def test_koryu_sh_without_python_says_what_is_missing(bundle, tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        ["sh", bundle / "koryu.sh"], env={"PATH": str(tmp_path / "bin")}, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert f"Python（{PYTHON} のどれか）がありません" in done.stderr.decode("utf-8")


def test_a_damaged_or_missing_part_is_named_and_nothing_stays(start, bundle, tmp_path):
    (part,) = (bundle / "app" / "parts").iterdir()
    with part.open("ab") as file:
        file.write(b"x")
    failed(start("build"), "部品「koryu-map」が、ないか壊れています")
    part.unlink()
    failed(start("build"), "部品「koryu-map」が、ないか壊れています")
    assert list((tmp_path / "home").iterdir()) == []


def test_a_python_without_parts_is_refused(start, bundle):
    lay(bundle, next(bundle.parent.glob("*.whl")), ("3.98", "3.99"))
    failed(start("build"), "3.98・3.99 のどれか")


def test_a_place_that_cannot_be_written_is_named(start, tmp_path):
    (tmp_path / "home").write_text("a file")
    failed(start("build"), str(tmp_path / "home"))


def test_a_part_cannot_leave_its_folder(start, bundle, tmp_path):
    wheel = next(bundle.parent.glob("*.whl"))
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("../../../../outside.txt", "x")
    lay(bundle, wheel)
    failed(start("build"), "名前が正しくありません")
    assert not list(tmp_path.rglob("outside.txt"))
    assert list((tmp_path / "home").iterdir()) == []


def test_the_wheel_of_this_python_is_taken_out_of_those_of_a_part(start, bundle, tmp_path):
    """Whose files lie beside each other in that of the part."""
    own = next(bundle.parent.glob("*.whl"))
    needed = {
        python: {
            None: own,
            Pin("beta", "2.0", frozenset()): make_wheel(
                tmp_path,
                "beta",
                "2.0",
                {"beta.py": python, f"only{number}.py": ""},
                tag=f"cp3{number}-none-any",
            ),
        }
        for number, python in enumerate(("3.0", PYTHON, "3.99"))
    }
    pressed = assemble.press_all(needed, bundle / "app" / "parts")
    made = assemble.content("linux", "9.1.0", needed, pressed)
    (bundle / "app" / "bundle.json").write_bytes(made["app/bundle.json"])
    assert start("build").returncode == 0
    (packages,) = (tmp_path / "home").glob("*/[Ll]ib/**/site-packages")
    assert (packages / "beta.py").read_text() == PYTHON
    assert [path.name for path in packages.glob("only*")] == ["only1.py"]
    assert (packages / "beta-2.0.dist-info" / "RECORD").is_file()


# In this process


@pytest.fixture
def module():
    spec = importlib.util.spec_from_file_location("start_of_a_bundle", CARRIED / "start.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_too_little_room_is_told_before_anything_is_unpacked(module, bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_APP", str(tmp_path / "home"))
    monkeypatch.setattr(module, "HERE", bundle / "app")
    monkeypatch.setattr(module, "NEEDED", 10**18)
    with pytest.raises(module.Failure, match="空き容量が足りません"):
        module.installed()
    assert list((tmp_path / "home").iterdir()) == []


def test_the_embeddable_python_is_copied_with_a_path_of_its_own(module, tmp_path, monkeypatch):
    embedded = tmp_path / "embedded"
    embedded.mkdir()
    for name in ("python.exe", "python313.zip", "python313._pth"):
        (embedded / name).write_text("python313.zip\n.\n#import site\n")
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(module.sys, "prefix", str(embedded))
    packages = module.make_environment(tmp_path / "made")
    assert packages == tmp_path / "made" / "Lib" / "site-packages"
    assert packages.is_dir()
    lines = (tmp_path / "made" / "python313._pth").read_text().splitlines()
    assert lines == ["python313.zip", ".", "Lib\\site-packages", "import site"]
    assert module.environment_of(tmp_path / "made") == tmp_path / "made" / "python.exe"
    assert "#import site" in (embedded / "python313._pth").read_text()


def test_what_a_start_that_was_cut_off_left_is_cleared_after_an_hour(module, tmp_path):
    for name, age in (("new-old", 7200), ("new-young", 60), ("9.1.0-py3.13-aaaaaaaa", 7200)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    module.forget_unfinished(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["9.1.0-py3.13-aaaaaaaa", "new-young"]


def test_screens_that_are_open_are_shown_and_not_started_again(module, tmp_path, monkeypatch):
    record = tmp_path / "x.port"
    assert module.open_already(record) is None
    record.write_text("8507")
    asked = []
    monkeypatch.setattr(module, "answers", lambda port, path: asked.append((port, path)) or True)
    assert module.open_already(record) == 8507
    assert asked == [(8507, "/app/static/koryu/flowmap.js")]
    monkeypatch.setattr(module, "answers", lambda port, path: False)
    assert module.open_already(record) is None


def test_who_was_quicker_has_made_the_same(module, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "whole").touch()
    (tmp_path / "new-1").mkdir()
    module.put(tmp_path / "new-1", tmp_path / "home")
    assert (tmp_path / "home" / "whole").exists()
