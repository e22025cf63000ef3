"""The page and the slides of one origin's profile: its map and partners, and all the screen tells of it after them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.draw.print.plan import Show
from geo.draw.print.sheet import Sheet, Table
from geo.insight import profiles
from geo.insight.growth import growth, unknown_starts
from geo.insight.metrics import project_details
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import notes
from pipeline.deliver.project_table import project_table
from pipeline.deliver.view_sheet import pair_list, prefecture_list, strongest_partners
from pipeline.intake.records import SourceError
from pipeline.words import origin_words, shared_partners
from pipeline.words import view as words
from pipeline.words.claims import Claims, claims


def profile_sheet(dataset: Dataset, selection: Selection) -> Sheet:
    """What the pages say about the one origin of a selection.

    Raises
    ------
    SourceError
        where the selection is not of one origin.
    """
    naming = dataset.naming
    chosen = selection.origins or tuple(dataset.origins.code)
    if len(chosen) != 1:
        raise SourceError(f"横顔は、{naming.noun}を1つだけ選ぶと作れます。")
    origin, said = chosen[0], claims(dataset, selection)
    selected, everyone = said.population.selected, dataset.select(replace(selection, origins=()))
    origins = profiles.origin_table(everyone)
    standing = profiles.standing(origins, origin)
    total = naming.everyone if (origins.n_projects > 0).sum() > 1 else ""
    home = origin_words.at_home(dataset, origins, origin)
    heading = origin_words.origin_heading(said, standing, total, home)
    any_at_all = bool(said.population.figures.projects)
    figures = [
        (label, value, "" if naming.single else rest)
        for label, value, rest in origin_words.standing_figures(standing, naming, home)
    ]
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=figures if any_at_all else [],
        table=strongest_partners(selected).or_none(),
        note=said.gaps(),
        meaning=notes.networks(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=selected,
        show=Show(subject=said.who, origin=naming.noun),
        appendix=_more(said, origin) if any_at_all else [],
    )


def _more(said: Claims, origin: str) -> list[Table]:
    """The lists after the map, each under the sentence the screen has beside it."""
    dataset, selected = said.dataset, said.population.selected
    everyone = dataset.select(replace(said.selection, origins=()))
    flows = profiles.municipal_flows(selected)
    mix = profiles.category_mix(everyone, origin)
    tables = [
        pair_list(selected),
        prefecture_list(said.population.prefectures, "partners", dataset.naming),
        replace(_mix(mix, said), under=origin_words.mix_sentence(mix, said)),
    ]
    if len(flows):
        bands = profiles.distance_bands(flows)
        tables.append(replace(_distances(bands), under=origin_words.distance_sentence(bands, flows, said)))
    if rows := origin_words.growth_rows(growth(selected), int(unknown_starts(selected).sum())):
        columns = ("年", "増えた数", "累計")
        made = [tuple(n if isinstance(n, str) else f"{n:,}" for n in row) for row in rows]
        tables.append(
            Table("年ごとに増えた相手の市区町村", columns, made, frozenset(columns[1:]), ranked=False)
        )
    if not dataset.naming.single:
        overlap, only = profiles.overlap(everyone, origin), profiles.only_partners(everyone, origin)
        tables += _shared(said, overlap, only)
    tables.append(project_table(project_details(selected), dataset, origins=False))
    return tables


def _mix(mix: pd.DataFrame, said: Claims) -> Table:
    """The categories of the projects, beside those of the others where there are any."""
    others = [] if said.naming.single else [f"{said.naming.others}の割合"]
    columns = ("分野", "事業", "割合", *others)
    rows = [
        (
            row.category,
            f"{row.n_projects:,}" if row.n_projects else "なし",
            words.percent(row.share),
            *([words.percent(row.share_others)] if others else []),
        )
        for row in mix.itertuples(index=False)
    ]
    return Table("分野の構成", columns, rows, frozenset(columns[1:]))


def _distances(bands: pd.DataFrame) -> Table:
    """How many partners lie how far away."""
    total = bands.n_municipalities.sum()
    rows = [
        (
            origin_words.band(row.from_km, row.to_km),
            f"{row.n_municipalities:,}" if row.n_municipalities else "なし",
            words.percent(row.n_municipalities / total),
        )
        for row in bands.itertuples(index=False)
    ]
    return Table("相手までの距離", ("距離", "市区町村", "割合"), rows, frozenset(("市区町村", "割合")))


def _shared(said: Claims, overlap: pd.DataFrame, only: list[str]) -> list[Table]:
    """The origins that share partners, and the partners nobody else has."""
    dataset, heading = said.dataset, said.naming.heading
    listed = shared_partners.most_alike(overlap, said.naming)
    rows = [
        (
            row.origin_name,
            f"{row.n_shared:,}",
            words.percent(row.jaccard),
            "、".join(dataset.names[code] for code in row.shared),
        )
        for row in listed.itertuples(index=False)
    ]
    columns = (heading, "共通の相手", "一致度", "共通の相手の市区町村")
    shared = Table(f"相手の重なる{said.naming.noun}", columns, rows, frozenset(columns[1:3])).or_none()
    under = shared_partners.overlap_sentence(said, overlap, only)
    under += shared_partners.not_listed(overlap, listed, said.naming)
    tables = [replace(shared, under=under)]
    if alone := shared_partners.only_rows(only, dataset):
        listed = [(prefecture, f"{n:,}", names) for prefecture, n, names in alone]
        title = f"{said.who}だけの相手 {len(only):,} 市区町村"
        tables.append(Table(title, ("都道府県", "数", "市区町村"), listed, frozenset(("数",))))
    return tables
