"""A file opened as what it is, whatever its name ends in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.intake.grid.cells import Grid
from pipeline.intake.grid.limits import Parts, locked, refuse_bytes, refuse_cells, refuse_columns
from pipeline.intake.grid.opendocument import read_ods
from pipeline.intake.grid.plain import decode, read_plain
from pipeline.intake.grid.portable import read_pdf
from pipeline.intake.grid.webpage import looks_like_html, read_html
from pipeline.intake.grid.wordprocessing import read_docx
from pipeline.intake.grid.workbook import read_xls, read_xlsx
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import read_bytes

#: The name of a part of an old Office file, as it stands in its directory.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD_97 = "WordDocument".encode("utf-16-le")
_SLIDES_97 = "PowerPoint Document".encode("utf-16-le")
#: What other files begin with, and what they are.
_OTHERS = {
    b"\x89PNG": "画像",
    b"\xff\xd8\xff": "画像",
    b"GIF8": "画像",
    b"II*\x00": "画像",
    b"MM\x00*": "画像",
    b"BM": "画像",
    b"{\\rtf": "リッチテキスト（RTF）",
    b"\x1f\x8b": "圧縮ファイル",
    b"7z\xbc\xaf": "圧縮ファイル",
    b"Rar!": "圧縮ファイル",
    b"MZ": "プログラム",
    b"SQLite format 3": "データベース",
    b"PAR1": "データ（Parquet）",
}


def open_file(
    file: Path | bytes, name: str = "", progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Grid]:
    """The tables of a file, those with most in them first, hidden ones last; never none.

    What it is is decided by its content. Nothing in it is run, nothing it points to is fetched.

    Parameters
    ----------
    file : its path, or its content
    name : what it is called in messages; without one its own name
    progress : called after each page of a PDF with (pages read, of how many); what it raises ends the reading

    Raises
    ------
    SourceError : it cannot be read, or holds no table; one Japanese sentence says why and what to do.
    """
    if isinstance(file, Path):
        name = name or file.name
        if file.is_file():
            refuse_bytes(file.stat().st_size, name)
        data = read_bytes(file)
    else:
        data, name = file, name or "貼り付けた表"
    refuse_bytes(len(data), name)
    return sorted(_filled(_read(data, name, progress), name), key=lambda grid: (grid.hidden, -grid.filled))


def open_in_order(data: bytes, name: str) -> list[Grid]:
    """All that a file says, as a reader of it finds it: sheet by sheet, page by page; never nothing.

    What stands around the tables of a PDF, a document of Word or a web page has grids of its own.

    Raises
    ------
    SourceError : as :func:`open_file`
    """
    refuse_bytes(len(data), name)
    return _filled(_read(data, name, in_order=True), name)


def is_document(data: bytes) -> bool:
    """Whether a file is one of an office program, a PDF or a web page: what it says is not simply its text."""
    start = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    marked = data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or b"%PDF-" in data[:1024]
    return marked or (start.startswith(b"<") and looks_like_html(start))


def _filled(read: list[Grid], name: str) -> list[Grid]:
    """The grids with something in them, none too large."""
    grids = [grid for grid in read if grid.filled]
    for grid in grids:
        refuse_cells(grid.filled, name)
        refuse_columns(grid.width, name)
    if not grids:
        raise SourceError(
            f"ファイル「{name}」には文字の入った表がありません（空のシートか、図だけのようです）。"
            "一覧の入ったファイルを選んでください。"
        )
    return grids


def _read(
    data: bytes,
    name: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    in_order: bool = False,
) -> list[Grid]:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x0c\x00"):
        raise SourceError(f"ファイル「{name}」は空です。一覧の入ったファイルを選んでください。")
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, name, progress, in_order=in_order)
    if data.startswith(b"PK"):
        return _read_zip(data, name, in_order=in_order)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _ENCRYPTED in data:
            raise locked(name)
        if _WORD_97 in data or _SLIDES_97 in data:
            raise _other(name, "古い形式の Word・PowerPoint")
        return read_xls(data, name)
    for mark, kind in _OTHERS.items():
        if data.startswith(mark):
            raise _other(name, kind)
    if looks_like_html(data[:4000]):
        return read_html(data, name, in_order=in_order)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4000]:
        raise _other(name, "XML スプレッドシート")
    return [read_plain(decode(data, name), name, Path(name).stem or name)]


def _read_zip(data: bytes, name: str, *, in_order: bool) -> list[Grid]:
    names = set(Parts(data, name, "Excel・Word").names)
    if "xl/workbook.xml" in names:
        return read_xlsx(data, name)
    if "word/document.xml" in names:
        return read_docx(data, name, in_order=in_order)
    if "content.xml" in names and "mimetype" in names:
        return read_ods(data, name)
    kind = (
        "xlsb の"
        if "xl/workbook.bin" in names
        else "PowerPoint の"
        if "ppt/presentation.xml" in names
        else ""
    )
    raise _other(name, f"{kind}ファイルか、圧縮ファイル" if kind else "圧縮ファイル")


def _other(name: str, kind: str) -> SourceError:
    return SourceError(
        f"ファイル「{name}」は{kind}で、一覧として読めません。Excel（xlsx）か CSV で保存し直したものを読み込んでください。"
    )
