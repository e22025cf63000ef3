"""Downloads of what is on the screen: CSV that Excel opens safely."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

#: A cell that begins so is run as a formula by spreadsheets, some of which drop the blanks before it
#: (OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8 with BOM, CRLF, unknown cells empty, text that begins like a formula quoted by '."""
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in safe.dtypes]]:
        safe[column] = safe[column].map(_neutral, na_action="ignore")
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _neutral(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_button(label: str, table, file_name: str, key: str) -> None:
    """A button that saves what ``table()`` returns; it is made only when the button is pressed."""
    st.download_button(
        label,
        lambda: csv_bytes(table()),
        file_name=file_name,
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )
