"""Text that a spreadsheet would run as a formula: how it is known, and how it is kept from running in a CSV."""

from __future__ import annotations

import re

#: A cell that begins so is run as a formula by spreadsheets, some of which drop the blanks before it
#: (OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection).
#: Text that begins so already gets one ' more, so that taking one off always gives the text back.
FORMULA = re.compile(r"'*(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")

#: What begins so and is no formula: signs alone, as a document puts 「-」 where it says nothing, and a number below zero.
_HARMLESS = re.compile(r"[=+\-@＝＋－＠]+|-\d+(?:,\d{3})*(?:\.\d+)?%?")


def runs(text: str) -> bool:
    """Whether a spreadsheet would run a cell: not signs alone, nor a number that is below zero."""
    return bool(FORMULA.match(text)) and not _HARMLESS.fullmatch(text)


def guarded(text: str) -> str:
    """The text as a CSV may hold it: with a ' before what would be run.

    >>> [guarded(text) for text in ("-", "-5", "-1,234.5", "=1+1", "-川場村", "- 1")]
    ['-', '-5', '-1,234.5', "'=1+1", "'-川場村", "'- 1"]
    """
    return f"'{text}" if runs(text) else text


def plain(cell: str) -> str:
    """The text that :func:`guarded` wrote so."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
