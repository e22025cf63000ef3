"""公表された推移 and 始まった年: the official counts, and our own by start year."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.insight.groups import home_growth, too_many
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.shared.frame import choices, text
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import board, charts, downloads, markup, tables
from pages.shared.parts import growth_text as words
from pages.trends import official_text

#: How the growth can be split; {} is an origin.
SPLITS = {"origin": "{}ごと", "category": "分野ごと"}


def official(view: View, head: DeltaGenerator) -> None:
    """Draw the official counts; the heading goes into the placeholder ``head``."""
    counts = view.dataset.partner_counts
    table = official_text.official(counts)
    documents = "・".join(dict.fromkeys(counts.source.map(view.dataset.titles)))
    told = f"{documents}に印刷された表。公表された数なので、左の条件は効きません。"
    head.html(markup.heading(official_text.official_heading(table), told if len(table) else ""))
    if table.empty:
        st.info("推移の表のある資料を加えてデータを作り直すと、ここにグラフと表が出ます。")
        return
    labels = [official_text.column_label(year) for year in table.index]
    highest = int(table.max().max())
    figures = [
        charts.columns(
            name,
            "自治体・年度",
            labels,
            [None if pd.isna(value) else int(value) for value in table[name]],
            highest,
            f"{name}の棒グラフ。{official_text.official_sentence(table[[name]])}年度ごとの数は下の表にあります。",
        )
        for name in table
    ]
    remark = (
        "単位は自治体で、図の縦の目盛りはどれも同じです。合計は重複を除いた数なので、ほかの数の和より小さくなります。"
        "「―」は資料の記載です。"
    )
    markup.show(
        charts.side_by_side(figures), markup.summary(f"{official_text.official_sentence(table)}{remark}")
    )
    left, right = st.columns([65, 35], gap="medium")
    with left:
        rows = official_text.official_rows(table)
        markup.show(markup.table("年度ごとの数", ("年度", *table.columns), rows))
        downloads.csv_button(
            "推移の表をCSVで保存",
            lambda: official_text.official_csv(counts, view.dataset.titles),
            view.file_name(".csv", "公表された推移"),
            "csv_counts",
        )
    with right:
        _beside(view)


def _beside(view: View) -> None:
    """The official count beside our own, and where the table and the dates of the agreements disagree."""
    parts = []
    for check in official_text.checks(view.dataset, "official-count-differs"):
        latest = view.dataset.sources[0]
        own = data.population(
            Selection(sources=(latest,), networks=True, peers=view.dataset.mutual)
        ).figures.municipalities
        parts += [
            markup.title("公表された数と、一覧から数えた数"),
            markup.figures(official_text.official_figures(check, own, view.naming)),
            markup.summary(check["message"]),
        ]
    late = official_text.checks(view.dataset, "trend-agreements-differ", agrees=False)
    if late:
        said = "".join(check["message"] for check in late)
        parts.append(markup.note("表の数と、協定を結んだ日が合わないところ", said, prose=True))
    if parts:
        markup.show(*parts)


def cumulative(view: View, head: DeltaGenerator) -> None:
    """Draw how many partners there were by each year; the heading goes into the placeholder ``head``."""
    table, unknown = data.growth(view.selected.selection)
    head.html(markup.heading(words.growth_heading(view.claims, table), view.conditions))
    if table.empty:
        st.info(text.NOTHING)
        return
    years = [int(year) for year in table.year]
    sentence = words.growth_sentence(view.claims, table, int(unknown.sum()))
    chart = charts.cumulative(
        "連携する市区町村の累計",
        years,
        list(table.n_new),
        list(table.n_total),
        words.axis(years),
        [
            f"{text.until(y)}まで {n:,}" + (f"（{text.within(y, kind)}に {new:,}）" if new else "")
            for y, kind, n, new in zip(years, table.kind, table.n_total, table.n_new, strict=True)
        ],
        f"連携する市区町村の累計のグラフ。{words.growth_heading(view.claims, table).title}{sentence}",
    )
    markup.show(chart, markup.summary(sentence))
    splits = {key: label.format(view.naming.noun) for key, label in SPLITS.items()}
    if too_many(view.dataset, view.selected.selection.origins):
        splits["origin"] = f"{view.naming.noun}の都道府県ごと"
    split = choices.segments(
        "分けて見る",
        list(SPLITS),
        format_func=splits.get,
        default="origin",
        key="split",
    )
    saved = _split(view, split)
    with st.expander("累計の表を見る", key="growth_table", bind="query-params") as box:
        if box.open:
            shown = words.growth_table(table)
            board.show(
                shown.assign(年=list(map(text.within, table.year, table.kind))),
                words.GROWTH_COLUMNS,
                name="連携する市区町村の累計の表",
                key="growth_rows",
                height=tables.LIST_HEIGHT,
            )
    with st.container(horizontal=True):
        downloads.csv_button(
            "累計の表をCSVで保存",
            lambda: words.growth_table(table),
            view.file_name(".csv", "累計"),
            "csv_growth",
        )
        downloads.csv_button(
            f"{splits[split]}の累計をCSVで保存",
            lambda: saved,
            view.file_name(".csv", f"{splits[split]}の累計"),
            "csv_split",
        )


@data.remembered()
def _home_growth(dataset: Dataset, selection: Selection) -> tuple[pd.DataFrame, pd.Series]:
    return home_growth(data.select(selection))


def _split(view: View, by: str) -> pd.DataFrame:
    """The same by origin or by category, as small areas; returns the table behind them."""
    noun, homes = view.naming.noun, too_many(view.dataset, view.selected.selection.origins)
    if by == "origin" and homes:
        by, (table, unknown) = "home", _home_growth(view.selected.selection)
    else:
        table, unknown = data.growth(view.selected.selection, by)
    names = view.dataset.origin_names
    names = {group: names.get(group, group) for group in table.group.unique()}
    each, once = {
        "home": ("都道府県", f"それぞれの都道府県の{noun}を合わせて、1つの市区町村を1回だけ数えます"),
        "origin": (noun, f"複数の{noun}とつながる市区町村は、それぞれの{noun}に数えます"),
        "category": ("分野", "複数の分野の事業は、それぞれの分野に数えます"),
    }[by]
    years = f"{text.since(table.year.min())}から{text.until(table.year.max())}まで"
    remark = (
        f"数は今の累計の市区町村です。横は{years}で同じです。縦の目盛りは{each}ごとに違い、いつ増えたかを表します。"
        f"{once}。"
    )
    markup.show(charts.panels(words.growth_panels(table, names, unknown)), markup.summary(remark))
    return words.growth_matrix(table, names, unknown)
