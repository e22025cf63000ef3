"""A check sheet that comes back from a section: which tie each row is of, and what it now says of it.

Columns are known by their headings, wherever they stand; a column that was taken out says nothing. A row is of the tie
that its key names; where the key was lost it is found by the names of origin and partner. What cannot be read is kept
with its place and a sentence, never guessed and never dropped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from geo.ledger.dataset import Dataset
from geo.places.folding import squeeze
from pipeline.intake.grid.cells import Cell, Grid, without_dittos
from pipeline.intake.grid.opening import open_file
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.upkeep.review_store import DAYS, FIELDS, STATES, Key, Ledger, Values, checked
from pipeline.upkeep.review_table import origin_name, partner_name, prefecture_name, printed_ties
from pipeline.words.dates import one_day

#: Headings of the columns that say which tie a row is of, and which revision went out with it.
KEY, SEEN = "照合用", "版"
ORIGIN, PARTNER, PREFECTURE = "連携元", "相手", "都道府県"

#: Column → the headings it is known by, spaces and brackets aside.
_HEADINGS = {
    KEY: {"照合用"},
    SEEN: {"版"},
    ORIGIN: {"連携元", "区", "市", "町", "村", "市町村", "自治体"},
    PARTNER: {"相手", "相手方", "相手先", "連携先", "相手自治体"},
    PREFECTURE: {"都道府県", "都道府県名"},
    "section": {"担当課", "担当", "担当部署", "所管", "所管課", "主管課"},
    "last_activity": {"最終活動日", "最終活動", "最後の活動", "最後の活動日", "直近の活動日"},
    "next_review": {"次回点検", "次回点検日", "次の点検", "次回の点検", "点検予定日"},
    "state": {"状態"},
    "note": {"メモ", "備考"},
}
_ROLES = {heading: role for role, headings in _HEADINGS.items() for heading in headings}

#: Rows in which the headings may stand.
_HEAD = 20
#: What a cell holds of a tie whose state nobody said.
_NO_STATE = {"", "未記入", "-", "ー", "―", "—", "なし"}
#: Day 0 of a spreadsheet, and the numbers that are days of the last hundred years and the next.
_DAY_ZERO, _SERIALS = date(1899, 12, 30), range(9_133, 73_051)

_KEY = re.compile(r"(\d{4,5})-(\d{5})")


class Problem(NamedTuple):
    """A value that cannot be read: the place of its cell, what stands there, and one sentence why."""

    place: str
    text: str
    why: str


@dataclass(frozen=True)
class FilledRow:
    """A row of a filled sheet.

    Parameters
    ----------
    place : where a person finds it: 「危機管理課!A5」, 「5行目」
    name : whom it is about, as the row says it
    key : the tie it is of; None where none is known by its names
    seen : the number of the revision it went out with; None where the sheet does not say
    said : field of ``review_store.Values`` → what it says now; only of columns the sheet has
    problems : what of it cannot be read; such a row says nothing
    repeats : whether another row above says the same of the same tie
    """

    place: str
    name: str
    key: Key | None = None
    seen: int | None = None
    said: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    repeats: bool = False


@dataclass(frozen=True)
class Filled:
    """What came back: what it is called, its rows in order, the sheets that hold something and are no check sheet."""

    file: str
    rows: tuple[FilledRow, ...]
    other_sheets: tuple[str, ...]


class Ties:
    """The ties a row may be of: every one that a document prints, and every one that was written of.

    ``geocoder`` is asked for, and made, only where a name is spelled otherwise than in the sheet that went out.
    """

    def __init__(self, dataset: Dataset, ledger: Ledger, geocoder: Callable[[], Geocoder]) -> None:
        self._geocoder = geocoder
        self._dataset = dataset
        self.keys = {*printed_ties(dataset), *ledger.revisions}
        self._origins: dict[str, set[str]] = defaultdict(set)
        self._partners: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._names: dict[Key, set[str]] = {}
        for key in self.keys:
            for spelling in self._spellings(key):
                self._origins[spelling].add(key.origin_code)
            partner, prefecture = (
                squeeze(part) for part in (partner_name(dataset, key), prefecture_name(dataset, key))
            )
            self._names[key] = {partner, partner.removeprefix(prefecture) or partner, prefecture + partner}
            for name in self._names[key]:
                self._partners[key.origin_code, name].add(key)

    def _spellings(self, key: Key) -> set[str]:
        """What the origin of a tie may be called in a sheet: as in the list, alone, and with its prefecture."""
        dataset, code = self._dataset, key.origin_code
        names = [origin_name(dataset, key), dataset.names.get(code, "")]
        if code in dataset.places:
            names.append(dataset.places[code].name)
        return set(map(squeeze, names)) - {""}

    def find(self, origin: str, prefecture: str, partner: str) -> Key | None:
        """The one tie that these names can mean; None where there is none, or more than one."""
        codes = (
            self._origins.get(squeeze(origin), set()) if origin else {key.origin_code for key in self.keys}
        )
        if len(codes) != 1 or not partner:
            return None
        (code,) = codes
        name, area = squeeze(partner), squeeze(prefecture)
        found = {
            key
            for key in self._partners.get((code, name), set())
            if not area or squeeze(prefecture_name(self._dataset, key)).startswith(area)
        }
        if not found:
            answer = self._geocoder().geocode(partner, prefecture or None, origin_code=code)
            found = (
                {Key(code, place) for place in answer.codes} & self.keys if len(answer.codes) == 1 else set()
            )
        return found.pop() if len(found) == 1 else None

    def agrees(self, key: Key, origin: str, prefecture: str, partner: str) -> bool:
        """Whether the names of a row can be those of a tie; what a row does not say agrees."""
        if origin and squeeze(origin) not in self._spellings(key):
            return False
        area = squeeze(prefecture_name(self._dataset, key))
        if prefecture and area and not area.startswith(squeeze(prefecture)):
            return False
        if not partner or squeeze(partner) in self._names[key]:
            return True
        name = origin or origin_name(self._dataset, key)
        return self.find(name, prefecture, partner) == key


def read_filled(files: Sequence[tuple[str, bytes]], ties: Ties) -> Filled:
    """The rows of filled check sheets: workbooks, or sheets of them saved as CSV or in another form.

    Parameters
    ----------
    files : what each is called, and its content, at least one; of several, places begin with the name
    ties : what their rows may be of

    Raises
    ------
    SourceError
        When a file cannot be read or holds no check sheet; one Japanese sentence says which, why and what to do.
    """
    rows: list[FilledRow] = []
    other: list[str] = []
    for name, data in files:
        before = f"{name} " if len(files) > 1 else ""
        found, sheets = _read_file(data, name, ties)
        rows += (_placed(row, before) for row in found)
        other += (f"{before}{sheet}" for sheet in sheets)
    more = f"ほか{len(files) - 1}ファイル" if len(files) > 1 else ""
    return Filled(f"{files[0][0]}{more}", tuple(_once(rows)), tuple(other))


def _placed(row: FilledRow, before: str) -> FilledRow:
    problems = tuple(problem._replace(place=f"{before}{problem.place}") for problem in row.problems)
    return replace(row, place=f"{before}{row.place}", problems=problems)


def _read_file(data: bytes, file: str, ties: Ties) -> tuple[list[FilledRow], list[str]]:
    rows: list[FilledRow] = []
    other = []
    for grid in open_file(data, file):
        found = _columns(grid, file)
        if found is None:
            other.append(grid.name)
            continue
        top, columns = found
        rows += _rows(without_dittos(grid), top, columns, ties)
    if not rows:
        raise SourceError(
            f"ファイル「{file}」に、点検表の見出し（相手・担当課・最終活動日・次回点検・状態・メモ）の下の行が見つかりません。"
            "この画面で書き出した点検表に書き込んで、選び直してください。"
        )
    return rows, other


def _columns(grid: Grid, file: str) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and column by role; None for a table that is no check sheet."""
    for row, cells in enumerate(grid.rows[:_HEAD]):
        roles = [(_role(cell.text), cell) for cell in cells]
        known = {role: cell.column for role, cell in roles if role}
        if not ((KEY in known or PARTNER in known) and set(FIELDS) & set(known)):
            continue
        for role, cell in roles:
            if role and known[role] != cell.column:
                raise SourceError(
                    f"ファイル「{file}」の{cell.place}の見出し「{cell.text}」の列がもうひとつあり、どちらを読むか決められません。"
                    "片方の列を消してから、選び直してください。"
                )
        return row, known
    return None


