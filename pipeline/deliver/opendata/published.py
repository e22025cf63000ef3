"""The tables that are published, and the dictionary of their fields: the same in CSV, Parquet and a database.

They are the built tables (geo.ledger.schema) of a selection, with what a reader elsewhere needs: codes with their check
digit, each code behind a letter as the key of the table of places, a key in every table, and no column of lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import PREFECTURE
from geo.ledger.schema import KINDS, SCHEMA, Column
from geo.ledger.selection import Selection
from geo.places.codes import lettered, to_code6
from pipeline.deliver.table_sheets import EXPORTS, WORDS, rows
from pipeline.reading.projects import Identifiers
from pipeline.words.view import KINDS as KIND_WORDS

# A table has the same few codes over and over.
_behind_a_letter, _six_digits = lru_cache(5000)(lettered), lru_cache(5000)(to_code6)

#: What several members of a field stand apart by.
SEPARATOR = "|"

#: Columns of one code each: the field behind a letter, which is the key of a place, and the table it refers to.
_CODES = {
    "origin_code": ("origin_id", "origins"),
    "partner_code": ("partner_id", "places"),
    "prefecture_code": ("prefecture_id", "places"),
    "parent_code": ("parent_id", "places"),
    "code": ("place_id", "places"),
}
#: Columns of several codes, and their field.
_SEVERAL = {"codes": "place_ids", "candidates": "candidate_ids"}
#: A code as a document prints it, which may be anything.
_PRINTED = "printed_code"

#: Column → the table and field that it refers to, table by table where that is not so in all of them.
_REFERENCES = {
    ("projects", "source"): ("documents", "id"),
    ("links", "source"): ("documents", "id"),
    ("links", "project_id"): ("projects", "project_id"),
    ("mentions", "source"): ("documents", "id"),
    ("mentions", "project_id"): ("projects", "project_id"),
    ("agreements", "source"): ("documents", "id"),
    ("agreement_members", "agreement_id"): ("agreements", "agreement_id"),
    ("partner_counts", "source"): ("documents", "id"),
    ("events", "source"): ("documents", "id"),
    ("indicators", "source"): ("documents", "id"),
    ("changes", "source_from"): ("documents", "id"),
    ("changes", "source_to"): ("documents", "id"),
}

#: Dates with year, month and day; those of events may lack the day.
_DATES = {("documents", "date"), ("agreements", "signed_on"), ("corrections", "date")}

#: Table without a key of its own → the key made for it: its field, the letter it begins with, what it is made of.
_MADE_KEYS = {
    "links": ("link_id", "l", ("project_id", "partner_code", "partner_text")),
    "findings": ("finding_id", "f", ("rule", "source", "source_line", "subject", "parameters")),
    "changes": (
        "change_id",
        "h",
        ("series", "change", "origin_code", "project_id_from", "project_id_to", "partner_code", "before"),
    ),
}

#: Tables of places, which are published as one.
_PLACES = ("municipalities", "prefectures")

_LETTER = "c と6桁の全国地方公共団体コード（c011002）。表計算ソフトに数として読まれない"
_SIX = "全国地方公共団体コード（6桁、検査数字つき）。先頭の0も数字のうち"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a published table.

    Parameters
    ----------
    name, title, description : as the dictionary has them; the latter two in Japanese
    kind : "string", "integer", "number", "boolean" or "date"
    unit : of numbers
    values : all it may hold, where that is a fixed choice
    required : whether every row has it
    pattern : regular expression that each value fits; "" for none
    refers : table and field whose values it holds; None for none
    """

    name: str
    title: str
    description: str
    kind: str = "string"
    unit: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    pattern: str = ""
    refers: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """One published table: its title, what a row of it is, its fields, and those that tell its rows apart."""

    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]


