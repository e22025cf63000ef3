"""The page and the slides of who shares how many partners with whom: every two origins."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.draw.print.plan import Show
from geo.draw.print.sheet import Sheet, Table
from geo.insight import profiles
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.words import shared_partners
from pipeline.words import view as words
from pipeline.words.claims import claims

#: Stands where two have no partner in common.
_NONE = "・"


def shared_sheet(dataset: Dataset, selection: Selection) -> Sheet:
    """What the pages say about the partners that origins share, those chosen first."""
    said, everyone = claims(dataset, selection), dataset.select(replace(selection, origins=()))
    naming, chosen = dataset.naming, list(selection.origins)
    counts = profiles.shared_counts(everyone)
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    codes = shared_partners.in_table(counts, chosen)
    compared = counts.loc[chosen, chosen] if chosen else counts
    heading = shared_partners.pair_heading(compared, names, said)
    left_out = len(counts) - len(codes)
    more = shared_partners.left_out(left_out, bool(chosen), naming) if left_out else ""
    first = f"選んだ{naming.noun}（{'・'.join(names[code] for code in chosen)}）が先です。" if chosen else ""
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        figures=words.key_figures(said.population.figures),
        table=_matrix(counts.loc[codes, codes], names, dataset),
        note=(
            "表の読み方",
            f"数字は、両方の相手である市区町村の数です。{_NONE}は共通の相手がないことを示します。{first}{more}",
        ),
        meaning=notes.networks(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=said.population.selected,
        show=Show(origin=naming.noun),
        appendix=[_each(profiles.origin_table(everyone), dataset)],
        mapped=False,
    )


def _matrix(counts: pd.DataFrame, names: dict[str, str], dataset: Dataset) -> Table:
    """Every two origins (``geo.insight.profiles.shared_counts``), and how many partners each has."""
    naming = dataset.naming
    columns = (
        naming.heading,
        *(names[code].removesuffix(naming.noun) for code in counts.columns),
        "相手の数",
    )
    rows = [
        (
            names[row],
            *("―" if row == column else f"{n:,}" if n else _NONE for column, n in counts.loc[row].items()),
            f"{counts.loc[row, row]:,}",
        )
        for row in counts.index
    ]
    title = f"{naming.each_other}で共通の相手（市区町村の数）"
    return Table(title, columns, rows, frozenset(columns[1:]), ranked=False)


def _each(table: pd.DataFrame, dataset: Dataset) -> Table:
    """Every origin with how far it reaches, the farthest first; ``geo.insight.profiles.origin_table``."""
    naming = dataset.naming
    table = table.sort_values(["n_municipalities", "origin_code"], ascending=[False, True])
    columns = (
        naming.heading,
        "連携する市区町村",
        "都道府県",
        "事業",
        "うち個別の連携",
        "距離の中央値km",
        "最も古い事業",
    )
    rows = [
        (
            row.origin_name,
            f"{row.n_municipalities:,}",
            f"{row.n_prefectures:,}",
            f"{row.n_projects:,}",
            f"{row.n_individual:,}",
            "―" if pd.isna(row.median_km) else f"{row.median_km:,.0f}",
            words.began_short(row.first_year, row.first_kind) if row.n_projects else "なし",
        )
        for row in table.itertuples(index=False)
    ]
    return Table(f"{naming.noun}ごとの連携（相手の多い順）", columns, rows, frozenset(columns[1:6]))
