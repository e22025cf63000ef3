"""What the screen 発表資料 shows and saves: previews, words, names of files."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from geo.ledger.dataset import Dataset
from geo.ledger.origins import MOST
from geo.ledger.selection import Selection
from pages.present import slide
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pipeline.deliver import FORMATS, paper, picture
from pipeline.deliver.page_look import ORIENTATIONS, Look
from pipeline.intake.records import SourceError

#: The settings of a file that say what its pages look like.
LOOK = tuple(field.name for field in fields(Look))

#: Dots an inch of a preview, as if it were A4: readable, and drawn in half a second.
DPI = 110


def count(view: View) -> int:
    """How many pages it is with one for each origin."""
    return len(view.selected.selection.origins or view.dataset.origins)


def too_many_pages(view: View) -> str:
    """Why there is no page for each origin, and how there would be."""
    noun, heading = view.naming.noun, view.naming.heading
    return (
        f"1{noun}に1枚ずつの資料は、左の「{heading}」で都道府県などを選び、{MOST}{noun}までにすると作れます"
        f"（今は{view.naming.count(count(view))}）。"
    )


def preview(selection: Selection, kind: str, settings: dict) -> bytes:
    """The first page, or the picture, as a PNG."""
    names = ("what", "scheme", "size", "bare", "gaps", *LOOK)
    chosen = {name: value for name, value in settings.items() if name in names}
    with st.spinner("見本を描いています…"):
        if kind == "pptx":
            return slide.preview(selection, settings, DPI)
        return _preview(selection, kind, settings.get("each_origin", False), tuple(sorted(chosen.items())))


@data.remembered(32)
def _preview(dataset: Dataset, selection: Selection, kind: str, each: bool, settings: tuple) -> bytes:
    chosen = dict(settings)
    if "size" in chosen:
        wide, high = chosen.pop("size")
        shrink = min(1.0, 1400 / wide)
        size = (round(wide * shrink), round(high * shrink))
        return picture.write(dataset, selection, "png", size=size, **chosen)
    views = paper.pages(dataset, selection, each)
    look = Look(**{name: chosen.pop(name) for name in LOOK if name in chosen})
    return paper.preview(dataset, views, DPI / look.scale, look, **chosen)


def said(kind: str, settings: dict, view: View) -> str:
    """What the preview does not show by itself."""
    if settings.get("each_origin"):
        return f"1枚目の見本です。{view.naming.count(count(view))}を、1枚に1{view.naming.noun}ずつ作ります。"
    if kind == "pdf":
        lists = "後ろに、すべての相手先の一覧が付きます。" if settings.get("appendix", True) else ""
        size = f"{settings['paper']} {ORIENTATIONS[settings['orientation']]}"
        return f"{size}。文字は選べて検索でき、図は拡大しても粗くなりません。{lists}"
    if kind == "pptx":
        return "見出し・数値・表は PowerPoint で直せます。地図は拡大しても粗くならず、図形に変換できます。条件と出典は発表者ノートにも入ります。"
    if settings.get("bare"):
        return "地図と凡例だけの画像です。出典は、使うところに書いてください。"
    return "題名・条件・基準日・出典の入った地図の画像です。"


#: What a file of data is for; {} is an origin.
USES = {
    "xlsx": "連携・事業・{}別と都道府県別の集計・指摘・凡例を、1枚ずつのシートに。",
    "csv": "下で選んだ表1つ。Excel でそのまま開けます。",
    "geojson": "つながりの線（事業つき）と相手の点。ほかの地図ソフトやウェブの地図に。",
    "gpkg": "QGIS で開く線・点・境界と、事業・連携・協定の表。QGIS のプロジェクト入り。",
    "opendata": "そのまま公開できる一式。表（CSV など）と、項目の説明・目録・出典。",
    "html": "見出し・図・表・出典と絞り込みが1つのファイルに。通信なしで、ダブルクリックで開きます。",
}

#: The page without a script: what it is called below, and what it is for.
PLAIN = "html without a script"
PLAIN_HTML = "見出し・図・表・出典が1つのファイルに。スクリプトを通さないメールでも読めます。"

#: How large a file is in kilobytes: for each page, and for each row of links; measured on a list of 23 origins.
_SIZES = {
    "csv": (0, 0.35),
    "xlsx": (25, 0.08),
    "geojson": (0, 0.45),
    "gpkg": (4850, 0.73),
    "opendata": (285, 0.14),
    "html": (690, 0.28),
    PLAIN: (110, 0.2),
    "pdf": (180, 0.6),
    "pptx": (220, 0),
    "png": (400, 0),
    "svg": (380, 0),
}


def size(kind: str, n_links: int, pages: int = 1) -> str:
    """Roughly how large a file will be: 「およそ 0.9 MB」."""
    page, row = _SIZES[kind]
    kilobytes = page * pages + row * n_links
    return f"およそ {max(kilobytes, 1):.0f} KB" if kilobytes < 100 else f"およそ {kilobytes / 1000:.1f} MB"


@data.remembered(32)
def strangers(dataset: Dataset, selection: Selection, table: str, encoding: str) -> str:
    """Which characters of a table an encoding does not have, in a sentence; "" when it has all."""
    try:
        FORMATS["csv"].write(dataset, selection, table=table, encoding=encoding)
    except SourceError as error:
        return str(error)
    return ""
