"""Which column is what: guessed from headings and contents, with a confidence and a reason, and corrected by a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipeline.intake.contents import Contents, increasing, mark, share, years_in
from pipeline.intake.grid.cells import Grid, column_letter
from pipeline.intake.headings import HEADINGS, Heading, body_of, find_heading, heading_says
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze

#: Role → what it is called; those of the contract first.
ROLES = {
    "origin": "連携元",
    "prefecture": "相手方の都道府県",
    "partner": "相手方",
    "code": "相手方の団体コード",
    "project": "事業",
    "category": "分野",
    "year": "開始年",
    "organiser": "実施主体・所管",
    "status": "状況",
    "note": "備考",
    "origin_prefecture": "連携元の都道府県",
    "origin_code": "連携元の団体コード",
    "district": "相手方の郡",
    "country": "相手方の国",
    "number": "番号・件数",
    "marks": "○の付いた分野",
    "skip": "読まない",
}
#: Rows that are looked at to tell what a column holds.
_SAMPLE = 400
_ONE_EACH = ("project", "category", "year", "organiser", "status")


#: Gives a column, by its index, a role with a confidence and a reason.
_Take = Callable[[int, str, float, str], None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its heading, and what it was taken for; ``role`` is "" where nobody can say."""

    index: int
    heading: str
    role: str
    confidence: float
    reason: str
    filled: int = 0

    @property
    def letter(self) -> str:
        """What a spreadsheet calls it."""
        return column_letter(self.index)

    @property
    def name(self) -> str:
        """What a person would call it."""
        return f"{self.letter}列「{self.heading}」" if self.heading else f"{self.letter}列"


@dataclass(frozen=True)
class Guess:
    """What was understood of a grid before any row was read.

    ``body`` are the numbers of the rows that hold data; ``left_out`` those that do not, with why; ``titles`` the texts
    above the heading.
    """

    grid: Grid
    heading: Heading
    columns: tuple[Column, ...]
    body: tuple[int, ...]
    left_out: tuple[tuple[int, str], ...]
    titles: tuple[str, ...]

    def all_of(self, role: str) -> list[Column]:
        """The columns of a role, from left to right."""
        return [column for column in self.columns if column.role == role]

    def one(self, role: str) -> Column | None:
        """The first column of a role."""
        return next(iter(self.all_of(role)), None)

    @property
    def unexplained(self) -> list[Column]:
        """The columns that hold something nobody can say what."""
        return [column for column in self.columns if not column.role and column.filled]


def lines_of(text: str, soft: bool) -> tuple[str, ...]:
    """The ways to take a cell: as it is, and where its lines only ended, as one."""
    return (text, text.replace("\n", "")) if soft and "\n" in text else (text,)


def guess_columns(
    grid: Grid,
    contents: Contents,
    corrections: Mapping[str, str] | None = None,
    heading_row: int | None = None,
) -> Guess:
    """Say what each column of a grid is.

    Parameters
    ----------
    corrections : role → a column's heading, letter, or number from 1, as a person says; several joined by +
    heading_row : a row of the heading, from 0, as a person says

    Raises
    ------
    SourceError : a correction names a role or a column that there is not.
    """
    heading = find_heading(grid, contents, heading_row)
    body, left_out = body_of(grid, heading)
    titles = tuple(cell.text for row in grid.rows[: heading.first] for cell in row if cell.text)
    columns = _Guesser(grid, contents, heading, body).columns()
    columns = _corrected(columns, corrections or {})
    return Guess(grid, heading, tuple(columns), tuple(body), tuple(left_out), titles)


