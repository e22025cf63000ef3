"""What stands in each column of the data files that the published site hands out: meaning, kind, unit, values."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import SCHEMA, Column
from pipeline.deliver import table_sheets
from pipeline.words import correction_words

#: Kinds of values as a reader calls them, by the dtypes of geo/ledger/schema.py.
KINDS = {
    "string": "文字",
    "Int64": "整数",
    "Float64": "小数",
    "list": "文字（いくつもあるときは縦棒で区切る）",
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

#: Columns of the layers for map programs.
LAYERS: dict[str, Column] = {
    "fid": Column("Int64", "番号", "地図のソフトが付けた、行の通し番号"),
    "geom": Column("geometry", "形", "経度・緯度（EPSG:4326）の点、線、または面"),
    "layer": Column("string", "種類", "流れの線か、相手先の点か", values=("flow", "partner")),
    "origin_code": Column("string", "連携元の団体コード", _CODE.description),
    "origin_name": Column("string", "連携元", "連携元（資料がだれについて書いたものか）の名前"),
    "partner_code": Column("string", "相手先の団体コード", _CODE.description),
    "partner_name": Column("string", "相手先", "相手の市区町村か都道府県の名前"),
    "code": Column("string", "団体コード", _CODE.description),
    "code6": Column("string", "団体コード（6桁）", "検査数字の付いた団体コード"),
    "name": Column("string", "名前", "市区町村か都道府県の名前"),
    "kana": Column("string", "読み", "名前の読み（ひらがな）"),
    "kind": Column("string", "種類", "市区町村の種類"),
    "prefecture": Column("string", "都道府県", "相手の市区町村のある都道府県の名前"),
    "n_projects": Column("Int64", "事業", _PROJECTS.description, "事業"),
    "n_origins": Column("Int64", "連携元の数", "つながる連携元の数", "団体"),
    "n_municipalities": Column("Int64", "市区町村", "相手になりうる市区町村の数", "市区町村"),
    "n_partners": Column("Int64", "連携する市区町村", _PARTNERED.description, "市区町村"),
    "coverage": Column(
        "Float64", "連携率", "連携する市区町村の数を、相手になりうる市区町村の数で割ったもの", "0〜1"
    ),
    "first_year": Column("Int64", "最初の年（西暦）", _FIRST.description, "西暦年"),
    "first_kind": Column("string", "年・年度の別", "最初の年が年か年度か", values=("年", "年度")),
    "categories": Column("string", "分野", "事業の分野。いくつもあるときは「、」で区切る"),
    "distance_km": Column("Float64", "距離", "役所どうしの直線距離", "km"),
}

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
        if column in table_sheets.NAMED:
            named = replace(spec, description=f"「{heading}」の名前")
            columns[table_sheets.NAMED[column].format(origin)] = named
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
    return (_described(path.name, title, heading, known.get(heading, _UNKNOWN)) for heading in headings)


def _geojson(dataset: Dataset, path: Path) -> Iterator[Described]:
    tables: dict[str, list[str]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        tables.setdefault(feature["properties"]["layer"], list(feature["properties"]))
    for table, columns in tables.items():
        for column in columns:
            yield _of_layer(path, table, column)


def _of_layer(path: Path, table: str, column: str) -> Described:
    spec = LAYERS.get(column, _UNKNOWN)
    return _described(path.name, table, column, spec, spec.label)


def _geopackage(dataset: Dataset, path: Path) -> Iterator[Described]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT table_name FROM gpkg_contents").fetchall():
            if table not in _INTERNAL:
                for row in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                    yield _of_layer(path, table, row[1])


_READERS: dict[str, Callable[[Dataset, Path], Iterator[Described]]] = {
    ".csv": _csv,
    ".geojson": _geojson,
    ".gpkg": _geopackage,
    ".xlsx": _workbook,
}
