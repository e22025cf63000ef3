"""Web pages, and what Excel saves as one: their tables, and the headings around them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import lxml.html
from lxml import etree

from pipeline.intake.grid.cells import Cell, Grid, make_grid
from pipeline.intake.grid.limits import broken, refuse_cells
from pipeline.intake.grid.plain import clean, decode
from pipeline.intake.records import SourceError

_CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w-]{1,30})""", re.IGNORECASE)
#: What browsers take an encoding's name for.
_MEANT = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932"}
_HEADINGS = ("title", "h1", "h2", "h3", "h4", "caption")
_BLOCKS = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "ul", "ol"}
_UNSHOWN = {"script", "style", "head", "template", "noscript", "rt", "rp"}
#: Columns and rows that one cell can span, as browsers have it.
_MOST_COLUMNS, _MOST_ROWS = 1_000, 65_534


def looks_like_html(start: bytes) -> bool:
    """Whether a file begins as a web page does."""
    plain = start.replace(b"\x00", b"").lower()
    return bool(re.search(rb"<(?:!doctype\s{1,9}html|html|table|body)[\s>]", plain))


def read_html(data: bytes, name: str, *, in_order: bool = False) -> list[Grid]:
    """The tables of a page, the headings above each as its captions; without a table its lines as one column.

    Parameters
    ----------
    in_order : what the page says outside of its tables as well, before them

    Raises
    ------
    SourceError : it holds nothing.
    """
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", _decoded(data, name))
    try:
        parser = lxml.html.HTMLParser(no_network=True, huge_tree=False)
        root = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError, RecursionError) as error:
        raise broken(name, "ウェブページ（HTML）") from error
    grids: list[Grid] = []
    said: dict[str, str] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in _HEADINGS:
            said = {tag: said[tag] for tag in _HEADINGS[: _HEADINGS.index(element.tag)] if tag in said}
            said[element.tag] = _text(element)
        elif element.tag == "table":
            caption = [_text(one) for one in element.findall("caption")]
            grids.append(_grid(element, f"表{len(grids) + 1}", [*said.values(), *caption], name))
    if in_order or not any(grid.filled for grid in grids):
        body = root.find("body")
        lines = _text(root if body is None else body, tables=not in_order).split("\n")
        cells = [
            Cell(line.strip(), row, 0, place=f"{row + 1}行目")
            for row, line in enumerate(lines)
            if line.strip()
        ]
        around = make_grid("本文", cells, [text for tag, text in said.items() if tag == "title"])
        grids = [around, *grids] if in_order else [around]
    return grids


def _decoded(data: bytes, name: str) -> str:
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and (
        named := _CHARSET.search(data[:4000].decode("latin-1"))
    ):
        encoding = named[1].lower()
        try:
            return clean(data.decode(_MEANT.get(encoding, encoding)))
        except (UnicodeError, LookupError):
            pass
        try:
            return decode(data, name)
        except SourceError:
            # A page may hold one character that its encoding does not have; browsers show it as a mark.
            if encoding in _MEANT:
                text = data.decode("cp932", errors="replace")
                if text.count("\ufffd") <= max(1, len(text) // 1000):
                    return clean(text)
            raise
    return decode(data, name)


def _grid(table: etree._Element, name: str, captions: Iterable[str], file: str) -> Grid:
    cells: list[Cell] = []
    taken: dict[int, int] = {}  # column → the row in which it is free again
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    for number, row in enumerate(rows):
        refuse_cells(len(cells) + len(taken), file)
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while taken.get(column, 0) > number:
                column += 1
            height = _span(cell, "rowspan", _MOST_ROWS) or len(rows) - number
            width = _span(cell, "colspan", _MOST_COLUMNS) or 1
            height = min(height, len(rows) - number)
            cells.append(Cell(_text(cell), number, column, height, width, f"{name} {number + 1}行目"))
            for at in range(column, column + width):
                taken[at] = number + height
            column += width
    return make_grid(name, cells, captions)


def _span(cell: etree._Element, name: str, most: int) -> int:
    digits = re.match(r"\s{0,9}(\d{1,9})", cell.get(name) or "1")
    return min(int(digits[1]), most) if digits else 1


def _text(element: etree._Element, *, tables: bool = True) -> str:
    """The text of an element as a browser breaks it into lines, with that of the tables within it or without."""
    pieces: list[str] = []
    pending = [(element, "open")]
    while pending:
        node, when = pending.pop()
        if when == "tail":
            pieces.append(re.sub(r"\s+", " ", node.tail or ""))
            continue
        shown = isinstance(node.tag, str) and node.tag not in _UNSHOWN and (tables or node.tag != "table")
        if when == "close":
            pieces.append("\n")
            continue
        if not shown:
            continue
        if node is not element and node.tag in _BLOCKS:
            pieces.append("\n")
            pending.append((node, "close")) if node.tag != "br" else None
        pieces.append(re.sub(r"\s+", " ", node.text or ""))
        for child in reversed(node):
            pending.append((child, "tail"))
            pending.append((child, "open"))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return clean("\n".join(line for line in lines if line))