class _Guesser:
    """Holds heading and content of each column against each role."""

    def __init__(self, grid: Grid, contents: Contents, heading: Heading, body: list[int]) -> None:
        self._grid, self._contents, self._heading = grid, contents, heading
        rows = body[:_SAMPLE]
        self._cells = [
            [cell for row in rows if (cell := grid.at(row, column)) is not None and cell.text]
            for column in range(grid.width)
        ]
        self._rows = rows
        self._texts = [[cell.text for cell in cells] for cells in self._cells]
        self._shares = [self._look(index) for index in range(grid.width)]

    def _look(self, index: int) -> dict[str, float]:
        contents, heading, soft = self._contents, self._heading.texts[index], self._grid.soft
        texts, cells = self._texts[index], self._cells[index]
        distinct = len(set(texts)) / len(texts) if texts else 1.0
        return {
            "partner": share(max(map(contents.lists_places, lines_of(t, soft))) > 0 for t in texts),
            "abroad": share(contents.names_place_abroad(t) for t in texts),
            "prefecture": share(all(map(contents.prefecture, t.split("\n"))) for t in texts),
            "origin": share(bool(contents.origin(t)) for t in texts),
            "code": share(all(map(contents.code, t.split("\n"))) for t in texts),
            "year": share(any(years_in(c.text, c.kind, heading)) and len(c.text) < 60 for c in cells),
            "mark": share(mark(t) is not None for t in texts),
            "count": share(t.replace(",", "").isdigit() for t in texts),
            "distinct": distinct,
            "length": sum(map(len, texts)) / len(texts) if texts else 0.0,
        }

    def _says(self, index: int, role: str) -> float:
        """How surely the heading of a column says a role: its last part, and what stands over it."""
        parts = self._heading.texts[index].split(" ")
        last = heading_says(parts[-1], role)
        whole = heading_says(self._heading.texts[index], role)
        if len(parts) == 1:
            return whole
        others = max(heading_says(parts[-1], other) for other in HEADINGS)
        over = heading_says(parts[0], role)
        if role in ("partner", "origin") and (last >= 0.4 or not others):
            return max(last, over) if over != 0.1 and over != 0.2 else over
        return max(last, 0.5 * whole if others else 0.9 * whole)

    def columns(self) -> list[Column]:
        found: dict[int, Column] = {}

        def take(index: int, role: str, confidence: float, reason: str) -> None:
            heading = self._heading.texts[index]
            found[index] = Column(
                index, heading, role, round(min(confidence, 1.0), 2), reason, len(self._texts[index])
            )

        indexes = [i for i in range(self._grid.width) if self._texts[i]]
        for i in indexes:
            looks, says = self._shares[i], self._says
            heading = self._heading.texts[i]
            printed_code = says(i, "code") or (
                looks["code"] > 0.9 and not says(i, "number") and not says(i, "year")
            )
            if looks["code"] >= 0.6 and printed_code:
                take(i, "code", 0.5 + looks["code"] / 2, f"団体コードの形のものが{looks['code']:.0%}")
            elif looks["prefecture"] >= 0.7 and says(i, "prefecture") >= max(0.4, says(i, "origin")):
                take(i, "prefecture", 0.95, f"都道府県の名前が{looks['prefecture']:.0%}")
            elif (
                says(i, "prefecture") >= 0.9
                and looks["prefecture"] > 0
                and looks["partner"] - looks["prefecture"] < 0.3
            ):
                # 都道府県・国名: of partners in Japan the one, of those abroad the other.
                take(i, "prefecture", 0.8, f"見出し「{heading}」から")
            elif says(i, "number") >= 0.9 and looks["count"] >= 0.5:
                take(i, "number", 0.9, "見出しと、数だけであることから")
            elif increasing(self._texts[i]) and not says(i, "year"):
                take(i, "number", 0.8, "1ずつ増える数であることから")
            elif says(i, "district") and share(t.endswith("郡") for t in self._texts[i]) > 0.5:
                take(i, "district", 0.9, "見出しと、郡の名前であることから")
            elif says(i, "country"):
                take(i, "country", 0.9, f"見出し「{heading}」から")
        self._places(indexes, found, take)
        self._codes(found, take)
        self._years([i for i in indexes if i not in found], take)
        self._words([i for i in indexes if i not in found], found, take)
        for i in range(self._grid.width):
            if i not in found:
                why = "何も入っていません" if not self._texts[i] else "見出しからも中身からも分かりません"
                found[i] = Column(i, self._heading.texts[i], "", 0.0, why, len(self._texts[i]))
        return [found[i] for i in sorted(found)]

    def _places(self, indexes: list[int], found: dict[int, Column], take: _Take) -> None:
        """Partner and origin, which look alike: by the heading, then by how often the same name comes again."""
        free = [i for i in indexes if i not in found]

        def as_partner(i: int) -> float:
            looks, says = self._shares[i], self._says(i, "partner")
            # A name that is a prefecture on every line may be either; headings say.
            content = max(looks["partner"], looks["abroad"] if says >= 0.7 else 0.0)
            other = max(self._says(i, role) for role in ("project", "year", "category", "organiser", "note"))
            if max(looks["year"], looks["count"]) > 0.5 or (content < 0.25 and says < 0.9):
                return 0.0
            if says < 0.4 and other >= 0.8 and content < 0.9:
                return 0.0
            only_prefectures = 0.2 if looks["prefecture"] > 0.9 and says < 0.9 else 0.0
            named = 0.5 if says >= 0.9 and (content >= 0.5 or says > other) else 0.0
            return 0.55 * content + 0.45 * says + 0.05 * looks["distinct"] + named - only_prefectures

        def as_origin(i: int) -> float:
            looks, says = self._shares[i], self._says(i, "origin")
            if looks["origin"] < 0.6 or says <= 0.1 and self._says(i, "partner") >= 0.7:
                return 0.0
            return 0.5 * looks["origin"] + 0.4 * says + 0.1 * (1 - looks["distinct"])

        partners = sorted((i for i in free if as_partner(i) > 0.3), key=as_partner, reverse=True)
        if partners:
            best = partners[0]
            # Of two columns that name places and whose headings say nothing, the one that repeats is the origin.
            rival = next((i for i in partners[1:] if as_partner(best) - as_partner(i) < 0.1), None)
            if rival is not None and as_origin(best) > as_origin(rival) + 0.05:
                best, rival = rival, best
            looks = self._shares[best]
            reason = f"自治体の名前が{looks['partner']:.0%}"
            if self._says(best, "partner") >= 0.4:
                reason = f"見出し「{self._heading.texts[best]}」と、{reason}であることから"
            take(best, "partner", as_partner(best), reason)
            for i in partners[1:]:
                if self._alike(best, i) and self._shares[i]["partner"] >= 0.4:
                    take(
                        i,
                        "partner",
                        as_partner(i),
                        f"見出しが{column_letter(best)}列と同じ続きであることから",
                    )
            for i in free:
                # A prefecture in which the partners lie is theirs, whatever its heading.
                if i not in found and self._shares[i]["prefecture"] > 0.9 and self._home(i, best) > 0.7:
                    take(i, "prefecture", 0.85, "相手方がその都道府県にあることから")
        origins = sorted(
            (i for i in free if i not in found and as_origin(i) > 0.45), key=as_origin, reverse=True
        )
        if partners and origins:
            i = origins[0]
            says = "見出しと、" if self._says(i, "origin") >= 0.4 else ""
            take(i, "origin", as_origin(i), f"{says}同じ自治体の名前が繰り返されることから")
        self._prefectures(indexes, found, take)

    def _prefectures(self, indexes: list[int], found: dict[int, Column], take: _Take) -> None:
        """Of several columns of prefectures, the one beside the partner is the partner's."""
        roles = {
            role: [i for i in found if found[i].role == role] for role in ("partner", "origin", "prefecture")
        }
        if not roles["partner"]:
            return
        partner = roles["partner"][0]
        if not roles["prefecture"]:
            free = [i for i in indexes if i not in found and self._shares[i]["prefecture"] >= 0.8]
            near = [i for i in free if i < partner]
            if near:
                take(near[-1], "prefecture", 0.8, "都道府県の名前だけであることから")
            return
        if len(roles["prefecture"]) > 1:

            def distance(i: int) -> tuple[bool, int]:
                return (i > partner, abs(partner - i))

            own = min(roles["prefecture"], key=distance)
            for i in roles["prefecture"]:
                if i != own:
                    role = "origin_prefecture" if roles["origin"] else "note"
                    take(i, role, 0.7, "相手方の列から離れた、もう一つの都道府県の列であることから")

    def _alike(self, best: int, other: int) -> bool:
        """Whether two headings differ by a number, or one of their words, only: 連携先1 and 連携先2; 市, 町, 村."""
        a, b = (re.sub(r"[\d①-⑳()]+", "", squeeze(self._heading.texts[i])) for i in (best, other))
        if a == b:
            return bool(a)
        kinds = {"市", "町", "村", "区", "市区", "町村", "市名", "町名", "村名"}
        return a in kinds and b in kinds

    def _codes(self, found: dict[int, Column], take: _Take) -> None:
        """Of columns of codes, which are the partner's: whose code is that of the name beside it."""
        columns = [i for i in found if found[i].role == "code"]
        names = {
            role: next((i for i in found if found[i].role == role), None) for role in ("partner", "origin")
        }
        for i in columns:
            fits = {role: self._agreement(i, at) if at is not None else 0.0 for role, at in names.items()}
            if fits["origin"] > fits["partner"]:
                take(i, "origin_code", 0.9, f"{ROLES['origin']}の名前と{fits['origin']:.0%}合うことから")
            elif fits["partner"] >= 0.3:
                take(i, "code", 0.95, f"{ROLES['partner']}の名前と{fits['partner']:.0%}合うことから")
            elif len(set(self._texts[i])) == 1 and len(self._texts[i]) > 2:
                take(i, "origin_code", 0.7, "すべての行で同じコードであることから")

    def _agreement(self, codes: int, names: int) -> float:
        agreed = []
        for row in self._rows:
            code, name = self._grid.at(row, codes), self._grid.at(row, names)
            number = self._contents.code(code.text) if code else None
            if name and number:
                places = self._contents.origin(name.text.split("\n")[0])
                agreed.append(any(place.code == number[:5] for place in places))
        return share(agreed)

    def _home(self, prefectures: int, names: int) -> float:
        """How often the names of one column lie in the prefectures of another."""
        within = []
        prefecture: str | None = None
        for row in self._rows:
            cell, name = self._grid.at(row, prefectures), self._grid.at(row, names)
            prefecture = self._contents.prefecture(cell.text) if cell and cell.text else prefecture
            if prefecture and name and name.text:
                first = re.split(r"[\n、，,・／/\s]+", name.text)[0]
                places = self._contents.named(first)
                within.append(any(place.prefecture == prefecture for place in places))
        return share(within)

    def _years(self, free: list[int], take: _Take) -> None:
        def score(i: int) -> float:
            looks, says = self._shares[i]["year"], self._says(i, "year")
            if looks < 0.3 or (says < 0.4 and looks < 0.8) or says == 0.2:
                return 0.0
            return 0.5 * looks + 0.5 * says

        ranked = sorted((i for i in free if score(i) > 0), key=score, reverse=True)
        for i in ranked[:1]:
            says = f"見出し「{self._heading.texts[i]}」と、" if self._says(i, "year") >= 0.4 else ""
            take(
                i, "year", score(i), f"{says}年として読めるものが{self._shares[i]['year']:.0%}であることから"
            )

    def _words(self, free: list[int], found: dict[int, Column], take: _Take) -> None:
        """The columns of plain words, by their headings; the longest is the project where no heading says so."""
        for i in free:
            if self._shares[i]["mark"] >= 0.9 and self._heading.texts[i] and not self._says(i, "year"):
                take(i, "marks", 0.7, "○などの印だけであることから")
        free = [i for i in free if i not in found]
        pairs = sorted(
            (
                (self._says(i, role), -i, role)
                for i in free
                for role in (*_ONE_EACH, "note")
                if role != "year"
            ),
            reverse=True,
        )
        done: set[str] = set()
        for says, minus, role in pairs:
            i = -minus
            if says < 0.4 or i in found or (role in done and role in _ONE_EACH):
                continue
            done.add(role)
            take(i, role, says, f"見出し「{self._heading.texts[i]}」から")
        for says, minus, role in pairs:
            if says >= 0.4 and -minus not in found:
                reason = f"見出しは{ROLES[role]}のようですが、ほかの列を{ROLES[role]}としたため"
                take(-minus, "note", 0.5, reason)
        if "project" not in done:
            rest = [i for i in free if i not in found and self._shares[i]["length"] >= 6]
            rest = [i for i in rest if self._shares[i]["count"] < 0.5 and self._shares[i]["year"] < 0.5]
            if rest:
                longest = max(rest, key=lambda i: self._shares[i]["length"])
                take(longest, "project", 0.5, "文字の列のうち、いちばん長いことから")


