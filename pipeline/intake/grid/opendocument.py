"""OpenDocument spreadsheets (ods): read from their XML, because the spans stand nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.intake.grid.cells import Cell, Grid, Kind, column_letter, make_grid
from pipeline.intake.grid.limits import Parts, broken, locked, refuse_cells
from pipeline.intake.grid.plain import clean
from pipeline.intake.grid.strange_xml import parse_xml

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def read_ods(data: bytes, name: str) -> list[Grid]:
    """The sheets of an OpenDocument spreadsheet.

    Raises
    ------
    SourceError : it is damaged, has a password, or is too big.
    """
    parts = Parts(data, name, "OpenDocument（ods）")
    if "META-INF/manifest.xml" in parts.names and b"encryption-data" in parts.read("META-INF/manifest.xml"):
        raise locked(name)
    root = parse_xml(parts.read("content.xml"), name, "OpenDocument（ods）")
    hidden = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        if any(one.get(f"{_TABLE}display") == "false" for one in style)
    }
    try:
        return [
            _grid(table, name, table.get(f"{_TABLE}style-name") in hidden)
            for table in root.iter(f"{_TABLE}table")
        ]
    except ValueError as error:
        raise broken(name, "OpenDocument（ods）") from error


def _grid(table: etree._Element, file: str, hidden: bool) -> Grid:
    name = table.get(f"{_TABLE}name") or "表"
    cells: list[Cell] = []
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        if line.getparent() is not None and _nested(line, table):
            continue
        repeated = _number(line, "number-rows-repeated")
        own = list(_cells(line))
        # An empty row may be repeated to the end of the sheet, a full one is repeated as often as it is shown.
        if own:
            refuse_cells(len(cells) + len(own) * repeated, file)
        for again in range(repeated if own else 0):
            for column, text, kind, spans in own:
                place = f"{name}!{column_letter(column)}{row + again + 1}"
                cells.append(Cell(text, row + again, column, spans[0], spans[1], place, kind))
        row = min(row + repeated, _MOST_ROWS)
    return make_grid(name, cells, hidden=hidden)


def _nested(line: etree._Element, table: etree._Element) -> bool:
    """Whether a row is of a table within a cell."""
    above = line.getparent()
    while above is not None and above is not table:
        if above.tag == f"{_TABLE}table":
            return True
        above = above.getparent()
    return False


def _cells(line: etree._Element) -> Iterator[tuple[int, str, Kind, tuple[int, int]]]:
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated = _number(cell, "number-columns-repeated")
        text, kind = _value(cell) if cell.tag == f"{_TABLE}table-cell" else ("", "text")
        spans = _number(cell, "number-rows-spanned"), _number(cell, "number-columns-spanned")
        if text:
            for again in range(min(repeated, _MOST_COLUMNS)):
                yield column + again, text, kind, spans
        column = min(column + repeated, _MOST_COLUMNS)


def _number(element: etree._Element, name: str) -> int:
    return max(1, min(int(element.get(f"{_TABLE}{name}") or 1), _MOST_ROWS))


def _value(cell: etree._Element) -> tuple[str, Kind]:
    what = cell.get(f"{_OFFICE}value-type")
    if what == "date" and (day := cell.get(f"{_OFFICE}date-value")):
        return day.removesuffix("T00:00:00"), "date"
    if what == "float" and (number := cell.get(f"{_OFFICE}value")):
        return number.removesuffix(".0"), "number"
    if what == "boolean":
        return ("○" if cell.get(f"{_OFFICE}boolean-value") == "true" else "×"), "text"
    lines = [_line(one) for one in cell if one.tag in (f"{_TEXT}p", f"{_TEXT}h")]
    return clean("\n".join(lines)).strip(), "text"


def _line(paragraph: etree._Element) -> str:
    text = paragraph.text or ""
    for child in paragraph:
        if child.tag == f"{_TEXT}line-break":
            text += "\n"
        elif child.tag == f"{_TEXT}s":
            text += " "
        elif child.tag == f"{_TEXT}tab":
            text += "\t"
        elif isinstance(child.tag, str) and not child.tag.endswith(("}annotation", "}ruby-text")):
            text += _line(child)
        text += child.tail or ""
    return text
