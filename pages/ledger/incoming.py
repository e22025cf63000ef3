"""A check sheet that comes back: what it would change is shown, with all conflicts, before anything is written."""

from __future__ import annotations

import streamlit as st

from geo.ledger.dataset import Dataset
from pages.ledger import text, writing
from pages.shared.frame import current as data
from pages.shared.frame import text as frame_text
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.parts import board, markup
from pipeline.atomic import WriteError
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.upkeep.review_intake import Filled, Ties, read_filled
from pipeline.upkeep.review_merge import CHANGED, CONFLICT, KINDS, Outcome, Plan, plan
from pipeline.upkeep.review_store import Changed, Key, Ledger, save

#: Session keys: what was read of the file, which file that was, and on how much writing the plan on the screen rests.
_READ, _FILE, _SEEN = "ledger_read", "ledger_file", "ledger_plan_seen"

#: What to do with the rows in conflict.
_KEEP, _TAKE, _EACH = _WAYS = ("今のまま", "取り込む", "1行ずつ選ぶ")


def step(dataset: Dataset, kept: Ledger, several: bool) -> None:
    """Draw the choice of a file and what it would do."""
    version = st.session_state.get("ledger_uploads", 0)
    given = st.file_uploader(
        "書き込んだ点検表を選ぶ（Excel・CSV、いくつでも。ひとつ20MBまで）",
        key=f"ledger_upload/{version}",
        accept_multiple_files=True,
    )
    if not given:
        st.session_state.pop(_READ, None)
        return
    ids = [one.file_id for one in given]
    if st.session_state.get(_FILE) != ids or _READ not in st.session_state:
        st.session_state.pop(_READ, None)
        try:
            ties = Ties(dataset, kept, lambda: Geocoder(data.gazetteer()))
            st.session_state[_READ] = read_filled([(one.name, one.getvalue()) for one in given], ties)
        except SourceError as error:
            st.error(frame_text.plain(error.on_screen))
            return
        st.session_state[_FILE] = ids
    filled: Filled = st.session_state[_READ]
    _preview(filled, plan(filled, kept), kept, several)


def _preview(filled: Filled, found: Plan, kept: Ledger, several: bool) -> None:
    markup.show(
        markup.summary(text.filled(found, filled.file)),
        markup.figures((text.KIND_WORDS[kind], f"{len(found.of(kind)):,}", "") for kind in KINDS),
    )
    if filled.other_sheets:
        names = frame_text.plain("・".join(filled.other_sheets))
        st.info(f"点検表の見出しがない「{names}」は読んでいません。")
    if changed := found.of(CHANGED):
        board.show(
            text.changes_table(changed, several),
            text.CHANGES_COLUMNS,
            name=f"書きかわる行（{len(changed):,}）",
            key="ledger_changes",
            caption=True,
            height=360,
        )
    taken = _conflicts(found.of(CONFLICT))
    if rows := text.left_out(found):
        markup.show(
            markup.table(
                f"取り込まないところ（{len(rows):,}）",
                ("表の場所", "書かれていること", "わけ"),
                rows,
                remark="読み取れないところのある行は、行ごと取り込みません。ファイルを直して選び直すと、その行も取り込めます。",
                printed=True,
            )
        )
    _accept(found, taken, kept)


def _conflicts(conflicts: list[Outcome]) -> set[Key]:
    """Show every conflict with both values, and return the ties whose rows are taken from the sheet."""
    if not conflicts:
        return set()
    markup.show(
        f'<h3 class="k-h3">食い違う行（{len(conflicts):,}）</h3>'
        '<p class="k-sub">書き出したあとに、画面やほかの表で書きかえられた項目を、この表も書きかえています。'
        "「今のまま」にした行は、行ごと取り込みません。</p>"
    )
    way = st.radio("食い違う行をどうするか", _WAYS, horizontal=True, key="ledger_way")
    taken = set()
    with st.container(height=420 if len(conflicts) > 3 else "content", key="ledger_conflicts"):
        for one in conflicts:
            key = one.row.key
            assert key is not None
            by = f"{one.current.who}、{text.moment(one.current.changed_at)}" if one.current else ""
            markup.show(
                markup.table(
                    f"{one.row.name}（{one.row.place}）",
                    ("項目", f"今の内容（{by}）", "この表の内容"),
                    text.conflict(one),
                    printed=True,
                )
            )
            if way == _EACH:
                said = st.radio(
                    f"{frame_text.plain(one.row.name)}を",
                    (_KEEP, _TAKE),
                    horizontal=True,
                    key=f"ledger_take/{'-'.join(key)}",
                )
                if said == _TAKE:
                    taken.add(key)
            elif way == _TAKE:
                taken.add(key)
    return taken


def _accept(found: Plan, taken: set[Key], kept: Ledger) -> None:
    changes = found.changes(taken)
    shown, st.session_state[_SEEN] = st.session_state.get(_SEEN), len(kept.log)
    if not changes:
        markup.show('<p class="k-sub">取り込むことはありません。</p>')
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = name_box(
            "取り込む人", st.session_state.get(writing.WHO, ""), key="ledger_accept_who", width=280
        )
        pressed = st.button(f"{len(changes):,}件を取り込む", type="primary", key="ledger_accept")
    if not pressed or not editing_allowed():
        return
    if shown != len(kept.log):
        st.warning("表示したあとに、ほかの人が書きかえました。上の内容を確かめて、もう一度押してください。")
        return
    try:
        with permitted("ledger", who, ties=" ".join(map("-".join, changes)), imported=len(changes)) as name:
            save(changes, name)
    except (SourceError, WriteError, Changed) as error:
        st.error(frame_text.plain(str(error)))
        return
    st.session_state["ledger_uploads"] = st.session_state.get("ledger_uploads", 0) + 1
    st.session_state.pop(_READ, None)
    kept_back = len(found.of(CONFLICT)) - len(taken)
    more = f"食い違う{kept_back:,}件は、今のままです。" if kept_back else ""
    writing.done(f"点検表から{len(changes):,}件を取り込みました。{more}", who)
