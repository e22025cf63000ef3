"""Downloads of what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pandas as pd
import streamlit as st

from geo.draw.print.sheet import Sheet
from pages.shared.frame.shell import View
from pipeline.deliver import FORMATS
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


def sheet_buttons(
    view: View, make: Callable[[], Sheet], key: str, what: str, *choices: str, beside: object = None
) -> None:
    """A button each for the answer of a screen as a page of A4 and as a slide, side by side in a horizontal container.

    ``make()`` is called only when one is pressed; the file is named after the view, ``what`` it is and what else was
    chosen (``pipeline.deliver.file_names.file_name``).
    """
    for kind, label in (("pdf", "A4（PDF）で保存"), ("pptx", "スライドで保存")):
        own = FORMATS[kind]

        def content(module: str = own.module) -> bytes:
            # Drawing is imported when something is drawn.
            return import_module(module).write_sheets(view.dataset, [make()], 1)

        st.download_button(
            label,
            content,
            file_name=view.file_name(own.suffix, what, *choices, beside=beside),
            mime=own.media,
            key=f"{key}_{kind}",
            on_click="ignore",
            icon=":material/download:",
        )
