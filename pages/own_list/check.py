"""Step 2 of 一覧を読み込む: what was understood of it, beside where it stands, and all of it to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.ledger.dataset import Dataset
from pages.own_list import state, told
from pages.own_list.state import State
from pages.shared.frame import current as data
from pages.shared.frame import text
from pages.shared.parts import markup
from pipeline.intake.columns import ROLES, Column, Guess
from pipeline.intake.list_choices import LISTS
from pipeline.reading.geocode.decisions import Decision

#: Boxes of columns in a line; and of mentions that nobody could place, at once.
_ACROSS, _MOST_UNRESOLVED = 4, 8
#: What a mention can be said to be, besides a place.
_NO_PLACE = "-"


def whole(now: State) -> None:
    """What was understood, what holds for the whole list, and the mentions that wait."""
    markup.show(markup.title("2　読み取り方を確かめる"))
    if now.own is not None and not now.error:
        markup.show(f'<p class="k-summary">{markup.escape(told.understood(now.own))}</p>')
    if now.own is None or now.own.understood is not None:
        _whole(now)
    # Of the next edition of a document they wait with all others, once it is accepted.
    if now.own is not None and now.own.understood is not None and not now.error:
        _unresolved(now)
    if len(now.said) > 1:
        with st.container(horizontal=True):
            st.button("ひとつ前に戻す", on_click=state.undo, icon=":material/undo:")
            st.button("はじめの読み取りに戻す", on_click=lambda: state.undo(all_of_it=True))


def columns(now: State) -> None:
    """The role of each column, to be corrected, and the first rows; why it was read so, and what was not."""
    own = now.own
    if own is not None and own.understood is None:
        return
    if guess := own.understood.guess if own is not None else now.guess:
        markup.show(markup.title("列の役割"))
        _columns(now, guess)
    if own is None:
        return
    markup.show(told.preview(own))
    with st.expander("なぜこう読んだか・読まなかったところ", key="own_list_why"):
        markup.show(markup.steps("読み取り方", told.reasons(own)))
        if left_out := told.left_out(own):
            markup.show(markup.table("読まなかったところ", ("場所", "内容"), left_out, printed=True))


def _whole(now: State) -> None:
    """Origin, sheet, form and heading row: what holds for the whole list."""
    choices, key = now.now.choices, f"own_list_{now.version}"

    def changed(field: str) -> None:
        value = st.session_state[f"{key}_{field}"]
        more = {"columns": {}} if field in ("sheet", "heading", "layout") else {}
        state.say(replace(choices, **more, **{field: value or (None if field == "heading" else "")}))

    places = _places()
    understood = now.own.understood if now.own is not None else None
    by_row = understood is not None and not understood.origin and not now.error
    with st.container():
        st.selectbox(
            "連携元（だれの一覧か）",
            list(places),
            format_func=places.get,
            index=_index(list(places), _origin(now)),
            key=f"{key}_origin",
            placeholder="一覧に書かれています" if by_row else "選んでください（例: 文京区）",
            on_change=changed,
            args=("origin",),
            width="stretch",
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        names = [grid.name for grid in now.grids]
        if len(names) > 1:
            st.selectbox(
                "シート・表",
                names,
                index=_index(names, choices.sheet or _sheet(now)),
                key=f"{key}_sheet",
                placeholder="一覧らしいもの",
                on_change=changed,
                args=("sheet",),
                width=180,
            )
        st.selectbox(
            "表の形",
            list(LISTS),
            format_func=LISTS.get,
            index=_index(list(LISTS), choices.layout or (understood.layout if understood else "")),
            key=f"{key}_layout",
            placeholder="自動",
            on_change=changed,
            args=("layout",),
            width=150,
        )
        if understood is not None and understood.guess is not None:
            st.number_input(
                "見出しの行",
                min_value=1,
                max_value=max(len(understood.grids[0].rows), 1),
                value=max(understood.guess.heading.end, 1),
                key=f"{key}_heading",
                on_change=changed,
                args=("heading",),
                width=100,
            )


def _columns(now: State, guess: Guess) -> None:
    """A box over each column that says what it is."""
    filled = [column for column in guess.columns if column.filled or column.role]
    key = f"own_list_{now.version}_role"
    roles = ["", *ROLES]

    def changed() -> None:
        said: dict[str, list[str]] = {}
        for column in filled:
            role = st.session_state[f"{key}_{column.index}"] or "skip"
            said.setdefault(role, []).append(column.letter)
        columns = {role: "+".join(letters) for role, letters in said.items()}
        state.say(replace(now.now.choices, columns=columns, layout="table"))

    for start in range(0, len(filled), _ACROSS):
        for place, column in zip(st.columns(_ACROSS), filled[start : start + _ACROSS], strict=False):
            place.selectbox(
                _label(column),
                roles,
                index=roles.index(column.role),
                format_func=lambda role: ROLES.get(role, "分かりません（読みません）"),
                key=f"{key}_{column.index}",
                help=f"{column.reason}（確かさ {column.confidence:.2f}）" if column.role else column.reason,
                on_change=changed,
            )


def _unresolved(now: State) -> None:
    """The mentions nobody could place, each with its candidates to choose from."""
    assert now.own is not None
    rows = now.own.unresolved
    if rows.empty:
        return
    markup.show(f'<h3 class="k-h3">{markup.escape(told.unresolved(rows))}</h3>')
    places = _places()
    for number, row in enumerate(rows.head(_MOST_UNRESOLVED).itertuples(index=False)):
        first = list(row.candidates)
        options = [*first, _NO_PLACE, *(code for code in places if code not in first)]
        key = f"own_list_{now.version}_mention_{number}"
        st.selectbox(
            told.mention(row, now.own),
            options,
            format_func=lambda code: (
                "市区町村ではない（地図に描かない）" if code == _NO_PLACE else places[code]
            ),
            index=None,
            key=key,
            placeholder="候補から選ぶか、名前を入れて探します" if first else "名前を入れて探します",
            on_change=_decided,
            args=(key, row.partner_text, row.origin_code),
        )


def _decided(key: str, printed: str, origin: str) -> None:
    code = st.session_state[key]
    if code:
        codes = () if code == _NO_PLACE else (code,)
        state.say(decision=Decision(printed, codes, origin_code=origin, decided_by="この画面で選択"))


def _label(column: Column) -> str:
    return text.plain(column.name[:40])


def _origin(now: State) -> str:
    if now.now.choices.origin:
        return now.now.choices.origin
    understood = now.own.understood if now.own is not None else None
    return understood.origin if understood is not None else ""


def _sheet(now: State) -> str:
    """The one sheet that was read; "" where several were, or none."""
    understood = now.own.understood if now.own is not None else None
    read = understood.grids if understood is not None else []
    return read[0].name if len(read) == 1 else ""


def _index(options: Sequence[str], value: str) -> int | None:
    return options.index(value) if value in options else None


@data.remembered(1)
def _places(dataset: Dataset) -> dict[str, str]:
    """Code → full name of every prefecture and municipality."""
    wards = dataset.municipalities.kind == "designated_ward"
    codes = pd.concat([dataset.prefectures.code, dataset.municipalities.code[~wards]])
    return {code: dataset.names[code] for code in sorted(codes)}
