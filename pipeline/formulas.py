"""Text that a spreadsheet would run as a formula: how it is known, and how it is kept from running in a CSV."""

from __future__ import annotations

import re

#: A cell that begins so is run as a formula by spreadsheets, some of which drop the blanks before it
#: (OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection).
#: Text that begins so already gets one ' more, so that taking one off always gives the text back.
FORMULA = re.compile(r"'*(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")


def guarded(text: str) -> str:
    """The text as a CSV may hold it: with a ' before what would be run."""
    return f"'{text}" if FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The text that :func:`guarded` wrote so."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
