"""What the screen 発表資料 shows and saves: previews, words, names of files."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from geo.dataset import Dataset, Selection
from geo.ground import Ground
from geo.layout import PAPERS, SLIDE
from geo.lettering import save
from geo.sheet import draw_sheet
from pages.shared import dataset as data
from pages.shared.shell import View
from pipeline.exports import FORMATS, paper, picture

#: Dots an inch of a preview: readable, and drawn in half a second.
DPI = 110


def count(view: View) -> int:
    """How many pages it is with one for each origin."""
    return len(paper.pages(view.dataset, view.selected.selection, each_ward=True))


def preview(selection: Selection, kind: str, settings: dict) -> bytes:
    """The first page, or the picture, as a PNG."""
    chosen = {name: value for name, value in settings.items() if name in ("what", "scheme", "paper", "size")}
    return _preview(
        data.stamp(), selection, kind, settings.get("each_ward", False), tuple(sorted(chosen.items()))
    )


@st.cache_data(max_entries=32, show_spinner="見本を描いています…", hash_funcs={Selection: repr})
def _preview(version: tuple, selection: Selection, kind: str, each: bool, settings: tuple) -> bytes:
    dataset, chosen = data.load(), dict(settings)
    if "size" in chosen:
        wide, high = chosen.pop("size")
        shrink = min(1.0, 1400 / wide)
        size = (round(wide * shrink), round(high * shrink))
        return picture.write(dataset, selection, "png", size=size, **chosen)
    views = paper.pages(dataset, selection, each)
    layout = PAPERS["A4"] if kind == "pdf" else SLIDE
    chosen.pop("paper", None)
    page = paper.sheet(dataset, views[0], **chosen)
    drawn = draw_sheet(page, layout, Ground(dataset.prefectures), (1, len(views)), preview=True)
    return save(drawn, "png", dpi=DPI)


def said(kind: str, settings: dict, view: View) -> str:
    """What the preview does not show by itself."""
    if settings.get("each_ward"):
        return f"1枚目の見本です。{count(view)}区を、1枚に1区ずつ作ります。"
    if kind == "pdf":
        return f"{settings['paper']} 横。文字は選べて検索でき、図は拡大しても粗くなりません。"
    if kind == "pptx":
        return "見出し・数値・表は PowerPoint で直せます。出典は発表者ノートにも入ります。"
    return "地図だけの画像です。"


def make(
    dataset: Dataset, selection: Selection, kind: str, settings: dict, progress: Callable[[int, int], None]
) -> bytes:
    """A file of several pages."""
    return FORMATS[kind].write(dataset, selection, **settings, progress=progress)


def file_name(subject: str, kind: str) -> str:
    """「交流マップ_世田谷区.pdf」, without what a file's name cannot hold."""
    name = re.sub(r"[^\w・ー]", "", subject)[:40]
    return f"交流マップ_{name}{FORMATS[kind].suffix}"
