"""Replacing a directory or a file as a whole: it is the old one or the new one, never half of each.

The new directory is written and flushed beside the old one, on the same file system; then the two change places
in one step, where the system has such a step (Linux, macOS). Elsewhere the old one is renamed aside and the new
one into its place; who reads in between finds the old one aside (`geo.ledger.dataset`). Windows refuses to rename a
directory while another program has a file inside open. The screens open a table only for the moment they read
it, so the rename is tried again for a few seconds before giving up. A process killed between the two renames
leaves the old directory under its other name; the next `exclusive` puts it back, and clears what kills left.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

RENAME_PATIENCE = 5.0  # seconds
_SCRATCH = ".koryu-work-"
LOCK_PATIENCE = 60.0  # seconds; a build takes a few
SAVE_PATIENCE = 20.0  # seconds; a save takes some milliseconds


class WriteError(Exception):
    """The result could not be put in place. ``str(error)`` is one Japanese sentence for the user."""


@contextmanager
def exclusive(directory: Path, *, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Hold the lock of `directory`, and undo what a killed process left beside it.

    The operating system frees the lock when its holder dies, so a crash never blocks the next build.

    Raises
    ------
    WriteError
        When another process still holds it after `patience` seconds, or the place cannot be written.
    """
    if not directory.name:  # the root of a disk has nothing beside it
        raise WriteError(f"「{directory}」そのものには作れません。その中の新しいフォルダを指定してください。")
    lock = FileLock(f"{directory}.lock", timeout=patience)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise WriteError(
            f"別の作成処理が「{directory}」を使っています。終わるのを待って、もう一度実行してください。"
        ) from error
    except OSError as error:
        raise unwritable(directory, error) from error
    try:
        try:
            _restore(directory)
        except OSError as error:
            raise unwritable(directory, error) from error
        yield
    finally:
        lock.release()


