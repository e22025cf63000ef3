"""What a page says of a view: its sentence, its figures, its tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from geo.draw.choropleth import METRICS, STANDARD
from geo.draw.print.figure import CHANGES, FEW, FLOWS, Show
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

#: Pairs of an origin and a partner that are listed after the map at most: some 200 pages.
MOST = 15_000


def sheet(
    dataset: Dataset, selection: Selection, what: str = FLOWS, scheme: str = STANDARD, gaps: bool = True
) -> Sheet:
    """What one page says about a selection; with ``gaps``, which prefectures have no tie.

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
    table, rows, meaning = _table(selected, prefectures, what), flows(selected), notes.meaning(dataset)
    n_pairs = len(rows)
    if n_pairs > MOST:
        meaning += (
            f"{dataset.naming.noun}と相手先の組は{n_pairs:,}あり、その一覧は入れていません。"
            "CSV にするか、連携元などの条件で絞ると、すべて読めます。"
        )
        rows = rows.head(0)
    pairs = pair_list(selected, rows)
    # Where no prefecture itself is among the partners, the page's own list may be every pair: once is enough.
    listed = set(table.columns) == set(pairs.columns) and len(table.rows) == len(pairs.rows)
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=words.key_figures(population.figures),
        table=(replace(table, covered=False) if listed else table).or_none(),
        note=said.gaps() if gaps else ("", ""),
        meaning=meaning,
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=selected,
        show=Show(what, scheme, subject=who, origin=dataset.naming.noun),
        appendix=[pairs] if pairs.rows and not listed else [],
    )


def _table(selected: Selected, prefectures: pd.DataFrame, what: str) -> Table:
    """The prefectures; of few origins, or where there is but one prefecture, the municipalities."""
    naming = selected.dataset.naming
    if what in METRICS:
        return prefecture_list(prefectures, what, naming)
    if len(selected.selection.origins or selected.dataset.origins) <= FEW:
        return strongest_partners(selected)
    return (
        prefecture_list(prefectures, what, naming)
        if prefectures.reached.sum() > 1
        else _municipalities(selected)
    )


#: The columns of a table of prefectures that say most beside a metric, where there is little room.
_BRIEF = {"n_partners": (1, 2), "coverage": (1, 2), "n_projects": (1, 3), "n_origins": (1, 4)}


def prefecture_list(table: pd.DataFrame, what: str, naming: Naming) -> Table:
    """Every prefecture, those first that a metric puts first."""
    metric = METRICS[what if what in METRICS else "partners"]
    ranked = table.sort_values([metric.column, "n_projects", "code"], ascending=[False, False, True])
    # Of one origin alone, the number of origins says nothing.
    columns = ("都道府県", "市区町村", "連携率", "事業", naming.heading, "最初の年")
    kept = [n for n in range(6) if n != 4 or table.n_origins.max() > 1]
    rows = [
        (
            row.name,
            f"{row.n_partners:,}",
            _share(row.coverage),
            f"{row.n_projects:,}",
            f"{row.n_origins:,}",
            words.began_short(row.first_year, row.first_kind) if row.reached else "",
        )
        for row in ranked.itertuples(index=False)
    ]
    name = words.metric_name(what if what in METRICS else "partners", naming.noun)
    return Table(
        f"都道府県ごとの{name}（{'高い' if metric.percent else '多い'}順）",
        tuple(columns[n] for n in kept),
        [tuple(row[n] for n in kept) for row in rows],
        frozenset(columns[1:5]),
        brief=tuple(columns[n] for n in (0, *_BRIEF[metric.column]) if n in kept),
    )


def _share(value: float) -> str:
    return METRICS["coverage"].text(value) if value else "0%"


def strongest_partners(selected: Selected) -> Table:
    """The partner municipalities with the most projects, a row for each origin they have."""
    table, naming = municipal_flows(selected), selected.dataset.naming
    several = table.origin_code.nunique() > 1
    columns = ("相手先", "都道府県", *([naming.heading] if several else []), "事業", "最初の年", "距離km")
    rows = [
        (
            row.partner_name,
            row.prefecture,
            *([row.origin_name] if several else []),
            *_tie(row),
        )
        for row in table.itertuples(index=False)
    ]
    title = f"事業の多い{naming.noun}と相手の組" if several else "事業の多い相手の市区町村"
    return Table(title, columns, rows, frozenset(("事業", "距離km")), covered=True)


def pair_list(selected: Selected, pairs: pd.DataFrame | None = None) -> Table:
    """Every origin with every partner it has, prefectures as such too, in the order of origins and of codes.

    ``pairs`` are those of them that are listed, rows of ``geo.insight.flows.flows``; by default all.
    """
    table, naming = flows(selected) if pairs is None else pairs, selected.dataset.naming
    table = table.sort_values(["origin_code", "partner_code"])
    several = table.origin_code.nunique() > 1
    columns = (
        *([naming.heading] if several else []),
        "相手先",
        "都道府県",
        "事業",
        "最初の年",
        "距離km",
    )
    rows = [
        (
            *([row.origin_name] if several else []),
            row.partner_name,
            row.prefecture,
            *_tie(row),
        )
        for row in table.itertuples(index=False)
    ]
    what = f"{naming.noun}と相手先の組" if several else "相手先"
    return Table(
        f"{what}の一覧（{len(rows):,}、団体コードの順）", columns, rows, frozenset(("事業", "距離km"))
    )


def _tie(row: Any) -> tuple[str, str, str]:
    """Of a row of flows: how many projects, when the first began, how far it is in kilometres."""
    return (
        f"{row.n_projects:,}",
        words.began_short(row.first_year, row.first_kind),
        "" if pd.isna(row.distance_km) else f"{row.distance_km:,.0f}",
    )


def _municipalities(selected: Selected) -> Table:
    """The partner municipalities with the most projects, of all origins together."""
    table = flows(selected, start="all")
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
    columns = ("相手先", "都道府県", "事業", origins, "最初の年")
    return Table("事業の多い相手の市区町村", columns, rows, frozenset(("事業", origins)), covered=True)
