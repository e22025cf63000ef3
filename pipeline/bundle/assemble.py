"""Puts a bundle together: parts, lists with hashes, starters and sheets."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.atomic import put_file, scratch, writable
from pipeline.bundle.archive import write_zip
from pipeline.bundle.parts import read_part, sbom, table
from pipeline.bundle.pins import Pin, pins
from pipeline.bundle.pressing import press
from pipeline.bundle.sheets import CARRIED, CLERK, SECTION, clerk_sheet, section_sheet, starter
from pipeline.bundle.targets import PLATFORMS, PYTHONS
from pipeline.bundle.wheelhouse import PRODUCT, gather, own_wheel
from pipeline.intake.records import SourceError

#: Parts that are pressed at once; each may take 1 GB of memory.
_AT_ONCE = 2
#: Name of the embeddable Python as python.org has it.
_EMBED = re.compile(r"python-(3\.\d+)\.\d+-embed-amd64\.zip")
_NO_EMBED = (
    "# koryu.bat が使ってよい Windows embeddable package の SHA-256。\r\n"
    "# python.org に載っている値を確かめ、1行に「SHA-256 空白 ファイル名」の形で書き足してください。\r\n"
)


def bundle(
    platform: str,
    pythons: list[str],
    out: Path,
    embed: Path | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> list[tuple[str, int]]:
    """Make the ZIP; where anything fails, ``out`` stays as it was.

    Parameters
    ----------
    platform : a key of ``PLATFORMS``
    pythons : versions of Python, of ``PYTHONS``, in their order
    out : the ZIP
    embed : the embeddable Python of python.org to lay beside ``koryu.bat``
    progress : is told what is being done

    Returns
    -------
    list of (Python, bytes): how large the parts for each version are

    Raises
    ------
    SourceError
        When a part cannot be had, or ``embed`` is no embeddable Python.
    WriteError
        When ``out`` cannot be written.
    """
    writable(out)
    with scratch(out.absolute().parent) as folder:
        wheels = folder / "wheels"
        wheels.mkdir()
        progress("このソフトのパッケージを作っています…")
        product = own_wheel(wheels)
        needed: dict[str, dict[Pin | None, Path]] = {}
        for python in pythons:
            progress(f"Python {python} 用の部品を集めています…")
            wanted = pins(PLATFORMS[platform].markers, python)
            found = gather(wanted, PLATFORMS[platform], python, wheels)
            needed[python] = {None: product, **dict(zip(wanted, found, strict=True))}
        progress("部品を縮めています（数分かかります）…")
        pressed = press_all(needed, folder)
        progress("ZIP にまとめています…")
        made = folder / "bundle.zip"
        version = read_part(product).version
        write_zip(
            made,
            f"koryu-map-{version}-{platform}",
            content(platform, version, needed, pressed, embed),
        )
        put_file(made, out)
        return [(python, sum(path.stat().st_size for path in one.values())) for python, one in needed.items()]


def press_all(needed: dict[str, dict[Pin | None, Path]], folder: Path) -> dict[str, Path]:
    """Press the wheels of each part into a file of a folder; name of the part → the file.

    ``needed`` is as :func:`content` takes it.
    """
    parts: dict[str, list[Path]] = {}
    for wheels in needed.values():
        for pin, wheel in wheels.items():
            found = parts.setdefault(_name(pin), [])
            if wheel not in found:
                found.append(wheel)
    files = {name: folder / f"{name}.tar.xz" for name in parts}
    # LZMA lets go of Python while it works. The longest first, or at the end one has to be waited for.
    longest = sorted(parts, key=lambda name: -sum(wheel.stat().st_size for wheel in parts[name]))
    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as workers:
        for done in [workers.submit(press, parts[name], files[name]) for name in longest]:
            done.result()
    return files


def _name(pin: Pin | None) -> str:
    return pin.name if pin else PRODUCT


def content(
    platform: str,
    version: str,
    needed: dict[str, dict[Pin | None, Path]],
    pressed: dict[str, Path],
    embed: Path | None = None,
) -> dict[str, bytes | Path]:
    """The files of a bundle: path below its top folder → what it holds, or the file that holds it.

    ``needed`` has the wheel of each pin for each version of Python; the product's own has None for its pin.
    ``pressed`` is what :func:`press_all` made of them.
    """
    pythons = list(needed)
    paths = {path for one in needed.values() for path in one.values()}
    own = next(iter(needed.values()))[None]
    product = read_part(own)
    parts = sorted(
        map(read_part, paths - {own}), key=lambda part: (part.name.lower(), part.version, part.file)
    )
    hashes = {part.file: part.sha256 for part in [product, *parts]}
    files: dict[str, bytes | Path] = {
        PLATFORMS[platform].starter: starter(platform, pythons),
        CLERK: clerk_sheet(platform, version),
        SECTION: section_sheet(platform, version, pythons, [product, *parts], embed.name if embed else ""),
        "部品一覧.csv": table([product, *parts]),
        "sbom.cdx.json": sbom(product, parts, platform),
        "app/start.py": CARRIED / "start.py",
        "app/bundle.json": _list(version, needed, pressed, hashes),
    }
    files |= {f"app/parts/{path.name}": path for path in pressed.values()}
    if platform == "windows":
        files["python.sha256"] = _NO_EMBED.encode("utf-8-sig")
    if embed:
        digest = hashlib.sha256(embed.read_bytes()).hexdigest()
        files["python.sha256"] = f"{digest}  {embed.name}\r\n".encode()
        files[embed.name] = embed
    return files


def _list(
    version: str,
    needed: dict[str, dict[Pin | None, Path]],
    pressed: dict[str, Path],
    hashes: dict[str, str],
) -> bytes:
    """What the starter goes by: the file of each part, and its wheel for each Python, with their SHA-256."""
    parts = []
    for name, path in sorted(pressed.items()):
        wheels = {
            python: wheel.name
            for python, one in needed.items()
            for pin, wheel in one.items()
            if _name(pin) == name
        }
        parts.append(
            {
                "name": name,
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "wheels": wheels,
                "wheels_sha256": {python: hashes[wheel] for python, wheel in wheels.items()},
            }
        )
    said = {"version": version, "pythons": list(needed), "parts": parts}
    return f"{json.dumps(said, indent=1)}\n".encode()


def python_of(embed: Path) -> str:
    """The version (as 3.12) of an embeddable Python of python.org.

    Raises
    ------
    SourceError
        When the file is none, or one of a version the product does not run on.
    """
    match = _EMBED.fullmatch(embed.name)
    if not match or match[1] not in PYTHONS:
        raise SourceError(
            f"「{embed.name}」は、使える Python ではありません。python.org の Windows embeddable package（64-bit）"
            f"の {'・'.join(PYTHONS)} を、もとの名前（python-{PYTHONS[-1]}.x-embed-amd64.zip）のまま指定してください。"
        )
    try:
        with zipfile.ZipFile(embed) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise SourceError(f"「{embed}」を ZIP として読めません。もう一度受け取ってください。") from error
    if "python.exe" not in names:
        raise SourceError(
            f"「{embed}」に python.exe がありません。python.org の embeddable package を指定してください。"
        )
    return match[1]
