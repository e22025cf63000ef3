"""What stands in each column of the data files that the published site hands out: meaning, kind, unit, values."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import SCHEMA, Column
from pipeline.deliver import table_sheets
from pipeline.deliver.gpkg_tables import in_words
from pipeline.deliver.layers import COLUMNS
from pipeline.words import correction_words

#: Kinds of values as a reader calls them, by the dtypes of geo/ledger/schema.py.
KINDS = {
    "string": "文字",
    "Int64": "整数",
    "Float64": "小数",
    "list": "文字（いくつもあるときは縦棒で区切る）",
    "bool": "真偽",
    "geometry": "形",
}

#: Headings of the dictionary when it is saved; fields of :class:`Described` in this order.
HEADINGS_SAVED = ("ファイル", "表", "列", "名前", "意味", "値の種類", "単位", "とりうる値")

#: What a saved table says instead of what its column holds.
_SAID = {
    "source": Column("string", "資料", "資料の正式な名前"),
    "rule": Column("string", "指摘の種類", "指摘の種類の名前"),
}

_WAREKI = Column("string", "開始年（和暦）", "開始年を和暦で書いたもの。分からないときは空")
_CODE = Column("string", "", "全国地方公共団体コード（JIS X 0402）の上5桁。都道府県は NN000")
_PARTNERED = Column("Int64", "", "重なりを除いた、相手の市区町村の数。行政区は市にまとめる", "市区町村")
_PROJECTS = Column("Int64", "", "重なりを除いた事業の数", "事業")
_FIRST = Column("Int64", "", "始まった年の分かるもののうち、最初の年", "西暦年")
_FIRST_WAREKI = Column("string", "", "最初の年を和暦で書いたもの")

#: Columns that are counted or worded for a saved table, by its name; {} is the word for an origin.
_COUNTED: dict[str, dict[str, Column]] = {
    "origins": {
        "{}の団体コード": _CODE,
        "{}": Column("string", "", "連携元（資料がだれについて書いたものか）の名前"),
        "連携する市区町村": _PARTNERED,
        "届いている都道府県": Column(
            "Int64", "", "相手の市区町村か都道府県そのもののある都道府県の数", "都道府県"
        ),
        "事業": _PROJECTS,
        "うち個別の連携の事業": Column("Int64", "", "事業のうち、広域の集まりでないものの数", "事業"),
        "距離の中央値（km）": Column(
            "Float64", "", "相手の市区町村までの、役所どうしの直線距離の中央値", "km"
        ),
        "最初の年（西暦）": _FIRST,
        "最初の年（和暦）": _FIRST_WAREKI,
    },
    "prefectures": {
        "団体コード": _CODE,
        "都道府県": Column("string", "", "都道府県の名前"),
        "連携する市区町村": _PARTNERED,
        "市区町村": Column("Int64", "", "その都道府県で相手になりうる市区町村の数", "市区町村"),
        "連携率": Column(
            "Float64", "", "連携する市区町村の数を、相手になりうる市区町村の数で割ったもの", "0〜1"
        ),
        "事業": _PROJECTS,
        "つながる{}": Column("Int64", "", "その都道府県に相手のある連携元の数", "団体"),
        "都道府県そのものとの連携": Column(
            "string", "", "都道府県が相手の連携があるか", values=("あり", "なし")
        ),
        "最初の年（西暦）": _FIRST,
        "最初の年（和暦）": _FIRST_WAREKI,
    },
    "changes": {
        "違い": Column("string", "", "何が変わったか"),
        "{}": Column("string", "", "連携元（資料がだれについて書いたものか）の名前"),
        "事業（前）": Column("string", "", "前の版に印刷された事業名。始まった事業では空"),
        "事業（後）": Column("string", "", "後の版に印刷された事業名。終わった事業では空"),
        "相手": Column("string", "", "加わった、またはなくなった相手の名前"),
        "前": Column("string", "", "前の版の書き方（年、分野、名前、相手）"),
        "後": Column("string", "", "後の版の書き方"),
        "前の資料での場所": Column("string", "", "前の版のどこに書かれているか"),
        "後の資料での場所": Column("string", "", "後の版のどこに書かれているか"),
        "資料": Column("string", "", "くらべた2つの版"),
    },
}

#: What a GeoJSON file calls its layers → their names where their columns are told.
_OF_GEOJSON = {"flow": "flows", "partner": "partners", "origin": "origins"}

#: Columns that map programs add to a table, and those a layer of GeoJSON has beside its own.
_ADDED = {
    "fid": Column("Int64", "番号", "地図のソフトが付けた、行の通し番号"),
    "OGC_FID": Column("Int64", "番号", "地図のソフトが付けた、行の通し番号"),
    "geom": Column("geometry", "形", "経度・緯度（EPSG:4326）の点、線、または面"),
    "layer": Column("string", "種類", "流れの線か、相手先の点か、連携元の点か", values=tuple(_OF_GEOJSON)),
    "projects": Column(
        "list",
        "事業",
        "その連携の事業の一覧。番号（id）、事業名（name）、資料の番号（source）、資料の行（lines）、"
        "開始年（year）と年・年度の別（year_kind）",
    ),
}

#: Kinds of columns in a GeoPackage → dtypes of geo/ledger/schema.py; any other is a shape.
_OF_SQL = {"TEXT": "string", "INTEGER": "Int64", "MEDIUMINT": "Int64", "BOOLEAN": "bool", "REAL": "Float64"}

#: The unit of a number at the end of what a GeoPackage says of it.
_UNIT = re.compile("（単位: ([^）]*)）$")

#: What ends the heading of a column of codes that a spreadsheet keeps as they are (pipeline/deliver/csv.py).
_LETTERED = "（c＋6桁）"

#: What a column is of which nothing is said here: it is listed all the same.
_UNKNOWN = Column("string", "", "")

#: Tables of a GeoPackage that its readers keep for themselves.
_INTERNAL = ("layer_styles", "qgis_projects")


@dataclass(frozen=True, slots=True)
class Described:
    """A column of a data file, in the words of HEADINGS_SAVED; ``name`` is what a column of Latin letters is called."""

    file: str
    table: str
    column: str
    name: str
    meaning: str
    kind: str
    unit: str
    values: str


def dictionary(dataset: Dataset, folder: Path) -> list[Described]:
    """Every column of every table in the files of a folder: the workbook, CSV, GeoJSON and GeoPackage.

    ``folder`` holds what ``pipeline.deliver.site`` has written there.
    """
    found: list[Described] = []
    for path in sorted(folder.iterdir()):
        if (read := _READERS.get(path.suffix)) is not None:
            found += read(dataset, path)
    return found


def saved(described: list[Described]) -> pd.DataFrame:
    """The dictionary as a table to save."""
    rows = [tuple(getattr(one, field) for field in Described.__slots__) for one in described]
    return pd.DataFrame(rows, columns=list(HEADINGS_SAVED), dtype=object)


def sheet_columns(dataset: Dataset, name: str) -> dict[str, Column]:
    """What stands under each heading of one of ``table_sheets.SHEETS``."""
    origin = dataset.naming.heading
    if name not in table_sheets.EXPORTS:
        return {heading.format(origin): column for heading, column in _COUNTED[name].items()}
    columns: dict[str, Column] = {}
    for column, spec in SCHEMA[name].columns.items():
        heading = table_sheets.HEADINGS.get(column, spec.label).format(origin)
        if names := table_sheets.heading_of_names(column, origin):
            columns[names] = replace(spec, description=f"「{heading}」の名前")
        told = table_sheets.WORDS.get(column)
        columns[heading] = replace(spec, values=tuple(told.values())) if told else _SAID.get(column, spec)
        if column == "start_year":
            columns[_WAREKI.label] = _WAREKI
    mark = correction_words.mark(dataset.naming)
    corrected = Column("string", "訂正", f"資料の行を訂正した事業であれば「{mark}」。そうでなければ空")
    if name == "projects" or (name in ("links", "mentions") and len(dataset.corrections)):
        columns[corrected.label] = corrected
    if name == "links":
        columns["地図"] = Column("string", "", "地図に描き、数に入れているか", values=("描く", "描かない"))
    return columns


def _described(file: str, table: str, column: str, spec: Column, name: str = "") -> Described:
    values = "、".join(spec.values)
    return Described(file, table, column, name, spec.description, KINDS[spec.dtype], spec.unit, values)


def _workbook(dataset: Dataset, path: Path) -> Iterator[Described]:
    for name, title in table_sheets.titles(dataset).items():
        if name != "mentions":  # no sheet of the workbook
            for heading, spec in sheet_columns(dataset, name).items():
                yield _described(path.name, title, heading, spec)


def _csv(dataset: Dataset, path: Path) -> Iterator[Described]:
    known, title = sheet_columns(dataset, "links"), table_sheets.titles(dataset)["links"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings = next(csv.reader(file))
    for heading in headings:
        spec, code = known.get(heading, _UNKNOWN), heading.removesuffix(_LETTERED)
        if code != heading:
            spec = Column("string", "", f"「{code}」に検査数字を付けた6桁の前に、文字 c を付けたもの")
        yield _described(path.name, title, heading, spec)


def _geojson(dataset: Dataset, path: Path) -> Iterator[Described]:
    tables: dict[str, list[str]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        tables.setdefault(feature["properties"]["layer"], list(feature["properties"]))
    for table, columns in tables.items():
        own = in_words(COLUMNS[_OF_GEOJSON[table]], dataset)
        for column in columns:
            spec = own.get(column) or _ADDED.get(column, _UNKNOWN)
            yield _described(path.name, table, column, spec, spec.label)


def _geopackage(dataset: Dataset, path: Path) -> Iterator[Described]:
    """As the file says it itself, in its own tables of columns."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        choices: dict[str, list[str]] = {}
        for name, value in database.execute(
            "SELECT constraint_name, value FROM gpkg_data_column_constraints WHERE constraint_type = 'enum'"
        ):
            choices.setdefault(name, []).append(value)
        told = {
            (table, column): (title, said, choices.get(choice, []))
            for table, column, title, said, choice in database.execute(
                "SELECT table_name, column_name, title, description, constraint_name FROM gpkg_data_columns"
            )
        }
        for (table,) in database.execute("SELECT table_name FROM gpkg_contents").fetchall():
            if table not in _INTERNAL:
                for _, column, kind, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                    spec = _ADDED.get(column, _UNKNOWN)
                    if (table, column) in told:
                        title, said, values = told[table, column]
                        unit = _UNIT.search(said)
                        spec = Column(
                            _OF_SQL.get(kind.partition("(")[0], "geometry"),
                            title,
                            _UNIT.sub("", said),
                            unit[1] if unit else "",
                            tuple(values),
                        )
                    yield _described(path.name, table, column, spec, spec.label)


_READERS: dict[str, Callable[[Dataset, Path], Iterator[Described]]] = {
    ".csv": _csv,
    ".geojson": _geojson,
    ".gpkg": _geopackage,
    ".xlsx": _workbook,
}
