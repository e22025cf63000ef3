"""The changes between two editions as a table with Japanese headings."""

from __future__ import annotations

import pandas as pd

from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from pipeline.deliver.between_editions import year


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
            "前": table.before.where(~renamed).fillna("").map(year),
            "後": table.after.where(~renamed).fillna("").map(year),
            "前の版での場所": table.place_from.fillna(""),
            "今の版での場所": table.place_to.fillna(""),
            "同じとみた理由": table.basis.fillna(""),
        }
    )
