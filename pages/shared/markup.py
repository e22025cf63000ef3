"""The HTML the screens are written in. Every text passes through ``html.escape`` here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd
import streamlit as st

from pages.shared import text


def heading(pieces: tuple[str, str, str], conditions: str) -> str:
    """The sentence a screen opens with, its numbers standing out, and the conditions in force."""
    before, strong, after = map(escape, pieces)
    return (
        f'<h1 class="k-h1">{before}<b>{strong}</b>{after}</h1>'
        f'<p class="k-conditions">{escape(conditions)}</p>'
    )


def figures(items: Iterable[tuple[str, str, str]]) -> str:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd><b>{escape(value)}</b> <span>{escape(rest)}</span></dd></div>"
        for label, value, rest in items
    )
    return f'<dl class="k-figures">{cells}</dl>'


def ranking(title: str, columns: Sequence[str], rows: Sequence[tuple[str, float, Sequence[str]]]) -> str:
    """A table with a bar a row: (name, share of the longest bar 0–1, the figures)."""
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in columns)
    body = "".join(
        f'<tr><th scope=row>{escape(name)}<td><i style="width:{share:.0%}"></i>'
        + "".join(f"<td>{escape(figure)}" for figure in numbers)
        for name, share, numbers in rows
    )
    return (
        f'<table class="k-rank"><caption>{escape(title)}</caption>'
        f"<thead><tr><th scope=col>都道府県</th><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def note(title: str, body: str) -> str:
    """A boxed remark that must be seen: the gaps."""
    return f'<div class="k-note"><b>{escape(title)}</b><p>{escape(body)}</p></div>'


def show(*parts: str) -> None:
    """Put parts made by this module on the screen, as one element."""
    st.html("".join(parts))


def reach_ranking(prefectures: pd.DataFrame, rows: int = 12) -> list[str]:
    """Where the ties are thickest, as bars, and where there are none.

    ``prefectures`` is ``geo.metrics.prefecture_table``.
    """
    order = ["n_partners", "n_projects", "code"]
    table = prefectures[prefectures.reached].sort_values(order, ascending=[False, False, True]).head(rows)
    longest = max(table.n_partners.max(), 1)
    bars = [
        (row.name, row.n_partners / longest, (str(row.n_partners), f"{row.coverage:.0%}"))
        for row in table.itertuples(index=False)
    ]
    return [
        ranking("連携する市区町村の多い都道府県", ("市区町村", "充足率"), bars),
        note(*text.gap_note(prefectures)),
    ]
