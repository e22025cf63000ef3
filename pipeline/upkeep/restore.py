"""A backup put back in place of what is there: checked first, then all of it, also where it is interrupted.

What is to be put in place is unpacked and checked beside the user's data. Once it lies there as a whole under its
name (WAITING) it is carried out; who was killed in between is followed by the next command, which goes on with it.

Nothing that somebody is told to be saved is lost meanwhile: while screens are open it is not begun
(``pipeline.upkeep.in_use``), and from the moment that what is there is set aside, other commands wait.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from geo.places import boundaries
from pipeline.atomic import adding_to, exclusive, reason, remove, replace_file, replacing, unwritable
from pipeline.building.build_json import META
from pipeline.building.stale import sources_of
from pipeline.intake.documents import DEFINITION, find_documents, refuse_loss
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import SHIPPED
from pipeline.serving.audit import join, noted, person
from pipeline.upkeep.backup import FORM, MANIFEST, back_up
from pipeline.upkeep.entered import AUDIT, IMPORTED, SOURCES, Home, counts, may_be, sha256
from pipeline.upkeep.in_use import WAITING, refuse_while_open

#: Far more than people enter; what is longer is no backup, or is meant to fill the disk. Bytes, and files.
MOST_BYTES, MOST_FILES, MOST_MANIFEST = 2_000_000_000, 5_000, 4_000_000
_CHUNK = 1 << 20
_NO_BACKUP = "koryu backup で作った ZIP ではないか、壊れています"


@dataclass(frozen=True)
class Restored:
    """What was put back: when and by which version the backup was made, how much of each kind, and where that which
    it replaced is kept (None where there was nothing), and how many lines the record of who wrote has more."""

    made_at: str
    version: str
    counts: Mapping[str, int]
    aside: Path | None
    tables_removed: bool
    joined: int


def restore(archive: Path, home: Home, *, force: bool = False) -> Restored:
    """Put back what a backup holds, in place of all that people entered since.

    Parameters
    ----------
    force : also where other things were entered; these are kept as a backup in the user's folder

    Raises
    ------
    SourceError
        When the file is no whole backup, of a later version, or other things were entered and ``force`` is not
        given. Nothing was changed.
    WriteError
        When something cannot be written. What was begun is carried on by the next command.
    """
    waiting = home.data / WAITING
    with exclusive(waiting), ExitStack() as held:
        refuse_while_open(home.data)
        if waiting.exists():
            with _locked(waiting, home), _noted(waiting, home):
                _carry_out(waiting, home)
        with replacing(waiting, mark=MANIFEST) as folder:
            manifest = _unpack(archive, folder)
            counted = counts(_unpacked(folder))
            _refuse_in_the_way(folder, home)
            held.enter_context(_locked(folder, home))
            aside = _aside(folder, home, archive, force)
            held.enter_context(_noted(folder, home))
        removed, joined = _carry_out(waiting, home)
    return Restored(str(manifest["made_at"]), str(manifest["version"] or ""), counted, aside, removed, joined)


def go_on(home: Home) -> bool:
    """Bring a restore that was interrupted to its end; False where there is none.

    Raises
    ------
    WriteError : something cannot be written.
    """
    waiting = home.data / WAITING
    if not (waiting / MANIFEST).exists():
        return False
    with exclusive(waiting):
        if not waiting.exists():  # somebody else did
            return False
        with _locked(waiting, home), _noted(waiting, home):
            _carry_out(waiting, home)
    return True


@contextmanager
def _locked(folder: Path, home: Home) -> Iterator[None]:
    """Hold the locks of all that is replaced by what lies in a folder."""
    files = _unpacked(folder)
    with ExitStack() as held:
        for path in _replaced(files, home).values():
            held.enter_context(adding_to(path))
        for name, place in ((SOURCES, home.added), (IMPORTED, home.imported)):
            if any(one.startswith(f"{name}/") for one in (*files, *home.entered())):
                held.enter_context(exclusive(place))
        yield


def _noted(folder: Path, home: Home) -> AbstractContextManager[None]:
    """Note in the record of who wrote that the backup in a folder is put in place."""
    made_at = json.loads((folder / MANIFEST).read_bytes())["made_at"]
    return noted("restored", person(), "command", to=home.audit, made_at=made_at)


def _carry_out(waiting: Path, home: Home) -> tuple[bool, int]:
    """Put what waits in place, as often as it takes; to be used while holding its locks.

    Returns
    -------
    Whether tables went that are of documents no longer there, and how many lines the record of who wrote has more.
    """
    files = _unpacked(waiting)
    joined = join(files[AUDIT], home.audit) if AUDIT in files else 0
    for name, path in _replaced(files, home).items():
        if name in files:
            replace_file(path, files[name].read_bytes())
        else:
            _unlink(path)
    _put_documents(files, home)
    _put_boundaries(files, home)
    removed = _without_lost(home)
    remove(waiting)
    return removed, joined


def _replaced(files: Mapping[str, Path], home: Home) -> dict[str, Path]:
    """The records that are written or taken away where ``files`` are put in place."""
    return {
        name: path
        for name, path in home.records.items()
        if name in files or (path != SHIPPED and path.exists())
    }


def _put_documents(files: Mapping[str, Path], home: Home) -> None:
    wanted = {name: path for name, path in files.items() if name.startswith(f"{SOURCES}/")}
    there = [name for name in home.entered() if name.startswith(f"{SOURCES}/")]
    if not wanted and not there:
        return
    _folder(home.added)
    # A definition after its file, in both: what is interrupted can be told by it, and is gone on with.
    for name in sorted(wanted, key=lambda name: name.endswith(DEFINITION)):
        replace_file(home.path(name), wanted[name].read_bytes())
    for name in sorted(set(there) - set(wanted), key=lambda name: name.endswith(DEFINITION)):
        _unlink(home.path(name))


def _put_boundaries(files: Mapping[str, Path], home: Home) -> None:
    wanted = {name.partition("/")[2]: path for name, path in files.items() if name.startswith(f"{IMPORTED}/")}
    there = boundaries.in_force(home.imported).version
    if not wanted and there:
        remove(home.imported)
    if not wanted:
        return
    with replacing(home.imported, mark=boundaries.MANIFEST) as folder:
        for name, path in wanted.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)


def _without_lost(home: Home) -> bool:
    """Take the tables away where a document they were made of is gone: else the next build takes that for a mishap."""
    if sources_of(home.build).resolve() != home.shipped.resolve() or not home.build.exists():
        return False
    try:
        refuse_loss(home.shipped, find_documents(home.shipped).paths, home.build / META)
    except SourceError:
        with exclusive(home.build):
            remove(home.build)
        return True
    return False


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Write the files of a backup into an empty folder; its manifest.

    Raises
    ------
    SourceError : it is no backup, or not as it was made.
    """
    try:
        opened = zipfile.ZipFile(archive)
    except OSError as error:
        raise SourceError(
            f"「{archive}」を開けません{reason(error, reading=True)}。場所を確かめてください。"
        ) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _refused(archive, _NO_BACKUP) from error
    with opened:
        try:
            return _unpack_from(opened, folder, archive)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,  # how zipfile says that a part is encrypted
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise _refused(archive, _NO_BACKUP) from error


