"""The page and the slides of one municipality's profile: which origins it is tied to, where they are, by what projects."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.draw.print.figure import SIGNS
from geo.draw.print.plan import Show
from geo.draw.print.sheet import Sheet, Table
from geo.draw.signs import Signed, signed, signs_of
from geo.insight import profiles
from geo.insight.flows import flows
from geo.insight.metrics import project_details
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.deliver.project_table import project_table
from pipeline.words import partner_words
from pipeline.words import view as words
from pipeline.words.claims import claims
from pipeline.words.dates import date_in_wareki

#: So many of the nearest municipalities are listed.
_NEAR = 8


def partner_sheet(dataset: Dataset, selection: Selection, code: str) -> Sheet:
    """What the pages say about the municipality with this code under a selection."""
    said, place = claims(dataset, selection), dataset.names[code]
    selected, everyone = said.population.selected, dataset.select(replace(selection, origins=()))
    table = flows(selected, "municipality")
    table = table[table.partner_code == code]
    details = project_details(selected, partner_code=code)
    own = selected.projects[selected.projects.project_id.isin(details.project_id)]
    counted = code in set(selected.universe.code)
    agreements = profiles.agreements_of(selected, code)
    near = profiles.neighbours(everyone, code)
    heading = partner_words.partner_heading(said, place, code, list(table.origin_name), len(own), counted)
    noun = dataset.naming.noun
    figures = partner_words.partner_figures(table, own, len(agreements), noun) if len(own) else []
    around = partner_words.prefecture_fact(said, dataset.names[f"{code[:2]}000"], near, own)
    appendix = [project_table(details, dataset, origins=True)] if len(own) else []
    if len(agreements):
        appendix.append(_agreements(agreements, dataset))
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=figures,
        table=_origins(table, dataset).or_none(),
        note=around if counted else ("", ""),
        meaning=notes.networks(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=dataset.select(replace(selection, origins=tuple(table.origin_code))),
        show=Show(SIGNS, subject=place, origin=f"つながる{noun}", signs=_sign(code, dataset)),
        appendix=[*appendix, _neighbours(near, dataset)],
        mapped=bool(len(own)),
    )


def _sign(code: str, dataset: Dataset) -> Signed:
    """The municipality on the map."""
    place = dataset.places[code]
    return signed([(code, place.name, "place", "", "")], signs_of({"place": place.name}), "市区町村")


def _origins(table: pd.DataFrame, dataset: Dataset) -> Table:
    """The origins it is tied to, most projects first."""
    noun = dataset.naming.noun
    columns = (dataset.naming.heading, "事業", "最初の年", "距離km", "分野")
    rows = [
        (
            row.origin_name,
            f"{row.n_projects:,}",
            words.began_short(row.first_year, row.first_kind),
            "" if pd.isna(row.distance_km) else f"{row.distance_km:,.0f}",
            row.categories,
        )
        for row in table.itertuples(index=False)
    ]
    return Table(f"つながる{noun}", columns, rows, frozenset(("事業", "距離km")), brief=columns[:3])


def _agreements(agreements: pd.DataFrame, dataset: Dataset) -> Table:
    """The regional agreements it belongs to."""
    rows = [
        (
            row.name,
            row.partner_text,
            f"{date_in_wareki(row.signed_on)}（{row.signed_on[:4]}年）",
            dataset.shorts[row.source],
            f"{row.source_line:,}",
        )
        for row in agreements.itertuples(index=False)
    ]
    columns = ("広域の協定", "会員である団体", "締結", "資料", "行")
    return Table("広域の協定", columns, rows, frozenset(("行",)), ranked=False)


def _neighbours(near: pd.DataFrame, dataset: Dataset) -> Table:
    """The nearest municipalities with the ties they have to any origin."""
    noun = dataset.naming.noun
    columns = ("市区町村", "距離km", f"つながる{noun}の数", f"つながる{noun}")
    rows = [
        (
            row.prefecture + row.name,
            f"{row.distance_km:,.0f}",
            f"{row.n_origins:,}",
            row.origins or "なし",
        )
        for row in near.head(_NEAR).itertuples(index=False)
    ]
    return Table(
        f"最も近い{_NEAR}市区町村のつながり",
        columns,
        rows,
        frozenset(columns[1:3]),
        under=partner_words.neighbours_counted(dataset.naming),
    )
