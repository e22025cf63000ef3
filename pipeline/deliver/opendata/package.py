"""A package that an office publishes as it is: CSV, Parquet, datapackage.json, catalogue and README in one ZIP."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo.folders import ROOT
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.notes import built
from pipeline.deliver.opendata.about import About, about
from pipeline.deliver.opendata.catalogue import catalogue
from pipeline.deliver.opendata.datapackage import descriptor, path_of
from pipeline.deliver.opendata.published import PUBLISHED, Published, tables
from pipeline.formulas import runs

#: The file that shows a folder to be such a package.
DESCRIPTOR = "datapackage.json"
CATALOGUE, README = "catalog.jsonld", "README.md"

_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "pipeline" / "deliver" / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # A file of text for people, read as it is.
    autoescape=False,
)
# A cell of a table in Markdown: one line, and no mark-up of its own.
_TEMPLATES.filters["cell"] = lambda text: " ".join(text.replace("|", "｜").replace("<", "&lt;").split())


def write(dataset: Dataset, selection: Selection, publisher: str = "") -> bytes:
    """The package of a selection as a ZIP; the same tables, the same bytes.

    Parameters
    ----------
    publisher : who publishes it, for the descriptions; "" leaves 記載なし
    """
    return zipped(files(dataset, selection, publisher), dataset)


def files(dataset: Dataset, selection: Selection, publisher: str = "") -> dict[str, bytes]:
    """Path → content of every file of the package; parameters as :func:`write`."""
    said, made = about(dataset, selection, publisher), tables(dataset, selection)
    found: dict[str, bytes] = {}
    for name, table in made.items():
        found[path_of(name)] = csv_of(table)
        found[path_of(name, "parquet")] = parquet_of(table, PUBLISHED[name])
    sizes = {path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in found.items()}
    return {
        README: _readme(said, made).encode(),
        DESCRIPTOR: _json(descriptor(said, sizes)),
        CATALOGUE: _json(catalogue(said, sizes)),
        **found,
    }


def zipped(found: Mapping[str, bytes], dataset: Dataset) -> bytes:
    """Files as a ZIP, dated as the tables are built."""
    day = max(built(dataset).timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for path, content in found.items():
            parts.writestr(zipfile.ZipInfo(path, day), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def csv_of(table: pd.DataFrame) -> bytes:
    """A table as CSV by RFC 4180: UTF-8 with its mark, CRLF; no cell is changed, what is unknown is empty."""
    shown = table.copy()
    for column in shown.columns[[dtype == "boolean" for dtype in shown.dtypes]]:
        shown[column] = shown[column].map({True: "true", False: "false"})
    return shown.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def parquet_of(table: pd.DataFrame, published: Published) -> bytes:
    """A table as Parquet; title, description and unit of each field stand in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    schema = pa.schema(
        [
            pa.field(
                field.name,
                kinds[field.kind],
                metadata={"title": field.title, "description": field.description}
                | ({"unit": field.unit} if field.unit else {}),
            )
            for field in published.fields
        ],
        metadata={"title": published.title, "description": published.description},
    )
    shown = table.assign(
        **{
            field.name: pd.to_datetime(table[field.name], format="%Y-%m-%d").dt.date
            for field in published.fields
            if field.kind == "date"
        }
    )
    packed = io.BytesIO()
    pq.write_table(
        pa.Table.from_pandas(shown, schema=schema, preserve_index=False).replace_schema_metadata(
            schema.metadata
        ),
        packed,
        compression="zstd",
    )
    return packed.getvalue()


def _readme(said: About, made: Mapping[str, pd.DataFrame]) -> str:
    running = [
        (path_of(name), field.name, number)
        for name, table in made.items()
        for field in PUBLISHED[name].fields
        if field.kind == "string" and (number := _running(table[field.name]))
    ]
    return _TEMPLATES.get_template("opendata.md").render(
        about=said,
        tables=[(name, table, len(made[name])) for name, table in PUBLISHED.items()],
        running=running,
        path_of=path_of,
    )


def _running(cells: pd.Series) -> int:
    """How many cells a spreadsheet might run."""
    counts = cells.value_counts()
    return sum(count for text, count in zip(counts.index, counts.tolist(), strict=True) if runs(text))


def _json(content: dict) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