def _unpack_from(opened: zipfile.ZipFile, folder: Path, archive: Path) -> dict[str, Any]:
    listed = opened.infolist()
    entries = {entry.filename: entry for entry in listed}
    manifest = _manifest(opened, entries, archive)
    rows = {row["name"]: row for row in manifest["files"]}
    if strange := [entry for entry in listed if not _is_plain(entry)]:
        raise _refused(archive, f"{strange[0].filename[:80]!a} は、バックアップに入るファイルではありません")
    if len(entries) != len(listed) or set(entries) != {MANIFEST, *rows}:
        raise _refused(archive, "入っているファイルが、目録と合いません")
    for name, row in rows.items():
        _take(opened, entries[name], row, folder.joinpath(*PurePosixPath(name).parts), archive)
    (folder / MANIFEST).write_bytes(opened.read(MANIFEST))
    return manifest


def _manifest(
    opened: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], archive: Path
) -> dict[str, Any]:
    if entries[MANIFEST].file_size > MOST_MANIFEST or len(opened.infolist()) > MOST_FILES:
        raise _refused(archive, "バックアップにしては大きすぎます")
    manifest = json.loads(opened.read(MANIFEST))
    if not isinstance(manifest["koryu_backup"], int) or manifest["koryu_backup"] > FORM:
        raise _refused(
            archive, "このプログラムより新しい版で作ったバックアップです。プログラムを新しくしてください"
        )
    sizes = [row["size"] for row in manifest["files"]]
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("size")
    if sum(sizes) > MOST_BYTES:
        raise _refused(archive, "バックアップにしては大きすぎます")
    manifest["made_at"], manifest["version"]  # noqa: B018  (a manifest has both)
    return manifest


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether it is a file that a backup may hold, and no link, folder, or device."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return (
        kind in (0, stat.S_IFREG)
        and not entry.flag_bits & 0x1
        and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and (entry.filename == MANIFEST or may_be(entry.filename))
    )


