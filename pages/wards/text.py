"""The sentences and tables of the profiles of origins: nothing is drawn here."""

from __future__ import annotations

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from pages.shared.frame import text
from pages.shared.parts.board import Column
from pipeline.words import origin_words
from pipeline.words.claims import PLACES, Claims, Heading, leaders
from pipeline.words.origin_words import FIGURES


def origins_heading(claims: Claims, table: pd.DataFrame) -> Heading:
    """Which origins reach the most municipalities; ``geo.insight.profiles.origin_table``."""
    most = int(table.n_municipalities.max())
    if not most:
        return claims.nothing(f"{claims.who}に、この条件に合う{claims.ties}の相手の市区町村")
    numbers = f"{leaders(table.origin_name, table.n_municipalities, PLACES)}（{most:,} 市区町村）"
    return Heading(f"{claims.strict}{claims.who}で、{claims.ties}の相手が最も多いのは、", numbers, "です。")


def origin_columns(heading: str) -> dict[str, Column]:
    """How the table of origins is shown; ``heading`` is what they are called."""
    return {
        heading: Column(heading),
        "連携する市区町村": Column("連携する市区町村", bar=True),
        "都道府県": Column("都道府県", bar=True),
        "事業": Column("事業", bar=True),
        "うち個別の連携": Column("うち個別の連携"),
        "距離の中央値km": Column("距離の中央値", "km", bar=True),
        "最も古い事業": Column("最も古い事業", order="最も古い年"),
        "主な分野": Column("主な分野", order="主な分野の割合"),
    }


def origins_table(table: pd.DataFrame, leading: pd.DataFrame, heading: str) -> pd.DataFrame:
    """``geo.insight.profiles.origin_table`` with its ``leading_category`` under Japanese headings."""
    leading = leading.reindex(table.origin_code).set_axis(table.index)
    share = leading.share.fillna(0)
    return pd.DataFrame(
        {
            heading: table.origin_name,
            "連携する市区町村": table.n_municipalities,
            "都道府県": table.n_prefectures,
            "事業": table.n_projects,
            "うち個別の連携": table.n_individual,
            "距離の中央値km": table.median_km.round().astype("Int64"),
            "最も古い事業": text.first_years(table).where(table.n_projects > 0, "なし"),
            "最も古い年": table.first_year,
            "主な分野": (leading.category + share.map(" {:.0%}".format)).where(share > 0, "なし"),
            "主な分野の割合": share.round(3),
        }
    )


def origins_csv(table: pd.DataFrame, heading: str) -> pd.DataFrame:
    """:func:`origins_table` as it is saved: what only sorts it is left out."""
    return table[list(origin_columns(heading))]


def origins_medians(table: pd.DataFrame, naming: Naming) -> list[object]:
    """The last line of the table of origins: the median of every figure."""
    columns = ("n_municipalities", "n_prefectures", "n_projects", "n_individual", "median_km")
    medians = [f"{table[column].median():,.0f}" for column in columns]
    return [f"{naming.count(len(table))}の中央値", *medians, "", ""]


def overlap_table(overlap: pd.DataFrame, dataset: Dataset, limit: int = 10) -> pd.DataFrame:
    """The origins that share most partners with one, under Japanese headings; index: origin_code."""
    rows = overlap[overlap.n_shared > 0].head(limit)
    shared = [[dataset.names[code] for code in codes] for codes in rows.shared]
    return pd.DataFrame(
        {
            dataset.naming.heading: list(rows.origin_name),
            "共通の相手": list(rows.n_shared),
            "一致度%": [round(100 * share) for share in rows.jaccard],
            "共通の相手の例": [text.some(names, 3) for names in shared],
        },
        index=rows.origin_code,
    )


def ties_table(flows: pd.DataFrame) -> pd.DataFrame:
    """The strongest ties of one origin (``geo.insight.profiles.strongest``); index: partner_code."""
    return pd.DataFrame(
        {
            "市区町村": list(flows.prefecture + flows.partner_name),
            "事業": list(flows.n_projects),
            "最初の年": list(text.first_years(flows)),
            "年": list(flows.first_year),
            "距離km": list(flows.distance_km.round().astype(int)),
        },
        index=flows.partner_code,
    )


def map_sentence(name: str, strongest: pd.DataFrame, flows: pd.DataFrame) -> str:
    """What the small map of one origin shows, for who does not see it."""
    n_prefectures = flows.prefecture.nunique()
    best = "、".join((strongest.prefecture + strongest.partner_name).head(3))
    return (
        f"{name}から、{n_prefectures} 都道府県の {len(flows):,} 市区町村への線を描いた地図。"
        f"事業の多い相手は{best}などです。くわしくはそばの表にあります。"
    )


def profile_csv(
    standing: pd.DataFrame,
    mix: pd.DataFrame,
    bands: pd.DataFrame,
    growth: pd.DataFrame,
    overlap: pd.DataFrame,
    naming: Naming,
) -> pd.DataFrame:
    """All figures of one origin's profile, one a row: which table, what, how many, share, and beside what."""
    rows: list[tuple] = [
        ("全体", label + unit, standing.loc[column, "value"], None, standing.loc[column, "median"])
        for column, (label, unit) in FIGURES.items()
    ]
    rows += [
        ("分野の構成", row.category, row.n_projects, row.share, row.share_others) for row in mix.itertuples()
    ]
    rows += [
        ("相手までの距離", origin_words.band(row.from_km, row.to_km), row.n_municipalities, None, None)
        for row in bands.itertuples()
    ]
    rows += [("相手の増え方（累計）", str(row.year), row.n_total, None, None) for row in growth.itertuples()]
    rows += [
        (f"相手の重なる{naming.noun}", row.origin_name, row.n_shared, row.jaccard, None)
        for row in overlap.itertuples()
    ]
    columns = ["表", "項目", "数", "割合・一致度", f"{naming.others}（中央値・割合）"]
    return pd.DataFrame(rows, columns=columns).round(3)
