"""The ZIP itself: the same bytes for the same content, on any machine and any day."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

#: The earliest time a ZIP can hold: what is in a bundle has no other.
_TIME = (1980, 1, 1, 0, 0, 0)
#: Longest path within the ZIP: with the folder it is unpacked to, Windows takes 260.
LONGEST = 200
#: What is compressed already.
_PACKED = (".xz", ".zip")


def write_zip(path: Path, top: str, content: Mapping[str, bytes | Path]) -> None:
    """Write files below one top folder.

    Parameters
    ----------
    path : the ZIP to write
    top : the name of the folder that it unpacks to
    content : path below it, with ``/`` → what it holds, or the file that holds it
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(content):
            inside = zipfile.ZipInfo(f"{top}/{name}", _TIME)
            assert len(inside.filename) < LONGEST, inside.filename
            inside.create_system = 3  # with the rights below, also where it is made on Windows
            inside.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
            packed = name.endswith(_PACKED)
            inside.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            source = content[name]
            if isinstance(source, bytes):
                archive.writestr(inside, source)
                continue
            with source.open("rb") as file, archive.open(inside, "w", force_zip64=True) as out:
                shutil.copyfileobj(file, out, 1 << 20)