def _take(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, row: Mapping[str, Any], to: Path, archive: Path
) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with opened.open(entry) as packed, to.open("xb") as file:
        # What stands in its own header of its length may be a lie.
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > row["size"]:
                break
            digest.update(chunk)
            file.write(chunk)
    if size != row["size"] or digest.hexdigest() != row["sha256"]:
        raise _refused(archive, f"「{entry.filename}」が、バックアップを取ったときと違います")


def _unpacked(folder: Path) -> dict[str, Path]:
    files = (
        (path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()
    )
    return {name: path for name, path in files if name != MANIFEST}


def _refuse_in_the_way(folder: Path, home: Home) -> None:
    """Let nothing take the place of a document that comes with the program, or of what is none of ours."""
    own, new = home.entered(), _unpacked(folder)
    foreign = home.imported.exists() and not boundaries.in_force(home.imported).version
    if foreign and any(name.startswith(f"{IMPORTED}/") for name in new) and any(home.imported.iterdir()):
        raise SourceError(
            f"「{home.imported}」に、取り込んだ境界でないものが入っています。別の場所に移してから、もう一度実行してください。"
        )
    for name in new:
        if name.startswith(f"{SOURCES}/") and name not in own and home.path(name).exists():
            raise SourceError(
                f"バックアップの「{name}」は、はじめから入っている資料と同じ名前です。復元できません。"
            )


def _aside(folder: Path, home: Home, archive: Path, force: bool) -> Path | None:
    """Keep what is there and is not in the backup; None where that is nothing."""
    new = {name: sha256(path) for name, path in _unpacked(folder).items()}
    there = {name: path for name, path in home.entered().items() if path != SHIPPED or name in new}
    if all(new.get(name) == sha256(path) for name, path in there.items()):
        return None
    if not force:
        kinds = "、".join(
            dict.fromkeys(name for name, path in there.items() if new.get(name) != sha256(path))
        )
        raise SourceError(
            f"すでに入っているもの（{kinds[:300]}）が、「{archive}」と違います。"
            "入れ替えてよいときは --force を付けてください。いまのものは別の ZIP に残します。"
        )
    aside = home.data / f"before-restore-{datetime.now():%Y%m%d-%H%M%S-%f}.zip"
    back_up(aside, home)
    return aside


def _refused(archive: Path, why: str) -> SourceError:
    return SourceError(f"「{archive}」から復元できません: {why}。何も変えていません。")


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def _unlink(path: Path) -> None:
    try:
        with suppress(FileNotFoundError):
            path.unlink()
    except OSError as error:
        raise unwritable(path, error) from error
