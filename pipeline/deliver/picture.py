"""The map of a view as a picture of a chosen size, which says itself what it shows: on it, and inside the file."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from geo.draw.choropleth import STANDARD
from geo.draw.print.figure import FLOWS, Caption, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.lettering import printable, save
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.notes import built
from pipeline.deliver.paper import sheet
from pipeline.deliver.sizes import DPI, USUAL

#: What wrote the file.
_PROGRAM = "koryu-map"


def write(
    dataset: Dataset,
    selection: Selection,
    kind: str,
    *,
    size: tuple[int, int] = USUAL,
    what: str = FLOWS,
    scheme: str = STANDARD,
    bare: bool = False,
) -> bytes:
    """The map as "png" or "svg", ``size`` dots wide and high; on it stand title, conditions, date and sources.

    ``bare`` leaves these out, for a page that says them itself. Inside the file they stand in any case.
    """
    view = sheet(dataset, selection, what, scheme)
    millimetres = (size[0] / DPI * 25.4, size[1] / DPI * 25.4)
    caption = Caption(view.title, view.conditions, view.sources)
    drawn = map_figure(view.selected, Ground.of(dataset), view.show, millimetres, None if bare else caption)
    about = _of_png if kind == "png" else _of_svg
    said = about(caption, dataset.naming.title, built(dataset))
    content = save(drawn, kind, caption.title, DPI, said)
    return content if kind == "png" else _readable(content, caption)


def _of_png(caption: Caption, author: str, day: datetime) -> dict[str, str]:
    """By the keywords of the PNG specification (https://www.w3.org/TR/png-3/#11keywords)."""
    return {
        "Description": caption.conditions,
        "Author": author,
        "Copyright": caption.sources,
        "Creation Time": format_datetime(day),
        "Software": _PROGRAM,
    }


def _of_svg(caption: Caption, author: str, day: datetime) -> dict[str, str]:
    """By the elements of Dublin Core (https://www.dublincore.org/specifications/dublin-core/dces/), as RDF."""
    return {
        "Description": caption.conditions,
        "Creator": author,
        "Source": caption.sources,
        "Date": day.isoformat(),
        "Language": "ja",
    }


def _readable(content: bytes, caption: Caption) -> bytes:
    """An SVG that is one picture to who has it read out, with its language, title and description."""
    desc = escape(printable(f"{caption.conditions} {caption.sources}"))
    start = 'role="img" lang="ja" xml:lang="ja" aria-labelledby="title desc"'
    text = re.sub("<svg ", f"<svg {start} ", content.decode(), count=1)
    named = re.sub("<title>", '<title id="title">', text, count=1)
    return named.replace("</title>", f'</title>\n <desc id="desc">{desc}</desc>', 1).encode()
