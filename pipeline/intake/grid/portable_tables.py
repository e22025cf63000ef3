"""The tables of a PDF, page by page, put together where one goes on: run by the process of portable_process.py."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.intake.grid.cells import WRAP, Cell
from pipeline.intake.grid.limits import MOST_PAGES, broken, locked, refuse_cells
from pipeline.intake.grid.plain import clean
from pipeline.intake.records import SourceError

#: Its name, its cells, and what stands above it.
Table = tuple[str, list[Cell], list[str]]

#: Points between two words of a line that make them two columns.
_GAP = 12
#: Lines, rectangles and curves of one page; more are a drawing, and looking for a table in it would take for ever.
_MOST_STROKES = 20_000
#: How much of a letter's width a line may be short of its margin and be full.
_SLACK = 0.3
_LATIN = "".join(map(chr, range(33, 127)))

Box = tuple[float, float, float, float]


def tables_of(
    data: bytes, name: str, goes_on: Callable[[int, int], None], *, in_order: bool = False
) -> list[Table]:
    """What ``portable.read_pdf`` makes grids of; ``goes_on`` is called after each page with (pages read, of how many).

    Raises
    ------
    SourceError : as there
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return _in_order(document, name, goes_on) if in_order else _put_together(document, name, goes_on)
    except (SourceError, MemoryError):
        raise
    except Exception as error:
        why: BaseException | None = error
        while why is not None:
            if isinstance(why, PDFPasswordIncorrect) or any(
                isinstance(one, PDFPasswordIncorrect) for one in why.args
            ):
                raise locked(name) from error
            why = why.__cause__ or why.__context__
        raise broken(name, "PDF") from error


def _refuse_pages(document: Any, name: str) -> None:
    """Raise SourceError for a document with too many pages, or none."""
    if len(document.pages) > MOST_PAGES:
        raise SourceError(
            f"ファイル「{name}」は{len(document.pages):,}ページあり、読めるページ数（{MOST_PAGES}）を超えています。"
            "一覧のページだけを別のファイルにしてから、読み込んでください。"
        )
    if not document.pages:
        raise broken(name, "PDF")


def _put_together(document: Any, name: str, goes_on: Callable[[int, int], None]) -> list[Table]:
    _refuse_pages(document, name)
    tables: list[tuple[str, int, list[Cell], list[str]]] = []
    words: list[Cell] = []
    row = characters = 0
    for number, page in enumerate(document.pages, start=1):
        characters += len(page.chars)
        found = _tables(page)
        above: list[str] = []
        if found:
            top = min(table.bbox[1] for table in found)
            above = [
                clean(line["text"])
                for line in page.extract_text_lines(return_chars=False)
                if line["bottom"] <= top + 1
            ]
        for count, table in enumerate(found, start=1):
            cells, width = _cells(table, f"{number}ページ 表{count}")
            refuse_cells(len(cells) + sum(len(one[2]) for one in tables), name)
            before = tables[-1] if tables else None
            if before and before[1] == width:
                below = max((cell.row + cell.row_span for cell in before[2]), default=0)
                before[2].extend(_moved(cell, below) for cell in cells)
            else:
                tables.append((f"{number}ページ 表{count}", width, cells, above))
        if not found and not tables:
            lines = _lines(page)
            for line, (_, texts) in enumerate(lines, start=1):
                place = f"{number}ページ {line}行目"
                words += [Cell(text.strip(), row, column, place=place) for column, text in enumerate(texts)]
                row += 1
        page.close()
        goes_on(number, len(document.pages))
    if not characters:
        raise _scanned(name)
    if tables:
        return [(title, cells, above) for title, _, cells, above in tables]
    return [("本文", words, [])]


def _in_order(document: Any, name: str, goes_on: Callable[[int, int], None]) -> list[Table]:
    """The tables of every page, and what stands around them as grids of lines."""
    _refuse_pages(document, name)
    found: list[Table] = []
    characters = filled = 0
    for number, page in enumerate(document.pages, start=1):
        characters += len(page.chars)
        tables = sorted(_tables(page), key=lambda table: table.bbox[1])
        outside = page.filter(_outside([table.bbox for table in tables])) if tables else page
        printed = list(enumerate(_lines(outside), start=1)) if outside.chars else []
        title = f"{number}ページ"
        for count, table in enumerate([*tables, None], start=1):
            top = table.bbox[1] if table else math.inf
            around = [(line, texts) for line, (at, texts) in printed if at < top]
            printed = printed[len(around) :]
            cells = [
                Cell(text, row, column, place=f"{title} {line}行目")
                for row, (line, texts) in enumerate(around)
                for column, text in enumerate(texts)
            ]
            found += [(title, cells, [])] if cells else []
            if table:
                inside, _ = _cells(table, f"{title} 表{count}", wraps=True)
                refuse_cells(filled := filled + len(inside), name)
                found.append((f"{title} 表{count}", inside, []))
        page.close()
        goes_on(number, len(document.pages))
    if not characters:
        raise _scanned(name)
    return found


def _tables(page: Any) -> list:
    """The ruled tables of a page."""
    strokes = len(page.lines) + len(page.rects) + len(page.curves)
    return page.find_tables() if page.chars and strokes <= _MOST_STROKES else []


