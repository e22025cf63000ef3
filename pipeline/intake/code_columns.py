"""Municipality codes as a column of a spreadsheet holds them: with five digits or six, and without the zeros it dropped.

12203 is 市川市 among codes of five digits, and 士別市 among codes of six (012203): only the others of the column tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geo.places.codes import from_code6
from geo.places.gazetteer import Gazetteer

_CODE = re.compile(r"[0-9]{4,6}(?:\.0)?")


def is_code(text: str) -> bool:
    """Whether a text is so many digits as a code has, whether or not it is one."""
    return _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def readings(text: str, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """The 5-digit codes of known places that a text may be, read as five digits and as six; None where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _CODE.fullmatch(plain):
        return None, None
    digits = plain.removesuffix(".0")
    five = digits.zfill(5) if len(digits) <= 5 else None
    six = None
    # A zero in front was not dropped: five digits with one are all of the code.
    if len(digits) == 6 or (len(digits) == 5 and not digits.startswith("0")):
        try:
            six = from_code6(digits.zfill(6))
        except ValueError:
            six = None
    return five if five in gazetteer else None, six if six in gazetteer else None


def six_digits(texts: Iterable[str], gazetteer: Gazetteer) -> bool:
    """Whether the codes of a column have six digits, by those that can be read one way only."""
    found = [readings(text, gazetteer) for text in texts]
    fives = sum(six is None and five is not None for five, six in found)
    return sum(five is None and six is not None for five, six in found) > fives


def place_code(text: str, sixes: bool, gazetteer: Gazetteer) -> str | None:
    """The 5-digit code of a known place that a cell of a column holds (:func:`six_digits`); None where it is none."""
    five, six = readings(text, gazetteer)
    return (six or five) if sixes else (five or six)
