"""A list of municipalities that seek partners, in a file of any kind: who seeks, what for, and where it says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.intake.as_of import printed_as_of
from pipeline.intake.columns import Column, Guess, guess_columns
from pipeline.intake.contents import Contents, bare
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.grid.cells import Cell
from pipeline.intake.records import PartnerCell, SourceError
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode.answer import Answer
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.reading.mentions import Mention, split_cells

#: What a column of such a list may be called; the first that fits, and only one column each but for ``contact``.
_HEADINGS = {
    "contact": re.compile(
        r"URL|https?|ホームページ|ウェブ|サイト|リンク|連絡先|問い?合わ?せ|電話|メール|担当"
    ),
    "wanted": re.compile(
        r"求め|募集|希望|ニーズ|連携したい|やりたい|提案|内容|課題|概要|テーマ|目的|PR|説明"
    ),
    "category": re.compile(r"分野|分類|区分|カテゴリ|種別|種類|ジャンル"),
    "date": re.compile(r"日付|年月日|更新|登録|掲載|公開|募集(?:日|開始)|期限|締切|時期|日$"),
}
_SAID = {
    "partner": "自治体の名前",
    "prefecture": "都道府県",
    "code": "団体コード",
    "wanted": "求める内容",
    "category": "分野",
    "date": "日付",
    "contact": "連絡先",
}
#: Levels of a mention that name a municipality, or a body of one.
_MUNICIPAL = ("municipality", "designated_ward", "body")
#: Rows and tables of a list, and characters of one of its cells that are kept.
_MOST_ROWS, _MOST_TABLES, _LONGEST = 5_000, 60, 300


@dataclass(frozen=True, slots=True)
class Seeker:
    """One who seeks partners, by one row of a list.

    Parameters
    ----------
    key : tells it from the others of its list
    place : where a person finds it: 「一覧!A12」, 「12行目」
    printed : its name, as printed
    code : of the municipality, a designated ward's of its city; "" where it is not certain
    reason : why it is not
    wanted, category, date, contact : what else the row says, as printed; "" where it does not
    """

    key: str
    place: str
    printed: str
    code: str = ""
    reason: str = ""
    wanted: str = ""
    category: str = ""
    date: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Seekers:
    """A list of those that seek partners.

    Parameters
    ----------
    file : what it was read from
    title, source, date : what it is called, who publishes it and as of when; a person may say otherwise
    rows : one for each name in each row
    reasons : which column was taken for what, and what was not read
    left_out : rows that were not read, as (place, text, why)
    """

    file: str
    title: str
    source: str
    date: str
    rows: tuple[Seeker, ...]
    reasons: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def by_code(self) -> dict[str, tuple[str, ...]]:
        """Municipality → the keys of its rows."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self.rows:
            if row.code:
                found[row.code] = (*found.get(row.code, ()), row.key)
        return found

    @property
    def unplaced(self) -> list[Seeker]:
        """The rows whose municipality is not certain."""
        return [row for row in self.rows if not row.code]


