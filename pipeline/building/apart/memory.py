"""What was made of documents before: a file each in a folder of the user's own, found again by all it was made of.

A file holds tables and text, and nothing in it is ever run. It is used where the document, its definition, the decisions
and corrections that touch it, the reference data and the program itself are the same to the byte; one that is broken
is none. What cannot be kept, or found, is made again: no build depends on it. The tables of places are kept likewise,
as the files they are written to.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path

from geo.folders import ROOT
from geo.places.boundaries import AREAS, LAYERS, Boundaries
from pipeline.building.apart.part import Part, Reader
from pipeline.building.apart.part_file import opened, sealed, unpacked
from pipeline.intake.registry import Document

Kept = TypeVar("Kept")

#: Bytes that are kept, and days that what nobody asked for stays.
MOST_BYTES, MOST_DAYS = 500_000_000, 60
#: What lies in the folder besides is somebody else's.
_ENDING, _UNFINISHED = ".part", ".part-new"
#: Stands for an id where tables of places are kept: no document is called so.
_PLACES = "/places"
#: Libraries that what is kept depends on.
_LIBRARIES = (
    "python-calamine",
    "lxml",
    "pdfplumber",
    "pdfminer.six",
    "jaconv",
    "rapidfuzz",
    "pandas",
    "pyarrow",
    "geopandas",
    "pyogrio",
    "pyproj",
    "shapely",
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
        return self._found(document.id, self._made_of(document, file, data, reader), unpacked)

    def keep(self, document: Document, file: str, data: bytes, reader: Reader, made: bytes) -> None:
        """Keep what was made of a document, packed, where that can be."""
        self._put(document.id, self._made_of(document, file, data, reader), made)

    def find_places(self, shapes: Boundaries) -> list[memoryview] | None:
        """The files of the tables of places that were written with these boundaries before, in the order they were kept."""
        return self._found(_PLACES, _layers(shapes), opened)

    def keep_places(self, shapes: Boundaries, files: Sequence[bytes]) -> None:
        """Keep the files of the tables of places, where that can be."""
        self._put(_PLACES, _layers(shapes), sealed(files))

    def _found(self, source: str, made_of: object, read: Callable[[bytes], Kept]) -> Kept | None:
        if self._folder is None or self._fresh:
            return None
        path = self._path(self._folder, source, made_of)
        try:
            kept = read(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError):
            return None
        self._used.add(path)
        return kept

    def _put(self, source: str, made_of: object, made: bytes) -> None:
        if self._folder is None:
            return
        path = self._path(self._folder, source, made_of)
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

    def _path(self, folder: Path, source: str, made_of: object) -> Path:
        said = json.dumps([self._common, made_of], ensure_ascii=False, sort_keys=True, default=repr)
        return folder / f"{_mark(source)}-{hashlib.sha256(said.encode()).hexdigest()}{_ENDING}"

    @staticmethod
    def _made_of(document: Document, file: str, data: bytes, reader: Reader) -> list:
        corrections = reader.held(document)
        touching = [one for one in reader.decisions if one.series in ("", document.series)]
        return [
            hashlib.sha256(data).hexdigest(),
            file,
            document.definition.name,
            {name: value for name, value in _plain(document).items() if name != "definition"},
            [asdict(one) for one in touching],
            [asdict(one) for one in corrections],
            {one.source: reader.dates.get(one.source) for one in corrections},
        ]


def _layers(shapes: Boundaries) -> list[str]:
    """The hashes of what boundaries say of themselves to the tables of places."""
    paths = [shapes.folder / name for name in (LAYERS, AREAS)]
    return [hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "" for path in paths]


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
