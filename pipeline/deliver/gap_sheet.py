"""The page and the slides of the gaps: every origin against every prefecture, and what is missing by name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.draw.print.plan import Show
from geo.draw.print.sheet import Sheet, Table
from geo.insight.gaps import DIRECT, GAP, MEMBER, OUTSIDE, candidates, gap_matrix, reach_totals
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.codes import PREFECTURES, short_name
from pipeline.deliver import notes
from pipeline.words import unreached
from pipeline.words import view as words
from pipeline.words.claims import claims

#: What stands in a cell without a partner municipality; where only the prefecture itself is one, the end of its name.
_SIGNS = {GAP: "×", MEMBER: "・", OUTSIDE: "－"}


def gap_sheet(dataset: Dataset, selection: Selection) -> Sheet:
    """What the pages say about the gaps of a selection; the matrix is of every origin under its conditions."""
    said, everyone = claims(dataset, selection), dataset.select(replace(selection, origins=()))
    matrix = gap_matrix(everyone)
    totals = reach_totals(everyone, matrix)
    missing = unreached.gaps(said.population.prefectures)
    # Where nothing is missing, the heading counts municipalities.
    n = 0 if len(missing) else len(candidates(said.population.selected))
    heading = unreached.heading(said, matrix, n)
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=words.key_figures(said.population.figures),
        table=_matrix(dataset, matrix, totals),
        note=("空白", unreached.summary(said, matrix, totals)),
        meaning=notes.networks(dataset),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=said.population.selected,
        show=Show(origin=dataset.naming.noun),
        appendix=[_missing(dataset, matrix, totals).or_none()],
        mapped=False,
    )


def _matrix(dataset: Dataset, matrix: pd.DataFrame, totals: pd.DataFrame) -> Table:
    """An origin a row, a prefecture a column, in the order of codes; under it how many origins lack each prefecture."""
    naming, codes = dataset.naming, sorted(matrix.prefecture_code.unique())
    cells = {
        (row.origin_code, row.prefecture_code): _cell(row.state, row.prefecture_code, row.n_partners)
        for row in matrix.itertuples(index=False)
    }
    columns = (
        naming.heading,
        *(short_name(PREFECTURES[code[:2]]) for code in codes),
        "連携の計",
        "空白の数",
    )
    rows = [
        (row.name, *(cells[row.code, code] for code in codes), f"{row.n_partners:,}", f"{row.n_gaps:,}")
        for row in totals.itertuples(index=False)
    ]
    if not naming.single:
        lacking = matrix[matrix.state == GAP].prefecture_code.value_counts()
        rows.append((f"空白の{naming.noun}", *(f"{lacking.get(code, 0):,}" for code in codes), "", ""))
    whole = "" if naming.single else f"（{naming.everyone_whole}）"
    title = f"{naming.noun}と都道府県の市区町村とのつながり{whole}"
    return Table(
        title,
        columns,
        rows,
        frozenset(columns[1:]),
        ranked=False,
        under=_signs(dataset),
        shaded=frozenset((_SIGNS[GAP],)),
    )


def _cell(state: str, prefecture: str, n: int) -> str:
    return PREFECTURES[prefecture[:2]][-1] if state == DIRECT else _SIGNS.get(state, f"{n:,}")


def _signs(dataset: Dataset) -> str:
    """What stands in the cells."""
    others = "" if dataset.naming.single else f"（{dataset.naming.others}の資料も）"
    return (
        f"数字は連携する市区町村の数、{_SIGNS[GAP]}は空白（つながりなし）、{_SIGNS[MEMBER]}は広域の集まりだけ{others}、"
        f"都・道・府・県はそのものとだけ連携、{_SIGNS[OUTSIDE]}は対象外です。"
    )


def _missing(dataset: Dataset, matrix: pd.DataFrame, totals: pd.DataFrame) -> Table:
    """The gaps of every origin by name."""
    naming = dataset.naming
    names = (
        matrix[matrix.state == GAP]
        .groupby("origin_code")
        .prefecture_code.agg(
            lambda codes: "、".join(short_name(PREFECTURES[code[:2]]) for code in sorted(codes))
        )
    )
    rows = [
        (row.name, f"{row.n_gaps:,}", names.get(row.code, "なし")) for row in totals.itertuples(index=False)
    ]
    columns = (naming.heading, "空白の数", "広域の集まりでもつながりのない都道府県")
    return Table(f"{naming.heading}ごとの空白", columns, rows, frozenset(columns[1:2]), ranked=False)
