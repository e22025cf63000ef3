"""A theme as an office has one, to test with: a band, its own fonts and colours, its own size, a slide in it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Mm

FONT = "Meiryo UI"


def potx(wide: float = 254, high: float = 190.5) -> bytes:
    """A template (.potx) of so many millimetres."""
    deck = Presentation()
    across, down = Mm(wide) / deck.slide_width, Mm(high) / deck.slide_height
    shapes = [shape for page in (deck.slide_master, *deck.slide_layouts) for shape in page.placeholders]
    places = [(shape.left, shape.top, shape.width, shape.height) for shape in shapes]
    for shape, (left, top, width, height) in zip(shapes, places, strict=True):
        shape.left, shape.width = round(left * across), round(width * across)
        shape.top, shape.height = round(top * down), round(height * down)
    deck.slide_width, deck.slide_height = Mm(wide), Mm(high)
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    ours = f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/>'.encode()
    theme._blob = theme.blob.replace(b'<a:latin typeface="Calibri"/><a:ea typeface=""/>', ours)
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = "例のスライド"
    made = BytesIO()
    deck.save(made)
    return with_parts(
        made.getvalue(),
        {"[Content_Types].xml": lambda types: types.replace(b"presentation.main+xml", b"template.main+xml")},
    )


def with_parts(file: bytes, change: dict[str, Callable[[bytes], bytes] | bytes]) -> bytes:
    """The same file with parts written anew or added."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            own = change.get(name, old.read(name))
            new.writestr(name, own if isinstance(own, bytes) else own(old.read(name)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return made.getvalue()
