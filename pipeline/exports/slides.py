"""A view as a slide of 16:9 (PPTX): text and table are PowerPoint's own and can be edited, the map is a picture."""

from __future__ import annotations

from io import BytesIO

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from geo.canvas import FLOW, INK, QUIET
from geo.dataset import Dataset, Selection
from geo.figure import FLOWS, map_figure
from geo.ground import Ground
from geo.layout import MM, SLIDE, Box
from geo.lettering import save
from geo.sheet import BAND, Sheet, figure_widths, fitting, heading_size
from pipeline.exports.paper import Progress, pages, sheet

#: Fonts by name: BIZ UDPGothic comes with Windows 10 and later; PowerPoint takes another where it is missing.
LATIN = EAST_ASIAN = "BIZ UDPGothic"

#: Dots an inch of the map: sharp on a 4K projector.
DPI = 300

#: The layouts of python-pptx's own template: a title and nothing else, so that outline and reader find it.
_TITLE_ONLY = 5


def write(
    dataset: Dataset,
    selection: Selection,
    *,
    each_ward: bool = False,
    what: str = FLOWS,
    scheme: str = "natural",
    progress: Progress | None = None,
) -> bytes:
    """A deck of the view: one slide, or with ``each_ward`` one for each of its origins."""
    ground, deck, buffer = Ground(dataset.prefectures), Presentation(), BytesIO()
    deck.slide_width, deck.slide_height = Mm(SLIDE.width), Mm(SLIDE.height)
    views = pages(dataset, selection, each_ward)
    for number, view in enumerate(views, 1):
        _slide(deck, sheet(dataset, view, what, scheme), ground, (number, len(views)))
        if progress:
            progress(number, len(views))
    deck.core_properties.title = _text(sheet(dataset, views[0], what, scheme).title)
    deck.core_properties.author = ""
    deck.save(buffer)
    return buffer.getvalue()


