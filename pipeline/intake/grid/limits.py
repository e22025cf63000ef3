"""How much of a file is read, and the sentence for one that is more."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from pipeline.intake.records import SourceError

MOST_BYTES = 50_000_000
#: Cells of a table that hold something; the time to understand them grows with them, some 50 µs each.
MOST_CELLS = 300_000
#: Places of a workbook's sheet, empty ones too, as far as its cells reach.
MOST_PLACES = 2_000_000
#: More columns than there are municipalities.
MOST_COLUMNS = 2_000
MOST_PAGES = 500
MOST_CHARACTERS_OF_A_CELL = 100_000
#: What the parts of an office file may come to when unpacked, together, and how many times their packed size.
MOST_UNPACKED = 200_000_000
_MOST_RATIO = 200
_MOST_PARTS = 10_000
_BLOCK = 1 << 20


def refuse_bytes(size: int, name: str) -> None:
    """Raise SourceError for a file that is too big to be a list."""
    if size > MOST_BYTES:
        raise SourceError(
            f"ファイル「{name}」は{size / 1e6:,.0f}MBあり、読める大きさ（{MOST_BYTES // 1_000_000}MB）を超えています。"
            "一覧のところだけを別のファイルに保存してから、読み込んでください。"
        )


def refuse_cells(cells: int, name: str, most: int = MOST_CELLS) -> None:
    """Raise SourceError for a table with too many cells."""
    if cells > most:
        raise SourceError(
            f"ファイル「{name}」の表は{most:,}セルより広く、一覧として読めません。"
            "一覧のところだけを新しいシートに写してから、読み込んでください。"
        )


def refuse_columns(columns: int, name: str) -> None:
    """Raise SourceError for a table with too many columns."""
    if columns > MOST_COLUMNS:
        raise SourceError(
            f"ファイル「{name}」の表には{columns:,}の列があり、一覧として読めません（{MOST_COLUMNS:,}列まで）。"
            "列の区切りを確かめてから、読み込んでください。"
        )


def broken(name: str, kind: str) -> SourceError:
    """The error for a file that is damaged or cut short."""
    return SourceError(
        f"ファイル「{name}」は{kind}のファイルですが、壊れているか途中で切れていて開けません。"
        "元のソフトで開き直して保存したものを、読み込んでください。"
    )


class Parts:
    """The parts of an office file, which is a zip: opened only when they are as small as they say.

    Raises
    ------
    SourceError : it is no whole zip, or holds more than a list could.
    """

    def __init__(self, data: bytes, name: str, kind: str, most: int = MOST_UNPACKED) -> None:
        self._file, self._kind = name, kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise broken(name, kind) from error
        sizes = [info.file_size for info in self._zip.infolist()]
        if len(sizes) > _MOST_PARTS or sum(sizes) > most or sum(sizes) > _MOST_RATIO * len(data):
            raise SourceError(
                f"ファイル「{name}」は、広げると元の大きさからは考えられないほど大きくなるので、開きません。"
                "元のソフトで新しいファイルに保存し直したものを、読み込んでください。"
            )
        self.names = self._zip.namelist()

    def read(self, part: str) -> bytes:
        """The bytes of one part."""
        return b"".join(self.blocks(part))

    def blocks(self, part: str) -> Iterator[bytes]:
        """The bytes of one part, some at a time."""
        try:
            info = self._zip.getinfo(part)
            left = info.file_size
            with self._zip.open(info) as stream:
                while block := stream.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise zipfile.BadZipFile
                    yield block
        except RuntimeError as error:
            # How zipfile says that a part is encrypted.
            raise locked(self._file) from error
        except (
            zipfile.BadZipFile,
            zlib.error,
            KeyError,
            OSError,
            EOFError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise broken(self._file, self._kind) from error


def locked(name: str) -> SourceError:
    """The error for a file with a password."""
    return SourceError(
        f"ファイル「{name}」にはパスワードがかかっています。パスワードを外して保存したものを、読み込んでください。"
    )
