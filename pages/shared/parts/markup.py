"""The HTML the screens are written in. Every text passes through ``html.escape`` here and nowhere else.

What every change of filter sends again leaves out the end tags that HTML does not ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from pipeline.words.claims import Heading


def heading(pieces: Heading, conditions: str) -> str:
    """The sentence a screen opens with, its numbers standing out, what belongs to it, and the conditions in force."""
    before, strong, after, more = map(escape, pieces)
    return (
        f'<h1 class="k-h1">{before}<b>{strong}</b>{after}</h1>'
        + (f'<p class="k-more">{more}</p>' if more else "")
        + f'<p class="k-conditions">{escape(conditions)}</p>'
    )


def title(words: str) -> str:
    """The heading of a part of a screen."""
    return f'<h2 class="k-h2">{escape(words)}</h2>'


def figures(items: Iterable[tuple[str, str, str]]) -> str:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    cells = "".join(
        f"<div><dt>{escape(label)}<dd><b>{escape(value)}</b> <span>{escape(rest)}</span></div>"
        for label, value, rest in items
    )
    return f'<dl class="k-figures">{cells}</dl>'


def ranking(
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, float, Sequence[str]]],
    of: str = "都道府県",
    marks: Sequence[float] = (),
) -> str:
    """A table with a bar a row: (name, share of the longest bar 0–1, the figures); ``of`` heads the names.

    ``marks`` are shares of the longest bar at which a stroke stands, one a row: what the bar is compared with.
    """
    head = "".join(f"<th scope=col>{escape(name)}" for name in columns)
    body = "".join(
        f"<tr><th scope=row>{escape(name)}<td><i style=width:{share:.0%}></i>"
        + (f"<u style=left:{marks[place]:.0%}></u>" if marks else "")
        + "".join(f"<td>{escape(figure)}" for figure in numbers)
        for place, (name, share, numbers) in enumerate(rows)
    )
    return (
        f'<table class="k-rank"><caption>{escape(title)}</caption>'
        f"<thead><tr><th scope=col>{escape(of)}<td>{head}<tbody>{body}</table>"
    )


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    total: Sequence[object] = (),
    remark: str = "",
    printed: bool = False,
) -> str:
    """A plain table for what is read rather than sorted: numbers to the right, the first column a heading.

    ``printed``: its cells are names as a document prints them, which no browser should translate.
    """
    rows = list(rows)
    numbers = [
        any(map(_counts, cells)) and all(_counts(cell) or cell in _NOTHING for cell in cells)
        for cells in zip(*rows, strict=True)
    ] or [False] * len(columns)
    head = "".join(
        f"<th scope=col{' class=k-n' if number else ''}>{escape(name)}</th>"
        for name, number in zip(columns, numbers, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, numbers)}</tr>" for row in rows)
    foot = f"<tfoot><tr>{_cells(total, numbers)}</tr></tfoot>" if total else ""
    more = f'<p class="k-sub">{escape(remark)}</p>' if remark else ""
    return (
        # What scrolls sideways where it is narrow has to take the keyboard's focus.
        f'<div class="k-wide" tabindex="0" role="group" aria-label="{escape(title)}">'
        f'<table class="k-table"><caption>{escape(title)}{more}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody{' translate=no' if printed else ''}>{body}</tbody>{foot}</table></div>"
    )


#: What stands among numbers where there is none.
_NOTHING = ("―", "—", "なし", "")


def _counts(cell: object) -> bool:
    """Whether a cell is a number, or a number with its unit: 「1,200」, 「12%」, 「126 km」."""
    return isinstance(cell, int) or re.fullmatch(r"[\d,.]+( ?(%|km))?", str(cell)) is not None


def _cells(row: Sequence[object], numbers: Sequence[bool]) -> str:
    first, *rest = row
    return f"<th scope=row>{escape(str(first))}</th>" + "".join(
        f"<td{' class=k-n' if number else ''}>{f'{cell:,}' if isinstance(cell, int) else escape(str(cell))}</td>"
        for cell, number in zip(rest, numbers[1:], strict=True)
    )


def fold(summary: str, inside: str) -> str:
    """What is shown only when it is asked for; ``inside`` is HTML of this module."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def facts(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """What is known of one thing: a heading and (name, words) below it; empty words are left out."""
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in rows if words)
    return f'<div class="k-facts"><h2 class="k-h2">{escape(title)}</h2><dl>{items}</dl></div>'


def note(title: str, body: str, prose: bool = False) -> str:
    """A boxed remark that must be seen: the gaps. ``prose`` is broken as sentences are, not name by name."""
    return (
        f'<div class="k-note{" k-prose" if prose else ""}"><b>{escape(title)}</b><p>{escape(body)}</p></div>'
    )


def steps(title: str, items: Sequence[str]) -> str:
    """A boxed remark of what can be done, one thing a line, the best first."""
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    tag = "ol" if len(items) > 1 else "ul"
    return f'<div class="k-note k-prose"><b>{escape(title)}</b><{tag}>{lines}</{tag}></div>'


def summary(sentence: str) -> str:
    """The facts of the map and the ranking as a sentence."""
    return f'<p class="k-summary">{escape(sentence)}</p>'


def footing(credit: str) -> str:
    """The way to the projects, with and without a mouse, and whose facts are shown."""
    return (
        '<p class="k-credit">地図の線や地域を選ぶと、事業の一覧が出ます。表からも選べます。'
        f"<br>{escape(credit)}</p>"
    )


def show(*parts: str) -> None:
    """Put parts made by this module on the screen, as one element; nothing where all of them are empty."""
    if html := "".join(parts):
        st.html(html)


def block(*parts: str) -> str:
    """Parts that belong together, with room to the next."""
    return f'<section class="k-block">{"".join(parts)}</section>'
