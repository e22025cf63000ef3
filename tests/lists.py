"""Lists as offices keep them, made for tests, and what is read of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache

import openpyxl

from geo.folders import REFERENCE_DIR
from geo.places.gazetteer import Gazetteer
from pipeline.intake.contents import Contents
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import Understanding, read_list
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Geocoder
from pipeline.reading.projects import make_projects

Rows = Sequence[Sequence[object]]


@cache
def tools():
    """Gazetteer, what looks at texts, geocoder and categories: one of each for all tests."""
    gazetteer = Gazetteer.load()
    categories = Categories.load(REFERENCE_DIR / "categories.csv")
    return gazetteer, Contents(gazetteer), Geocoder(gazetteer), categories


def contents() -> Contents:
    """What looks at texts, one for all tests."""
    return tools()[1]


def understand(data: bytes, file: str, **choices) -> Understanding:
    """Understand the bytes of a file of this name."""
    return read_list(data, contents(), Choices(**choices), file)


def pairs(understood: Understanding) -> dict[tuple[str, str], dict[str, int | None]]:
    """(origin, code) → project → year, of what is read with confidence."""
    gazetteer, _, geocoder, categories = tools()
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for project in make_projects(understood.reading.records, gazetteer, geocoder, categories):
        for partner in project.partners:
            for code in partner.answer.codes if partner.answer.confidence >= 0.8 else ():
                year = partner.start_year.year if partner.start_year else None
                found.setdefault((project.record.origin_code, code), {})[project.record.name] = year
    return found


def text_table(rows: Rows, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A table as text."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode(encoding)


def workbook(*sheets: tuple[str, Rows, Sequence[str]]) -> bytes:
    """A workbook of sheets: title, rows, and the ranges that are merged."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, merged in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
        for cells in merged:
            sheet.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet(*rows: Sequence[object], merged: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet."""
    return workbook(("一覧", rows, merged))


def pages(*drawn: tuple[str, Rows, dict[tuple[int, int], int]]) -> bytes:
    """A PDF of ruled tables, a page each: title, rows, and (row, column) → how many rows a cell spans."""
    import matplotlib
    import matplotlib.pyplot as plt
    import matplotlib_fontja  # noqa: F401
    from matplotlib.backends.backend_pdf import PdfPages

    stream = io.BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(stream) as out:
        for title, rows, spans in drawn:
            figure = plt.figure(figsize=(8, 11))
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(0, 800), ylim=(1100, 0))
            axes.axis("off")
            axes.text(50, 40, title, size=12, va="top")
            inside = {(row + n, column) for (row, column), span in spans.items() for n in range(1, span)}
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    if (number, column) not in inside:
                        left, top = 50 + 160 * column, 80 + 40 * number
                        bottom = top + 40 * spans.get((number, column), 1)
                        corners = [left, left + 160, left + 160, left, left], [top, top, bottom, bottom, top]
                        axes.plot(*corners, "k-", lw=0.7)
                        axes.text(left + 4, top + 6, text, size=8, va="top")
            out.savefig(figure)
            plt.close(figure)
    return stream.getvalue()
