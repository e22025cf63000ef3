"""What stands where on the slides of a sheet: one arrangement, written by ``slides`` and drawn by ``slide_preview``.

Widths are measured, so that boxes are as high as what is in them; lines are broken by whoever shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.draw.print.layout import MM, Box
from geo.draw.print.lettering import fit, printable, width, wrap
from geo.draw.print.sheet import Sheet, Table

#: Sizes of type in points on a slide 7½ inches high, and the least on one that is lower; and of a map.
TITLE, FIGURE, TEXT, TABLE, FOOT, LEAST = 26.0, 16.0, 12.0, 11.0, 10.0, 9.0
_MAP, _LEAST_OF_MAP = 9.0, 7.0
#: A title is made smaller down to this, then it takes more lines than its box.
_SMALLEST_TITLE = 14.0
_STANDARD_HEIGHT = 190.5
#: Height of a line in its size; given to PowerPoint exactly, for fonts differ in what they would take.
LINE = 1.3
#: How much wider text may come out than measured, where another font takes the place of ours.
SLACK = 1.16
#: Millimetres of a cell beside, and above and below its text.
CELL_SIDE, CELL_EDGE = 1.2, 0.4
#: What PowerPoint leaves at each side of a placeholder, in millimetres.
INSET = 2.54
#: Most lines of conditions, of sources, and of a cell; what is longer stands whole in the notes.
_CONDITIONS, _SOURCES, _CELL = 4, 8, 6
#: A cell wraps from so many characters on; narrower than so many none is made.
_WIDE, _NARROW = 14, 4
#: How much wider a heading runs for being bold.
_BOLD = 1.08
#: A table of so many columns is a matrix, whose headings break, after so many signs at the least.
_MATRIX, _FEW_SIGNS = 12, 2
#: Tables side by side on a slide that continues a table.
_BLOCKS = 3
#: How much of the height of a slide a map has at least beside the rest.
_LEAST_MAP = 0.45
#: Fewer rows are not spread over the blocks of a slide.
_FEW_ROWS = 8

#: A row as it is shown, and its height in millimetres.
_Row = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Stage:
    """A kind of slide in millimetres: its size, and where the theme puts a title and what is below it.

    ``title_size`` is the theme's, in points; ``own`` says that the theme is ours and not an office's.
    """

    width: float
    height: float
    title: Box
    body: Box
    title_size: float = TITLE
    own: bool = True

    @property
    def scale(self) -> float:
        """How much larger than usual type is on this slide."""
        return min(max(self.height / _STANDARD_HEIGHT, 0.75), 1.5)

    def size(self, points: float) -> float:
        """A size of type as it is on this slide."""
        return round(max(points * self.scale, LEAST), 1)

    @property
    def map_size(self) -> float:
        """The size of type of a map."""
        return max(_MAP * self.scale, _LEAST_OF_MAP)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; ``look`` is ``ink``, ``quiet`` or ``strong``."""

    text: str
    size: float
    look: str = "ink"


