"""The theme of a deck: ours, or an office's own (.potx or .pptx), which is hostile until it has been looked through."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Mm

from geo.draw.print.layout import Box
from pipeline.deliver.slide_plan import TITLE, Stage
from pipeline.intake.grid.limits import Parts, broken
from pipeline.intake.records import SourceError

#: Comes with Windows 10 and later, under its Japanese name; PowerPoint takes another where it is missing.
FONT = "BIZ UDPゴシック"

#: Bytes of a theme file: with its pictures, and still one that goes by mail.
MOST_BYTES = 20_000_000
_MOST_UNPACKED = 100_000_000
_KIND = "PowerPoint"
_CONTENT_TYPES = "[Content_Types].xml"
_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
#: Millimetres of a slide, and of the room below its title, for anything to be read on it.
_SLIDE, _LEAST_WIDE, _LEAST_HIGH = (120, 1500), 140.0, 75.0
_EMU = 36_000
#: Where title and subtitle stand on our first slide, their sizes and fonts.
_COVER = ((Box(24, 58, 290, 38), 36, "mj"), (Box(24, 100, 290, 30), 20, "mn"))
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_FEET = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
#: What python-pptx's own template says → what ours says: fonts, and the colours of text and of what stands out.
_OURS = (
    (
        '<a:latin typeface="Calibri"/><a:ea typeface=""/>',
        f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/>',
    ),
    ('<a:sysClr val="windowText" lastClr="000000"/>', '<a:srgbClr val="1A1A1C"/>'),
    ('<a:accent1><a:srgbClr val="4F81BD"/>', '<a:accent1><a:srgbClr val="0017C1"/>'),
)


@dataclass(frozen=True, eq=False)
class Theme:
    """A deck without slides, the layouts its slides take, and what room they give."""

    deck: Any
    layout: Any
    cover: Any
    stage: Stage


def read_theme(path: Path) -> bytes:
    """The bytes of a theme file that can be used.

    Raises
    ------
    SourceError
        where there is none, and as :func:`open_theme`.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_big(path.name, path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"テーマのファイル「{path}」を読めません。名前と場所を確かめてください。"
        ) from error
    open_theme(content, path.name)
    return content


def open_theme(file: bytes | None, name: str = "テーマのファイル") -> Theme:
    """A deck to add slides to: with the theme of a file, or with ours where there is none.

    Raises
    ------
    SourceError
        for what is no PowerPoint template or presentation, is broken, locked, far too big, runs macros, or loads
        something from elsewhere; and for one without a layout that has a title and room below it.
    """
    if file is None:
        return _own()
    safe = _checked(file, name)
    try:
        # All that may be wrong with it shows when a slide is made of it.
        tried = _theme(Presentation(BytesIO(safe)), name)
        for layout in (tried.cover, tried.layout):
            slide = tried.deck.slides.add_slide(layout)
            slide.shapes.title.text_frame.text = name
            slide.notes_slide.notes_text_frame.text = name
        tried.deck.save(BytesIO())
        return _theme(Presentation(BytesIO(safe)), name)
    except SourceError:
        raise
    except Exception as error:
        raise broken(name, _KIND) from error


def _own() -> Theme:
    """Our theme, for what is added by hand too: its layouts as wide as the slide, its fonts by our names."""
    deck = Presentation()
    wide, high = 338.667, 190.5
    wider = Mm(wide) / deck.slide_width
    deck.slide_width, deck.slide_height = Mm(wide), Mm(high)
    master = deck.slide_master
    drawn: list[Any] = [master, *deck.slide_layouts]
    shapes = [shape for page in drawn for shape in page.placeholders]
    # Read first: a layout's shape has its place from the master until it is given one.
    places = [(shape.left, shape.top, shape.width, shape.height) for shape in shapes]
    for shape, (left, top, width, height) in zip(shapes, places, strict=True):
        _put(shape, (round(left * wider), top, round(width * wider), height))
    layout: Any = next(one for one in deck.slide_layouts if one._element.get("type") == "titleOnly")
    title, body = Box(9.5, 4, 319.7, 18.5), Box(12, 24, 314.667, 158.5)
    for page in (drawn[0], layout):
        for shape in page.placeholders:
            kind = shape.placeholder_format.type
            if kind in _TITLES:
                _put(shape, _emu(title))
            elif kind == PP_PLACEHOLDER.BODY:
                _put(shape, _emu(body))
            elif kind in _FEET:
                shape.top, shape.height = Mm(183.5), Mm(6)
    _style(master._element.xpath("./p:txStyles/p:titleStyle")[0], TITLE, "mj")
    cover = deck.slide_layouts[0]
    for shape, (box, size, font) in zip(cover.placeholders, _COVER, strict=False):
        _put(shape, _emu(box))
        _style(shape._element.xpath(".//a:lstStyle")[0], size, font)
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode()
    for theirs, ours in _OURS:
        text = text.replace(theirs, ours)
    part._blob = text.encode()
    return Theme(deck, layout, cover, Stage(wide, high, title, body))


