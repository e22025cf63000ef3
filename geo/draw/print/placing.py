"""Where labels go: beside their points, clear of one another, tied to them by a line where they stand apart.

Every label has its candidates, each a direction and a distance with a price; one label after the other
takes what is cheapest beside the others, until nobody moves any more (discrete gradient descent in Christensen,
Marks and Shieber 1995, An Empirical Study of Algorithms for Point-Feature Label Placement, ACM TOG 14 (3)); then
those worst off are helped in turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: A rectangle: west, south, east, north.
Rectangle = tuple[float, float, float, float]

#: Directions to try a label in, and from how near to how far, in points of type.
_TURNS, _REACH = 16, np.array([1.5, 5.0, 9.0, 14.0, 20.0, 28.0, 38.0, 50.0])

#: What a place costs, in points of distance: looking towards the origin; for a point it covers, for land and for
#: land of another area it covers, up to so many points; for a label it covers, and for a line between a label and
#: its point that is covered.
_INWARD, _POINT, _LAND, _FOREIGN, _OVER, _CROSS = 3.0, (8.0, 3), (0.4, 8), (1.6, 8), 900.0, 120.0

#: Rounds until nobody moves; how often who pays more than so much is helped, until so many cannot be helped; how
#: many candidates are looked at closely.
_ROUNDS, _KICKS, _DEAR, _STUCK, _LIKELY = 6, 14, 20.0, 4, 40
_STEPS = np.linspace(0.1, 0.9, 8)

_NO_BOX, _NO_POINT = np.empty((0, 4)), np.empty((0, 2))


def inside(points: np.ndarray, box: Rectangle) -> np.ndarray:
    """Which points lie in a rectangle."""
    return np.asarray((points > box[:2]).all(axis=1) & (points < box[2:]).all(axis=1))


@dataclass(frozen=True)
class Label:
    """A label to be placed.

    Parameters
    ----------
    point : what it belongs to
    size : how wide and high it is
    reach : how far from its point it may stand, in points of type
    home : the area it belongs to
    on : it may stand on its point
    spare : what it costs to leave it out; None where it has to be there
    """

    point: tuple[float, float]
    size: tuple[float, float]
    reach: float
    home: str = ""
    on: bool = False
    spare: float | None = None


@dataclass(frozen=True)
class Room:
    """The room for labels on a map.

    Parameters
    ----------
    within : the map
    unit : how much of the map's measure is a point of type
    points : what labels had better not cover
    land, homes : points all over the land, which labels had better leave to be seen, and the area of each
    away : labels had better stand on the side of their point that looks away from here
    taken : what they must not cover
    """

    within: Rectangle
    unit: float
    points: np.ndarray
    land: np.ndarray
    homes: np.ndarray
    away: tuple[float, float]
    taken: Sequence[Rectangle] = ()

    def arrange(self, labels: Sequence[Label]) -> list[tuple[float, float] | None]:
        """For each label where its middle is; None where it is left out."""
        choices = [self._choices(label) for label in labels]
        points = np.array([label.point for label in labels]).reshape(-1, 2)
        company = _Company(choices)
        best = company.settle(range(len(labels)), [None] * len(labels))
        stuck: set[int] = set()
        # Who is worst off gets the place it likes best, and the others, the nearest first, make room for it.
        for _ in range(_KICKS):
            worst = max(set(range(len(labels))) - stuck, key=lambda i: best[2][i], default=None)
            if worst is None or best[2][worst] < _DEAR or len(stuck) > _STUCK:
                break
            order = np.argsort(np.hypot(*(points - points[worst]).T), kind="stable").tolist()
            order.remove(worst)
            chosen = list(best[1])
            chosen[worst] = choices[worst].best()[0]
            found = company.settle(order, chosen, rounds=1)
            found = company.settle([*order, worst], found[1])
            if found[0] < best[0] - 1:
                best, stuck = found, set()
            else:
                stuck.add(worst)
        return [
            None if k is None else (float(choice.middles[k][0]), float(choice.middles[k][1]))
            for choice, k in zip(choices, best[1], strict=True)
        ]

    def _choices(self, label: Label) -> _Choices:
        x, y = label.point
        outward = math.atan2(y - self.away[1], x - self.away[0])
        turns = np.arange(_TURNS) * (2 * math.pi / _TURNS)
        ways = np.column_stack([np.cos(outward + turns), np.sin(outward + turns)])
        gaps = _REACH[label.reach >= _REACH]
        cost = ((gaps + gaps**2 / 60)[:, None] + _INWARD * (1 - np.cos(turns))[None]).reshape(-1)
        half = np.array(label.size) / 2
        # As far as it takes to bring the label's edge, in that direction, to the gap.
        edge = (half / np.maximum(np.abs(ways), 1e-9)).min(axis=1)
        steps = edge[None] + gaps[:, None] * self.unit
        middle = (ways[None] * steps[..., None]).reshape(-1, 2)
        if label.on:
            middle, cost = np.vstack([[0.0, 0.0], middle]), np.append(cost[0] - gaps[0] - 3, cost)
        middle = middle + (x, y)
        boxes = np.hstack([middle - half, middle + half])
        west, south, east, north = self.within
        free = (boxes[:, 0] > west) & (boxes[:, 1] > south) & (boxes[:, 2] < east) & (boxes[:, 3] < north)
        free &= ~_touch(boxes, np.array(self.taken).reshape(-1, 4)).any(axis=1)
        boxes, middle, cost = boxes[free], middle[free], cost[free]
        others = self.points[(self.points != (x, y)).any(axis=1)]
        if len(boxes):
            around = _around(boxes)
            others, reached = others[inside(others, around)], inside(self.land, around)
            land, foreign = _holds(boxes, self.land[reached]), self.homes[reached] != label.home
            for held, (price, most) in (
                (_holds(boxes, others), _POINT),
                (land, _LAND),
                (land[:, foreign], _FOREIGN),
            ):
                cost = cost + price * np.minimum(held.sum(axis=1), most)
        lines = np.array([x, y]) + _STEPS[None, :, None] * (middle - (x, y))[:, None]
        return _Choices(middle, boxes, lines, cost, label.spare)


@dataclass(frozen=True)
class _Choices:
    """Candidates of one label: their middles, boxes, points of their lines, and costs."""

    middles: np.ndarray
    boxes: np.ndarray
    lines: np.ndarray
    costs: np.ndarray
    spare: float | None

    def best(self, boxes: np.ndarray = _NO_BOX, lines: np.ndarray = _NO_POINT) -> tuple[int | None, float]:
        """The cheapest candidate beside the boxes of others and points of their lines, if any, and what it costs."""
        if not len(self.costs):
            return None, 0.0
        costs = self.costs
        if len(boxes):
            costs = costs + _OVER * _touch(self.boxes, boxes).sum(axis=1)
            # What is crossed only makes a candidate dearer: those that are cheap so far are enough.
            cheap = np.argsort(costs)[:_LIKELY]
            under = _holds(boxes, self.lines[cheap].reshape(-1, 2)).any(axis=0).reshape(len(cheap), -1)
            over = _holds(self.boxes[cheap], lines).sum(axis=1) > 1
            close = np.full(len(costs), np.inf)
            close[cheap] = costs[cheap] + _CROSS * (under.any(axis=1) + over)
            costs = close
        best = int(costs.argmin())
        if self.spare is not None and costs[best] > self.spare:
            return None, self.spare
        return best, float(costs[best])


class _Company:
    """Labels with their candidates, each of which knows who can come near it.

    What a label's best place is depends on the places of those alone; as most stay where they are from one round to
    the next, it is remembered.
    """

    def __init__(self, choices: Sequence[_Choices]):
        self._choices = choices
        self._near = [
            [j for j, other in enumerate(choices) if j != i and _meet(own, other)]
            for i, own in enumerate(choices)
        ]
        self._known: list[dict[tuple[int | None, ...], tuple[int | None, float]]] = [{} for _ in choices]

    def settle(
        self, order: Sequence[int], chosen: Sequence[int | None], rounds: int = _ROUNDS
    ) -> tuple[float, list[int | None], list[float]]:
        """Let one after the other take its best place, until none moves: the costs in all, places, costs."""
        chosen, costs = list(chosen), [0.0] * len(self._choices)
        for number in range(rounds):
            before = list(chosen)
            for i in order:
                chosen[i], costs[i] = self._best(i, chosen)
            if number and chosen == before:
                break
        return sum(costs), chosen, costs

    def _best(self, i: int, chosen: Sequence[int | None]) -> tuple[int | None, float]:
        places, known = tuple(chosen[j] for j in self._near[i]), self._known[i]
        if places not in known:
            there = [
                (self._choices[j], k) for j, k in zip(self._near[i], places, strict=True) if k is not None
            ]
            boxes = np.array([own.boxes[k] for own, k in there]).reshape(-1, 4)
            lines = np.array([own.lines[k] for own, k in there]).reshape(-1, 2)
            known[places] = self._choices[i].best(boxes, lines)
        return known[places]


def _meet(own: _Choices, other: _Choices) -> bool:
    """Whether a candidate of another label, or the line that ties it, can come near one's own."""
    if not len(own.boxes):
        return False
    around = _around(own.boxes)
    touching = _touch(other.boxes, np.array([around]))
    return bool(touching.any() or inside(other.lines.reshape(-1, 2), around).any())


def _holds(boxes: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which boxes hold which points."""
    west, south, east, north = boxes.T[:, :, None]
    x, y = points.T
    return np.asarray((x > west) & (x < east) & (y > south) & (y < north))


def _touch(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which boxes lie on which others."""
    a, b = boxes[:, None], others[None]
    return (
        (a[..., 0] < b[..., 2]) & (a[..., 2] > b[..., 0]) & (a[..., 1] < b[..., 3]) & (a[..., 3] > b[..., 1])
    )


def _around(boxes: np.ndarray) -> Rectangle:
    """The rectangle around boxes: what lies outside of it lies in none of them."""
    return (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
