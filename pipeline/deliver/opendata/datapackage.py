"""datapackage.json: every table and every field of the package, by the Data Package standard.

Version 1 of the standard (https://specs.frictionlessdata.io/), which every validator reads; what version 2 adds is not
needed here.
"""

from __future__ import annotations

from pipeline.deliver.opendata.about import About
from pipeline.deliver.opendata.published import PUBLISHED, Field, Published

#: What the two standards call a kind of field the same.
_MISSING = [""]


def descriptor(about: About, sizes: dict[str, tuple[int, str]]) -> dict:
    """The content of datapackage.json.

    Parameters
    ----------
    about : what the package says of itself
    sizes : path of each CSV → its bytes and the SHA-256 of its content
    """
    return {
        "profile": "tabular-data-package",
        "name": about.name,
        "id": about.identifier,
        "title": about.title,
        "description": about.description,
        "version": about.issued,
        "created": about.created,
        "keywords": list(about.keywords),
        "contributors": [{"title": about.publisher, "role": "publisher"}],
        "sources": [
            {"title": f"{document.title}（{document.as_of}）", "publisher": document.publisher}
            | {"licence": document.licence, "credit": document.credit}
            for document in about.documents
        ],
        # The standard asks for a licence that is known: where none is, it is said in words alone.
        "rights": about.rights,
        "resources": [_resource(name, table, *sizes[path_of(name)]) for name, table in PUBLISHED.items()],
    }


def path_of(table: str, suffix: str = "csv") -> str:
    """Where a table lies in the package: ``csv/links.csv``, ``parquet/links.parquet``."""
    return f"{suffix}/{table}.{suffix}"


def _resource(name: str, table: Published, size: int, digest: str) -> dict:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path_of(name),
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "schema": _schema(name, table),
    }


def _schema(name: str, table: Published) -> dict:
    keys = [
        {
            "fields": field.name,
            # The standard has no name but "" for the table itself.
            "reference": {
                "resource": "" if field.refers[0] == name else field.refers[0],
                "fields": field.refers[1],
            },
        }
        for field in table.fields
        if field.refers
    ]
    return {
        "fields": [_field(field, table.key == (field.name,)) for field in table.fields],
        "missingValues": _MISSING,
        "primaryKey": list(table.key),
    } | ({"foreignKeys": keys} if keys else {})


def _field(field: Field, unique: bool) -> dict:
    constraints = {
        "required": field.required or None,
        "unique": unique or None,
        "enum": list(field.values) or None,
        "pattern": field.pattern or None,
    }
    kept = {name: value for name, value in constraints.items() if value is not None}
    return (
        {"name": field.name, "type": field.kind, "format": "default"}
        | {"title": field.title, "description": field.description}
        | ({"unit": field.unit} if field.unit else {})
        | ({"trueValues": ["true"], "falseValues": ["false"]} if field.kind == "boolean" else {})
        | ({"constraints": kept} if kept else {})
    )