def _outside(boxes: Sequence[Box]) -> Callable[[dict], bool]:
    """Whether an object of a page lies in none of some boxes, by its middle."""

    def outside(one: dict) -> bool:
        across, down = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
        return not any(
            left <= across <= right and top <= down <= bottom for left, top, right, bottom in boxes
        )

    return outside


def _scanned(name: str) -> SourceError:
    return SourceError(
        f"ファイル「{name}」のページは画像（スキャン）で、文字が入っていません。"
        "文字の入った PDF か、元の Excel・Word のファイルを読み込んでください。"
    )


def _cells(table: Any, place: str, *, wraps: bool = False) -> tuple[list[Cell], int]:
    """The cells of a table and the number of its columns; a cell spans the lines that its box runs over.

    ``wraps`` tells, in a text of several lines, those that were full from those that end.
    """
    rights = sorted({round(box[0]) for box in table.cells})
    tops = sorted({round(box[1]) for box in table.cells})
    lefts, heads = _near(rights), _near(tops)
    texts = {}
    for row, drawn in zip(table.extract(), table.rows, strict=True):
        for text, box in zip(row, drawn.cells, strict=True):
            if box is not None:
                texts[box] = clean(text or "").strip()
    if wraps:
        lines = {box: _boxed_lines(table.page, box) for box, text in texts.items() if "\n" in text}
        texts |= {box: _with_wraps(texts[box], own, box) for box, own in lines.items()}
    cells = []
    for box, text in texts.items():
        row, column = heads[round(box[1])], lefts[round(box[0])]
        bottom = sum(head < box[3] - 2 for head in sorted(set(_firsts(tops))))
        right = sum(left < box[2] - 2 for left in sorted(set(_firsts(rights))))
        cells.append(
            Cell(
                text,
                row,
                column,
                max(1, bottom - row),
                max(1, right - column),
                f"{place} {row + 1}行目",
            )
        )
    return cells, len(set(lefts.values()))


def _boxed_lines(page: Any, box: Box) -> list[list[dict]]:
    """The characters within a box, line by line."""
    from pdfplumber.utils import cluster_objects

    outside = _outside([box])
    lines = cluster_objects([one for one in page.chars if not outside(one)], "top", 3)
    sorted_lines = (sorted(line, key=lambda one: one["x0"]) for line in lines)
    return [line for line in sorted_lines if any(one["text"].strip() for one in line)]


def _with_wraps(text: str, lines: list[list[dict]], box: Box) -> str:
    """A text with WRAP where the first word of the next line had no room: the line was full, and does not end there.

    One with a space at its end ends there.
    """
    texts = text.split("\n")
    if len(texts) != len(lines):
        return text
    spaced = [line[-1]["text"].isspace() for line in lines]
    lines = [[one for one in line if one["text"].strip()] for line in lines]
    margin = max(0, min(line[0]["x0"] for line in lines) - box[0])
    whole = texts[0]
    for line, ended, following, below in zip(lines, spaced, lines[1:], texts[1:], strict=False):
        letters = len(below) - len(below.lstrip(_LATIN))
        width = following[max(0, letters - 1)]["x1"] - following[0]["x0"]
        full = line[-1]["x1"] + width > box[2] - margin - _SLACK * following[0]["size"]
        whole += (WRAP if full and not ended else "\n") + below
    return whole


def _firsts(positions: list[int]) -> list[int]:
    """Positions of lines, those within two points of each other taken as one."""
    found: list[int] = []
    for position in positions:
        if not found or position - found[-1] > 2:
            found.append(position)
    return found


def _near(positions: list[int]) -> dict[int, int]:
    """Position → the number of its line."""
    numbers: dict[int, int] = {}
    first, number = -10, -1
    for position in positions:
        if position - first > 2:
            first, number = position, number + 1
        numbers[position] = number
    return numbers


def _moved(cell: Cell, rows: int) -> Cell:
    return Cell(
        cell.text, cell.row + rows, cell.column, cell.row_span, cell.column_span, cell.place, cell.kind
    )


def _lines(page: Any) -> list[tuple[float, list[str]]]:
    """The lines of a page and how far down they are, cut where a gap is wider than between words.

    One that ends with a space keeps it: most programs end a paragraph so, and not a line that was only full.
    """
    spaces: dict[int, float] = {}  # how far down → the last space there
    for one in page.chars:
        if one["text"].isspace():
            for down in range(round(one["top"]) - 2, round(one["top"]) + 3):
                spaces[down] = max(spaces.get(down, 0), one["x0"])
    lines: list[tuple[float, list[str]]] = []
    for line in page.extract_text_lines(return_chars=True):
        texts, last, at = [""], None, 0
        for character in line["chars"]:
            start = line["text"].find(character["text"], at)
            between = line["text"][at:start] if start >= 0 else ""
            if last is not None and character["x0"] - last > max(_GAP, 1.5 * character["size"]):
                texts.append("")
            texts[-1] += between + character["text"]
            at = max(at, start + len(character["text"]))
            last = character["x1"]
        cells = [clean(text).strip() for text in texts if text.strip()]
        if cells and last is not None and spaces.get(round(line["top"]), 0) > last - 1:
            cells[-1] += " "
        lines.append((line["top"], cells))
    return lines
