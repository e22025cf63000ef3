"""The box in the sidebar that finds municipalities, origins and projects, and goes there."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from geo.search import Hit, SearchIndex, search
from pages.shared import dataset as data
from pages.shared import filters

#: Query parameters that name the partner and the project looked at.
PARTNER, PROJECT = "partner", "project"

#: Hits shown at once: more are found by typing on.
LIMIT = 8

#: Characters of the text that are looked for.
LONGEST = 60

#: What stands before a name, by kind of hit.
_KINDS = {
    "ward": "区",
    "prefecture": "都道府県",
    "municipality": "市区町村",
    "body": "団体",
    "project": "事業",
}

#: What Streamlit would read as Markdown, icons or formulas in a label.
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!:~$|])")


@st.fragment(key="finder")
def box() -> None:
    """Draw the box, and below it what it finds."""
    words = st.text_input(
        "市区町村・区・事業・団体を探す",
        key="find",
        type="search",
        live=True,
        placeholder="市区町村・区・事業を探す",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    if not words.strip():
        return
    hits = search(_index(data.stamp()), words[:LONGEST], LIMIT)
    with st.container(key="k-hits", gap=None):
        found = f"候補 {len(hits)} 件" if hits else "見つかりません。読みがなや、名前の一部でも探せます。"
        st.html(f'<p class="k-sub" role="status">{escape(found)}</p>')
        for number, hit in enumerate(hits):
            st.button(
                label(hit),
                key=f"hit_{number}",
                type="tertiary",
                width="stretch",
                on_click=_go,
                args=(hit,),
            )


def label(hit: Hit) -> str:
    """A hit as a line of Markdown: its name, what it is, and by which other spelling it was found."""
    about = _KINDS[hit.kind]
    if hit.kind == "project":
        about += f"・{data.load().places[hit.code].name}"
    elif hit.kind == "body":
        about += f"・{data.places()[hit.code]}"
    spelling = f"・「{hit.spelling}」" if hit.spelling else ""
    return f"**{_plain(hit.name)}** :small[{_plain(about + spelling)}]"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _go(hit: Hit) -> None:
    """Look at a hit: its ward or project on 区の横顔, its municipality on 自治体の横顔."""
    state = st.session_state
    state["find"] = ""
    filters.keep()
    if hit.kind in ("ward", "project"):
        state["ward"] = [hit.code]
        look_at = {PROJECT: hit.project_id} if hit.project_id else {}
        st.switch_page("pages/wards.py", query_params=look_at)
    page = "prefectures" if hit.kind == "prefecture" else "partners"
    st.switch_page(f"pages/{page}.py", query_params={PARTNER: hit.code})


@st.cache_resource(max_entries=2, show_spinner=False)
def _index(version: tuple[str, int, int]) -> SearchIndex:
    return SearchIndex(data.load(), data.gazetteer())
