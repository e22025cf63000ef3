"""A table of numbers by municipality (population, area, finance …): which row is whose, and which columns are numbers.

Every row below the headings is either used or listed with its place and the reason why not: nothing is dropped in
silence, and nobody's number is given to somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.insight.indicators import Indicator
from geo.ledger.dataset import CONFIDENT
from geo.places.codes import to_code6
from geo.places.place import Place
from geo.shared import ERAS
from pipeline.intake.as_of import printed_as_of
from pipeline.intake.code_columns import is_code, place_code, readings, six_digits
from pipeline.intake.contents import Contents, increasing, share
from pipeline.intake.grid import Grid, open_file
from pipeline.intake.grid.cells import column_letter
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode import Geocoder

#: Columns of the numbers, one row a place and indicator.
VALUES = ("code", "level", "indicator", "unit", "value", "source_line", "source_place")

#: Marks of Japanese statistics for "no figure": none applies, not surveyed, kept secret, unknown.
MISSING = frozenset(
    [
        "",
        "-",
        "--",
        "―",
        "—",
        "–",
        "ー",
        "‐",
        "−",
        "x",
        "X",
        "χ",
        "…",
        "...",
        "‥",
        "*",
        "**",
        "***",
        "/",
        "・",
    ]
    + ["na", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "不詳", "不明", "未集計", "秘匿", "該当なし", "なし"]
)
_NUMBER = re.compile(r"(?P<minus>[-−▲△]?)(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<unit>\D{0,4})")
_UNIT_TEXT = r"[%％‰²/㎢㎡円人台校園院床戸歳才件箇か所世帯百千万億mkhaｍｋ2当たりポイント点倍km]{1,8}|平方キロ(?:メートル)?|平方メートル|ヘクタール|パーセント"
_UNIT = re.compile(rf"[(（\[［]\s*(?:単位\s*[:：]?\s*)?(?P<unit>{_UNIT_TEXT})\s*[)）\]］]")
_UNIT_SAID = re.compile(rf"単位\s*[:：]?\s*(?P<unit>{_UNIT_TEXT})")
_UNITS = {
    "％": "%",
    "パーセント": "%",
    "km2": "km²",
    "㎢": "km²",
    "平方キロ": "km²",
    "平方キロメートル": "km²",
    "m2": "m²",
    "㎡": "m²",
    "平方メートル": "m²",
    "ヘクタール": "ha",
    "才": "歳",
}
#: Words and units of what cannot be added up from place to place.
_NO_SUM = re.compile("率|割合|構成比|比$|比[（(]|指数|平均|密度|当たり|あたり|年齢|水準|順位|偏差|中央値|倍")
_NO_SUM_UNITS = re.compile(r"[%‰/歳倍]|ポイント|当たり|点")
#: Numbers that count or name rows, and say nothing of a place.
_NO_INDICATOR = re.compile(
    r"(?:団体|地域|市区町村|都道府県|自治体)?(?:コード|番号)|no\.?|code|id|順位|年度?|年次|調査年|西暦|和暦",
    re.IGNORECASE,
)
#: Rows that add up others.
_TOTAL = re.compile(
    r"全国|総数|[合総小]計|計|[市区町村郡]+計|.{0,8}[（(]?(?:合計|総計|小計|の計|計)[)）]?|(?:市|郡|町村)部計?|.{1,8}区部|平均|全国平均|.{1,4}郡"
)
#: What stands in a column of municipalities for the whole of the prefecture beside it.
_WHOLE = re.compile(r"|[-―—–‐−]|計|合計|総数|総計|全域|[都道府県]計|都道府県計")
_CODE_BEFORE = re.compile(r"^\s*(\d{5,6})[\s_:：・\u3000]*(?=\D)")
_REMARK_AFTER = re.compile(r"\s*(?:[（(]?注?\d{1,2}[)）]|[※*＊]+\d*)$")
_SOURCE = re.compile(r"[（(]?(?:出典|資料|出所|データ元|典拠)\s*[:：]\s*(\S[^\n]{1,200})")
_AT_END = re.compile(r"\s*[（(][^（()）]{1,30}現在[^（()）]{0,10}[)）]$")
_YEAR = re.compile(rf"(?:{'|'.join(ERAS)})(?:元|\d{{1,2}})年度?|(?:19|20)\d\d年度?")
_GENERIC = re.compile(r"(?:sheet|シート|table)?\s*\d*|貼り付けた表", re.IGNORECASE)

#: A column is a key or a number where so much of it is; and headings are so many rows at most.
_KEY, _NUMERIC, _MOST_HEADS = 0.5, 0.6, 4
#: Sheets that are looked at.
_MOST_SHEETS = 40
#: Of a table in which more of the places stand in several rows, a row is not a place.
_MOST_TWICE = 0.3


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers.

    Parameters
    ----------
    name : its heading, without the unit, unlike any other of the table
    unit : 人, %, km²; "" where none is printed
    adds : whether its numbers can be added up from place to place, as far as name and unit say
    letter : of the spreadsheet
    """

    name: str
    unit: str
    adds: bool
    letter: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not used: its number from 1 and where it is, what it says, and why not."""

    line: int
    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a row that is used, which is neither a number nor a mark for none: its line and place, and its column."""

    line: int
    place: str
    text: str
    column: str


