"""What is said of one municipality: the same on the screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.ledger.origins import Naming
from pipeline.words import view as words
from pipeline.words.claims import Claims, Heading, top


def partner_heading(
    claims: Claims, place: str, code: str, origins: Sequence[str], n_projects: int, counted: bool
) -> Heading:
    """With which or how many origins a municipality does how many projects, or that there is none, and what there is.

    ``counted`` says whether the view counts such a municipality at all.
    """
    if not n_projects:
        said = f"{claims.ties}はありません" if counted else "この条件では数えていません"
        return Heading(
            f"{claims.strict}{place}と{claims.who}に、" if counted else f"{place}と{claims.who}の連携は、",
            said,
            "。",
            claims.beyond(place, code),
        )
    numbers = (
        f"{origins[0]}と {n_projects} 事業"
        if len(origins) == 1
        else f"{len(origins)} {claims.naming.noun}・{n_projects} 事業"
    )
    return Heading(f"{claims.scope}{place}は、{claims.ties}で、", numbers, "でつながっています。")


def partner_figures(
    flows: pd.DataFrame, projects: pd.DataFrame, n_agreements: int, noun: str
) -> list[tuple[str, str, str]]:
    """The key figures of a municipality: origins, projects, oldest year, strongest origin, agreements."""
    first = flows.sort_values(["first_year", "first_kind"]).iloc[0]
    oldest = words.began(first.first_year, first.first_kind)
    best, n_best = flows.iloc[0], int((flows.n_projects == flows.n_projects.max()).sum())
    same = f"（同じ数の{noun}がほかに {n_best - 1}）" if n_best > 1 else ""
    return [
        (f"つながる{noun}", str(len(flows)), noun),
        ("事業", f"{len(projects):,}", "件"),
        ("最も古い事業", *oldest.removesuffix("）").partition("（")[::2]),
        (f"事業の最も多い{noun}", best.origin_name, f"{best.n_projects} 事業{same}"),
        ("広域の協定", str(n_agreements) if n_agreements else "なし", ""),
    ]


def prefecture_fact(
    claims: Claims, prefecture: str, near: pd.DataFrame, own: pd.DataFrame
) -> tuple[str, str]:
    """How many municipalities of the prefecture are tied, and which origins have the most of them.

    ``near`` are all other municipalities (``geo.insight.profiles.neighbours``), ``own`` the municipality's projects.
    """
    inside = near[near.prefecture == prefecture]
    n = int((inside.n_origins > 0).sum()) + bool(len(own))
    origins = inside.origins[inside.n_origins > 0].str.split("、").explode().value_counts()
    most = top(origins.index, origins)
    said = f"{claims.scope}{len(inside) + 1} 市区町村のうち {n} が、{claims.ties}で{claims.naming.any_one}とつながっています。"
    return f"{prefecture}では", said + (
        f"多くの市区町村とつながる{claims.naming.noun}は{most}です。"
        if most and not claims.naming.single
        else ""
    )


def neighbours_counted(naming: Naming) -> str:
    """What the table of neighbours counts."""
    all_of_them = (
        ""
        if naming.single
        else (
            f"近くの市区町村では「{naming.heading}」の条件を外し、すべての{naming.noun}とのつながりを数えます。"
        )
    )
    return f"距離は役所どうしの直線です。{all_of_them}"
