"""Opening a published text file, and undoing what text extraction did to its cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from pipeline.atomic import reason
from pipeline.intake.records import SourceError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# NUL betrays a binary file; ESC $ or ESC ( a file in ISO-2022-JP, which is all ASCII bytes.
_NOT_TEXT = re.compile(r"\x00|\x1b[$(]")
_SAVE_AS_UTF8 = "「UTF-8」のテキストで保存し直してから、もう一度読み込んでください。"
# What an extraction leaves between letters and nobody sees: control characters, among them the separators of
# files and records (U+001C to U+001F, which Python takes for white space), soft hyphens, spaces of no width,
# directions of writing, byte-order marks.
_UNSEEN = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# A kana and its voicing mark as two characters, as macOS writes them. Nothing else is composed: the canonical
# form of a compatibility kanji is another kanji than the printed one.
_APART = re.compile("[ぁ-ヿ][\u3099\u309a]")
# What begins a paragraph of its own, however the one above it ended.
BULLET = re.compile(r"\s*(?:[・･●○〇◯◎◆■①-⑳※＜]|[（(][0-9０-９]{1,2}[）)])")
#: Characters a line may have. The longest published one has about 1,600; all municipalities of Japan in one
#: cell would be some 15,000. Beyond that the line ends are lost, or it is another file.
_LONGEST_LINE = 30_000
_PAIRS = (("「", "」"), ("『", "』"), ("（", "）"))
#: Characters of a line that reaches the right margin.
_FULL_LINE = 29
# A space is real only between two Latin words; anywhere else it is where the printed line ended.
_WRAP = re.compile(r"(?<![A-Za-z0-9,.!?&)])\s+|\s+(?![A-Za-z0-9&(])")
#: A text that stays as it is in NFKC, and has no white space: most cells of a list.
_FOLDED = re.compile("[!-~、。々-】ぁ-ゖァ-ヾ一-\u9fff]*")


def read_bytes(path: Path) -> bytes:
    """Read a source as it is.

    Raises
    ------
    SourceError : the file is missing or unreadable.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise unopened(path, error) from None


def read_added(path: Path, what: str) -> bytes:
    """The content of a file that people add to; nothing where there is none yet. ``what`` is what it is called.

    Raises
    ------
    SourceError : it cannot be read.
    """
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise SourceError(
            f"{what}「{path}」を開けません{reason(error, reading=True)}。読む権限を確かめてください。"
        ) from error


def unopened(path: Path, error: OSError) -> SourceError:
    """The error for a file that is missing or unreadable."""
    if isinstance(error, FileNotFoundError):
        return SourceError(
            f"ファイル「{path.name}」が見つかりません。置き場所（{path.parent}）を確かめてください。"
        )
    return SourceError(
        f"ファイル「{path.name}」を開けません{reason(error, reading=True)}。"
        "ほかの人が開いていないか、読む権限があるかを確かめてください。"
    )


def to_lines(data: bytes, name: str) -> list[str]:
    """The content of a source as lines; line ``i`` of the file is ``lines[i - 1]``.

    UTF-8 with or without a byte-order mark, with any line ends; kana come out as one character each and
    without invisible characters between them. Nothing is guessed: a file in another encoding is refused,
    because a wrong guess would put wrong names into every table.

    Parameters
    ----------
    name : of the file, for error messages

    Raises
    ------
    SourceError : it is empty, binary, or not UTF-8; or a line has no end.
    """
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x0c"):
        raise SourceError(f"ファイル「{name}」は空です。公表資料の本文が入ったファイルに差し替えてください。")
    if data.startswith(_UTF16):
        raise SourceError(f"ファイル「{name}」はUTF-16の形式で、1行目から読めません。{_SAVE_AS_UTF8}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(_undecodable(name, data, error)) from None
    if stray := _NOT_TEXT.search(text):
        line = text[: stray.start()].count("\n") + 1
        raise SourceError(f"ファイル「{name}」の{line}行目は文章として読めません。{_SAVE_AS_UTF8}")
    text = _APART.sub(lambda match: unicodedata.normalize("NFC", match[0]), _UNSEEN.sub("", text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, content in enumerate(lines, start=1):
        if len(content) > _LONGEST_LINE:
            raise SourceError(
                f"ファイル「{name}」の{line}行目は{len(content):,}文字あり、長すぎて表の行として読めません。"
                "改行が失われていないかを確かめ、公表元から取り直したファイルに差し替えてください。"
            )
    return lines


def _undecodable(name: str, data: bytes, error: UnicodeDecodeError) -> str:
    line = data[: error.start].count(b"\n") + 1
    if error.reason == "unexpected end of data" and error.end == len(data):
        return (
            f"ファイル「{name}」は{line}行目の文字の途中で切れています。"
            "公表元からもう一度取り直したファイルに差し替えてください。"
        )
    return (
        f"ファイル「{name}」の{line}行目がUTF-8ではありません（Shift_JISなど別の文字コードと思われます）。"
        f"{_SAVE_AS_UTF8}"
    )


def squeeze(text: str) -> str:
    """Fold a text to compare it: NFKC, and no white space at all."""
    if _FOLDED.fullmatch(text):
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


def unwrap(text: str) -> str:
    """Remove the spaces line wraps left in a cell, keeping those between Latin words.

    >>> unwrap("高輪地区まつり with TAKANAWA GATEWAY CI TY マラソ ン")
    '高輪地区まつりwith TAKANAWA GATEWAY CI TYマラソン'
    """
    return _WRAP.sub("", text.strip())


def paragraphs(lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join printed lines to paragraphs: pairs of the first line's number and the text.

    The extraction leaves a space at the end of a paragraph, and none where a line was only wrapped; where all
    such spaces are gone, a full line is taken for a wrapped one. A bullet or a number in brackets begins a
    paragraph in any case; an open bracket leaves none to begin.
    """
    lines = list(lines)
    spaced = any(text != text.rstrip() for _, text in lines)
    joined: list[tuple[int, list[str]]] = []
    opened = [0, 0, 0]
    ended = True
    for line, text in lines:
        plain = re.sub(r"\s+", " ", text.strip())
        before = joined[-1][1][-1] if joined else ""
        if not before or BULLET.match(text) or (ended and max(opened) <= 0):
            joined.append((line, [plain]))
            opened = [0, 0, 0]
        else:
            space = " " if ended and before[-1:].isascii() and plain[:1].isascii() else ""
            joined[-1][1].append(space + plain)
        opened = [n + plain.count(a) - plain.count(b) for n, (a, b) in zip(opened, _PAIRS, strict=True)]
        ended = text != text.rstrip() if spaced else len(plain) < _FULL_LINE
    return [(line, "".join(parts)) for line, parts in joined]
