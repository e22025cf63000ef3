"""Named groups of municipalities: a rule over the gazetteer where there is one, else a list with its source.

One row of ``data/reference/groups.csv`` is one group. ``members`` lists its codes; where it is empty the group is
all municipalities of ``prefecture`` that are of one of the ``kinds`` (市, 区, 町, 村) and whose code lies from
``code_from`` to ``code_to``. Where ``prefecture`` is ＊ the row stands for 47 groups and ``{県}`` for each name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.places.folding import fold
from geo.places.place import Place

_KINDS = {
    "市": ("city", "designated_city"),
    "区": ("special_ward",),
    "町": ("town",),
    "村": ("village",),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A group and the 5-digit codes of its members, in code order. ``source`` says how they are known."""

    name: str
    codes: tuple[str, ...]
    source: str


def load_groups(rows: list[dict], places: Sequence[Place]) -> dict[str, Group]:
    """Return the groups of groups.csv by folded name, alias, and either with its prefecture before it.

    Raises ValueError, naming the group, when a row has no members, or an unknown prefecture or code.
    """
    groups: dict[str, Group] = {}
    for row in _expanded(rows, places):
        group = Group(row["name"], _codes(row, places), row["source"])
        for name in (row["name"], *row["aliases"].split("|")):
            if name:
                groups.setdefault(fold(name), group)
                if row["prefecture"] and not name.startswith(row["prefecture"]):
                    groups.setdefault(fold(row["prefecture"] + name), group)
    return groups


def _expanded(rows: list[dict], places: Sequence[Place]) -> Iterator[dict]:
    for row in rows:
        if row["prefecture"] != "＊":
            yield row
            continue
        for prefecture in (place.name for place in places if place.level == "prefecture"):
            filled = {key: value.replace("{県}", prefecture) for key, value in row.items()}
            filled["prefecture"] = prefecture
            if _members(filled, places):
                yield filled


def _codes(row: dict, places: Sequence[Place]) -> tuple[str, ...]:
    codes = row["members"].split("|") if row["members"] else _members(row, places)
    unknown = sorted(set(codes) - {place.code for place in places})
    if not codes or unknown:
        raise ValueError(f"groups.csv: 「{row['name']}」の構成市区町村がわかりません {unknown}")
    return tuple(codes)


def _members(row: dict, places: Sequence[Place]) -> list[str]:
    kinds = {kind for mark in row["kinds"] for kind in _KINDS.get(mark, ())}
    return [
        place.code
        for place in places
        if place.kind in kinds
        and place.prefecture == row["prefecture"]
        and (row["code_from"] or "0") <= place.code <= (row["code_to"] or "9")
    ]
