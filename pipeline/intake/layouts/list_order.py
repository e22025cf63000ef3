"""Which project a list belongs to, told by its order: where the order restarts, another list begins.

Extraction prints a merged partner cell as rows of its own, and sometimes prints them before, or past, the
row that names their project. What is left of the truth is the order of the lists: north to south by
prefecture code, or the order in which a ward habitually prints its partners; and no list names a partner
twice. So the boundaries between neighbouring lists are placed where they explain the printed order best
(the shortest path over all boundaries of a stretch), and a boundary that is not at the naming row has to
earn its place. Costs are negative logarithms of rough odds.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from geo.places.codes import PREFECTURES
from pipeline.intake.source_text import squeeze

# What a list costs to believe.
ASCENDING, DESCENDING = 0.1, 2.7  # one step along, or against, the prefecture codes in an ordered list
SAME_PREFECTURE, ANY_STEP = 0.35, 0.8  # one step in a list that keeps no order
REPEATED = 1.0  # a partner named twice in one list
RAGGED_YEARS = 1.5  # of two neighbouring rows of one list, only one has years beside it
RAGGED_ROWS = 1.0  # a row with one partner goes on, on the same page, with a cell that holds several

# What it costs to believe that a list does not begin at the row that names its project.
CUT_CELL, CUT_ROW = -1.0, 0.0  # rows above a page break, their name below it: a whole cell, one partner
MOVED_ROW = 0.15  # each row so moved
FULL_PAGE = 2.0  # these rows also open their page: they may go either way
LONE_CELL = 2.0  # a whole cell right above the name, without a page break
SAME_ORGANISER = -3.0  # the row carries the organiser of the name below: a row of its own, its name lost
CLOSED = 3.0  # the named row is complete: it has one partner, or no other rows where these have one each
EARLY, LATE = 8.0, 3.5  # above the name, or below it, for no such reason; rows that open a page go on with
# the list of the page before
OUT_OF_STEP = 0.8  # the same, where the list above is out of step with its name in the same way
_ASTRAY = {"early": EARLY, "late": LATE}

#: Rows that a list may begin above, or below, the row that names its project. The published lists come to 80.
REACH = 100
#: Names after one of a cell that tell of a ward's habit: those below each other are never farther apart in another.
_WITHIN = 50

_RANKS = {name: int(code) for code, name in PREFECTURES.items()}
_PREFECTURE = re.compile("|".join(_RANKS))
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")

Habits = Counter[tuple[str, str, str]]  # (ward, one partner, one printed later in the same cell)


@dataclass(frozen=True, slots=True)
class Start:
    """A belief about where a list begins: its cost, and how the list is out of step with its name, if it is."""

    cost: float
    astray: Literal["", "organiser", "early", "late"] = ""


Options = dict[int, Start]  # index of the strip a list may begin with → what it takes to believe it
AT_ITS_NAME = Start(0.0)


@dataclass(frozen=True, slots=True)
class Item:
    """A partner as far as its place in a list matters: its folded name and its prefecture's code."""

    key: str
    prefecture: int | None


@dataclass(slots=True)
class Strip:
    """A printed row as the lists see it.

    Parameters
    ----------
    items : its partners, possibly none
    page : number of page headers above it
    ward : ward of the row, or of the last named row above it
    organiser : the organiser printed on it, folded
    dated : whether years are printed beside it
    project : index of the project the row names; None for an unnamed row
    belongs : index of the project the row is known to belong to; None when its list must tell
    """

    items: list[Item]
    page: int
    ward: str
    organiser: str = ""
    dated: bool = False
    project: int | None = None
    belongs: int | None = None

    @property
    def loose(self) -> bool:
        """Whether the row has partners but names no project."""
        return bool(self.items) and self.project is None


def items_of(text: str) -> list[Item]:
    """Split a partner cell roughly, for its order only: where a prefecture begins, else at spaces and marks.

    Remarks in brackets and a closing 等 are left out; line-wrap spaces do not matter where a prefecture is
    printed.
    """
    text = _BRACKETS.sub("", text)
    folded = squeeze(text)
    starts = [(match.start(), match[0]) for match in _PREFECTURE.finditer(folded)]
    if not starts:
        pieces = (squeeze(piece) for piece in re.split(r"[\s、，,・]+", text))
        return [Item(piece, None) for piece in pieces if piece]
    ends = [start for start, _ in starts[1:]] + [len(folded)]
    items = [
        Item(folded[start:end].rstrip("、，,・等"), _RANKS[name])
        for (start, name), end in zip(starts, ends, strict=True)
    ]
    ahead = folded[: starts[0][0]].rstrip("、，,・")
    return [Item(ahead, None), *items] if ahead else items


