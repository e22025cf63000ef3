"""Projects of which nobody can say whether they go on under a new name: shown, and settled where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.insight.matching import Doubt
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pages.shared.parts.rebuild import rebuild
from pipeline.atomic import WriteError
from pipeline.intake.records import SourceError
from pipeline.reading.identities import Identity, record_identity


def show(view: View, doubts: Sequence[Doubt], after: str) -> None:
    """Draw them, with a form where the operator allows editing."""
    if not doubts:
        return
    names = view.dataset.places
    rows = [(names[one.origin_code].name, one.project_from, one.project_to) for one in doubts]
    markup.show(
        markup.table(
            "同じ事業か決められないもの",
            (view.naming.heading, "前の版の名前", "今の版の名前"),
            rows,
            remark="同じくらい似た事業がほかにもあります。上の表では、終わった事業と始まった事業に分けています。",
            printed=True,
        )
    )
    if editing_allowed():
        _form(view, doubts, after)


def _form(view: View, doubts: Sequence[Doubt], after: str) -> None:
    names = view.dataset.places
    with st.form("identity", border=True):
        number = st.selectbox(
            "どれについて",
            range(len(doubts)),
            format_func=lambda n: (
                f"{names[doubts[n].origin_code].name}「{doubts[n].project_from}」→「{doubts[n].project_to}」"
            ),
        )
        same = st.radio(
            "同じ事業ですか",
            [True, False],
            format_func={True: "同じ事業（名前が変わった）", False: "別の事業"}.get,
        )
        who = name_box("確かめた人")
        if not st.form_submit_button("記録して、データを作り直す"):
            return
    doubt = doubts[number]
    series = view.dataset.cited(after).series
    try:
        what = {"before": doubt.project_from, "after": doubt.project_to, "same": bool(same)}
        with permitted("identity", who, **what, series=series, origin=doubt.origin_code) as name:
            record_identity(
                Identity(series, doubt.origin_code, doubt.project_from, doubt.project_to, bool(same), name)
            )
        rebuild()
    except (SourceError, WriteError) as error:
        st.error(str(error))
        return
    st.rerun(scope="app")
