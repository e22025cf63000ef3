"""What the views of 指標を重ねる save: a table as CSV with the source in every row, a page of A4 and a slide."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from geo.draw.print.sheet import Sheet
from pages.shared.frame.shell import View
from pages.shared.parts import downloads
from pipeline.words.indicator_claims import Overlay


def column(overlay: Overlay) -> str:
    """What a column of values is called: 「人口（人）」."""
    unit = overlay.indicator.unit
    return overlay.indicator.name + (f"（{unit}）" if unit else "")


def with_source(table: pd.DataFrame, overlay: Overlay) -> pd.DataFrame:
    """A table whose rows each say whose numbers of when they hold, however it is cut."""
    cited = overlay.cited
    return table.assign(
        指標の題名=cited.title, 指標の出典=cited.source or "出典の記載なし", 指標の時点=cited.when
    )


def buttons(
    view: View,
    overlay: Overlay,
    what: str,
    table: pd.DataFrame,
    sheet: Callable[[], Sheet] | None,
    name: str,
) -> None:
    """The buttons of a view; ``what`` the table is called, ``name`` the keys of the buttons begin with."""
    named = (f"指標・{what}", overlay.indicator.name)
    with st.container(horizontal=True):
        downloads.csv_button(
            f"{what}をCSVで保存",
            lambda: with_source(table, overlay),
            view.file_name(".csv", *named),
            f"csv_{name}",
        )
        if sheet is not None:
            downloads.sheet_buttons(view, sheet, f"sheet_{name}", *named)
