"""Writing of one tie on the screen: the form, what others wrote meanwhile, the history, and the way back."""

from __future__ import annotations

import streamlit as st

from pages.ledger import text
from pages.shared.frame import text as frame_text
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.parts import markup
from pipeline.atomic import WriteError
from pipeline.intake.records import SourceError
from pipeline.upkeep.review_merge import merge
from pipeline.upkeep.review_store import (
    DAYS,
    FIELDS,
    MAX_NOTE,
    MAX_SECTION,
    STATES,
    Change,
    Changed,
    Key,
    Ledger,
    Values,
    read_ledger,
    save,
)
from pipeline.words.dates import date_in_wareki, one_day

#: Session keys: what the last saving did, who writes (typed once a sitting), and which revision the form shows.
_SAID, WHO, _OPEN = "ledger_said", "ledger_who", "ledger_open"

#: So many savings can be undone as a whole from the screen.
_BATCHES = 30


def said() -> str:
    """What the last saving of this session did; said once."""
    return st.session_state.pop(_SAID, "")


def done(words: str, who: str) -> None:
    """Say on the next run what was saved, and remember who writes; starts that run."""
    st.session_state[_SAID] = words
    st.session_state[WHO] = who
    st.session_state.pop(_OPEN, None)
    st.rerun(scope="app")


def form(key: Key, kept: Ledger) -> None:
    """Ask what holds of a tie and save it; below it, what was written before."""
    opened = st.session_state.get(_OPEN)
    if opened is None or opened[0] != key:
        # Others may write while the form stands open: it keeps what it was opened with.
        opened = st.session_state[_OPEN] = (key, kept.number(key), len(kept.log))
    _, seen, version = opened
    before = kept.at(key, seen) or Values()
    name = f"ledger/{'-'.join(key)}/{version}"
    with st.form(name, border=False):
        section = st.text_input(
            FIELDS["section"], before.section, max_chars=MAX_SECTION, key=f"{name}/section"
        )
        left, right = st.columns(2)
        days = {
            field: place.text_input(
                FIELDS[field],
                date_in_wareki(getattr(before, field)) if getattr(before, field) else "",
                max_chars=30,
                key=f"{name}/{field}",
                placeholder="例: R8.4.1",
            )
            for field, place in zip(DAYS, (left, right), strict=True)
        }
        states = ["", *STATES]
        state = st.radio(
            FIELDS["state"],
            states,
            states.index(before.state),
            format_func=lambda one: one or text.UNSAID,
            horizontal=True,
            key=f"{name}/state",
        )
        note = st.text_area(FIELDS["note"], before.note, max_chars=MAX_NOTE, height=92, key=f"{name}/note")
        who = name_box("書いた人", st.session_state.get(WHO, ""), key=f"{name}/who")
        pressed = st.form_submit_button("保存する", type="primary")
    if pressed:
        read = {field: one_day(days[field]) if days[field].strip() else "" for field in DAYS}
        if wrong := [FIELDS[field] for field in DAYS if read[field] is None]:
            st.warning(
                f"{'・'.join(wrong)}は、令和8年4月1日、R8.4.1、2026/4/1 のように、日まで書いてください。"
            )
        else:
            _save(key, seen, Values(section, *(read[field] or "" for field in DAYS), state or "", note), who)
    _history(key, kept)


def _save(key: Key, seen: int, mine: Values, who: str) -> None:
    if not editing_allowed():  # the form may have been drawn before the server was started again
        return
    try:
        with permitted("ledger", who, ties="-".join(key)) as name:
            save({key: Change(mine, seen)}, name)
    except Changed:
        _meanwhile(key, seen, mine, who)
    except (SourceError, WriteError) as error:
        st.error(frame_text.plain(str(error)))
    else:
        done("保存しました。", who)


