"""Who wrote what, and when: one line of JSON an act, in a file that only grows.

The line is written before the act, so that nothing is changed without one, whenever the process is killed; an act
that failed has a second line, with the same number, that says so.
"""

from __future__ import annotations

import getpass
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.folders import DATA_DIR
from pipeline.atomic import WriteError, adding_to, unwritable
from pipeline.intake.records import SourceError

#: The acts, and what they are called.
ACTS = {
    "decision": "読み取りの判断",
    "correction": "訂正・追加",
    "correction-undone": "訂正の取り消し",
    "identity": "同じ事業かの判断",
    "ledger": "点検表",
    "document-added": "資料を加える",
    "document-removed": "資料を外す",
    "boundaries-imported": "境界を取り込む",
    "boundaries-reset": "境界をはじめのものに戻す",
    "restored": "バックアップから戻す",
}

#: How it is known who somebody is.
BY = {"pc": "この PC（名乗り）", "proxy": "プロキシ", "login": "ログイン", "command": "命令"}

_LONGEST = 500  # characters of one detail


@dataclass(frozen=True)
class Entry:
    """One line: when (ISO 8601 with offset), who, how that is known, which act, its details, whether it was not done."""

    when: str
    who: str
    by: str
    act: str
    details: dict[str, Any]
    failed: bool
    number: str


def person() -> str:
    """Who gives a command: the name of their account."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as containers have
        return ""


def audit_path() -> Path:
    """Where it is kept: what KORYU_AUDIT names, else in the user's data."""
    return Path(os.environ.get("KORYU_AUDIT") or DATA_DIR / "audit.jsonl")


@contextmanager
def noted(act: str, who: str, by: str, *, to: Path | None = None, **details: object) -> Iterator[None]:
    """Write a line, then let the act be done; where it raises, write that it was not done.

    Parameters
    ----------
    act : one of ``ACTS``; ``by`` one of ``BY``
    to : another file than :func:`audit_path`
    details : what it was done to, short texts and numbers; no secrets

    Raises
    ------
    WriteError : the line cannot be written; the act is not begun then.
    """
    line = {
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "number": uuid.uuid4().hex,
        "who": who,
        "by": by,
        "act": act,
        **{name: str(value)[:_LONGEST] for name, value in details.items()},
    }
    path = to or audit_path()
    _append(line, path)
    try:
        yield
    except BaseException:
        _append({**line, "failed": True}, path)
        raise


def join(other: Path, path: Path) -> int:
    """Add to a record the lines of another that it has not, in their order, behind its own; how many these were.

    None of its own is changed or moved: it only grows, and what is joined twice stands there once. Lines that cannot
    be read are taken as they are.

    Raises
    ------
    WriteError : it cannot be written. What is missing then is added when it is joined again.
    """
    with adding_to(path):
        own = set(_lines(path))
        new = [line for line in dict.fromkeys(_lines(other)) if line not in own]
        if new:
            _write(new, path)
    return len(new)


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().split(b"\n") if line]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unwritable(path, error) from error


def _append(line: dict[str, Any], path: Path) -> None:
    with adding_to(path):
        _write([json.dumps(line, ensure_ascii=True).encode()], path)


def _write(lines: list[bytes], path: Path) -> None:
    """Put lines at the end; they are on the disk when it returns. To be used while holding the lock."""
    text = b"".join(line + b"\n" for line in lines)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            size = os.fstat(descriptor).st_size
            os.lseek(descriptor, max(0, size - 1), os.SEEK_SET)
            # A process killed while writing left half a line.
            whole = not size or os.read(descriptor, 1) == b"\n"
            data = text if whole else b"\n" + text
            if os.write(descriptor, data) != len(data):
                raise WriteError(f"編集の記録「{path}」に書ききれません。空き容量を確かめてください。")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unwritable(path, error) from error


def read_audit(path: Path | None = None) -> tuple[list[Entry], int]:
    """All lines in their order, and how many cannot be read.

    Raises
    ------
    SourceError : the file cannot be read.
    """
    path = path or audit_path()
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise SourceError(f"編集の記録「{path}」を読めません。権限を確かめてください。") from error
    entries = []
    for line in lines:
        try:
            said = json.loads(line)
            own = [str(said.pop(name)) for name in ("when", "who", "by", "act", "number")]
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            continue
        failed = bool(said.pop("failed", False))
        entries.append(Entry(own[0], own[1], own[2], own[3], said, failed, own[4]))
    return entries, len(lines) - len(entries)