@contextmanager
def adding_to(path: Path) -> Iterator[None]:
    """Hold the lock of a file that several people add to; its folder is made where there is none.

    Raises
    ------
    WriteError
        When another process still holds it after `SAVE_PATIENCE` seconds, or the place cannot be written.
    """
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=SAVE_PATIENCE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise WriteError(
            f"「{path}」に、ほかの人が書き込んでいます。少し待ってから、もう一度保存してください。"
        ) from error
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def replacing(directory: Path, *, mark: str) -> Iterator[Path]:
    """Yield an empty directory to fill; when the block ends without an error it becomes `directory`.

    To be used inside `exclusive`.

    Parameters
    ----------
    directory : what to replace; it need not exist
    mark : the file that shows an existing directory to be an earlier result, which may be replaced

    Raises
    ------
    WriteError
        When `directory` holds something else, or cannot be written. Whatever is raised, by us or by
        the block, the old directory stays as it was.
    """
    if directory.exists() and not directory.is_dir():
        raise WriteError(f"出力先「{directory}」はフォルダではありません。別の名前を指定してください。")
    if directory.exists() and not (directory / mark).exists() and any(directory.iterdir()):
        raise WriteError(
            f"出力先「{directory}」には作成結果でないものが入っています。"
            "消してしまわないように中止しました。空のフォルダか新しい名前を指定してください。"
        )
    temporary = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f"{directory.name}.new-", dir=directory.parent))
        temporary.chmod(0o755)  # mkdtemp makes it private; the tables are for every reader
        yield temporary
        _flush(temporary)
        _swap(temporary, directory)
    except OSError as error:
        raise unwritable(directory, error) from error
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def remove(directory: Path) -> None:
    """Take a directory away as a whole; to be used inside `exclusive`.

    Raises
    ------
    WriteError
        When it cannot be removed; it stays as it was.
    """
    # Under a name that the next `exclusive` clears away, should this process be killed here.
    leaving = directory.with_name(f"{directory.name}.new-removed")
    try:
        _rename(directory, leaving)
    except OSError as error:
        raise unwritable(directory, error) from error
    shutil.rmtree(leaving, ignore_errors=True)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place as a whole; to be used while holding a lock of the caller's.

    A link stays one: what it leads to is replaced. Into what is no file, a pipe or a device, is written.

    Raises
    ------
    WriteError
        When the place cannot be written. The old file stays as it was.
    """
    if path.exists() and not path.is_file():
        try:
            path.write_bytes(content)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(path, error) from error
        return
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        # Where even that fails, what failed before says why.
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_file(made: Path, path: Path) -> None:
    """Put a finished file of the same disk in place as a whole: what is too long to be held in memory.

    As with :func:`replace_file` a link stays one, and into what is no file is written.

    Raises
    ------
    WriteError
        When the place cannot be written. The old file stays as it was.
    """
    try:
        if path.exists() and not path.is_file():
            with made.open("rb") as content, path.open("wb") as out:
                shutil.copyfileobj(content, out)
            return
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        _put(made, path.resolve())
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(path, error) from error


def _put(made: Path, path: Path) -> None:
    if path.exists():
        shutil.copymode(path, made)
    _rename(made, path)
    _sync(path.parent)


@contextmanager
def scratch(near: Path | None = None) -> Iterator[Path]:
    """Yield a folder for files on the way, gone afterwards; clears those of processes that were killed.

    Parameters
    ----------
    near : the directory to make it in, that of the result; by default the system's temporary one

    Raises
    ------
    WriteError
        When it cannot be made or written: also where the disk of temporary files is full.
    """
    parent = Path(near or tempfile.gettempdir())
    folder = parent / f"{_SCRATCH}{uuid.uuid4().hex[:12]}"
    # Held as long as this process lives, however it ends: so the next one knows what is litter.
    lock = FileLock(folder.with_suffix(".lock"))
    try:
        for left in parent.glob(f"{_SCRATCH}*.lock"):
            _clear(left)
        lock.acquire()
        folder.mkdir()
        yield folder
    except OSError as error:
        raise no_room(parent, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _forget(folder, Path(lock.lock_file))


def _clear(left: Path) -> None:
    """Take away the scratch folder of a process that was killed, and its lock."""
    with suppress(OSError, Timeout), FileLock(left, timeout=0):
        shutil.rmtree(left.with_suffix(""), ignore_errors=True)
        _forget(left.with_suffix(""), left)


def _forget(folder: Path, lock: Path) -> None:
    """Take away the lock of a scratch folder; one that could not be removed keeps it, for the next to clear both."""
    with suppress(OSError):
        if not folder.exists():
            lock.unlink(missing_ok=True)


def no_room(folder: Path, error: OSError | None = None) -> WriteError:
    """The error for temporary files that cannot be written to a folder."""
    return WriteError(
        f"作業用のファイルを「{folder}」に書けません{reason(error) if error else ''}。"
        "そのディスクの空き容量と書き込みの権限を確かめてください。"
    )


def writable(path: Path) -> None:
    """See, before long work, that a file can be written there.

    Raises
    ------
    WriteError
        When its directory is missing, it is a directory itself, or its name is none a file can have.
    """
    try:
        is_folder, has_folder = path.is_dir(), path.absolute().parent.is_dir()
    except OSError as error:
        raise unwritable(path, error) from error
    if is_folder:
        raise WriteError(
            f"「{path}」に書き込めません。フォルダの名前です。ファイルの名前まで指定してください。"
        )
    if not has_folder:
        raise WriteError(
            f"「{path}」に書き込めません。フォルダ「{path.parent}」がありません。作ってから、もう一度実行してください。"
        )


#: What the operating system says in English, for the reasons people meet.
_REASONS = {
    errno.ENOSPC: "空き容量がありません",
    errno.EACCES: "書き込みの権限がありません",
    errno.EPERM: "書き込みの権限がありません",
    errno.EROFS: "読み取り専用の場所です",
    errno.ENOENT: "場所がありません",
    errno.ENOTDIR: "途中の名前がフォルダではありません",
    errno.ENAMETOOLONG: "名前が長すぎます",
    getattr(errno, "EDQUOT", None): "使える容量を超えました",
    errno.EFBIG: "ファイルが大きすぎます",
    errno.EIO: "ディスクの読み書きに失敗しました",
    errno.EISDIR: "フォルダの名前です",
    errno.ELOOP: "リンクがたがいを指しています",
    errno.EMFILE: "同時に開けるファイルの数を超えました",
    errno.ENFILE: "同時に開けるファイルの数を超えました",
    errno.ENODEV: "装置がありません",
    errno.ENXIO: "装置がありません",
    errno.EBUSY: "ほかで使われています",
    errno.EINVAL: "使えない名前です",
}
_UNREADABLE = {errno.EACCES: "読む権限がありません", errno.EPERM: "読む権限がありません"}


def reason(error: OSError, *, reading: bool = False) -> str:
    """Why something could not be written, or read, in brackets; "" where we have no words for it."""
    words = _REASONS | _UNREADABLE if reading else _REASONS
    return f"（{words[error.errno]}）" if error.errno in words else ""


def unwritable(directory: Path, error: OSError) -> WriteError:
    """The error for a place that cannot be written, with what we know of why."""
    return WriteError(
        f"「{directory}」に書き込めません{reason(error)}。"
        "空き容量と書き込みの権限、ほかのソフトで開いていないかを確かめてください。"
    )


def _restore(directory: Path) -> None:
    aside = _aside(directory)
    if aside.exists() and not directory.exists():
        aside.rename(directory)
    for path in directory.parent.iterdir():
        if path == aside or path.name.startswith(f"{directory.name}.new-"):
            shutil.rmtree(path, ignore_errors=True)


def _aside(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.old")


def _swap(temporary: Path, directory: Path) -> None:
    if _exchanged(temporary, directory):
        # What was there before is cleared away by who made the new one.
        _sync(directory.parent)
        return
    aside = _aside(directory)
    if directory.exists():
        _rename(directory, aside)
    try:
        _rename(temporary, directory)
    except BaseException:
        if aside.exists():
            aside.rename(directory)
        raise
    _sync(directory.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two directories change places in one step; False where the system or the disk cannot.

    By renameat2(2) of Linux with RENAME_EXCHANGE, and renamex_np(2) of macOS with RENAME_SWAP.
    """
    if os.name == "nt" or not other.exists():
        return False
    here, swap = -100, 2  # AT_FDCWD; both flags have the same number
    system = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        return system.renameat2(here, paths[0], here, paths[1], swap) == 0
    return hasattr(system, "renamex_np") and system.renamex_np(*paths, swap) == 0


def _rename(source: Path, target: Path) -> None:
    deadline = time.monotonic() + RENAME_PATIENCE
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _flush(directory: Path) -> None:
    """Have every file on the disk before the rename, or a power cut could leave empty ones in place."""
    for path in directory.rglob("*"):
        if path.is_dir():
            _sync(path)
            continue
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    _sync(directory)


def _sync(directory: Path) -> None:
    if os.name == "nt":  # directories cannot be opened there; NTFS journals renames itself
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