def _meanwhile(key: Key, seen: int, mine: Values, who: str) -> None:
    """Somebody else has written of the tie since the form was opened: merge, or show both where they clash."""
    try:
        kept = read_ledger()
        current = kept.current(key)
        assert current is not None
        merged = merge(kept.at(key, seen), {field: getattr(mine, field) for field in FIELDS}, current.values)
        if not merged.clashing:
            with permitted("ledger", who, ties="-".join(key)) as name:
                save({key: Change(merged.values, current.number)}, name)
    except (SourceError, WriteError, Changed) as error:
        st.error(frame_text.plain(str(error)))
        return
    if not merged.clashing:
        done(f"開いたあとに{frame_text.plain(current.who)}が書いた内容と合わせて、保存しました。", who)
    rows = [
        (
            FIELDS[field],
            text.value(field, getattr(current.values, field)),
            text.value(field, getattr(mine, field)),
        )
        for field in merged.clashing
    ]
    st.warning(
        f"開いたあとに、{frame_text.plain(current.who)}が{text.moment(current.changed_at)}に書きかえています。まだ保存していません。"
        "下の違いを確かめて、もう一度「保存する」を押すと、あなたの内容になります。"
    )
    markup.show(markup.table("食い違うところ", ("項目", "今の内容", "あなたの内容"), rows, printed=True))
    # The next press is made in the knowledge of this revision; what was typed stays in the form.
    st.session_state[_OPEN] = (key, current.number, st.session_state[_OPEN][2])
    if st.button("やめて、今の内容を開く"):
        st.session_state.pop(_OPEN, None)
        st.rerun()


def _history(key: Key, kept: Ledger) -> None:
    revisions = kept.revisions.get(key, ())
    if not revisions:
        return
    with st.expander(f"これまでの書き込み（{len(revisions):,}）", key="ledger_history"):
        markup.show(
            markup.table(
                "書き込みの記録", ("いつ", "だれ", "変えたこと"), text.history(revisions), printed=True
            )
        )
        # Back to what was before the last: an empty row, too.
        earlier = [None, *revisions[:-1]]
        number = st.selectbox(
            "戻す内容",
            range(len(earlier)),
            len(earlier) - 1,
            format_func=lambda n: (
                f"{text.moment(one.changed_at)}　{one.who}"
                if (one := earlier[n])
                else "何も書かれていない状態"
            ),
            key=f"ledger_back/{'-'.join(key)}",
        )
        one = earlier[number]
        change = Change(one.values if one else Values(), revisions[-1].number)
        _undo({key: change}, 0, f"ledger_back/{'-'.join(key)}")


def batches(kept: Ledger) -> None:
    """What was written at once, latest first, to be undone as a whole."""
    if not kept.batches:
        return
    with st.expander(f"保存の記録（{len(kept.batches):,}回）", key="ledger_batches"):
        shown = kept.batches[:_BATCHES]
        number = st.selectbox(
            f"元に戻す保存（新しい順に{len(shown):,}回まで）",
            range(len(shown)),
            format_func=lambda n: text.batch(shown[n]),
            key=f"ledger_batch/{len(kept.log)}",
        )
        undoing = kept.undoing(shown[number])
        later = len(shown[number].revisions) - len(undoing)
        st.html(
            f'<p class="k-sub">{len(undoing):,}件を、この保存の前の内容に戻します。'
            + (f"あとから書きかえられた{later:,}件は、そのままにします。" if later else "")
            + "</p>"
        )
        _undo(undoing, later, "ledger_batch")


def _undo(changes: dict[Key, Change], later: int, name: str) -> None:
    """A button that writes earlier values again, and the name of who does."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = name_box("戻す人", st.session_state.get(WHO, ""), key=f"{name}_who", width=240)
        pressed = st.button("元に戻す", key=f"{name}_button", disabled=not changes)
    if not pressed or not editing_allowed():
        return
    try:
        with permitted("ledger", who, ties=" ".join(map("-".join, changes)), undone=True) as writer:
            save(changes, writer)
    except (SourceError, WriteError, Changed) as error:
        st.error(frame_text.plain(str(error)))
        return
    left = f"あとから書きかえられた{later:,}件は、そのままです。" if later else ""
    done(f"{len(changes):,}件を元に戻しました。{left}", who)
