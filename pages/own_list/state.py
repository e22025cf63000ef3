"""What a session has of a list of its own: the file, what was said of it step by step, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import streamlit as st

from pages.shared.frame import current as data
from pages.shared.parts import jobs
from pages.shared.parts.reading import tools_in_force
from pipeline.building.own_list import OwnList, make_next_edition, make_own_list
from pipeline.building.stale import sources_of
from pipeline.intake.columns import Guess, guess_columns
from pipeline.intake.define import Said as DocumentSaid
from pipeline.intake.documents import find_documents
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.list_choices import Choices
from pipeline.intake.recognise import next_edition
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document
from pipeline.reading.geocode.decisions import Decision

#: Seconds that a screen waits for a list before it shows how far it is.
PATIENCE = 0.6

_STATE, _JOB = "own_list", "own_list"


@dataclass(frozen=True)
class Said:
    """What a person says of a list: its columns, sheet and origin, and what mentions mean."""

    choices: Choices = field(default_factory=Choices)
    decisions: tuple[Decision, ...] = ()


@dataclass
class State:
    """A list that was chosen. ``said`` has a step for each change, the last one in force.

    ``guess`` is what its columns look like where it could not be read.
    """

    file: str
    content: bytes
    grids: list[Grid] = field(default_factory=list)
    said: list[Said] = field(default_factory=lambda: [Said()])
    own: OwnList | None = None
    guess: Guess | None = None
    error: str = ""
    #: Counts what was made, so that the boxes of each result begin with its values.
    version: int = 0

    @property
    def now(self) -> Said:
        """What is said, all in all."""
        return self.said[-1]


@dataclass(frozen=True)
class _Outcome:
    grids: list[Grid]
    own: OwnList | None
    error: str
    guess: Guess | None = None


def current() -> State | None:
    """The list this session has chosen, if any."""
    return st.session_state.get(_STATE)


def begin(file: str, content: bytes, choices: Choices | None = None) -> None:
    """Take a list up, instead of any before."""
    st.session_state[_STATE] = State(file, content, said=[Said(choices or Choices())])
    _start()


def forget() -> None:
    """Let go of the list, and show the build again."""
    st.session_state.pop(_STATE, None)
    data.show_own(None)


def say(choices: Choices | None = None, decision: Decision | None = None) -> None:
    """Say something more of the list, and have it read again; from a callback."""
    state = current()
    if state is None:
        return
    now = state.now
    decisions = now.decisions
    if decision is not None:
        others = [d for d in decisions if (d.text, d.origin_code) != (decision.text, decision.origin_code)]
        decisions = (*others, decision)
    state.said.append(replace(now, choices=choices or now.choices, decisions=decisions))
    _start()


def undo(*, all_of_it: bool = False) -> None:
    """Take the last thing said back, or all but how it was read at first."""
    state = current()
    if state is not None and len(state.said) > 1:
        del state.said[1 if all_of_it else -1 :]
        _start()


def working() -> jobs.Job | None:
    """The job that reads the list, while it runs; what it found is taken over when it has ended."""
    state = current()
    if state is None:
        return None
    job = jobs.current(_JOB, (id(state), len(state.said), state.now))
    if job is None:
        return None
    if job.running:
        job.thread.join(PATIENCE)
    if job.running:
        return job
    jobs.forget(_JOB)
    _take(state, job)
    return None


def _start() -> None:
    state = current()
    assert state is not None
    identity = (id(state), len(state.said), state.now)
    jobs.start(_JOB, _reading(state.file, state.content, state.grids, state.now), identity)


def _reading(file: str, content: bytes, grids: list[Grid], said: Said) -> Callable:
    tools = tools_in_force()
    documents = _documents() if said == Said() else []

    def read(progress: Callable[[str, float], None]) -> _Outcome:
        opened = grids
        try:
            progress("ファイルを調べています…", 0.01)
            document = next_edition(content, file, documents, tools.contents, DocumentSaid())
            if document is not None:
                progress("新しい版として読んでいます…", 0.5)
                return _Outcome([], make_next_edition(content, file, document, tools), "")
            if not opened:
                progress("ファイルを開いています…", 0.02)
                opened = open_file(
                    content,
                    file,
                    lambda done, total: progress(
                        f"{total}ページのうち {done}ページを読みました。", 0.9 * done / total
                    ),
                )
            own = make_own_list(
                content,
                opened,
                file,
                tools,
                said.choices,
                decisions=said.decisions,
                progress=lambda words: progress(words, 0.95),
            )
        except SourceError as error:
            sheet = next((grid for grid in opened if grid.name == said.choices.sheet), None)
            first = sheet or next(iter(opened), None)
            return _Outcome(
                opened, None, error.on_screen, guess_columns(first, tools.contents) if first else None
            )
        return _Outcome(opened, own, "")

    return read


def _take(state: State, job: jobs.Job) -> None:
    """Show what a job found; where it found nothing, what was shown before stays."""
    if isinstance(job.made, _Outcome):
        state.grids, state.error, state.guess = job.made.grids, job.made.error, job.made.guess
        state.version += 1
        if job.made.own is not None:
            state.own = job.made.own
            data.show_own(state.own.made.dataset)
    elif job.failed:
        state.error = (
            "一覧を読めませんでした。別の形式（Excel か CSV）で保存し直して、もう一度読み込んでください。"
        )
    else:
        state.error = "読み込みを中止しました。もう一度選ぶと、はじめから読みます。"
    st.rerun(scope="app")


def _documents() -> list[Document]:
    """The documents of the build that is there, of which the file may be the next edition."""
    try:
        found = find_documents(sources_of(data.data_dir()))
    except SourceError:
        return []
    return [found.documents[source] for source in found.paths]