@dataclass(frozen=True, eq=False)
class IndicatorTable:
    """What was understood of a file.

    Parameters
    ----------
    file, sheet : what was read; ``others`` are the sheets that look like such tables, too
    title : what stands above the table, or the name of sheet or file
    source, as_of : whose numbers they are and of when, as the file prints it; "" where it does not
    columns : the numbers; ``unused`` are the headings of columns that are neither numbers nor say whose a row is
    values : columns VALUES; ``level`` is municipality, designated_ward or prefecture, missing numbers are left out
    used : level → how many rows stand for a place of it
    left_out : every other row below the headings
    unread : cells of used rows that are no numbers
    n_rows : of rows below the headings: those used and those left out
    key : by what the rows were told apart, a sentence
    """

    file: str
    sheet: str
    others: tuple[str, ...]
    title: str
    source: str
    as_of: str
    columns: tuple[NumberColumn, ...]
    unused: tuple[str, ...]
    values: pd.DataFrame
    used: dict[str, int]
    left_out: tuple[LeftOut, ...]
    unread: tuple[Unread, ...]
    n_rows: int
    key: str

    def indicator(self, name: str, adds: bool | None = None) -> Indicator:
        """The numbers of one column; ``adds`` is what a person says of whether they add up.

        Raises KeyError for a name of no column.
        """
        column = next((one for one in self.columns if one.name == name), None)
        if column is None:
            raise KeyError(name)
        own = self.values[self.values.indicator == name]
        series = {
            level: own[own.level == level].set_index("code").value for level in ("municipality", "prefecture")
        }
        said = column.adds if adds is None else adds
        return Indicator(name, column.unit, series["municipality"], series["prefecture"], said)


def read_indicators(
    file: Path | bytes | Sequence[Grid],
    contents: Contents,
    geocoder: Geocoder,
    name: str = "",
    sheet: str = "",
) -> IndicatorTable:
    """Understand a file, or the tables it was opened to, as numbers by municipality.

    Parameters
    ----------
    name : what the file is called
    sheet : the sheet to read, "" for the one that looks most like it

    Raises
    ------
    SourceError : it cannot be opened, or holds no such table; one Japanese sentence says so.
    """
    name = name or (file.name if isinstance(file, Path) else "貼り付けた表")
    grids = open_file(file, name) if isinstance(file, Path | bytes) else list(file)
    if sheet:
        chosen = [grid for grid in grids if squeeze(grid.name) == squeeze(sheet)]
        if not chosen:
            known = "、".join(grid.name for grid in grids)
            raise SourceError(
                f"ファイル「{name}」に「{sheet}」というシートはありません。あるのは {known} です。"
            )
        return _read(chosen[0], contents, geocoder, name)
    found: list[IndicatorTable] = []
    why: list[SourceError] = []
    for grid in grids[:_MOST_SHEETS]:
        try:
            found.append(_read(grid, contents, geocoder, name))
        except SourceError as error:
            why.append(error)
    if not found:
        raise why[0]
    hidden = {grid.name for grid in grids if grid.hidden}
    best = max(found, key=lambda one: (one.sheet not in hidden, sum(one.used.values()), len(one.columns)))
    return replace(best, others=tuple(one.sheet for one in found if one is not best))


