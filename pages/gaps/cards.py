"""The candidates as cards, and those that are taken along as a list: HTML, and the part that sends what is pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from geo.folders import STATIC_DIR
from geo.insight.gaps import Candidate
from pages.shared.frame.finder import PARTNER
from pipeline.shortlist.entries import Entry
from pipeline.shortlist.picks import NOTE, Choice
from pipeline.words.candidates import EVIDENCE, NO_REASON, Telling

_SCREEN = STATIC_DIR / "screen"


def cards(telling: Telling, choice: Choice, conditions: Sequence[tuple[str, str]]) -> str:
    """The candidates, each with its reasons, the way to its profile and, folded away, the evidence.

    ``conditions`` are the parameters of the address that hold on other screens too.
    """
    return f'<ol class="k-candidates">{"".join(_card(telling, one, choice, conditions) for one in telling.found)}</ol>'


def _card(
    telling: Telling, candidate: Candidate, choice: Choice, conditions: Sequence[tuple[str, str]]
) -> str:
    place = escape(telling.place(candidate))
    listed = "".join(
        f'<li><span class="k-chip">{escape(kind)}</span>{escape(words)}'
        for kind, words in telling.reasons(candidate)
    )
    lines, n = "", 0
    for told in candidate.reasons:
        kind, found = escape(telling.kind(told)), telling.evidence(told)
        n += len(found)
        lines += "".join(f"<li>{kind}: {escape(line)}" for line in found[:EVIDENCE])
        if len(found) > EVIDENCE:
            lines += f"<li>{kind}: ほか {len(found) - EVIDENCE} 件"
    starred = candidate.code in choice.starred
    address = escape(urlencode([*conditions, (PARTNER, candidate.code)]))
    return (
        f"<li><h3>{place}</h3><ul>{listed}</ul>"
        f"<details data-c={candidate.code}><summary>根拠 {n} 件と出典</summary><ul>{lines}</ul></details>"
        f'<div class="k-do"><button type="button" data-act="{"unstar" if starred else "star"}" data-c={candidate.code}'
        f' aria-pressed="{str(starred).lower()}" aria-label="{place}を持ち帰る">'
        f"<i>{'★' if starred else '☆'}</i>持ち帰る</button>"
        f'<button type="button" data-act="hide" data-c={candidate.code} aria-label="{place}を隠す">隠す</button>'
        f'<a href="partners?{address}" aria-label="{place} 自治体の横顔">自治体の横顔</a></div>'
    )


def listing(telling: Telling, taken: Sequence[Entry]) -> str:
    """Those that are taken along, in their order, each with its note and what can be done with it."""
    rows = "".join(_row(telling, one, place, len(taken)) for place, one in enumerate(taken, start=1))
    return f'<ol class="k-taken">{rows}</ol>'


def _row(telling: Telling, one: Entry, place: int, n: int) -> str:
    name = escape(one.name)
    reasons = telling.reasons(one.candidate) if one.candidate and not one.state else []
    kinds = "".join(
        f'<span class="k-chip" title="{escape(words)}">{escape(kind)}</span>' for kind, words in reasons
    )
    state = f"<em>{escape(one.state)}</em>" if one.state else ""
    if not (state or kinds):
        state = f"<span>{NO_REASON}</span>"
    moves = "".join(
        f'<button type="button" data-act="{act}" data-c={one.code} aria-label="{name}を{words}"'
        f"{' disabled' if at_end else ''}>{sign}</button>"
        for act, words, sign, at_end in (
            ("up", "上へ", "↑", place == 1),
            ("down", "下へ", "↓", place == n),
        )
    )
    return (
        f"<li><div><b>{place}</b><h3>{name}</h3>{kinds}{state}</div>"
        f'<label><span>メモ</span><input type="text" data-c={one.code} maxlength={NOTE} autocomplete="off"'
        f' aria-label="{name}のメモ" placeholder="{NOTE}字まで"></label>'
        f'<div class="k-do">{moves}<button type="button" data-act="unstar" data-c={one.code}'
        f' aria-label="{name}を外す">外す</button></div>'
    )


def hidden(places: Sequence[tuple[str, str]]) -> str:
    """Those that are hidden, (code, name), each with the way back."""
    rows = "".join(
        f'<li>{escape(name)} <button type="button" data-act="show" data-c={code}'
        f' aria-label="{escape(name)}を候補に戻す">戻す</button>'
        for code, name in places
    )
    return (
        f'<details class="k-hidden" data-c="hidden"><summary>隠した候補 {len(places)}</summary><ul>{rows}</ul>'
        '<button type="button" data-act="show" data-c="" aria-label="隠した候補をすべて戻す">すべて戻す</button></details>'
    )


def show(
    html: str,
    key: str,
    on_press: Callable[[str, str], None],
    notes: Mapping[str, str] | None = None,
    on_note: Callable[[str, str], None] | None = None,
) -> None:
    """Put cards or a list on the screen.

    Parameters
    ----------
    on_press : called with what a button does and the code it does it to, as the browser sent them
    notes, on_note : what stands in the boxes for notes, by code; called with a code and what was typed
    """

    def pressed() -> None:
        act = st.session_state[key].get("act")
        if isinstance(act, list) and len(act) == 2 and all(isinstance(part, str) for part in act):
            on_press(*act)

    def typed() -> None:
        note = st.session_state[key].get("note")
        if (
            on_note
            and isinstance(note, list)
            and len(note) == 2
            and all(isinstance(part, str) for part in note)
        ):
            on_note(*note)

    _component()(
        key=key,
        data={"html": html, "notes": dict(notes or {})},
        on_act_change=pressed,
        on_note_change=typed,
    )


@st.cache_resource(show_spinner=False)
def _component() -> Callable:
    return st.components.v2.component(
        "koryu_candidates",
        html='<div class="k-picks"></div>',
        js=(_SCREEN / "candidates.js").read_text(encoding="utf-8"),
        css=(_SCREEN / "candidates.css").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