def _slide(deck, view: Sheet, ground: Ground, page: tuple[int, int]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    _place(slide.shapes.title, SLIDE.heading)
    _write(
        slide.shapes.title.text_frame,
        [list(zip(view.heading, (INK, FLOW, INK), strict=True))],
        heading_size(view, SLIDE),
    )
    _fitted(slide, view.conditions, SLIDE.conditions, SLIDE.text_size, QUIET)
    _figures(slide, view)
    area = SLIDE.map
    image = save(
        map_figure(view.selected, ground, view.shown_on(SLIDE), (area.width, area.height)), "png", dpi=DPI
    )
    drawn = slide.shapes.add_picture(
        BytesIO(image), Mm(area.left), Mm(area.top), Mm(area.width), Mm(area.height)
    )
    drawn.name = "地図"
    drawn._element.nvPicPr.cNvPr.set("descr", _text(f"地図: {view.title}"))
    below = _table(slide, view)
    area = SLIDE.table
    head = SLIDE.text_size * 1.6 * MM
    _box(slide, Box(area.left, below + 2, area.width, head), [view.note[0]], SLIDE.text_size, INK)
    note = Box(area.left, below + 2 + head, area.width, area.top + area.height - below - 2 - head)
    _fitted(slide, view.note[1], note, SLIDE.text_size, QUIET)
    sources = [f"基準日 {view.day}", *view.credits] if view.day else list(view.credits)
    foot = SLIDE.foot
    credit = Box(foot.left, foot.top, foot.width - 22, foot.height)
    _fitted(slide, "　".join(sources), credit, SLIDE.small_size, QUIET)
    number = Box(foot.left + foot.width - 20, foot.top, 20, foot.height)
    _box(slide, number, [f"{page[0]} / {page[1]}"], 10, INK, PP_ALIGN.RIGHT)
    told = [view.title, view.conditions, "：".join(view.note), *sources]
    slide.notes_slide.notes_text_frame.text = "\n".join(map(_text, told))


def _figures(slide, view: Sheet) -> None:
    """The key figures, a box each, so that one can be moved or deleted."""
    area = SLIDE.figures
    widths, factor = figure_widths(view, SLIDE)
    left = area.left
    for (label, value, rest), room in zip(view.figures, widths, strict=True):
        frame = _frame(slide, Box(left, area.top, room, area.height))
        _write(frame, [[(label, QUIET)]], SLIDE.text_size * factor)
        _line(frame.add_paragraph(), [(value, INK)], SLIDE.figure_size * factor)
        _line(frame.paragraphs[-1], [(f" {rest}", QUIET)], SLIDE.text_size * factor)
        left += room


def _table(slide, view: Sheet) -> float:
    """The table under its title; returns where it ends, in millimetres from the top."""
    area, size = SLIDE.table, SLIDE.text_size
    table = view.table.cut(SLIDE)
    head = size * 1.8 * MM
    _box(slide, Box(area.left, area.top, area.width, head), [table.title], size, INK)
    pitch = size * 1.75 * MM
    rows = [table.columns, *table.rows]
    shape = slide.shapes.add_table(
        len(rows),
        len(table.columns),
        Mm(area.left),
        Mm(area.top + head),
        Mm(area.width),
        Mm(pitch * len(rows)),
    )
    shape.name = _text(table.title)
    grid = shape.table
    for column, room in zip(grid.columns, table.widths(SLIDE), strict=True):
        column.width = Mm(room)
    for i, row in enumerate(rows):
        grid.rows[i].height = Mm(pitch)
        for j, text in enumerate(row):
            cell = grid.cell(i, j)
            cell.margin_top = cell.margin_bottom = 0
            cell.margin_left = cell.margin_right = Mm(1.2)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour("#d5dbe7" if not i else BAND if i % 2 == 0 else "#ffffff")
            cell.text_frame.word_wrap = False
            _write(cell.text_frame, [[(text, INK)]], size)
            if table.columns[j] in table.numbers:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    return area.top + head + pitch * len(rows)


def _frame(slide, box: Box):
    shape = slide.shapes.add_textbox(Mm(box.left), Mm(box.top), Mm(box.width), Mm(box.height))
    return _plain(shape.text_frame)


def _place(shape, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Mm, (box.left, box.top, box.width, box.height))
    _plain(shape.text_frame).vertical_anchor = MSO_ANCHOR.MIDDLE


def _plain(frame):
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = True
    return frame


def _box(slide, box: Box, lines: list[str], size: float, colour: str, align=PP_ALIGN.LEFT) -> None:
    """A text box with a paragraph a line."""
    frame = _frame(slide, box)
    _write(frame, [[(text, colour)] for text in lines], size)
    for paragraph in frame.paragraphs:
        paragraph.alignment = align


def _fitted(slide, text: str, box: Box, size: float, colour: str) -> None:
    """A text box whose text is made smaller, and in the end cut, where it would run out of it."""
    measured = Box(box.left, box.top, box.width / SLIDE.slack, box.height)
    lines, size = fitting(text, measured, size)
    _box(slide, box, ["".join(lines)], size, colour)


def _write(frame, lines: list[list[tuple[str, str]]], size: float) -> None:
    """Paragraphs of (text, colour) runs."""
    for number, runs in enumerate(lines):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _line(paragraph, runs, size)


def _line(paragraph, runs: list[tuple[str, str]], size: float) -> None:
    for text, colour in runs:
        if not text:
            continue
        run = paragraph.add_run()
        run.text = _text(text)
        run.font.size = Pt(round(size, 1))
        run.font.name = LATIN
        run.font.color.rgb = _colour(colour)
        east_asian = run.font._element.makeelement(qn("a:ea"), {"typeface": EAST_ASIAN})
        run.font._element.find(qn("a:latin")).addnext(east_asian)
        run.font._element.set("lang", "ja-JP")


def _text(text: str) -> str:
    """A text on one line, without the control characters XML has no place for."""
    return "".join(c if c.isprintable() or c == "　" else " " for c in text)


def _colour(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
