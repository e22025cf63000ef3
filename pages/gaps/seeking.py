"""A list of municipalities that seek partners: chosen or pasted here, a reason among the candidates, of this session alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from geo.insight.gaps import ASIDE, CANDIDATE, PARTNER, standing_of
from geo.ledger.selection import Selected
from pages.shared.frame.shell import View
from pages.shared.parts import jobs, markup
from pages.shared.parts.reading import tools_in_force
from pipeline.intake.records import SourceError
from pipeline.intake.seekers import Seekers, read_seekers
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.words.candidates import day, seekers_credit

#: What pasted cells are called, and how many characters of them are taken.
_PASTED, _LONGEST = "貼り付けた一覧.txt", 500_000

#: The job that reads a list, and seconds that a screen waits for it before it shows how far it is.
_JOB, PATIENCE = "seekers", 0.6

#: Session keys: the list, what the uploader held when it was last read, and why a list could not be read.
_LIST, _SEEN, _ERROR = "seekers", "seekers_seen", "seekers_error"

#: Rows written out that could not be placed, or were not read; the rest is counted.
_ROWS = 30


@dataclass(frozen=True)
class Standing:
    """How the rows of a list stand with the origins looked at: numbers of rows, which add up to all of them."""

    rows: int
    candidates: int
    partners: int
    aside: int
    unplaced: int


def current() -> Seekers | None:
    """The list of this session, if there is one."""
    return st.session_state.get(_LIST)


def standing(selected: Selected, seekers: Seekers) -> Standing:
    """How the rows of a list stand with the origins of a selection."""
    stands = standing_of(selected, seekers.by_code)
    states = [stands[row.code] for row in seekers.rows if row.code]
    return Standing(
        len(seekers.rows),
        *(states.count(state) for state in (CANDIDATE, PARTNER, ASIDE)),
        len(seekers.unplaced),
    )


def sentence(view: View, seekers: Seekers) -> str:
    """What became of the rows of a list."""
    n, claims = standing(view.selected, seekers), view.claims
    parts = [
        f"候補になるのは {n.candidates}",
        f"すでに連携しているのは {n.partners}",
        f"対象外は {n.aside}" if n.aside else "",
        f"自治体が決まらないのは {n.unplaced}" if n.unplaced else "",
    ]
    return (
        f"{claims.strict}一覧の {n.rows} 件のうち、{claims.who}（{claims.ties}）から見て"
        f"{'、'.join(filter(None, parts))} です。"
    )


def step(view: View) -> None:
    """Draw the choice of a list, and what was read of the one in force."""
    job = _working()
    seekers = current()
    with st.expander("連携先を募集している自治体の一覧を使う", icon=":material/campaign:", key="k-seekers"):
        if job:
            markup.show('<p class="k-sub">一覧を読んでいます。</p>')
            jobs.watch(job)
        elif seekers is None:
            _choose()
        else:
            _read(view, seekers)


def _choose() -> None:
    st.html(
        '<p class="k-sub">募集の掲示板などの一覧を選ぶと、載っている自治体の理由に「募集」が加わります。'
        "読み取った内容はこの画面を開いている間だけのもので、保存せず、ほかの人には見えません。リンクにも残りません。</p>"
    )
    given = st.file_uploader(
        "一覧のファイル（Excel・CSV・PDF・Word・ウェブページ、20MBまで）", key="seekers_file"
    )
    with st.form("seekers_paste", border=False):
        pasted = st.text_area(
            "Excel のセルを貼り付ける",
            key="seekers_pasted",
            height=90,
            max_chars=_LONGEST,
            placeholder="見出し（自治体名、求める内容など）から下を選んでコピーし、ここに貼り付けます。",
        )
        if st.form_submit_button("貼り付けた一覧を読む"):
            if pasted.strip():
                _take(_PASTED, pasted.encode())
            else:
                st.session_state[_ERROR] = (
                    "貼り付け欄が空です。Excel のセルをコピーして、貼り付けてください。"
                )
            st.rerun(scope="app")
    if given is not None and st.session_state.get(_SEEN) != given.file_id:
        st.session_state[_SEEN] = given.file_id
        _take(given.name, given.getvalue())
        st.rerun(scope="app")
    if error := st.session_state.get(_ERROR):
        st.error(error)


def _take(file: str, content: bytes) -> None:
    """Have a list read, beside the screen."""
    st.session_state.pop(_ERROR, None)
    tools = tools_in_force()

    def read(progress: Callable[[str, float], None]) -> Seekers | str:
        def page(done: int, total: int) -> None:
            progress(f"{total}ページのうち {done}ページを読みました。", done / total)

        try:
            return read_seekers(content, file, tools.contents, Geocoder(tools.gazetteer), page)
        except SourceError as error:
            return error.on_screen

    jobs.start(_JOB, read, _JOB)


def _working() -> jobs.Job | None:
    """The job that reads a list, while it runs; what it found is taken over when it has ended."""
    job = jobs.current(_JOB, _JOB)
    if job is None:
        return None
    if job.running:
        job.thread.join(PATIENCE)
    if job.running:
        return job
    jobs.forget(_JOB)
    state = st.session_state
    if isinstance(job.made, Seekers):
        state[_LIST] = job.made
    elif isinstance(job.made, str):
        state[_ERROR] = job.made
    else:
        state[_ERROR] = (
            "一覧を読めませんでした。別の形式（Excel か CSV）で保存し直して、もう一度選んでください。"
            if job.failed
            else "読み込みを中止しました。もう一度選ぶと、はじめから読みます。"
        )
    return None


def _read(view: View, seekers: Seekers) -> None:
    """What was read of the list, which may be called otherwise, and the way to let go of it."""

    def called() -> None:
        state = st.session_state
        title = state.seekers_title.strip() or seekers.title
        state[_LIST] = replace(
            seekers, title=title, source=state.seekers_source.strip(), date=state.seekers_date.strip()
        )

    def forget() -> None:
        for key in (_LIST, _ERROR):
            st.session_state.pop(key, None)

    markup.show(
        f'<p class="k-sub">{markup.escape(seekers_credit(seekers))}（この画面を開いている間だけ使います）</p>',
        f'<p class="k-rest">{markup.escape(sentence(view, seekers))}</p>',
    )
    with st.container(horizontal=True):
        for label, key, value, longest in (
            ("一覧の名前", "seekers_title", seekers.title, 80),
            ("出どころ（だれの一覧か）", "seekers_source", seekers.source, 80),
            ("いつの一覧か", "seekers_date", day(seekers.date), 30),
        ):
            st.text_input(label, value, key=key, max_chars=longest, on_change=called, width=200)
    rows = [(row.place, row.printed, row.reason) for row in seekers.unplaced]
    for title, table in (
        ("自治体が決まらないもの", rows),
        ("読まなかった行", [(place, text, f"{why}。") for place, text, why in seekers.left_out]),
    ):
        if table:
            rest = f"ほか {len(table) - _ROWS} 行" if len(table) > _ROWS else ""
            markup.show(
                markup.table(f"{title} {len(table)}", ("場所", "記載", "わけ"), table[:_ROWS], remark=rest)
            )
    markup.show(markup.fold("列の読み取り方", _lines(seekers.reasons)))
    st.button("この一覧を使うのをやめる", on_click=forget, key="seekers_forget")


def _lines(reasons: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{markup.escape(line)}' for line in reasons)}</ul>"
