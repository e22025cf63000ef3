"""資料をくらべる: two documents side by side, partner by partner, with the years and lines of both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.insight.comparison import compare_sources, compared_projects, year_differences
from pages.shared.frame import choices, text
from pages.shared.frame.shell import View
from pages.shared.parts import downloads, markup, tables
from pages.shared.parts.board import Column
from pipeline.reading.overlay import NO_PLACE
from pipeline.words.claims import Heading

#: Status of ``geo.insight.comparison`` → words.
STATUSES = {
    "missing": "Aだけ",
    "added": "Bだけ",
    "differs": "開始年が違う",
    "same": "両方にある",
}


def columns(heading: str) -> dict[str, Column]:
    """How the list is shown, what is not named here is saved with it; ``heading`` is what the origins are called."""
    return {
        "相手先": Column("相手先", width=140),
        heading: Column(heading, lines=0),
        "結果": Column("結果", lines=0),
        "Aの開始年": Column("Aの開始年"),
        "Bの開始年": Column("Bの開始年"),
        "Aの行": Column("Aの行", width=52),
        "Bの行": Column("Bの行", width=52),
    }


#: What the results mean, where nothing is chosen yet.
MEANINGS = (
    ("Aだけ", "資料Bには、この相手先がありません。"),
    ("Bだけ", "資料Aには、この相手先がありません。"),
    (
        "開始年が違う",
        "同じ名前とみられる事業の開始年が違います。選ぶと、その理由として考えられることが出ます。",
    ),
    ("両方にある", "どちらの資料にもあり、開始年の違いはありません。"),
)

#: Why both years may be right, as ``geo.insight.comparison.year_differences`` finds it.
REASONS = {
    "fiscal": "一方は年、もう一方は前の年度です。1月から3月に始まったのなら、どちらも正しいことになります。",
    "project": "一方は事業全体の開始年、もう一方はこの相手が加わった年とみられます。",
    "": "どちらが正しいかは、資料からは分かりません。",
}


def comparison(
    view: View, a: str, b: str, origins: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """``compare_sources``, ``compared_projects`` and ``year_differences``, of some origins or all both have."""
    found = (f(view.dataset, a, b) for f in (compare_sources, compared_projects, year_differences))
    return tuple(
        (table[table.origin_code.isin(origins)] if origins else table).reset_index(drop=True)
        for table in found
    )


def heading(table: pd.DataFrame, noun: str) -> Heading:
    """How many partners only one document has, and with how many the years differ."""
    if table.empty:
        return Heading(f"この2つの資料に、くらべられる{noun}はありません。", "", "")
    counts = table.status.value_counts()
    one, differ = counts.get("missing", 0) + counts.get("added", 0), counts.get("differs", 0)
    return Heading(
        f"2つの資料の相手先 {len(table):,} のうち、",
        f"一方だけにあるもの {one:,}、開始年の違うもの {differ:,}",
        "です。",
    )


def shown_table(view: View, table: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """A row an origin and partner with Japanese headings: years and lines of both documents."""
    names = view.dataset.origins.set_index("code").name
    keys = list(zip(table.origin_code, table.partner_code, strict=True))
    sides = {
        side: dict(iter(projects[projects.side == side].groupby(["origin_code", "partner_code"])))
        for side in "ab"
    }
    columns = {
        view.naming.heading: table.origin_code.map(names),
        "相手先": table.partner_code.map(view.places),
        "結果": table.status.map(STATUSES),
    }
    for heading, write in (("開始年", _years), ("行", _lines)):
        for side, groups in sides.items():
            columns[f"{side.upper()}の{heading}"] = [write(groups.get(key)) for key in keys]
    for side in sides:
        columns[f"{side.upper()}の事業数"] = table[f"projects_{side}"]
    columns["広域の集まり"] = table.network.map({True: "だけ", False: ""})
    return pd.DataFrame(columns)


def _years(rows: pd.DataFrame | None) -> str:
    if rows is None:
        return ""
    rows = rows.sort_values("start_year")
    return "・".join(dict.fromkeys(map(text.began, rows.start_year, rows.kind)))


def _lines(rows: pd.DataFrame | None) -> str:
    return "" if rows is None else "・".join(dict.fromkeys(str(line) for line in rows.source_line if line))


def _place(line: int) -> str:
    return f"{line:,}行目" if line else NO_PLACE  # a row that a correction adds stands on no line


def facts(
    view: View, row: pd.Series, projects: pd.DataFrame, differing: pd.DataFrame, titles: tuple[str, str]
) -> str:
    """What both documents print of one partner, with years and lines, and where they differ."""
    own, wrong = (
        rows[(rows.origin_code == row.origin_code) & (rows.partner_code == row.partner_code)]
        for rows in (projects, differing)
    )
    told = [("くらべた結果", STATUSES[row.status])]
    for side, title in zip("ab", titles, strict=True):
        printed = [
            f"{one.project_name}（{text.began(one.start_year, one.kind)}、{_place(one.source_line)}）"
            for one in own[own.side == side].itertuples(index=False)
        ]
        told.append((f"資料{side.upper()} {title}", "／".join(printed) or "この相手先はありません。"))
    for one in wrong.itertuples(index=False):
        years = (text.began(one.year_a, one.kind_a), text.began(one.year_b, one.kind_b))
        told.append((f"「{one.project_a}」の開始年", f"{years[0]} と {years[1]}。{REASONS[one.reason]}"))
    origin = view.dataset.origins.set_index("code").name[row.origin_code]
    return markup.facts(f"{origin}と{view.places[row.partner_code]}", told)


def draw(view: View, head: DeltaGenerator) -> None:
    """Draw the part; its heading goes into the placeholder ``head``."""
    documents = view.dataset.sources
    origins = view.selected.selection.origins
    if len(documents) < 2:
        head.html(markup.heading(Heading("くらべる資料が、まだ2つありません。", "", ""), ""))
        st.info("事業の一覧が2つ以上あると、ここでくらべられます。")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        a, b = (
            choices.box(
                label, documents, index=index, format_func=view.dataset.shorts.get, key=key, width=240
            )
            for label, index, key in (("資料A", 0, "document_a"), ("資料B", 1, "document_b"))
        )
        status = st.segmented_control(
            "くらべた結果",
            list(STATUSES),
            format_func=STATUSES.get,
            key="compared_status",
            wrap=True,
            bind="query-params",
        )
    table, projects, differing = comparison(view, a, b, origins) if a != b else (pd.DataFrame(),) * 3
    scope = view.subject if origins else f"どちらの資料にもある{view.naming.noun}"
    titles = view.dataset.titles[a], view.dataset.titles[b]
    told = f"資料A {titles[0]}／資料B {titles[1]}／{scope}。左の条件のうち、この表に効くのは「{view.naming.heading}」だけです。"
    counts = table.status.value_counts() if len(table) else {}
    figures = [(words, f"{counts.get(key, 0):,}", "相手先") for key, words in STATUSES.items()]
    head.html(
        markup.heading(heading(table, view.naming.noun), told)
        + (markup.figures(figures) if len(table) else "")
    )
    if table.empty:
        st.info(
            f"資料AとBに別の資料を選ぶか、「{view.naming.heading}」を外すか、"
            f"両方の資料にある{view.naming.noun}を選んでください。"
        )
        return
    rows = table[table.status == status] if status else table
    if rows.empty:
        st.info("当てはまる相手先はありません。「くらべた結果」を変えてください。")
        return
    _list(view, rows, projects, differing, titles, STATUSES[status] if status else "")


def _list(
    view: View,
    rows: pd.DataFrame,
    projects: pd.DataFrame,
    differing: pd.DataFrame,
    titles: tuple[str, str],
    status: str,
) -> None:
    shown = shown_table(view, rows, projects)
    st.html(
        '<p class="k-sub">「開始年が違う」は、同じ名前とみられる事業どうしで開始年が違うものです。'
        "開始年と行には、その相手先とのすべての事業を並べています。</p>"
    )
    left, beside = st.columns([7, 3], gap="large")
    with left:
        origin = view.naming.heading
        labels = shown[origin] + "と" + shown["相手先"]
        listed = columns(origin)
        if shown[origin].nunique() < 2:
            del listed[origin]
        chosen = tables.pick(
            shown, labels, listed, name="くらべた結果の一覧", label="相手先を選ぶ", key="compared"
        )
        downloads.csv_button(
            f"この一覧（{len(shown):,} 相手先）をCSVで保存",
            lambda: shown,
            view.file_name(".csv", "資料の比較", status, beside=titles),
            "csv_compared",
        )
    if chosen is None:
        beside.html(
            '<p class="k-sub">一覧の行を選ぶと、両方の資料の事業と行がここに出ます。</p>'
            + markup.facts("結果の見かた", MEANINGS)
        )
    else:
        beside.html(facts(view, rows.loc[chosen], projects, differing, titles))
