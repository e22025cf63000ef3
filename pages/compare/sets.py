"""What two to five origins have in common, what only one of them has, and what one lacks that others have."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.draw.web import folium_map
from geo.insight.overlap import LEAST, MOST, Overlap, Question, closest
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.compare import sets_text
from pages.shared.frame import choices, filters, shell, text
from pages.shared.frame import current as data
from pages.shared.frame.finder import PARTNER
from pages.shared.parts import board, details, downloads, markup
from pipeline.deliver.overlap_sheet import overlap_sheet
from pipeline.words.asked_sets import Asked
from pipeline.words.claims import Claims

#: Query parameter, and session key, of the origins that are compared.
COMPARED = "compared"

#: Session key of the origins that the panel asked for when these were chosen.
_PANEL = "compared_panel"

#: What its files are.
WHAT = "くらべる"

#: Rows of the list that are shown at first, and how many names stand on the map.
FIRST = 20
FEWEST, MOST_NAMES = 6, 24


def draw(view: shell.View) -> None:
    """Draw this part of the screen."""
    naming = view.naming
    if len(view.dataset.origins) < LEAST:
        markup.show(f'<h1 class="k-h1">{markup.escape(sets_text.alone(naming))}</h1>')
        st.info(sets_text.ALONE)
        return
    head = st.empty()
    with st.container(horizontal=True, key="k-asked", gap="medium"):
        compared = _compared(view)
        asked = _asked(view, compared) if len(compared) >= LEAST else None
    if asked is None:
        head.html(f'<h1 class="k-h1">{markup.escape(sets_text.too_few(naming))}</h1>')
        return
    own = _view(view, asked)
    head.html(markup.heading(asked.heading(), own.conditions))
    if asked.overlap.table.empty:
        st.info(text.nothing(naming.heading))
        return
    _map(own, asked)
    markup.show(markup.figures(asked.figures()))
    _list(asked)
    markup.show(
        markup.summary(sets_text.summary(asked)), f'<p class="k-credit">{markup.escape(view.credit)}</p>'
    )
    with st.container(horizontal=True):
        question = asked.words
        downloads.csv_button(
            f"この一覧（{len(asked.overlap.found):,}市区町村）をCSVで保存",
            lambda: sets_text.saved(asked),
            own.file_name(".csv", WHAT, question),
            "csv_compare",
        )
        downloads.sheet_buttons(
            own, lambda: overlap_sheet(asked), "compare", WHAT, question, beside=asked.mine
        )


def _compared(view: shell.View) -> tuple[str, ...]:
    """The origins that are compared: those of the panel where they are two to five, else a choice of this screen."""
    state, names = (
        st.session_state,
        dict(zip(view.dataset.origins.code, view.dataset.origins.name, strict=True)),
    )
    panel = view.selected.selection.origins
    begin = list(_beginning(panel, replace(view.selected.selection, origins=())))
    if state.get(_PANEL, panel) != panel or not set(state.get(COMPARED, [])) <= set(names):
        state[COMPARED] = begin
    state[_PANEL] = panel
    chosen = st.multiselect(
        f"くらべる{view.naming.noun}（{LEAST}〜{MOST}）",
        list(names),
        default=None if COMPARED in state else begin,
        format_func=names.get,
        key=COMPARED,
        max_selections=MOST,
        placeholder=f"{view.naming.noun}を選びます",
        bind="query-params",
        width=360,
    )
    return tuple(chosen)


@data.remembered()
def _beginning(dataset: Dataset, panel: tuple[str, ...], everyone: Selection) -> tuple[str, ...]:
    """What is compared where nobody has chosen: the panel's origins, or those with the most in common."""
    if LEAST <= len(panel) <= MOST:
        return panel
    selected = data.select(everyone)
    return closest(selected, mine=panel[0]) if len(panel) == 1 else closest(selected, panel)


def _asked(view: shell.View, compared: tuple[str, ...]) -> Asked | None:
    """The question that is chosen, with its answer; None and a sentence where nothing can answer it."""
    noun, names = view.naming.noun, view.dataset.origin_names
    labels = sets_text.questions([(code, names[code]) for code in compared], noun)
    ask = choices.segments("問い", list(labels), format_func=labels.get, default="all", key="ask")
    mine = ask if ask in compared else None
    if ask == "own":
        question = _own(compared, {code: names[code] for code in compared})
        if question is None:
            st.info(f"どれかの{noun}を「ある」か「問わない」にしてください。")
            return None
    elif mine:
        of_all = True
        if len(compared) > LEAST:
            of_all = choices.segments(
                f"ほかの{noun}の", [True, False], format_func=sets_text.OTHERS.get, default=True, key="others"
            )
        question = Question.missing(compared, mine, of_all)
    else:
        question = {"all": Question.shared, "one": Question.of_one}[ask](compared)
    selection = replace(view.selected.selection, origins=tuple(sorted(compared)))
    who = view.naming.subject([names[code] for code in selection.origins])
    return Asked(_overlap(selection, question), Claims(data.population(selection), who), mine)


@data.remembered()
def _overlap(dataset: Dataset, selection: Selection, question: Question) -> Overlap:
    return Overlap(data.select(selection), question)


def _own(compared: tuple[str, ...], names: dict[str, str]) -> Question | None:
    """The question made up of an answer for each origin."""
    answers = {
        code: choices.segments(
            names[code],
            list(sets_text.ANSWERS),
            format_func=sets_text.ANSWERS.get,
            default="lacks" if code == compared[-1] else "has",
            key=f"answer_{code}",
        )
        for code in compared
    }
    has, lacks = (frozenset(code for code in compared if answers[code] == one) for one in ("has", "lacks"))
    return None if lacks == set(compared) else Question(compared, has, lacks)


def _view(view: shell.View, asked: Asked) -> shell.View:
    """The view of the origins that are compared, whatever the panel asks for."""
    selection = asked.claims.selection
    names = [asked.name(code) for code in selection.origins]
    said = text.conditions(selection, view.dataset, names, data.repeated(selection))
    return replace(
        view,
        selected=data.select(selection),
        subject=asked.claims.who,
        conditions=said,
        claims=asked.claims,
    )


def _map(view: shell.View, asked: Asked) -> None:
    partner = details.chosen(view)
    origins = view.dataset.origins
    layer = folium_map.sign_layer(
        asked.signed(),
        origins=origins[origins.code.isin(asked.question.origins)],
        noun=f"くらべた{asked.noun}",
        selected=partner,
        # Names of the answers first of all.
        labels=min(max(len(asked.overlap.found), FEWEST), MOST_NAMES),
    )
    left, right = st.columns([7, 3], gap="medium")
    with left:
        details.on_map(
            [layer],
            key="compare",
            label="くらべた相手の地図。同じ内容は下の表にあります。",
        )
    with right:
        if partner:
            details.panel(view, partner)
        else:
            markup.show(sets_text.combinations(asked))


def _list(asked: Asked) -> None:
    found = asked.overlap.found
    if found.empty:
        st.info(sets_text.nothing(asked.noun))
        return
    shown = sets_text.table(asked)
    board.show(
        shown,
        sets_text.columns(shown, asked.noun),
        name=f"{asked.claims.ties}が{asked.words}市区町村",
        key="compare_rows",
        caption=True,
        on_choose=_look_at_partner,
        link=f"partners?{PARTNER}=",
        first=FIRST,
    )


def _look_at_partner(code: str) -> None:
    filters.open_screen("pages/partners/page.py", {PARTNER: code})
