"""点検表: who is in charge of each tie, when it was last alive, when to look at it again; for the office alone.

It is drawn only where the operator allows editing, and nothing of it is among the tables that anything published is
made of.
"""

from pathlib import Path

import pandas as pd
import streamlit as st

from pages.ledger import incoming, text, writing
from pages.shared.frame import choices, shell
from pages.shared.frame import current as data
from pages.shared.frame import text as frame_text
from pages.shared.frame.permissions import editing_allowed
from pages.shared.parts import markup, tables
from pipeline.deliver import FORMATS
from pipeline.intake.records import SourceError
from pipeline.upkeep.review_sheet import check_files, check_sheets
from pipeline.upkeep.review_store import STATES, Key, Ledger, ledger_path, read_ledger
from pipeline.upkeep.review_table import reviewed, sections, standing
from pipeline.upkeep.today import today

#: Session key of the section that the list is narrowed to.
_SECTION = "ledger_section"

_CLOSED = "点検表は、編集を許可して起動した画面（koryu app --edit）で、編集してよい人だけが使えます。"
_OWN_LIST = "お手元の一覧には、点検表を付けられません。「もとの資料に戻る」を押すと、点検表が出ます。"


def ledger(view: shell.View) -> None:
    """Draw the screen."""
    if not editing_allowed() or data.own():
        markup.show('<h1 class="k-h1">点検表は、ここでは使えません</h1>')
        st.info(_OWN_LIST if editing_allowed() else _CLOSED)
        return
    try:
        kept = _kept()
    except SourceError as error:
        markup.show('<h1 class="k-h1">点検表を開けません</h1>')
        st.error(frame_text.plain(str(error)))
        return
    day = today()
    table = reviewed(view.selected, kept, day)
    stand = standing(table, view.selected, kept)
    markup.show(
        markup.heading(text.heading(view.claims, stand), f"{view.conditions}／{text.as_of(day)}"),
        markup.figures(text.key_figures(stand)),
    )
    if done := writing.said():
        st.success(done)
    rows = _narrowed(table)
    several = table.origin_code.nunique() > 1
    if rows.empty:
        st.info("この条件に合う連携はありません。「担当課」「状態」「期限」か、左の条件を広げてください。")
    else:
        left, beside = st.columns([13, 7], gap="large")
        with left:
            chosen = tables.pick(
                text.list_table(rows),
                text.labels(rows, several),
                text.list_columns(view.naming.heading, several),
                name="連携の一覧",
                label="連携を選ぶ",
                key="ledger_list",
            )
        with beside:
            if chosen is None:
                markup.show(
                    '<p class="k-sub">一覧の行を選ぶと、ここに書き込めます。</p>',
                    markup.note("この点検表について", _about(view), prose=True),
                )
            else:
                row = rows.loc[chosen]
                title = f"{row.origin} × {row.partner}"
                markup.show(markup.facts(title, text.tie_facts(row)))
                writing.form(Key(row.origin_code, row.partner_code), kept)
    markup.show(markup.title("年に一度の点検"))
    markup.show(
        '<p class="k-sub">担当課ごとに1枚のシートに分けて書き出します。書き込んだファイルを下で選ぶと、取り込む前に違いを確かめられます。</p>'
    )
    about = f"{view.subject}／{view.conditions}"
    narrowed = None if len(rows) == len(table) else rows.index.tolist()
    with st.container(horizontal=True):
        for label, make, ending, media in (
            (
                f"上の一覧（{len(rows):,}件）の点検表をExcelで保存",
                check_sheets,
                "xlsx",
                FORMATS["xlsx"].media,
            ),
            ("担当課ごとのファイルに分けて保存", check_files, "zip", "application/zip"),
        ):
            st.download_button(
                label,
                lambda make=make: make(rows, about, day),
                file_name=view.file_name(f".{ending}", "点検表", f"{day:%Y%m%d}", beside=narrowed),
                mime=media,
                key=f"ledger_{ending}",
                on_click="ignore",
                icon=":material/download:",
                disabled=rows.empty,
            )
    incoming.step(view.dataset, kept, several)
    writing.batches(kept)


def _kept() -> Ledger:
    """All that was written, read again only after somebody has written."""
    path = ledger_path()
    try:
        status = path.stat()
    except OSError:
        return read_ledger(path)
    return _read(str(path), status.st_mtime_ns, status.st_size)


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(path: str, written: int, size: int) -> Ledger:
    # The file only grows: time and size tell one content from another.
    return read_ledger(Path(path))


def _about(view: shell.View) -> str:
    return (
        f"連携は、{view.naming.noun}と相手（市区町村・行政区・都道府県）の組で数えます。書き込みは資料の版が変わっても残り、"
        "地図・出力・公開するサイトのどれにも入りません。"
    )


def _narrowed(table: pd.DataFrame) -> pd.DataFrame:
    with st.container(horizontal=True, key="k-orders", gap="medium"):
        options = {"": text.ALL} | {f"={one}": one or f"担当課が{text.UNSAID}" for one in sections(table)}
        if st.session_state.get(_SECTION, "") not in options:
            st.session_state[_SECTION] = ""
        # In no address: it is the office's own, and a link goes to others.
        section = st.selectbox("担当課", list(options), format_func=options.get, key=_SECTION, width=260)
        state = choices.box(
            "状態",
            [text.ALL, *STATES, text.UNSAID],
            key="ledger_state",
            width=180,
        )
        due = choices.box("期限", list(text.BY_DUE), format_func=text.BY_DUE.get, key="ledger_due", width=220)
    wanted = {text.ALL: None, text.UNSAID: ""}.get(state, state)
    return text.narrowed(table, section.removeprefix("=") if section else None, wanted, due)


shell.show(ledger)
