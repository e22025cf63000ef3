"""What is said of one origin beside the others: the same on the screen and on paper."""

from __future__ import annotations

import pandas as pd

from geo.ledger.origins import Naming
from pipeline.words import view as words
from pipeline.words.claims import Claims, Heading, leaders

#: What is compared → label and unit; ``geo.insight.profiles.FIGURES``.
FIGURES = {
    "n_municipalities": ("連携する市区町村", ""),
    "n_prefectures": ("届いている都道府県", ""),
    "n_projects": ("事業", ""),
    "n_individual": ("うち個別の連携", ""),
    "median_km": ("相手までの距離（中央値）", " km"),
}


def origin_heading(claims: Claims, standing: pd.DataFrame, everyone: str) -> Heading:
    """How far one origin reaches and which place that is among all; ``standing`` of ``geo.insight.profiles``.

    ``everyone`` is what all are called, "" where there is no other to compare with.
    """
    reach, said = standing.loc["n_municipalities"], claims.reach()
    if not claims.population.figures.projects or not everyone:
        return said
    same = f"（同じ順位がほかに{reach.same:.0f}）" if reach.same else ""
    place = f"{claims.ties}の広がりは、{everyone}の中で {reach['rank']:.0f} 番目{same}です。"
    return said._replace(more=place + said.more)


def standing_figures(standing: pd.DataFrame, naming: Naming) -> list[tuple[str, str, str]]:
    """The key figures, each with its rank among all origins and the median of the others."""
    return [
        (
            label,
            "―" if pd.isna(row.value) else f"{row.value:,.0f}{unit}",
            "比べられません" if pd.isna(row["rank"]) else _standing(row, naming),
        )
        for column, (label, unit) in FIGURES.items()
        for row in [standing.loc[column]]
    ]


def _standing(row: pd.Series, naming: Naming) -> str:
    others = (
        ""
        if pd.isna(row["median"])
        else f"・ほか{naming.count(len(naming.origins) - 1)}の中央値 {row['median']:,.0f}"
    )
    same = f"（同順ほか{row.same:.0f}）" if row.same else ""
    return f"{row['rank']:.0f}位{same}{others}"


def band(from_km: int, to_km: int | None) -> str:
    """A distance band: 「100〜300 km」, 「〜50 km」, 「1,000 km〜」."""
    if not from_km:
        return f"〜{to_km:,} km"
    return f"{from_km:,} km〜" if pd.isna(to_km) else f"{from_km:,}〜{to_km:,} km"


def mix_sentence(mix: pd.DataFrame, claims: Claims) -> str:
    """The leading categories, and where the origin differs most from the others; ``geo.insight.profiles.category_mix``."""
    gap = mix.share - mix.share_others
    more, less = mix.loc[gap.idxmax()], mix.loc[gap.idxmin()]
    said = f"{claims.strict}{claims.ties}で最も多い分野は{leaders(mix.category, mix.n_projects)}です。"
    if gap.max() > 0 > gap.min():
        said += f"{claims.naming.others}の割合との差が最も大きいのは、多い側が{more.category}（{words.percent(more.share)}、ほかは{words.percent(more.share_others)}）"
        said += f"、少ない側が{less.category}（{words.percent(less.share)}、ほかは{words.percent(less.share_others)}）です。"
    return said + "複数の分野にあたる事業は、それぞれに数えます。"


def distance_sentence(bands: pd.DataFrame, flows: pd.DataFrame, claims: Claims) -> str:
    """Where most partners are, and which is the farthest."""
    names = [band(row.from_km, row.to_km) for row in bands.itertuples(index=False)]
    best = leaders(names, bands.n_municipalities)
    far = flows.loc[flows.distance_km.idxmax()]
    return (
        f"{claims.strict}{claims.ties}の相手が最も多いのは {best} の {bands.n_municipalities.max()} 市区町村です。"
        f"最も遠いのは{far.prefecture}{far.partner_name}（{far.distance_km:,.0f} km）です。距離は役所どうしの直線です。"
    )


def growth_rows(growth: pd.DataFrame, unknown: int) -> list[tuple[str, object, object]]:
    """The years in which partners were added: (year, new, total), and what has no year."""
    rows: list[tuple[str, object, object]] = [
        (words.within(row.year, row.kind), int(row.n_new), int(row.n_total))
        for row in growth[growth.n_new > 0].itertuples(index=False)
    ]
    return [*rows, ("開始年の不明", unknown, "―")] if unknown else rows
