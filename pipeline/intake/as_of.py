"""The day a document says its facts stand for: 「令和8年3月31日現在」, in the head of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.shared import ERAS
from pipeline.intake.headers import is_table_row
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze

#: Lines with something in them that may stand above a table.
HEAD = 20

_INITIALS = {"R": "令和", "H": "平成", "S": "昭和"}
_AS_OF = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[RHS])\.?(?P<n>元|\d{1,2})|(?P<western>(?:19|20)\d\d))(?:年|[./-])"
    r"(?:(?P<month>\d{1,2})(?:月|[./-]))?(?:(?P<day>\d{1,2})日?)?(?:時点|末)?現在"
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A reference date: ISO (the first day where only a month or year is printed), as printed, and its line."""

    date: str
    printed: str
    line: int


def printed_as_of(lines: Sequence[str], file: str) -> AsOf | None:
    """Read the day a document says it stands for; None where its head says none.

    Raises
    ------
    SourceError : the head names two different days.
    """
    found = list(_dates(lines))
    for other in found[1:]:
        if other.date != found[0].date:
            raise SourceError(
                f"ファイル「{file}」の{found[0].line}行目には「{found[0].printed}」、{other.line}行目には「{other.printed}」と"
                "あり、いつの資料か分かりません。ひとつの版だけの入ったファイルに差し替えてください。"
            )
    return found[0] if found else None


def _dates(lines: Sequence[str]) -> Iterator[AsOf]:
    seen = 0
    for line, text in enumerate(lines, start=1):
        if is_table_row(text) or seen >= HEAD:
            return
        seen += bool(text.strip())
        plain = squeeze(text)
        for match in _AS_OF.finditer(plain):
            n = match["n"]
            era = _INITIALS.get(match["era"], match["era"])
            year = int(match["western"]) if not era else ERAS[era] + (1 if n == "元" else int(n)) - 1
            month, day = int(match["month"] or 1), int(match["day"] or 1)
            yield AsOf(f"{year}-{month:02}-{day:02}", match[0], line)
