"""A page for the council drawn: heading, conditions, key figures, map, table, note and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.figure import Figure

from geo.draw.print.canvas import FLOW, INK, QUIET
from geo.draw.print.figure import draw_map
from geo.draw.print.ground import Ground
from geo.draw.print.layout import HEAD, LINE, MM, ROW, Box, Layout
from geo.draw.print.lettering import DRAWING, fit, printable, width
from geo.draw.print.sheet import Arranged, Sheet, arrange

RULE, BAND = "#b8bfcc", "#eef1f6"


def draw_page(
    sheet: Sheet, layout: Layout, ground: Ground, page: tuple[int, int] | None = None, preview: bool = False
) -> Figure:
    """Draw a page; ``page`` is (its number, of how many), ``preview`` puts a frame around it."""
    with DRAWING:
        fitted = arrange(sheet, layout)
        figure = Figure(figsize=(layout.width / 25.4, layout.height / 25.4))
        pen = _Pen(figure, layout)
        _heading(pen, fitted)
        _lines(pen, fitted.conditions, fitted.boxes.conditions, fitted.conditions_size)
        _figures(pen, fitted)
        _table(pen, fitted)
        _note(pen, sheet.note[0], fitted)
        _foot(pen, fitted, page)
        draw_map(figure, fitted.boxes.map, sheet.selected, ground, replace(sheet.show, text=layout.map_size))
        if preview:
            pen.frame()
    return figure


class _Pen:
    """Writes and draws in millimetres from the upper left corner."""

    def __init__(self, figure: Figure, layout: Layout):
        self.layout = layout
        self.axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, layout.width)
        self.axes.set_ylim(layout.height, 0)

    def write(self, x: float, y: float, text: str, size: float, colour: str = INK, ha: str = "left") -> None:
        """One line, its baseline at ``y``."""
        self.axes.text(x, y, printable(text), size=size, color=colour, ha=ha, va="baseline")

    def line(
        self, x0: float, y0: float, x1: float, y1: float, colour: str = RULE, weight: float = 0.6
    ) -> None:
        """A straight line, ``weight`` in points."""
        self.axes.plot([x0, x1], [y0, y1], color=colour, linewidth=weight, clip_on=False)

    def frame(self) -> None:
        """A line around the page."""
        wide, high, inset = self.layout.width, self.layout.height, 0.25
        corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
        xs = [inset + x * (wide - 2 * inset) for x, _ in corners]
        ys = [inset + y * (high - 2 * inset) for _, y in corners]
        self.axes.plot(xs, ys, color=RULE, linewidth=0.8)

    def fill(self, box: Box, colour: str) -> None:
        """A filled rectangle."""
        right = box.left + box.width
        xs, ys = [box.left, right, right, box.left], [box.top, box.top, box.bottom, box.bottom]
        self.axes.fill(xs, ys, color=colour, lw=0)


def _heading(pen: _Pen, fitted: Arranged) -> None:
    box, size = fitted.boxes.heading, fitted.heading_size
    pitch = box.height / len(fitted.heading)
    for number, line in enumerate(fitted.heading):
        x, y = box.left, box.top + (number + 0.78) * pitch
        for text, piece in line:
            pen.write(x, y, text, size, (INK, FLOW, INK)[piece])
            x += width(text, size) * MM


def _lines(pen: _Pen, lines: Sequence[str], box: Box, size: float, colour: str = QUIET) -> None:
    for number, text in enumerate(lines):
        pen.write(box.left, box.top + (number * LINE + 1.05) * size * MM, text, size, colour)


def _figures(pen: _Pen, fitted: Arranged) -> None:
    box, small, large = fitted.boxes.figures, pen.layout.text_size, fitted.figure_size
    pen.line(box.left, box.top, box.left + box.width, box.top)
    pen.line(box.left, box.bottom, box.left + box.width, box.bottom)
    x, base = box.left, box.bottom - large * 0.36 * MM
    for label, value, rest, wide in fitted.figures:
        pen.write(x, box.top + small * 1.45 * MM, label, small, QUIET)
        pen.write(x, base, value, large)
        pen.write(x + width(value + " ", large) * MM, base, rest, small, QUIET)
        x += wide


def _table(pen: _Pen, fitted: Arranged) -> None:
    box, size, text = fitted.boxes.table, pen.layout.table_size, pen.layout.text_size
    table, pitch = fitted.table, size * ROW * MM
    pen.write(box.left, box.top + text * MM, table.title, text * 1.08)
    y = box.top + text * HEAD * MM
    for number, row in enumerate((table.columns, *table.rows)):
        if number % 2 == 0 and number:
            pen.fill(Box(box.left, y, box.width, pitch), BAND)
        x = box.left
        for name, cell, room in zip(table.columns, row, fitted.widths, strict=True):
            right = name in table.numbers
            at = x + room - 1.2 if right else x + 1.2
            shown = fit(cell, (room - 2.2) / MM, size)
            pen.write(
                at, y + pitch * 0.7, shown, size, INK if number else QUIET, "right" if right else "left"
            )
            x += room
        y += pitch
        if not number:
            pen.line(box.left, y, box.left + box.width, y, QUIET)
    pen.line(box.left, y, box.left + box.width, y)


def _note(pen: _Pen, title: str, fitted: Arranged) -> None:
    """A remark with a bar at its side."""
    box, size = fitted.note_box, pen.layout.text_size
    left = box.left + size * 0.95 * MM
    pen.write(left, box.top + size * 1.1 * MM, title, size)
    body = Box(left, box.top + size * HEAD * MM, box.width, box.height)
    _lines(pen, fitted.note, body, size)
    pen.line(box.left + 0.7, box.top, box.left + 0.7, box.bottom, QUIET, 1.6)


def _foot(pen: _Pen, fitted: Arranged, page: tuple[int, int] | None) -> None:
    box, size = fitted.boxes.foot, fitted.foot_size
    pen.line(box.left, box.top - 0.8, box.left + box.width, box.top - 0.8)
    _lines(pen, fitted.foot, box, size)
    if page:
        right, base = box.left + box.width, box.bottom - size * 0.3 * MM
        pen.write(right, base, f"{page[0]} / {page[1]}", size * 1.15, INK, "right")
