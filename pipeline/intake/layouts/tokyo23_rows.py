"""The printed rows of the 23-ward list: what stands in which cell once extraction has shuffled them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.places.codes import PREFECTURES
from pipeline.intake.headers import (
    is_table_row,
    no_header,
    read_header,
    read_years,
    require_columns,
    require_complete,
    require_short,
    total_row,
    unknown_columns,
    unquoted,
)
from pipeline.intake.printed_lines import Merged
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.rule import Note
from pipeline.rules.unread_line import UNREAD_LINE
from pipeline.words.dates import StartYear, parse_years

COLUMNS = ("各特別区名", "連携カテゴリ", "事業名称等", "事業主体", "連携相手方", "事業内容", "事業開始年度")
WARD, CATEGORY, NAME, ORGANISER, PARTNER, SUMMARY, YEARS = range(len(COLUMNS))

# fmt: off
_WARD_NAMES = [
    "千代田", "中央", "港", "新宿", "文京", "台東", "墨田", "江東", "品川", "目黒", "大田", "世田谷",
    "渋谷", "中野", "杉並", "豊島", "北", "荒川", "板橋", "練馬", "足立", "葛飾", "江戸川",
]
# fmt: on
#: Name of a special ward as the list prints it → code (JIS X 0402: 13101 to 13123).
WARDS: dict[str, str] = {name: str(code) for code, name in enumerate(_WARD_NAMES, start=13101)}

#: What a project is called whose name is not printed.
NAMELESS = "（事業名の記載なし）"

# The title, the reference date and page numbers, wherever a page repeats them.
_FURNITURE = re.compile(
    r"各特別区と全国市町村等連携事業一覧|(?:令和|平成)[元\d].{1,12}現在|[-–—]?\d+(?:/\d+)?[-–—]?"
)
_YEARS_ONLY = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和)(?:元|\d{1,2})年度?頃?|[MTSHR](?:元|\d{1,2})(?:年度?)?|\d{4}年度?|[-‐-―−ー─]|不明|\([^()]*\))+"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row. Only a *named* row (ward and project name) opens a project.

    ``partner`` keeps its line-wrap spaces; ``page`` counts the page headers printed above the row;
    ``misread`` is what stands in the ward's cell beside a project name and is no special ward; ``goes_on`` says that
    the name of the project is in a merged cell that begins above.
    """

    line: int
    page: int
    origin_code: str
    category: str
    name: str
    organiser: str
    partner: str
    summary: str
    years: tuple[StartYear | None, ...]
    misread: str = ""
    goes_on: bool = False

    @property
    def named(self) -> bool:
        """Whether the row carries a ward and a project name."""
        return bool(self.origin_code and self.name)


def read_rows(lines: Sequence[str], file: str, merged: Merged) -> tuple[list[Row], list[Note]]:
    """Read every printed row of the table, and a note for each text that is no part of it.

    A row with a project of its own has also what merged cells above say of several projects; of any other row only what
    begins on it is its own.

    Raises
    ------
    SourceError : no header, a column missing in a header, or the last row cut off.
    """
    rows: list[Row] = []
    notes: list[Note] = []
    positions: tuple[int, ...] = ()
    known: set[int] = set()
    leftovers: dict[int, str] = {}
    leftovers_line = 0
    widths: list[tuple[int, int]] = []
    told: set[str] = set()
    page = 0
    for line, text in enumerate(unquoted(lines), start=1):
        if header := read_header(text, COLUMNS):
            page += 1
            if header.positions:
                require_columns(header, COLUMNS, file, line)
                notes += [unread(leftovers_line, text_left) for text_left in leftovers.values()]
                positions, leftovers, leftovers_line = header.positions, header.extra, line
                known = {*positions, *header.others}
                notes += unknown_columns(header, line, told)
            continue
        if not positions:
            if is_table_row(text):
                raise no_header(COLUMNS, file, line)
            continue
        if not squeeze(text) or _FURNITURE.fullmatch(squeeze(text)):
            continue
        if total := total_row(line, text):
            notes.append(total)
            continue
        cells = text.split("\t")
        if len(cells) > 1 or squeeze(text) in WARDS:
            widths.append((line, len(cells)))
        elif not _stands_alone(squeeze(text)):
            notes.append(unread(line, text))
            continue
        require_short(cells, positions[PARTNER], file, line)
        values = [cells[position].strip() if position < len(cells) else "" for position in positions]
        beyond = "".join(cell for position, cell in enumerate(cells) if position not in known).strip()
        if beyond:
            notes.append(unread(line, beyond))
        for index, text_left in leftovers.items():
            # A word of the first row below ended up in the header cell above it.
            if values[index] or not _belongs(index, text_left):
                notes.append(unread(leftovers_line, text_left))
            else:
                values[index] = text_left
        leftovers = {}
        above = merged.get(line, frozenset())
        goes_on = positions[NAME] in above
        if goes_on or not values[NAME]:
            values = ["" if at in above else value for at, value in zip(positions, values, strict=True)]
        row = replace(_row(values, line, page, notes), goes_on=goes_on)
        if row.name or row.organiser or row.partner or row.summary or row.years:
            rows.append(row)
        elif any(values):
            notes.append(unread(line, "".join(values)))
    if not positions:
        raise no_header(COLUMNS, file)
    notes += [unread(leftovers_line, text_left) for text_left in leftovers.values()]
    require_complete(widths, max(positions) + 1, file)
    return rows, notes


def unread(line: int, text: str) -> Note:
    """Return the note for a printed text that belongs to no project."""
    return UNREAD_LINE.note(line, squeeze(text), "project")


def _stands_alone(text: str) -> bool:
    """Whether a line without any tab is a partner or years (an editor may have cut its empty cells)."""
    return bool(_YEARS_ONLY.fullmatch(text)) or text.startswith(tuple(PREFECTURES.values()))


def _belongs(index: int, text: str) -> bool:
    """Whether a text can be what a column holds: a ward, years, or in any other column anything at all."""
    if index == WARD:
        return squeeze(text).removesuffix("区") in WARDS
    return index != YEARS or any(parse_years(text))


def _row(values: list[str], line: int, page: int, notes: list[Note]) -> Row:
    for index in (WARD, CATEGORY):
        if squeeze(values[index]).startswith(COLUMNS[index]):
            values[index] = squeeze(values[index]).removeprefix(COLUMNS[index])
    ward = squeeze(values[WARD])
    # 「港区」 alone in the first cell is a partner that slipped there; a ward has a project beside it.
    origin_code = WARDS.get(ward.removesuffix("区") if values[NAME] else ward, "")
    slipped = "" if origin_code else values[WARD]
    misread = squeeze(slipped) if values[NAME] else ""
    if misread:
        notes.append(unread(line, misread))
        slipped = ""
    row = Row(
        line=line,
        page=page,
        origin_code=origin_code,
        category=values[CATEGORY],
        name=unwrap(values[NAME]),
        organiser=unwrap(values[ORGANISER]),
        partner=f"{slipped} {values[PARTNER]}".strip(),
        summary=unwrap(values[SUMMARY]),
        years=read_years(values[YEARS], line, notes),
        misread=misread,
    )
    if not row.origin_code and _YEARS_ONLY.fullmatch(squeeze(row.category)):
        row = replace(row, category="", years=parse_years(row.category) + row.years)
    if _YEARS_ONLY.fullmatch(squeeze(row.partner)):
        row = replace(row, partner="", years=parse_years(row.partner) + row.years)
    return row
