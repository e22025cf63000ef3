"""Step 1 of 一覧を読み込む: a file, or cells pasted from a spreadsheet."""

from __future__ import annotations

import streamlit as st

from pages.own_list import state
from pages.shared.parts import markup
from pipeline.deliver import FORMATS
from pipeline.deliver.list_template import worked_example
from pipeline.intake.list_choices import Choices, definition_choices
from pipeline.intake.records import SourceError

#: What pasted cells are called.
PASTED = "貼り付けた表.txt"
#: Characters of pasted cells; more belong in a file.
_LONGEST = 2_000_000
#: Session key: what the uploader held when it was last looked at.
_SEEN = "own_list_seen"


def step() -> None:
    """Draw the step; a list that is chosen is taken up at once."""
    markup.show(markup.title("1　一覧を選ぶ"))
    left, right = st.columns(2, gap="large")
    with left:
        given = st.file_uploader(
            "ファイルを選ぶ（Excel・CSV・PDF・Word・ウェブページ・テキスト、20MBまで）", key="own_list_file"
        )
        with st.container(horizontal=True):
            _downloads()
        definition = _definition()
    with right, st.form("own_list_paste", border=False):
        pasted = st.text_area(
            "Excel のセルを貼り付ける",
            key="own_list_pasted",
            height=118,
            max_chars=_LONGEST,
            placeholder="Excel で見出しから下を選んでコピーし、ここに貼り付けます。",
        )
        if st.form_submit_button("貼り付けた表を読む"):
            if pasted.strip():
                state.begin(PASTED, pasted.encode(), definition)
                st.rerun(scope="app")
            st.warning("貼り付け欄が空です。Excel のセルをコピーして、貼り付けてください。")
    if given is not None and st.session_state.get(_SEEN) != given.file_id:
        st.session_state[_SEEN] = given.file_id
        state.begin(given.name, given.getvalue(), definition)
        st.rerun(scope="app")


def _downloads() -> None:
    for label, example in (("ひな型（Excel）", False), ("記入例（Excel）", True)):
        st.download_button(
            label,
            lambda example=example: worked_example() if example else worked_example(rows=()),
            file_name=f"renkei_{'kinyurei' if example else 'hinagata'}.xlsx",
            mime=FORMATS["xlsx"].media,
            key=f"template_{example}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def _definition() -> Choices | None:
    """What an earlier definition says of the columns, where one is given."""
    with st.expander("前に保存した読み取り方（.toml）を使う"):
        given = st.file_uploader("定義のファイル（.toml）", key="own_list_definition")
        if given is None:
            return None
        try:
            choices = definition_choices(given.getvalue(), given.name)
        except SourceError as error:
            st.warning(str(error))
            return None
        st.html('<p class="k-sub">この読み取り方で、次に選ぶ一覧を読みます。</p>')
        return choices
