"""Flows as curved bands: how wide, how opaque, and their outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

#: Points, for type of standard size: the widest flow, and the narrowest.
WIDEST, NARROWEST = 5.0, 0.6
#: So many flows at once are still told apart.
UNCROWDED = 60


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide a flow is drawn, in points; ``top`` is the largest number there is, ``count`` how many flows.

    Where there are very many they are drawn thinner and paler, or they would run together.
    """

    top: int
    count: int

    def __call__(self, number: float) -> float:
        widest = NARROWEST + (WIDEST - NARROWEST) * math.sqrt(number / max(self.top, 1))
        return widest * max(self._calm, 0.4)

    @property
    def alpha(self) -> float:
        """How opaque they are."""
        return 0.6 * max(self._calm, 0.7)

    @property
    def _calm(self) -> float:
        return min(1.0, math.sqrt(UNCROWDED / max(self.count, 1)))

    @property
    def samples(self) -> list[int]:
        """Numbers that show it in the legend."""
        return sorted({1, max(1, round(self.top / 4)), self.top})


def arc(start: np.ndarray, end: np.ndarray, widest: float, bend: float = 0.16) -> np.ndarray:
    """A curved band from start to end that widens from a fifth to the whole of ``widest``.

    A quadratic Bézier curve whose middle is ``bend`` of the distance aside: to the north, and to the east of
    flows that run north, over the sea rather than the country.
    """
    t = np.linspace(0, 1, 17 if bend else 2)[:, None]
    along = end - start
    aside = np.array([-along[1], along[0]])
    turn = (start + end) / 2 + bend * aside * (1 if aside @ (0.6, 1.0) > 0 else -1)
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * turn + t**2 * end
    tangent = 2 * (1 - t) * (turn - start) + 2 * t * (end - turn)
    length = np.maximum(np.hypot(*tangent.T)[:, None], 1e-9)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / length
    half = widest / 2 * (0.2 + 0.8 * t)
    return np.vstack([line + normal * half, (line - normal * half)[::-1]])
