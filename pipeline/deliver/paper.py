"""A view as pages to hand out (PDF): what they say; ``pipeline.deliver.typeset`` sets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from geo.draw.choropleth import STANDARD
from geo.draw.print.figure import FLOWS, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.lettering import printable, save, width
from geo.draw.print.sheet import Sheet, Table
from geo.insight.groups import too_many
from geo.ledger.dataset import Dataset
from geo.ledger.origins import MOST
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.deliver.asked_sheet import asked_sheet
from pipeline.deliver.logo import Logo
from pipeline.deliver.page_look import Look
from pipeline.deliver.typeset import Setter
from pipeline.deliver.view_sheet import sheet
from pipeline.intake.records import SourceError
from pipeline.words.view import shortened

#: Told after each map: (maps done, of how many). What it raises ends the work.
Progress = Callable[[int, int], None]

#: Points of the text of a map on A4, as everywhere on a page the least.
_MAP_TEXT = 8.0

#: Latin words without a blank that are longer than any place on a page is sure to be wide.
_ENDLESS = re.compile(r"[!-~]{14,}")


def write(
    dataset: Dataset,
    selection: Selection,
    *,
    paper: str = "A4",
    orientation: str = "landscape",
    title: str = "",
    department: str = "",
    day: str = "",
    logo: Logo | None = None,
    gaps: bool = True,
    appendix: bool = True,
    each_origin: bool = False,
    what: str = FLOWS,
    scheme: str = STANDARD,
    question: str = "",
    progress: Progress | None = None,
) -> bytes:
    """A PDF of the view: its map on a page and all its partners after it; with ``each_origin`` so for each origin.

    Parameters
    ----------
    paper, orientation, title, department, day, logo, appendix : as ``pipeline.deliver.page_look.Look`` has them
    gaps : whether the prefectures without a tie are listed
    question : "" for the view itself, or one of ``pipeline.deliver.asked_sheet``
    what, scheme : what the map shows (one of ``geo.draw.print.figure.SHOWS``), and how a metric is cut into classes
    """
    views = pages(dataset, selection, each_origin)
    sheets = (asked_sheet(dataset, view, question, what, scheme, gaps) for view in views)
    look = Look(paper, orientation, title, department, day, logo, appendix)
    about = _each(dataset, selection) if each_origin else ("", "")
    return write_sheets(dataset, sheets, len(views), look=look, about=about, progress=progress)


def _each(dataset: Dataset, selection: Selection) -> tuple[str, str]:
    """Title and conditions of a file with a page for each origin."""
    title = f"{notes.subject(dataset, selection)}の連携（1{dataset.naming.noun}に1枚ずつ）"
    return title, f"条件: {notes.conditions(dataset, selection)}"


def write_sheets(
    dataset: Dataset,
    sheets: Iterable[Sheet],
    count: int,
    *,
    look: Look | None = None,
    about: tuple[str, str] = ("", ""),
    progress: Progress | None = None,
) -> bytes:
    """A PDF of ``count`` sheets, each with the pages it takes.

    ``about`` are its title and conditions where they are not those of the first sheet; the title of a look comes first.
    """
    look, made = look or Look(), list(sheets)
    book = _book(made, look, dataset.naming.title, about)
    maps = _maps(dataset, made, look, book, (lambda done: progress(done, count)) if progress else None)
    return Setter("paper.typ", {"book": book, "maps": maps}).pdf(notes.built(dataset))


def preview(
    dataset: Dataset,
    views: Sequence[Selection],
    dpi: float,
    look: Look,
    *,
    gaps: bool = True,
    what: str = FLOWS,
    scheme: str = STANDARD,
) -> bytes:
    """The first page of the file of some views as a framed PNG.

    How many pages there are it says of one view alone: of several it would have to make them all.
    """
    first = [sheet(dataset, views[0], what, scheme, gaps)]
    book = _book(first, look, dataset.naming.title)
    total = Setter("paper.typ", {"book": book}).said("pages")[0] if len(views) == 1 else None
    shown = book | {"total": total, "listed": False, "framed": True}
    maps = _maps(dataset, first, look, book)
    return Setter("paper.typ", {"book": shown, "maps": maps}).picture(dpi)


def _maps(
    dataset: Dataset, sheets: list[Sheet], look: Look, book: dict, told: Callable[[int], None] | None = None
) -> list[str | None]:
    """The map of each sheet as SVG, as large as its page has room for."""
    ground, drawn = Ground.of(dataset), list[str | None]()
    rooms = Setter("paper.typ", {"book": book | {"listed": False}}).said("room")
    for number, (one, room) in enumerate(zip(sheets, rooms, strict=True), 1):
        show, size = replace(one.show, text=_MAP_TEXT * look.scale), (room["width"], room["height"])
        drawn.append(
            save(map_figure(one.selected, ground, show, size), "svg").decode() if one.mapped else None
        )
        if told:
            told(number)
    return drawn


def pages(dataset: Dataset, selection: Selection, each_origin: bool) -> list[Selection]:
    """The selections to make pages of: the view itself, or one for each origin it has.

    Raises
    ------
    SourceError
        where these are more than a file has (``geo.ledger.origins.MOST``).
    """
    if not each_origin:
        return [selection]
    if too_many(dataset, selection.origins):
        noun, n = dataset.naming.noun, len(selection.origins or dataset.origins)
        raise SourceError(
            f"1{noun}に1枚ずつ作れるのは{MOST}枚までで、この条件では{n:,}枚になります。"
            f"都道府県などで{noun}を選んでください（画面では左の「{dataset.naming.heading}」、命令では --origin 北海道 のように）。"
        )
    return [replace(selection, origins=(code,)) for code in selection.origins or dataset.origins.code]


def _book(
    sheets: list[Sheet], look: Look, author: str, about: tuple[str, str] = ("", "")
) -> dict[str, object]:
    """What ``paper.typ`` makes pages of."""
    wide, high = look.size
    logo = look.logo
    return {
        "width": wide,
        "height": high,
        "scale": look.scale,
        "title": printable(look.title or about[0] or sheets[0].title),
        "author": printable(look.department or author),
        "conditions": printable(about[1] or sheets[0].conditions),
        "total": "all",
        "listed": True,
        "framed": False,
        "appendix": look.appendix,
        "office": {
            "title": _text(look.title),
            "department": _text(look.department),
            "day": _text(look.day),
            "logo": logo
            and {"format": logo.kind, "data": list(logo.content), "width": logo.shape, "alt": "ロゴ"},
        },
        "sheets": [_page(one) for one in sheets],
    }


def _page(one: Sheet) -> dict[str, object]:
    said = "".join(filter(None, (one.title, one.more, "：".join(filter(None, one.note)))))
    return {
        "heading": list(map(_text, one.heading)),
        "under": _text(one.under),
        "conditions": _text(one.conditions),
        "figures": [list(map(_text, figure)) for figure in one.figures],
        "alt": printable(f"地図: {said}") if one.mapped else None,
        "table": _listed(one.table),
        "share": one.table_share,
        "note": list(map(_text, one.note)),
        "foot": [_text(one.meaning), _text(one.sources)],
        "running": printable(f"{shortened(one.title, 60)}　基準日 {one.day}" if one.day else one.title),
        "appendix": [_listed(table) for table in one.appendix],
    }


def _listed(table: Table) -> dict[str, object]:
    """A table with how wide its columns are, in ems: with their headings, and (``slim``) with these turned."""
    rows = [list(map(printable, row)) for row in table.rows]
    columns = list(map(printable, table.columns))
    slim = [max((width(row[n], 1) for row in rows), default=1.0) for n in range(len(columns))]
    return {
        "title": _text(table.title),
        "columns": list(map(_text, columns)),
        "rows": [list(map(_text, row)) for row in rows],
        "numbers": [name in table.numbers for name in table.columns],
        "ems": [max(width(name, 1), wide) for name, wide in zip(columns, slim, strict=True)],
        "slim": [max(wide, 1.0) for wide in slim],
        "brief": [table.columns.index(name) for name in table.brief],
        "ranked": table.ranked,
        "count": f"{len(rows):,}",
        "under": _text(table.under),
        "covered": table.covered,
        "shaded": list(map(printable, table.shaded)),
    }


def _text(text: str) -> str:
    """A text as it can be set, with a mark where a word without end may be broken; the mark is not printed."""
    return _ENDLESS.sub(
        lambda word: re.sub("(.{1,5})", "\u200b\\1", word.group()) + "\u200b", printable(text)
    )
