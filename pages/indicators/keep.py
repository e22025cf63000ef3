"""Keeping a table that was brought among the documents, for everybody: where the operator allows editing."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

import streamlit as st

from geo.ledger.editions import series_of
from geo.ledger.schema import NUMBERS
from pages.indicators import state
from pages.indicators.state import Brought
from pages.shared.frame import current as data
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.parts.rebuild import rebuild
from pipeline.atomic import WriteError
from pipeline.building.accept import accept
from pipeline.intake.define import Said, define_numbers, document_id
from pipeline.intake.indicators import IndicatorTable
from pipeline.intake.records import SourceError

#: Session key: what keeping the last table did, to be said once.
_KEPT = "indicators_kept"


def button(now: Brought, table: IndicatorTable) -> None:
    """The button, where keeping is allowed."""
    if not editing_allowed():
        return
    who = name_box("加える人", key="indicators_who", width=280)
    if not st.button("この表を資料に加えて、データを作り直す", type="primary", key="indicators_keep"):
        return
    day = now.as_of if now.as_of != table.as_of else ""
    said = Said(title=now.title, publisher=now.source, date=day, series=_series(now.file))
    try:
        document = define_numbers(table, now.file, said)
        with permitted("document-added", who, document=document.id, title=document.title):
            rebuild(accept, now.content, Path(now.file).suffix.lower() or ".txt", document)
    except (SourceError, WriteError) as error:
        st.error(error.on_screen if isinstance(error, SourceError) else str(error))
        return
    state.forget()
    st.session_state[_KEPT] = (
        f"「{document.title}」（{document.as_of}）を資料に加え、データを作り直しました。"
    )
    st.rerun(scope="app")


def said() -> str:
    """What keeping the last table did; said once."""
    return st.session_state.pop(_KEPT, "")


def _series(file: str) -> str:
    """What its editions share: not the name of a series of lists."""
    own = series_of(document_id(Path(file).stem))
    documents = data.built().documents
    lists = set(documents.series[documents.layout != NUMBERS])
    return next(name for name in chain([own], (f"{own}-{n}" for n in count(2))) if name not in lists)
