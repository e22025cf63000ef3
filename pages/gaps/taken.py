"""What a session decided of the candidates, kept in the address; and the section of those that are taken along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.gaps import cards
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pipeline.shortlist import picks_link
from pipeline.shortlist.entries import Entry
from pipeline.shortlist.picks import Choice, PickError, Picks, key_of
from pipeline.words.candidates import Telling

#: Session keys: the picks of the build and of a list of one's own, which of both was shown last, what could not be done.
_KEPT, _SHOWN, _REFUSED = "picks", "picks_shown", "picks_refused"


def _name() -> str:
    return f"{_KEPT} {'own' if data.own() else 'build'}"


def current(view: View) -> Picks:
    """The picks of the session, as the address has them: a link's where the session has none or was taken back."""
    state, name = st.session_state, _name()
    said = {key: st.query_params.get_all(key) for key in picks_link.PARAMETERS if key in st.query_params}
    again = state.get(_SHOWN, name) == name
    state[_SHOWN] = name
    kept = state.get(name)
    if again and said and (kept is None or not _same(said, kept)):
        kept, _ = picks_link.read(said, places(view), list(view.dataset.origins.code))
    state[name] = kept or Picks()
    _into_address(state[name])
    return state[name]


def places(view: View) -> set[str]:
    """The codes that can be candidates."""
    return set(view.dataset.municipalities.code)


def key(view: View) -> str:
    """What the choice for the origins looked at is kept under."""
    return key_of(view.selected.selection.origins, list(view.dataset.origins.code))


def keep(picks: Picks) -> None:
    """Take picks over: into session and address."""
    st.session_state[_name()] = picks
    _into_address(picks)


def _same(said: Mapping[str, Sequence[str]], picks: Picks) -> bool:
    return {name: values[-1] for name, values in said.items()} == picks_link.written(picks)


def _into_address(picks: Picks) -> None:
    written = picks_link.written(picks)
    for name in picks_link.PARAMETERS:
        if name not in written:
            st.query_params.pop(name, None)
        elif st.query_params.get_all(name) != [written[name]]:
            st.query_params[name] = written[name]


@dataclass(frozen=True)
class Changing:
    """Changes the choice for the origins looked at, as buttons ask for it: ``key`` of the origins, codes ``known``.

    The picks are those of the session when a button is pressed: another may have been pressed since it was drawn.
    """

    key: str
    known: frozenset[str]

    @classmethod
    def of(cls, view: View) -> Changing:
        """For the origins of a view."""
        return cls(key(view), frozenset(places(view)))

    def press(self, act: str, code: str) -> None:
        """Do what a button says; what is no button of ours is ignored."""
        choice = self._picks().of(self.key)
        if act == "show":
            self._take(choice.show([code] if code else choice.hidden))
        elif code in self.known:
            acts: dict[str, Callable[[], Choice]] = {
                "star": lambda: choice.star(code),
                "unstar": lambda: choice.unstar(code),
                "hide": lambda: choice.hide(code),
                "up": lambda: choice.move(code, -1),
                "down": lambda: choice.move(code, 1),
            }
            if act in acts:
                self._take(acts[act]())

    def note(self, code: str, note: str) -> None:
        """Write a note."""
        self._take(self._picks().of(self.key).annotate(code, note))

    def _take(self, choice: Choice) -> None:
        try:
            keep(self._picks().having(self.key, choice))
        except PickError as error:
            st.session_state[_REFUSED] = str(error)

    @staticmethod
    def _picks() -> Picks:
        return st.session_state.get(_name(), Picks())


def refused() -> None:
    """Say what could not be done, once."""
    if said := st.session_state.pop(_REFUSED, None):
        st.warning(said)


def section(view: View, telling: Telling, picks: Picks, entries: Sequence[Entry]) -> None:
    """Draw the list of those that are taken along, and those that are hidden."""
    choice, changing = picks.of(key(view)), Changing.of(view)
    n = len(choice.starred)
    others = sum(len(one.starred) for name, one in picks.choices.items() if name != key(view))
    kept = (
        "順とメモは、この画面を開いている間だけ残ります。"
        if data.own()
        else "順とメモは、画面のアドレス（リンク）に残ります。"
    )
    empty = "候補の「☆ 持ち帰る」を押すと、ここに並びます。"
    more = (
        f"ほかの条件で選んだ候補が{others}あります（その{view.naming.noun}を選ぶと出ます）。"
        if others
        else ""
    )
    markup.show(
        f'<h2 class="k-h2">{markup.escape(view.subject)}が持ち帰る候補 {n}</h2>'
        f'<p class="k-sub">{markup.escape((kept if n else empty) + more)}</p>'
    )
    refused()
    html = cards.listing(telling, entries) if n else ""
    if choice.hidden:
        html += cards.hidden([(code, view.places[code]) for code in choice.hidden])
    if html:
        cards.show(html, "k-taken-along", changing.press, choice.starred, changing.note)
