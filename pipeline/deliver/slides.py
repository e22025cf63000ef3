"""A view as slides (PPTX): text and tables are PowerPoint's own and can be edited, the map is a vector picture.

What stands where, ``slide_plan`` says; the theme, ours or an office's, comes from ``slide_theme``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Mm, Pt

from geo.draw.choropleth import STANDARD
from geo.draw.print.figure import FLOWS, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.layout import Box
from geo.draw.print.lettering import DRAWING, save
from geo.draw.print.sheet import Sheet
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.deliver.asked_sheet import asked_sheet
from pipeline.deliver.paper import Progress, pages
from pipeline.deliver.slide_plan import (
    CELL_EDGE,
    CELL_SIDE,
    LINE,
    Grid,
    Plan,
    Run,
    Stage,
    Words,
    arrange,
)
from pipeline.deliver.slide_theme import Theme, open_theme

#: Dots an inch, and colours, of the map for programs that do not know SVG; a deck of 23 origins still goes by mail.
DPI, _COLOURS = 180, 64

#: 「スタイルなし」: the theme's text on the theme's ground, whatever its other colours are.
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
#: Shades of the theme's ground: headings, every second row, other rows.
_FILLS = ('<a:lumMod val="85000"/>', '<a:lumMod val="95000"/>', "")
#: That of a cell to stand out.
_SHADE = '<a:lumMod val="75000"/>'
#: How text looks: the theme's own, softened, or bold.
_QUIET = '<a:solidFill><a:schemeClr val="tx1"><a:lumMod val="65000"/><a:lumOff val="35000"/></a:schemeClr></a:solidFill>'
_ACCENT = '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'


def write(
    dataset: Dataset,
    selection: Selection,
    *,
    each_origin: bool = False,
    what: str = FLOWS,
    scheme: str = STANDARD,
    question: str = "",
    title: str = "",
    department: str = "",
    day: str = "",
    theme: bytes | None = None,
    gaps: bool = True,
    appendix: bool = True,
    progress: Progress | None = None,
) -> bytes:
    """A deck of the view: of it as a whole, or with ``each_origin`` of each of its origins.

    Parameters
    ----------
    title, department, day, theme, appendix : as of :func:`write_sheets`
    gaps : whether the prefectures without a tie are listed
    question : "" for the view itself, or one of ``pipeline.deliver.asked_sheet``

    Raises
    ------
    SourceError
        for a theme that cannot be used.
    """
    views = pages(dataset, selection, each_origin)
    sheets = (asked_sheet(dataset, view, question, what, scheme, gaps) for view in views)
    return write_sheets(
        dataset,
        sheets,
        len(views),
        title=title,
        department=department,
        day=day,
        theme=theme,
        appendix=appendix,
        progress=progress,
    )


def write_sheets(
    dataset: Dataset,
    sheets: Iterable[Sheet],
    count: int,
    *,
    title: str = "",
    department: str = "",
    day: str = "",
    theme: bytes | None = None,
    appendix: bool = True,
    progress: Progress | None = None,
) -> bytes:
    """A deck of ``count`` sheets: of each a slide with its map, and slides with the rest of its table.

    Parameters
    ----------
    title : of the deck, which begins with a slide that says it; without one it is named after the first sheet
    department, day : who made it and when, as a line under the title and on every slide
    theme : the bytes of a .potx or .pptx whose look it takes
    appendix : whether rows of a table that its slide has no room for follow on further ones

    Raises
    ------
    SourceError
        for a theme that cannot be used.
    """
    used, ground, buffer = open_theme(theme), Ground.of(dataset), BytesIO()
    deck, made_by, about = used.deck, "　".join(filter(None, (department, day))), used.deck.core_properties
    about.title, about.subject, about.keywords, about.category = _text(title)[:255], "", "", ""
    if title:
        _cover(used, title, [department, day])
    for number, made in enumerate(sheets, 1):
        if number == 1:
            about.title = about.title or _text(made.title)[:255]
            about.comments = _text(made.conditions)[:255]
        for plan in arrange(made, used.stage, appendix, made_by):
            _slide(used, plan, made, ground)
        if progress:
            progress(number, count)
    about.author = about.last_modified_by = _text(department)[:255] or dataset.naming.title
    about.language = "ja-JP"
    about.created = about.modified = notes.built(dataset)
    deck.save(buffer)
    return buffer.getvalue()


def _cover(used: Theme, title: str, lines: Sequence[str]) -> None:
    """The slide the deck begins with."""
    slide = used.deck.slides.add_slide(used.cover)
    slide.shapes.title.text_frame.text = _text(title)
    slide.shapes.title.text_frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    told = [_text(line) for line in lines if line]
    rest = [shape for shape in slide.placeholders if shape.placeholder_format.idx]
    below = [shape for shape in rest if shape.has_text_frame][:1] if told else []
    for shape in rest:
        if shape not in below:
            _remove(shape)
    if below:
        below[0].text_frame.text = "\n".join(told)
    elif told:
        _box(
            slide,
            Words("部署と日付", used.stage.body, tuple((Run(line, used.stage.size(16)),) for line in told)),
            used.stage,
        )


def _slide(used: Theme, plan: Plan, made: Sheet, ground: Ground) -> None:
    slide = used.deck.slides.add_slide(used.layout)
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx:
            _remove(shape)
    title = slide.shapes.title.text_frame
    _write(title, plan.title, used.stage, exact=False)
    title.word_wrap, title.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    for part in plan.parts:
        if isinstance(part, Grid):
            _table(slide, part)
        else:
            _box(slide, part, used.stage)
    if plan.map:
        _map(slide, made, plan.map, ground, used.stage)
    _number(slide, used)
    slide.notes_slide.notes_text_frame.text = "\n".join(map(_text, _notes(plan, made)))


def _notes(plan: Plan, made: Sheet) -> list[str]:
    """What a speaker may be asked: the sentence, the conditions, the figures, what words mean, the sources."""
    title = "".join(run.text for paragraph in plan.title.paragraphs for run in paragraph)
    figures = [f"{label} {value} {rest}".strip() for label, value, rest in made.figures]
    listed = f"{made.table.title}: {len(made.table.rows):,}"
    first = [] if plan.map else [title]
    said = [
        *first,
        made.title,
        made.more,
        made.conditions,
        *figures,
        "：".join(made.note),
        listed,
        made.meaning,
    ]
    return [line for line in (*said, made.sources) if line]


def _map(slide: Any, made: Sheet, area: Box, ground: Ground, stage: Stage) -> None:
    """The map as SVG, which PowerPoint 2019 and later show and turn into shapes, and as PNG for whoever does not know it."""
    figure = map_figure(
        made.selected, ground, replace(made.show, text=stage.map_size), (area.width, area.height)
    )
    vector = save(figure, "svg", made.title)
    drawn = slide.shapes.add_picture(BytesIO(_png(figure)), *_place(area))
    drawn.name = "地図"
    _describe(drawn, f"地図: {made.title}{'、'.join(made.note)}")
    package = slide.part.package
    name = PackURI(f"/ppt/media/map{len(slide.part.package.presentation_part.presentation.slides)}.svg")
    part = Part(name, "image/svg+xml", package, vector)
    extension = (
        f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
        f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)}"/>'
        "</a:ext></a:extLst>"
    )
    drawn._element.find(f".//{qn('a:blip')}").append(parse_xml(extension))


def _png(figure: Figure) -> bytes:
    """A drawing as a picture of few colours, a third of the size of one of all."""
    buffer = BytesIO()
    with DRAWING:
        figure.dpi = DPI
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        drawn = Image.frombuffer("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba()))
    few = drawn.convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(buffer, "png", dpi=(DPI, DPI))
    return buffer.getvalue()


def _table(slide: Any, grid: Grid) -> None:
    """A native table; its rows written at once, for a cell at a time takes a hundred times as long."""
    shape = slide.shapes.add_table(1, len(grid.widths), *_place(grid.box))
    shape.name = grid.name
    _describe(shape, grid.title)
    table = shape._element.graphic.graphicData.tbl
    table.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    for column, wide in zip(table.tblGrid.gridCol_lst, grid.widths, strict=True):
        column.set("w", str(Mm(wide)))
    rows = "".join(
        f'<a:tr h="{Mm(high)}">{"".join(_cell(grid, cell, at, number) for at, cell in enumerate(row))}</a:tr>'
        for number, (row, high) in enumerate(zip(grid.rows, grid.heights, strict=True))
    )
    table.remove(table.tr_lst[0])
    table.extend(parse_xml(f"<a:tbl {nsdecls('a')}>{rows}</a:tbl>"))


def _cell(grid: Grid, text: str, column: int, row: int) -> str:
    size = round(grid.size * 100)
    look = f'lang="ja-JP" sz="{size}" b="{int(not row)}"'
    written = (
        f"<a:r><a:rPr {look}/><a:t>{escape(_text(text))}</a:t></a:r>" if text else f"<a:endParaRPr {look}/>"
    )
    side, edge = Mm(CELL_SIDE), Mm(CELL_EDGE)
    return (
        f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{"r" if column in grid.numbers else "l"}">'
        f'<a:lnSpc><a:spcPts val="{round(size * LINE)}"/></a:lnSpc></a:pPr>{written}</a:p></a:txBody>'
        f'<a:tcPr marL="{side}" marR="{side}" marT="{edge}" marB="{edge}" anchor="ctr"><a:solidFill>'
        f'<a:schemeClr val="bg1">{_SHADE if row and text in grid.shaded else _FILLS[row and 2 - (row + 1) % 2]}</a:schemeClr></a:solidFill></a:tcPr></a:tc>'
    )


def _number(slide: Any, used: Theme) -> None:
    """PowerPoint's own slide number, which stays right when slides are moved, where the theme has a place for it."""
    for shape in used.layout.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            copy = deepcopy(shape._element)
            copy.xpath(".//p:cNvPr")[0].set(
                "id", str(max(map(int, slide._element.xpath(".//p:cNvPr/@id"))) + 1)
            )
            number = len(used.deck.slides)
            for shown in copy.xpath(".//a:fld/a:t"):
                shown.text = str(number)
            slide.shapes._spTree.append(copy)
            return


