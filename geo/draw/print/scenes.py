"""The scenes of a printed map: the country with a window on the origins' surroundings, or these surroundings.

What lies too close to the origins to be told apart is drawn once more, larger, in the window. Where all partners lie
close by or at home, the surroundings take the whole map, and the window shows what lies farther off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path

from geo.draw.print.canvas import FLOW, QUIET, Canvas
from geo.draw.print.ground import EXTENT, Ground
from geo.draw.print.marks import Land, draw_flows, draw_marks
from geo.draw.print.placing import Rectangle, inside
from geo.draw.print.plan import PARTNER, Plan, extent
from geo.ledger.selection import Selected
from geo.places.codes import short_name

#: Kilometres: where the window may begin, over the sea south of Tohoku and beside all islands, how large it may be
#: there, and how large it has to be to show anything.
SEA, LARGEST, LEAST = (385.0, 720.0), (790.0, 1150.0), 380.0
#: How much of the map the window on what lies farther off takes at most.
FAR = 0.5


def country(axes: Axes, selected: Selected, ground: Ground, plan: Plan, text: float) -> list[str]:
    """The whole country, and a window on what lies around the origins; the labels that found no room."""
    canvas = Canvas(axes, EXTENT, text, lambda beside: sum(_side(beside)) - EXTENT[2])
    taken = _frames(canvas, ground)
    side, west = _side(canvas.east - EXTENT[2])
    side -= 2 * canvas.km
    without = []
    if side >= LEAST and inside(plan.marks.points, plan.around).any():
        south = canvas.south + canvas.km
        canvas.frame(plan.around, line=0.8)
        canvas.frame((west, south, west + side, south + side), line=0.8)
        taken.append((west, south, west + side, south + side))
        close = Canvas(canvas.within(taken[-1]), plan.around, text)
        near = _parts(plan, plan.around, True)
        without = _draw(close, ground.shapes, near, [_caption(close, _around(selected))])
        plan = _parts(plan, plan.around, False)
    return without + _draw(canvas, ground.shapes, plan, taken)


def nearby(axes: Axes, selected: Selected, ground: Ground, plan: Plan, text: float) -> list[str]:
    """The surroundings of the origins down to the municipalities, and in a window what lies farther off."""
    canvas = Canvas(axes, plan.core or plan.around, text)
    far, taken = ~inside(plan.marks.points, canvas.box), []
    if far.any():
        view = extent(np.vstack([plan.marks.points[far], plan.flows.origins]), 0.2)
        wide, high = view[2] - view[0], view[3] - view[1]
        factor = FAR * min((canvas.east - canvas.west) / wide, (canvas.north - canvas.south) / high)
        taken.append(_corner(canvas, wide * factor, high * factor, plan.marks.points))
    places = selected.dataset.municipalities
    reached = places[places.prefecture_code.isin(plan.index.index[plan.index == 1])]
    towns = ground.outlines(reached, canvas.box, canvas.km / 4)
    shapes = ground.outlines(selected.dataset.prefectures, canvas.box, canvas.km / 4)
    _areas(canvas, shapes, plan)
    ties = selected.ties
    partners = set(ties.distinct(ties.municipality))
    for kept, entry in ((False, plan.entries[-1]), (True, PARTNER)):
        canvas.areas([path for code, path in towns.items() if (code in partners) == kept], entry, 0.25)
    canvas.outline(shapes.values(), 0.7)
    core = _parts(plan, canvas.box, True)
    draw_flows(canvas, core.flows)
    without = draw_marks(canvas, core.flows, core.marks, Land.none(), taken)
    if far.any():
        canvas.frame(taken[0], line=0.8, facecolor="#ffffff", zorder=9)
        window = Canvas(canvas.within(taken[0]), view, text)
        away = _parts(plan, canvas.box, False)
        without += _draw(window, ground.shapes, away, _frames(window, ground))
    return without


def _parts(plan: Plan, box: Rectangle, within: bool) -> Plan:
    """The flows and marks that end in a rectangle, or those that do not."""
    return replace(
        plan,
        flows=plan.flows.where(inside(plan.flows.ends, box) == within),
        marks=plan.marks.where(inside(plan.marks.points, box) == within),
        dots=plan.dots[inside(plan.dots, box) == within],
    )


def _draw(canvas: Canvas, shapes: Mapping[str, Path], plan: Plan, taken: list[Rectangle]) -> list[str]:
    """Areas, flows and marks; the labels that found no room."""
    _areas(canvas, shapes, plan)
    canvas.dots(plan.dots, 1.8, FLOW, "#ffffff", 0.3)
    draw_flows(canvas, plan.flows)
    return draw_marks(canvas, plan.flows, plan.marks, plan.land, taken)


def _areas(canvas: Canvas, shapes: Mapping[str, Path], plan: Plan) -> None:
    for number, entry in enumerate(plan.entries):
        codes = plan.index.index[plan.index == number]
        canvas.areas([shapes[code] for code in codes if code in shapes], entry)


def _frames(canvas: Canvas, ground: Ground) -> list[Rectangle]:
    """The frames of the far islands that are seen; what their names take."""
    taken = []
    for name, west, south, wide, high in ground.frames:
        if west < canvas.west or south < canvas.south or west > canvas.east or south > canvas.north:
            continue
        title = canvas.size(name, pad=4)
        spare = max(title[0] - wide, 0)
        west, wide = west - spare / 2, wide + spare
        canvas.frame((west, south, west + wide, south + high))
        middle = west + title[0] / 2 + canvas.km, south + high - title[1] / 2 - canvas.km
        canvas.write(*middle, name, QUIET, "center")
        taken.append((west, middle[1] - title[1] / 2, west + title[0], south + high))
    return taken


def _caption(canvas: Canvas, name: str) -> Rectangle:
    """The name of a window in its upper left corner; what it takes."""
    wide, high = canvas.size(name)
    x, y = canvas.west + wide / 2 + canvas.km, canvas.north - high / 2 - canvas.km
    canvas.label((x, y), name)
    return canvas.west, y - high / 2, x + wide / 2, canvas.north


def _around(selected: Selected) -> str:
    """What the surroundings of the origins are called: by their prefectures, or the first of more than three."""
    places, origins = selected.dataset.places, selected.dataset.origins
    codes = selected.selection.origins or tuple(origins.code)
    names = list(dict.fromkeys(short_name(places[code].prefecture) for code in codes))
    return f"{'・'.join(names if len(names) <= 3 else names[:1])}周辺（拡大）"


def _side(beside: float) -> tuple[float, float]:
    """Of the window: how large it may be where so much room is left beside the country, and where it begins.

    It stands over the sea, or beside Hokkaido where that makes it larger.
    """
    return max(
        (min(most, beside + EXTENT[2] - start), start) for most, start in zip(LARGEST, SEA, strict=True)
    )


def _corner(canvas: Canvas, wide: float, high: float, points: np.ndarray) -> Rectangle:
    """A rectangle in the corner where it hides the fewest points."""
    edge = canvas.km
    lefts = canvas.east - wide - edge, canvas.west + edge
    corners = [(x, y) for y in (canvas.south + edge, canvas.north - high - edge) for x in lefts]
    boxes = [(x, y, x + wide, y + high) for x, y in corners]
    return min(boxes, key=lambda box: inside(points, box).sum())
