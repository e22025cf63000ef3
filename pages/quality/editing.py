"""Deciding what a mention means, on the screen: only where the operator started it for editing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.ledger.dataset import Dataset
from geo.places.gazetteer import Gazetteer
from pages.quality import review, review_text
from pages.shared.frame import current as data
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.frame.shell import View
from pages.shared.parts.rebuild import rebuild
from pipeline.atomic import WriteError
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import Decision
from pipeline.reading.record_decision import MAX_REASON, record

#: Choices beside the candidates.
OTHER, NONE, BACK = "other", "none", "back"

#: Session keys: what the last decision did, and who made it, so that a name is written once a sitting.
SAID, DECIDER = "decision_said", "decision_by"


def enabled() -> bool:
    """Whether a decision can be kept: the operator allows it, and what is shown is no list of a session's own."""
    return editing_allowed() and not data.own()


def form(view: View, item: pd.Series) -> None:
    """Ask what a mention of the review list (a row of ``review.queue``) means, write it down and build again."""
    labels = _labels()
    words = {
        **{code: labels[code] for code in (*item.candidates, *item.codes)},
        OTHER: "ほかの自治体・都道府県を選ぶ",
        NONE: "市区町村ではない（地図に描かない）",
    }
    if item.method == "decision":
        words[BACK] = "人の判断を取り消し、自動の読み取りに戻す"
    choice = st.radio(
        "この記載の相手先", list(words), format_func=words.get, index=None, key=f"choice/{item.name}"
    )
    codes = [] if choice in (OTHER, NONE, BACK, None) else [choice]
    if choice == OTHER:
        codes = st.multiselect(
            "自治体・都道府県（いくつでも選べます）",
            list(labels),
            format_func=labels.get,
            key=f"codes/{item.name}",
            placeholder="名前か、よみを入れて探します",
            select_all=False,
        )
    scopes = _scopes(view, item)
    scope = st.radio(
        "この判断を使う範囲",
        list(scopes),
        format_func=scopes.get,
        index=len(item.origins),
        key=f"scope/{item.name}",
    )
    who = name_box("判断した人", st.session_state.get(DECIDER, ""), key=f"who/{item.name}")
    why = st.text_input(
        "理由",
        max_chars=MAX_REASON,
        key=f"why/{item.name}",
        placeholder=f"何で確かめたか（例: {view.naming.noun}の担当課に電話で確認）",
    )
    if not st.button("記録して、データを作り直す", type="primary"):
        return
    if choice is None or (choice == OTHER and not codes):
        st.warning("この記載の相手先を選んでください。")
        return
    series, origin = scope
    _save(
        view,
        Decision(item.partner_text, tuple(codes), series, origin, who, reason=why, withdrawn=choice == BACK),
    )


def said() -> str:
    """What the last decision of this session did; said once."""
    return st.session_state.pop(SAID, "")


def _scopes(view: View, item: pd.Series) -> dict[tuple[str, str], str]:
    """(series, origin) → words, the narrowest first; empty means any."""
    series = view.dataset.cited(item.source).series
    scopes = [*((series, origin) for origin in item.origins), (series, ""), ("", "")]
    return {scope: review_text.scope_words(*scope, view.dataset) for scope in scopes}


def _save(view: View, decision: Decision) -> None:
    if not enabled():  # the form may have been drawn before the server was started again
        return
    try:
        what = {"text": decision.text, "codes": " ".join(decision.codes), "series": decision.series}
        with permitted("decision", decision.decided_by, **what, origin=decision.origin_code) as name:
            decision = record(replace(decision, decided_by=name), Gazetteer.load())
    except (SourceError, WriteError) as error:
        st.error(str(error))
        return
    st.session_state[DECIDER] = decision.decided_by
    scope = review_text.scope_words(decision.series, decision.origin_code, view.dataset)
    recorded = review_text.recorded(decision, scope, view.places)
    before = view.dataset.mentions
    try:
        rebuild()
    except (SourceError, WriteError) as error:
        st.error(f"{recorded}判断は記録しましたが、データを作り直せませんでした。{error}")
        return
    n = review.changed(before, data.load().mentions)
    effect = (
        f"{n:,}件の記載の読み取りが変わりました。"
        if n
        else "読み取りの変わった記載はありませんでした。より狭い範囲の判断が先にあると、そちらが使われます。"
    )
    st.session_state[SAID] = f"{recorded}データを作り直し、{effect}"
    st.rerun(scope="app")


@data.remembered(1)
def _labels(dataset: Dataset) -> dict[str, str]:
    return review.place_labels(dataset)
