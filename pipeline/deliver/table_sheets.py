"""The built tables as they are saved: Japanese headings and words, names beside codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from geo.insight.metrics import prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.schema import SCHEMA
from geo.ledger.selection import Selected, Selection
from pipeline import rules
from pipeline.deliver import between_editions
from pipeline.deliver.views import EVERYTHING
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.dates import to_wareki

#: Tables to save, with their names in Japanese.
EXPORTS = {
    "links": "事業と相手先",
    "projects": "事業",
    "mentions": "連携相手方の記載",
    "findings": "指摘",
    "corrections": "行の訂正",
}

#: What a file of one table, or a sheet of a workbook, can hold, with its name; {} is the word for an origin.
SHEETS = {
    "links": "連携",
    "projects": "事業",
    "origins": "{}別集計",
    "prefectures": "都道府県別集計",
    "findings": "指摘",
    "mentions": "記載",
    "changes": "前の版との違い",
    "corrections": "行の訂正",
}

LEVELS = {
    "municipality": "市区町村",
    "designated_ward": "行政区",
    "prefecture": "都道府県",
    "body": "団体",
    "group": "団体一括",
    "foreign": "国外",
    "unresolved": "未決定",
}

#: Column → what is said for each of its values.
WORDS = {
    "level": LEVELS,
    "method": words.METHODS,
    "severity": rules.SEVERITIES,
    "tie": words.TIES,
    "year_basis": words.YEAR_BASES,
    "category_basis": words.CATEGORY_BASES,
    "action": correction_words.ACTIONS,
    "field": correction_words.FIELDS,
    "standing": correction_words.STANDING,
}

#: Headings of the saved tables that are not the label of the column; {} is the word for an origin.
HEADINGS = {"origin_code": "{}の団体コード"}
_WAREKI = "開始年（和暦）"

#: Column of codes → heading of the names put beside it.
_NAMED = {"origin_code": "{}", "partner_code": "相手先", "codes": "相手先", "candidates": "候補"}


def titles(dataset: Dataset) -> dict[str, str]:
    """The SHEETS a dataset has something for, under the names that its origins give them."""
    return {
        name: title.format(dataset.naming.heading)
        for name, title in SHEETS.items()
        if name not in ("changes", "corrections") or len(getattr(dataset, name))
    }


def export(dataset: Dataset, name: str, selection: Selection = EVERYTHING) -> pd.DataFrame:
    """One of EXPORTS as a table to save; the members of a list are joined by |.

    With EVERYTHING it has a row for every row of the built table, also for links that are too doubtful to be drawn,
    which say so; else the rows that are counted.
    """
    return _saved(dataset, name, rows(dataset, name, selection))


def _saved(dataset: Dataset, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a built table as they are saved."""
    say: dict[str, Callable[[str], str | None]] = {"source": dataset.titles.__getitem__, "rule": rules.title}
    say |= {column: known.get for column, known in WORDS.items()}
    origin = dataset.naming.heading
    saved: dict[str, pd.Series] = {}
    for column, spec in SCHEMA[name].columns.items():
        values = table[column].map("|".join) if spec.dtype == "list" else table[column]
        heading = HEADINGS.get(column, spec.label).format(origin)
        if column in _NAMED:
            # An origin is called by the same name as in every other table and on the screens.
            called = dataset.origin_names if column == "origin_code" else dataset.names
            saved[_NAMED[column].format(origin)] = said(values, partial(_names, called))
        saved[heading] = said(values, say[column]) if column in say else values
        if column == "start_year":
            saved[_WAREKI] = _wareki(table.start_year, table.year_kind)
    if "correction" in table:
        corrected = SCHEMA["projects"].columns["correction"].label
        saved[corrected] = table.correction.notna().map(
            {True: correction_words.mark(dataset.naming), False: None}
        )
    elif name in ("links", "mentions") and len(dataset.corrections):
        saved["訂正"] = table.project_id.map(correction_words.marks(dataset)).astype("string")
    if name == "links":
        saved["地図"] = table.drawn.map({True: "描く", False: "描かない"})
    return pd.DataFrame(saved)


