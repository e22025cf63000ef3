"""The wheels of one part as one file, far smaller than they are: opened, laid side by side, and pressed as a whole.

A wheel is a ZIP, which presses each of its files by itself, with a method of 1989. Pressed by LZMA as a whole they take
two thirds of that; and where there is a wheel for each version of Python, most of the second and third is found in the
first. No file of a wheel is changed, left out or added.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

#: How far back LZMA looks, in bytes: as far as from a library to the same for the next Python. Who unpacks needs so much
#: memory, who presses ten times that.
_FARTHEST = 96 << 20
_LEAST = 1 << 20


def press(wheels: Iterable[Path], out: Path) -> None:
    """Write wheels into a ``.tar.xz``: the files of each below the name of its file, in the order of the wheels.

    Python reads it by itself (``tarfile``, ``lzma``). The same wheels make the same bytes.
    """
    opened = [zipfile.ZipFile(wheel) for wheel in wheels]
    try:
        size = sum(entry.file_size for archive in opened for entry in archive.infolist())
        filters = [
            # Both systems run on x86, whose jumps then look alike wherever they stand.
            {"id": lzma.FILTER_X86},
            {"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": min(_FARTHEST, max(_LEAST, size))},
        ]
        with (
            lzma.open(out, "wb", format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=filters) as pressed,
            tarfile.open(fileobj=pressed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for archive in opened:
                _add(archive, Path(str(archive.filename)).name, tar)
    finally:
        for archive in opened:
            archive.close()


def _add(archive: zipfile.ZipFile, top: str, tar: tarfile.TarFile) -> None:
    # Files of a kind beside each other: they resemble each other most.
    for entry in sorted(archive.infolist(), key=lambda one: (Path(one.filename).suffix, one.filename)):
        if entry.is_dir():
            continue
        inside = tarfile.TarInfo(f"{top}/{entry.filename}")
        inside.size = entry.file_size
        tar.addfile(inside, io.BytesIO(archive.read(entry)))
