"""What is said of one origin beside the others: the same on the screen and on paper."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from geo.insight import profiles
from geo.insight.groups import beside_home
from geo.ledger.dataset import Dataset
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


#: What a place among very many is called, by the share of them that stand no lower (0–1).
TOPS = {0.01: "上位1%", 0.05: "上位5%", 0.1: "上位10%", 0.25: "上位25%", 0.5: "上位半分"}


class Home(NamedTuple):
    """The origins of one's own prefecture: ``standing`` among them, and what they are called: 「東京都の62自治体」."""

    standing: pd.DataFrame
    called: str


def at_home(dataset: Dataset, table: pd.DataFrame, origin: str) -> Home | None:
    """Where one of many origins stands among those of its prefecture; ``table`` is ``geo.insight.profiles.origin_table``."""
    found = beside_home(dataset, table, origin)
    return Home(profiles.standing(found[0], origin), found[1]) if found else None


def top_of_many(row: pd.Series) -> str:
    """Where one stands among very many, by a row of ``geo.insight.profiles.standing``: 「上位5%」, 「中ほど」.

    Whoever shares its place counts as standing no lower, so that a crowd of equals is no top.
    """
    share = (row["rank"] + row.same) / row.of
    if share > max(TOPS):
        return "中ほど" if (row["rank"] - 1) / row.of < max(TOPS) else "中ほどより下"
    return next(name for most, name in TOPS.items() if share <= most)


def origin_heading(
    claims: Claims, standing: pd.DataFrame, everyone: str, home: Home | None = None
) -> Heading:
    """How far one origin reaches and which place that is among all; ``standing`` of ``geo.insight.profiles``.

    ``everyone`` is what all are called, "" where there is no other to compare with; ``home`` are those that one of many
    is held against, for a place among thousands says little.
    """
    reach, said = standing.loc["n_municipalities"], claims.reach()
    if not claims.population.figures.projects or not everyone:
        return said
    whole = f"{everyone}の中で {_place(reach)}です。"
    if claims.naming.many:
        whole = f"{everyone}の中では{top_of_many(reach)}です。"
        if home:
            own = home.standing.loc["n_municipalities"]
            whole = f"{home.called}の中で {_place(own)}、{whole}"
    place = f"{claims.ties}の広がりは、{whole}"
    return said._replace(more=place + said.more)


def _place(row: pd.Series) -> str:
    same = f"（同じ順位がほかに{row.same:.0f}）" if row.same else ""
    return f"{row['rank']:.0f} 番目{same}"


def standing_figures(
    standing: pd.DataFrame, naming: Naming, home: Home | None = None
) -> list[tuple[str, str, str]]:
    """The key figures, each with its rank among all origins and the median of the others.

    Of many the rank is the one among those of its own prefecture (``home``), beside where it stands among all.
    """
    return [
        (
            label,
            "―" if pd.isna(row.value) else f"{row.value:,.0f}{unit}",
            "比べられません"
            if pd.isna(row["rank"])
            else _standing(row, naming, home and home.standing.loc[column]),
        )
        for column, (label, unit) in FIGURES.items()
        for row in [standing.loc[column]]
    ]


def _standing(row: pd.Series, naming: Naming, own: pd.Series | None) -> str:
    if naming.many:
        whole = f"全体の{top_of_many(row)}"
        if own is None or pd.isna(own["median"]):
            return whole
        same = f"（同順ほか{own.same:.0f}）" if own.same else ""
        place = f"都道府県内の{own.of:.0f}のうち{own['rank']:.0f}位{same}"
        return f"{place}・ほかの中央値 {own['median']:,.0f}・{whole}"
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
