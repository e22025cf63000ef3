"""A slide as a picture, from the same arrangement as the slide itself: what it says and what stands where.

The pictures and fonts of an office's theme are seen in the saved file alone.
"""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.draw.print.canvas import FLOW, INK, QUIET
from geo.draw.print.figure import draw_map
from geo.draw.print.ground import Ground
from geo.draw.print.layout import MM, Box
from geo.draw.print.lettering import DRAWING, save, width
from geo.draw.print.sheet import Sheet
from geo.ledger.dataset import Dataset
from pipeline.deliver.slide_plan import (
    CELL_SIDE,
    INSET,
    LINE,
    SLACK,
    Grid,
    Run,
    Stage,
    Words,
    arrange,
    broken,
)

#: The edge of the slide.
_EDGE = "#c8ccd4"
_LOOKS = {"ink": INK, "quiet": QUIET, "strong": FLOW}
#: Grounds of a table: its headings, and every second row.
_HEAD, _BAND, _SHADE = "#d9d9d9", "#f2f2f2", "#bfbfbf"


def preview(
    dataset: Dataset, sheet: Sheet, stage: Stage, dpi: int, whole: bool = True, made_by: str = ""
) -> bytes:
    """The first slide of a sheet as a PNG; the rest as of ``slide_plan.arrange``."""
    plan = arrange(sheet, stage, whole, made_by)[0]
    with DRAWING:
        figure = Figure(figsize=(stage.width / 25.4, stage.height / 25.4))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, stage.width)
        axes.set_ylim(stage.height, 0)
        edge = ([0, 1, 1, 0, 0], [0, 0, 1, 1, 0])
        axes.plot(*edge, color=_EDGE, linewidth=1.6, transform=axes.transAxes)
        # In the middle of its box, as PowerPoint has it.
        box, runs = plan.title.box, plan.title.paragraphs[0]
        high = len(broken(runs, (box.width - 2 * INSET) / SLACK)) * runs[0].size * LINE * MM
        inner = Box(box.left + INSET, box.top + (box.height - high) / 2, box.width - 2 * INSET, high)
        _words(axes, replace(plan.title, box=inner))
        for part in plan.parts:
            if isinstance(part, Grid):
                _grid(axes, part)
            else:
                _words(axes, part)
        if plan.map:
            draw_map(
                figure,
                plan.map,
                sheet.selected,
                Ground.of(dataset),
                replace(sheet.show, text=stage.map_size),
            )
    return save(figure, "png", sheet.title, dpi)


def _words(axes: Axes, words: Words) -> None:
    y = words.box.top
    for runs in words.paragraphs:
        for line in broken(runs, words.box.width / SLACK):
            y = _line(axes, line, words.box.left, y)


def _line(axes: Axes, line: list[Run], x: float, top: float) -> float:
    """Write a line; where the next begins."""
    size = max(run.size for run in line)
    bottom = top + size * LINE * MM
    for run in line:
        axes.text(x, bottom - size * 0.3 * MM, run.text, size=run.size, color=_LOOKS[run.look], va="baseline")
        x += width(run.text, run.size) * MM
    return bottom


def _grid(axes: Axes, grid: Grid) -> None:
    y = grid.box.top
    for number, (row, high) in enumerate(zip(grid.rows, grid.heights, strict=True)):
        if not number or number % 2 == 0:
            right = grid.box.left + grid.box.width
            colour = _BAND if number else _HEAD
            axes.fill(
                [grid.box.left, right, right, grid.box.left], [y, y, y + high, y + high], color=colour, lw=0
            )
        x = grid.box.left
        for at, (cell, wide) in enumerate(zip(row, grid.widths, strict=True)):
            if number and cell in grid.shaded:
                axes.fill([x, x + wide, x + wide, x], [y, y, y + high, y + high], color=_SHADE, lw=0)
            room = wide - 2 * CELL_SIDE
            lines = broken([Run(cell, grid.size)], room / SLACK)
            top = y + (high - len(lines) * grid.size * LINE * MM) / 2
            for line in lines:
                own = sum(width(run.text, run.size) for run in line) * MM
                top = _line(axes, line, x + CELL_SIDE + (room - own if at in grid.numbers else 0), top)
            x += wide
        y += high
