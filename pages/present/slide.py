"""Slides on 発表資料: the theme of an office, what is said on the first slide, and what a slide looks like."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.present import office
from pages.shared.frame import current as data
from pages.shared.frame import text
from pages.shared.parts import markup
from pipeline.deliver import paper, slide_preview
from pipeline.deliver.slide_plan import Stage
from pipeline.deliver.slide_theme import MOST_BYTES, open_theme
from pipeline.intake.records import SourceError

#: Session keys: the theme in use or why a file cannot be one, and the file that was last looked at.
_KEPT, _SEEN = "slide_theme", "slide_theme_seen"


@dataclass(frozen=True)
class _Brought:
    """A theme that can be used: the file, and what room its slides have."""

    name: str
    content: bytes
    stage: Stage


def options() -> dict:
    """What a deck is made with beside its view, as ``pipeline.deliver.slides.write`` takes it."""
    with st.expander("表紙（表題・部署名・日付）とテーマ", key="deck_open", bind="query-params"):
        chosen: dict = office.texts()
        markup.show('<p class="k-sub">表題を入れると、はじめに表紙のスライドが付きます。</p>')
        chosen["appendix"] = st.toggle(
            "1枚目に入らない表の続きも作る", True, key="page_lists", bind="query-params"
        )
        chosen["theme"] = _theme()
    return chosen


def _theme() -> bytes | None:
    """The file of the theme in use; kept for this session alone."""
    given = st.file_uploader(
        f"庁内のテーマのファイル（.potx・.pptx、{MOST_BYTES // 1_000_000}MBまで）", key="slide_theme_file"
    )
    if given is not None and st.session_state.get(_SEEN) != given.file_id:
        st.session_state[_SEEN] = given.file_id
        st.session_state[_KEPT] = _checked(given.name, given.getvalue())
    kept = st.session_state.get(_KEPT)
    if isinstance(kept, str):
        st.error(text.plain(kept))
    if not isinstance(kept, _Brought):
        _line("題名の位置・書体・色・大きさ（4:3 も）を、そのテーマに合わせます。ファイルは残しません。")
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        _line(f"「{kept.name}」を使います。図柄と書体は、保存したスライドに出ます。")
        st.button("テーマを外す", on_click=st.session_state.pop, args=(_KEPT,), key="slide_theme_off")
    return kept.content


def _line(words: str) -> None:
    markup.show(f'<p class="k-sub">{markup.escape(words)}</p>')


def _checked(name: str, content: bytes) -> _Brought | str:
    try:
        return _Brought(name, content, open_theme(content, name).stage)
    except SourceError as error:
        return error.on_screen


def preview(selection: Selection, settings: dict, dpi: int) -> bytes:
    """The first slide of a view as a PNG."""
    kept = st.session_state.get(_KEPT)
    stage = kept.stage if isinstance(kept, _Brought) and settings.get("theme") else open_theme(None).stage
    made_by = "　".join(filter(None, (settings.get("department"), settings.get("day"))))
    drawn = tuple((name, settings[name]) for name in ("what", "scheme") if name in settings)
    each, whole = settings.get("each_origin", False), settings.get("appendix", True)
    return _preview(selection, each, drawn, stage, whole, made_by, dpi)


@data.remembered(32)
def _preview(
    dataset: Dataset,
    selection: Selection,
    each: bool,
    drawn: tuple,
    stage: Stage,
    whole: bool,
    made_by: str,
    dpi: int,
) -> bytes:
    made = paper.sheet(dataset, paper.pages(dataset, selection, each)[0], **dict(drawn))
    return slide_preview.preview(dataset, made, stage, dpi, whole, made_by)
