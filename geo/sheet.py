"""A page for the council: heading, key figures, map, table, note and sources, drawn on paper or a slide.

Knows no document: every word is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.canvas import FLOW, INK, QUIET
from geo.dataset import Selected
from geo.figure import Show, draw_map
from geo.ground import Ground
from geo.layout import MM, Box, Layout
from geo.lettering import DRAWING, fit, printable, width, wrap

RULE, BAND = "#b8bfcc", "#eef1f6"


@dataclass(frozen=True)
class Table:
    """Rows to read. Columns named in ``numbers`` stand to the right; the first column gives way."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[str]

    def cut(self, layout: Layout) -> Table:
        """What a page has room for: the first rows, of how many in the title, and the first columns."""
        title = self.title
        if len(self.rows) > layout.rows:
            title = f"{title}（{len(self.rows):,}のうち上位{layout.rows}）"
        cut = replace(self, title=title, rows=self.rows[: layout.rows])
        while len(cut.columns) > 2 and sum(cut._natural(layout)) > layout.table.width:
            cut = replace(cut, columns=cut.columns[:-1], rows=[row[:-1] for row in cut.rows])
        return cut

    def widths(self, layout: Layout) -> list[float]:
        """Widths of the columns in millimetres, together as wide as the page's table."""
        natural = self._natural(layout)
        spare = layout.table.width - sum(natural)
        if spare < 0:
            return [max(natural[0] + spare, layout.table.width / 5), *natural[1:]]
        return [each + spare / len(natural) for each in natural]

    def _natural(self, layout: Layout) -> list[float]:
        size = layout.text_size * layout.slack
        cells = zip(self.columns, *self.rows, strict=True)
        return [max(width(printable(cell), size) for cell in column) * MM + 3.0 for column in cells]


@dataclass(frozen=True)
class Sheet:
    """What a page says. ``heading`` comes in three pieces, the middle one to stand out.

    ``figures`` are (what is counted, the figure, its unit or whole); ``note`` is (title, body);
    ``day`` says as of when; ``credits`` whose facts these are.
    """

    heading: tuple[str, str, str]
    conditions: str
    figures: Sequence[tuple[str, str, str]]
    table: Table
    note: tuple[str, str]
    day: str
    credits: Sequence[str]
    selected: Selected
    show: Show

    def shown_on(self, layout: Layout) -> Show:
        """What the map shows, in the type of a page."""
        return replace(self.show, text=layout.map_text)

    @property
    def title(self) -> str:
        """The heading as one text."""
        return "".join(self.heading)


def draw_sheet(
    sheet: Sheet, layout: Layout, ground: Ground, page: tuple[int, int] | None = None, preview: bool = False
) -> Figure:
    """Draw a page; ``page`` is (its number, of how many), ``preview`` puts a frame around it."""
    with DRAWING:
        figure = Figure(figsize=(layout.width / 25.4, layout.height / 25.4))
        pen = _Pen(figure, layout)
        _heading(pen, sheet, layout)
        _figures(pen, sheet, layout)
        draw_map(pen.axes_at(layout.map), sheet.selected, ground, sheet.shown_on(layout))
        _table(pen, sheet, layout)
        _foot(pen, sheet, layout, page)
        if preview:
            pen.frame()
    return figure


class _Pen:
    """Writes and draws in millimetres from the upper left corner."""

    def __init__(self, figure: Figure, layout: Layout):
        self.figure, self.layout = figure, layout
        self.axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, layout.width)
        self.axes.set_ylim(layout.height, 0)

    def axes_at(self, box: Box) -> Axes:
        """Axes that fill a box."""
        wide, high = self.layout.width, self.layout.height
        low = high - box.top - box.height
        return self.figure.add_axes((box.left / wide, low / high, box.width / wide, box.height / high))

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
        right, low = box.left + box.width, box.top + box.height
        self.axes.fill([box.left, right, right, box.left], [box.top, box.top, low, low], color=colour, lw=0)


def fitting(text: str, box: Box, size: float, least: float = 0.7) -> tuple[list[str], float]:
    """Break a text into a box: the lines and their size in points, smaller where it has to be.

    Below ``least`` of the size it is cut with 「…」 instead.
    """
    while True:
        lines = max(1, int(box.height / (size * 1.35 * MM)))
        broken = wrap(text, box.width / MM, size, lines)
        if least >= 1 or not broken or not broken[-1].endswith("…") or printable(text).endswith("…"):
            return broken, size
        size, least = size * 0.94, least / 0.94


def heading_size(sheet: Sheet, layout: Layout) -> float:
    """The size of the heading in points: smaller where it would not fit, down to three fifths."""
    size = layout.heading_size
    room = layout.heading.width / MM / layout.slack
    return size * min(1.0, max(room / max(width(printable(sheet.title), size), 1), 0.6))


