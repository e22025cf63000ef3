"""What of the candidates goes home: the 起案メモ, the workbook, and such a workbook loaded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from geo.insight.gaps import WEIGHED
from pages.gaps import taken, weights
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pipeline.deliver import FORMATS, memo
from pipeline.intake.records import SourceError
from pipeline.intake.seekers import Seekers
from pipeline.shortlist import picks_sheet
from pipeline.shortlist.entries import Entry
from pipeline.shortlist.picks import PickError, Picks
from pipeline.words.candidates import Telling, candidate_credits, day, rule, seekers_credit

#: Session keys: what the uploader held when it was last read, and what is said of it.
_SEEN, _SAID = "picks_file_seen", "picks_file_said"


def foot(view: View, weighed: Mapping[str, int], seekers: Seekers | None) -> list[str]:
    """The rule of the order and the sources, a line each."""
    return [
        rule(view.naming, weighed, seekers.title if seekers else ""),
        *candidate_credits(view.dataset, view.selected.selection),
        *([seekers_credit(seekers)] if seekers else []),
    ]


def step(
    view: View,
    telling: Telling,
    picks: Picks,
    entries: Sequence[Entry],
    weighed: Mapping[str, int],
    seekers: Seekers | None,
) -> None:
    """Draw what can be done with those that are taken along."""
    said = foot(view, weighed, seekers)
    choice = picks.of(taken.key(view))
    if entries:
        _memo(view, telling, entries, said)
    if entries or choice.hidden:
        st.download_button(
            "持ち帰る候補をExcelで保存",
            lambda: picks_sheet.write(
                view.dataset,
                view.selected.selection,
                taken.key(view),
                telling,
                entries,
                choice.hidden,
                weighed,
                said,
            ),
            file_name=view.file_name(".xlsx", "持ち帰る候補"),
            mime=FORMATS["xlsx"].media,
            key="picks_xlsx",
            on_click="ignore",
            icon=":material/download:",
        )
    _load(view, picks)


def _memo(view: View, telling: Telling, entries: Sequence[Entry], said: Sequence[str]) -> None:
    with st.expander("起案メモ（A4・PDF）にする", icon=":material/description:", key="k-memo"):
        with st.container(horizontal=True):
            title, department, drafter, dated = (
                st.text_input(label, value, key=key, max_chars=memo.LONGEST, placeholder=hint, width=width)
                for label, key, value, hint, width in (
                    ("件名", f"memo_title_{taken.key(view)}", f"{view.subject}の連携先候補について", "", 300),
                    ("所属", "memo_department", "", "空欄は手書きの欄", 170),
                    ("起案者", "memo_drafter", "", "空欄は手書きの欄", 170),
                    ("日付", "memo_day", day(date.today().isoformat()), "", 220),
                )
            )
        head = memo.Head(
            title.strip() or f"{view.subject}の連携先候補について",
            view.subject,
            dated.strip(),
            view.conditions,
            department.strip(),
            drafter.strip(),
        )
        st.download_button(
            "起案メモをPDFで保存",
            lambda: memo.write(view.dataset, head, telling, entries, said),
            file_name=view.file_name(".pdf", "起案メモ"),
            mime="application/pdf",
            key="memo_pdf",
            on_click="ignore",
            icon=":material/download:",
        )


def _load(view: View, picks: Picks) -> None:
    with st.expander("保存した候補を読み込む", icon=":material/upload_file:", key="k-load"):
        st.html(
            '<p class="k-sub">ここで保存した Excel を選ぶと、持ち帰る候補・メモ・隠した候補・理由の重みが戻ります。'
            f"ファイルにある{markup.escape(view.naming.noun)}の候補は、ファイルのとおりに入れ替わります。</p>"
        )
        given = st.file_uploader("保存した候補のファイル（.xlsx）", key="picks_file")
        if given is not None and st.session_state.get(_SEEN) != given.file_id:
            st.session_state[_SEEN] = given.file_id
            st.session_state[_SAID] = _take(view, picks, given.name, given.getvalue())
            st.rerun(scope="app")
        if given is None:
            st.session_state.pop(_SAID, None)
    if said := st.session_state.get(_SAID):
        error, sentence, unused = said
        if error:
            st.error(error)
            return
        st.success(sentence)
        if unused:
            title = f"使えなかったところ {len(unused)}"
            markup.show(markup.table(title, ("場所", "書かれていること", "わけ"), unused))


def _take(
    view: View, picks: Picks, file: str, content: bytes
) -> tuple[str, str, Sequence[tuple[str, str, str]]]:
    """Take a workbook over; returns what could not be done, or what was, and what could not be used."""
    dataset = view.dataset
    try:
        loaded = picks_sheet.read(content, file, view.naming, taken.places(view), list(dataset.origins.code))
        merged = Picks({**picks.choices, **loaded.picks.choices})
        merged.check()
    except SourceError as error:
        return error.on_screen, "", ()
    except PickError as error:
        return f"ファイル「{file}」の候補を加えると多すぎます。{error}", "", ()
    taken.keep(merged)
    weights.ask(loaded.weights)
    choices = loaded.picks.choices.values()
    n, hidden = sum(len(one.starred) for one in choices), sum(len(one.hidden) for one in choices)
    changed = "理由の重みも戻しました。" if set(loaded.weights) & set(WEIGHED) else ""
    return (
        "",
        f"ファイル「{file}」から、持ち帰る候補 {n}、隠した候補 {hidden} を読み込みました。{changed}",
        loaded.unused,
    )