def assign(strips: Sequence[Strip], n_projects: int) -> list[int]:
    """Tell for each row which project its partners belong to.

    Parameters
    ----------
    strips : the printed rows, top to bottom; their ``project`` counts up from 0 to ``n_projects - 1``

    Returns
    -------
    The index of a project for every row, never counting down.
    """
    habits: Habits = Counter()
    for strip in strips:
        keys = [item.key for item in strip.items]
        for number, key in enumerate(keys):
            following = keys[number + 1 : number + 1 + _WITHIN]
            habits.update((strip.ward, key, later) for later in following if later != key)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, strip in enumerate(strips):
        if strip.project is not None:
            first.setdefault(strip.project, index)
            last[strip.project] = index
    bounds = [*(first[k] for k in range(n_projects)), len(strips)]
    options: list[Options] = [{0: AT_ITS_NAME}]
    options += [_options(strips, bounds, last[k - 1], k, habits) for k in range(1, n_projects)]
    options.append({len(strips): AT_ITS_NAME})
    owners: list[int] = []
    for k, (start, end) in enumerate(pairwise(_shortest_path(strips, bounds, options, habits))):
        owners += [k] * (end - start)
    return owners


def _options(
    strips: Sequence[Strip], bounds: Sequence[int], last_above: int, k: int, habits: Habits
) -> Options:
    """Return where the list of project ``k`` may begin. Only lists that spill over their row can move."""
    above, own, below = bounds[k - 1 : k + 2]
    options = {own: AT_ITS_NAME}
    spills_above = any(strip.loose for strip in strips[last_above:own])
    if spills_above:
        same_ward = strips[above].ward == strips[own].ward
        closed = not any(strip.loose for strip in strips[own:below])
        lowest = max(own - REACH, above if same_ward and last_above == above else last_above + 1)
        for place in range(lowest, own):
            if strips[place].items:
                options[place] = _above_name(strips, place, own, closed=closed)
        late = range(own + 1, min(below, own + REACH))
        if same_ward and not closed and not _restarts(strips, own, habits):
            options |= {place: Start(LATE, "late") for place in late if strips[place].loose}
    lower = max((i for i in range(above, own) if strips[i].belongs == k - 1), default=-1)
    upper = min((i for i in range(above, own + 1) if strips[i].belongs == k), default=below)
    options.setdefault(upper, AT_ITS_NAME)
    known = {place: start for place, start in options.items() if lower < place <= min(upper, below - 1)}
    return known or {own: AT_ITS_NAME}


def _restarts(strips: Sequence[Strip], own: int, habits: Habits) -> bool:
    """Tell whether the printed order begins anew at a naming row; unknown steps count as going on."""
    one = next(strips[i].items[-1] for i in range(own - 1, -1, -1) if strips[i].items)
    two = next(strips[i].items[0] for i in range(own, len(strips)) if strips[i].items)
    ward = strips[own].ward
    balance = habits[ward, one.key, two.key] - habits[ward, two.key, one.key]
    if balance or one.prefecture is None or two.prefecture is None:
        return balance < 0
    return one.prefecture > two.prefecture


def _above_name(strips: Sequence[Strip], place: int, own: int, *, closed: bool) -> Start:
    """Return what it takes to believe that a list begins above the row ``own`` that names its project."""
    moved = [strip for strip in strips[place:own] if strip.items]
    page = strips[own].page
    complete = closed and 1 in (len(moved[-1].items), len(strips[own].items))
    cost = CLOSED if complete else 0.0
    if not all(strip.loose for strip in moved):
        return Start(EARLY + cost, "early")
    if moved[0].organiser and moved[0].organiser == strips[own].organiser:
        return Start(SAME_ORGANISER, "organiser")
    opens_page = place == 0 or strips[place - 1].page < moved[0].page
    whole_cell = len(moved[0].items) > 1
    if moved[0].page == moved[-1].page < page:
        cost += (CUT_CELL if whole_cell else CUT_ROW) + MOVED_ROW * len(moved)
        return Start(cost + FULL_PAGE if opens_page else cost)
    if whole_cell and len(moved) == 1 and not opens_page:
        return Start(LONE_CELL + cost)
    return Start(EARLY + cost, "early")


