"""The fold: one match key for the many spellings of a name. A key is compared, never shown.

Two texts with the same key are the same name written differently: full and half width, spaces, ヶ/ケ/が,
old and variant kanji, kanji that look like kana. The pairs are in ``data/reference/characters.csv``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from string import ascii_uppercase

import jaconv

from geo.folders import REFERENCE_DIR

# Variation selectors say which shape of one and the same kanji is meant (葛󠄀); the others are marks that
# layout programs leave behind: soft hyphens, spaces of no width, directions of writing, byte-order marks.
_SHAPES = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_INVISIBLE = _SHAPES | {0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF}


#: In the column kind: a radical that stands for the kanji of its shape, as text copied from a PDF has it. NFKC
#: makes kanji of the Kangxi Radicals, and leaves the CJK Radicals Supplement as it is.
_RADICAL = "部首"


@cache
def _table() -> dict[int, str]:
    return {ord(row["character"]): row["standard"] for row in _rows()} | {
        ord(letter): letter.lower() for letter in ascii_uppercase
    }


@cache
def _cleared() -> dict[int, str | None]:
    radicals = {ord(row["character"]): row["standard"] for row in _rows() if row["kind"] == _RADICAL}
    return radicals | dict.fromkeys(_INVISIBLE)


def _rows() -> list[dict]:
    with (REFERENCE_DIR / "characters.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


#: Characters that the fold takes one by one, whatever stands beside them: ASCII, kana that are letters or marks of
#: their own, unified kanji, and ASCII at full width. Not the two dashes among the latter, which jaconv replaces.
_SINGLE = "\t\n\x0b\x0c\r -~\u3000-\u3002\u3005-\u3011ぁ-ゖァ-ヾ一-\u9fff！-，．-｝"
_SINGLES = re.compile(f"[{_SINGLE}]*")
#: Those of them that stay as they are in NFKC.
_STABLE = "!-~\u3001\u3002\u3005-\u3011ぁ-ゖァ-ヾ一-\u9fff"
#: Where all of them lie that are no kanji. Kanji stay, but for those of characters.csv.
_OTHERS = [chr(code) for span in ((0, 0x80), (0x3000, 0x3100), (0xFF00, 0xFF60)) for code in range(*span)]
_SPACED = re.compile(f"[{_STABLE} \u3000]*")


class _Step:
    """What a way of folding makes of the characters that are taken one by one."""

    def __init__(self, step: Callable[[str], str]) -> None:
        asked = {*_OTHERS, *map(chr, _table()), *map(chr, _cleared())}
        becomes = {one: step(one) for one in sorted(asked) if _SINGLES.fullmatch(one)}
        self._changed = {one: other for one, other in becomes.items() if one != other}
        self._changes = re.compile(f"[{re.escape(''.join(self._changed))}]")

    def of(self, text: str) -> str:
        """What becomes of a text of such characters alone."""
        if not self._changes.search(text):
            return text
        changed = self._changed
        return "".join([changed.get(one, one) for one in text])


@cache
def _squeezing() -> _Step:
    return _Step(_squeezed)


@cache
def _folding() -> _Step:
    return _Step(_folded)


def _squeezed(text: str) -> str:
    while True:
        squeezed = "".join(unicodedata.normalize("NFKC", text).translate(_cleared()).split())
        if squeezed == text:
            return text
        text = squeezed


def _folded(text: str) -> str:
    while True:
        # jaconv's NFKC also makes one of the many dashes that stand for the long vowel (ー).
        folded = squeeze(jaconv.normalize(text)).translate(_table())
        if folded == text:
            return text
        text = folded


def squeeze(text: str) -> str:
    """Return ``text`` in NFKC (Unicode standard annex 15), radicals as kanji, without white space: still a spelling."""
    if _SPACED.fullmatch(text):
        return "".join(text.split()) if " " in text or "\u3000" in text else text
    return _squeezing().of(text) if _SINGLES.fullmatch(text) else _squeezed(text)


# Few are remembered: most are folded again at once or never, and what is not at hand takes longer to find.
@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the match key of ``text``. Idempotent: ``fold(fold(x)) == fold(x)``.

    Examples
    --------
    >>> fold("龍ケ崎市") == fold("竜が崎巿")
    True
    """
    return _folding().of(text) if _SINGLES.fullmatch(text) else _folded(text)