def _role(heading: str) -> str:
    return _ROLES.get(re.sub(r"[（(].*", "", squeeze(heading)), "")


def _rows(grid: Grid, top: int, columns: dict[str, int], ties: Ties) -> Iterable[FilledRow]:
    for number in range(top + 1, len(grid.rows)):
        cells = {role: grid.covering(number, column) for role, column in columns.items()}
        own = [cell for cell in grid.rows[number] if cell.text]
        # A page that repeats the headings says nothing by it.
        if not own or {_role(cell.text) for cell in own if cell.column in columns.values()} == set(columns):
            continue
        yield _row(cells, own[0], ties)


def _row(cells: dict[str, Cell | None], first: Cell, ties: Ties) -> FilledRow:
    texts = {role: " ".join(cell.text.split()) if cell else "" for role, cell in cells.items()}
    names = tuple(texts.get(role, "") for role in (ORIGIN, PREFECTURE, PARTNER))
    said, problems = _said(cells, first.place)
    key, why = _key(texts.get(KEY, ""), names, ties)
    if why:
        problems.append(Problem(first.place, texts.get(KEY, ""), why))
    seen = squeeze(texts.get(SEEN, ""))
    return FilledRow(
        first.place,
        " ".join(dict.fromkeys(filter(None, names))) or first.text,
        key,
        int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        said,
        tuple(problems),
    )


