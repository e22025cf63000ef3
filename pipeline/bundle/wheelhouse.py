"""Gathers the wheels of a bundle: those of the lock from a package index, the product's own from what is running."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from geo.folders import CHECKOUT, ROOT
from pipeline.bundle.pins import Pin
from pipeline.bundle.targets import Platform
from pipeline.intake.records import SourceError

PRODUCT = "koryu-map"

#: Of an installed package: what the installer wrote about itself.
_OF_THE_INSTALLER = {"INSTALLER", "REQUESTED", "direct_url.json", "RECORD", "uv_cache.json"}

_NO_INDEX = (
    "部品を集められません。パッケージの配布元（PyPI か、pip の設定にある社内の配布元）につながる PC で、"
    "もう一度実行してください。"
)


def gather(pins: list[Pin], platform: Platform, python: str, folder: Path) -> list[Path]:
    """Fetch the wheels of pins for a platform into a folder; those that are there already are taken as they are.

    Each is held against the hashes of the lock.

    Raises
    ------
    SourceError
        When no index can be reached, one has no such wheel, or a file is not the one that was locked.
    """
    with tempfile.TemporaryDirectory() as aside:
        wanted = Path(aside, "requirements.txt")
        wanted.write_text(
            "".join(
                f"{pin} {' '.join(f'--hash=sha256:{one}' for one in sorted(pin.hashes))}\n" for pin in pins
            ),
            encoding="utf-8",
        )
        there = ["--implementation", "cp", "--python-version", python]
        for tag in platform.tags:
            there += ["--platform", tag]
        for abi in (f"cp{python.replace('.', '')}", "abi3", "none"):
            there += ["--abi", abi]
        _pip(
            ["download", "--only-binary=:all:", "--no-deps", "--require-hashes", *there]
            + ["--retries", "2", "--dest", str(folder), "--requirement", str(wanted)],
            _why_not_gathered,
        )
    found = {_sha256(path): path for path in folder.glob("*.whl")}
    return [
        next(found[one] for one in pin.hashes if one in found and _is_for(found[one], python)) for pin in pins
    ]


def own_wheel(folder: Path) -> Path:
    """The wheel of the product itself: built from a copy of the project, or put together from the installed files.

    Raises
    ------
    SourceError
        When a copy of the project cannot be built.
    """
    if CHECKOUT:
        _pip(["wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], _why_not_built)
        return next(folder.glob(f"{PRODUCT.replace('-', '_')}-*.whl"))
    return rebuild(importlib.metadata.distribution(PRODUCT), folder)


def rebuild(installed: importlib.metadata.Distribution, folder: Path) -> Path:
    """The wheel that a package of pure Python was installed from, but for its time stamps."""
    name, version = installed.metadata["Name"].replace("-", "_"), installed.version
    content = {
        file.as_posix(): Path(str(file.locate())).read_bytes()
        for file in sorted(installed.files or [])
        if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in _OF_THE_INSTALLER
    }
    record = f"{name}-{version}.dist-info/RECORD"
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for path, data in content.items()
    ]
    content[record] = "".join([*lines, f"{record},,\n"]).encode()
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in content.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 2, 2, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return wheel


def _pip(arguments: list[str], why: Callable[[str], str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Its own words are what is looked for below.
        env=os.environ | {"PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
        check=False,
    )
    if done.returncode:
        raise SourceError(why(done.stdout + done.stderr))


def _why_not_gathered(said: str) -> str:
    if "No module named pip" in said:
        return "pip がないので、部品を集められません。「python -m ensurepip」で入れてから、もう一度実行してください。"
    if "DO NOT MATCH THE HASHES" in said:
        return "配布元の部品が、requirements.lock に記録したものと違います（ハッシュが合いません）。配布元を確かめてください。"
    cut_off = ("Connection", "connection", "Retrying", "timed out", "resolve", "SSLError", "Network")
    missing = [line for line in said.splitlines() if "No matching distribution found for " in line]
    if missing and not any(word in said for word in cut_off):
        part = missing[-1].rpartition(" for ")[2]
        return f"部品「{part}」が配布元にないか、このプラットフォーム用のものがありません。配布元を確かめてください。"
    return _NO_INDEX


def _why_not_built(said: str) -> str:
    if "hatchling" in said and "No matching distribution" in said:
        return _NO_INDEX
    if "No module named pip" in said:
        return _why_not_gathered(said)
    last = (said.strip().splitlines() or [""])[-1]
    return f"このプロジェクトからパッケージを作れません。pip の説明: {last}"


def _is_for(wheel: Path, python: str) -> bool:
    """Whether a wheel of this platform runs on a version of Python; pip has seen to the platform."""
    from packaging.utils import parse_wheel_filename

    minor = int(python.partition(".")[2])
    return any(
        tag.interpreter in ("py3", f"cp3{minor}", f"py3{minor}")
        or (
            tag.abi in ("abi3", "none")
            and tag.interpreter.startswith("cp3")
            and int(tag.interpreter[3:]) <= minor
        )
        for tag in parse_wheel_filename(wheel.name)[3]
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
