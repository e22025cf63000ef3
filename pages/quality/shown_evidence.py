"""The parts of データと品質 that only show: how mentions were read, and where the data comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.quality import evidence_text, remembered, review_text
from pages.shared.frame.shell import View
from pages.shared.parts import downloads, markup
from pipeline.deliver import table_sheets as exports


def reading(view: View, mentions: pd.DataFrame) -> None:
    """How the mentions were read, how sure that is in all and by document, and examples of what was added."""
    left, right = st.columns(2, gap="large")
    bars, bands = review_text.method_bars(mentions), review_text.band_rows(mentions)
    with left:
        markup.show(markup.ranking("どのように読み取ったか", ("記載", "割合"), bars, of="読み取り方"))
        examples = evidence_text.examples(mentions, view.places)
        if examples:
            remark = "読み取り方ごとに、多いものから2つずつ。すべては「確認待ち」の「補って決めたもの」にあります。"
            columns = ("記載", "読み取った相手先", "件数", "読み取り方")
            markup.show(markup.table("補って読み取った例", columns, examples, remark=remark, printed=True))
    with right:
        remark = "「おそらく」までを地図に描き、数えます。"
        columns = ("確かさ", "記載", "割合", "意味")
        markup.show(markup.table("どれだけ確かか", columns, bands, remark=remark))
        markup.show(
            markup.table("資料ごとの確かさ", *evidence_text.bands_by_document(mentions, view.dataset.shorts))
        )


def sources(view: View, origins: tuple[str, ...]) -> None:
    """Where the data comes from, whether the counts add up, and the tables to take along."""
    meta = view.dataset.meta
    markup.show(markup.table("もとの資料", review_text.DOCUMENTS, review_text.documents(view.dataset)))
    left, right = st.columns(2, gap="large")
    # Of many origins, each document as a whole, until some are chosen.
    whole = view.naming.many and not origins
    parts = [_by_document(view)] if whole else []
    printed = {
        row["source"] for row in meta["reconciliation"] if not origins or row["origin_code"] in origins
    }
    for document in meta["documents"]:
        if whole or document["id"] not in printed:
            continue
        rows = remembered.reconciliation(document["id"], origins)
        if len(rows):
            sentence, total = review_text.reconciled(rows)
            sentence += review_text.replaced(meta["reconciliation"], document["id"], origins)
            lines = rows.itertuples(index=False)
            title = f"{document['title']}の照合"
            parts.append(
                markup.table(title, [view.naming.heading, *rows.columns[1:]], lines, total, sentence)
            )
    left.html("".join(parts[:1]))
    disagreeing = evidence_text.disagreeing(meta)
    if disagreeing:
        titles = "・".join(dict.fromkeys(view.dataset.titles[check["source"]] for check in meta["checks"]))
        parts.append(
            markup.table(
                "書かれた数と合わないもの", evidence_text.CHECKS, disagreeing, remark=f"出典 {titles}。"
            )
        )
    with right:
        markup.show(*parts[1:], markup.facts("このデータについて", review_text.made(meta)))
        st.html('<p class="k-sub">読み取った表を、そのままCSVで保存できます（UTF-8）。</p>')
        with st.container(horizontal=True):
            for name, label in exports.EXPORTS.items():
                downloads.csv_button(
                    f"{label}（{len(getattr(view.dataset, name)):,}行）",
                    lambda name=name: exports.export(view.dataset, name),
                    view.file_name(".csv", f"読み取った表・{label}"),
                    f"csv_{name}",
                )


def _by_document(view: View) -> str:
    rows = remembered.by_document()
    sentence, total = review_text.reconciled(rows)
    sentence += f"。{view.naming.noun}ごとの行は、左の「{view.naming.heading}」で選ぶと出ます"
    lines = rows.assign(origin=rows.origin.map(view.dataset.titles)).itertuples(index=False)
    return markup.table("資料ごとの照合", ["資料", *rows.columns[1:]], lines, total, sentence)
