"""What has to be there before the screens are opened: said at once, and not to the first visitor who misses it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from pipeline.atomic import unwritable
from pipeline.intake.records import SourceError

#: The font of papers and pictures (``geo.draw.print.lettering``), by package and place in it.
FONT = ("matplotlib_fontja", "fonts/ipaexg.ttf")


def fonts_there() -> None:
    """See that papers and pictures can be lettered in Japanese, without loading what draws them.

    Raises
    ------
    SourceError : the font is missing.
    """
    package, name = FONT
    spec = find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else Path(name)
    if not path.is_file():
        raise SourceError(
            f"日本語の文字の形（フォント「{path.name}」）がありません。"
            f"パッケージ {package.replace('_', '-')} を入れ直してください。"
        )


def writable(folders: Iterable[Path]) -> None:
    """See that something can be kept in each folder; those that are missing are made.

    Raises
    ------
    WriteError : one cannot be written, or its disk is full.
    """
    for folder in dict.fromkeys(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"\0" * 65536)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritable(folder, error) from error
