"""All that people entered, and the record of who did, as one ZIP with a manifest that says what is in it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo.folders import stamp
from pipeline.atomic import WriteError, put_file, reason, scratch, writable
from pipeline.building.build_json import installed
from pipeline.intake.records import SourceError
from pipeline.upkeep.entered import Home, counts, may_be, sha256

MANIFEST = "koryu-backup.json"
#: The form of a backup. One of a later form is of a later version of the program. (1 had no record of who wrote.)
FORM = 2
#: How often it is begun anew where somebody writes meanwhile.
_ATTEMPTS = 5
#: Only who made it may read it: names of people stand in it.
_PRIVATE = 0o600


@dataclass(frozen=True)
class Backup:
    """What a backup holds: its manifest, and how much of each kind."""

    path: Path
    files: int
    counts: Mapping[str, int]


def back_up(out: Path, home: Home) -> Backup:
    """Write everything people entered into a ZIP, as it was at one moment; nothing else is written or locked.

    Raises
    ------
    SourceError
        When something that was entered cannot be read: a backup of it could not be restored.
    WriteError
        When the ZIP cannot be written; one that was there stays.
    """
    writable(out)
    for _ in range(_ATTEMPTS):
        before = _stamps(home)
        with scratch(near=out.absolute().parent) as folder:
            try:
                made = _write(folder / "backup.zip", home.kept())
            except FileNotFoundError:  # taken away while it was read
                continue
            except PermissionError as error:
                if error.filename and not str(error.filename).startswith(str(folder)):
                    raise SourceError(
                        f"「{error.filename}」を開けません{reason(error, reading=True)}。"
                        "画面を動かしている利用者で実行してください。"
                    ) from error
                raise
            if _stamps(home) == before:
                put_file(made.path, out)
                return Backup(out, made.files, made.counts)
    raise WriteError(
        "書き込みが続いているので、バックアップを取れません。少し待って、もう一度実行してください。"
    )


def _stamps(home: Home) -> dict[str, tuple] | None:
    try:
        return {name: stamp(path) for name, path in home.kept().items()}
    except FileNotFoundError:
        return None


def _write(path: Path, files: Mapping[str, Path]) -> Backup:
    if foreign := [name for name in files if not may_be(name)]:
        raise SourceError(
            f"ファイルの名前「{foreign[0]}」は使えません。短い名前に変えてから、もう一度実行してください。"
        )
    counted = counts(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        path.chmod(_PRIVATE)
        rows = []
        for name, file in files.items():
            archive.write(file, name)
            rows.append({"name": name, "size": archive.getinfo(name).file_size, "sha256": sha256(file)})
        manifest = {
            "koryu_backup": FORM,
            "version": installed("koryu-map"),
            "made_at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "counts": counted,
            "files": rows,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    return Backup(path, len(files), counted)