def _box(slide: Any, words: Words, stage: Stage) -> None:
    shape = slide.shapes.add_textbox(*_place(words.box))
    shape.name = _text(words.name)
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = True
    _write(frame, words, stage)


def _write(frame: Any, words: Words, stage: Stage, exact: bool = True) -> None:
    """Paragraphs of runs in the theme's fonts; ``exact`` gives lines the height they were measured with."""
    for number, runs in enumerate(words.paragraphs):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        if exact:
            paragraph.line_spacing = Pt(round(max(run.size for run in runs) * LINE, 1))
        else:
            paragraph.line_spacing = 0.95
        for one in runs:
            if not one.text:
                continue
            run = paragraph.add_run()
            run.text = _text(one.text)
            run.font.size = Pt(one.size)
            run.font._element.set("lang", "ja-JP")
            if one.look == "strong":
                run.font.bold = True
            fill = _QUIET if one.look == "quiet" else _ACCENT if one.look == "strong" and stage.own else ""
            if fill:
                run.font._element.insert(
                    0, parse_xml(fill.replace("<a:solidFill>", f"<a:solidFill {nsdecls('a')}>"))
                )


def _remove(shape: Any) -> None:
    shape._element.getparent().remove(shape._element)


def _describe(shape: Any, text: str) -> None:
    """What a screen reader says of a shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", _text(text))


def _place(box: Box) -> tuple[int, int, int, int]:
    return Mm(box.left), Mm(box.top), Mm(box.width), Mm(box.height)


def _text(text: str) -> str:
    """A text on one line, without the control characters XML has no place for."""
    return "".join(c if c.isprintable() or c == "　" else " " for c in text)
