"""データと品質: where the figures come from, how sure they are, and what waits for a person."""

import pandas as pd
import streamlit as st

from pages.quality import editing, remembered, review, review_text, shown_evidence
from pages.shared.frame import choices, shell
from pages.shared.parts import downloads, markup, tables
from pipeline import rules


def quality(view: shell.View) -> None:
    """Draw the screen."""
    origins = view.selected.selection.origins
    mentions = view.dataset.mentions
    if origins:
        mentions = mentions[mentions.origin_code.isin(origins)]
    found = remembered.findings(origins)
    markup.show(
        markup.heading(
            review_text.heading(mentions, view.naming.noun),
            f"すべての資料／{view.subject}。左の条件のうち、この画面に効くのは「{view.naming.heading}」だけです。",
        ),
        markup.figures(review_text.key_figures(view.dataset.meta, mentions, found)),
    )
    if done := editing.said():
        markup.show(markup.note("記録しました", done, prose=True))
    parts = {
        "確認待ち": lambda: _waiting(view, origins),
        "指摘": lambda: _findings(view, found),
        "読み取り方": lambda: shown_evidence.reading(view, mentions),
        "資料と照合": lambda: shown_evidence.sources(view, origins),
    }
    tabs = st.tabs(list(parts), key="part", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _waiting(view: shell.View, origins: tuple[str, ...]) -> None:
    kind = choices.segments(
        "一覧に出す記載",
        list(review.LISTS),
        format_func=review.LISTS.get,
        default="waiting",
        key="list",
    )
    rows = remembered.queue(origins, kind)
    if rows.empty:
        st.info(
            f"ここに出す記載はありません。「一覧に出す記載」か、左の「{view.naming.heading}」を変えてください。"
        )
        return
    shown = review_text.queue_table(rows, view.dataset, view.places)
    labels = rows.partner_text + "（" + rows.source.map(view.dataset.titles) + "）"
    saved = view.file_name(".csv", "記載の一覧", review.LISTS[kind])
    chosen, beside = _list(
        shown, labels, "記載", f"list_{kind}", review_text.queue_columns(view.naming.heading), saved
    )
    if chosen is None:
        beside.html(markup.steps("決め方", review_text.ways_to_decide(editing.enabled())))
        return
    with beside:
        item = rows.loc[chosen]
        markup.show(markup.facts(item.partner_text, review_text.queue_facts(item, view.dataset)))
        if editing.enabled():
            editing.form(view, item)


def _findings(view: shell.View, found: pd.DataFrame) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        severity = st.segmented_control(
            "重さ",
            list(rules.SEVERITIES),
            format_func=rules.SEVERITIES.get,
            key="severity",
            bind="query-params",
        )
        rule = st.selectbox(
            "種類",
            sorted(found.rule.unique(), key=rules.title),
            index=None,
            format_func=rules.title,
            key="rule",
            placeholder="すべて",
            width=300,
            bind="query-params",
        )
        words = st.text_input(
            "言葉で探す", key="words", placeholder="例: 鶴岡市", width=260, bind="query-params"
        )
    rows = review.matching(found, severity, rule, words or "")
    if rows.empty:
        st.info(
            "当てはまる指摘はありません。「重さ」「種類」「言葉で探す」か、"
            f"左の「{view.naming.heading}」を変えてください。"
        )
        return
    shown = review_text.findings_table(rows, view.dataset)
    labels = review_text.finding_labels(rows)
    narrowed = [rules.SEVERITIES[severity]] if severity else []
    narrowed += [rules.title(rule)] if rule else []
    saved = view.file_name(".csv", "指摘の一覧", *narrowed, words or "")
    chosen, beside = _list(
        shown, labels, "指摘", "findings", review_text.finding_columns(view.naming.heading), saved
    )
    if chosen is None:
        bars = review_text.rule_bars(rows)
        beside.html(markup.ranking("種類ごとの指摘", ("重さ", "件"), bars, of="種類"))
    else:
        item = rows.loc[chosen]
        told = markup.facts(item.title, review_text.finding_facts(item, view.dataset, view.places))
        beside.html(told)


def _list(shown: pd.DataFrame, labels: pd.Series, what: str, key: str, columns: dict, saved: str):
    """The list to choose from; ``saved`` is what its file is called. Returns what is chosen, and the place beside it."""
    left, beside = st.columns([13, 7], gap="large")
    with left:
        chosen = tables.pick(shown, labels, columns, name=f"{what}の一覧", label=f"{what}を選ぶ", key=key)
        downloads.csv_button(f"この一覧（{len(shown):,}行）をCSVで保存", lambda: shown, saved, f"csv_{key}")
    if chosen is None:
        beside.html('<p class="k-sub">一覧の行を選ぶと、くわしい内容がここに出ます。</p>')
    return chosen, beside


shell.show(quality)