def _style(levels: Any, size: float, font: str) -> None:
    """Text of a placeholder to the left, of a size in points, in the theme's major (mj) or minor (mn) font."""
    for gone in levels.findall(qn("a:lvl1pPr")):
        levels.remove(gone)
    faces = "".join(f'<a:{script} typeface="+{font}-{script}"/>' for script in ("ea", "cs"))
    ours = (
        f'<a:lvl1pPr {nsdecls("a")} marL="0" indent="0" algn="l"><a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{round(size * 100)}"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        f'<a:latin typeface="+{font}-lt"/>{faces}</a:defRPr></a:lvl1pPr>'
    )
    levels.insert(0, parse_xml(ours))


def _checked(file: bytes, name: str) -> bytes:
    """The file as a presentation, with nothing in it that runs or loads anything."""
    if len(file) > MOST_BYTES:
        raise _too_big(name, len(file))
    if file.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(
            f"「{name}」は、古い形式（.pot・.ppt）か、パスワードのかかったファイルです。"
            "パスワードを外し、「PowerPoint テンプレート（.potx）」で保存したものを選んでください。"
        )
    if not file.startswith(b"PK"):
        raise _no_theme(name)
    parts = Parts(file, name, _KIND, _MOST_UNPACKED)
    if len(set(parts.names)) < len(parts.names):
        raise broken(name, _KIND)
    if _CONTENT_TYPES not in parts.names:
        raise _no_theme(name)
    read = {part: parts.read(part) for part in parts.names if not part.endswith("/")}
    types = read[_CONTENT_TYPES]
    if (
        b"macroEnabled" in types
        or b"vbaProject" in types
        or any("vbaproject" in part.lower() for part in read)
    ):
        raise SourceError(
            f"「{name}」にはマクロが入っているので使えません。"
            "「PowerPoint テンプレート（.potx）」で保存し直したものを選んでください。"
        )
    template, deck = (_TYPE.format(kind).encode() for kind in ("template", "presentation"))
    if template not in types and deck not in types:
        raise _no_theme(name)
    read[_CONTENT_TYPES] = types.replace(template, deck)
    _refuse_declared(read, name)
    _refuse_outside(read, name)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part, content in read.items():
            archive.writestr(part, content)
    return packed.getvalue()


def _refuse_declared(read: dict[str, bytes], name: str) -> None:
    """No part declares entities, which could be far longer than they look, or come from elsewhere."""
    for part, content in read.items():
        if part.endswith((".xml", ".rels")) and re.search(
            rb"<!\s*(DOCTYPE|ENTITY)|^(\xff\xfe|\xfe\xff)", content
        ):
            raise broken(name, _KIND)


def _refuse_outside(read: dict[str, bytes], name: str) -> None:
    """Links may lead elsewhere, but nothing may be loaded from there when the deck is opened."""
    for part, content in read.items():
        if not part.endswith(".rels"):
            continue
        try:
            relations = list(ElementTree.fromstring(content))
        except ElementTree.ParseError as error:
            raise broken(name, _KIND) from error
        for one in relations:
            if one.get("TargetMode") == "External" and not str(one.get("Type")).endswith("/hyperlink"):
                raise SourceError(
                    f"「{name}」は、ほかの場所のファイル（リンクした画像など）を読み込むので使えません。"
                    "リンクを解除して保存し直したものを選んでください。"
                )


def _too_big(name: str, size: int) -> SourceError:
    return SourceError(
        f"「{name}」は{size / 1e6:,.0f}MBあり、テーマとして使える大きさ（{MOST_BYTES // 1_000_000}MB）を超えています。"
        "スライドと写真を消したものを選んでください。"
    )


def _no_theme(name: str) -> SourceError:
    return SourceError(
        f"「{name}」は PowerPoint のファイルではありません。.potx か .pptx のファイルを選んでください。"
    )


