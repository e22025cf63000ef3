"""The words of 前年との違い."""

from __future__ import annotations

import pandas as pd

from geo.insight.changes import KINDS
from geo.insight.turnover import Turnover
from pages.shared.parts import markup
from pipeline.words.claims import Heading

#: Kinds of change told in the row of key figures, with their units.
_FIGURES = {
    "project-added": "事業",
    "project-ended": "事業",
    "project-renamed": "事業",
    "partner-added": "件",
    "partner-ended": "件",
}


def heading(turnover: Turnover, before: pd.Series, after: pd.Series, who: str) -> Heading:
    """What a mayor wants to know: how many projects began and ended, and with how many places there are new ties."""
    counts = turnover.table.change.value_counts()
    added, ended = (int(counts.get(kind, 0)) for kind in ("project-added", "project-ended"))
    parts = [f"{added:,}の事業が始まり" if added else "", f"{ended:,}の事業が終わり" if ended else ""]
    strong = "、".join(filter(None, parts))
    first, last = (edition.as_of.removesuffix("現在") for edition in (before, after))
    since = f"{who}では、{first}から{last}までに、"
    more = _ties(turnover)
    if strong:
        return Heading(since, f"{strong}ました", "。", more)
    return Heading(since, "始まった事業・終わった事業はありません", "。", more)


def _ties(turnover: Turnover) -> str:
    came, went = len(turnover.places_came), len(turnover.places_went)
    new = f"新たに{came:,}市区町村とつながり" if came else "新たにつながった市区町村はなく"
    lost = (
        f"{went:,}市区町村とのつながりがなくなりました。"
        if went
        else "つながりのなくなった市区町村はありません。"
    )
    return f"{new}、{lost}"


def figures(turnover: Turnover) -> list[tuple[str, str, str]]:
    """The row of key figures: (what is counted, the figure, its unit)."""
    counts = turnover.table.change.value_counts()
    told = [(KINDS[kind], f"{counts.get(kind, 0):,}", unit) for kind, unit in _FIGURES.items()]
    return [
        *told,
        ("新しいつながり", f"{turnover.ties_came:,}", "組"),
        ("なくなったつながり", f"{turnover.ties_went:,}", "組"),
    ]


def editions(table: pd.DataFrame, as_of: pd.Series, noun: str) -> str:
    """What each edition holds, as a table (``geo.insight.turnover.growth``)."""
    rows = [
        (
            as_of[row.id],
            row.n_projects,
            row.n_partners,
            row.n_ties,
            "―" if pd.isna(row.came) else int(row.came),
            "―" if pd.isna(row.went) else int(row.went),
        )
        for row in table.itertuples(index=False)
    ]
    columns = ("版", "事業", "市区町村", f"{noun}と市区町村の組", "前の版からできた組", "なくなった組")
    return markup.table("版ごとの数", columns, rows)


def kinds(table: pd.DataFrame) -> dict[str, str]:
    """Kind of change that there is → its words and number."""
    counts = table.change.value_counts()
    return {kind: f"{words} {counts[kind]:,}" for kind, words in KINDS.items() if counts.get(kind)}
