"""空白を探す: where an origin has no partner yet, and which municipalities there is a reason to approach."""

import pandas as pd
import streamlit as st

from geo.insight.gaps import Candidate
from geo.insight.groups import too_many
from pages.gaps import by_prefecture, cards, seeking, take_home, taken, weights
from pages.gaps import matrix_board as gap_matrix
from pages.gaps import remembered as gap_view
from pages.gaps import text as gap_text
from pages.shared.frame import choices, filters, shell, text
from pages.shared.parts import details, downloads, markup, tables
from pipeline.deliver.gap_sheet import gap_sheet
from pipeline.shortlist import picks_link
from pipeline.shortlist.entries import entries as shortlist_entries
from pipeline.shortlist.picks import Picks
from pipeline.words import unreached
from pipeline.words.candidates import Telling

#: Parameters of the address that are this screen's alone, or say what is looked at.
OWN = {
    "order",
    "columns",
    "rows",
    "homes",
    "rank",
    "table",
    "partner",
    *picks_link.PARAMETERS,
    *weights.PARAMETERS.values(),
}


def gaps(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    if too_many(view.dataset, selection.origins):
        by_prefecture.draw(view, _choose)
        return
    everyone, n_found = gap_view.everyone(selection), len(gap_view.found(selection))
    picks = taken.current(view)
    claims = view.claims
    table = claims.population.prefectures
    partner = details.chosen(view)
    prefecture = partner and f"{partner[:2]}000"
    markup.show(markup.heading(unreached.heading(claims, everyone.matrix, n_found), view.conditions))
    filters.way_back(view.naming)
    if not everyone.matrix.n_projects.any():
        st.info(text.nothing(view.naming.heading))
        return

    order, columns, part = _controls(view, prefecture, len(everyone.totals))
    html = gap_matrix.table(selection, order, columns, prefecture, part)
    # Where all that stand there are looked at, none stands out.
    every = view.naming.many and len(selection.origins) == len(everyone.totals) > 1
    standing_out = () if every else selection.origins
    gap_matrix.show(html, view.naming, standing_out, prefecture, _choose)
    left, right = st.columns([7, 3], gap="medium")
    with left:
        weighed, found, shown = _candidates(view, table, picks, prefecture)
    with right:
        by = choices.segments(
            "都道府県の順位",
            list(gap_text.RANKS),
            format_func=lambda key: f"{gap_text.RANKS[key]}順",
            default="n_partners",
            key="rank",
        )
        markup.show(gap_text.ranking(claims, by))
    # Where a list has just been read, the candidates have taken it up.
    seekers = seeking.current()
    telling = Telling(view.dataset, found, seekers)
    choice = picks.of(taken.key(view))
    entries = shortlist_entries(view.selected, telling, choice)
    taken.section(view, telling, picks, entries)
    take_home.step(view, telling, picks, entries, weighed, seekers)
    _, *credits = take_home.foot(view, weighed, seekers)
    markup.show(
        markup.summary(unreached.summary(claims, everyone.matrix, everyone.totals)),
        f'<p class="k-credit">{markup.escape("　".join(credits))}</p>',
    )
    with st.expander("同じ内容を表で見る", key="table", bind="query-params") as box:
        if box.open:
            lowest = gap_text.lowest(table, by)
            tables.show(
                tables.prefectures(lowest, view.naming), lowest.code, "都道府県ごとの表", key="gap_rows"
            )
    with st.container(horizontal=True):
        downloads.csv_button(
            f"{view.naming.heading}×都道府県の表をCSVで保存",
            lambda: gap_view.matrix_table(view, everyone),
            view.file_name(".csv", "空白"),
            "csv_matrix",
        )
        name = view.places[prefecture] if prefecture else ""
        downloads.csv_button(
            gap_text.saved(claims, name, len(unreached.gaps(table)), len(shown)),
            lambda: gap_view.candidate_table(Telling(view.dataset, shown, seekers), choice, weighed),
            view.file_name(".csv", "空白の候補", name, beside=sorted(weighed.items())),
            "csv_candidates",
        )
        downloads.sheet_buttons(view, lambda: gap_sheet(view.dataset, selection), "gaps", "空白")


def _choose(origin: str, prefecture: str) -> None:
    """Look at a cell of the matrix, a row or a column. The origin is the panel's, which is drawn anew."""
    if prefecture:
        details.choose(prefecture)
    if origin and st.session_state[filters.ORIGINS] != [origin]:
        filters.choose_origin(origin)


def _controls(view: shell.View, prefecture: str | None, n: int) -> tuple[str, str, int]:
    """How the ``n`` origins and the prefectures are ordered, and which part of them stands in the matrix."""
    part, parts = 0, gap_matrix.parts(n)
    with st.container(horizontal=True, key="k-orders", gap="medium"):
        order, columns = (
            choices.box(label, list(options), format_func=options.get, key=key, width=width)
            for label, options, key, width in (
                (f"{view.naming.heading}の並び", gap_matrix.ORDERS, "order", 270),
                ("都道府県の並び", gap_matrix.columns(view.naming), "columns", 316),
            )
        )
        details.prefecture_box(
            view,
            "都道府県を選ぶ",
            prefecture,
            key="gap_prefecture",
            index=None,
            placeholder="表のますか、ここで選びます",
            width=360,
        )
        if len(parts) > 1:
            part = choices.box(
                f"{view.naming.heading}の範囲",
                list(range(len(parts))),
                format_func=lambda place: parts[place],
                key="rows",
                width=180,
            )
    return order, columns, part


def _candidates(
    view: shell.View, table: pd.DataFrame, picks: Picks, prefecture: str | None
) -> tuple[dict[str, int], list[Candidate], list[Candidate]]:
    """The candidates of the prefecture, or of all prefectures not reached.

    Returns the weights of the reasons, all candidates there are, and those that are shown.
    """
    head = st.container()
    seeking.step(view)
    seekers = seeking.current()
    weighed = weights.chosen(view.naming, seekers is not None)
    found = gap_view.found(view.selected.selection, weighed, seekers.by_code if seekers else None)
    if prefecture:
        shown = [one for one in found if one.prefecture_code == prefecture]
        row = table.set_index("code", drop=False).loc[prefecture]
        title = f"{view.subject} × {row['name']}"
        others = gap_view.others(view, prefecture)
        sub = gap_text.section(view.claims, row, len(shown), others, bool(weighed))
    else:
        missing = set(unreached.gaps(table).code)
        shown = [one for one in found if not missing or one.prefecture_code in missing]
        title = f"{view.subject}がこれから声をかけられる市区町村"
        sub = gap_text.everywhere(view.claims, len(missing), len(shown), bool(weighed))
    with head:
        markup.show(
            f'<h2 class="k-h2 k-answer">{markup.escape(title)}</h2><p class="k-sub">{markup.escape(sub)}</p>'
        )
    if shown:
        choice, changing = picks.of(taken.key(view)), taken.Changing.of(view)
        if speaking := gap_text.speaking(shown, choice.hidden)[: gap_text.LIMIT]:
            telling = Telling(view.dataset, speaking, seekers)
            cards.show(cards.cards(telling, choice, _conditions()), "k-cards", changing.press)
        markup.show(
            gap_text.beside(view, shown, choice.hidden, weighed, seekers),
            gap_text.without_reason(view, shown, 0 not in weighed.values()) if prefecture else "",
        )
    return weighed, found, shown


def _conditions() -> list[tuple[str, str]]:
    """The parameters of the address that hold on every screen."""
    params = st.query_params
    return [(key, value) for key in params if key not in OWN for value in params.get_all(key)]


shell.show(gaps)
