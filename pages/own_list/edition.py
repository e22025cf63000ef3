"""What a new edition would change, before it is accepted."""

from __future__ import annotations

import streamlit as st

from geo.insight.turnover import WORDING, preview
from geo.ledger.dataset import Dataset
from geo.ledger.schema import IN_FORCE
from pages.own_list.state import State
from pages.shared.frame import current as data
from pages.shared.parts import markup
from pages.shared.parts.changed import shown
from pipeline.words.edition_changes import summary


def step(now: State) -> None:
    """Show the differences from the edition in force, for the next edition of a document."""
    if now.own is None or now.own.understood is not None or now.error:
        return
    built, new = data.built(), now.own.made.dataset
    before = _in_force(built, now.own.document.series)
    if before is None:
        return
    table = preview(built, before, new).table
    told = table[table.change != WORDING]
    markup.show(
        markup.title(f"今の版（{built.cited(before).as_of}）との違い"),
        f'<p class="k-summary">{markup.escape(summary(table))}</p>',
    )
    if len(told):
        st.dataframe(
            shown(told, new).drop(columns="同じとみた理由"),
            hide_index=True,
            height=320,
            alt="今の版との違いの表",
        )


def _in_force(built: Dataset, series: str) -> str | None:
    own = built.documents[(built.documents.series == series) & (built.documents.edition == IN_FORCE)]
    return own.id.iloc[0] if len(own) else None
