"""Places told apart by a sign: a shape and a colour for each group they fall into, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

#: Colours by their name in static/screen/tokens.css, as they are there in the light look: print takes these. Each
#: stands 3:1 or more against land and sea in either look.
COLOURS: Mapping[str, str] = {
    "blue": "#0017c1",
    "sign-2": "#a86f00",
    "sign-3": "#1f854a",
    "sign-4": "#b8189c",
    "ink-soft": "#595959",
}

#: Shapes in the order signs take them; the ring is hollow, for what is less than the others.
SHAPES = ("dot", "square", "triangle", "diamond", "ring")

#: Columns of places with signs.
COLUMNS = ("code", "name", "sign", "value", "note")


@dataclass(frozen=True, slots=True)
class Sign:
    """What marks the places of one group.

    Parameters
    ----------
    key : what the places are told by
    label : what the legend says
    colour : one of COLOURS
    shape : one of SHAPES

    Raises
    ------
    ValueError
        for another colour or shape.
    """

    key: str
    label: str
    colour: str
    shape: str

    def __post_init__(self) -> None:
        if self.colour not in COLOURS or self.shape not in SHAPES:
            raise ValueError(f"no such sign: {self.colour}, {self.shape}")

    @property
    def printed(self) -> str:
        """Its colour on paper, #rrggbb."""
        return COLOURS[self.colour]


def signs_of(labels: Mapping[str, str]) -> tuple[Sign, ...]:
    """Signs for up to five groups (key → label), the first the strongest; each has its own colour and shape.

    Raises
    ------
    ValueError
        for more groups than there are shapes.
    """
    looks = zip(COLOURS, SHAPES, strict=True)
    if len(labels) > len(SHAPES):
        raise ValueError(f"{len(labels)} groups, {len(SHAPES)} signs")
    return tuple(
        Sign(key, label, colour, shape)
        for (key, label), (colour, shape) in zip(labels.items(), looks, strict=False)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """Places, each with one of the signs.

    Parameters
    ----------
    places : code (municipality, or NN000 for a prefecture), name, sign (a key), value (what stands beside the name,
        "" for nothing) and note (what the tooltip says, a line each); the foremost first: they are named first
    signs : every sign that can stand there, in the order of the legend; those without places are explained, too
    title : what the signs tell, over the legend and in the tooltip

    Raises
    ------
    ValueError
        where two signs share key, colour or shape, a column is missing, a place has no sign of these, or two signs.
    """

    places: pd.DataFrame
    signs: tuple[Sign, ...]
    title: str

    def __post_init__(self) -> None:
        for what in ("key", "colour", "shape"):
            if len({getattr(sign, what) for sign in self.signs}) < len(self.signs):
                raise ValueError(f"two signs share a {what}")
        if missing := set(COLUMNS) - set(self.places.columns):
            raise ValueError(f"no column {', '.join(sorted(missing))}")
        if unknown := set(self.places.sign) - {sign.key for sign in self.signs}:
            raise ValueError(f"no sign {', '.join(sorted(map(str, unknown)))}")
        if self.places.code.duplicated().any():
            raise ValueError("a place with two signs")

    @property
    def counts(self) -> dict[str, int]:
        """How many places have each sign, by its key in the order of the legend."""
        found = self.places.sign.value_counts()
        return {sign.key: int(found.get(sign.key, 0)) for sign in self.signs}


def signed(rows: Iterable[tuple[str, str, str, str, str]], signs: Iterable[Sign], title: str) -> Signed:
    """Places with signs from rows of (code, name, sign, value, note)."""
    return Signed(pd.DataFrame(list(rows), columns=list(COLUMNS)).astype(str), tuple(signs), title)
