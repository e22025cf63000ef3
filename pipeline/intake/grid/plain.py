"""Text, CSV and TSV as a grid: which encoding, which separator, and the line each row begins on."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.intake.grid.cells import Cell, Grid, make_grid
from pipeline.intake.grid.limits import MOST_CHARACTERS_OF_A_CELL, refuse_cells
from pipeline.intake.records import SourceError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = ("\t", ",", ";", "  ")
_TWO_SPACES = re.compile("[ \u3000]{2,}")
#: What nobody sees and what no list has.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_ALSO_APART = re.compile("[ぁ-ヿ][\u3099\u309a]")
#: Characters of which an encoding that was guessed wrongly makes many, and Japanese few.
_ODD = re.compile("[\ue000-\uf8ff\ufffd\x80-\x9f]|[｡-ﾟ]")
_JAPANESE = re.compile("[ぁ-んァ-ヶー一-龠、。・（）「」]")
_ASCII = re.compile("[\x00-\x7f]+")
_BLOCK = 1 << 20
#: Lines that are looked at to tell the separator.
_SAMPLE = 400


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, CP932, UTF-16 or one of Japan's older encodings.

    Raises
    ------
    SourceError : it is in none of them, or it is no text.
    """
    text = _decoded(data)
    if text is None:
        raise SourceError(
            f"ファイル「{name}」の文字コードが分からないか、途中で壊れています。"
            "「UTF-8」で保存し直してから、もう一度読み込んでください。"
        )
    if text.count("\x00") or len(_UNSEEN.findall(text)) > max(10, len(text) // 50):
        raise SourceError(
            f"ファイル「{name}」は文章や表のファイルではないようです。"
            "Excel・CSV・Word・PDF などの一覧のファイルを選んでください。"
        )
    return clean(text)


def clean(text: str) -> str:
    """A text without what nobody sees, its line ends 「\\n」, a kana and its voicing mark as one character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\x0c", "\n")
    text = text.replace("\xa0", " ")
    return _ALSO_APART.sub(lambda match: unicodedata.normalize("NFC", match[0]), _UNSEEN.sub("", text))


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding)
    sample = data[:4000]
    if sample.count(b"\x00") > len(sample) // 20:
        # UTF-16 without a mark: the byte order that makes Japanese of it.
        found = [text for text in (_try(data, "utf-16-le"), _try(data, "utf-16-be")) if text]
        return max(found, key=_sense, default=None)
    if (text := _try(data, "utf-8")) is not None and not re.search(rb"\x1b[$(]", sample):
        return text
    if _is_spoiled_utf8(data):
        return None
    found = [text for text in (_try(data, one) for one in ("cp932", "euc_jp", "iso2022_jp")) if text]
    utf16 = [text for text in (_try(data, "utf-16-le"), _try(data, "utf-16-be")) if text and "\n" in text]
    return max([*found, *(text for text in utf16 if _sense(text) > 0.5)], key=_sense, default=None)


def encoding_of(stream: BinaryIO) -> str | None:
    """The encoding of a text of any length, which is read once and not kept; None where it is no text.

    The same choice as :func:`decode` makes.
    """
    block = stream.read(_BLOCK)
    marked = [encoding for mark, encoding in _MARKS if block.startswith(mark)]
    sample = block[:4000]
    wide = bool(marked and marked[0] != "utf-8-sig") or sample.count(b"\x00") > len(sample) // 20
    if marked:
        names = marked[:1]
    elif wide:
        names = ["utf-16-le", "utf-16-be"]
    else:
        names = ["iso2022_jp"] if re.search(rb"\x1b[$(]", sample) else ["utf-8", "cp932", "euc_jp"]
    decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
    seen = dict.fromkeys(names, "")
    while decoders:
        if not wide and b"\x00" in block:
            return None
        for name, decoder in list(decoders.items()):
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeError:
                if name == "utf-8" and (_is_spoiled_utf8(block) if block else seen[name]):
                    return None
                del decoders[name]
            else:
                if len(seen[name]) < 20_000:
                    seen[name] += _ASCII.sub("", text)[:20_000]
        if not block:
            break
        block = stream.read(_BLOCK)
    if "utf-8" in decoders:
        return "utf-8"
    return max(decoders, key=lambda name: _sense(seen[name]), default=None)


def _is_spoiled_utf8(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 were, before some of them were damaged: another encoding makes nonsense of them."""
    letters = _ASCII.sub("", data.decode("utf-8", "replace"))
    return letters.count("\ufffd") < 0.3 * len(letters)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _sense(text: str) -> float:
    """How much of a text is Japanese, less what a wrong encoding makes."""
    letters = [character for character in text[:20_000] if not character.isascii()]
    if not letters:
        return 0.0
    sample = "".join(letters)
    return (len(_JAPANESE.findall(sample)) - 2 * len(_ODD.findall(sample))) / len(sample)


def read_plain(text: str, name: str, title: str) -> Grid:
    """The grid of a text; ``name`` is the file's, for messages, ``title`` what the grid is called.

    Raises
    ------
    SourceError : it is empty, or too wide.
    """
    if not text.strip():
        raise SourceError(f"ファイル「{name}」は空です。一覧の入ったファイルを選んでください。")
    separator = _separator(text)
    cells: list[Cell] = []
    row = 0
    for row, (line, fields) in enumerate(_rows(text, separator)):
        refuse_cells(len(cells), name)
        place = f"{line}行目"
        cells += [
            Cell(field.strip(), row, column, place=place)
            for column, field in enumerate(fields)
            if field.strip()
        ]
    for cell in cells:
        if len(cell.text) > MOST_CHARACTERS_OF_A_CELL:
            raise SourceError(
                f"ファイル「{name}」の{cell.place}には{len(cell.text):,}文字の欄があり、表の欄として読めません。"
                "改行や区切りが失われていないかを確かめてください。"
            )
    return make_grid(title, cells)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Pairs of the 1-based line a row begins on, and its fields."""
    if separator in ("", "  "):
        for line, content in enumerate(text.split("\n"), start=1):
            yield line, _TWO_SPACES.split(content.strip(" \u3000")) if separator else [content]
        return
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for fields in reader:
            yield line, [field.replace("\r\n", "\n").replace("\r", "\n") for field in fields]
            line = reader.line_num + 1
    except csv.Error:
        for number, content in enumerate(text.split("\n")[line - 1 :], start=line):
            yield number, content.split(separator)


def _separator(text: str) -> str:
    """What parts the columns: that which cuts most rows into one number of columns, two or more; "" where none does."""
    lines = text.split("\n")[:_SAMPLE]
    best, separator = 0.0, ""
    for candidate in _SEPARATORS:
        if candidate == "  ":
            widths = [len(_TWO_SPACES.split(line.strip(" \u3000"))) for line in lines if line.strip()]
        else:
            widths = [len(fields) for _, fields in _rows("\n".join(lines), candidate) if any(fields)]
        common, times = (
            Counter(width for width in widths if width > 1).most_common(1)[0]
            if any(width > 1 for width in widths)
            else (0, 0)
        )
        share = times / max(1, len(widths))
        # Two spaces also stand in the middle of a title; a comma also in a sentence.
        floor = 0.5 if candidate in ("  ", ";") else 0.3
        if common and share >= floor and share * (1 + common / 100) > best + (0.1 if separator else 0):
            best, separator = share * (1 + common / 100), candidate
    return separator
