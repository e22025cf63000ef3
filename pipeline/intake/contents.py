"""What the text of a cell looks like: names of municipalities, a prefecture, a year, a code, a mark."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from geo.places.codes import PREFECTURES, from_code6, short_name, to_code6
from geo.places.folding import fold
from geo.places.gazetteer import SUFFIXES, Gazetteer
from geo.places.place import Place
from geo.shared import ERAS
from pipeline.intake.source_text import squeeze
from pipeline.reading.named_places import names_in
from pipeline.words.dates import INITIALS, Kind, StartYear, parse_years

_BETWEEN = re.compile(r"[\n、，,;；・･／/×:：\s\u3000]+")
_REMARK = re.compile(r"[（(][^（()）]{0,60}[)）]")
_BULLETS = "・･●○◯〇◎■□◆◇▼▽★☆※*＊-－—–>＞"
_NUMBERED = re.compile(r"^(?:[①-⑳]|[(（]?\d{1,3}[)）.．:：、])\s*")
_FOREIGN = re.compile(r"国|州|連邦|共和|[ァ-ヴー]{3,}")
_DIGITS = re.compile(r"[0-9]{4,6}(?:\.0)?")
#: Marks that say yes, and those that say no.
YES = frozenset(
    [
        "○",
        "◯",
        "〇",
        "●",
        "◎",
        "◉",
        "⚪",
        "⭕",
        "✓",
        "✔",
        "☑",
        "レ",
        "ㇾ",
        "1",
        "有",
        "★",
        "☆",
        "■",
        "◆",
        "x",
        "X",
        "v",
        "V",
        "O",
        "o",
        "該当",
        "あり",
        "はい",
        "yes",
        "YES",
        "Yes",
        "TRUE",
    ]
)
NO = frozenset(
    [
        "×",
        "✕",
        "✖",
        "-",
        "―",
        "—",
        "－",
        "ー",
        "–",
        "‐",
        "0",
        "無",
        "なし",
        "いいえ",
        "no",
        "NO",
        "No",
        "FALSE",
        "／",
        "/",
    ]
)
_EARLIEST, _LATEST = 1868, 2100
_FIRST_SERIAL, _LAST_SERIAL = 7_000, 73_000  # 1919 to 2099, as a spreadsheet counts days
_SHORT_ERA = re.compile(r"(?<![A-Za-z])([RHSTMrhstm])[.\s]?(元|[0-9]{1,2})(?=[年./月-]|$)")
_COMPACT = re.compile(r"(1[89]\d\d|20\d\d)(\d\d)(\d\d)")
_ERA_SIGNS = str.maketrans({"㍻": "平成", "㍼": "昭和", "㍽": "大正", "㍾": "明治", "㋿": "令和"})


class Contents:
    """Looks at texts with a gazetteer, and remembers what it has looked at."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._short = {short_name(name): name for name in PREFECTURES.values()}
        self.named = lru_cache(maxsize=65536)(self._named)
        self.lists_places = lru_cache(maxsize=65536)(self._lists_places)

    def prefecture(self, text: str) -> str | None:
        """The full name of the prefecture that a text is, and nothing else: 青森, 青森県; None for any other text."""
        plain = squeeze(text)
        found = self.gazetteer.prefecture(plain)
        return found.name if found else self._short.get(plain)

    def _named(self, text: str) -> tuple[Place, ...]:
        """The places a text may be the whole name of, today's and former."""
        plain = _REMARK.sub("", text)
        plain = squeeze(plain)
        if not plain or len(plain) > 20:
            return ()
        if found := self.gazetteer.find(plain):
            return tuple(found)
        key, scope = fold(plain), None
        if (prefecture := self.gazetteer.prefecture_head(key)) and key != fold(prefecture.name):
            key, scope = key[len(fold(prefecture.name)) :], prefecture
        places = self.gazetteer.by_key(key, scope) or self.gazetteer.by_former(key, scope)
        if not places and (found_prefecture := self.gazetteer.prefecture(plain)):
            places = [found_prefecture]
        if not places and key in self.gazetteer.groups:
            places = [self.gazetteer.prefectures[0]]
        return tuple(places)

    def _lists_places(self, text: str) -> float:
        """The share of what a text lists that are names of places; 0 where that is less than half."""
        pieces = [bare(piece) for piece in _BETWEEN.split(_REMARK.sub("", text))]
        pieces = [piece for piece in pieces if piece and piece not in ("等", "など", "ほか", "他")]
        if not pieces:
            return 0.0
        known = sum(bool(self.named(piece)) for piece in pieces) / len(pieces)
        return known if known >= 0.5 else 0.0

    def names_place_abroad(self, text: str) -> bool:
        """Whether a text may name a town of another country."""
        return len(text) <= 40 and bool(_FOREIGN.search(text)) and not self.lists_places(text)

    def origin(self, text: str) -> list[Place]:
        """The places a text may mean as an origin, with or without 市, 区, 町, 村: 文京, 文京区, 東京都文京区."""
        plain = squeeze(_REMARK.sub("", text)).strip(_BULLETS)
        plain = plain.strip("【】〔〕[]「」<>")
        if not plain or len(plain) > 20:
            return []
        found = list(self.named(plain))
        if not found:
            found = [p for suffix in SUFFIXES for p in self.gazetteer.find(plain + suffix)]
        if not found and (name := self.prefecture(plain)):
            found = self.gazetteer.find(name)
        # 港区 is a municipality in one place and a part of a city in others; who keeps a list is a municipality.
        return [place for place in found if place.level != "designated_ward"] or found

    def origin_in(self, text: str) -> list[Place]:
        """The one place that a title speaks for, or the several that it may be; empty where it names none or more."""
        named = [
            [place for place in places if place.level != "designated_ward"] or places
            for places in names_in(text, self.gazetteer)
        ]
        if len({tuple(place.code for place in places) for places in named}) == 1:
            return named[0]
        if not named:
            plain = unicodedata.normalize("NFKC", text)
            found = [
                place
                for place in self.gazetteer.prefectures
                if place.name in plain and f"{place.name}内" not in plain
            ]
            # 東京都市長会 is not 東京都 alone, but nobody titles a list so.
            return found if len(found) == 1 else []
        return []

    def code(self, text: str) -> str | None:
        """The 6-digit code that a text is, with the zero a spreadsheet dropped; None for any other text."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if not _DIGITS.fullmatch(plain):
            return None
        digits = plain.removesuffix(".0")
        for padded in dict.fromkeys((digits, digits.zfill(6))):
            with suppress(ValueError):
                if len(padded) == 6 and from_code6(padded)[:2] in _PREFECTURE_NUMBERS:
                    return padded
        short = digits.zfill(5)
        return to_code6(short) if len(digits) <= 5 and short in self.gazetteer else None


_PREFECTURE_NUMBERS = {f"{number:02}" for number in range(1, 48)}


def bare(text: str) -> str:
    """A text without a bullet or number before it."""
    plain = text.strip().strip("\u3000")
    while plain[:1] and plain[0] in _BULLETS:
        plain = plain[1:].lstrip(" \u3000")
    return _NUMBERED.sub("", plain)


def mark(text: str) -> bool | None:
    """Whether a cell of a matrix says yes or no; None where it says something else."""
    plain = unicodedata.normalize("NFKC", text).strip().strip("()")
    if plain in YES or text.strip() in YES:
        return True
    if plain in NO or text.strip() in NO:
        return False
    return int(plain) > 0 if plain.isascii() and plain.isdigit() and len(plain) <= 3 else None


def years_in(text: str, kind: str = "text", heading: str = "") -> tuple[StartYear | None, ...]:
    """The years of a cell, whatever a spreadsheet made of them; empty for a blank cell.

    Parameters
    ----------
    kind : what the spreadsheet knows of it (``pipeline.intake.grid.cells.Kind``)
    heading : of its column: 「年度」 says what a bare number is, 「平成」 of which era
    """
    plain = unicodedata.normalize("NFKC", text.translate(_ERA_SIGNS)).strip()
    if not plain:
        return ()
    fiscal: Kind = "年度" if "年度" in heading else "年"
    if kind == "date":
        return (StartYear(int(plain[:4]), "年", plain),) if plain[:4].isdigit() else (None,)
    number = plain.removesuffix(".0").replace(",", "")
    if number.isascii() and number.isdigit():
        year = _of_number(int(number), number, heading)
        return (StartYear(year, fiscal if len(number) <= 4 else "年", plain) if year else None,)
    spelled = _SHORT_ERA.sub(lambda m: f" {INITIALS[m[1].upper()]}{m[2]}", plain)
    spelled = re.sub(r"(令和|平成|昭和|大正|明治)\s?(元|\d{1,2})(?=[./-]\d)", r"\1\2年", spelled)
    spelled = re.sub(r"(?<=年)[./-]?(\d{1,2})[./-](\d{1,2})(?!\d)", r"\1月\2日", spelled)
    found = parse_years(spelled.strip())
    if not any(found) and (compact := _COMPACT.search(plain)):
        found = (StartYear(int(compact[1]), "年", plain),)
    return tuple(_fiscal(year, plain) if year and fiscal == "年度" else year for year in found)


def _of_number(number: int, digits: str, heading: str) -> int | None:
    if _EARLIEST <= number <= _LATEST:
        return number
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return (datetime.date(1899, 12, 30) + datetime.timedelta(number)).year
    if (compact := _COMPACT.fullmatch(digits)) and int(compact[2]) <= 12:
        return int(compact[1])
    era = next((first for name, first in ERAS.items() if name in heading), None)
    return era + number - 1 if era and 1 <= number <= 64 else None


def _fiscal(year: StartYear, text: str) -> StartYear:
    """A year that is printed without 年 or day, in a column of fiscal years."""
    return year if re.search(r"年|[./-]", text) else replace(year, kind="年度")


def share(flags: Iterable[bool]) -> float:
    """The share that is true; 0 of nothing."""
    found = list(flags)
    return sum(found) / len(found) if found else 0.0


def increasing(texts: Sequence[str]) -> bool:
    """Whether texts are whole numbers that grow by one, mostly: a column that only counts its rows."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 7]
    if len(numbers) < 2 or len(numbers) < 0.9 * len(texts):
        return False
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    return numbers[0] <= 1 and share(step == 1 for step in steps) > 0.8