def _heading(pen: _Pen, sheet: Sheet, layout: Layout) -> None:
    box = layout.heading
    pieces, size = [printable(piece) for piece in sheet.heading], heading_size(sheet, layout)
    x, y = box.left, box.top + box.height * 0.85
    for piece, colour in zip(pieces, (INK, FLOW, INK), strict=True):
        piece = fit(piece, (box.left + box.width - x) / MM, size)
        pen.write(x, y, piece, size, colour)
        x += width(piece, size) * MM
    box = layout.conditions
    lines, size = fitting(sheet.conditions, box, layout.text_size)
    for number, text in enumerate(lines):
        pen.write(box.left, box.top + (number + 0.9) * size * 1.35 * MM, text, size, QUIET)


def figure_widths(sheet: Sheet, layout: Layout) -> tuple[list[float], float]:
    """Widths of the key figures in millimetres, and by how much their type shrinks to fit."""
    small, large = layout.text_size * layout.slack, layout.figure_size * layout.slack

    def natural(factor: float) -> list[float]:
        return [
            max(
                width(printable(label), small * factor),
                width(printable(value), large * factor) + width(printable(f" {rest}"), small * factor),
            )
            * MM
            + 6
            for label, value, rest in sheet.figures
        ]

    factor = 1.0
    while sum(natural(factor)) > layout.figures.width and factor > 0.5:
        factor *= 0.95
    widths = natural(factor)
    spare = max(layout.figures.width - sum(widths), 0) / max(len(widths), 1)
    return [each + spare for each in widths], factor


def _figures(pen: _Pen, sheet: Sheet, layout: Layout) -> None:
    box, small, large = layout.figures, layout.text_size, layout.figure_size
    pen.line(box.left, box.top, box.left + box.width, box.top)
    pen.line(box.left, box.top + box.height, box.left + box.width, box.top + box.height)
    widths, factor = figure_widths(sheet, layout)
    x = box.left
    for (label, value, rest), room in zip(sheet.figures, widths, strict=True):
        pen.write(x, box.top + box.height * 0.34, label, small * factor, QUIET)
        base = box.top + box.height * 0.84
        pen.write(x, base, value, large * factor)
        pen.write(x + width(printable(value + " "), large * factor) * MM, base, rest, small * factor, QUIET)
        x += room


def _table(pen: _Pen, sheet: Sheet, layout: Layout) -> None:
    box, size = layout.table, layout.text_size
    pitch = size * 1.72 * MM
    table = sheet.table.cut(layout)
    pen.write(box.left, box.top + size * MM, table.title, size * 1.1)
    y = box.top + size * 1.1 * MM + 0.6 * pitch
    widths = table.widths(layout)
    for number, row in enumerate((table.columns, *table.rows)):
        if number % 2 == 0 and number:
            pen.fill(Box(box.left, y, box.width, pitch), BAND)
        x = box.left
        for name, cell, room in zip(table.columns, row, widths, strict=True):
            right = name in table.numbers
            at = x + room - 1.2 if right else x + 1.2
            text = fit(cell, (room - 2.2) / MM, size)
            pen.write(at, y + pitch * 0.7, text, size, INK if number else QUIET, "right" if right else "left")
            x += room
        y += pitch
        if not number:
            pen.line(box.left, y, box.left + box.width, y, QUIET)
    pen.line(box.left, y, box.left + box.width, y)
    _note(
        pen,
        sheet.note,
        Box(box.left, y + pitch * 0.6, box.width, box.top + box.height - y - pitch * 0.6),
        size,
    )


def _note(pen: _Pen, note: tuple[str, str], box: Box, size: float) -> None:
    """A remark with a bar at its side, in what room is left."""
    title, body = note
    step = size * 1.4 * MM
    room = Box(box.left + 3, box.top + step, box.width - 3, box.height - step)
    if room.height < step:
        return
    lines, small = fitting(body, room, size * 0.95)
    step = small * 1.4 * MM
    pen.write(room.left, box.top + size * MM, title, size)
    for number, text in enumerate(lines):
        pen.write(room.left, room.top + (number + 0.8) * step, text, small, QUIET)
    bottom = room.top + len(lines) * step
    pen.line(box.left + 0.7, box.top, box.left + 0.7, bottom, QUIET, 1.6)


def _foot(pen: _Pen, sheet: Sheet, layout: Layout, page: tuple[int, int] | None) -> None:
    box, size = layout.foot, layout.small_size
    pen.line(box.left, box.top - 0.8, box.left + box.width, box.top - 0.8)
    right = box.left + box.width
    if page:
        pen.write(right, box.top + box.height * 0.8, f"{page[0]} / {page[1]}", size * 1.15, INK, "right")
    text = "　".join([f"基準日 {sheet.day}", *sheet.credits] if sheet.day else sheet.credits)
    lines, size = fitting(text, Box(box.left, box.top, box.width - 18, box.height), size)
    for number, line in enumerate(lines):
        pen.write(box.left, box.top + (number + 0.9) * size * 1.35 * MM, line, size, QUIET)
