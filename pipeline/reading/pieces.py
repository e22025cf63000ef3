"""Partner cells cut where white space and separators stand, whatever they mean there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from geo.places.codes import PREFECTURES
from pipeline.intake.records import PartnerCell

OPEN, CLOSE = "(（[［〔【〈", ")）]］〕】〉"
_HARD = "、､，,；;\n"
_SLASH = "／/"
_SOFT = re.compile(
    r"(・|･|及び|および|並びに|ならびに|又は|または|もしくは|と|や|＆|&|＋|\+|[×|｜→⇔〜～~.．。｡]|[-－−–—])"
)
#: What counts the names of a list: ①, 1. or (1) before each.
ENUMERATOR = re.compile(r"[①-⑳]|(?<![^\s、，,])(?:\d{1,2}[.．)）]|[(（]\d{1,2}[)）])(?=\D)")
_PREFECTURES = "|".join(PREFECTURES.values())
#: A prefecture as a heading over the names that follow: 岩手県：宮古市、久慈市 宮城県：…, or 【岩手県】宮古市…
_HEADING = re.compile(rf"[【〔［\[＜<〈]({_PREFECTURES})[】〕］\]＞>〉]")
_COLON = re.compile(rf"({_PREFECTURES})\s*[:：]\s*")
#: Prefectures that share the name at the end: 大阪府池田市、北海道、福井県の池田町.
_SHARED = re.compile(rf"^(.+[、,，・](?:{_PREFECTURES}))の([^の、,，・\s]+[市区町村])$")
_BARE = re.compile(rf"(?<![^、,，・])({_PREFECTURES})(?=$|[、,，・])")


@dataclass(slots=True, eq=False)
class Piece:
    """Text between two separators; ``after`` says what stands before it: space, slash, hard, a new cell, or an open bracket."""

    text: str
    cell: int
    after: str


class Cell:
    """The pieces of one cell, and what is asked of them again and again."""

    def __init__(self, pieces: list[Piece], starts: Callable[[str], bool]) -> None:
        self.pieces = pieces
        self._starts = starts

    def lists_others(self, run: list[Piece]) -> bool:
        """Whether it holds names besides ``run``, so that a text after a whole name is a partner of its own."""
        return any(piece not in run for piece in self._names)

    @cached_property
    def widest(self) -> int:
        """The length of its longest piece."""
        return max(len(piece.text) for piece in self.pieces)

    @cached_property
    def _names(self) -> list[Piece]:
        return [piece for piece in self.pieces if self._starts(piece.text)]


def cut_cells(cells: Sequence[PartnerCell]) -> Iterator[Piece]:
    """Cut at white space and hard separators outside brackets; white space inside brackets is dropped."""
    depth = 0
    texts = [_without_headings(ENUMERATOR.sub("、", cell.text)) for cell in cells]
    for index, cell in enumerate(texts):
        # A bracket opens only what is closed, in this cell or the one below.
        below = texts[index + 1] if index + 1 < len(texts) else ""
        last_close = len(cell) if set(CLOSE) & set(below) else max(map(cell.rfind, CLOSE))
        text, after = "", "cell" if depth == 0 else "open"
        for at, character in enumerate(cell):
            if character in OPEN:
                depth += at < last_close
            elif character in CLOSE:
                depth = max(0, depth - 1)
            if character.isspace() and (depth or character != "\n"):
                if text and not depth:
                    yield Piece(text, index, after)
                    text, after = "", "space"
            elif character in _HARD + _SLASH and not depth:
                if text:
                    yield Piece(text, index, after)
                text, after = "", "slash" if character in _SLASH else "hard"
            else:
                text += character
        if text:
            yield Piece(text, index, after)


def _without_headings(text: str) -> str:
    """A cell without the marks that make prefectures headings: brackets only where one begins the cell.

    A name that several prefectures share is put behind each.
    """
    text = _COLON.sub(r"\1", text)
    if shared := _SHARED.match(text.strip()):
        text = _BARE.sub(rf"\1{shared[2]}", shared[1])
    return _HEADING.sub(r" \1", text) if _HEADING.match(text.lstrip()) else text


def cut_parts(text: str) -> list[str]:
    """Part, separator, part, …: the text cut at soft separators that are in no bracket."""
    spans: list[tuple[int, int]] = []
    depth = 0
    for i, character in enumerate(text):
        depth += (character in OPEN) - (character in CLOSE)
        if depth <= 0 and (match := _SOFT.match(text, i)) and (not spans or match.start() >= spans[-1][1]):
            spans.append(match.span())
    tokens, at = [], 0
    for start, end in spans:
        tokens += [text[at:start], text[start:end]]
        at = end
    return [*tokens, text[at:]]