def read_seekers(
    content: bytes,
    file: str,
    contents: Contents,
    geocoder: Geocoder,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Seekers:
    """Read a list of those that seek partners.

    ``progress`` is called as ``pipeline.intake.grid.open_file`` calls it.

    Raises
    ------
    SourceError : it cannot be opened, or no column of it names municipalities; one Japanese sentence says so.
    """
    guesses = [guess_columns(grid, contents) for grid in open_file(content, file, progress)[:_MOST_TABLES]]
    best = max(guesses, key=lambda guess: _names(guess, contents))
    if not _names(best, contents):
        raise SourceError(
            f"ファイル「{file}」に、自治体の名前の並ぶ列が見つかりません。"
            "1行目に「自治体名」「求める内容」のような見出しを付けて、もう一度読み込んでください。"
        )
    # A sheet for each region: the same headings again.
    together = [one for one in guesses if one is best or (any(best.heading.texts) and _alike(one, best))]
    if (n := sum(len(one.body) for one in together)) > _MOST_ROWS:
        raise SourceError(f"ファイル「{file}」は{n:,}行あります。{_MOST_ROWS:,}行までにしてください。")
    rows: list[Seeker] = []
    left_out: list[tuple[str, str, str]] = []
    for guess in together:
        roles = _roles(guess)
        left_out += [(_place(guess.grid, row), _text_of(guess.grid, row), why) for row, why in guess.left_out]
        for row in guess.body:
            found = _seekers(guess, row, roles, contents, geocoder, len(rows))
            if not found:
                why = "自治体の名前がありません"
                left_out.append((_place(guess.grid, row), _text_of(guess.grid, row), why))
            rows += found
    titles = tuple(dict.fromkeys(text for one in together for text in (*one.grid.captions, *one.titles)))
    as_of = printed_as_of(titles, file)
    title = next((text for text in titles if not printed_as_of([text], file)), "") or file.rsplit(".", 1)[0]
    others = [one.grid.name for one in guesses if one not in together]
    return Seekers(
        file,
        " ".join(title.split())[:80],
        "",
        as_of.date if as_of else "",
        tuple(rows),
        tuple(_reasons(best, others)),
        tuple(left_out),
    )


def _reasons(guess: Guess, others: Sequence[str]) -> list[str]:
    """What each column was taken for, and what was not read."""
    roles = _roles(guess)
    taken = {one.index for found in roles.values() for one in found}
    said = [f"{one.name}: {_SAID[role]}" for role, found in roles.items() for one in found]
    said += [f"{one.name}: 使っていません" for one in guess.columns if one.filled and one.index not in taken]
    return said + ([f"ほかに「{'」「'.join(others[:10])}」があります（読んでいません）。"] if others else [])


def _alike(one: Guess, best: Guess) -> bool:
    """Whether two tables have the same headings."""
    return [squeeze(text) for text in one.heading.texts] == [squeeze(text) for text in best.heading.texts]


def _named(guess: Guess) -> Column | None:
    """The column of the names."""
    return guess.one("partner") or guess.one("origin")


def _names(guess: Guess, contents: Contents) -> int:
    """How many rows of a table name a municipality in the column that should."""
    column = _named(guess)
    if column is None:
        return 0
    cells = (guess.grid.covering(row, column.index) for row in guess.body)
    return sum(bool(cell and cell.text and contents.lists_places(cell.text)) for cell in cells)


def _roles(guess: Guess) -> dict[str, list[Column]]:
    """Which columns say what."""
    name = _named(guess)
    assert name is not None
    roles = {"partner": [name]}
    for role in ("prefecture", "code"):
        if beside := guess.one(role):
            roles[role] = [beside]
    # Where the name stands in a column taken for the origin's, its code does too.
    if "code" not in roles and name.role == "origin" and (own := guess.one("origin_code")):
        roles["code"] = [own]
    taken = {one.index for found in roles.values() for one in found}
    rest = [one for one in guess.columns if one.filled and one.index not in taken and one.role != "number"]
    for role, pattern in _HEADINGS.items():
        found = [one for one in rest if pattern.search(one.heading)]
        found = found if role == "contact" else found[:1]
        if role == "category" and not found:
            found = [one for one in rest if one.role == "category"][:1]
        if found:
            roles[role] = found
            rest = [one for one in rest if one not in found]
    if "wanted" not in roles and (words := [one for one in rest if one.role in ("project", "note", "")]):
        roles["wanted"] = words[:1]
    return roles


def _seekers(
    guess: Guess,
    row: int,
    roles: dict[str, list[Column]],
    contents: Contents,
    geocoder: Geocoder,
    before: int,
) -> list[Seeker]:
    """Those that one row names."""
    grid = guess.grid
    cell = grid.covering(row, roles["partner"][0].index)
    if cell is None or not cell.text:
        return []
    said = {role: _said(grid, row, found) for role, found in roles.items()}
    prefecture = contents.prefecture(said.get("prefecture", ""))
    code = contents.code(said.get("code", ""))
    text = "\n".join(bare(line) or line for line in cell.text.split("\n"))
    mentions = split_cells(
        [PartnerCell(text, row + 1, (), code, prefecture, False, cell.place)], contents.gazetteer
    )
    place = _here(grid, row, cell)
    return [
        Seeker(
            str(before + number),
            place,
            mention.text[:_LONGEST],
            *_placed(_answer(mention, code if len(mentions) == 1 else None, prefecture, geocoder), contents),
            *(said.get(role, "") for role in ("wanted", "category", "date", "contact")),
        )
        for number, mention in enumerate(mentions, start=1)
    ]


def _answer(mention: Mention, code: str | None, prefecture: str | None, geocoder: Geocoder) -> Answer:
    return geocoder.geocode(mention.text, mention.prefecture or prefecture, code)


def _placed(answer: Answer, contents: Contents) -> tuple[str, str]:
    """The municipality of an answer, or why there is none."""
    gazetteer = contents.gazetteer
    if len(answer.codes) == 1 and answer.level in _MUNICIPAL:
        place = gazetteer.place(answer.codes[0])
        return place.parent_code or place.code, ""
    if answer.codes:
        return "", "1つの市区町村の名前ではありません。"
    if answer.level == "foreign":
        return "", "海外の都市です。"
    maybe = [gazetteer.place(code).full_name for code in answer.candidates[:4]]
    told = all(name in answer.reason for name in maybe)
    return "", answer.reason + ("" if told else f"候補は {'、'.join(maybe)} です。")


def _said(grid: Grid, row: int, columns: Sequence[Column]) -> str:
    """What the columns of one role say in a row, on one line."""
    cells = (grid.covering(row, column.index) for column in columns)
    return " ".join(" ".join(cell.text.split()) for cell in cells if cell and cell.text)[:_LONGEST]


def _here(grid: Grid, row: int, cell: Cell) -> str:
    """Where a row is: of a merged cell the row that is meant, not the one in which the cell begins."""
    return cell.place if cell.row == row and cell.place else _place(grid, row)


def _place(grid: Grid, row: int) -> str:
    return next((cell.place for cell in grid.rows[row] if cell.place), f"{row + 1}行目")


def _text_of(grid: Grid, row: int) -> str:
    return " ".join(" ".join(cell.text.split()) for cell in grid.rows[row] if cell.text)[:_LONGEST]