def _key(text: str, names: tuple[str, ...], ties: Ties) -> tuple[Key | None, str]:
    """The tie a row is of, and a sentence where its key and its names are of different ones."""
    match = _KEY.fullmatch(squeeze(text))
    if match is None:
        return ties.find(*names), ""
    # A spreadsheet may have taken a zero off.
    key = Key(match[1].zfill(5), match[2])
    if key not in ties.keys:
        return ties.find(*names), ""
    if not ties.agrees(key, *names):
        return None, (
            "隠れた列「照合用」と、連携元・相手の名前が別の連携を指しています。一部の列だけを並べ替えていないか確かめ、"
            "書き出した点検表に書き直してください。"
        )
    return key, ""


def _said(cells: dict[str, Cell | None], place: str) -> tuple[dict[str, str], list[Problem]]:
    """What the cells of a row say, and what cannot be read."""
    said, problems = {}, []
    for name in FIELDS:
        if name not in cells:
            continue
        cell = cells[name]
        try:
            text = _read(name, cell) if cell else ""
            said[name] = getattr(checked(Values(**{name: text})), name)
        except SourceError as error:
            problems.append(Problem(cell.place if cell else place, cell.text if cell else "", str(error)))
    return said, problems


def _read(name: str, cell: Cell) -> str:
    if name in DAYS:
        return _day(name, cell.text) if cell.text.strip() else ""
    if name == "state":
        word = squeeze(cell.text)
        if word in _NO_STATE:
            return ""
        if word not in STATES:
            raise SourceError(f"状態は、{'・'.join(STATES)}のどれかを書くか、空けてください。")
        return word
    return cell.text


def _day(name: str, text: str) -> str:
    """The day of a cell, ISO; also where the spreadsheet has lost that its number is one."""
    plain = squeeze(text)
    if plain.isdecimal() and len(plain) <= 5 and int(plain) in _SERIALS:
        return (_DAY_ZERO + timedelta(days=int(plain))).isoformat()
    if day := one_day(text):
        return day
    raise SourceError(
        f"{FIELDS[name]}を日付として読めません。令和8年4月1日、R8.4.1、2026/4/1 のように、日まで書いてください。"
    )


def _once(rows: list[FilledRow]) -> Iterable[FilledRow]:
    """The rows, those of one tie told apart: the same again, or saying something else, which is then not read."""
    of_tie: dict[Key, list[FilledRow]] = defaultdict(list)
    for row in rows:
        if row.key and not row.problems:
            of_tie[row.key].append(row)
    for row in rows:
        same = of_tie[row.key] if row.key and not row.problems else [row]
        others = [one for one in same if (one.said, one.seen) != (row.said, row.seen)]
        if others:
            why = f"同じ連携が{others[0].place}にもあり、書いてあることが違います。片方の行を消してください。"
            problem = Problem(row.place, row.name, why)
            yield replace(row, problems=(problem,))
        elif row is not same[0]:
            yield replace(row, repeats=True)
        else:
            yield row
