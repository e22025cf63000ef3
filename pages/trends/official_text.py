"""The words of 公表された推移, and what the build found when it held documents against each other."""

from __future__ import annotations

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from pipeline.intake.layouts.chronology_tables import TOTAL
from pipeline.words.claims import Heading
from pipeline.words.dates import both, to_wareki


def official(counts: pd.DataFrame) -> pd.DataFrame:
    """``partner_counts`` as a table, a year a row and a row of the document a column, in their order."""
    order = list(dict.fromkeys(counts.name))
    return counts.pivot_table("value", "year", "name", aggfunc="first", dropna=False, sort=True)[order]


def official_heading(table: pd.DataFrame) -> Heading:
    """From which number to which the total has come, or the first row where there is no total."""
    name = TOTAL if TOTAL in table else next(iter(table), None)
    known = table[name].dropna() if name else table
    if known.empty:
        return Heading("公表された推移の表は、読み込んだ資料にありません。", "", "")
    what = f"連携自治体の{name}" if name == TOTAL else name
    return Heading(
        f"公表された{what}は、{to_wareki(known.index[0])}の {known.iloc[0]:,} から",
        f"{to_wareki(known.index[-1])}の {known.iloc[-1]:,} ",
        "になりました。",
    )


def official_sentence(table: pd.DataFrame) -> str:
    """Every row of the table of counts in words: first and last year; rows of the same years together."""
    spans: dict[tuple[int, int], list[str]] = {}
    for name, values in table.items():
        known = values.dropna()
        if len(known):
            span = int(known.index[0]), int(known.index[-1])
            spans.setdefault(span, []).append(f"{name}は{known.iloc[0]:,}から{known.iloc[-1]:,}")
    return "".join(
        f"{both(first)}から{both(last)}までに、{'、'.join(said)}になりました。"
        for (first, last), said in spans.items()
    )


def official_rows(table: pd.DataFrame) -> list[tuple]:
    """The table of counts as it is read: the year both ways, and 「―」 where the document prints it."""
    return [
        (both(year), *("―" if pd.isna(value) else int(value) for value in row))
        for year, row in zip(table.index, table.itertuples(index=False), strict=True)
    ]


def official_figures(check: dict, without_peers: int, naming: Naming) -> list[tuple[str, str, str]]:
    """The official number of a check of build.json beside our own counts."""
    apart = (f"うち、{naming.everyone}どうしを除く", f"{without_peers:,}", "広域の集まりまで含む")
    return [
        (f"公表 {check['subject']}", f"{check['stated']:,}", "自治体"),
        ("一覧の相手先の市区町村", f"{check['counted']:,}", "市区町村"),
        *([] if naming.single else [apart]),
    ]


def column_label(year: int) -> tuple[str, str]:
    """A fiscal year in two short lines: 「平成27」 over 「2015」."""
    return to_wareki(year).removesuffix("年度"), str(year)


def official_csv(counts: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """``partner_counts`` with Japanese headings, every number with its line."""
    return pd.DataFrame(
        {
            "年度（西暦）": counts.year,
            "年度（和暦）": counts.year.map(to_wareki),
            "数えたもの": counts.name,
            "自治体数": counts.value,
            "資料": counts.source.map(titles),
            "行": counts.source_line,
        }
    )


def checks(dataset: Dataset, rule: str, agrees: bool | None = None) -> list[dict]:
    """The checks of a rule in build.json, those that agree or those that do not where ``agrees`` says so."""
    rows = [check for check in dataset.meta.get("checks", []) if check["rule"] == rule]
    return rows if agrees is None else [check for check in rows if check["agrees"] is agrees]
