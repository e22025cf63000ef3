"""Step 4 of 一覧を読み込む: the other screens on this list, what can be taken along, and keeping it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.own_list import state, told
from pages.own_list.state import State
from pages.shared.frame import current as data
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pages.shared.parts.reading import tools_in_force
from pages.shared.parts.rebuild import rebuild
from pipeline.atomic import WriteError
from pipeline.building.accept import accept
from pipeline.building.own_list import OwnList
from pipeline.deliver import FORMATS
from pipeline.deliver.xlsx import workbook
from pipeline.intake.define import Said, define, definition_text
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document
from pipeline.reading.record_decision import record

#: Session key: what keeping the last list did, to be said once.
_KEPT = "own_list_kept"
#: The screens that go on with a list.
_SCREENS = (
    ("flow_map", "流れの地図"),
    ("gaps", "空白を探す"),
    ("wards", "{}の横顔"),
    ("trends", "推移と協定"),
    ("present", "発表資料"),
    ("quality", "データと品質"),
)


def step(now: State, view: View) -> None:
    """Draw the step for a list that was read."""
    assert now.own is not None
    markup.show(markup.title("4　続ける"))
    with st.container(horizontal=True, key="k-onward"):
        for page, title in _SCREENS:
            st.page_link(
                f"pages/{page}/page.py",
                label=title.format(view.naming.heading),
                icon=":material/arrow_forward:",
            )
    with st.container(horizontal=True):
        _downloads(now.own)
    if editing_allowed():
        _keep(now)


def _keep_edition(now: State) -> None:
    """Accept the next edition of a document."""
    assert now.own is not None
    document = now.own.document
    who = name_box("加える人", key="own_list_who", width=280)
    if st.button(
        f"{document.as_of}の版を加えて、データを作り直す",
        type="primary",
        help="前の版は残り、いつでも見られます。",
    ):
        _accept(now, document, who)


def _series(now: State) -> str:
    """What its editions share: a name of its own where it is called like a document that it is no edition of."""
    assert now.own is not None
    own = now.own.document.series
    known = set(data.built().documents.series)
    return next(name for name in chain([own], (f"{own}-{n}" for n in count(2))) if name not in known)


def _accept(now: State, kept: Document, who: str) -> None:
    try:
        with permitted("document-added", who, document=kept.id, title=kept.title):
            rebuild(accept, now.content, Path(now.file).suffix.lower() or ".txt", kept)
    except (SourceError, WriteError) as error:
        st.error(error.on_screen if isinstance(error, SourceError) else str(error))
        return
    state.forget()
    st.session_state[_KEPT] = f"「{kept.title}」（{kept.as_of}）を資料に加え、データを作り直しました。"
    st.rerun(scope="app")


def said() -> str:
    """What keeping the last list did; said once."""
    return st.session_state.pop(_KEPT, "")


def _downloads(own: OwnList) -> None:
    _workbook(own, "corrected", "naoshita", "直した一覧", "一覧", told.corrected)
    if len(own.unresolved):
        _workbook(own, "waiting", "kimaranai", "決まらない名前", "決まらない名前", told.waiting)
    st.download_button(
        "この読み取り方（.toml）",
        lambda: definition_text(own.document),
        file_name=f"{own.document.id}.toml",
        mime="application/toml",
        key="own_list_toml",
        on_click="ignore",
        icon=":material/download:",
        help="次の年の一覧を、同じ読み取り方で読むときに使います。",
    )


def _workbook(
    own: OwnList, key: str, ending: str, title: str, sheet: str, table: Callable[[OwnList], pd.DataFrame]
) -> None:
    st.download_button(
        f"{title}（Excel）",
        lambda: workbook({sheet: table(own)}, own.document.title, own.document.as_of),
        file_name=f"{own.document.id}_{ending}.xlsx",
        mime=FORMATS["xlsx"].media,
        key=f"own_list_{key}",
        on_click="ignore",
        icon=":material/download:",
    )


def _keep(now: State) -> None:
    """Put the list among the documents, for everybody: where the operator allows it."""
    assert now.own is not None
    if now.own.understood is None:
        _keep_edition(now)
        return
    document = now.own.document
    dated = now.own.understood.as_of is not None
    with (
        st.expander("この資料を加える（だれでも見られるようになります）"),
        st.form("own_list_keep", border=False),
    ):
        title = st.text_input("資料名", document.title, max_chars=200)
        left, middle, right = st.columns(3)
        publisher = left.text_input("公表者", document.publisher, max_chars=200)
        day = middle.text_input(
            "基準日", document.as_of.removesuffix("現在") if dated else "", placeholder="例: 令和8年3月31日"
        )
        who = name_box("加える人", draw=right.text_input)
        if not st.form_submit_button("加えて、データを作り直す", type="primary"):
            return
    if now.now.decisions and not who.strip():
        st.warning("名前を選び直した記載があるので、「加える人」を書いてください。")
        return
    tools = tools_in_force()
    try:
        said = Said(title=title, publisher=publisher, date=day, series=_series(now))
        kept = define(now.own.understood, now.now.choices, now.file, said, tools.gazetteer)
        for decision in now.now.decisions:
            what = {"text": decision.text, "codes": " ".join(decision.codes), "series": kept.series}
            with permitted("decision", who, **what) as name:
                mine = replace(decision, series=kept.series, decided_by=name, reason="一覧を加えるときに選択")
                record(mine, tools.gazetteer)
    except (SourceError, WriteError) as error:
        st.error(error.on_screen if isinstance(error, SourceError) else str(error))
        return
    _accept(now, kept, who)
