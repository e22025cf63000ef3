"""行の訂正: rows of documents that are read as staff corrected them, each undoable, and the note to the publisher."""

from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from pages.corrections import editing, text
from pages.shared.frame import choices, shell
from pages.shared.parts import board, downloads, markup, tables
from pipeline.deliver import FORMATS, errata

#: The parts of the screen, in their order; two of them only where editing is allowed.
LIST, CORRECT, ADD, NOTE = "訂正の一覧", "行を訂正する", "事業を加える", "正誤のお知らせ"


def corrections(view: shell.View) -> None:
    """Draw the screen."""
    selection, may = view.selected.selection, editing.enabled()
    found = text.acts(view.dataset, selection.origins)
    markup.show(
        markup.heading(
            text.heading(found, view.subject, view.naming.noun),
            f"すべての資料／{view.subject}。左の条件のうち、この画面に効くのは「{view.naming.heading}」だけです。",
        ),
        markup.figures(text.figures(found)) if len(found) else "",
    )
    if done := editing.said():
        markup.show(markup.note("記録しました", done, prose=True))
    parts = {LIST: lambda: _list(view, found, may)}
    if may:
        parts |= {CORRECT: lambda: editing.correct(view), ADD: lambda: editing.add(view)}
    if told := errata.documents(view.dataset):
        parts[NOTE] = lambda: _note(view, told, may)
    if len(parts) == 1:
        parts[LIST]()
        return
    tabs = st.tabs(list(parts), key="part", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _list(view: shell.View, found: pd.DataFrame, may: bool) -> None:
    if found.empty:
        title = "まだ訂正はありません" if view.dataset.corrections.empty else "この条件の訂正はありません"
        markup.show(markup.steps(title, text.ways(view.naming.noun, may)))
        return
    shown = text.listed(found, view.dataset)
    labels = shown["事業"] + "（" + shown["訂正"] + "）"
    left, beside = st.columns([13, 7], gap="large")
    with left:
        chosen = tables.pick(
            shown,
            labels,
            text.columns(view.naming.heading),
            name="訂正の一覧",
            label="訂正を選ぶ",
            key="corrections",
        )
        downloads.csv_button(
            f"この一覧（{len(shown):,}行）をCSVで保存",
            lambda: shown,
            view.file_name(".csv", "行の訂正の一覧"),
            "csv_corrections",
        )
    with beside:
        if chosen is None:
            st.html('<p class="k-sub">一覧の行を選ぶと、くわしい内容がここに出ます。</p>')
            return
        act = found.loc[chosen]
        who = editing.who_made(str(chosen)) if may else ""
        markup.show(markup.facts(act.project, text.facts(act, view.dataset, who)))
        if may:
            editing.undo(str(chosen), act)


def _note(view: shell.View, told: list[str], may: bool) -> None:
    source = choices.box(
        "お知らせする資料",
        told,
        format_func=lambda one: view.dataset.shorts[one],
        key="of_document",
        width=420,
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        contact = st.text_input(
            "お知らせに書く連絡先",
            max_chars=100,
            key="contact",
            placeholder="例: ○○課 03-0000-0000",
            width=420,
        )
        named = may and st.toggle("訂正した人の名前も書く", key="named")
    who = editing.makers() if named else None
    table = errata.rows(view.dataset, source, who)
    st.html(
        f'<p class="k-sub">「{escape(view.dataset.titles[source])}」の公表者に、次の版での訂正をお願いするためのものです。'
        f"{len(table):,}件あります。</p>"
    )
    board.show(table, text.note_columns(table), name=errata.TITLE, key="errata")
    given = (view.dataset, source, contact, date.today(), who)
    with st.container(horizontal=True):
        st.download_button(
            "お知らせをExcelで保存",
            lambda: errata.write_workbook(*given),
            file_name=view.file_name(".xlsx", "正誤のお知らせ", view.dataset.shorts[source]),
            mime=FORMATS["xlsx"].media,
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "お知らせを文書（テキスト）で保存",
            lambda: errata.write_text(*given).encode("utf-8-sig"),
            file_name=view.file_name(".txt", "正誤のお知らせ", view.dataset.shorts[source]),
            mime="text/plain",
            on_click="ignore",
            icon=":material/download:",
        )


shell.show(corrections)
