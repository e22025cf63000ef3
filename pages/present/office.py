"""What an office puts on its pages: title, department, day and logo, and which lists; the logo stays in the session."""

from __future__ import annotations

import streamlit as st

from pipeline.deliver.logo import LARGEST, Logo, logo
from pipeline.deliver.page_look import LONGEST
from pipeline.intake.records import SourceError

#: Session keys of the logo: (what it is, the name of its file), and why a file was not taken.
_LOGO, _REFUSED = "page_logo", "page_logo_refused"

#: Texts by the setting of a file they are: the parameter of the address, the label, an example.
_TEXTS = {
    "title": ("page_title", "表題", "例: 令和8年度 第2回企画総務委員会資料"),
    "department": ("page_department", "部署名", "例: 企画部 企画課"),
    "day": ("page_day", "日付・会議名", "例: 令和8年12月1日 庁議"),
}


def texts() -> dict[str, str]:
    """Draw the fields for title, department and day; what is written in them."""
    written = {}
    for place, (name, (key, label, hint)) in zip(st.columns(3), _TEXTS.items(), strict=True):
        words = place.text_input(label, key=key, placeholder=hint, max_chars=LONGEST, bind="query-params")
        if words and words.strip():
            written[name] = words.strip()[:LONGEST]
    return written


def box() -> dict:
    """Draw the choices; the settings of a PDF that they stand for, without those that are left as they are."""
    settings: dict = {}
    with st.expander("紙面に入れるもの（表題・部署名・ロゴ・一覧）", key="page_open", bind="query-params"):
        settings |= texts()
        left, right = st.columns([2, 1], gap="large")
        with left:
            sign = _sign()
        with right:
            gaps = st.checkbox("連携のない都道府県を書く", True, key="page_gaps", bind="query-params")
            appendix = st.checkbox(
                "後ろに一覧（すべての相手先）を付ける", True, key="page_lists", bind="query-params"
            )
    settings |= {"gaps": False} if not gaps else {}
    settings |= {"appendix": False} if not appendix else {}
    return settings | ({"logo": sign} if sign else {})


def _sign() -> Logo | None:
    """The logo of the session, with a place to bring one and a button to take it off."""
    st.file_uploader(
        "ロゴ（PNG か SVG。使うのは今の画面だけで、保存しません）",
        key="page_logo_file",
        type=["png", "svg"],
        max_upload_size=LARGEST // 1_000_000,
        on_change=_take,
    )
    if refused := st.session_state.get(_REFUSED):
        st.error(refused)
    kept = st.session_state.get(_LOGO)
    if not kept:
        return None
    if not st.session_state.get("page_logo_file"):
        st.button(
            f"ロゴ（{kept[1]}）を外す", on_click=lambda: st.session_state.pop(_LOGO), key="page_logo_off"
        )
    return kept[0]


def _take() -> None:
    """Take a file that was chosen, or take its logo off with it."""
    given, state = st.session_state.get("page_logo_file"), st.session_state
    state.pop(_REFUSED, None)
    state.pop(_LOGO, None)
    if given is None:
        return
    try:
        state[_LOGO] = (logo(given.getvalue(), given.name), given.name)
    except SourceError as error:
        state[_REFUSED] = str(error)
