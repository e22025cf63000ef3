"""The box in the sidebar that finds municipalities, origins and projects, and goes there."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.insight.search import Hit, SearchIndex, search
from geo.ledger.dataset import Dataset
from pages.shared.frame import current as data
from pages.shared.frame import text

#: Query parameters that name the partner and the project looked at, and an origin to set the filter to.
PARTNER, PROJECT, ORIGIN = "partner", "project", "at"

#: Session key of the place one looked at while typing.
_TYPED_AT = "find_typed_at"

#: Hits shown at once: more are found by typing on.
LIMIT = 8

#: Characters of the text that are looked for.
LONGEST = 60

#: What stands behind a name, by kind of hit; behind an origin's, what origins are called.
_KINDS = {
    "prefecture": "都道府県",
    "municipality": "市区町村",
    "body": "団体",
    "project": "事業",
}


def box(page: str) -> None:
    """Draw the box on the screen with URL path ``page``, and below it what it finds."""
    state, here = st.session_state, f"{page} {st.query_params}"
    # A text has done its work once another place is looked at.
    if state.get("find") and state.get(_TYPED_AT, here) != here:
        state["find"] = ""
    _box(page, here)


@st.fragment(key="finder")
def _box(page: str, here: str) -> None:
    origin = data.load().naming.heading
    words = st.text_input(
        f"市区町村・{origin}・事業・団体を探す",
        key="find",
        type="search",
        live=True,
        placeholder=f"市区町村・{origin}・事業を探す",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=lambda: st.session_state.update({_TYPED_AT: here}),
    )
    if not words.strip():
        return
    with st.container(key="k-hits", gap=None):
        hits = search(index(), words[:LONGEST], LIMIT + 1)
        # What was looked for stands beside the answer: find.js waits for it before it goes to the first hit.
        st.html(
            f'<p class="k-sub" role="status" data-words="{escape(words.strip())}">{said(words, len(hits))}</p>'
        )
        for number, hit in enumerate(hits[:LIMIT]):
            to, params = target(hit)
            # A link to the page one is on does nothing; one to another keeps the filters and the way back.
            if to == page:
                st.button(
                    label(hit),
                    key=f"hit_{number}",
                    type="tertiary",
                    width="stretch",
                    on_click=_look_at,
                    args=(params,),
                )
            else:
                st.page_link(f"pages/{to}/page.py", label=label(hit), query_params=params, width="stretch")


def said(words: str, n: int) -> str:
    """How many hits there are, or, where there are none, what else to try: as HTML."""
    if n > LIMIT:
        return f"候補 {LIMIT} 件から先は続けて入力"
    if n:
        return f"候補 {n} 件　↓ と Enter で開く"
    return (
        f'「<span translate="no">{escape(words[:LONGEST].strip())}</span>」は見つかりません。'
        "読みがな（かわばむら）、名前の一部（川場）、"
        "旧市町村名、団体コード（10444）、事業の言葉（川場村 縁組）で探せます。"
    )


def _look_at(params: dict[str, str]) -> None:
    st.session_state[_TYPED_AT] = ""
    for name in (PARTNER, PROJECT):
        st.query_params.pop(name, None)
    for name, value in params.items():
        st.query_params[name] = value
    st.rerun()


def label(hit: Hit) -> str:
    """A hit as a line of Markdown: its name, what it is, and by which other spelling it was found."""
    about = _KINDS.get(hit.kind) or data.load().naming.heading
    if hit.kind == "project":
        about += f"・{data.load().origin_names[hit.code]}"
    elif hit.kind == "body":
        about += f"・{data.load().names[hit.code]}"
    spelling = f"・「{hit.spelling}」" if hit.spelling else ""
    return f"**{text.plain(hit.name)}** :small[{text.plain(about + spelling)}]"


def target(hit: Hit) -> tuple[str, dict[str, str]]:
    """Where a hit leads: the page and its query parameters."""
    if hit.kind in ("origin", "project"):
        return "wards", {ORIGIN: hit.code} | ({PROJECT: hit.project_id} if hit.project_id else {})
    return "prefectures" if hit.kind == "prefecture" else "partners", {PARTNER: hit.code}


@data.remembered(1)
def index(dataset: Dataset) -> SearchIndex:
    """Every name there is, by any spelling: made once for a dataset."""
    return SearchIndex(dataset, data.gazetteer())