def _theme(deck: Any, name: str) -> Theme:
    """The layouts of an office's deck that we use, its slides taken out."""
    _empty(deck)
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _shapes(layout, _TITLES)]
    if not titled:
        raise SourceError(
            f"「{name}」には、タイトルのあるレイアウトがありません。"
            "「タイトルのみ」のレイアウトのあるファイルを選んでください。"
        )
    covers = [layout for layout in titled if layout._element.get("type") == "title"]
    inner = [layout for layout in titled if layout not in covers] or titled
    only = [layout for layout in inner if layout._element.get("type") == "titleOnly"]
    layout = (only or sorted(inner, key=lambda one: len(_others(one))))[0]
    return Theme(deck, layout, (covers or [layout])[0], _stage(deck, layout, name))


def _stage(deck: Any, layout: Any, name: str) -> Stage:
    """Where the title stands, and the room below it: that of the master's body, above its feet."""
    wide, high = deck.slide_width / _EMU, deck.slide_height / _EMU
    title = _box(_shapes(layout, _TITLES)[0])
    if not (_SLIDE[0] <= wide <= _SLIDE[1] and _SLIDE[0] * 0.7 <= high <= _SLIDE[1]) or title.width < 60:
        raise _no_room(name)
    side = wide * 0.04
    usual = Box(side, title.bottom + 2, wide - 2 * side, high * 0.96 - title.bottom - 2)
    bodies = _shapes(layout.slide_master, (PP_PLACEHOLDER.BODY,))
    body = next(
        (room for room in (*map(_box, bodies), usual) if _enough(_clear(room, title, layout), wide, high)),
        None,
    )
    if body is None:
        raise _no_room(name)
    master = layout.slide_master._element
    sizes = layout._element.xpath(
        ".//p:sp[.//p:ph[@type='title' or @type='ctrTitle']]//a:lstStyle/a:lvl1pPr/a:defRPr/@sz"
    )
    sizes += master.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr/a:defRPr/@sz")
    size = int(sizes[0]) / 100 if sizes else TITLE
    return Stage(wide, high, title, _clear(body, title, layout), size, own=False)


def _clear(room: Box, title: Box, layout: Any) -> Box:
    """A room without what the title and the feet take of it."""
    top, bottom = room.top, room.bottom
    if (
        title.top < bottom
        and title.bottom > top
        and title.left < room.left + room.width
        and title.left + title.width > room.left
    ):
        top = title.bottom + 1
    for foot in map(_box, _shapes(layout, _FEET)):
        if top < foot.top < bottom:
            bottom = foot.top
    return Box(room.left, top, room.width, bottom - top)


def _enough(room: Box, wide: float, high: float) -> bool:
    inside = room.left >= 0 and room.top >= 0 and room.left + room.width <= wide and room.bottom <= high
    return inside and room.width >= _LEAST_WIDE and room.height >= _LEAST_HIGH


def _no_room(name: str) -> SourceError:
    return SourceError(
        f"「{name}」のスライドには、題名の下に地図と表を置く広さがありません。"
        "4:3 か 16:9 の「タイトルのみ」のレイアウトのあるファイルを選んでください。"
    )


def _empty(deck: Any) -> None:
    """Take out the slides, and what names them: sections and shows of some of them."""
    root = deck.part._element
    for one in list(deck.slides._sldIdLst):
        deck.part.drop_rel(one.rId)
        deck.slides._sldIdLst.remove(one)
    for gone in root.xpath(".//p:custShowLst | .//*[local-name()='sectionLst']"):
        gone.getparent().remove(gone)
    for extension in root.xpath("./p:extLst/p:ext[not(*)]"):
        extension.getparent().remove(extension)


def _shapes(page: Any, kinds: tuple) -> list[Any]:
    return [shape for shape in page.placeholders if shape.placeholder_format.type in kinds]


def _others(layout: Any) -> list[Any]:
    return [shape for shape in layout.placeholders if shape.placeholder_format.type not in (*_TITLES, *_FEET)]


def _box(shape: Any) -> Box:
    return Box(*(value / _EMU for value in (shape.left, shape.top, shape.width, shape.height)))


def _emu(box: Box) -> tuple[int, int, int, int]:
    return Mm(box.left), Mm(box.top), Mm(box.width), Mm(box.height)


def _put(shape: Any, place: tuple[int, int, int, int]) -> None:
    shape.left, shape.top, shape.width, shape.height = place