def number(text: str) -> tuple[float | None, str]:
    """A printed number and the unit behind it; None for what is none.

    >>> number("１２，３４５"), number("▲1.5"), number("28.4％"), number("約３万人"), number("123人")
    ((12345.0, ''), (-1.5, ''), (28.4, '%'), (None, ''), (123.0, '人'))
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _NUMBER.fullmatch(plain)
    if not match or not _well_grouped(match["digits"]):
        return None, ""
    unit = match["unit"]
    if unit and not re.fullmatch(_UNIT_TEXT, unit):
        return None, ""
    value = float(match["digits"].replace(",", ""))
    return (-value if match["minus"] else value), _UNITS.get(unit, unit)


def _well_grouped(digits: str) -> bool:
    """Whether commas, where there are any, stand before every three digits: 1,234 but not 12,34."""
    whole = digits.split(".")[0]
    return "," not in whole or re.fullmatch(r"\d{1,3}(?:,\d{3})+", whole) is not None


def adds_up(name: str, unit: str) -> bool:
    """Whether numbers of this name and unit can be added up from place to place: people can, shares cannot.

    >>> adds_up("人口", "人"), adds_up("高齢化率", "%"), adds_up("財政力指数", ""), adds_up("人口密度", "人/km²")
    (True, False, False, False)
    """
    return not (_NO_SUM.search(name) or _NO_SUM_UNITS.search(unit))


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return squeeze(text) in MISSING or text.strip() in MISSING


@dataclass(frozen=True, slots=True)
class _Keys:
    """The columns that say whose a row is, None where there is no such column; whether the codes have six digits."""

    code: int | None
    prefecture: int | None
    name: int | None
    six_digits: bool


@dataclass(slots=True)
class _Row:
    """A row with what it says of its place: the place, or why there is none."""

    number: int
    place: str
    text: str
    found: Place | None
    why: str = ""


def _read(grid: Grid, contents: Contents, geocoder: Geocoder, file: str) -> IndicatorTable:
    keys = _keys(grid, contents)
    if keys is None:
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」に、市区町村の名前か団体コードの並ぶ列が見つかりません。"
            "「団体コード」か「市区町村」の列を入れて、もう一度読み込んでください。"
        )
    first = _first_row(grid, keys, contents)
    rows = _rows(grid, keys, first, contents, geocoder)
    numbers = _number_columns(grid, keys, first, rows)
    if not numbers:
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」に、市区町村ごとの数の並ぶ列が見つかりません。"
            "人口や面積などの数の列を入れて、もう一度読み込んでください。"
        )
    used, left_out = _each_once(rows, grid, list(numbers), file)
    columns, values, unread = _values(grid, numbers, used)
    head = [
        *grid.captions,
        *(" ".join(cell.text for cell in cells if cell.text) for cells in grid.rows[:first]),
    ]
    return IndicatorTable(
        file=file,
        sheet=grid.name,
        others=(),
        title=_title(grid, first, file),
        source=_source(grid),
        as_of=_as_of([line for line in head if line], file),
        columns=tuple(columns),
        unused=tuple(_unused(grid, keys, first, numbers)),
        values=values,
        used=dict(Counter(row.found.level for row in used if row.found)),
        left_out=tuple(left_out),
        unread=tuple(unread),
        n_rows=len(rows),
        key=_said(grid, keys, first),
    )


def _text(grid: Grid, row: int, column: int | None) -> str:
    """What a cell of a key says, spans included."""
    cell = grid.covering(row, column) if column is not None else None
    return cell.text.strip().strip("\u3000") if cell else ""


def _keys(grid: Grid, contents: Contents) -> _Keys | None:
    """The columns by which the rows are told apart."""
    texts: dict[int, list[str]] = {}
    for cells in grid.rows:
        filled = [cell for cell in cells if cell.text.strip()]
        # What stands alone in its row is a title or a remark.
        for cell in filled if len(filled) > 1 else []:
            texts.setdefault(cell.column, []).append(cell.text.strip())
    codes, names, prefectures = {}, {}, {}
    for column, own in texts.items():
        plain = [_CODE_BEFORE.sub("", text) for text in own]
        found = [text for text in own if any(readings(text, contents.gazetteer))]
        # What counts people looks like a code now and then; what is a code is so throughout, and differs.
        headed = any("コード" in text for text in own[:_MOST_HEADS]) and share(map(is_code, own)) >= _KEY
        if found and (headed or len(found) >= _KEY * len(own)) and len(set(found)) > 0.6 * len(found):
            codes[column] = len(found)
        named = [bool(contents.named(text)) and not contents.prefecture(text) for text in plain]
        homes = [contents.prefecture(text) is not None for text in plain]
        if share(homes) >= _KEY:
            prefectures[column] = sum(homes)
        if share(a or b for a, b in zip(named, homes, strict=True)) >= _KEY and any(named):
            names[column] = sum(named)
    code = max(codes, key=lambda column: (codes[column], -column), default=None)
    name = max(names, key=lambda column: (names[column], -column), default=None)
    others = [column for column in prefectures if column != name]
    prefecture = max(others, key=lambda column: (prefectures[column], -column), default=None)
    if name is None and prefecture is None and code is None:
        return None
    printed = texts[code] if code is not None else []
    if name is not None:
        printed += [before[1] for text in texts[name] if (before := _CODE_BEFORE.match(text))]
    return _Keys(code, prefecture, name, six_digits(printed, contents.gazetteer))


def _first_row(grid: Grid, keys: _Keys, contents: Contents) -> int:
    """The row below the headings."""
    for row in range(len(grid.rows)):
        if any(readings(_text(grid, row, keys.code), contents.gazetteer)):
            return row
        for column in (keys.name, keys.prefecture):
            text = _text(grid, row, column)
            plain = _CODE_BEFORE.sub("", text)
            more = sum(bool(cell.text) for cell in grid.rows[row]) > 1
            if text and more and (contents.named(plain) or contents.prefecture(plain)):
                return row
            if column == keys.name and more and re.fullmatch("全国|総数|合計|総計", squeeze(plain)):
                return row
    return len(grid.rows)


def _rows(grid: Grid, keys: _Keys, first: int, contents: Contents, geocoder: Geocoder) -> list[_Row]:
    """Every row with something in it from the first on, each with its place."""
    rows: list[_Row] = []
    # The prefecture above: in its own column where that is left empty below, or as a row of its own.
    home, heading = "", ""
    for number_, cells in enumerate(grid.rows):
        texts = [cell.text for cell in cells if cell.text.strip()]
        if number_ < first or not texts:
            continue
        own = contents.prefecture(_CODE_BEFORE.sub("", _text(grid, number_, keys.prefecture))) or ""
        home = own or home
        where = next(cell.place for cell in cells if cell.text.strip())
        text = " ".join(re.sub(r"\s+", " ", part) for part in texts)[:200]
        row = _place(grid, number_, keys, (own, home, heading), contents, geocoder)
        if row[0] is not None and row[0].level == "prefecture":
            heading = row[0].name
        rows.append(_Row(number_, where, text, *row))
    return rows


def _place(
    grid: Grid,
    row: int,
    keys: _Keys,
    homes: tuple[str, str, str],
    contents: Contents,
    geocoder: Geocoder,
) -> tuple[Place | None, str]:
    """The place a row is of, or why it is of none; ``homes``: the prefecture beside it, carried down, and above."""
    gazetteer = contents.gazetteer
    own, home, heading = homes
    printed, text = _text(grid, row, keys.code), _text(grid, row, keys.name)
    if not printed and (before := _CODE_BEFORE.match(text)):
        printed = before[1]
    name = _REMARK_AFTER.sub("", _CODE_BEFORE.sub("", text)).strip()
    code = place_code(printed, keys.six_digits, gazetteer)
    code6 = to_code6(code) if code else contents.code(printed)
    plain = squeeze(name)
    if code is not None:
        place = gazetteer.place(code)
        if place.level == "prefecture":
            if not plain or _WHOLE.fullmatch(plain) or contents.prefecture(plain) == place.name:
                return place, ""
        elif not plain or _calls(place, plain):
            return place, ""
    bare = not plain or bool(_WHOLE.fullmatch(plain))
    if bare and own and not (printed and code is None and is_code(printed)):
        return gazetteer.prefecture(own), ""
    if plain and _TOTAL.fullmatch(plain) and not contents.named(plain):
        return None, "合計やまとまりの行です"
    if not plain:
        if printed and is_code(printed):
            return (
                None,
                f"団体コード {printed} の自治体がありません（検査数字が合わないか、今はないコードです）",
            )
        return None, "どの自治体の行か、書かれていません"
    if prefecture := contents.prefecture(plain):
        if code is not None and gazetteer.place(code).name != prefecture:
            return None, f"団体コード {printed} は{gazetteer.place(code).full_name}で、「{name}」と合いません"
        return gazetteer.prefecture(prefecture), ""
    answer = geocoder.geocode(name, prefecture=home or None, code6=code6)
    sure = len(answer.codes) == 1 and answer.confidence >= CONFIDENT
    if not home and heading:
        # A row of a prefecture may stand above its municipalities, or above those of others.
        closer = geocoder.geocode(name, prefecture=heading, code6=code6)
        if len(closer.codes) == 1 and gazetteer.place(closer.codes[0]).prefecture == heading and not sure:
            answer, sure = closer, closer.confidence >= CONFIDENT
    if not sure or answer.via:
        candidates = "、".join(gazetteer.place(one).full_name for one in answer.candidates[:3])
        more = f"（{candidates} のどれか）" if candidates else ""
        return None, f"「{name}」がどの自治体か決められません{more}"
    place = gazetteer.place(answer.codes[0])
    if answer.method == "former_name":
        return None, f"「{name}」は今の{place.full_name}の一部なので、その値にはできません"
    if answer.level not in ("municipality", "designated_ward"):
        return None, f"「{name}」は自治体そのものではありません"
    if home and place.prefecture != home:
        return None, f"「{name}」は{home}にありません"
    if code is not None and code != place.code:
        return None, f"団体コード {printed} は{gazetteer.place(code).full_name}で、「{name}」と合いません"
    if printed and is_code(printed) and code is None and len(printed) == 6:
        return None, f"団体コード {printed} の検査数字が合わないか、「{name}」のコードではありません"
    return place, ""


def _calls(place: Place, plain: str) -> bool:
    """Whether a text without white space is a name of a place, with or without what it lies in."""
    known = {place.name, place.city + place.name, place.full_name, place.prefecture + place.name}
    return plain in known | {place.district + place.name, place.prefecture + place.district + place.name}


def _number_columns(grid: Grid, keys: _Keys, first: int, rows: Sequence[_Row]) -> dict[int, tuple[str, str]]:
    """The columns of numbers → (heading, unit)."""
    body = [row.number for row in rows if row.found is not None]
    heads, general = _heads(grid, first)
    said = _UNIT_SAID.search(" ".join((*grid.captions, *general)))
    found: dict[int, tuple[str, str]] = {}
    for column in range(grid.width):
        if column in (keys.code, keys.name, keys.prefecture):
            continue
        cells = [cell for row in body if (cell := grid.at(row, column)) and not is_missing(cell.text)]
        numbers = [number(cell.text) for cell in cells if cell.kind != "date"]
        known = [pair for pair in numbers if pair[0] is not None]
        if not known or len(known) < _NUMERIC * len(cells):
            continue
        parts = []
        for row in heads:
            text = _text(grid, row, column)
            if text and text not in parts:
                parts.append(text)
        heading = re.sub(r"\s+", "", unicodedata.normalize("NFKC", "・".join(parts)))
        if _NO_INDICATOR.fullmatch(heading):
            continue
        if not heading and increasing([cell.text for cell in cells]):
            continue
        units = [match["unit"] for match in _UNIT.finditer(heading)]
        name = _UNIT.sub("", heading).strip("・") or heading or f"{column_letter(column)}列の値"
        behind = Counter(unit for _, unit in known if unit).most_common(1)
        unit = units[-1] if units else behind[0][0] if behind else said["unit"] if said else ""
        found[column] = (name[:60], _UNITS.get(unit, unit))
    names = Counter(name for name, _ in found.values())
    return {
        column: (f"{name}（{column_letter(column)}列）" if names[name] > 1 else name, unit)
        for column, (name, unit) in found.items()
    }


def _unused(grid: Grid, keys: _Keys, first: int, numbers: Collection[int]) -> list[str]:
    """The headings of the columns below which something stands that is not read, or where they are."""
    heads, _ = _heads(grid, first)
    below = {cell.column for cells in grid.rows[first:] if len(cells) > 1 for cell in cells if cell.text}
    found = []
    for column in sorted(below - {keys.code, keys.name, keys.prefecture, *numbers}):
        parts = dict.fromkeys(text for row in heads if (text := _text(grid, row, column)))
        found.append(squeeze("・".join(parts))[:60] or f"{column_letter(column)}列")
    return found


def _heads(grid: Grid, first: int) -> tuple[list[int], list[str]]:
    """The rows of headings above the first row, and the texts that stand above it alone in their row."""
    heads: list[int] = []
    general: list[str] = []
    for row in range(first - 1, -1, -1):
        cells = [cell for cell in grid.rows[row] if cell.text]
        alone = len(cells) == 1 and (cells[0].column_span == 1 or cells[0].column == 0)
        if alone and not (heads == [] and grid.width <= 2):
            general.append(cells[0].text)
        elif cells and len(heads) < _MOST_HEADS:
            heads.insert(0, row)
    return heads, general


def _each_once(
    rows: Sequence[_Row], grid: Grid, columns: Sequence[int], file: str
) -> tuple[list[_Row], list[LeftOut]]:
    """The rows that stand for a place, one each, and all others with the reason."""
    by_code: dict[str, list[_Row]] = {}
    for row in rows:
        if row.found is not None:
            by_code.setdefault(row.found.code, []).append(row)
    kept: dict[int, str] = {}
    several: list[_Row] = []
    for own in by_code.values():
        numbers = [tuple(_text(grid, row.number, column) for column in columns) for row in own]
        if len(set(numbers)) > 1:
            several.append(own[0])
            places = "、".join(row.place for row in own[:3])
            for row in own:
                kept[row.number] = f"同じ自治体の行が{len(own)}つあり、値が違います（{places}）"
        else:
            for row in own[1:]:
                kept[row.number] = f"{own[0].place}と同じ自治体の、同じ値の行です"
    if len(by_code) and len(several) > _MOST_TWICE * len(by_code):
        raise SourceError(
            f"ファイル「{file}」の「{grid.name}」には、同じ自治体の行がいくつもあり（{several[0].place}の「{several[0].text[:30]}」など）、"
            "どれを使うか決められません。1つの自治体が1行になるように、年や項目を1つにして読み込んでください。"
        )
    used = [row for row in rows if row.found is not None and row.number not in kept]
    left_out = [
        LeftOut(row.number + 1, row.place, row.text, row.why or kept[row.number])
        for row in rows
        if row.found is None or row.number in kept
    ]
    return used, left_out


def _values(
    grid: Grid, numbers: dict[int, tuple[str, str]], used: Sequence[_Row]
) -> tuple[list[NumberColumn], pd.DataFrame, list[Unread]]:
    columns: list[NumberColumn] = []
    values: list[tuple] = []
    unread: list[Unread] = []
    for column, (name, unit) in numbers.items():
        columns.append(NumberColumn(name, unit, adds_up(name, unit), column_letter(column)))
        for row in used:
            cell = grid.at(row.number, column)
            if row.found is None or cell is None or is_missing(cell.text):
                continue
            value, behind = number(cell.text)
            if value is None or (behind and unit and behind != unit):
                unread.append(Unread(row.number + 1, cell.place, cell.text[:60], name))
                continue
            place = row.found
            values.append((place.code, place.level, name, unit, value, row.number + 1, cell.place))
    return columns, pd.DataFrame(values, columns=list(VALUES)), unread


def _title(grid: Grid, first: int, file: str) -> str:
    """What the table is called: what stands above it, else the name of the sheet, else that of the file."""
    _, general = _heads(grid, first)
    above = [*grid.captions, *reversed(general)]
    for text in above:
        plain = re.sub(r"\s+", " ", text).strip()
        if (
            plain
            and not _SOURCE.search(plain)
            and not _UNIT_SAID.search(plain)
            and not plain.startswith(("※", "注"))
        ):
            return (_AT_END.sub("", plain) or plain)[:200]
    return Path(file).stem if _GENERIC.fullmatch(grid.name.strip()) else grid.name[:200]


def _source(grid: Grid) -> str:
    """Whose numbers they are, where the file says it."""
    texts = [
        *grid.captions,
        *(cell.text for cells in grid.rows for cell in cells if ":" in cell.text or "：" in cell.text),
    ]
    for text in texts:
        if match := _SOURCE.search(text):
            return re.sub(r"\s+", " ", match[1]).strip(" 。")[:200]
    return ""


def _as_of(head: Sequence[str], file: str) -> str:
    """The day or the year the numbers stand for, where the file says one and no other."""
    with suppress(SourceError):
        if found := printed_as_of(head, file):
            return found.printed
    for texts in (head, [Path(file).stem]):
        years = {match for text in texts for match in _YEAR.findall(squeeze(text))}
        if len(years) == 1:
            return years.pop()
    return ""


def _said(grid: Grid, keys: _Keys, first: int) -> str:
    """By what the rows were told apart, a sentence."""
    heads, _ = _heads(grid, first)

    def called(column: int) -> str:
        parts = dict.fromkeys(text for row in heads if (text := _text(grid, row, column)))
        return (
            f"「{squeeze(''.join(parts))}」（{column_letter(column)}列）"
            if parts
            else f"{column_letter(column)}列"
        )

    said = []
    if keys.code is not None:
        said.append(f"{called(keys.code)}の団体コード")
    if keys.prefecture is not None:
        said.append(f"{called(keys.prefecture)}の都道府県")
    if keys.name is not None:
        said.append(f"{called(keys.name)}の名前")
    return f"{'と、'.join(said)}から、どの自治体の行かを決めました。"
