"""Of which kind an agreement for disasters is: help both ways, one way, or of one matter; by its printed name.

Documents print a name and seldom more. What the name does not say stays unsaid: nothing is taken from who the partner is.
The rules stand in data/reference/disaster_kinds.csv.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.folders import REFERENCE_DIR
from geo.insight.disaster import MUTUAL, ONE_WAY, SPECIFIC, UNSAID
from geo.places.folding import squeeze

#: The file of the rules.
RULES = REFERENCE_DIR / "disaster_kinds.csv"


class DisasterKinds:
    """The rules: (kind, regular expression, why), the first that a name holds counts.

    Raises ValueError for a rule of a kind that there is not.
    """

    def __init__(self, rules: Sequence[tuple[str, str, str]]) -> None:
        wrong = {kind for kind, _, _ in rules} - {MUTUAL, ONE_WAY, SPECIFIC}
        if wrong:
            raise ValueError(f"there is no kind {', '.join(sorted(wrong))}")
        self._rules = [(kind, re.compile(pattern), reason) for kind, pattern, reason in rules]

    @classmethod
    def load(cls, path: Path = RULES) -> DisasterKinds:
        """Load a CSV file with the columns kind, name (a regular expression) and reason."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            return cls([(row["kind"], row["name"], row["reason"]) for row in csv.DictReader(file)])

    def of(self, name: str) -> tuple[str, str]:
        """The kind of an agreement by its name, and why; UNSAID and "" where the name does not say.

        Examples
        --------
        >>> DisasterKinds.load().of("災害時における相互応援に関する協定")
        ('mutual', '名前に「相互」などとある')
        """
        plain = squeeze(name)
        return next(
            ((kind, reason) for kind, pattern, reason in self._rules if pattern.search(plain)), (UNSAID, "")
        )

    def of_projects(self, projects: pd.DataFrame) -> dict[str, str]:
        """project_id → kind, of rows of the table ``projects``."""
        return {
            project: self.of(name)[0]
            for project, name in zip(projects.project_id, projects["name"], strict=True)
        }
