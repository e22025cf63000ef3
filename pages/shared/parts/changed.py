"""The changes between two editions as a table with Japanese headings."""

from __future__ import annotations

import re

import pandas as pd

from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from pipeline.words.dates import both

_YEAR = re.compile(r"(\d{4})(年度?)")


def shown(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The changes with Japanese headings, one a row."""
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    renamed = table.change == "project-renamed"
    same = table.project_to.fillna(table.project_from)
    return pd.DataFrame(
        {
            "違い": table.change.map(KINDS),
            dataset.naming.heading: table.origin_code.map(
                lambda code: names.get(code, dataset.places[code].name)
            ),
            "事業": same,
            "前の名前": table.project_from.where(renamed, ""),
            "相手": table.partner.fillna(""),
            "前": table.before.where(~renamed).fillna("").map(_years),
            "後": table.after.where(~renamed).fillna("").map(_years),
            "前の版での場所": table.place_from.fillna(""),
            "今の版での場所": table.place_to.fillna(""),
            "同じとみた理由": table.basis.fillna(""),
        }
    )


def _years(cell: str) -> str:
    """A year as the tables hold it, as readers want it: 平成28年度（2016年度）."""
    match = _YEAR.fullmatch(cell)
    return both(int(match[1]), "年度" if match[2] == "年度" else "年") if match else cell