def _fields(table: str, name: str, column: Column) -> Iterator[Field]:
    """The fields that a column of a built table is published as; none for a shape."""
    if name in _CODES:
        own, to = _CODES[name]
        label = column.label.replace("の団体コード", "") if column.label != "団体コード" else "団体"
        # What the column says of itself is its own form of a code, but where it says whose.
        whose = "" if "コード" in column.description or "NN000" in column.description else column.description
        said = f"{label}。{whose}。" if whose and table != "municipalities" else f"{label}。"
        yield Field(
            own,
            f"{label}の番号",
            f"{said}{_LETTER}",
            required=not column.null,
            pattern=r"c\d{6}",
            refers=(to, "origin_id" if to == "origins" else "place_id"),
        )
        stem = name if name != "code" else "place_code"
        yield Field(stem, column.label, f"{said}{_SIX}", required=not column.null, pattern=r"\d{6}")
    elif name in _SEVERAL:
        yield Field(
            _SEVERAL[name],
            column.label.replace("団体コード", "番号"),
            f"{column.description}。{_LETTER}。いくつもあれば縦棒で区切る",
            pattern=r"c\d{6}(\|c\d{6})*",
        )
    elif name == _PRINTED:
        yield Field(name, column.label, f"{column.description}（印刷されたまま）")
        yield Field("printed_id", "記載の団体コード（文字つき）", "同じものに c を付けたもの", pattern="c.*")
    elif column.dtype == "list":
        yield Field(name, column.label, f"{column.description}。いくつもあれば縦棒で区切る")
    elif column.dtype != "geometry":
        yield _plain(table, name, column)


def _plain(table: str, name: str, column: Column) -> Field:
    kind = {"Int64": "integer", "Float64": "number"}.get(column.dtype, "string")
    # A text that may be empty in the built tables is no value here: CSV does not tell the two apart.
    refers = _REFERENCES.get((table, name))
    required = not column.null and (kind != "string" or bool(column.values or refers))
    words = KIND_WORDS if (table, name) == ("municipalities", "kind") else WORDS.get(name, {})
    told = "、".join(f"{value}={words[value]}" for value in column.values if value in words)
    return Field(
        name,
        column.label,
        column.description + (f"。{told}" if told else ""),
        "date" if (table, name) in _DATES else kind,
        column.unit,
        column.values,
        required,
        refers=refers,
    )


def _published() -> dict[str, Published]:
    found: dict[str, Published] = {}
    for name, table in SCHEMA.items():
        if name in _PLACES:
            continue
        fields = [field for column, spec in table.columns.items() for field in _fields(name, column, spec)]
        key = tuple(_CODES[column][0] if column in _CODES else column for column in table.key)
        if name in _MADE_KEYS:
            own, letter, _ = _MADE_KEYS[name]
            label = f"{letter} と16進の12桁。同じ内容なら、作り直しても同じ番号"
            fields.insert(0, Field(own, f"{table.label}の番号", label, required=True))
            key = (own,)
        if name == "links":
            fields.append(
                Field(
                    "drawn",
                    "数に入れるか",
                    "地図に描き、数に入れる行なら true。相手先の確かでない行と、自分自身は false",
                    "boolean",
                    required=True,
                )
            )
        found[name] = Published(table.label, table.description, tuple(_keyed(fields, key)), key)
    documents = found.pop("documents")
    projects = found.pop("projects")
    first = {"documents": documents, "places": _places_table(), "origins": _origins_table()}
    return {**first, "projects": projects, **found}


def _keyed(fields: list[Field], key: tuple[str, ...]) -> Iterator[Field]:
    for field in fields:
        yield replace(field, required=True) if field.name in key else field


def _places_table() -> Published:
    columns = dict(SCHEMA["municipalities"].columns) | {
        "n_municipalities": SCHEMA["prefectures"].columns["n_municipalities"]
    }
    fields: list[Field] = []
    for name, column in columns.items():
        if name == "code6":
            continue
        fields += _fields("municipalities", name, column)
    own: dict[str, dict[str, Any]] = {
        "place_id": {"refers": None, "title": "団体の番号"},
        "place_code": {"title": "全国地方公共団体コード"},
        "name": {
            "title": "名前",
            "description": "市区町村、行政区または都道府県の名前。都道府県や、行政区の市は付けない",
        },
        "kind": {
            "values": (*KINDS, PREFECTURE),
            "description": "、".join(f"{kind}={KIND_WORDS[kind]}" for kind in KINDS)
            + f"、{PREFECTURE}=都道府県",
        },
        "prefecture_id": {"title": "都道府県の番号"},
        "parent_id": {"title": "市の番号"},
        "n_municipalities": {"required": False, "description": "都道府県の市区町村の数（行政区を除く）"},
    }
    return Published(
        "団体",
        "1行が1つの市区町村（1,741）、行政区（171）または都道府県（47）",
        tuple(_keyed([replace(field, **own.get(field.name, {})) for field in fields], ("place_id",))),
        ("place_id",),
    )


