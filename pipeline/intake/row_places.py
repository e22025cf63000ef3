"""Which municipality each row of a table stands for, by its code, its name, and the prefecture beside or above it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.ledger.dataset import CONFIDENT
from geo.places.codes import to_code6
from geo.places.place import Place
from pipeline.intake.code_columns import is_code, place_code, readings, six_digits
from pipeline.intake.contents import Contents, share
from pipeline.intake.grid import Grid
from pipeline.intake.source_text import squeeze
from pipeline.reading.geocode import Geocoder

#: Rows that add up others.
_TOTAL = re.compile(
    r"全国|総数|[合総小]計|計|[市区町村郡]+計|.{0,8}[（(]?(?:合計|総計|小計|の計|計)[)）]?|(?:市|郡|町村)部計?|.{1,8}区部|平均|全国平均|.{1,4}郡"
)
#: What stands in a column of municipalities for the whole of the prefecture beside it.
_WHOLE = re.compile(r"|[-―—–‐−]|計|合計|総数|総計|全域|[都道府県]計|都道府県計")
_CODE_BEFORE = re.compile(r"^\s*(\d{5,6})[\s_:：・\u3000]*(?=\D)")
_REMARK_AFTER = re.compile(r"(?<!\s)\s*+(?:[（(]?注?\d{1,2}[)）]|(?<![※*＊])[※*＊]++\d*+)$")

#: A column is a key where so much of it is; its heading stands in so many rows at most.
_KEY, MOST_HEADS = 0.5, 4


@dataclass(frozen=True, slots=True)
class Keys:
    """The columns that say whose a row is, None where there is no such column; whether the codes have six digits."""

    code: int | None
    prefecture: int | None
    name: int | None
    six_digits: bool


@dataclass(slots=True)
class Row:
    """A row with what it says of its place: the place, or why there is none."""

    number: int
    place: str
    text: str
    found: Place | None
    why: str = ""


def text_of(grid: Grid, row: int, column: int | None) -> str:
    """What a cell of a key says, spans included."""
    cell = grid.covering(row, column) if column is not None else None
    return cell.text.strip().strip("\u3000") if cell else ""


def key_columns(grid: Grid, contents: Contents) -> Keys | None:
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
        headed = any("コード" in text for text in own[:MOST_HEADS]) and share(map(is_code, own)) >= _KEY
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
    printed = list(texts[code]) if code is not None else []
    if name is not None:
        printed += [before[1] for text in texts[name] if (before := _CODE_BEFORE.match(text))]
    return Keys(code, prefecture, name, six_digits(printed, contents.gazetteer))


def first_row(grid: Grid, keys: Keys, contents: Contents) -> int:
    """The row below the headings."""
    for row in range(len(grid.rows)):
        if any(readings(text_of(grid, row, keys.code), contents.gazetteer)):
            return row
        for column in (keys.name, keys.prefecture):
            text = text_of(grid, row, column)
            plain = _CODE_BEFORE.sub("", text)
            more = sum(bool(cell.text) for cell in grid.rows[row]) > 1
            if text and more and (contents.named(plain) or contents.prefecture(plain)):
                return row
            if column == keys.name and more and re.fullmatch("全国|総数|合計|総計", squeeze(plain)):
                return row
    return len(grid.rows)


def rows_of(grid: Grid, keys: Keys, first: int, contents: Contents, geocoder: Geocoder) -> list[Row]:
    """Every row with something in it from the first on, each with its place."""
    rows: list[Row] = []
    # The prefecture above: in its own column where that is left empty below, or as a row of its own.
    home, heading = "", ""
    for number_, cells in enumerate(grid.rows):
        texts = [cell.text for cell in cells if cell.text.strip()]
        if number_ < first or not texts:
            continue
        own = contents.prefecture(_CODE_BEFORE.sub("", text_of(grid, number_, keys.prefecture))) or ""
        home = own or home
        where = next(cell.place for cell in cells if cell.text.strip())
        text = " ".join(re.sub(r"\s+", " ", part) for part in texts)[:200]
        row = _place(grid, number_, keys, (own, home, heading), contents, geocoder)
        if row[0] is not None and row[0].level == "prefecture":
            heading = row[0].name
        rows.append(Row(number_, where, text, *row))
    return rows


def _place(
    grid: Grid,
    row: int,
    keys: Keys,
    homes: tuple[str, str, str],
    contents: Contents,
    geocoder: Geocoder,
) -> tuple[Place | None, str]:
    """The place a row is of, or why it is of none; ``homes``: the prefecture beside it, carried down, and above."""
    gazetteer = contents.gazetteer
    own, home, heading = homes
    printed, text = text_of(grid, row, keys.code), text_of(grid, row, keys.name)
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
