"""What changed from the edition before to the one in force, as it is written into files: rows, words, conditions."""

from __future__ import annotations

import re
from typing import cast

import pandas as pd

from geo.insight import turnover
from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.notes import chosen_origins, subject
from pipeline.words import view as words
from pipeline.words.dates import Kind, both, to_wareki
from pipeline.words.edition_changes import summary

_YEAR = re.compile(r"(\d{4})(年度?)")


def sheet(dataset: Dataset, selection: Selection) -> pd.DataFrame:
    """The changes of a selection as a table to save, those of wording alone last."""
    table = turnover.rows(dataset, selection)
    places = {code: point.name for code, point in dataset.places.items()}
    return pd.DataFrame(
        {
            "違い": table.change.map(KINDS).astype(object),
            dataset.naming.heading: table.origin_code.map(places).astype(object),
            "事業（前）": table.project_from,
            "事業（後）": table.project_to,
            "相手": table.partner,
            "前": _written(table, "before"),
            "後": _written(table, "after"),
            "前の資料での場所": table.place_from,
            "後の資料での場所": table.place_to,
            "資料": _documents(dataset, table),
        }
    ).reset_index(drop=True)


def _written(table: pd.DataFrame, column: str) -> pd.Series:
    """What an edition prints, years as they are written everywhere: 「平成28年度（2016年度）」."""
    values = table[column].astype(object)
    return values.mask(table.change == "year-changed", values.map(year, na_action="ignore"))


def year(text: str) -> str:
    """A year of the table of changes as it is written everywhere: 2016年度 → 平成28年度（2016年度）; 「不明」 stays.

    >>> year("2016年度"), year("1989年"), year("不明")
    ('平成28年度（2016年度）', '昭和64・平成元年（1989年）', '不明')
    """
    found = _YEAR.fullmatch(text)
    return both(int(found[1]), cast(Kind, found[2])) if found else text


def era_year(text: str) -> str:
    """:func:`year` where there is little room: 2016年度 → 平成28年度."""
    found = _YEAR.fullmatch(text)
    return to_wareki(int(found[1]), cast(Kind, found[2])) if found else text


def _documents(dataset: Dataset, table: pd.DataFrame) -> pd.Series:
    pairs = zip(table.source_from, table.source_to, strict=True)
    return pd.Series([editions(dataset, *pair) for pair in pairs], index=table.index, dtype=object)


def editions(dataset: Dataset, before: str, after: str) -> str:
    """Two editions of a series: 「一覧（令和8年3月31日現在 → 令和9年3月31日現在）」."""
    days = [dataset.cited(one).as_of for one in (before, after)]
    return f"{dataset.titles[after]}（{days[0]} → {days[1]}）"


def compared(dataset: Dataset, table: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of editions some changes are between, each once."""
    pairs = table[["source_from", "source_to"]].drop_duplicates()
    return list(pairs.itertuples(index=False, name=None))


def claim(dataset: Dataset, selection: Selection) -> tuple[str, str]:
    """What changed, as a sentence to a council in two pieces: whose and since when, and the numbers by kind."""
    table = turnover.rows(dataset, selection)
    pairs = compared(dataset, table)
    since = f"（{dataset.cited(pairs[0][0]).as_of}）" if len(pairs) == 1 else ""
    return f"{subject(dataset, selection)}では、前の版{since}から、", summary(table)


def conditions(dataset: Dataset, selection: Selection) -> str:
    """What the changes are of, as one plain line."""
    table = turnover.rows(dataset, selection)
    documents = "・".join(editions(dataset, *pair) for pair in compared(dataset, table)) or "前の版のある資料"
    rest = words.conditions(selection, dataset, chosen_origins(dataset, selection)).split("／")[1:]
    return "／".join([documents, *rest])