def _origins_table() -> Published:
    return Published(
        "連携元",
        "1行が、資料が連携を書いている団体の1つ",
        (
            Field(
                "origin_id",
                "連携元の番号",
                _LETTER,
                required=True,
                pattern=r"c\d{6}",
                refers=("places", "place_id"),
            ),
            Field("origin_code", "連携元の団体コード", _SIX, required=True, pattern=r"\d{6}"),
            Field("prefecture", "都道府県", "連携元のある都道府県"),
            Field("name", "連携元", "連携元の名前"),
        ),
        ("origin_id",),
    )


#: Every published table by its name, in the order in which none refers to one below it.
PUBLISHED: Mapping[str, Published] = _published()


def tables(dataset: Dataset, selection: Selection) -> dict[str, pd.DataFrame]:
    """Every table of PUBLISHED with its fields as columns.

    Projects, links, mentions, corrections and findings are those of the selection, as in the other files of data; the
    rest has no conditions and is whole. No text is changed; an empty one is none.
    """
    found = {name: getattr(dataset, name) for name in SCHEMA if name not in (*EXPORTS, *_PLACES)}
    found |= {name: rows(dataset, name, selection) for name in EXPORTS}
    origins = _origins(dataset, found)
    made = {"places": _places(dataset), "origins": origins}
    made |= {name: _table(name, table.reset_index(drop=True)) for name, table in found.items()}
    return {name: made[name][[field.name for field in PUBLISHED[name].fields]] for name in PUBLISHED}


def _table(name: str, table: pd.DataFrame) -> pd.DataFrame:
    shown: dict[str, pd.Series] = {}
    for column, spec in SCHEMA[name].columns.items():
        cells = table[column]
        if column in _CODES:
            shown[_CODES[column][0]] = _text(cells, _behind_a_letter)
            shown["place_code" if column == "code" else column] = _text(cells, _six_digits)
        elif column in _SEVERAL:
            shown[_SEVERAL[column]] = _text(cells, lambda codes: SEPARATOR.join(map(_behind_a_letter, codes)))
        elif spec.dtype == "list":
            shown[column] = _text(cells, SEPARATOR.join)
        elif spec.dtype == "string":
            shown[column] = _filled(cells)
            if column == _PRINTED:
                shown["printed_id"] = _text(cells.replace("", pd.NA), _behind_a_letter)
        else:
            shown[column] = cells
    if name in _MADE_KEYS:
        own, letter, parts = _MADE_KEYS[name]
        make = Identifiers().make
        cells = table[list(parts)].astype("string").fillna("")
        ids = [make(letter, *row) for row in cells.itertuples(index=False, name=None)]
        shown[own] = pd.Series(ids, index=table.index, dtype="string")
    if name == "links":
        shown["drawn"] = table.drawn.astype("boolean")
    return pd.DataFrame(shown)


def _text(cells: pd.Series, said: Callable[[Any], str]) -> pd.Series:
    """Cells as text, none where there is nothing in them."""
    return _filled(cells.map(said, na_action="ignore"))


def _filled(cells: pd.Series) -> pd.Series:
    return cells.astype("string").replace("", pd.NA)


def _places(dataset: Dataset) -> pd.DataFrame:
    wholes = dataset.prefectures.assign(
        prefecture_code=dataset.prefectures.code, prefecture=dataset.prefectures.name, kind=PREFECTURE
    )
    both = pd.concat(
        [pd.DataFrame(dataset.municipalities), pd.DataFrame(wholes)], ignore_index=True
    ).sort_values("code", ignore_index=True)
    return pd.DataFrame(
        {
            "place_id": _text(both.code, _behind_a_letter),
            "place_code": _text(both.code, _six_digits),
            "prefecture_id": _text(both.prefecture_code, _behind_a_letter),
            "prefecture_code": _text(both.prefecture_code, _six_digits),
            "parent_id": _text(both.parent_code, _behind_a_letter),
            "parent_code": _text(both.parent_code, _six_digits),
            **{name: _filled(both[name]) for name in ("prefecture", "name", "kana", "kind")},
            **{name: both[name] for name in ("lat", "lon", "area_km2", "n_municipalities")},
        }
    )


def _origins(dataset: Dataset, found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Whoever one of the tables speaks of as an origin."""
    codes = sorted({code for table in found.values() if "origin_code" in table for code in table.origin_code})
    points = [dataset.places[code] for code in codes]
    return pd.DataFrame(
        {
            "origin_id": [lettered(code) for code in codes],
            "origin_code": [to_code6(code) for code in codes],
            "prefecture": [point.prefecture for point in points],
            "name": [point.name for point in points],
        },
        dtype="string",
    )
