"""Places by a name, in the country and in each prefecture, and the names that may begin a text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from geo.places.place import Place

_NO_LENGTHS: tuple[int, ...] = ()
_NO_PLACES: Mapping[str, list[Place]] = {}


class NameIndex:
    """Places by name. It is filled once, then only looked up."""

    def __init__(self) -> None:
        self._scopes: dict[str, dict[str, list[Place]]] = {"": {}}

    def add(self, name: str, place: Place, prefecture_code: str) -> None:
        """Add a name of ``place`` in a prefecture, which may be another one than its own today."""
        for scope in ("", prefecture_code):
            places = self._scopes.setdefault(scope, {}).setdefault(name, [])
            if place not in places:
                places.append(place)

    def within(self, prefecture_code: str) -> Mapping[str, list[Place]]:
        """Return the places by name in a prefecture, "" for the country, in the order they were added."""
        return self._scopes.get(prefecture_code, _NO_PLACES)

    def endings(self) -> set[str]:
        """Return the last two characters of each name."""
        return {name[-2:] for name in self._scopes[""]}

    def lengths(self, text: str) -> tuple[int, ...]:
        """Return the lengths, longest first, of the names that begin as ``text`` does: with the same two characters."""
        return self._lengths.get(text[:2]) or self._lengths.get(text[:1], _NO_LENGTHS)

    def standing_at(self, position: int, text: str) -> tuple[str, ...]:
        """Return the characters that stand at a position of the names which are otherwise like ``text``, sorted."""
        return self._covered.get(f"{text[:position]}\0{text[position + 1 :]}", ())

    @cached_property
    def _covered(self) -> dict[str, tuple[str, ...]]:
        """What stands where \\0 covers a character of a name."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._scopes[""]):
            for at, character in enumerate(name):
                found.setdefault(f"{name[:at]}\0{name[at + 1 :]}", []).append(character)
        return {covered: tuple(sorted(characters)) for covered, characters in found.items()}

    @cached_property
    def _lengths(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for name in self._scopes[""]:
            found.setdefault(name[:2], set()).add(len(name))
        # A name of one character begins every text that begins with it.
        short = [name for name in found if len(name) == 1]
        for beginning in found:
            if beginning[:1] in short:
                found[beginning].add(1)
        return {beginning: tuple(sorted(lengths, reverse=True)) for beginning, lengths in found.items()}
