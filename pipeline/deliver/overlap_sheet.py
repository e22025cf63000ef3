"""The page and the slide of what a few origins have in common: its sentence, its map with signs, its table."""

from __future__ import annotations

from geo.draw.print.figure import SIGNS, Show
from geo.draw.print.sheet import Sheet, Table
from pipeline.deliver import notes
from pipeline.words import view as words
from pipeline.words.asked_sets import Asked


def overlap_sheet(asked: Asked) -> Sheet:
    """What one page says about a question and its answer."""
    claims = asked.claims
    dataset, selection, heading = claims.dataset, claims.selection, asked.heading()
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=asked.figures(),
        table=_table(asked).or_none(),
        note=("組合せごとの市区町村の数", _combinations(asked)),
        meaning=f"「ある」は、{claims.ties}の相手であることです。{notes.networks(dataset)}",
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=claims.population.selected,
        show=Show(SIGNS, subject=claims.who, origin=f"くらべた{asked.noun}", signs=asked.signed()),
    )


def _table(asked: Asked) -> Table:
    """The municipalities that answer; who has them only where it is not the same of all."""
    found = asked.overlap.found
    several = found.origins.nunique() > 1
    heading = f"ある{asked.noun}"
    columns = ("市区町村", "都道府県", "事業", *([heading] if several else []), "最初の年")
    rows = [
        (
            row.name,
            row.prefecture,
            f"{row.n_projects:,}",
            *([asked.names(row.origins)] if several else []),
            words.began_short(row.first_year, row.first_kind),
        )
        for row in found.itertuples(index=False)
    ]
    return Table("問いに合う市区町村", columns, rows, frozenset(("事業",)), ranked=False)


def _combinations(asked: Asked) -> str:
    counted = asked.overlap.combinations
    said = [f"{asked.held_by(held)} {n:,}" for held, n in zip(counted.origins, counted.n, strict=True)]
    return "、".join(said) or "なし"
