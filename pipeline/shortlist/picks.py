"""What a person decided of candidates: which are taken along, in what order and with what note, and which are hidden.

Kept by origin and municipality code, so it holds for the next edition of the documents as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

#: Stands for all origins together.
EVERYONE = "all"

#: How many can be starred and hidden, and how long a note and all of them are (characters): a link has to hold them.
MOST_STARRED, MOST_HIDDEN, NOTE, NOTES = 40, 150, 60, 1000


class PickError(Exception):
    """What was asked is more than a link can hold. ``str(error)`` is one Japanese sentence."""


@dataclass(frozen=True)
class Choice:
    """What was decided of the candidates of some origins.

    ``starred`` is code → note, in the order in which they are taken along; ``hidden`` are codes.
    """

    starred: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()

    def star(self, code: str) -> Choice:
        """Take a candidate along, as the last one; it is not hidden then."""
        if code in self.starred:
            return self
        return Choice({**self.starred, code: ""}, tuple(one for one in self.hidden if one != code))

    def unstar(self, code: str) -> Choice:
        """Leave a candidate, its note with it."""
        return replace(self, starred={one: note for one, note in self.starred.items() if one != code})

    def hide(self, code: str) -> Choice:
        """Take a candidate out of sight; it is not taken along then."""
        if code in self.hidden:
            return self
        return Choice(self.unstar(code).starred, (*self.hidden, code))

    def show(self, codes: Collection[str]) -> Choice:
        """Bring candidates back that were hidden."""
        return replace(self, hidden=tuple(one for one in self.hidden if one not in codes))

    def annotate(self, code: str, note: str) -> Choice:
        """Write a note for a candidate that is taken along."""
        if code not in self.starred:
            return self
        return replace(self, starred={**self.starred, code: plain(note)})

    def move(self, code: str, steps: int) -> Choice:
        """Put a candidate so many places later (earlier where negative) among those taken along."""
        order = list(self.starred)
        if code not in order:
            return self
        at = order.index(code)
        order.insert(min(max(at + steps, 0), len(order) - 1), order.pop(at))
        return replace(self, starred={one: self.starred[one] for one in order})


@dataclass(frozen=True)
class Picks:
    """The choices of a person, one for each set of origins looked at (:func:`key_of`)."""

    choices: Mapping[str, Choice] = field(default_factory=dict)

    def of(self, key: str) -> Choice:
        """What was decided for some origins."""
        return self.choices.get(key, Choice())

    def having(self, key: str, choice: Choice) -> Picks:
        """These, with another choice for some origins.

        Raises
        ------
        PickError : more than a link can hold.
        """
        others = {one: kept for one, kept in self.choices.items() if one != key}
        changed = Picks(others | ({key: choice} if choice.starred or choice.hidden else {}))
        changed.check()
        return changed

    def check(self) -> None:
        """Raise PickError where a link cannot hold them."""
        found = self.choices.values()
        notes = [note for choice in found for note in choice.starred.values()]
        if len(notes) > MOST_STARRED:
            raise PickError(f"持ち帰る候補は{MOST_STARRED}までです。どれかを外してから選んでください。")
        if sum(len(choice.hidden) for choice in found) > MOST_HIDDEN:
            raise PickError(f"隠せる候補は{MOST_HIDDEN}までです。条件をしぼってください。")
        if any(len(note) > NOTE for note in notes) or sum(map(len, notes)) > NOTES:
            raise PickError(f"メモは1つ{NOTE}字、合わせて{NOTES:,}字までです。短くしてください。")


def key_of(origins: Sequence[str], known: Collection[str]) -> str:
    """What the choice of some origins is kept under; ``known`` are the codes of all origins there are."""
    chosen = sorted(set(origins) or set(known))
    return EVERYONE if len(chosen) == len(known) > 1 else ".".join(chosen)


def origins_of(key: str, known: Collection[str]) -> tuple[str, ...] | None:
    """The origins of a key, () for all; None where it is the key of none that are known."""
    if key == EVERYONE:
        return () if len(known) > 1 else None
    codes = key.split(".")
    return tuple(codes) if set(codes) <= set(known) and key_of(codes, known) == key else None


def plain(note: str) -> str:
    """A note as it is kept: on one line, without what cannot be seen."""
    shown = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", note)
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Co")
    )
    return " ".join("".join(shown).split())
