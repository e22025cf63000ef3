"""What a page for the council says, and how it fits on a page: nothing is written smaller than can be read.

Knows no document: every word is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.draw.choropleth import ZERO_LABEL
from geo.draw.print.layout import HEAD, LINE, MM, ROW, Box, Boxes, Layout
from geo.draw.print.lettering import fit, printable, width, wrap
from geo.draw.print.plan import Show
from geo.ledger.selection import Selected

#: A heading is made so much smaller at most to stand on one line; on two, it has this share of its size.
ONE_LINE, TWO_LINES = 0.6, 0.55
#: Conditions take so many lines at most; sources as many as they need, for a credit may not be cut.
_LINES, _SOURCES = 3, 8
#: Millimetres of a column beside its text.
_PAD = 2.7
#: The note takes so many lines at most.
_NOTE_LINES = 13


@dataclass(frozen=True)
class Table:
    """Rows to read. Columns named in ``numbers`` stand to the right; the first column gives way.

    Of those that are not ``ranked``, none is before another: how many are left out is said. ``brief`` are the columns
    that do where not all have room; ``under`` is what a list in full says under its title in place of the conditions of
    the page; a table whose rows all stand in another list of the sheet is ``covered`` by it.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[str]
    ranked: bool = True
    brief: tuple[str, ...] = ()
    under: str = ""
    covered: bool = False

    def or_none(self) -> Table:
        """The table, or where it has no rows one that says so."""
        return self if self.rows else replace(self, rows=[(ZERO_LABEL, *[""] * (len(self.columns) - 1))])

    def cut(self, rows: int, room: float, size: float) -> Table:
        """What a page has room for: the first rows, of how many in the title, and the first columns."""
        title = self.title
        if len(self.rows) > rows:
            title = f"{self.title}（{len(self.rows):,}のうち上位{rows}）"
            if not self.ranked:
                title = f"{self.title}（{len(self.rows):,}のうち{rows}、ほか{len(self.rows) - rows:,}）"
            elif width(printable(title), size) * MM > room:
                title = f"{self.title}（上位{rows}）"
        cut = replace(self, title=title, rows=self.rows[:rows])
        while len(cut.columns) > 2 and sum(cut._natural(size, narrow=True)) > room:
            cut = replace(cut, columns=cut.columns[:-1], rows=[row[:-1] for row in cut.rows])
        return cut

    def widths(self, room: float, size: float) -> list[float]:
        """Widths of the columns in millimetres, together as wide as the room."""
        natural = self._natural(size)
        spare = room - sum(natural)
        if spare < 0:
            return [max(natural[0] + spare, room / 5), *natural[1:]]
        return [each + spare / len(natural) for each in natural]

    def _natural(self, size: float, narrow: bool = False) -> list[float]:
        """Widths the columns would like to have; ``narrow`` with a first column of usual names."""
        cells = zip(self.columns, *self.rows, strict=True)
        wide = [max(width(printable(cell), size) for cell in column) * MM + _PAD for column in cells]
        em = size * MM
        return [min(wide[0], 6.5 * em) if narrow else wide[0], *(min(each, 12 * em) for each in wide[1:])]


@dataclass(frozen=True)
class Sheet:
    """What a page says. ``heading`` comes in three pieces, the middle one to stand out.

    ``more`` is what belongs to the heading and has no room in it; ``figures`` are (what is counted, the figure, its unit or whole); ``note`` is (title, body); ``meaning`` says
    what words mean; ``day`` says as of when; ``credits`` whose facts these are; ``table_share``
    how much wider its table is than those of other pages. ``appendix`` are tables that follow in full, each under a
    heading of its own; a sheet that is not ``mapped`` has no map, and its table may have any number of columns.
    """

    heading: tuple[str, str, str]
    conditions: str
    figures: Sequence[tuple[str, str, str]]
    table: Table
    note: tuple[str, str]
    meaning: str
    day: str
    credits: Sequence[str]
    selected: Selected
    show: Show
    more: str = ""
    table_share: float = 1.0
    appendix: Sequence[Table] = ()
    mapped: bool = True

    @property
    def under(self) -> str:
        """What stands under the heading: what belongs to it, and the conditions."""
        return f"{self.more}　{self.conditions}" if self.more else self.conditions

    @property
    def title(self) -> str:
        """The heading as one text."""
        return "".join(self.heading)

    @property
    def sources(self) -> str:
        """As of when, and whose facts these are."""
        return "　".join([f"基準日 {self.day}", *self.credits] if self.day else self.credits)


