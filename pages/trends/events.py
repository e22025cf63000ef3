"""年表: the dated events of the documents, found by fiscal year, origin and words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.ledger.dataset import Dataset
from geo.places.folding import squeeze
from pages.shared.frame import text
from pages.shared.frame.shell import View
from pages.shared.parts import downloads, markup
from pipeline.words.claims import Heading
from pipeline.words.dates import both, to_wareki

#: Lines of an event's text that are shown unfolded.
SHOWN = 2

#: What is said of a date that is no single day.
PRECISIONS = {"day": "", "month": "日の記載なし", "range": "期間"}


def events(dataset: Dataset, origins: Sequence[str] = ()) -> pd.DataFrame:
    """The events in order of date with their fiscal year; with ``origins``, those that are about any of them.

    An event is about an origin when its text names it or stands in a document of that origin alone.
    """
    table = dataset.events.sort_values(["date_from", "source", "source_line"], ignore_index=True)
    year, month = (table.date_from.str[i : i + n].astype(int) for i, n in ((0, 4), (5, 2)))
    table = table.assign(fiscal_year=year - (month < 4))
    if not origins:
        return table
    own = [source for source, codes in dataset.origins_of.items() if len(codes) == 1 and codes[0] in origins]
    named = table.codes.map(lambda codes: not set(origins).isdisjoint(codes))
    return table[named | table.source.isin(own)]


def matching(table: pd.DataFrame, words: str, places: dict[str, str]) -> pd.DataFrame:
    """The events that have every one of some words in their text or among the places and bodies they name."""
    named = table.codes.map(lambda codes: " ".join(places[code] for code in codes))
    said = (table.text + "\n" + named + "\n" + table.bodies.map("\n".join)).map(squeeze)
    for word in words.split():
        hit = said.str.contains(squeeze(word), regex=False)
        table, said = table[hit], said[hit]
    return table


def when(row: NamedTuple) -> tuple[str, str]:
    """The dates of an event (a row of ``events``) as they are read, and what has to be said of them."""
    start, note = text.day(row.date_from), PRECISIONS.get(row.precision, "")
    if row.date_to == row.date_from:
        return start, note
    if row.date_from[:7] != row.date_to[:7]:
        note = "月をまたぐ期間"
    end = text.day(row.date_to)
    if row.date_from[:4] == row.date_to[:4]:
        end = end.removesuffix(f"（{row.date_to[:4]}年）").removeprefix(start.split("年")[0] + "年")
    return f"{start}から{end}まで", note


def timeline(table: pd.DataFrame, dataset: Dataset, opened: bool = False) -> str:
    """The events as HTML, a list for each fiscal year; long ones folded unless ``opened``."""
    parts = []
    for year, group in table.groupby("fiscal_year", sort=True):
        items = "".join(_event(row, dataset, opened) for row in group.itertuples(index=False))
        parts.append(
            f'<h2 class="k-h2">{escape(both(year))}<small>{len(group):,} 件</small></h2>'
            f'<ol class="k-events">{items}</ol>'
        )
    return "".join(parts)


def _event(row, dataset: Dataset, opened: bool) -> str:
    dates, note = when(row)
    title, *more = row.text.split("\n")
    if title != row.title:
        title, more = row.title, row.text.split("\n")
    # One line more is no reason to fold.
    shown = len(more) if len(more) <= SHOWN + 1 else SHOWN
    said = _lines(more[:shown])
    if more[shown:]:
        unfold = f"<summary>…あと{len(more) - shown}行を見る</summary>"
        said += f"<details{' open' if opened else ''}>{unfold}{_lines(more[shown:])}</details>"
    named = "・".join([*(dataset.names[code] for code in row.codes), *row.bodies])
    mark = f"<small>{escape(note)}</small>" if note else ""
    return (
        f'<li><p class="k-when"><time datetime="{escape(row.date_from)}">{escape(dates)}</time>{mark}</p>'
        f"<div><h3>{escape(title)}</h3>"
        + said
        + (f'<p class="k-places">{escape(named)}</p>' if named else "")
        + f'<p class="k-source">出典 {escape(text.source(dataset.titles[row.source], int(row.source_line)))}</p></div></li>'
    )


def _lines(lines: Sequence[str]) -> str:
    return f"<p>{'<br>'.join(map(escape, lines))}</p>" if lines else ""


def csv(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The events with Japanese headings; the members of a list are joined by |."""
    return pd.DataFrame(
        {
            "はじまり": table.date_from,
            "おわり": table.date_to,
            "日付の書き方": table.precision.map({"day": "日", "month": "月のみ", "range": "期間"}),
            "年度（西暦）": table.fiscal_year,
            "年度（和暦）": table.fiscal_year.map(to_wareki),
            "題": table.title,
            "本文": table.text,
            "市区町村": table.codes.map(lambda codes: "|".join(dataset.names[code] for code in codes)),
            "団体コード": table.codes.map("|".join),
            "団体": table.bodies.map("|".join),
            "資料": table.source.map(dataset.titles),
            "行": table.source_line,
        }
    )


