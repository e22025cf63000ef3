"""The page and the slide of an answer that an indicator gives: its sentence, a map of it, its table, its source."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.draw.print.plan import VALUES, Show
from geo.draw.print.sheet import Sheet, Table
from geo.draw.shades import Shades
from pipeline.deliver import notes
from pipeline.words import view as words
from pipeline.words.claims import Heading
from pipeline.words.indicator_claims import Overlay


def indicator_sheet(
    overlay: Overlay,
    heading: Heading,
    shades: Shades,
    table: pd.DataFrame,
    title: str,
    figures: Sequence[tuple[str, str, str]],
) -> Sheet:
    """What one page says.

    Parameters
    ----------
    heading : the sentence of the screen
    shades : what the map shows
    table : its rows as they are shown, texts and numbers, the first column a name
    title : of the table
    figures : as ``geo.draw.print.sheet.Sheet`` takes them
    """
    claims = overlay.claims
    dataset, selection = claims.dataset, claims.selection
    numbers = frozenset(name for name in table.columns if pd.api.types.is_numeric_dtype(table[name]))
    rows = [
        tuple(_written(cell) for cell in row)
        for row in table.astype(object).itertuples(index=False, name=None)
    ]
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=figures,
        table=Table(title, tuple(table.columns), rows, numbers).or_none(),
        note=("指標", f"{overlay.cited.line}。この数は連携の資料にはなく、持ち込まれたものです。"),
        meaning=notes.meaning(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=[*notes.credits(dataset, selection), overlay.cited.line],
        selected=claims.population.selected,
        show=Show(VALUES, subject=claims.who, origin=dataset.naming.noun, shades=shades),
    )


def _written(cell: object) -> str:
    """A cell as it is printed."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return "―"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
