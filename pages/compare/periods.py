"""前後比較: what had begun by two years, or stands in two editions, side by side, with what was added in colour."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.draw.web import folium_map
from geo.insight import turnover
from geo.insight.metrics import project_details
from geo.insight.periods import Side
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.compare import periods_text
from pages.shared.frame import choices, filters, text, years
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import board, details, downloads, markup, tables
from pipeline.deliver.periods_sheet import periods_sheet
from pipeline.words import before_after
from pipeline.words.before_after import BeforeAfter

#: Query parameters of the two years, as they are typed.
FROM, TO = "from", "to"

#: What its files are.
WHAT = "前後比較"

#: What is held against what where it is not editions.
YEARS = "年どうし"

#: Rows of a table that are shown at first.
_FIRST = 20

#: How many years back the screen looks when it opens.
_BACK = 10


def draw(view: View) -> None:
    """Draw the part."""
    dataset = view.dataset
    if not dataset.years:
        markup.show('<h1 class="k-h1">前後比較</h1>')
        st.info(
            "開始年の分かる連携がないため、くらべられません。開始年の載った資料を「一覧を読み込む」で選んでください。"
        )
        return
    head = st.empty()
    earlier = turnover.editions(dataset)
    with st.container(horizontal=True, key="k-orders", gap="medium", vertical_alignment="bottom"):
        what = YEARS
        if earlier:
            what = choices.segments(
                "くらべるもの", [YEARS, filters.EDITIONS], key=filters.BETWEEN, default=YEARS
            )
        told = _editions(view, earlier) if what == filters.EDITIONS else _years(view)
    head.html(markup.heading(told.heading(), _conditions(view, told)))
    if not told.found.before.pairs and not told.found.after.pairs:
        st.info(periods_text.NOTHING)
        return
    _maps(told)
    markup.show(markup.figures(told.figures()))
    _place(view, told)
    _added(told)
    _prefectures(told)
    _save(view, told)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _years(view: View) -> BeforeAfter:
    """The boxes of the two years and the choices of the last few; what they ask for."""
    first, last = view.dataset.years or (0, 0)
    opens = max(last - _BACK, first - 1), last
    state = st.session_state

    def choose() -> None:
        if back := periods_text.BACK.get(state["back"]):
            state[FROM], state[TO] = text.until(last - back), text.until(last)

    # An emptied box asks for the year it opened with.
    typed = [
        st.text_input(label, text.until(year), key=key, width=270, placeholder=years.ONE, bind="query-params")
        or text.until(year)
        for label, key, year in (
            ("前の年度まで", FROM, opens[0]),
            ("後の年度まで", TO, opens[1]),
        )
    ]
    asked, said = periods_text.two_years(*typed, first, last)
    kept = state.get("compared_years", opens)
    # Those of another list may be none of this one's.
    pair = asked or (kept if first - 1 <= kept[0] and kept[1] <= last else opens)
    state["compared_years"] = pair
    options = [words for words, back in periods_text.BACK.items() if last - back >= first]
    state["back"] = next(
        (words for words in options if pair == (last - periods_text.BACK[words], last)), None
    )
    if options:
        st.segmented_control(
            "よく使う年", options, key="back", on_change=choose, label_visibility="collapsed"
        )
    if said:
        shown = f"{text.until(pair[0])}までと{text.until(pair[1])}までをくらべています。"
        st.html(f'<p class="k-sub" role="status">{markup.escape(said + shown)}</p>')
    return _of_years(view.selected.selection, view.subject, *pair)


def _editions(view: View, earlier: dict[str, list[str]]) -> BeforeAfter:
    """The boxes of the document and its earlier edition."""
    as_of = view.dataset.documents.set_index("id").as_of
    after = choices.box("資料", list(earlier), format_func=view.dataset.shorts.get, key="changed", width=270)
    before = choices.box("前の版", earlier[after], format_func=as_of.get, key="before", width=240)
    return _of_editions(view.selected.selection, view.subject, before, after)


@data.remembered(16)
def _of_years(dataset: Dataset, selection: Selection, who: str, first: int, last: int) -> BeforeAfter:
    return before_after.of_years(dataset, selection, who, first, last)


@data.remembered(16)
def _of_editions(dataset: Dataset, selection: Selection, who: str, before: str, after: str) -> BeforeAfter:
    return before_after.of_editions(dataset, selection, who, before, after)


def _conditions(view: View, told: BeforeAfter) -> str:
    asked, names = told.selection, view.dataset.places
    chosen = [names[code].name for code in asked.origins]
    return text.conditions(asked, view.dataset, chosen, data.repeated(asked))


def _maps(told: BeforeAfter) -> None:
    """Both sides as maps beside each other; below each other where it is narrow."""
    found = told.found
    for column, side, key, name in zip(
        st.columns(2, gap="medium"),
        (found.before, found.after),
        ("before", "after"),
        (told.first, told.last),
        strict=True,
    ):
        with column:
            said = f"{name}: {len(side.places):,}市区町村"
            markup.show(markup.title(said), _legend(told, side))
            _map(told, side, key, name)


def _legend(told: BeforeAfter, side: Side) -> str:
    said = markup.escape(periods_text.legend(told, side)).replace("◆", '<b class="k-new">◆</b>')
    return f'<p class="k-sub">{said}</p>'


def _map(told: BeforeAfter, side: Side, key: str, name: str) -> None:
    origins = told.dataset.origins
    chosen = told.selection.origins
    layer = folium_map.sign_layer(
        told.signs(side),
        origins=origins[origins.code.isin(chosen)] if chosen else None,
        noun=told.naming.noun,
        selected=st.query_params.get("partner"),
        labels=14,
    )
    label = f"{name}の相手の地図。同じ内容は下の表にあります。"
    details.on_map([layer], key=f"periods-{key}", label=label)


def _place(view: View, told: BeforeAfter) -> None:
    """The projects with the place that was chosen on a map or in the table, of the later side."""
    code = details.chosen(view)
    if not code:
        return
    rows = project_details(told.found.after.selected, partner_code=code)
    if rows.empty:
        markup.show(markup.note(view.places[code], periods_text.none_with(told, view.places[code])))
    else:
        with st.container(height=320, key="k-chosen-place"):
            st.html(details.listing(view, code, rows))
    with st.container(horizontal=True):
        st.button("閉じる", key="close", icon=":material/close:", on_click=details.choose, args=(None,))
        st.page_link(
            "pages/partners/page.py",
            label=f"{view.places[code]}の横顔を見る（自治体の横顔）",
            icon=":material/arrow_forward:",
            query_params={"partner": code},
        )


def _added(told: BeforeAfter) -> None:
    """What was added, and between editions what there is no more, as tables."""
    added, gone = told.found.added, told.found.gone
    markup.show(markup.title(periods_text.table_title(told)))
    if added.empty:
        st.html('<p class="k-sub">加わったものはありません。</p>')
    else:
        options = periods_text.kinds(told)
        kind = st.segmented_control(
            "加わり方", list(options), format_func=options.get, key="new", bind="query-params"
        )
        rows = added[added.new == kind] if kind else added
        _board(told.added(rows, brief=True), rows, "加わったものの表", "added_rows")
    if len(gone):
        markup.show(markup.title(periods_text.GONE))
        _board(told.gone(gone, brief=True), gone, f"{periods_text.GONE}の表", "gone_rows")
    if said := told.counting():
        st.html(f'<p class="k-sub">{markup.escape(said + periods_text.PREFECTURES)}</p>')


def _board(table: pd.DataFrame, rows: pd.DataFrame, name: str, key: str) -> None:
    """A table of rows; choosing one looks at its place."""
    board.show(
        table.set_axis(rows.index).assign(**{periods_text.ORDER: rows.start_year}),
        periods_text.columns(table),
        name=name,
        key=key,
        on_choose=lambda row: details.choose(rows.partner_code[row]),
        first=_FIRST,
    )


def _prefectures(told: BeforeAfter) -> None:
    with st.expander("都道府県ごとの前と後を表で見る", key="table", bind="query-params") as box:
        if box.open:
            table = told.prefectures()
            tables.show(table, table["団体コード"], "都道府県ごとの前と後の表", key="prefecture_rows")


def _save(view: View, told: BeforeAfter) -> None:
    named, sides = view.file_name, periods_text.sides(told)
    with st.container(horizontal=True):
        downloads.csv_button(
            "加わったものをCSVで保存",
            lambda: periods_text.saved(told),
            named(".csv", f"{WHAT}・加わったもの", sides),
            "csv_added",
        )
        downloads.csv_button(
            "都道府県ごとをCSVで保存", told.prefectures, named(".csv", WHAT, sides), "csv_prefectures"
        )
        downloads.sheet_buttons(view, lambda: periods_sheet(told), "periods", WHAT, sides)
