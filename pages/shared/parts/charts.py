"""Charts as HTML: columns and areas that need no script, drawn with nothing but lengths from our own numbers.

Each is one image for a screen reader, with a name that says what it shows; the figures stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def columns(
    title: str,
    unit: str,
    labels: Sequence[tuple[str, str]],
    values: Sequence[int | None],
    highest: int,
    name: str,
) -> str:
    """Columns with their figures on them, for a dozen values at most.

    Parameters
    ----------
    labels : two lines below each column
    values : None is written 「―」 and has no column
    highest : the value of a column of full height; the same in charts to be compared
    name : accessible name
    """
    bars = "".join(
        f"<span><b>{'―' if value is None else f'{value:,}'}</b>"
        f'<i style="height:{_percent(value or 0, highest)}"></i>'
        f"<em>{escape(above)}<br>{escape(below)}</em></span>"
        for value, (above, below) in zip(values, labels, strict=True)
    )
    return (
        f'<figure class="k-fig"><figcaption>{escape(title)}<small>{escape(unit)}</small></figcaption>'
        f'<div class="k-cols" role="img" aria-label="{escape(name)}">{bars}</div></figure>'
    )


def side_by_side(figures: Sequence[str]) -> str:
    """Charts of this module in two columns where there is room."""
    return f'<div class="k-pairs">{"".join(figures)}</div>'


def cumulative(
    title: str,
    years: Sequence[int],
    n_new: Sequence[int],
    n_total: Sequence[int],
    labels: Sequence[tuple[int, str]],
    hints: Sequence[str],
    name: str,
) -> str:
    """One column a year, as high as the total; what is new in the year stands out on top.

    Parameters
    ----------
    labels : (year, words) along the axis
    hints : what the pointer finds on each column, "" for nothing
    name : accessible name
    """
    ceiling, steps = _scale(max(n_total))
    grid = "".join(f'<span style="bottom:{_percent(n, ceiling)}">{n:,}</span>' for n in steps)
    bars = "".join(
        (f'<i title="{escape(hint)}">' if hint else "<i>")
        + (f'<u style="height:{_percent(new, ceiling)}"></u>' if new else "")
        + f'<s style="height:{_percent(total - new, ceiling)}"></s></i>'
        for new, total, hint in zip(n_new, n_total, hints, strict=True)
    )
    axis = "".join(
        f'<span style="left:{_percent(year - years[0] + 0.5, len(years))}">{escape(words)}<br>{year}</span>'
        for year, words in labels
    )
    return (
        f'<figure class="k-fig"><figcaption>{escape(title)}'
        '<small class="k-keys"><span><u></u>その年に始まった</span><span><s></s>前の年までの累計</span></small></figcaption>'
        f'<div class="k-growth" role="img" aria-label="{escape(name)}"><div class="k-grid">{grid}</div>'
        f'<div class="k-bars">{bars}</div><div class="k-axis">{axis}</div></div></figure>'
    )


def panels(items: Sequence[tuple[str, str, str, Sequence[int], str]]) -> str:
    """Small areas side by side: (title, figure, words below, totals year by year, accessible name) each.

    Each is as high as its own last total: they show when it grew, the figures how large it is.
    """
    figures = "".join(
        f'<figure class="k-fig"><figcaption>{escape(title)}<b>{escape(figure)}</b></figcaption>'
        f'<div class="k-area" role="img" aria-label="{escape(name)}">'
        f'<i style="clip-path:{_steps(totals)}"></i></div><p>{escape(words)}</p></figure>'
        for title, figure, words, totals, name in items
    )
    return f'<div class="k-panels">{figures}</div>'


def _percent(value: float, whole: float) -> str:
    return f"{value / whole:.2%}" if whole else "0%"


def _scale(highest: int) -> tuple[int, list[int]]:
    """The top of an axis and its lines: three to five round numbers."""
    step = next(
        factor * 10**power
        for power in range(12)
        for factor in (1, 2, 5)
        if -(-highest // (factor * 10**power)) <= 5
    )
    top = max(1, -(-highest // step)) * step
    return top, list(range(step, top + 1, step))


def _steps(totals: Sequence[int]) -> str:
    """The area under a staircase that ends at full height, as a CSS polygon."""
    corners, height, highest = ["0% 100%"], 0, totals[-1]
    for i, total in enumerate(totals):
        if total != height:
            x = _percent(i, len(totals))
            corners += [
                f"{x} {_percent(highest - height, highest)}",
                f"{x} {_percent(highest - total, highest)}",
            ]
            height = total
    return f"polygon({','.join([*corners, f'100% {_percent(highest - height, highest)}', '100% 100%'])})"
