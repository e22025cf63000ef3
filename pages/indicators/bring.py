"""Bringing a table of numbers: a file or pasted cells, what was read of it, and whose numbers they are."""

from __future__ import annotations

import streamlit as st

from pages.indicators import state
from pages.indicators.state import Brought
from pages.shared.frame import choices
from pages.shared.frame.shell import View
from pages.shared.parts import downloads, markup
from pipeline.deliver import FORMATS
from pipeline.deliver.indicator_template import template, template_workbook
from pipeline.intake.indicators import IndicatorTable

#: What pasted cells are called.
PASTED = "貼り付けた表.txt"
#: Characters of pasted cells; more belong in a file.
_LONGEST = 2_000_000
#: Session key: what the uploader held when it was last looked at.
_SEEN = "indicators_seen"
#: Rows that are not used are listed up to so many.
_LISTED = 200

#: Whether the numbers of a column can be added up: as name and unit say, or as a person does.
SUMS = {"auto": "自動", "sum": "合計できる数", "ratio": "率や平均"}
_LEVELS = {"municipality": "市区町村", "designated_ward": "行政区", "prefecture": "都道府県"}


def step(view: View) -> None:
    """A file or cells to paste; what is chosen is read at once."""
    left, right = st.columns(2, gap="large")
    with left:
        given = st.file_uploader("市区町村ごとの数の表（Excel・CSV など、20MBまで）", key="indicators_file")
        markup.show('<p class="k-sub">ひな型には、すべての市区町村のコードと名前が入っています。</p>')
        with st.container(horizontal=True):
            st.download_button(
                "ひな型（Excel）",
                lambda: template_workbook(view.dataset),
                file_name="shihyo_hinagata.xlsx",
                mime=FORMATS["xlsx"].media,
                key="indicators_xlsx",
                on_click="ignore",
                icon=":material/download:",
            )
            downloads.csv_button(
                "ひな型（CSV）", lambda: template(view.dataset), "shihyo_hinagata.csv", "indicators_csv"
            )
    with right, st.form("indicators_paste", border=False):
        pasted = st.text_area(
            "Excel のセルを貼り付ける",
            key="indicators_pasted",
            height=118,
            max_chars=_LONGEST,
            placeholder="見出しから下を選んでコピーし、ここに貼り付けます。",
        )
        if st.form_submit_button("貼り付けた表を読む"):
            if pasted.strip():
                state.begin(PASTED, pasted.encode())
                st.rerun(scope="app")
            st.warning("貼り付け欄が空です。Excel のセルをコピーして、貼り付けてください。")
    if given is not None and st.session_state.get(_SEEN) != given.file_id:
        st.session_state[_SEEN] = given.file_id
        state.begin(given.name, given.getvalue())
        st.rerun(scope="app")


def told(now: Brought, table: IndicatorTable) -> None:
    """Whose numbers they are, to be completed, and what became of every row."""
    _whose(now)
    if table.others:
        key = f"indicators_sheet_{now.version}"
        st.selectbox(
            "読むシート",
            [table.sheet, *table.others],
            key=key,
            on_change=lambda: state.choose_sheet(st.session_state[key]),
            width=240,
        )
    markup.show(
        f'<p class="k-sub">{markup.escape(table.key)}{markup.escape(rows(table))}</p>',
        markup.table(
            f"使わなかった行 {len(table.left_out):,}",
            ("場所", "行の内容", "理由"),
            [(one.place, one.text[:60], one.why) for one in table.left_out[:_LISTED]],
            remark=_more(len(table.left_out)),
            printed=True,
        )
        if table.left_out
        else "",
        markup.table(
            f"数として読めない欄 {len(table.unread):,}",
            ("場所", "書かれていること", "列"),
            [(one.place, one.text, one.column) for one in table.unread[:_LISTED]],
            remark=_more(len(table.unread)),
            printed=True,
        )
        if table.unread
        else "",
    )


def sums(adds: bool) -> None:
    """Whether the numbers can be added up, where what name and unit say (``adds``) is wrong."""
    own = SUMS["sum" if adds else "ratio"]
    choices.segments(
        "この数は",
        list(SUMS),
        format_func=lambda key: SUMS[key] if key != "auto" else f"自動（{own}）",
        default="auto",
        key="indicator_sum",
    )


def rows(table: IndicatorTable) -> str:
    """That every row is used or listed: the counts, which add up."""
    used = "、".join(
        f"{label} {table.used[level]:,}" for level, label in _LEVELS.items() if table.used.get(level)
    )
    wards = "行政区の値は、市の値と重なるので使いません。" if table.used.get("designated_ward") else ""
    listed = f"使わなかった行 {len(table.left_out):,}" if table.left_out else "使わなかった行はありません"
    unused = f"数の列としなかった列: {'、'.join(table.unused)}。" if table.unused else ""
    return f"見出しより下の{table.n_rows:,}行のうち、{used}、{listed}。{wards}{unused}"


def _whose(now: Brought) -> None:
    """Title, source and date of the numbers, as the file says or else as a person does."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label, hint in (
            ("title", "表の題名", ""),
            ("source", "出典（どこの資料か）", "例: 総務省「住民基本台帳に基づく人口」"),
            ("as_of", "いつの数か", "例: 令和7年1月1日現在"),
        ):
            key = f"indicators_{name}_{now.version}"
            st.text_input(
                label,
                getattr(now, name),
                key=key,
                placeholder=hint or None,
                max_chars=200,
                on_change=lambda name=name, key=key: state.say(**{name: st.session_state[key]}),
            )


def _more(n: int) -> str:
    return f"はじめの{_LISTED}です。ほかに{n - _LISTED:,}あります。" if n > _LISTED else ""