def _shortest_path(
    strips: Sequence[Strip], bounds: Sequence[int], options: Sequence[Options], habits: Habits
) -> list[int]:
    costs = _Costs(strips, habits)
    best: dict[int, tuple[float, _Path]] = {0: (0.0, (0, None))}
    for k in range(1, len(bounds)):
        own = strips[bounds[k - 1]]
        contested = len(best) * len(options[k]) > 1
        following: dict[int, tuple[float, _Path]] = {}
        for end, start in options[k].items():
            for place, (length, path) in best.items():
                if not costs.has_items(place, end) and (own.items or place > end):
                    continue  # a project with a partner on its row keeps at least one
                length += start.cost
                if start.astray and options[k - 1][place].astray in ("organiser", "early", start.astray):
                    length -= _ASTRAY.get(start.astray, OUT_OF_STEP) - OUT_OF_STEP
                if end in following and length >= following[end][0]:
                    continue  # what a list costs is never less than nothing
                length += costs.of_list(place, end, own.ward) if contested else 0.0
                if end not in following or length < following[end][0]:
                    following[end] = (length, (end, path))
        best = following
        costs.next_project()
    last: _Path | None = min(best.values(), key=lambda found: found[0])[1]
    starts = []
    while last:
        place, last = last
        starts.append(place)
    return starts[::-1]


_Path = tuple[int, "_Path | None"]  # the last boundary, and those before it


class _Costs:
    """What it costs to read rows as one list, in the kindest of code order, ward's habit, no order.

    Every cost is a sum over neighbours, so the sums up to each row are taken once, and a list costs their difference.
    """

    def __init__(self, strips: Sequence[Strip], habits: Habits) -> None:
        self._habits = habits
        self._items = [(item, number) for number, strip in enumerate(strips) for item in strip.items]
        self._first = [0, *accumulate(len(strip.items) for strip in strips)]  # row → its first item
        filled = [strip for strip in strips if strip.items]
        self._filled = [0, *accumulate(bool(strip.items) for strip in strips)]  # row → its place in `filled`
        steps = [_step(one, two) for (one, _), (two, _) in pairwise(self._items)]
        self._by_code = [0.0, 0.0, *accumulate(code for code, _ in steps)]
        self._unordered = [0.0, 0.0, *accumulate(any_step for _, any_step in steps)]
        self._ragged = [0.0, 0.0, *accumulate(_ragged(one, two) for one, two in pairwise(filled))]
        self._steps = steps
        self._by_habit: dict[str, list[float]] = {}
        self._again: dict[int, tuple[list[int], set[str]]] = {}

    def next_project(self) -> None:
        """Forget what was counted of lists that begin before those to come."""
        self._again.clear()

    def has_items(self, start: int, end: int) -> bool:
        """Whether there is a partner in the rows from ``start`` up to ``end``."""
        return start < end and self._filled[start] < self._filled[end]

    def of_list(self, start: int, end: int, ward: str) -> float:
        """The cost of the rows from ``start`` up to ``end``, as a list of a ward's."""
        first, last = self._first[start], self._first[end]
        if first >= last:
            return 0.0
        by_habit = self._by_habit.get(ward) or self._by_habit.setdefault(ward, self._habit(ward))
        kindest = min(
            self._by_code[last] - self._by_code[first + 1],
            by_habit[last] - by_habit[first + 1],
            self._unordered[last] - self._unordered[first + 1],
        )
        ragged = self._ragged[self._filled[end]] - self._ragged[self._filled[start] + 1]
        return kindest + REPEATED * self._repeated(first, last) + ragged

    def _habit(self, ward: str) -> list[float]:
        """The sums for one ward: the testimony of other cells; a cell's own order says nothing about where it belongs."""
        costs = []
        for ((one, row_of_one), (two, row_of_two)), (_, any_step) in zip(
            pairwise(self._items), self._steps, strict=True
        ):
            along = max(self._habits[ward, one.key, two.key] - (row_of_one == row_of_two), 0)
            against = self._habits[ward, two.key, one.key]
            known = along or against
            costs.append(-math.log((along + 0.5) / (along + against + 1)) if known else any_step)
        return [0.0, 0.0, *accumulate(costs)]

    def _repeated(self, first: int, last: int) -> int:
        """How many items of a list were in it before; counted on from where the list was taken to end earlier."""
        counts, seen = self._again.setdefault(first, ([0], set()))
        for item, _ in self._items[first + len(counts) - 1 : last]:
            counts.append(counts[-1] + (item.key in seen))
            seen.add(item.key)
        return counts[last - first]


def _step(one: Item, two: Item) -> tuple[float, float]:
    """The cost of a step by the prefecture codes, and in a list that keeps no order."""
    if one.prefecture is None or two.prefecture is None:
        return ANY_STEP, ANY_STEP
    same = one.prefecture == two.prefecture
    by_code = ASCENDING if one.prefecture <= two.prefecture else DESCENDING
    return by_code, SAME_PREFECTURE if same else ANY_STEP


def _ragged(one: Strip, two: Strip) -> float:
    """The cost of two neighbouring rows with partners that do not look like rows of one cell."""
    cost = RAGGED_YEARS if one.loose and two.loose and one.dated != two.dated else 0.0
    uneven = one.page == two.page and two.loose and (len(one.items) > 1) != (len(two.items) > 1)
    return cost + (RAGGED_ROWS if uneven else 0.0)
