"""The documents: each a file with a definition beside it, NAME.toml, that says what it is and how it is laid out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from geo.ledger.editions import series_of
from geo.ledger.schema import NUMBERS
from geo.places.gazetteer import Gazetteer
from pipeline.intake.as_of import AsOf, printed_as_of
from pipeline.intake.contents import Contents
from pipeline.intake.grid.cells import Grid
from pipeline.intake.grid.opening import is_document, open_in_order
from pipeline.intake.layouts import chronology, setagaya, shinagawa, suginami, tokyo23
from pipeline.intake.list_choices import LISTS, Choices
from pipeline.intake.lists import read_list
from pipeline.intake.printed_lines import NONE_MERGED, Merged, Printed, paragraphs_as_lines, rows_as_lines
from pipeline.intake.records import Number, Reading, SourceError
from pipeline.intake.source_text import read_bytes, to_lines
from pipeline.reading.geocode import Geocoder
from pipeline.rules.outside_table import OUTSIDE_TABLE


class Layout(NamedTuple):
    """How a document is laid out.

    Parameters
    ----------
    read : its reader: the lines of the file, the id of the document, the name of the file for error messages, and as
        keywords what the definition says under [options]
    to_lines : what makes lines of a workbook or a PDF of this layout
    by_merged_cells : whether its reader takes, as ``merged``, which cells of a line begin above
    """

    read: Callable[..., Reading]
    to_lines: Callable[[Sequence[Grid]], Printed]
    by_merged_cells: bool = False


LAYOUTS = {
    "tokyo23": Layout(tokyo23.read, rows_as_lines, by_merged_cells=True),
    "setagaya": Layout(setagaya.read, rows_as_lines),
    "chronology": Layout(chronology.read, paragraphs_as_lines),
    "shinagawa": Layout(shinagawa.read, paragraphs_as_lines),
    "suginami": Layout(suginami.read, paragraphs_as_lines),
}

_LINE = re.compile(r"(\d{1,9})行目")


@dataclass(frozen=True, slots=True)
class Document:
    """A published document, as its definition says.

    Parameters
    ----------
    id : stem of its file
    definition : the file that says all this
    short : what it is called where there is no room for its title, unlike any other
    date : ISO date its facts stand for; the first day where only the month or year is printed
    as_of : the same as the document prints it
    layout : a key of LAYOUTS or of LISTS, or ``geo.ledger.schema.NUMBERS``: how it is laid out
    series : what its editions share: a new list each March is an edition of one series
    kind : what sort of document it is, in Japanese
    licence : on what terms its facts are used here
    credit : the line to print wherever its facts are shown
    order : where it stands among the documents, as a number; without one it stands last, by its name
    added : ISO date it was added on, of those that a person added
    options : what its layout has to be told besides
    """

    id: str
    definition: Path
    title: str
    short: str
    publisher: str
    date: str
    as_of: str
    layout: str
    series: str = ""
    kind: str = ""
    licence: str = ""
    credit: str = ""
    order: int = 1000
    added: str = ""
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def guessed(self) -> bool:
        """Whether it is a list of any form, of which a reader has to find out what is where."""
        return self.layout in LISTS

    @property
    def numbers(self) -> bool:
        """Whether it is a table of numbers by municipality: population, area, finance."""
        return self.layout == NUMBERS

    def read_lines(self, lines: Sequence[str], file: str, merged: Merged = NONE_MERGED) -> Reading:
        """Read the lines of a document of a known layout; ``merged`` are its cells that begin above.

        Raises
        ------
        SourceError
            when they are not laid out so; ``file`` is what it calls the document.
        """
        layout = LAYOUTS[self.layout]
        more = {"merged": merged} if layout.by_merged_cells else {}
        return layout.read(lines, self.id, file, **more, **self.options)


#: What a definition may say, and what it has to.
_KEYS = {one.name: one for one in fields(Document) if one.name not in ("id", "definition")}
_REQUIRED = [name for name, one in _KEYS.items() if one.default is MISSING and one.default_factory is MISSING]


def read_definition(path: Path) -> Document:
    """Read the definition of a document; the document has the same name with another ending.

    Raises
    ------
    SourceError
        when it cannot be read, lacks something, says something unknown, or names a layout that there is not.
    """
    try:
        said = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        where = f"（{found[0]}）" if (found := re.findall(r"at (line \d+)", str(error))) else ""
        raise SourceError(
            f"定義のファイル「{path.name}」を読み取れません{where.replace('line ', '行 ')}。UTF-8 の TOML の形で書き直してください。"
        ) from error
    if unknown := [name for name in said if name not in _KEYS]:
        raise SourceError(
            f"定義のファイル「{path.name}」の「{unknown[0]}」は知らない項目です。書ける項目は {'、'.join(_KEYS)} です。"
        )
    if missing := [name for name in _REQUIRED if not said.get(name)]:
        raise SourceError(
            f"定義のファイル「{path.name}」に「{missing[0]}」がありません。書き加えてください。"
        )
    for name in ("date", "added"):
        if name in said:
            said[name] = _iso(said[name], name, path.name)
    options = said.pop("options", {})
    kinds = {name: int if name == "order" else str for name in said}
    if wrong := [name for name, value in said.items() if type(value) is not kinds[name]]:
        what = "数字で" if wrong[0] == "order" else '文字を " " で囲んで'
        raise SourceError(f"定義のファイル「{path.name}」の「{wrong[0]}」は、{what}書いてください。")
    if not isinstance(options, dict):
        raise SourceError(
            f"定義のファイル「{path.name}」の options は、[options] の見出しの下に書いてください。"
        )
    if said["layout"] not in (layouts := [*LAYOUTS, *LISTS, NUMBERS]):
        raise SourceError(
            f"定義のファイル「{path.name}」の layout「{said['layout']}」は知らない形です。{'、'.join(layouts)} のどれかにしてください。"
        )
    said.setdefault("series", series_of(path.stem))
    said.setdefault("credit", f"出典: {said['publisher']}「{said['title']}」（{said['as_of']}）")
    return Document(path.stem, path, **said, options=MappingProxyType(options))


def _iso(day: object, name: str, file: str) -> str:
    try:
        return (day if isinstance(day, date) else date.fromisoformat(str(day))).isoformat()[:10]
    except ValueError as error:
        raise SourceError(
            f"定義のファイル「{file}」の {name} は日付ではありません。2026-03-31 のように書いてください。"
        ) from error


def read(
    path: Path, document: Document, data: bytes | None = None, contents: Contents | None = None
) -> Reading:
    """Read a document from a file, or from ``data`` that was read of it before.

    Parameters
    ----------
    contents : what looks at the cells of a list of any form; made where it is needed and not given

    Raises
    ------
    SourceError : the file cannot be read as this document, or it says that it stands for another day than its
        definition does.
    """
    data = read_bytes(path) if data is None else data
    if document.numbers:
        return _read_numbers(data, path.name, document, contents or Contents(Gazetteer.load()))
    if document.guessed:
        choices = Choices.said(document.options, document.definition.name, document.layout)
        understood = read_list(data, contents or Contents(Gazetteer.load()), choices, path.name, document.id)
        reading = understood.reading
        reading.series = document.series
        _agree(document, understood.as_of, path.name, "表題")
        reading.as_of = understood.as_of.printed if understood.as_of else document.as_of
        return reading
    printed = print_lines(data, path.name, document)
    lines, places = printed.lines, printed.places
    as_of = printed_as_of(lines, path.name)
    _agree(document, as_of, path.name, places.get(as_of.line, f"{as_of.line}行目") if as_of else "")
    try:
        reading = document.read_lines(lines, path.name, printed.merged)
    except SourceError as error:
        said = _LINE.sub(lambda match: places.get(int(match[1]), match[0]), str(error))
        raise SourceError(said) from error
    reading.notes += [OUTSIDE_TABLE.note(None, name, "hidden", text=name) for name in printed.hidden]
    reading.lines, reading.places, reading.series = lines, places, document.series
    reading.as_of = as_of.printed if as_of else document.as_of
    return reading


def _read_numbers(data: bytes, file: str, document: Document, contents: Contents) -> Reading:
    """Read a table of numbers by municipality; every row that is not used becomes a note."""
    sheet = str(document.options.get("sheet", ""))
    # Loads pandas, and who only asks which documents there are has no use for it: a start of the screens does.
    from pipeline.intake.indicators import read_indicators

    table = read_indicators(data, contents, Geocoder(contents.gazetteer, ()), file, sheet)
    if table.as_of:
        _agree(document, printed_as_of([table.as_of], file), file, "表題")
    reading = Reading(document.id, [], series=document.series, as_of=document.as_of)
    columns = ["code", "indicator", "unit", "value", "source_line", "source_place"]
    reading.numbers = [Number(*row) for row in table.values[columns].itertuples(index=False, name=None)]
    for row in table.left_out:
        text = row.text or row.place
        reading.notes.append(OUTSIDE_TABLE.note(row.line, text, "indicators", text=text, why=row.why))
    for cell in table.unread:
        more = {"text": cell.text, "column": cell.column}
        reading.notes.append(OUTSIDE_TABLE.note(cell.line, cell.text, "no_number", **more))
    rows = [(row.line, row.place) for row in table.left_out]
    reading.places = dict(rows + [(cell.line, cell.place) for cell in table.unread])
    return reading


def _agree(document: Document, as_of: AsOf | None, file: str, where: str) -> None:
    """Raise SourceError where a document prints another day than its definition says."""
    if as_of and as_of.date != document.date:
        raise SourceError(
            f"ファイル「{file}」の{where}には「{as_of.printed}」と印刷されていますが、"
            f"この名前の資料は{document.as_of}のものです。"
            f"ファイルの名前と中身を確かめ、{document.as_of}の資料に差し替えてください。"
        )


def print_lines(data: bytes, name: str, document: Document) -> Printed:
    """The lines of a text; of a workbook, a PDF and their like those that a text of its layout would have.

    Raises
    ------
    SourceError : the file, which is called ``name``, cannot be read.
    """
    if not is_document(data):
        return Printed(to_lines(data, name))
    grids = open_in_order(data, name)
    shown = [grid for grid in grids if not grid.hidden] or grids
    printed = LAYOUTS[document.layout].to_lines(shown)
    printed.hidden = tuple(grid.name for grid in grids if grid not in shown)
    return printed
