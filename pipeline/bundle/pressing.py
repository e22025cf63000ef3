"""The wheels of one part as one file, far smaller than they are: opened, laid side by side, and pressed as a whole.

A wheel is a ZIP, which presses each of its files by itself, with a method of 1989. Pressed by LZMA as a whole they take
two thirds of that; and where there is a wheel for each version of Python, most of a file for the second and third is
found in the same for the first, which stands before it. No file of a wheel is changed, left out or added.
"""

from __future__ import annotations

import io
import lzma
import re
import tarfile
import zipfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

#: How far back LZMA looks, in bytes: as far as from a library to the same for the next Python. Who unpacks needs so much
#: memory, who presses ten times that.
_FARTHEST = 64 << 20
_LEAST = 1 << 20
#: The version of Python in the name of a library.
_PYTHON = re.compile(r"\b(cpython-|cp)3\d+")


def press(wheels: Iterable[Path], out: Path) -> None:
    """Write wheels into a ``.tar.xz``: each file below the name of its wheel's, the same file of all wheels one behind the other.

    Python reads it by itself (``tarfile``, ``lzma``). The same wheels make the same bytes.
    """
    with ExitStack() as stack:
        opened = [stack.enter_context(zipfile.ZipFile(wheel)) for wheel in wheels]
        entries = [
            (entry, archive) for archive in opened for entry in archive.infolist() if not entry.is_dir()
        ]
        # Files of a kind beside each other as well: they resemble each other most.
        entries.sort(key=lambda one: (Path(one[0].filename).suffix, _PYTHON.sub("", one[0].filename)))
        size = sum(entry.file_size for entry, _ in entries)
        filters: list[dict[str, int]] = [
            {"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": min(_FARTHEST, max(_LEAST, size))}
        ]
        if len(opened) == 1:
            # Both systems run on x86. Each jump then says where to, counted from the beginning of the whole, by which those
            # to one place look alike; but so the same library differs from itself wherever it stands a second time.
            filters.insert(0, {"id": lzma.FILTER_X86})
        pressed = stack.enter_context(
            lzma.open(out, "wb", format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=filters)
        )
        tar = stack.enter_context(tarfile.open(fileobj=pressed, mode="w|", format=tarfile.PAX_FORMAT))
        for entry, archive in entries:
            inside = tarfile.TarInfo(f"{Path(str(archive.filename)).name}/{entry.filename}")
            inside.size = entry.file_size
            tar.addfile(inside, io.BytesIO(archive.read(entry)))
