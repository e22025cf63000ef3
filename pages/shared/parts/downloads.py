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
from pipeline.deliver.page_look import Look

#: Session key of what pages look like.
_LOOK = "page_look"


def keep_look(look: Look) -> None:
    """Make the pages of every screen of the session look like this."""
    st.session_state[_LOOK] = look


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
    """A button each for the answer of a screen as a page and as a slide, side by side in a horizontal container.

    ``make()`` is called only when one is pressed; the file is named after the view, ``what`` it is and what else was
    chosen (``pipeline.deliver.file_names.file_name``).
    """
    look = st.session_state.get(_LOOK, Look())
    for kind, label in (("pdf", f"{look.paper}（PDF）で保存"), ("pptx", "スライドで保存")):
        own = FORMATS[kind]

        def content(module: str = own.module, kind: str = kind) -> bytes:
            # Drawing is imported when something is drawn.
            more = {"look": look} if kind == "pdf" else {}
            return import_module(module).write_sheets(view.dataset, [make()], 1, **more)

        st.download_button(
            label,
            content,
            file_name=view.file_name(own.suffix, what, *choices, beside=beside),
            mime=own.media,
            key=f"{key}_{kind}",
            on_click="ignore",
            icon=":material/download:",
        )
