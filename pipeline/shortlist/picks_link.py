"""Picks as parameters of an address: short, and harmless whatever somebody writes there.

``star`` and ``hide`` are 「14130-31328.32201~14131-10425」: for each set of origins its key, then the codes;
``note`` is 「14130-31328-44Gy」, the note in UTF-8 as base64url, one for each candidate that has one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pipeline.shortlist.picks import Choice, PickError, Picks, origins_of, plain

#: The parameters.
STAR, HIDE, NOTE = "star", "hide", "note"
PARAMETERS = (STAR, HIDE, NOTE)

#: Characters of one parameter; a longer one is not read at all.
_LONGEST = 16_000
_CODE = re.compile(r"\d{5}", re.ASCII)


def written(picks: Picks) -> dict[str, str]:
    """The parameters, the same for the same picks; one without a value is left out."""
    choices = sorted(picks.choices.items())
    star = [(key, ".".join(choice.starred)) for key, choice in choices if choice.starred]
    hide = [(key, ".".join(choice.hidden)) for key, choice in choices if choice.hidden]
    notes = [
        (key, f"{code}-{_coded(note)}")
        for key, choice in choices
        for code, note in choice.starred.items()
        if note
    ]
    texts = {
        name: "~".join(map("-".join, parts))
        for name, parts in zip(PARAMETERS, (star, hide, notes), strict=True)
    }
    return {name: text for name, text in texts.items() if text}


def read(
    parameters: Mapping[str, Sequence[str]], places: Collection[str], origins: Collection[str]
) -> tuple[Picks, bool]:
    """The picks that parameters say, and whether all that they say could be used. Never raises.

    Parameters
    ----------
    places : the codes of municipalities that can be candidates
    origins : the codes of the origins
    """
    texts = {name: parameters.get(name, ()) for name in PARAMETERS}
    picks, good = Picks(), all(len(values) <= 1 for values in texts.values())
    for name, values in texts.items():
        for key, rest in _parts(values[-1] if values else ""):
            changed = _with(picks, name, key, rest, places, origins)
            good = good and changed is not None
            picks = changed or picks
    return picks, good


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Key and rest of each part; a text that is too long is one part of which nothing can be read."""
    if len(text) > _LONGEST:
        yield "", ""
        return
    for part in filter(None, text.split("~")):
        key, _, rest = part.partition("-")
        yield key, rest


def _with(
    picks: Picks, name: str, key: str, rest: str, places: Collection[str], origins: Collection[str]
) -> Picks | None:
    """Picks with what one part says; None where anything of it cannot be read."""
    if origins_of(key, origins) is None:
        return None
    choice: Choice | None = picks.of(key)
    assert choice is not None
    if name == NOTE:
        code, _, coded = rest.partition("-")
        note = _decoded(coded)
        choice = choice.annotate(code, note) if note and code in choice.starred else None
    else:
        codes = rest.split(".")
        taken = {*choice.starred, *choice.hidden}
        choice = _all(choice, name, codes) if _fresh(codes, taken, places) else None
    try:
        return picks.having(key, choice) if choice is not None else None
    except PickError:
        return None


def _fresh(codes: Sequence[str], taken: Collection[str], places: Collection[str]) -> bool:
    """Whether codes are those of municipalities, each once."""
    known = all(_CODE.fullmatch(code) and code in places for code in codes)
    return known and len(set(codes)) == len(codes) and not set(codes) & set(taken)


def _all(choice: Choice, name: str, codes: Iterable[str]) -> Choice:
    for code in codes:
        choice = choice.star(code) if name == STAR else choice.hide(code)
    return choice


def _coded(note: str) -> str:
    return base64.urlsafe_b64encode(note.encode()).decode().rstrip("=")


def _decoded(text: str) -> str:
    """The note that a text is; "" for what is none as :func:`written` writes it."""
    try:
        note = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return note if note == plain(note) and _coded(note) == text else ""