def _corrected(columns: list[Column], corrections: Mapping[str, str]) -> list[Column]:
    taken: dict[int, str] = {}
    for role, named in corrections.items():
        if role not in ROLES:
            raise SourceError(f"列の役割「{role}」はありません。使えるのは {'、'.join(ROLES)} です。")
        for one in filter(None, named.split("+")):
            taken[_find(columns, one).index] = role
    roles = set(corrections)
    corrected = []
    for column in columns:
        if column.index in taken:
            column = replace(column, role=taken[column.index], confidence=1.0, reason="指定のとおり")
        elif column.role in roles:
            column = replace(column, role="", confidence=0.0, reason="ほかの列が指定されたため")
        corrected.append(column)
    return corrected


def _find(columns: list[Column], named: str) -> Column:
    wanted = squeeze(named)
    ways = (
        lambda c: squeeze(c.heading) == wanted,
        lambda c: c.letter == wanted.upper(),
        lambda c: str(c.index + 1) == wanted,
        lambda c: wanted in squeeze(c.heading),
    )
    for way in ways:
        if found := [column for column in columns if way(column)]:
            return found[0]
    known = "、".join(column.name for column in columns if column.heading or column.filled)
    raise SourceError(f"「{named}」という列はありません。あるのは {known[:400]} です。")
