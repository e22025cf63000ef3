"""Which column is what: guessed from headings and contents, with a confidence and a reason, and corrected by a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.intake.contents import Contents, increasing, mark, share, years_in
from pipeline.intake.grid.cells import Grid, column_letter
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
}
#: How surely a heading says a role: the first expression it holds counts.
_HEADINGS: dict[str, list[tuple[float, re.Pattern[str]]]] = {
    role: [(weight, re.compile(pattern)) for weight, pattern in patterns]
    for role, patterns in {
        "code": [(0.9, r"コード|^code|(?:団体|自治体|市町村)番号|JIS")],
        "number": [
            (0.95, r"^(?:No\.?|№|番号|連番|通番|通し番号|項番|整理番号|項|順番?|#|ID)$"),
            (0.9, r"^(?:合?計|総計|件数|数|実績数|参加者数|人数|回数|人口|面積|予算額?|決算額?|金額)"),
        ],
        "prefecture": [(0.95, r"都道府県|^県名?$|^道?府県名?$|^都?道府県")],
        "district": [(0.9, r"^郡名?$|^支庁")],
        "country": [(0.9, r"^国名?$|国・地域|^国(?:又は|または)地域|^相手国")],
        "year": [
            (0.2, r"終了|満了|期限|更新|改定|改訂|直近|最終|終期|生年"),
            (
                0.95,
                r"開始|締結(?:年|日|の?時期)|提携(?:年|日)|始期|はじまり|始まり|発足|設立年|調印|盟約|開始年|協定年|交流年|開始時期|since",
            ),
            (0.8, r"年月日|^年度?$|^年次|年度$|年$|日付|時期|^いつ|期間|期日|^日$"),
        ],
        "category": [(0.9, r"分野|分類|区分|カテゴリ|種別|種類|ジャンル|形態|テーマ|類型|category")],
        "project": [
            (0.3, r"事業費|事業者|主体"),
            (
                0.95,
                r"事業名|協定(?:等)?の?名|事業の名|取組名|取り組み名|名称|件名|協定等|交流事業|連携事業|イベント名|^事業等?$|project",
            ),
            (0.8, r"取組|取り組み|とりくみ|協定|事業|覚書|イベント|行事|催し|施策"),
            (0.6, r"内容|概要|交流の?中身"),
        ],
        "organiser": [(0.9, r"主体|所管|担当|部署|部局|^課|課名?$|窓口|主管|実施者|主催")],
        "status": [(0.9, r"状況|状態|現況|ステータス|継続|実施の?有無")],
        "note": [
            (
                0.9,
                r"備考|ビコウ|びこう|メモ|摘要|注記|^注|特記|^その他$|URL|ホームページ|きっかけ|経緯|概要|説明|連絡先|電話",
            )
        ],
        "partner": [
            (
                0.2,
                r"^自区|^当市|^本市|^自団体|連携元|実施(?:区|市|自治体)|回答(?:区|市|自治体|団体)|^特別区名?$",
            ),
            (
                0.95,
                r"相手|連携先|交流先|提携先|締結先|協定先|派遣先|訪問先|パートナー|友好都市|姉妹都市|友好・姉妹|姉妹・友好|交流都市|連携自治体|交流自治体|協定自治体|提携都市|締結自治体|締結団体|応援先|partner",
            ),
            (0.7, r"市区町村|市町村|区市町村|自治体|都市名?|団体名|町村|(?:^|[^の])先$"),
            (0.4, r"^市名?$|^町名?$|^区名?$|^名称?$|^地域名?$|^村名?$"),
        ],
        "origin": [
            (0.1, r"相手|連携先|交流先|提携先|締結先|姉妹|友好"),
            (
                0.95,
                r"連携元|^自区|^当市|^本市|^自団体|実施(?:区|市|自治体)|回答(?:区|市|自治体|団体)|^特別区名?$|^区名$|origin|^区$",
            ),
            (
                0.6,
                r"^[市区町村県府]{1,4}名?$|^自治体名?$|^市区?町村名?$|^区市町村名?$|^団体名?$|^市町名?$|^都市名?$|^県内",
            ),
        ],
    }.items()
}
_ONE_EACH = ("project", "category", "year", "organiser", "status")
_TOTAL = re.compile(r"(?:[合総小累]|延べ?)?\s?計(?:[（(].{0,20})?|総数|件数|Total|TOTAL|total")
_NOTE = re.compile(
    r"^[\s\u3000]*(?:[※＊*]|[（(]?注|出典|出所|資料[:：]|備考|更新日|作成|お問|問い?合わせ|※|凡例)"
)
#: Rows that are looked at for a heading, and to tell what a column holds.
_TOP, _SAMPLE = 40, 400
_LONGEST_HEADING = 30


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
class Heading:
    """The rows that head a table: from ``first`` up to, not including, ``end``; equal where it has none."""

    first: int
    end: int
    texts: tuple[str, ...]


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


def heading_says(text: str, role: str) -> float:
    """How surely one heading says a role, 0 to 1."""
    plain = squeeze(text)
    return next((weight for weight, pattern in _HEADINGS.get(role, []) if pattern.search(plain)), 0.0)


def is_heading(text: str) -> bool:
    """Whether a text may head a column."""
    return len(squeeze(text)) <= _LONGEST_HEADING and any(
        heading_says(text, role) >= 0.4 for role in _HEADINGS
    )


def find_heading(grid: Grid, contents: Contents, row: int | None = None) -> Heading:
    """The rows that head a grid; ``row`` is one that a person says is among them, from 0."""
    top = row
    if top is None:
        best = 0.0
        for number, cells in enumerate(grid.rows[:_TOP]):
            texts = [cell.text for cell in cells if cell.text]
            matched = sum(is_heading(text) and not _is_datum(text, contents) for text in texts)
            data = sum(_is_datum(text, contents) for text in texts)
            # A title, 小田原市の交流自治体, is no heading of a column.
            alone = matched == 1 and len(texts) <= 2 and grid.width <= 2
            enough = matched >= 2 or (alone and not any(map(contents.origin_in, texts)))
            score = matched - 0.5 * (len(texts) - matched) - data
            if enough and score > best:
                best, top = score, number
        if top is None:
            return _plain_heading(grid, contents)
    first, end = top, top + 1
    while first > 0 and end - first < 3 and _heads_too(grid, first - 1, contents, above=True):
        first -= 1
    while end < len(grid.rows) and end - first < 3 and _heads_too(grid, end, contents, above=False):
        end += 1
    return Heading(first, end, _heading_texts(grid, first, end))


def _plain_heading(grid: Grid, contents: Contents) -> Heading:
    """A heading whose words nobody knows: a full row that holds no data above rows that do; else none."""
    for number, cells in enumerate(grid.rows[:10]):
        if len(cells) < 2 or len(cells) < 0.6 * grid.width:
            continue
        if any(_is_datum(cell.text, contents) for cell in cells):
            return Heading(number, number, ("",) * grid.width)
        below = [cell for row in grid.rows[number + 1 : number + 20] for cell in row]
        if share(_is_datum(cell.text, contents) for cell in below) > 0.3:
            return Heading(number, number + 1, _heading_texts(grid, number, number + 1))
    first = next((number for number, cells in enumerate(grid.rows) if len(cells) > 1), 0)
    return Heading(first, first, ("",) * grid.width)


def _is_datum(text: str, contents: Contents) -> bool:
    if not text:
        return False
    plain = squeeze(text)
    if contents.code(text) or plain.isdigit():
        return True
    return bool(contents.named(text)) or (bool(re.search(r"\d", plain)) and any(years_in(text)))


def _heads_too(grid: Grid, row: int, contents: Contents, *, above: bool) -> bool:
    """Whether the row above or below a heading is a part of it."""
    cells = [cell for cell in grid.rows[row] if cell.text]
    if not cells or any(_is_datum(cell.text, contents) for cell in cells):
        return False
    if above:
        wide = sum(cell.column_span > 1 for cell in cells)
        return (
            len(cells) >= 2
            and (wide > 0 or len(cells) < grid.width)
            and share(is_heading(cell.text) for cell in cells) >= 0.6
        )
    over = [grid.covering(row - 1, cell.column) for cell in cells]
    beneath = any(cell is not None and cell.column_span > 1 for cell in over) or any(
        cell is None for cell in over
    )
    spans_down = any(
        (cell := grid.covering(row, column)) is not None and cell.row < row for column in range(grid.width)
    )
    known = share(is_heading(cell.text) for cell in cells)
    short = all(len(squeeze(cell.text)) <= 15 for cell in cells)
    if (beneath or spans_down) and short and known >= 0.5:
        return True
    return short and known == 1 and len(cells) < len([c for c in grid.rows[row - 1] if c.text])


def _heading_texts(grid: Grid, first: int, end: int) -> tuple[str, ...]:
    found: list[str] = []
    for column in range(grid.width):
        parts: list[str] = []
        for row in range(first, end):
            cell = grid.covering(row, column)
            text = re.sub(r"\s*\n\s*", "", cell.text).strip() if cell else ""
            # A heading over several columns that are not merged stands over the first only.
            if not text and row < end - 1 and column and _goes_on(grid, row, column, end):
                text = found[-1].split(" ")[0] if found and found[-1] else ""
            if text and text not in parts:
                parts.append(text)
        found.append(" ".join(parts))
    return tuple(found)


def _goes_on(grid: Grid, row: int, column: int, end: int) -> bool:
    below = grid.at(end - 1, column)
    left = grid.at(end - 1, column - 1)
    return bool(below and below.text and left and left.text)


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
    body, left_out = _body(grid, heading)
    titles = tuple(cell.text for row in grid.rows[: heading.first] for cell in row if cell.text)
    columns = _Guesser(grid, contents, heading, body).columns()
    columns = _corrected(columns, corrections or {})
    return Guess(grid, heading, tuple(columns), tuple(body), tuple(left_out), titles)


def _body(grid: Grid, heading: Heading) -> tuple[list[int], list[tuple[int, str]]]:
    heads = {
        tuple((cell.column, squeeze(cell.text)) for cell in grid.rows[row] if cell.text)
        for row in range(heading.first, heading.end)
    }
    words = {squeeze(cell.text) for row in range(heading.first, heading.end) for cell in grid.rows[row]}
    body: list[int] = []
    left_out: list[tuple[int, str]] = []
    for row in range(heading.end, len(grid.rows)):
        cells = [cell for cell in grid.rows[row] if cell.text]
        if not cells:
            continue
        key = tuple((cell.column, squeeze(cell.text)) for cell in cells)
        again = len(cells) > 1 and share(squeeze(cell.text) in words for cell in cells) > 0.8
        first = squeeze(cells[0].text)
        if heads and (key in heads or again):
            left_out.append((row, "見出しの繰り返し"))
        elif _TOTAL.fullmatch(first) or (
            len(cells) > 1 and _TOTAL.fullmatch(squeeze(cells[1].text)) and first.isdigit()
        ):
            left_out.append((row, "合計"))
        elif len(cells) == 1 and _NOTE.match(cells[0].text):
            left_out.append((row, "注記"))
        else:
            body.append(row)
    return body, left_out


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
        others = max(heading_says(parts[-1], other) for other in _HEADINGS)
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

    def _places(self, indexes: list[int], found: dict[int, Column], take) -> None:
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

    def _prefectures(self, indexes: list[int], found: dict[int, Column], take) -> None:
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

    def _codes(self, found: dict[int, Column], take) -> None:
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

    def _years(self, free: list[int], take) -> None:
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

    def _words(self, free: list[int], found: dict[int, Column], take) -> None:
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