@dataclass(frozen=True)
class Arranged:
    """A sheet fitted to a layout: boxes, broken lines with their size in points, and the part of the table shown.

    ``figures`` are those of the sheet, each with its width in millimetres, ``figure_size`` their size in points.
    """

    boxes: Boxes
    heading: list[list[tuple[str, int]]]
    heading_size: float
    conditions: list[str]
    conditions_size: float
    figures: list[tuple[str, str, str, float]]
    figure_size: float
    table: Table
    widths: list[float]
    note: list[str]
    note_box: Box
    foot: list[str]
    foot_size: float


def arrange(sheet: Sheet, layout: Layout) -> Arranged:
    """Fit a sheet to a layout."""
    layout = replace(layout, table=layout.table * sheet.table_share)
    room = layout.inner / MM / layout.slack
    conditions, conditions_size = fitting(sheet.under, room, layout.text_size, layout.small_size)
    aside = room - 22 / MM
    foot_size = layout.small_size
    foot = wrap(sheet.sources, aside, foot_size, _SOURCES)
    if layout.explains:
        foot = wrap(sheet.meaning, aside, foot_size, 2) + foot
    boxes = layout.boxes(len(conditions), len(foot))
    text, size = layout.text_size, layout.table_size * layout.slack
    note = wrap(sheet.note[1], (boxes.table.width - 3) / MM / layout.slack, text, _NOTE_LINES)
    note_high = (HEAD + len(note) * LINE + 1) * text * MM
    pitch = layout.table_size * ROW * MM
    left = boxes.table.height - text * HEAD * MM - note_high
    table = sheet.table.cut(max(int(left / pitch) - 1, 1), boxes.table.width, size)
    top = boxes.table.top + text * HEAD * MM + (len(table.rows) + 1) * pitch + text * 0.7 * MM
    return Arranged(
        boxes,
        *_heading(sheet, room, layout.heading_size),
        conditions,
        conditions_size,
        *_figures(sheet, layout),
        table,
        table.widths(boxes.table.width, size),
        note,
        Box(boxes.table.left, top, boxes.table.width, (HEAD + len(note) * LINE) * text * MM),
        foot,
        foot_size,
    )


def fitting(text: str, room: float, size: float, least: float) -> tuple[list[str], float]:
    """Break a text into lines of a room in points: the lines, and their size, smaller where it has to be.

    What does not fit even so is cut with 「…」.
    """
    lines = wrap(text, room, size, _LINES)
    if least >= size or not lines or not lines[-1].endswith("…") or printable(text).endswith("…"):
        return lines, size
    return wrap(text, room, least, _LINES), least


def _heading(sheet: Sheet, room: float, size: float) -> tuple[list[list[tuple[str, int]]], float]:
    """The heading and its size in points: smaller where it would not fit, then on two lines.

    A line is its texts, each with the number of the piece it is of.
    """
    pieces = [printable(piece) for piece in sheet.heading]
    natural = max(sum(width(piece, size) for piece in pieces), 1)
    if room / natural >= ONE_LINE:
        return [[(piece, number) for number, piece in enumerate(pieces)]], size * min(1.0, room / natural)
    size *= TWO_LINES
    lines: list[list[tuple[str, int]]] = [[]]
    left = room
    for number, piece in enumerate(pieces):
        while piece:
            most = next((n for n in range(len(piece), 0, -1) if width(piece[:n], size) <= left), 0)
            if not most or len(lines) == 2:
                most = len(piece) if len(lines) == 2 else 0
            if most:
                lines[-1].append((piece[:most], number))
                left -= width(piece[:most], size)
                piece = piece[most:]
            if piece:
                lines.append([])
                left = room
    return [line for line in lines if line], size


def _figures(sheet: Sheet, layout: Layout) -> tuple[list[tuple[str, str, str, float]], float]:
    """The key figures with their widths in millimetres, and the size of the figures, smaller where it has to be."""
    small, size = layout.text_size * layout.slack, layout.figure_size

    def natural(large: float) -> list[float]:
        wide = [
            max(
                width(printable(label), small),
                width(printable(value + " "), large) + width(printable(rest), small),
            )
            for label, value, rest in sheet.figures
        ]
        return [min(each * MM + 5, layout.inner / 3) for each in wide]

    while sum(natural(size * layout.slack)) > layout.inner and size > layout.text_size * 1.2:
        size -= 0.2
    wide = natural(size * layout.slack)
    spare = (layout.inner - sum(wide)) / max(len(wide), 1)
    shown = []
    for (label, value, rest), each in zip(sheet.figures, wide, strict=True):
        room = (each + min(spare, 0)) / MM - 2
        value = fit(value, room, size * layout.slack)
        left = room - width(value + " ", size * layout.slack)
        rest = fit(rest, left, small) if left > 0 else ""
        shown.append((fit(label, room, small), value, rest, each + spare))
    return shown, size
