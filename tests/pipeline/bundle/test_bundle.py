"""A bundle of made-up wheels: what lies in it, that it is always the same, and what its sheets and lists say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from pipeline.atomic import WriteError
from pipeline.bundle import assemble, wheelhouse
from pipeline.bundle.archive import LONGEST, write_zip
from pipeline.bundle.parts import read_part
from pipeline.bundle.pins import UNUSED, Pin, pins
from pipeline.bundle.sheets import CLERK, SECTION, starter
from pipeline.bundle.targets import PLATFORMS, PYTHONS
from pipeline.cli import commands
from pipeline.intake.records import SourceError
from tests.wheels import make_wheel


@pytest.fixture
def needed(tmp_path) -> dict[str, dict[Pin | None, Path]]:
    """A product and three parts, one of them another for each Python."""
    own = make_wheel(tmp_path, "koryu-map", "9.1.0", {"koryu_map/app.py": ""}, licence="MIT")
    shared = make_wheel(
        tmp_path, "alpha", "1.0", {"alpha.py": ""}, classifier="License :: OSI Approved :: BSD License"
    )
    made: dict[str, dict[Pin | None, Path]] = {}
    for python in ("3.12", "3.13"):
        tag = f"cp{python.replace('.', '')}"
        other = make_wheel(
            tmp_path, "beta", "2.0", {"beta.py": python}, licence="+danger", tag=f"{tag}-{tag}-win_amd64"
        )
        made[python] = {
            None: own,
            Pin("alpha", "1.0", frozenset()): shared,
            Pin("beta", "2.0", frozenset()): other,
        }
    return made


@pytest.fixture
def pressed(needed, tmp_path) -> dict[str, Path]:
    return assemble.press_all(needed, tmp_path)


@pytest.fixture
def files(needed, pressed) -> dict[str, bytes]:
    """The content of a bundle for Windows, all in memory."""
    made = assemble.content("windows", "9.1.0", needed, pressed)
    return {name: one if isinstance(one, bytes) else one.read_bytes() for name, one in made.items()}


@pytest.fixture
def wheels(needed) -> dict[str, str]:
    """SHA-256 → name of every wheel in it."""
    paths = {path for one in needed.values() for path in one.values()}
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in paths}


def test_a_bundle_holds_starter_sheets_lists_and_parts(files):
    assert set(files) == {
        "koryu.bat",
        CLERK,
        SECTION,
        "部品一覧.csv",
        "sbom.cdx.json",
        "python.sha256",
        "app/start.py",
        "app/bundle.json",
        "app/parts/koryu-map.tar.xz",
        "app/parts/alpha.tar.xz",
        "app/parts/beta.tar.xz",
    }


def test_each_python_has_one_wheel_of_each_part_as_its_hash_says(files, wheels):
    parts = json.loads(files["app/bundle.json"])["parts"]
    for part in parts:
        assert hashlib.sha256(files[f"app/parts/{part['file']}"]).hexdigest() == part["sha256"]
        assert {python: wheels[digest] for python, digest in part["wheels_sha256"].items()} == part["wheels"]
    for python in ("3.12", "3.13"):
        tag = f"cp{python.replace('.', '')}"
        assert {part["name"]: part["wheels"][python] for part in parts} == {
            "koryu-map": "koryu_map-9.1.0-py3-none-any.whl",
            "alpha": "alpha-1.0-py3-none-any.whl",
            "beta": f"beta-2.0-{tag}-{tag}-win_amd64.whl",
        }


def test_a_part_holds_every_file_of_its_wheels_as_it_was_beside_that_of_the_next_python(
    files, needed, pressed
):
    wheels = [one[pin] for one in needed.values() for pin in one if pin and pin.name == "beta"]
    with tarfile.open(pressed["beta"]) as archive:
        found = [(member.name, archive.extractfile(member).read()) for member in archive]
        assert {(member.mtime, member.uid, member.uname) for member in archive.getmembers()} == {(0, 0, "")}
    expected = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            expected += [(f"{wheel.name}/{name}", archive.read(name)) for name in archive.namelist()]
    assert sorted(found) == sorted(expected)
    assert [name.partition("/")[0] for name, _ in found] == [wheel.name for wheel in wheels] * (
        len(found) // len(wheels)
    )


def test_the_table_of_parts_is_for_a_spreadsheet_and_starts_no_formula(files, wheels):
    rows = list(csv.reader(io.StringIO(files["部品一覧.csv"].decode("utf-8-sig"))))
    assert [row[:3] for row in rows[1:]] == [
        ["koryu-map", "9.1.0", "MIT"],
        ["alpha", "1.0", "BSD License"],
        ["beta", "2.0", "'+danger"],
        ["beta", "2.0", "'+danger"],
    ]
    assert {row[6]: row[4] for row in rows[1:]} == wheels


def test_the_sbom_names_each_wheel_and_is_what_cyclonedx_says(files, wheels):
    from cyclonedx.exception import MissingOptionalDependencyException
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = files["sbom.cdx.json"].decode()
    listed = json.loads(text)
    assert listed["specVersion"] == "1.6"
    assert listed["metadata"]["component"]["name"] == "koryu-map"
    parts = {part["bom-ref"]: part for part in listed["components"]}
    assert set(parts) == {name for name in wheels.values() if "koryu_map" not in name}
    for name, part in parts.items():
        assert wheels[part["hashes"][0]["content"]] == name
        assert part["purl"].startswith(f"pkg:pypi/{part['name']}@{part['version']}")
    try:
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    except MissingOptionalDependencyException:
        pytest.skip("no validator of JSON schemas is installed")


def test_the_sheets_are_for_an_editor_of_windows_and_hold_no_gap(root, files):
    for name in (CLERK, SECTION):
        raw = files[name]
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        text = raw.decode("utf-8-sig")
        assert "9.1.0" in text
        assert not re.search(r"@\w+@", text)
        assert r"%LOCALAPPDATA%\koryu-map-app" in text
    section = files[SECTION].decode("utf-8-sig")
    for line in ("alpha      1.0    BSD License", "127.0.0.1", "8501", "sbom.cdx.json", *UNUSED):
        assert line in section
    # The one thing that a person may have fetched stands there, as the map has it.
    (tiles,) = set(
        re.findall(r"https://[\w.]*gsi\.go\.jp", (root / "static" / "koryu" / "tiles.js").read_text("utf-8"))
    )
    assert tiles in section
    assert section.count("  beta ") == 1  # two wheels of one part


def test_a_part_without_a_stated_licence_says_so(tmp_path):
    assert "記載なし" in read_part(make_wheel(tmp_path, "gamma", "1", {"gamma.py": ""})).licence
    text = {"delta-1.dist-info/LICENSE": "\nMIT License\n\nCopyright (c) …"}
    assert read_part(make_wheel(tmp_path, "delta", "1", text)).licence == "MIT"
    whole = make_wheel(
        tmp_path,
        "epsilon",
        "1",
        {},
        old="Copyright (c) 2021 Somebody",
        classifier="License :: OSI Approved :: MIT License",
    )
    assert read_part(whole).licence == "MIT"


def test_the_zip_is_the_same_whatever_the_order_and_the_day(tmp_path, needed, pressed):
    (tmp_path / "again").mkdir()
    again = assemble.press_all(needed, tmp_path / "again")
    assert {name: path.read_bytes() for name, path in pressed.items()} == {
        name: path.read_bytes() for name, path in again.items()
    }
    made = assemble.content("linux", "9.1.0", needed, pressed)
    write_zip(tmp_path / "one.zip", "koryu", made)
    write_zip(tmp_path / "two.zip", "koryu", dict(reversed(made.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.getinfo("koryu/koryu.sh").external_attr >> 16 == 0o100755
    assert all(name.startswith("koryu/") and len(name) < LONGEST for name in names)


def test_a_python_of_its_own_lies_in_the_bundle_with_its_hash(tmp_path, needed, pressed):
    embed = tmp_path / "python-3.13.9-embed-amd64.zip"
    with zipfile.ZipFile(embed, "w") as archive:
        archive.writestr("python.exe", b"MZ")
    assert assemble.python_of(embed) == "3.13"
    made = assemble.content("windows", "9.1.0", needed, pressed, embed)
    digest = hashlib.sha256(embed.read_bytes()).hexdigest()
    assert made["python.sha256"] == f"{digest}  {embed.name}\r\n".encode()
    assert made[embed.name] == embed
    assert embed.name in made[SECTION].decode("utf-8-sig")


@pytest.mark.parametrize(
    "name", ["python-3.10.1-embed-amd64.zip", "python-3.13.9-amd64.exe", "python-3.13.9-embed-win32.zip"]
)
def test_another_python_is_refused(tmp_path, name):
    with pytest.raises(SourceError, match=re.escape(name)):
        assemble.python_of(tmp_path / name)


def test_a_python_that_is_none_is_refused(tmp_path):
    embed = tmp_path / "python-3.13.9-embed-amd64.zip"
    embed.write_bytes(b"no zip")
    with pytest.raises(SourceError, match="読めません"):
        assemble.python_of(embed)
    with zipfile.ZipFile(embed, "w") as archive:
        archive.writestr("readme.txt", b"")
    with pytest.raises(SourceError, match="python.exe"):
        assemble.python_of(embed)


# koryu.bat


@pytest.fixture
def bat() -> str:
    raw = starter("windows", ["3.11", "3.12"])
    assert raw.count(b"\n") == raw.count(b"\r\n") > 30
    return raw.decode("cp932").replace("\r\n", "\n")


def test_koryu_bat_tries_the_versions_it_has_parts_for(bat):
    assert "in (3.12 3.11)" in bat
    assert "3.11・3.12 のどれか" in bat
    assert not re.search(r"@\w+@", bat.replace("@echo", ""))


def test_koryu_bat_jumps_to_places_it_has(bat):
    places = set(re.findall(r"^:(\w+)$", bat, re.MULTILINE))
    jumps = set(re.findall(r"(?:goto|call) :(\w+)", bat))
    assert jumps == places


def test_no_letter_of_koryu_bat_ends_in_a_byte_that_the_shell_takes_for_a_sign(bat):
    # Where the console is not Japanese, the second byte of a letter is read by itself.
    second = {letter: code[1] for letter in set(bat) if len(code := letter.encode("cp932")) == 2}
    assert len(second) > 50
    assert {letter for letter, byte in second.items() if byte in b'\\^|&<>"%()'} == set()


def test_koryu_sh_is_a_script_of_any_shell(tmp_path):
    script = tmp_path / "koryu.sh"
    script.write_bytes(starter("linux", ["3.11"]))
    assert b"\r" not in script.read_bytes()
    if sys.platform != "win32":
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


# The lock


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_lock_is_read_for_a_platform_and_a_python(root, platform, python):
    found = {pin.name: pin for pin in pins(PLATFORMS[platform].markers, python)}
    assert all(pin.hashes and re.fullmatch(r"[\w.]+", pin.version) for pin in found.values())
    assert ("uvloop" in found) == (platform == "linux")
    locked = {*re.findall(r"^([\w.-]+)==", (root / "requirements.lock").read_text("utf-8"), re.MULTILINE)}
    assert locked - set(found) == UNUSED | ({"uvloop"} if platform == "windows" else set())


def test_what_depends_on_the_python_is_pinned_once(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# made by hand\n"
        f"numpy==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:{'a' * 64}\n    # via pandas\n"
        f"numpy==2.0 ; python_full_version >= '3.12' \\\n    --hash=sha256:{'b' * 64} \\\n    --hash=sha256:{'c' * 64}\n",
        encoding="utf-8",
    )
    markers = PLATFORMS["windows"].markers
    assert pins(markers, "3.11", lock) == [Pin("numpy", "1.0", frozenset({"a" * 64}))]
    assert pins(markers, "3.13", lock) == [Pin("numpy", "2.0", frozenset({"b" * 64, "c" * 64}))]


def test_what_is_left_out_is_never_loaded(root):
    files = [
        root / "app.py",
        *(path for name in ("geo", "pipeline", "pages") for path in (root / name).rglob("*.py")),
    ]
    for name in UNUSED:
        # Streamlit loads pydeck for these two alone.
        uses = re.compile(rf"(import|from) {name}\b|\bpydeck_chart\(|\bst\.map\(")
        assert [path for path in files if uses.search(path.read_text("utf-8"))] == []


# Gathering


def test_the_products_wheel_is_put_together_from_what_is_installed(tmp_path):
    wheel = make_wheel(
        tmp_path, "koryu-map", "9.1.0", {"koryu_map/app.py": "1", "koryu_map.pth": "koryu_map\n"}
    )
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    info = site / "koryu_map-9.1.0.dist-info"
    with (info / "RECORD").open("a", encoding="utf-8") as record:
        record.write(
            "../../../bin/koryu,,\nkoryu_map/__pycache__/app.cpython-311.pyc,,\nkoryu_map-9.1.0.dist-info/INSTALLER,,\n"
        )
    (tmp_path / "again").mkdir()
    again = wheelhouse.rebuild(PathDistribution(info), tmp_path / "again")
    assert again.name == wheel.name
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert {name: one.read(name) for name in one.namelist() if not name.endswith("RECORD")} == {
            name: other.read(name) for name in other.namelist() if not name.endswith("RECORD")
        }
        recorded = other.read("koryu_map-9.1.0.dist-info/RECORD").decode()
    assert sorted(line.partition(",")[0] for line in recorded.splitlines()) == sorted(other.namelist())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("No module named pip", "pip がない"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "ハッシュが合いません"),
        ("ERROR: No matching distribution found for numpy==2.5.5", "部品「numpy==2.5.5」が配布元にない"),
        (
            "WARNING: Retrying (Retry…\nERROR: No matching distribution found for numpy==2.5.5",
            "つながる PC で",
        ),
        ("anything else", "つながる PC で"),
    ],
)
def test_what_pip_says_becomes_one_sentence(said, sentence):
    why = wheelhouse._why_not_gathered(said)
    assert sentence in why
    assert "\n" not in why


def test_without_an_index_there_is_one_sentence_and_the_old_zip_stays(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "nul")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(
        assemble,
        "own_wheel",
        lambda folder: make_wheel(folder, "koryu-map", "9.1.0", {"koryu_map/app.py": ""}),
    )
    out = tmp_path / "koryu.zip"
    out.write_bytes(b"the old one")
    assert commands.main(["bundle", "--platform", "windows", "--python", "3.12", "--out", str(out)]) == 2
    *_, last = capsys.readouterr().err.strip().splitlines()
    assert "配布元" in last
    assert out.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [out]


def test_where_the_zip_cannot_be_put_is_told_before_anything_is_fetched(tmp_path):
    with pytest.raises(WriteError, match="フォルダ"):
        assemble.bundle("linux", ["3.12"], tmp_path / "nowhere" / "koryu.zip")


def test_what_was_interrupted_leaves_no_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(assemble, "own_wheel", lambda folder: make_wheel(folder, "koryu-map", "9.1.0", {}))
    monkeypatch.setattr(
        assemble, "gather", lambda wanted, platform, python, folder: [next(folder.iterdir())] * len(wanted)
    )

    def cut(*arguments):
        Path(arguments[0]).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(assemble, "write_zip", cut)
    with pytest.raises(KeyboardInterrupt):
        assemble.bundle("linux", ["3.12"], tmp_path / "koryu.zip")
    assert list(tmp_path.iterdir()) == []


def status(*arguments: str) -> int | str | None:
    try:
        return commands.main(list(arguments))
    except SystemExit as stopped:
        return stopped.code


@pytest.mark.parametrize(
    "arguments",
    [
        ("--platform", "macos", "--out", "koryu.zip"),
        ("--platform", "windows"),
        ("--platform", "windows", "--python", "3.10", "--out", "koryu.zip"),
        ("--platform", "linux", "--embed", "python-3.13.9-embed-amd64.zip", "--out", "koryu.zip"),
    ],
)
def test_a_wrong_option_gets_one_japanese_sentence(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert status("bundle", *arguments) == 2
    said = capsys.readouterr().err
    assert re.fullmatch(r"[^\n]*[ぁ-ん][^\n]*。[^\n]*\n", said)
    assert list(tmp_path.iterdir()) == []