def heading(table: pd.DataFrame) -> Heading:
    """How many events there are, and from when to when."""
    if table.empty:
        return Heading("当てはまる出来事は、読み込んだ資料の年表にありません。", "", "")
    first, last = (text.day(iso[:7]) for iso in (table.date_from.min(), table.date_to.max()))
    span = f"{first}に、" if first == last else f"{first}から{last}まで、"
    return Heading(span, f"{len(table):,} の出来事", "があります。")


def draw(view: View, head: DeltaGenerator) -> None:
    """Draw the part; its heading goes into the placeholder ``head``."""
    every = events(view.dataset, view.selected.selection.origins)
    titles = "・".join(view.dataset.titles[source] for source in every.source.unique())
    scope = f"{view.subject}にかかわる出来事" if view.selected.selection.origins else "すべての出来事"
    told = (
        f"{titles or '資料なし'}／{scope}。左の条件のうち、年表に効くのは「{view.naming.heading}」だけです。"
    )
    head.html(markup.heading(heading(every), told))
    if every.empty:
        st.info(f"左の「{view.naming.heading}」を外すか、年表のある資料を加えてデータを作り直してください。")
        return
    table = _chosen(view, every)
    if table.empty:
        st.info("当てはまる出来事はありません。「年度」「資料」「言葉で探す」を変えてください。")
        return
    spans, months = ((table.precision == name).sum() for name in ("range", "month"))
    st.html(
        f'<p class="k-summary">{len(table):,} 件の出来事のうち、期間で書かれたものが {spans:,} 件、'
        f"月までしか書かれていないものが {months:,} 件あります。日付はすべて資料に書かれたものです。</p>"
    )
    st.html(timeline(table, view.dataset, opened=bool(st.session_state.get("event_words"))))
    downloads.csv_button(
        f"この年表（{len(table):,} 件）をCSVで保存",
        lambda: csv(table, view.dataset),
        view.file_name(".csv", "年表", beside=None if len(table) == len(every) else table.index.tolist()),
        "csv_events",
    )


def _chosen(view: View, table: pd.DataFrame) -> pd.DataFrame:
    """The events that the three controls above the list ask for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        year = st.selectbox(
            "年度",
            sorted(table.fiscal_year.unique().tolist()),
            index=None,
            format_func=both,
            key="fiscal",
            placeholder="すべての年度",
            width=230,
            bind="query-params",
        )
        document = st.selectbox(
            "資料",
            list(table.source.unique()),
            index=None,
            format_func=view.dataset.shorts.get,
            key="told_by",
            placeholder="すべての資料",
            width=240,
            bind="query-params",
        )
        words = st.text_input(
            "言葉で探す", key="event_words", placeholder="例: 北海道町村会", width=260, bind="query-params"
        )
    if year is not None:
        table = table[table.fiscal_year == year]
    if document:
        table = table[table.source == document]
    return matching(table, words or "", view.places)
