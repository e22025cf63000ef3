"""The day a document says its facts stand for: 「令和8年3月31日現在」, in the head of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from geo.shared import ERAS
from pipeline.intake.headers import is_table_row
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze
from pipeline.words.dates import INITIALS

#: Lines with something in them that may stand above a table.
HEAD = 20

_KANJI = "〇一二三四五六七八九"
_NUMBER = rf"\d{{1,2}}|[{_KANJI}十]{{1,3}}"
_AS_OF = re.compile(
    rf"(?:(?P<era>令和|平成|昭和|[RHS])\.?(?P<n>元|{_NUMBER})|(?P<western>(?:19|20)\d\d|二〇[{_KANJI}]{{2}}))"
    rf"(?:年|[./-])(?:(?P<month>{_NUMBER})(?:月|[./-]))?(?:(?P<day>{_NUMBER})日?)?(?:(?:時点|末)?現在|末?時点)"
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
    SourceError : the head names two different days, or one that there is not.
    """
    found = list(_dates(lines))
    for one in found:
        try:
            date.fromisoformat(one.date)
        except ValueError as error:
            raise SourceError(
                f"ファイル「{file}」の{one.line}行目の「{one.printed}」は、暦にない日です。資料を確かめてください。"
            ) from error
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
            era = INITIALS.get(match["era"], match["era"])
            of_era = _number(n) if era else 0
            # 令和0年 is no year of the calendar.
            year = ERAS[era] + of_era - 1 if of_era else _number(match["western"] or "0")
            month, day = _number(match["month"] or "1"), _number(match["day"] or "1")
            yield AsOf(f"{year}-{month:02}-{day:02}", match[0], line)


def _number(printed: str) -> int:
    """A number as it is printed: 31, 三十一, 二〇二七, 元."""
    plain = printed.translate({ord(kanji): str(number) for number, kanji in enumerate(_KANJI)})
    tens, ten, ones = plain.replace("元", "1").rpartition("十")
    return int(tens or 1) * 10 + int(ones or 0) if ten else int(plain.replace("元", "1"))
