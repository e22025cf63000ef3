"""How pages look: paper, and what an office puts on them of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.deliver.logo import Logo

#: Paper → (longer and shorter side in millimetres, how many times A4 it is in length: ISO 216).
PAPERS = {"A4": (297, 210, 1.0), "A3": (420, 297, math.sqrt(2))}

ORIENTATIONS = {"landscape": "横", "portrait": "縦"}

#: Characters at most of each text an office puts on its pages.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What pages are made like.

    Parameters
    ----------
    paper : a key of PAPERS
    orientation : a key of ORIENTATIONS
    title, department, day : stand above the heading where they are not ""; the title names the file, too
    logo : stands before the title
    appendix : whether all rows that find no room on the first page follow on further ones
    """

    paper: str = "A4"
    orientation: str = "landscape"
    title: str = ""
    department: str = ""
    day: str = ""
    logo: Logo | None = None
    appendix: bool = True

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        longer, shorter, _ = PAPERS[self.paper]
        return (longer, shorter) if self.orientation == "landscape" else (shorter, longer)

    @property
    def scale(self) -> float:
        """How many times A4 the page is in length: so much larger is everything on it."""
        return PAPERS[self.paper][2]
