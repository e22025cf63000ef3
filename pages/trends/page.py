"""推移と協定: growth, the regional agreements, the story behind them, and the documents held against each other."""

import streamlit as st

from pages.shared.frame import filters, shell
from pages.trends import compare
from pages.trends import counts as growth_parts
from pages.trends import events as chronology
from pages.trends import regional as agreements


def trends(view: shell.View) -> None:
    """Draw the screen: the part whose tab is open, and its heading above the tabs."""
    head = st.empty()
    parts = {
        "公表された推移": growth_parts.official,
        "始まった年": growth_parts.cumulative,
        "広域連携協定": agreements.draw,
        "年表": chronology.draw,
        "資料をくらべる": compare.draw,
    }
    tabs = st.tabs(
        list(parts),
        key="topic",
        default=filters.first_topic(view.dataset),
        on_change=st.rerun,
        bind="query-params",
    )
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(view, head)


shell.show(trends)
