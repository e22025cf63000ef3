"""The tables of a GeoPackage beside its layers: the database of a view, with names, keys and Japanese headings.

A table is one of geo/ledger/schema.py with the words the screens say for its values, and with the names of what it
names by codes. ``ties`` is a view that joins them, so that one SQL answers (docs/gis.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import SCHEMA, Column, Table
from geo.ledger.selection import Selection
from pipeline.deliver import layers
from pipeline.deliver.table_sheets import WORDS, rows
from pipeline.deliver.xlsx import ILLEGAL
from pipeline.words import view as words

#: Column of a table → what is said for each of its values, beside those of WORDS.
_SAID = {
    ("agreements", "kind"): {"regional": "市町村の団体", "company": "企業"},
    ("documents", "edition"): {"in_force": "現行の版", "earlier": "前の版"},
}

#: What stands in a column of a table refers to a column of another.
REFERENCES = {
    ("projects", "source"): ("documents", "id"),
    ("project_categories", "project_id"): ("projects", "project_id"),
    ("links", "project_id"): ("projects", "project_id"),
    ("links", "source"): ("documents", "id"),
    ("agreements", "source"): ("documents", "id"),
    ("agreement_members", "agreement_id"): ("agreements", "agreement_id"),
    ("findings", "source"): ("documents", "id"),
    ("corrections", "source"): ("documents", "id"),
}

#: Columns that hold days, in ISO 8601.
_DAYS = {("documents", "date"), ("agreements", "signed_on"), ("corrections", "date")}

_BEGAN = Column("string", "開始年", "開始年を和暦と西暦で書いたもの。分からなければ「不明」")
_ORIGIN_NAME = Column("string", "{heading}", "連携元の名前")
_PREFECTURE_CODE = Column(
    "string", "相手先の都道府県の団体コード", "NN000。相手先が決まらなければ空", null=True
)
_MUNICIPALITY_CODE = Column(
    "string",
    "相手先の市区町村の団体コード",
    "行政区は市にまとめる。相手先が都道府県のときと、決まらないときは空",
    null=True,
)

#: Columns that are added to a table: after which, and what.
_ADDED: dict[str, dict[str, tuple[str, Column]]] = {
    "projects": {"origin_name": ("origin_code", _ORIGIN_NAME), "began": ("year_kind", _BEGAN)},
    "links": {
        "origin_name": ("origin_code", _ORIGIN_NAME),
        "partner_name": (
            "partner_code",
            Column(
                "string", "相手先", "相手先の名前。市区町村は都道府県から書く。決まらなければ空", null=True
            ),
        ),
        "municipality_code": ("partner_name", _MUNICIPALITY_CODE),
        "prefecture_code": ("municipality_code", _PREFECTURE_CODE),
        "began": ("year_basis", _BEGAN),
        "counted": (
            "source_place",
            Column(
                "bool", "数える", "画面と地図で数えているか。確かさの足りない相手先や、{noun}自身は数えない"
            ),
        ),
    },
    "agreement_members": {"name": ("code", Column("string", "市町村", "市町村の名前。都道府県から書く"))},
}

_CATEGORIES = Table(
    "事業の分野",
    "1行が、1つの事業の1つの分野",
    {
        "project_id": SCHEMA["projects"].columns["project_id"],
        "category": Column("string", "分野", "分類表（data/reference/categories.csv）でそろえた分野"),
    },
    ("project_id", "category"),
)

#: Column of ``ties`` → the table and column it shows, in order.
_TIES = {
    "origin_code": ("links", "origin_code"),
    "origin_name": ("links", "origin_name"),
    "partner_code": ("links", "partner_code"),
    "partner_name": ("links", "partner_name"),
    "municipality_code": ("links", "municipality_code"),
    "municipality": ("municipalities", "name"),
    "prefecture_code": ("links", "prefecture_code"),
    "prefecture": ("prefectures", "name"),
    "project_id": ("links", "project_id"),
    "project_name": ("links", "project_name"),
    "categories": ("projects", "categories"),
    "organiser": ("projects", "organiser"),
    "summary": ("projects", "summary"),
    "start_year": ("links", "start_year"),
    "year_kind": ("links", "year_kind"),
    "began": ("links", "began"),
    "year_basis": ("links", "year_basis"),
    "tie": ("links", "tie"),
    "via": ("links", "via"),
    "counted": ("links", "counted"),
    "source": ("links", "source"),
    "document": ("documents", "title"),
    "source_line": ("links", "source_line"),
    "source_place": ("links", "source_place"),
}
_JOINED = (
    'FROM "links" LEFT JOIN "projects" ON "projects"."project_id" = "links"."project_id"'
    ' LEFT JOIN "documents" ON "documents"."id" = "links"."source"'
    ' LEFT JOIN "municipalities" ON "municipalities"."code" = "links"."municipality_code"'
    ' LEFT JOIN "prefectures" ON "prefectures"."code" = "links"."prefecture_code"'
)


@dataclass(frozen=True)
class Held:
    """A table of the file: what it is, and the values of its columns, in words, None where there is none."""

    table: Table
    values: dict[str, list]


def held(dataset: Dataset, selection: Selection) -> dict[str, Held]:
    """The tables of a selection, in an order in which each comes after those it refers to.

    ``projects`` and ``links`` have the rows that are counted, with everything chosen those that are not counted too
    (``counted``); agreements are those of all documents, as on the screens; ``documents`` has what any of them is from.
    """
    found = {
        name: rows(dataset, name, selection) for name in ("projects", "links", "findings", "corrections")
    }
    found |= {name: getattr(dataset, name) for name in ("agreements", "agreement_members")}
    cited = set().union(*(table.source for table in found.values() if "source" in table))
    found["documents"] = dataset.documents[dataset.documents.id.isin(cited | set(selection.sources))]
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    for name in ("projects", "links"):
        table = found[name]
        began = [words.began(*row) for row in zip(*(table[key] for key in _years(table)), strict=True)]
        found[name] = table.assign(
            origin_name=table.origin_code.map(names), began=pd.Series(began, table.index, dtype="string")
        )
    links = found["links"]
    found["links"] = links.assign(
        partner_name=links.partner_code.map(dataset.names, na_action="ignore"), counted=links.drawn
    )
    members = found["agreement_members"]
    found["agreement_members"] = members.assign(name=members.code.map(dataset.names))
    fields = found["projects"][["project_id", "categories"]].explode("categories").dropna()
    found["project_categories"] = fields.rename(columns={"categories": "category"})
    if found["corrections"].empty:
        del found["corrections"]
    order = ("documents", "projects", "project_categories", "links", "agreements", "agreement_members")
    return {
        name: _held(name, found[name], dataset)
        for name in (*order, "findings", "corrections")
        if name in found
    }


def _years(table: pd.DataFrame) -> list[str]:
    return [name for name in ("start_year", "year_kind", "year_basis") if name in table]


def _held(name: str, table: pd.DataFrame, dataset: Dataset) -> Held:
    kind = _CATEGORIES if name == "project_categories" else SCHEMA[name]
    columns = dict(kind.columns)
    for added, (after, column) in _ADDED.get(name, {}).items():
        keys = list(columns)
        place = keys.index(after) + 1
        columns = {key: columns[key] for key in keys[:place]} | {added: column} | columns
    said: dict[str, list] = {}
    for key, column in columns.items():
        values = table[key]
        if column.dtype == "list":
            values = values.map("、".join)
            columns[key] = replace(column, dtype="string")
        elif (known := _SAID.get((name, key)) or (WORDS.get(key) if column.values else None)) is not None:
            values = values.map(known, na_action="ignore")
            columns[key] = replace(column, values=tuple(known[value] for value in column.values))
        said[key] = values.astype(object).where(values.notna(), None).tolist()
        if columns[key].dtype == "string":
            said[key] = [value if value is None else clean(value) for value in said[key]]
        if (name, key) in _DAYS:
            said[key] = [value or None for value in said[key]]
    return Held(replace(kind, columns=in_words(columns, dataset)), said)


def in_words(columns: Mapping[str, Column], dataset: Dataset) -> dict[str, Column]:
    """Columns with what the origins of a dataset are called in their labels and descriptions."""
    say = {"noun": dataset.naming.noun, "heading": dataset.naming.heading}
    return {
        key: replace(column, label=column.label.format(**say), description=column.description.format(**say))
        for key, column in columns.items()
    }


def write(database: sqlite3.Connection, dataset: Dataset, selection: Selection) -> dict[str, Table]:
    """Write the tables of a selection and the view ``ties`` beside the layers, which must be there.

    Returns
    -------
    dict
        What each of them is, by its name, with its columns as they are called in this file.
    """
    written = held(dataset, selection)
    for name, one in written.items():
        _write(database, name, one)
    for layer in ("municipalities", "prefectures", "partners", "origins"):
        database.execute(f'CREATE UNIQUE INDEX "{layer}_code" ON "{layer}" ("code")')
    for column in ("project_id", "origin_code", "municipality_code", "prefecture_code"):
        database.execute(f'CREATE INDEX "links_{column}" ON "links" ("{column}")')
    shown = ", ".join(f'"{table}"."{column}" AS "{name}"' for name, (table, column) in _TIES.items())
    # What is called so is what GDAL and QGIS tell the rows of a view apart by.
    database.execute(f'CREATE VIEW "ties" AS SELECT "links"."fid" AS "OGC_FID", {shown} {_JOINED}')
    tables = {name: one.table for name, one in written.items()}
    known = {name: table.columns for name, table in tables.items()}
    known |= {name: in_words(columns, dataset) for name, columns in layers.COLUMNS.items()}
    columns = {name: known[table][column] for name, (table, column) in _TIES.items()}
    columns["municipality"] = replace(columns["municipality"], label="相手先の市区町村", null=True)
    columns["prefecture"] = replace(columns["prefecture"], label="相手先の都道府県", null=True)
    tables["ties"] = Table(
        "連携の一覧", "連携に事業・資料・地名を合わせたもの。1行が、1つの事業の1つの相手先", columns
    )
    return tables


#: pandas dtype → type of a column of a GeoPackage (OGC 12-128r15, table 1).
_TYPES = {"string": "TEXT", "Int64": "INTEGER", "Float64": "REAL", "bool": "BOOLEAN"}


def _write(database: sqlite3.Connection, name: str, one: Held) -> None:
    said = ['"fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL']
    for key, column in one.table.columns.items():
        kind = "DATE" if (name, key) in _DAYS else _TYPES[column.dtype]
        table, other = REFERENCES.get((name, key), ("", ""))
        said.append(f'"{key}" {kind}' + (f' REFERENCES "{table}" ("{other}")' if table else ""))
    if one.table.key:
        said.append("UNIQUE ({})".format(", ".join(f'"{key}"' for key in one.table.key)))
    database.execute(f'CREATE TABLE "{name}" ({", ".join(said)})')
    keys = ", ".join(f'"{key}"' for key in one.values)
    database.executemany(
        f'INSERT INTO "{name}" ({keys}) VALUES ({", ".join("?" * len(one.values))})',
        zip(*one.values.values(), strict=True),
    )


def clean(text: str) -> str:
    """A text as every program can read it: what is no character in XML as �."""
    return ILLEGAL.sub("\ufffd", text)


def describe(database: sqlite3.Connection, tables: Mapping[str, Table]) -> None:
    """Say what the columns are called, in Japanese, and what they may hold: the schema extension of GeoPackage.

    https://www.geopackage.org/spec121/#extension_schema
    """
    database.execute(
        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,"
        " description TEXT, mime_type TEXT, constraint_name TEXT,"
        " CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))"
    )
    database.execute(
        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL,"
        " value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,"
        " CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))"
    )
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)"
        " VALUES (?, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
        [("gpkg_data_columns",), ("gpkg_data_column_constraints",)],
    )
    for name, table in tables.items():
        for key, column in table.columns.items():
            constraint = _constraint(database, f"{name}_{key}", column)
            unit = f"（単位: {column.unit}）" if column.unit else ""
            database.execute(
                "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (name, key, column.label, column.label, column.description + unit, constraint),
            )


def _constraint(database: sqlite3.Connection, name: str, column: Column) -> str | None:
    """Say what a column may hold, where that is a fixed choice or a share; the name it is said under."""
    add = "INSERT INTO gpkg_data_column_constraints VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    if column.values:
        said = [(name, "enum", value, None, None, None, None, value) for value in column.values]
        database.executemany(add, said)
        return name
    if column.unit == "0〜1":
        database.execute(add, (name, "range", None, 0, True, 1, True, "0から1まで"))
        return name
    return None
