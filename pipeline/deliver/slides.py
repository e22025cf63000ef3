"""A view as a slide of 16:9 (PPTX): text and table are PowerPoint's own and can be edited, the map is a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from geo.draw.choropleth import STANDARD
from geo.draw.print.canvas import FLOW, INK, QUIET
from geo.draw.print.council_page import BAND
from geo.draw.print.figure import FLOWS, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.layout import HEAD, MM, ROW, SLIDE, Box
from geo.draw.print.lettering import fit, save
from geo.draw.print.sheet import Arranged, Sheet, arrange
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.deliver.paper import Progress, pages, sheet

#: Comes with Windows 10 and later, under its Japanese name; PowerPoint takes another where it is missing.
FONT = "BIZ UDPゴシック"

#: Dots an inch of the map: sharp on a projector 3,200 dots wide, and a deck of 23 origins still goes by mail.
DPI = 240

#: The layouts of python-pptx's own template: a title and nothing else, so that outline and reader find it.
_TITLE_ONLY = 5


def write(
    dataset: Dataset,
    selection: Selection,
    *,
    each_origin: bool = False,
    what: str = FLOWS,
    scheme: str = STANDARD,
    progress: Progress | None = None,
) -> bytes:
    """A deck of the view: one slide, or with ``each_origin`` one for each of its origins."""
    views = pages(dataset, selection, each_origin)
    sheets = (sheet(dataset, view, what, scheme) for view in views)
    return write_sheets(dataset, sheets, len(views), progress=progress)


def write_sheets(
    dataset: Dataset, sheets: Iterable[Sheet], count: int, *, progress: Progress | None = None
) -> bytes:
    """A deck of ``count`` sheets, a slide each, named after the first; each is made when its slide is drawn."""
    ground, deck, buffer = Ground(dataset.prefectures), _blank(), BytesIO()
    for number, made in enumerate(sheets, 1):
        if number == 1:
            deck.core_properties.title = _text(made.title)
            deck.core_properties.comments = _text(made.conditions)[:255]
        _slide(deck, made, ground, (number, count))
        if progress:
            progress(number, count)
    about = deck.core_properties
    about.author = about.last_modified_by = dataset.naming.title
    about.language = "ja-JP"
    about.created = about.modified = notes.built(dataset)
    deck.save(buffer)
    return buffer.getvalue()


def _blank() -> Any:
    """An empty deck of our size, for what is added by hand too: its layouts as wide, its fonts by our names."""
    deck = Presentation()
    wider = Mm(SLIDE.width) / deck.slide_width
    deck.slide_width, deck.slide_height = Mm(SLIDE.width), Mm(SLIDE.height)
    shapes = [shape for page in (deck.slide_master, *deck.slide_layouts) for shape in page.placeholders]
    # Read first: a layout's shape has its place from the master until it is given one.
    places = [(shape.left, shape.top, shape.width, shape.height) for shape in shapes]
    for shape, (left, top, wide, high) in zip(shapes, places, strict=True):
        shape.left, shape.top, shape.width, shape.height = round(left * wider), top, round(wide * wider), high
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    ours = f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/>'.encode()
    theme._blob = theme.blob.replace(b'<a:latin typeface="Calibri"/><a:ea typeface=""/>', ours)
    return deck


def _slide(deck: Any, view: Sheet, ground: Ground, page: tuple[int, int]) -> None:
    fitted = arrange(view, SLIDE)
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    _place(slide.shapes.title, fitted.boxes.heading)
    pieces = [(text, (INK, FLOW, INK)[piece]) for line in fitted.heading for text, piece in line]
    _write(slide.shapes.title.text_frame, [pieces], fitted.heading_size)
    conditions = "".join(fitted.conditions)
    _box(slide, "条件", fitted.boxes.conditions, [conditions], fitted.conditions_size, QUIET)
    _figures(slide, fitted)
    _picture(slide, view, fitted.boxes.map, ground)
    _table(slide, fitted)
    _note(slide, view.note[0], fitted)
    _foot(slide, fitted, page)
    told = [view.title, view.more, view.conditions, "：".join(view.note), view.meaning, view.sources]
    slide.notes_slide.notes_text_frame.text = "\n".join(map(_text, told))


def _figures(slide: Any, fitted: Arranged) -> None:
    """The key figures, a box each, so that one can be moved or deleted."""
    area, small, large = fitted.boxes.figures, SLIDE.text_size, fitted.figure_size
    left = area.left
    for label, value, rest, wide in fitted.figures:
        frame = _frame(slide, label, Box(left, area.top, wide, area.height))
        _write(frame, [[(label, QUIET)]], small)
        _line(frame.add_paragraph(), [(value, INK)], large)
        _line(frame.paragraphs[-1], [(f" {rest}", QUIET)], small)
        left += wide


def _picture(slide: Any, view: Sheet, area: Box, ground: Ground) -> None:
    """The map, described in words for who cannot see it."""
    show = replace(view.show, text=SLIDE.map_size)
    image = save(map_figure(view.selected, ground, show, (area.width, area.height)), "png", dpi=DPI)
    drawn = slide.shapes.add_picture(
        BytesIO(image), Mm(area.left), Mm(area.top), Mm(area.width), Mm(area.height)
    )
    drawn.name = "地図"
    _describe(drawn, f"地図: {view.title}{'、'.join(view.note)}")


def _table(slide: Any, fitted: Arranged) -> None:
    """The table under its title."""
    area, size, table = fitted.boxes.table, SLIDE.table_size, fitted.table
    head = SLIDE.text_size * HEAD * MM
    _box(slide, "表の見出し", Box(area.left, area.top, area.width, head), [table.title], SLIDE.text_size, INK)
    pitch = size * ROW * MM
    rows = [table.columns, *table.rows]
    shape = slide.shapes.add_table(
        len(rows),
        len(table.columns),
        *map(Mm, (area.left, area.top + head, area.width, pitch * len(rows))),
    )
    shape.name = "表"
    _describe(shape, table.title)
    grid = shape.table
    for column, room in zip(grid.columns, fitted.widths, strict=True):
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
            room = (fitted.widths[j] - 2.6) / MM / SLIDE.slack
            _write(cell.text_frame, [[(fit(text, room, size), INK)]], size)
            if table.columns[j] in table.numbers:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _note(slide: Any, title: str, fitted: Arranged) -> None:
    area, head = fitted.note_box, SLIDE.text_size * HEAD * MM
    _box(slide, "補足の見出し", Box(area.left, area.top, area.width, head), [title], SLIDE.text_size, INK)
    body = Box(area.left, area.top + head, area.width, area.height - head)
    _box(slide, "補足", body, ["".join(fitted.note)], SLIDE.text_size, QUIET)


def _foot(slide: Any, fitted: Arranged, page: tuple[int, int]) -> None:
    area, aside = fitted.boxes.foot, 22
    left = Box(area.left, area.top, area.width - aside, area.height)
    _box(slide, "出典", left, ["".join(fitted.foot)], fitted.foot_size, QUIET)
    right = Box(area.left + area.width - aside, area.bottom - 6, aside, 6)
    frame = _frame(slide, "ページ番号", right)
    _write(frame, [[(str(page[0]), INK), (f" / {page[1]}", INK)]], SLIDE.small_size)
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    # PowerPoint's own slide number, which stays right when slides are moved or put into another deck.
    run = frame.paragraphs[0].runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")


def _frame(slide: Any, name: str, box: Box) -> Any:
    shape = slide.shapes.add_textbox(*map(Mm, (box.left, box.top, box.width, box.height)))
    shape.name = _text(name)
    return _plain(shape.text_frame)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Mm, (box.left, box.top, box.width, box.height))
    _plain(shape.text_frame).vertical_anchor = MSO_ANCHOR.MIDDLE


def _plain(frame: Any) -> Any:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = True
    return frame


def _box(slide: Any, name: str, box: Box, lines: list[str], size: float, colour: str) -> None:
    """A text box with a paragraph a line."""
    _write(_frame(slide, name, box), [[(text, colour)] for text in lines], size)


def _describe(shape: Any, text: str) -> None:
    """What a screen reader says of a shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", _text(text))


def _write(frame: Any, lines: list[list[tuple[str, str]]], size: float) -> None:
    """Paragraphs of (text, colour) runs."""
    for number, runs in enumerate(lines):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _line(paragraph, runs, size)


def _line(paragraph: Any, runs: list[tuple[str, str]], size: float) -> None:
    for text, colour in runs:
        if not text:
            continue
        run = paragraph.add_run()
        run.text = _text(text)
        run.font.size = Pt(round(size, 1))
        run.font.name = FONT
        run.font.color.rgb = _colour(colour)
        east_asian = run.font._element.makeelement(qn("a:ea"), {"typeface": FONT})
        run.font._element.find(qn("a:latin")).addnext(east_asian)
        run.font._element.set("lang", "ja-JP")


def _text(text: str) -> str:
    """A text on one line, without the control characters XML has no place for."""
    return "".join(c if c.isprintable() or c == "　" else " " for c in text)


def _colour(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
