"""The projects of a profile as a table with the lines they are printed on."""

from __future__ import annotations

import pandas as pd

from geo.draw.print.sheet import Table
from geo.ledger.dataset import Dataset
from pipeline.words import view as words


def project_table(rows: pd.DataFrame, dataset: Dataset, *, origins: bool) -> Table:
    """Projects, the oldest first, one a row; ``rows`` are ``geo.insight.metrics.project_details``.

    ``origins`` says who does them in place of with whom.
    """
    who = dataset.naming.heading if origins else "相手"
    grouped = rows.groupby("project_id", sort=False)
    made = []
    for _, own in grouped:
        first = own.iloc[0]
        names = own.origin_name if origins else own.place
        made.append(
            (
                first.project_name,
                "、".join(dict.fromkeys(names)),
                first.category_raw if pd.notna(first.category_raw) else "",
                words.earliest(own),
                words.TIES[first.tie],
                dataset.shorts[first.source],
                _line(own.source_line.min()),
            )
        )
    columns = ("事業", who, "分野", "開始", "連携の形", "資料", "行")
    title = f"事業の一覧（{len(made):,}、始まった順）"
    return Table(title, columns, made, frozenset(("行",)), ranked=False)


def _line(line: int) -> str:
    """The line of the document; a row that was added stands on none."""
    return f"{line:,}" if pd.notna(line) and line else ""
