"""Word's documents (docx): their tables, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.intake.grid.cells import Cell, Grid, make_grid
from pipeline.intake.grid.limits import Parts, broken, refuse_cells
from pipeline.intake.grid.plain import clean
from pipeline.intake.grid.strange_xml import parse_xml

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
#: Columns a cell of a table can span.
_MOST_COLUMNS = 1_000


def read_docx(data: bytes, name: str, *, in_order: bool = False) -> list[Grid]:
    """The tables of a document, each with the paragraphs above it; without a table its paragraphs as one column.

    Parameters
    ----------
    in_order : everything instead as the document has it: a grid for each table, and one for the paragraphs between two

    Raises
    ------
    SourceError : it is damaged, or too big.
    """
    parts = Parts(data, name, "Word")
    content = parts.read("word/document.xml").replace(_STRICT, _W[1:-1].encode())
    body = parse_xml(content, name, "Word").find(f"{_W}body")
    if body is None:
        raise broken(name, "Word")
    grids: list[Grid] = []
    above: list[str] = []
    lines: list[str] = []
    between: list[Cell] = []
    count = 0
    for block in _blocks(body):
        if block.tag == f"{_W}tbl":
            if in_order and between:
                grids.append(make_grid("本文", between))
                between = []
            count += 1
            try:
                grids.append(_grid(block, f"表{count}", above, name))
            except ValueError as error:
                raise broken(name, "Word") from error
            above = [*above[:3]]
        elif text := _text(block):
            above.append(text)
            between += [
                Cell(line, len(between), 0, place=f"{len(lines) + number}段落目")
                for number, line in enumerate(text.split("\n"), start=1)
            ]
            lines += text.split("\n")
    if in_order:
        return [*grids, make_grid("本文", between)] if between else grids
    if not any(grid.filled for grid in grids):
        cells = [Cell(line, row, 0, place=f"{row + 1}段落目") for row, line in enumerate(lines) if line]
        grids = [make_grid("本文", cells)]
    return grids


def _blocks(body: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in their order, also those in content controls."""
    for child in body:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag == f"{_W}sdt" and (inner := child.find(f"{_W}sdtContent")) is not None:
            yield from _blocks(inner)


def _grid(table: etree._Element, name: str, captions: list[str], file: str) -> Grid:
    cells: list[Cell] = []
    open_spans: dict[int, int] = {}
    rows = [row for row in table.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl")) is table]
    for number, row in enumerate(rows):
        refuse_cells(len(cells), file)
        place = f"{name} {number + 1}行目"
        column = 0
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        column += _value(before, 0)
        for cell in (one for one in row.iter(f"{_W}tc") if next(one.iterancestors(f"{_W}tr")) is row):
            width = max(1, _value(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if goes_on and column in open_spans:
                at = open_spans[column]
                first = cells[at]
                cells[at] = Cell(
                    first.text,
                    first.row,
                    first.column,
                    number - first.row + 1,
                    first.column_span,
                    first.place,
                )
            else:
                open_spans.pop(column, None)
                if merge is not None:
                    open_spans[column] = len(cells)
                text = "\n".join(filter(None, map(_text, cell.iter(f"{_W}p"))))
                cells.append(Cell(text, number, column, 1, width, place))
            column += width
    return make_grid(name, cells, captions)


def _value(element: etree._Element | None, default: int) -> int:
    found = element.get(f"{_W}val") if element is not None else None
    return min(int(found), _MOST_COLUMNS) if found else default


def _text(paragraph: etree._Element) -> str:
    text = ""
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"):
        # A tracked deletion stands in w:delText; what is inside a picture's text box stands twice.
        if node.tag == f"{_W}t":
            text += node.text or ""
        else:
            text += "\t" if node.tag == f"{_W}tab" else "\n"
    return clean(text).strip()
