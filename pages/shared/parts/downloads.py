"""Downloads of what is on the screen."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pipeline.deliver.csv import csv_bytes


def csv_button(label: str, table: Callable[[], pd.DataFrame], file_name: str, key: str) -> None:
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