def sheet(dataset: Dataset, name: str, selection: Selection) -> pd.DataFrame:
    """One of SHEETS of a selection."""
    if name in EXPORTS:
        return export(dataset, name, selection)
    if name == "changes":
        return between_editions.sheet(dataset, selection)
    return {"origins": by_origin, "prefectures": by_prefecture}[name](dataset.select(selection))


def first_rows(dataset: Dataset, name: str, selection: Selection, most: int) -> tuple[pd.DataFrame, int]:
    """The first rows of one of SHEETS of a selection, ``most`` of them, and how many it has."""
    if name in EXPORTS:
        table = rows(dataset, name, selection)
        return _saved(dataset, name, table.head(most)), len(table)
    whole = sheet(dataset, name, selection)
    return whole.head(most), len(whole)


def heading_of_names(column: str, origin: str) -> str:
    """What the names beside a column of codes stand under; "" where none do. ``origin`` is the word for an origin."""
    return _NAMED.get(column, "").format(origin)


def rows(dataset: Dataset, name: str, selection: Selection) -> pd.DataFrame:
    """The rows of a built table that a selection keeps: those the screens count, and with EVERYTHING all of them.

    Findings are of a document: only the choice of documents narrows them, and that of origins those that are about one.
    """
    table = getattr(dataset, name)
    if name == "findings":
        about = dataset.origins_of_findings.to_numpy()
        if selection.origins:
            kept = pd.isna(about) | pd.Series(about).isin(selection.origins).to_numpy()
            table = table[kept]
        return table[table.source.isin(selection.sources)] if selection.sources else table
    if selection == EVERYTHING:
        return table
    if name == "corrections":
        table = table[table.source.isin(selection.sources)] if selection.sources else table
        return table[table.origin_code.isin(selection.origins)] if selection.origins else table
    selected = dataset.select(selection)
    return selected.links if name == "links" else table[table.project_id.isin(selected.projects.project_id)]


def _names(called: Mapping[str, str], codes: str) -> str:
    return "|".join(called[code] for code in codes.split("|") if code)


def said(values: pd.Series, say: Callable[[Any], str | None]) -> pd.Series:
    """What is said for each value of a column, each asked for once; what is not known stays so."""
    places, known = pd.factorize(values)
    words = pd.Series([say(value) for value in known], dtype="object")
    return words.reindex(places).set_axis(values.index)


def _wareki(years: pd.Series, kinds: pd.Series) -> pd.Series:
    known: dict[tuple, str | None] = {}
    for pair in pd.DataFrame({"year": years, "kind": kinds}).drop_duplicates().itertuples(index=False):
        known[tuple(pair)] = None if pd.isna(pair.year) else to_wareki(int(pair.year), pair.kind)
    written = [known.get(pair) for pair in zip(years.tolist(), kinds.tolist(), strict=True)]
    return pd.Series(written, index=years.index, dtype="string")


def by_origin(selected: Selected) -> pd.DataFrame:
    """One row a chosen origin: its figures under the selection."""
    table, origin = origin_table(selected), selected.dataset.naming.heading
    if selected.selection.origins:
        table = table[table.origin_code.isin(selected.selection.origins)]
    return pd.DataFrame(
        {
            f"{origin}の団体コード": table.origin_code,
            origin: table.origin_name,
            "連携する市区町村": table.n_municipalities,
            "届いている都道府県": table.n_prefectures,
            "事業": table.n_projects,
            "うち個別の連携の事業": table.n_individual,
            "距離の中央値（km）": table.median_km.round(1),
            "最初の年（西暦）": table.first_year,
            "最初の年（和暦）": _wareki(table.first_year, table.first_kind),
        }
    )


def by_prefecture(selected: Selected) -> pd.DataFrame:
    """One row a prefecture, reached or not."""
    table = prefecture_table(selected)
    return pd.DataFrame(
        {
            "団体コード": table.code,
            "都道府県": table["name"],
            "連携する市区町村": table.n_partners,
            "市区町村": table.n_municipalities,
            "連携率": table.coverage,
            "事業": table.n_projects,
            f"つながる{selected.dataset.naming.noun}": table.n_origins,
            "都道府県そのものとの連携": table.direct.map({True: "あり", False: "なし"}),
            "最初の年（西暦）": table.first_year,
            "最初の年（和暦）": _wareki(table.first_year, table.first_kind),
        }
    )
