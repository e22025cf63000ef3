"""The heading of a table: which rows it has, what its words say, and which rows below it hold data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.intake.contents import Contents, share, years_in
from pipeline.intake.grid.cells import Grid
from pipeline.intake.source_text import squeeze

#: How surely a heading says a role: the first expression it holds counts.
HEADINGS: dict[str, list[tuple[float, re.Pattern[str]]]] = {
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
_TOTAL = re.compile(r"(?:[合総小累]|延べ?)?\s?計(?:[（(].{0,20})?|総数|件数|Total|TOTAL|total")
_NOTE = re.compile(
    r"^[\s\u3000]*(?:[※＊*]|[（(]?注|出典|出所|資料[:：]|備考|更新日|作成|お問|問い?合わせ|※|凡例)"
)
#: Rows that are looked at for a heading.
_TOP = 40
_LONGEST_HEADING = 30


@dataclass(frozen=True)
class Heading:
    """The rows that head a table: from ``first`` up to, not including, ``end``; equal where it has none."""

    first: int
    end: int
    texts: tuple[str, ...]


def heading_says(text: str, role: str) -> float:
    """How surely one heading says a role, 0 to 1."""
    plain = squeeze(text)
    return next((weight for weight, pattern in HEADINGS.get(role, []) if pattern.search(plain)), 0.0)


def is_heading(text: str) -> bool:
    """Whether a text may head a column."""
    return len(squeeze(text)) <= _LONGEST_HEADING and any(
        heading_says(text, role) >= 0.4 for role in HEADINGS
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


def table_starts(grid: Grid, contents: Contents) -> list[int]:
    """The rows in which the tables of a sheet begin, their titles with them, where it has several of unlike headings."""
    heads = [row for row in range(len(grid.rows)) if _is_whole_heading(grid, row, contents)]
    heads = [row for row in heads if row - 1 not in heads]  # the second line of a heading
    words = {row: frozenset(squeeze(cell.text) for cell in grid.rows[row] if cell.text) for row in heads}
    if len(set(words.values())) < 2:
        return []
    starts: list[int] = []
    for row in heads:
        first = row
        # A line with nothing but a title above it.
        while first > 0 and len(cells := [cell for cell in grid.rows[first - 1] if cell.text]) == 1:
            if contents.lists_places(cells[0].text) >= 1 or _NOTE.match(cells[0].text):
                break
            first -= 1
        if not starts or first > starts[-1]:
            starts.append(first)
    return starts


def _is_whole_heading(grid: Grid, row: int, contents: Contents) -> bool:
    """Whether every cell of a row heads a column, and one of them that of the partner."""
    texts = [cell.text for cell in grid.rows[row] if cell.text]
    return (
        len(texts) > 1
        and any(heading_says(text, "partner") >= 0.4 for text in texts)
        and all(is_heading(text) and not _is_datum(text, contents) for text in texts)
    )


def body_of(grid: Grid, heading: Heading) -> tuple[list[int], list[tuple[int, str]]]:
    """The rows of a grid that hold data, and those below its heading that do not, with why."""
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