@dataclass(frozen=True, slots=True)
class Words:
    """A text box."""

    name: str
    box: Box
    paragraphs: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: widths of its columns and heights of its rows in millimetres, the first row its headings."""

    name: str
    title: str
    box: Box
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]
    size: float
    numbers: frozenset[int]
    shaded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """A slide: its title, its parts, and where its map is, if it has one."""

    title: Words
    parts: tuple[Words | Grid, ...]
    map: Box | None = None


def arrange(sheet: Sheet, stage: Stage, whole: bool = True, made_by: str = "") -> list[Plan]:
    """The slides of a sheet: the first with the map, and the others with the rows of its table that it has no room for.

    Where a theme leaves so little room that the map could not be read beside the rest, it has the first to itself.

    Parameters
    ----------
    whole : whether to make the others, or only what is said of a view at least
    made_by : department and date, over the sources
    """
    if not sheet.mapped:
        told = list[Plan]()
        for table in _apart(sheet.table, stage):
            own = replace(sheet, table=table)
            # The figures and the remark stand on the first slide alone.
            own = replace(own, figures=(), note=("", "")) if told else own
            told += _continued(own, stage, made_by, 0, whole, number=len(told) + 1)
            if not whole:
                break
        return [replace(told[0], title=_heading(sheet, stage)), *told[1:]]
    first, shown = _first(sheet, stage, whole, made_by)
    if first.map and first.map.height < _LEAST_MAP * stage.height:
        alone, rest = _map_alone(sheet, stage, made_by), _continued(sheet, stage, made_by, 0, whole)
        return [alone, *(rest if whole else rest[:1])]
    more = whole and shown < len(sheet.table.rows)
    return [first, *(_continued(sheet, stage, made_by, shown) if more else [])]


def broken(runs: Sequence[Run], room: float) -> list[list[Run]]:
    """The lines of a paragraph in a room in millimetres, as they are measured."""
    if sum(width(run.text, run.size) for run in runs) * MM <= room:
        return [list(runs)]
    size = max(run.size for run in runs)
    rest, lines = list(runs), list[list[Run]]()
    for line in wrap("".join(run.text for run in runs), room / MM, size, 99):
        left, pieces = len(line), list[Run]()
        while rest and left:
            taken, kept = rest[0].text[:left], rest[0].text[left:]
            pieces.append(replace(rest[0], text=taken))
            left -= len(taken)
            rest[:1] = [replace(rest[0], text=kept)] if kept else []
        lines.append(pieces)
    return lines


def _apart(table: Table, stage: Stage) -> list[Table]:
    """A table as one or several that have room beside each other's, each with its first column."""
    size = stage.size(TABLE)
    first, *narrow = (
        max(_FEW_SIGNS, *(width(printable(row[n]), 1) for row in table.rows)) * size * SLACK * MM
        + 2 * CELL_SIDE
        for n in range(len(table.columns))
    )
    if len(narrow) < _MATRIX:
        return [table]
    each = max(int((stage.body.width - first) / max(narrow)), 1)
    parts = -(-len(narrow) // each)
    each = -(-len(narrow) // parts)
    kept = [[0, *range(at, min(at + each, len(narrow) + 1))] for at in range(1, len(narrow) + 1, each)]
    return [
        replace(
            table,
            columns=tuple(table.columns[n] for n in own),
            rows=[tuple(row[n] for n in own) for row in table.rows],
        )
        for own in kept
    ]


def _first(sheet: Sheet, stage: Stage, whole: bool, made_by: str) -> tuple[Plan, int]:
    """The slide with the map, and how many rows of the table are on it."""
    body, gap = stage.body, stage.size(TEXT) * 0.6 * MM
    under = _lines("条件", sheet.under, body, stage.size(TEXT), _CONDITIONS)
    figures = _figures(sheet, stage, under.box.bottom + gap)
    foot = _foot(sheet, stage, made_by)
    top = figures[-1].box.bottom + gap if figures else under.box.bottom + gap
    high = foot.box.top - gap - top
    size = stage.size(TABLE)
    wide = min(max(sum(_natural(sheet.table, size)), 0.34 * body.width), 0.52 * body.width)
    left = body.left + body.width - wide
    note = _note(sheet, stage, Box(left, top, wide, high * 0.45))
    # As long as it may become: how many rows there are room for is known only below it.
    named = _lines("表の見出し", _cut(sheet.table, 0, whole), Box(left, top, wide, 0), stage.size(TEXT), 3)
    grid_top = named.box.bottom + 1
    widths = _widths(sheet.table, size, wide)
    rows = _rows(sheet.table, widths, size)
    shown = _fitting(rows, top + high - note.box.height - gap - grid_top)
    grid = _grid("表", sheet.table, rows[: shown + 1], left, grid_top, widths, size)
    titled = printable(_cut(sheet.table, shown, whole))
    named = replace(named, paragraphs=((Run(titled, stage.size(TEXT), "strong"),),))
    note = replace(note, box=replace(note.box, top=grid.box.bottom + gap))
    map_ = Box(body.left, top, body.width - wide - 2 * gap, high)
    parts: tuple[Words | Grid, ...] = (under, *figures, named, grid, note, foot)
    return Plan(_heading(sheet, stage), tuple(part for part in parts if part.box.height), map_), shown


def _map_alone(sheet: Sheet, stage: Stage, made_by: str) -> Plan:
    """A slide of the sentence and the map."""
    body, gap = stage.body, stage.size(TEXT) * 0.6 * MM
    under = _lines("条件", sheet.under, body, stage.size(TEXT), _CONDITIONS)
    foot = _foot(sheet, stage, made_by)
    top = under.box.bottom + gap / 2
    return Plan(
        _heading(sheet, stage), (under, foot), Box(body.left, top, body.width, foot.box.top - gap / 2 - top)
    )


def _continued(
    sheet: Sheet, stage: Stage, made_by: str, before: int, whole: bool = True, number: int = 2
) -> list[Plan]:
    """Slides with the rows of the table from ``before`` on, in blocks side by side; the first is the ``number``-th.

    Where they have all of it, the first also has what else belongs to the table: the figures and the remark.
    """
    rest = replace(sheet.table, rows=sheet.table.rows[before:])
    body, size, gap = stage.body, stage.size(TABLE), stage.size(TEXT) * MM
    said = sheet.under if number == 1 else sheet.conditions
    under = _lines("条件", "　".join(filter(None, (said, rest.under))), body, stage.size(FOOT), 3)
    foot = _foot(sheet, stage, made_by)
    above: list[Words] = []
    if not before:
        above = _figures(sheet, stage, under.box.bottom + gap / 2)
        top = above[-1].box.bottom if above else under.box.bottom
        above.append(_note(sheet, stage, Box(body.left, top + gap / 2, body.width, body.height * 0.2)))
    blocks = max(1, min(_BLOCKS, int((body.width + gap) / (sum(_natural(rest, size)) + gap))))
    wide = (body.width - (blocks - 1) * gap) / blocks
    widths = _widths(rest, size, wide)
    head, *rows = _rows(rest, widths, size)
    slides: list[list[Words | Grid]] = []
    start = before
    while rows:
        parts: list[Words | Grid] = [] if slides else [*above]
        top = (parts[-1].box.bottom if parts else under.box.bottom) + gap / 2
        for block, taken in enumerate(_blocks(head, rows, blocks, foot.box.top - gap / 2 - top)):
            left = body.left + block * (wide + gap)
            name = f"表 {start + 1:,}〜{start + taken:,}"
            parts.append(_grid(name, rest, [head, *rows[:taken]], left, top, widths, size))
            rows, start = rows[taken:], start + taken
        slides.append(parts)
        if not whole:
            break
    who = f"{sheet.show.subject}　" if sheet.show.subject else ""
    named = rest.title if whole else _cut(rest, start, whole)
    of = len(slides) + number - 1
    return [
        Plan(
            _title([(printable(f"{who}{named}（{place}/{of}）"), "ink")], stage),
            tuple(part for part in (under, *parts, foot) if part.box.height),
        )
        for place, parts in enumerate(slides, number)
    ]


def _blocks(head: _Row, rows: Sequence[_Row], blocks: int, room: float) -> list[int]:
    """How many rows each block of a slide has: as many as fit, or of the last slide about as many each."""

    def taken(most: int) -> list[int]:
        counts, left = list[int](), list(rows)
        while left and len(counts) < blocks:
            counts.append(min(_fitting([head, *left], room), most))
            left = left[counts[-1] :]
        return counts

    full, even = taken(len(rows)), taken(max(-(-len(rows) // blocks), _FEW_ROWS))
    return even if sum(even) == len(rows) else full


def _heading(sheet: Sheet, stage: Stage) -> Words:
    """The sentence as a title."""
    pieces = zip(sheet.heading, ("ink", "strong", "ink"), strict=True)
    return _title([(printable(text), look) for text, look in pieces if text], stage)


def _title(pieces: Sequence[tuple[str, str]], stage: Stage) -> Words:
    """The title, as large as its box lets it be."""
    box, size = stage.title, min(stage.title_size, stage.size(TITLE))
    room = (box.width - 2 * INSET) / SLACK

    def high(size: float) -> float:
        return len(broken([Run(text, size) for text, _ in pieces], room)) * size * LINE * MM

    while size > stage.size(_SMALLEST_TITLE) and high(size) > box.height:
        size -= 0.5
    return Words("題名", box, (tuple(Run(text, size, look) for text, look in pieces),))


def _lines(name: str, text: str, box: Box, size: float, most: int) -> Words:
    """A quiet text at the top of a box, as high as it is."""
    lines = wrap(text, box.width / MM / SLACK, size, most)
    high = len(lines) * size * LINE * MM
    return Words(name, replace(box, height=high), ((Run("".join(lines), size, "quiet"),),))


def _figures(sheet: Sheet, stage: Stage, top: float) -> list[Words]:
    """The key figures, a box each, so that one can be moved or deleted; in rows where they are too wide."""
    body, small, large = stage.body, stage.size(TEXT), stage.size(FIGURE)
    texts = [tuple(map(printable, figure)) for figure in sheet.figures]

    def natural(label: str, value: str, rest: str) -> float:
        beside = width(f"{value} ", large) + width(rest, small)
        return min(max(width(label, small), beside) * SLACK * MM + 4, body.width)

    wide = [natural(*figure) for figure in texts]
    each = max(len(texts), 1)
    while each > 1 and any(sum(wide[at : at + each]) > body.width for at in range(0, len(wide), each)):
        each = -(-each // 2)
    high = (small + large) * LINE * MM
    found = []
    for at in range(0, len(texts), each):
        left = body.left
        spare = (body.width - sum(wide[at : at + each])) / len(wide[at : at + each])
        for (label, value, rest), own in zip(texts[at : at + each], wide[at : at + each], strict=True):
            room = (own - 4) / MM / SLACK + 0.01
            value = fit(value, room, large)
            rest = fit(rest, max(room - width(f"{value} ", large), 0), small) if rest else ""
            lines = (
                (Run(fit(label, room, small), small, "quiet"),),
                (Run(value, large), Run(f" {rest}", small, "quiet")),
            )
            found.append(Words(label, Box(left, top, own + spare, high), lines))
            left += own + spare
        top += high + 1
    return found


def _foot(sheet: Sheet, stage: Stage, made_by: str) -> Words:
    """Department and date, then as of when and from where, at the bottom."""
    size, body = stage.size(FOOT), stage.body
    said = [text for text in (made_by, sheet.sources) if text]
    lines = [wrap(text, body.width / MM / SLACK, size, _SOURCES) for text in said]
    high = sum(map(len, lines)) * size * LINE * MM
    box = Box(body.left, body.bottom - high, body.width, high)
    return Words("出典", box, tuple((Run("".join(own), size, "quiet"),) for own in lines))


def _note(sheet: Sheet, stage: Stage, room: Box) -> Words:
    """The remark on the table, cut where it would take more than its room."""
    title, body = sheet.note
    if not title and not body:
        return Words("補足", replace(room, height=0), ())
    size, inner = stage.size(TEXT), room.width / MM / SLACK
    head = wrap(title, inner, size, 3)
    lines = wrap(body, inner, size, max(int(room.height / (size * LINE * MM)) - len(head), 1))
    high = (len(head) + len(lines)) * size * LINE * MM
    paragraphs = (Run("".join(head), size, "strong"),), (Run("".join(lines), size, "quiet"),)
    return Words("補足", replace(room, height=high), paragraphs)


def _cut(table: Table, shown: int, whole: bool) -> str:
    """The title of a table of which so many rows are shown."""
    total = len(table.rows)
    if shown >= total or total == 1:
        return table.title
    part = f"上位{shown:,}" if table.ranked else f"{shown:,}"
    rest = "続きは次へ" if whole else f"ほか{total - shown:,}"
    return f"{table.title}（{total:,}のうち{part}、{rest}）"


def _natural(table: Table, size: float) -> list[float]:
    """Widths the columns would like to have, in millimetres."""
    em = size * SLACK * MM
    return [
        min(max(width(printable(head), _BOLD), *(width(printable(cell), 1) for cell in cells)), _WIDE) * em
        + 2 * CELL_SIDE
        for head, *cells in zip(table.columns, *table.rows, strict=True)
    ]


def _widths(table: Table, size: float, room: float) -> list[float]:
    """Widths of the columns, together as wide as the room; the wide ones give way."""
    natural, least = _natural(table, size), _NARROW * size * SLACK * MM + 2 * CELL_SIDE
    spare = room - sum(natural)
    if spare >= 0:
        return [each + spare / len(natural) for each in natural]
    if len(natural) > _MATRIX:
        # Names of rows stay whole; the headings over them break.
        first, *others = natural
        return [first, *(each * (room - first) / sum(others) for each in others)]
    give = [max(each - least, 0) for each in natural]
    share = min(-spare / max(sum(give), 1e-9), 1)
    narrower = [each - own * share for each, own in zip(natural, give, strict=True)]
    return [each * room / sum(narrower) for each in narrower]


def _rows(table: Table, widths: Sequence[float], size: float) -> list[_Row]:
    """Headings and rows as they are shown, each with its height in millimetres."""
    made = []
    for row in (table.columns, *table.rows):
        lines = [
            wrap(cell, (wide - 2 * CELL_SIDE) / MM / SLACK + 0.01, size, _CELL)
            for cell, wide in zip(row, widths, strict=True)
        ]
        high = max(1, *map(len, lines)) * size * LINE * MM + 2 * CELL_EDGE
        made.append((tuple("".join(own) for own in lines), high))
    return made


def _fitting(rows: Sequence[_Row], room: float) -> int:
    """How many rows fit below the headings, which are the first; one at least."""
    taken, high = 0, rows[0][1]
    for _, own in rows[1:]:
        high += own
        if high > room and taken:
            break
        taken += 1
    return taken


def _grid(
    name: str,
    table: Table,
    rows: Sequence[_Row],
    left: float,
    top: float,
    widths: Sequence[float],
    size: float,
) -> Grid:
    heights = tuple(high for _, high in rows)
    numbers = frozenset(place for place, column in enumerate(table.columns) if column in table.numbers)
    box = Box(left, top, sum(widths), sum(heights))
    return Grid(
        name,
        table.title,
        box,
        tuple(widths),
        tuple(cells for cells, _ in rows),
        heights,
        size,
        numbers,
        table.shaded,
    )
