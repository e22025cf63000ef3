"""A view as a page to hand out (PDF): what it says; ``geo.draw.print.council_page`` draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO

import pandas as pd
from matplotlib.backends.backend_pdf import Name, PdfPages

from geo.draw.choropleth import METRICS, STANDARD
from geo.draw.print.council_page import draw_page
from geo.draw.print.figure import CHANGES, FEW, FLOWS, Show
from geo.draw.print.ground import Ground
from geo.draw.print.layout import PAPERS
from geo.draw.print.lettering import DRAWING, printable
from geo.draw.print.sheet import Sheet, Table
from geo.insight.flows import flows
from geo.insight.profiles import municipal_flows
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected, Selection
from pipeline.deliver import notes
from pipeline.deliver.changes_sheet import changes_sheet
from pipeline.words import view as words
from pipeline.words.claims import claims

#: Told after each page: (pages done, of how many). What it raises ends the work.
Progress = Callable[[int, int], None]


def write(
    dataset: Dataset,
    selection: Selection,
    *,
    paper: str = "A4",
    each_origin: bool = False,
    what: str = FLOWS,
    scheme: str = STANDARD,
    progress: Progress | None = None,
) -> bytes:
    """A PDF of the view: one page, or with ``each_origin`` one for each of its origins.

    Parameters
    ----------
    paper : a key of ``geo.draw.print.layout.PAPERS``; landscape
    what, scheme : what the map shows (one of ``geo.draw.print.figure.SHOWS``), and how a metric is cut into classes
    """
    views = pages(dataset, selection, each_origin)
    sheets = (sheet(dataset, view, what, scheme) for view in views)
    return write_sheets(dataset, sheets, len(views), paper=paper, progress=progress)


def write_sheets(
    dataset: Dataset,
    sheets: Iterable[Sheet],
    count: int,
    *,
    paper: str = "A4",
    progress: Progress | None = None,
) -> bytes:
    """A PDF of ``count`` sheets, a page each, named after the first; each is made when its page is drawn."""
    layout, ground, buffer = PAPERS[paper], Ground(dataset.prefectures), BytesIO()
    about = {"Author": dataset.naming.title, "Creator": "koryu-map"}
    with PdfPages(buffer, metadata=about) as book:
        for number, made in enumerate(sheets, 1):
            with DRAWING:
                if number == 1:
                    book.infodict().update(Title=printable(made.title), Subject=printable(made.conditions))
                book.savefig(draw_page(made, layout, ground, (number, count)))
            if progress:
                progress(number, count)
        _catalogue(book)
    return buffer.getvalue()


def _catalogue(book: PdfPages) -> None:
    """Say what matplotlib has no word for: the language, for who has it read out, and to show the title."""
    file = book._ensure_file()
    more = {"Lang": b"ja-JP", "ViewerPreferences": {"DisplayDocTitle": True}}
    file.writeObject(file.rootObject, {"Type": Name("Catalog"), "Pages": file.pagesObject} | more)


def pages(dataset: Dataset, selection: Selection, each_origin: bool) -> list[Selection]:
    """The selections to make pages of: the view itself, or one for each origin it has."""
    if not each_origin:
        return [selection]
    return [replace(selection, origins=(code,)) for code in selection.origins or dataset.origins.code]


def sheet(dataset: Dataset, selection: Selection, what: str = FLOWS, scheme: str = STANDARD) -> Sheet:
    """What one page says about a selection.

    Raises
    ------
    SourceError
        where nothing has changed since the last edition, and the changes are asked for.
    """
    if what == CHANGES:
        return changes_sheet(dataset, selection)
    said = claims(dataset, selection)
    population, who = said.population, said.who
    selected, prefectures = population.selected, population.prefectures
    metric = METRICS.get(what)
    heading = said.metric(metric) if metric else said.reach()
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=words.key_figures(population.figures),
        table=_table(selected, prefectures, what).or_none(),
        note=said.gaps(),
        meaning=notes.meaning(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=selected,
        show=Show(what, scheme, subject=who, origin=dataset.naming.noun),
    )


def _table(selected: Selected, prefectures: pd.DataFrame, what: str) -> Table:
    """The prefectures; of few origins, or where there is but one prefecture, the municipalities."""
    naming = selected.dataset.naming
    if what in METRICS:
        return _prefectures(prefectures, what, naming)
    if len(selected.selection.origins or selected.dataset.origins) <= FEW:
        return _partners(selected)
    return (
        _prefectures(prefectures, what, naming)
        if prefectures.reached.sum() > 1
        else _municipalities(selected)
    )


def _prefectures(table: pd.DataFrame, what: str, naming: Naming) -> Table:
    """Every prefecture with a municipality that may be a partner, those a metric puts first before the others."""
    column = METRICS[what].column if what in METRICS else "n_partners"
    listed = table[table.reached | (table.n_municipalities > 0)]
    listed = listed.sort_values([column, "n_projects", "code"], ascending=[False, False, True])
    # Of one origin alone, the number of origins says nothing.
    columns = ("都道府県", "市区町村", "連携率", "事業", naming.heading)[
        : None if table.n_origins.max() > 1 else 4
    ]
    rows = [
        (row.name, f"{row.n_partners:,}", f"{row.coverage:.0%}", f"{row.n_projects:,}", f"{row.n_origins:,}")[
            : len(columns)
        ]
        for row in listed.itertuples(index=False)
    ]
    name = words.metric_name(what if what in METRICS else "partners", naming.noun)
    more = "高い" if METRICS.get(what, METRICS["partners"]).percent else "多い"
    return Table(f"{name}の{more}都道府県", columns, rows, frozenset(columns[1:]))


def _partners(selected: Selected) -> Table:
    """The partner municipalities with the most projects, a row for each origin they have."""
    table, naming = municipal_flows(selected), selected.dataset.naming
    several = table.origin_code.nunique() > 1
    columns = ("相手", "都道府県", *([naming.heading] if several else []), "事業", "最初の年", "距離km")
    rows = [
        (
            row.partner_name,
            row.prefecture,
            *([row.origin_name] if several else []),
            f"{row.n_projects:,}",
            words.began_short(row.first_year, row.first_kind),
            "" if pd.isna(row.distance_km) else f"{row.distance_km:,.0f}",
        )
        for row in table.itertuples(index=False)
    ]
    title = f"事業の多い{naming.noun}と相手の組" if several else "事業の多い相手の市区町村"
    return Table(title, columns, rows, frozenset(("事業", "距離km")))


def _municipalities(selected: Selected) -> Table:
    """The partner municipalities with the most projects, of all origins together."""
    table = flows(selected, per_origin=False)
    rows = [
        (
            row.partner_name,
            row.prefecture,
            f"{row.n_projects:,}",
            f"{row.n_origins:,}",
            words.began_short(row.first_year, row.first_kind),
        )
        for row in table[~table.partner_code.str.endswith("000")].itertuples(index=False)
    ]
    origins = selected.dataset.naming.heading
    columns = ("相手", "都道府県", "事業", origins, "最初の年")
    return Table("事業の多い相手の市区町村", columns, rows, frozenset(("事業", origins)))
