"""CSV that Excel opens as it should and runs nothing of: one of the tables, in UTF-8 or CP932."""

from __future__ import annotations

import codecs
import re

import numpy as np
import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.codes import lettered
from pipeline.deliver import table_sheets
from pipeline.formulas import guarded
from pipeline.intake.records import SourceError

#: Characters of JIS X 0208 that stand in Unicode twice: Windows takes the second of each, documents have the first too.
TWINS = str.maketrans("〜‖−—¢£¬", "～∥－―￠￡￢")

#: What makes a cell stand in quotes (RFC 4180, 2.6).
_QUOTED = re.compile('[,"\r\n]')

#: What stands for a character that cannot be printed, by the custom of Japanese typesetters.
GETA = "〓"


def write(
    dataset: Dataset,
    selection: Selection,
    encoding: str = "utf-8-sig",
    table: str = "links",
    geta: bool = False,
) -> bytes:
    """A table of a selection as CSV.

    Beside each code stands the same with its check digit and behind a letter (c011002): a spreadsheet that opens the
    file with its usual settings takes 01100 for a number and drops the nought.

    Parameters
    ----------
    table : one of ``pipeline.deliver.table_sheets.SHEETS``
    encoding, geta : as :func:`csv_bytes` takes them

    Raises
    ------
    SourceError
        for characters that ``encoding`` does not have, saying which and where.
    """
    return csv_bytes(_lettered(table_sheets.sheet(dataset, table, selection)), encoding, geta)


def _lettered(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column of codes behind a letter after each column of codes; several are joined by | there too."""
    shown: dict[str, pd.Series] = {}
    for heading, cells in table.items():
        shown[str(heading)] = cells
        if str(heading).endswith("団体コード"):
            shown[f"{heading}（c＋6桁）"] = table_sheets.said(cells, _in_letters)
    return pd.DataFrame(shown)


def _in_letters(codes: str) -> str:
    return "|".join(lettered(code) for code in codes.split("|") if code)


def csv_bytes(table: pd.DataFrame, encoding: str = "utf-8-sig", geta: bool = False) -> bytes:
    """A table as CSV: CRLF, unknown cells empty, text that begins like a formula quoted by '.

    ``geta`` puts 〓 for the characters that ``encoding`` does not have.

    Raises
    ------
    SourceError
        for characters that ``encoding`` does not have, saying which and where.
    """
    twins = TWINS if encoding == "cp932" else {}
    columns = [_texts(cells, twins) for _, cells in table.items()]
    rows = [
        ",".join(_quoted(str(heading)) for heading in table.columns),
        *map(",".join, zip(*columns, strict=True)),
    ]
    if len(columns) == 1:
        # A line without anything would be no row.
        rows = [row or '""' for row in rows]
    try:
        return ("\r\n".join(rows) + "\r\n").encode(encoding, "geta" if geta else "strict")
    except UnicodeEncodeError as error:
        raise SourceError(_strangers(table, encoding, twins)) from error


def _texts(cells: pd.Series, twins: dict[int, int]) -> list[str]:
    """The cells of a column as they stand in the file; a text that is in many rows is looked at once."""
    if pd.api.types.infer_dtype(cells, skipna=True) != "string":
        return [_quoted(_text(cell, twins)) for cell in cells.tolist()]
    places, known = pd.factorize(cells)
    # A cell that is not known has the place -1.
    written = np.array([*(_quoted(_text(cell, twins)) for cell in known), ""], dtype=object)
    return written[places].tolist()


def _text(cell: object, twins: dict[int, int]) -> str:
    if isinstance(cell, str):
        return guarded(cell.translate(twins) if twins else cell)
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""')) if _QUOTED.search(text) else text


def _geta(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return GETA * (error.end - error.start), error.end


codecs.register_error("geta", _geta)


def _strangers(table: pd.DataFrame, encoding: str, twins: dict[int, int], most: int = 5) -> str:
    """Which characters an encoding does not have, and in which row (that of the headings is 1) and column."""
    found: dict[str, str] = {}
    for column in table:
        for row, cell in enumerate(table[column], start=2):
            for character in cell.translate(twins) if isinstance(cell, str) else "":
                try:
                    character.encode(encoding)
                except UnicodeEncodeError:
                    shown = f"「{character}」" if character.isprintable() else "見えない文字"
                    where = f"{shown}（U+{ord(character):04X}、{row}行目の「{column}」）"
                    found.setdefault(character, where)
    listed = "、".join(list(found.values())[:most])
    more = f"ほか{len(found) - most}種類" if len(found) > most else ""
    return (
        f"{encoding.upper()} にない文字があるため保存できません: {listed}{more}。"
        f"UTF-8 で保存するか、その文字を「{GETA}」に置きかえて保存してください。"
    )
