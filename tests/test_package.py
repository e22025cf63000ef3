"""The wheel alone, in a fresh environment: every command works from an empty folder, and writes nothing into it."""

from __future__ import annotations

import json
import os
import shutil
import site
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

import pandas as pd
import pytest

#: Folders of the project that the wheel carries as they are.
CARRIED = ("geo", "pipeline", "pages", "static", "data/reference", "data/sources", ".streamlit")


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, root],
        capture_output=True,
        text=True,
    )
    if made.returncode and not os.environ.get("CI"):
        pytest.skip(f"no wheel can be made here: {made.stderr.strip().splitlines()[-1]}")
    assert made.returncode == 0, made.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel in it and beside it the libraries of this one; not the project."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=False)
    python = next(
        path for name in ("bin/python", "Scripts/python.exe") if (path := folder / "env" / name).exists()
    )
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel],
        check=True,
    )
    packages = next((folder / "env").rglob("koryu_map.pth")).parent
    (packages / "libraries.pth").write_text(site.getsitepackages()[0] + "\n", encoding="utf-8")
    (folder / "work").mkdir()
    return folder


def environment(home: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KORYU_", "PYTHON"))}
    own = {name: str(home / "user") for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME")}
    return plain | own | {"PYTHONDONTWRITEBYTECODE": "1"}


def command(home: Path) -> Path:
    return next(path for path in (home / "env").glob("*/koryu*") if path.suffix in ("", ".exe"))


@pytest.fixture(scope="module")
def run(home):
    def run(*arguments: str, said: str = "") -> str:
        done = subprocess.run(
            [command(home), *arguments],
            cwd=home / "work",
            env=environment(home),
            input=said.encode(),
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return run


@pytest.fixture(scope="module")
def built(run, home) -> set[Path]:
    """Builds the tables of the embedded documents; gives what was installed before."""
    installed = set((home / "env").rglob("*"))
    run("build")
    return installed


def test_the_wheel_carries_the_whole_product_and_nothing_else(root, wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    kept = subprocess.run(
        ["git", "ls-files", *CARRIED], cwd=root, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not kept:
        pytest.skip("this copy of the project has no history to compare with")
    expected = {f"koryu_map/{name}" for name in (*kept, "app.py", "data/README.md", "requirements.lock")}
    assert names == expected | {"koryu_map.pth"}


def test_names_are_geocoded(run):
    assert run("geocode", said="群馬県川場村\n").splitlines()[1].startswith("群馬県川場村\t10444\t")


def test_the_tables_lie_in_the_users_data(home, built):
    (meta,) = (home / "user").rglob("build.json")
    assert meta.parent.name == "build"
    assert "koryu-map" in str(meta)


def test_files_and_site_are_written_where_they_are_asked_for(run, home, built):
    run("export", "--format", "pdf", "--out", "page.pdf")
    run("export", "--format", "html", "--out", "map.html")
    run("publish", "--out", "site")
    assert (home / "work" / "page.pdf").read_bytes().startswith(b"%PDF")
    assert "世田谷区" in (home / "work" / "map.html").read_text("utf-8")
    assert (home / "work" / "site" / "index.html").exists()
    assert {path.name for path in (home / "work").iterdir()} - {"site.lock"} == {
        "page.pdf",
        "map.html",
        "site",
    }


def test_a_list_is_added_to_the_users_data_and_taken_out(run, home, built):
    (home / "work" / "odawara_r8.csv").write_text(
        "小田原市の交流先（令和8年3月31日現在）\n相手,名称\n長野県松本市,物産展\n", encoding="utf-8"
    )
    run("add", "odawara_r8.csv")
    (definition,) = (home / "user").rglob("odawara_r8.toml")
    assert definition.parent.name == "sources"
    assert "小田原市の交流先" in run("documents")
    run("verify")
    run("remove", "odawara_r8")
    assert not list((home / "user").rglob("odawara_r8.*"))
    (home / "work" / "odawara_r8.csv").unlink()


def test_the_screens_are_served_with_what_they_draw(home, built):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    imported = next((home / "user").rglob("build")).with_name("boundaries") / "abc" / "prefectures.json"
    imported.parent.mkdir(parents=True, exist_ok=True)
    imported.write_text("{}", encoding="utf-8")
    server = subprocess.Popen(
        [command(home), "app", "--port", str(port)],
        cwd=home / "work",
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                    break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        for path in (
            "shared.json",
            "boundaries/prefectures.json",
            "koryu/flowmap.js",
            "boundaries/imported/abc/prefectures.json",
        ):
            with urllib.request.urlopen(f"{address}/app/static/{path}", timeout=10) as answer:
                assert answer.status == 200
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(imported.parents[1])


def test_nothing_is_written_into_the_installation(home, built):
    assert set((home / "env").rglob("*")) == built


def test_what_was_entered_with_the_version_before_is_read_on(home, root, tmp_path):
    """Decisions, corrections, the ledger, an added list and imported boundaries, as an earlier version wrote them."""
    data = Path(shutil.copytree(root / "tests" / "data" / "version_before", tmp_path / "koryu-map"))
    (data / "tables").rename(data / "build")
    shutil.copy(root / "data" / "reference" / "boundaries.topojson", data / "boundaries")
    (data / "boundaries" / "0123456789ab").mkdir()
    shutil.copy(root / "static" / "boundaries" / "prefectures.json", data / "boundaries" / "0123456789ab")
    own = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME")}
    kept = {
        path: path.read_bytes() for path in data.rglob("*") if path.is_file() and "build" not in path.parts
    }
    before = pd.read_parquet(data / "build" / "projects.parquet").query("source == 'list'")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [command(home), *arguments],
            cwd=tmp_path,
            env=environment(home) | own,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("build")
    after = pd.read_parquet(data / "build" / "projects.parquet").query("source == 'list'")
    links = pd.read_parquet(data / "build" / "links.parquet").query("source == 'list'")
    meta = json.loads((data / "build" / "build.json").read_text("utf-8"))
    # The projects are the same, under identifiers that now begin with a letter; and the one that staff added.
    assert set("p" + before.project_id) < set(after.project_id)
    assert set(after.name) - set(before.name) == {"検査の追加その五"}
    assert set(links.partner_code) == {
        "10444",
        "20486",
        "17201",
        "20202",
        "07202",
        "06323",
    }  # 20486 by decision
    corrected = links[links.partner_code == "10444"]
    assert set(corrected.start_year) == {2009}  # by correction; 平成20年度 is printed
    assert meta["boundaries"]["version"] == "0123456789ab"
    assert list(meta["boundaries"]["files"]) == ["14000"]
    counted = [line.split()[-1] for line in run("backup", "--out", "kept.zip").splitlines()]
    assert counted == ["4", "1", "2", "1", "1", "1", "0"]  # nobody kept a record of who wrote
    assert run("ready") == ""
    assert {path: path.read_bytes() for path in kept} == kept
