"""What was read of documents before: a file each in a folder of the user's own, found again by all it was made of.

A file holds tables and text, and nothing in it is ever run. It is used where the document, its definition, the decisions
and corrections that touch it, the reference data and the program itself are the same to the byte; one that is broken
is none. What cannot be kept, or found, is read again: no build depends on it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platformdirs import user_cache_path

from geo.folders import ROOT
from pipeline.building.apart.part import Part, Reader
from pipeline.building.apart.part_file import unpacked
from pipeline.intake.registry import Document

#: Bytes that are kept, and days that what nobody asked for stays.
MOST_BYTES, MOST_DAYS = 500_000_000, 60
#: What lies in the folder besides is somebody else's.
_ENDING, _UNFINISHED = ".part", ".part-new"
#: Libraries that what is read depends on.
_LIBRARIES = (
    "python-calamine",
    "lxml",
    "pdfplumber",
    "pdfminer.six",
    "jaconv",
    "rapidfuzz",
    "pandas",
    "pyarrow",
)
#: When this process began to be what it is: what was changed since is not what runs.
_BEGUN = time.time()


def memory_folder() -> Path | None:
    """Where it is kept: what KORYU_CACHE names, else in the user's cache; None where that is set to nothing."""
    named = os.environ.get("KORYU_CACHE")
    if named is None:
        return user_cache_path("koryu-map", appauthor=False) / "documents"
    return Path(named) if named else None


def forget(source: str) -> None:
    """Let go of all that is kept of a document, by its id: a person took it out."""
    folder = memory_folder()
    if folder is None:
        return
    with suppress(OSError):
        for path in folder.glob(f"{_mark(source)}-*{_ENDING}"):
            path.unlink(missing_ok=True)


class Memory:
    """The parts that are kept in a folder.

    Parameters
    ----------
    folder : where; it is used where it is the user's own alone. Without one nothing is kept
    reference : the hashes of the reference data
    fresh : find nothing, but keep what is read anew instead of what was kept
    """

    def __init__(self, folder: Path | None, reference: Mapping[str, str], *, fresh: bool = False) -> None:
        program = _program()
        self._folder = folder if program and folder is not None and _own(folder) else None
        self._common = json.dumps([program, sorted(reference.items())])
        self._fresh = fresh
        self._used: set[Path] = set()

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._folder is not None

    def find(self, document: Document, file: str, data: bytes, reader: Reader) -> Part | None:
        """What was made of a document before; None where that was never kept, or of anything else than now."""
        if self._folder is None or self._fresh:
            return None
        path = self._path(document, file, data, reader)
        try:
            part = unpacked(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError):
            return None
        self._used.add(path)
        return part

    def keep(self, document: Document, file: str, data: bytes, reader: Reader, made: bytes) -> None:
        """Keep what was made of a document, packed, where that can be."""
        if self._folder is None:
            return
        path = self._path(document, file, data, reader)
        with suppress(OSError):
            descriptor, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=self._folder)
            try:
                with open(descriptor, "wb") as out:
                    out.write(made)
                os.replace(name, path)
                self._used.add(path)
            finally:
                Path(name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Let go of what nobody asked for in a long time, and beyond MOST_BYTES of what was asked for least lately."""
        if self._folder is None:
            return
        with suppress(OSError):
            paths = [path for path in self._folder.iterdir() if path.suffix in (_ENDING, _UNFINISHED)]
            files = [(path, path.stat()) for path in paths]
            files.sort(key=lambda one: (one[0] in self._used, one[1].st_mtime), reverse=True)
            oldest, total = time.time() - MOST_DAYS * 86_400, 0
            for path, status in files:
                total += status.st_size
                since = time.time() - 3600 if path.suffix == _UNFINISHED else oldest
                if total > MOST_BYTES or status.st_mtime < since:
                    path.unlink(missing_ok=True)

    def _path(self, document: Document, file: str, data: bytes, reader: Reader) -> Path:
        corrections = reader.held(document)
        touching = [one for one in reader.decisions if one.series in ("", document.series)]
        made_of = [
            self._common,
            hashlib.sha256(data).hexdigest(),
            file,
            document.definition.name,
            {name: value for name, value in _plain(document).items() if name != "definition"},
            [asdict(one) for one in touching],
            [asdict(one) for one in corrections],
            {one.source: reader.dates.get(one.source) for one in corrections},
        ]
        said = json.dumps(made_of, ensure_ascii=False, sort_keys=True, default=repr)
        assert self._folder is not None
        return self._folder / f"{_mark(document.id)}-{hashlib.sha256(said.encode()).hexdigest()}{_ENDING}"


def _mark(source: str) -> str:
    """What the files of a document begin with: no name that a file could not have."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _plain(document: Document) -> dict[str, object]:
    names = document.__dataclass_fields__
    plain = {name: getattr(document, name) for name in names}
    return plain | {"options": dict(document.options)}


def _own(folder: Path) -> bool:
    """Whether a folder is there, made if need be, and nobody else can put anything in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    return os.name == "nt" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


@cache
def _program() -> str:
    """The hash of the program as it runs, and of what it reads with; "" where that is not what lies on the disk."""
    files = sorted(path for floor in ("geo", "pipeline") for path in (ROOT / floor).rglob("*.py"))
    files.append(ROOT / "static" / "shared.json")
    whole = hashlib.sha256(f"{platform.python_version()} {sorted(map(_version, _LIBRARIES))}".encode())
    try:
        for path in files:
            if path.stat().st_mtime > _BEGUN:
                return ""
            whole.update(f"\0{path.relative_to(ROOT).as_posix()}\0".encode() + path.read_bytes())
    except OSError:
        return ""
    return whole.hexdigest()


def _version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return library
