"""The page and the slide of the ties of disaster prevention: how near, in which direction, in the zone or not."""

from __future__ import annotations

from geo.draw.print.figure import SIGNS, Show
from geo.draw.print.sheet import Sheet, Table
from pipeline.deliver import notes
from pipeline.words import view as words
from pipeline.words.disaster import KINDS_REST, DisasterAnswer, band_name, kilometres

#: So much wider than other tables: it is the matter itself.
_SHARE = 1.25


def disaster_sheet(answer: DisasterAnswer) -> Sheet:
    """What one page says about the ties of disaster prevention of a view."""
    dataset, selection = answer.dataset, answer.claims.selection
    heading = answer.heading()
    zone = answer.zone
    return Sheet(
        heading=heading[:3],
        conditions=f"条件: {notes.conditions(dataset, selection)}",
        more=heading.more,
        figures=answer.figures(),
        table=(_partners(answer) if answer.single else _origins(answer)).or_none(),
        note=("距離と方角の内訳", _spread(answer)),
        meaning="".join([f"{zone.ruled}。" if zone else "", *answer.notes(), KINDS_REST]),
        day=words.reference_day(dataset, selection.sources),
        credits=[*([zone.cited] if zone else []), *notes.credits(dataset, selection)],
        selected=answer.claims.population.selected,
        show=Show(SIGNS, subject=answer.claims.who, origin=dataset.naming.noun, signs=answer.signs()),
        table_share=_SHARE,
    )


def _spread(answer: DisasterAnswer) -> str:
    """How many partners there are in each band of distance, and in which directions."""
    bands = "、".join(
        f"{band_name(place)} {row.n:,}（{words.percent(row.share)}）"
        for place, row in enumerate(answer.bands.itertuples(index=False))
    )
    directions = answer.directions[answer.directions.n > 0]
    points = "、".join(f"{row.point} {row.n:,}" for row in directions.itertuples(index=False))
    return f"{bands}。" + (f"方角は、{points}。" if points else "")


def _partners(answer: DisasterAnswer) -> Table:
    """The partners of one origin, the nearest first."""
    table = answer.table()
    zone = ["区域"] if answer.zone else []
    columns = ("相手", "距離km", "方角", *zone, "種類", "最初の年")
    rows = [
        (
            row["相手"],
            kilometres(distance),
            row["方角"],
            *(row[one] for one in zone),
            row["種類"],
            row["最初の年"],
        )
        for row, distance in zip(table.to_dict("records"), answer.pairs.distance_km, strict=True)
    ]
    return Table("災害・防災の連携の相手（近い順）", columns, rows, frozenset(("距離km",)), ranked=False)


def _origins(answer: DisasterAnswer) -> Table:
    """The origins, each with how many of its partners are near, far and outside of the zone."""
    noun = answer.dataset.naming.heading
    outside = ["区域の外"] if answer.zone else []
    columns = (noun, "相手", "100 km以内", "300 km超", *outside)
    rows = [
        (
            row.origin_name,
            f"{row.n:,}",
            f"{row.n_near:,}（{words.percent(row.near)}）" if row.n else "―",
            f"{row.n_far:,}",
            *([f"{row.n_outside:,}"] if outside else []),
        )
        for row in answer.each.itertuples(index=False)
    ]
    return Table(
        f"{noun}ごとの災害・防災の相手の市区町村", columns, rows, frozenset(columns[1:]), ranked=False
    )
