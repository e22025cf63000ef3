"""The folder ``data/`` of the published site: its files, what is in them, on what terms, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from geo.places.boundaries import in_force
from pipeline.deliver import FORMATS
from pipeline.deliver.bounds import TooMuch
from pipeline.deliver.csv import csv_bytes
from pipeline.deliver.notes import conditions, subject
from pipeline.deliver.opendata.about import UNSAID
from pipeline.deliver.site_dictionary import Described, dictionary, saved
from pipeline.deliver.site_pages import Entry, Page, Table
from pipeline.words import view as words

#: The page, as it is called in the navigation, and where it lies.
NAME, PATH = "データ", "data/index.html"

#: Data files of the site: format → what it holds.
DATA_FILES = {
    "xlsx": "連携・事業・集計・指摘の表。団体コードの先頭の0も残ります",
    "csv": "連携の一覧（1行が1つの事業と相手先。UTF-8）。数式にみえる文字の先頭には ' を付けています",
    "geojson": "流れの線（事業つき）と相手先の点",
    "gpkg": "QGIS などで開く地図データ（事業・連携・協定の表と、QGIS のプロジェクト入り）",
    "opendata": "そのまま公開できる一式（CSV と Parquet、項目の説明、目録、利用条件を1つの ZIP に）",
    "html": "地図と一覧を1つにしたファイル（通信なしで開けます）",
}

#: Bytes of a file at most: what hosts of static sites take without a word.
LARGEST = 50_000_000
_INSTEAD = f"同じ連携は、「{FORMATS['opendata'].title}」のファイルに小さくまとまっています。"

#: Files that explain the others: name → what they are called, what they hold.
DICTIONARY, LICENCE = "dictionary.csv", "licence.txt"
_EXPLAINING = {
    DICTIONARY: ("項目の説明", "どのファイルの、どの列に何が入っているか（CSV、UTF-8）"),
    LICENCE: ("利用条件", "資料ごとの利用条件と、出典の書き方（文書、UTF-8）"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder: its path from the top of the site, what it is called and holds, its size in words."""

    path: str
    name: str
    holds: str
    size: str


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a document can be used, and how it is cited."""

    title: str
    publisher: str
    day: str
    licence: str
    credit: str


@dataclass(frozen=True, slots=True)
class DataPage(Page):
    """The page of the data; it has no map.

    ``columns`` are the tables of what stands in which column, by file; ``absent`` which kinds of file there are not, and
    why.
    """

    files: list[File] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)
    map_credit: str = ""
    columns: list[tuple[str, list[Table]]] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def template(self) -> str:
        """What it is written with."""
        return "data.html"


@dataclass(frozen=True)
class Written:
    """What was written into the folder: every column of the data files, and why a kind of file is not there."""

    described: list[Described]
    absent: list[tuple[str, str]]


def entry(selected: Selected) -> Entry:
    """The page of the data before it is made."""
    who = subject(selected.dataset, selected.selection)
    return Entry("data", PATH, NAME, f"{who}と全国の市区町村の連携のデータ")


def data_files(dataset: Dataset, selection: Selection, folder: Path) -> Written:
    """Write the data files of a selection, their dictionary and the terms of use into a new folder.

    A kind of file that the selection is too large for is left out.
    """
    folder.mkdir()
    absent = []
    for name in DATA_FILES:
        kind = FORMATS[name]
        near = {"near": folder} if "near" in kind.options else {}
        try:
            content = kind.write(dataset, selection, **near)
        except TooMuch as error:
            absent.append((kind.title, str(error)))
            continue
        if len(content) > LARGEST:
            absent.append((kind.title, f"{_size(len(content))} になるため、置いていません。{_INSTEAD}"))
            continue
        (folder / f"renkei{kind.suffix}").write_bytes(content)
    described = dictionary(dataset, folder)
    (folder / DICTIONARY).write_bytes(csv_bytes(saved(described)))
    # With a mark of its encoding: servers send text without saying in which it is.
    (folder / LICENCE).write_text(_licence(dataset, selection), "utf-8-sig", newline="\r\n")
    return Written(described, absent)


def data_page(entry: Entry, selected: Selected, folder: Path, written: Written) -> DataPage:
    """The page of whatever files there are in a folder of :func:`data_files`, and of what it returned."""
    dataset, selection = selected.dataset, selected.selection
    return DataPage(
        entry.path,
        entry.name,
        entry.title,
        f"{subject(dataset, selection)}の連携を、表計算・地図のソフトで使える形にしたファイルと、その項目の意味、利用条件です。",
        selected,
        files=list(listed(folder)),
        terms=list(_terms(dataset, selection)),
        map_credit=in_force().credit,
        columns=list(_columns(written.described)),
        absent=written.absent,
    )


def listed(folder: Path) -> Iterator[File]:
    """Every file of the folder, those of DATA_FILES first in their order."""
    names = {
        f"renkei{FORMATS[name].suffix}": (FORMATS[name].title, holds) for name, holds in DATA_FILES.items()
    }
    names |= _EXPLAINING
    order = list(names)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    place = {path: path.relative_to(folder).as_posix() for path in paths}
    for path in sorted(
        paths, key=lambda path: (order.index(path.name) if path.name in names else len(order), place[path])
    ):
        name, holds = names.get(place[path], (place[path], ""))
        yield File(f"{folder.name}/{place[path]}", name, holds, _size(path.stat().st_size))


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e5 else f"{max(number / 1e3, 1):.0f} KB"


def _terms(dataset: Dataset, selection: Selection) -> Iterator[Terms]:
    """Of every document that something in the files is from."""
    sources = selection.sources or tuple(dataset.documents.id)
    for row in dataset.documents[dataset.documents.id.isin(sources)].itertuples(index=False):
        yield Terms(row.title, row.publisher, row.as_of, row.licence or UNSAID, row.credit)


def _licence(dataset: Dataset, selection: Selection) -> str:
    lines = [
        f"{dataset.naming.title}　データの利用条件",
        "",
        f"条件: {conditions(dataset, selection)}",
        f"基準日: {words.reference_day(dataset) or '不明'}",
        "",
        "資料ごとの利用条件と、出典の書き方です。使うときは、下の出典を書いてください。",
        "",
    ]
    for one in _terms(dataset, selection):
        lines += [
            f"■ {one.title}",
            f"公表者: {one.publisher}",
            f"基準日: {one.day}",
            f"利用条件: {one.licence}",
            one.credit,
            "",
        ]
    lines += ["■ 地図の境界", f"出典: {in_force().credit}", ""]
    return "\n".join(lines)


def _columns(described: list[Described]) -> Iterator[tuple[str, list[Table]]]:
    """The columns by file, a table for each table of it."""
    for file, own in groupby(described, key=lambda one: one.file):
        yield file, [_table(title, list(rows)) for title, rows in groupby(own, key=lambda one: one.table)]


def _table(title: str, rows: list[Described]) -> Table:
    # A heading in Japanese is its own name.
    named = any(one.name for one in rows)
    headings = ("列", *(["名前"] if named else []), "意味", "値の種類", "単位", "とりうる値")
    cells = [
        (one.column, *([one.name] if named else []), one.meaning, one.kind, one.unit, one.values)
        for one in rows
    ]
    return Table(title, headings, (), cells)
