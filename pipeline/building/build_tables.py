"""Projects become the tables of geo/ledger/schema.py; ``check_schema`` guards the contract.

Rows become columns once, where a document was read; from there on tables are put together as columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from geo.ledger.schema import CONFIDENT, SCHEMA, SEVERITIES, TABLES, UNNAMED
from geo.places.boundaries import (
    Boundaries,
    load_municipal_polygons,
    load_prefecture_polygons,
    official_areas,
)
from pipeline.reading.mentions import Mention
from pipeline.reading.projects import Partner, Project
from pipeline.reading.tie_kinds import Kind, kinds_of_tie

#: The tables that a build makes, in their order; those of places come with the reference data.
MADE = (
    *("links", "projects", "mentions", "findings"),
    *("agreements", "agreement_members", "partner_counts", "events", "indicators"),
    *("documents", "changes", "corrections"),
)
#: The tables of places.
PLACE_TABLES = ("municipalities", "prefectures")
_CODES = {"code", "origin_code", "partner_code", "parent_code", "prefecture_code", "codes"}


#: How a column is kept. A list is typed: a column of empty ones would otherwise be one of lists of nothing.
_ARROW = {
    "string": pa.string(),
    "Int64": pa.int64(),
    "Float64": pa.float64(),
    "list": pa.list_(pa.string()),
}
_PANDAS = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}


def arrow_schema(name: str) -> pa.Schema:
    """The columns of a table but for shapes."""
    kept = TABLES[name].items()
    return pa.schema([(column, _ARROW[dtype]) for column, dtype in kept if dtype != "geometry"])


def rows_table(name: str, rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """The rows of a table, by columns."""
    rows, schema = list(rows), arrow_schema(name)
    columns = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
    return pa.table(columns, schema)


def project_tables(projects: list[Project], series: str, where: Mapping[int, str]) -> dict[str, pa.Table]:
    """The tables ``links``, ``projects`` and ``mentions`` of one document.

    Parameters
    ----------
    series : that it is an edition of
    where : line → where a person finds it, of files that have no lines
    """
    kinds = kinds_of_tie(projects)
    links = (row for project in projects for row in _link_rows(project, series, kinds, where))
    mentions = (row for project in projects for row in _mention_rows(project, where))
    return {
        "links": rows_table("links", links),
        "projects": rows_table("projects", map(_project_row, projects)),
        "mentions": rows_table("mentions", mentions),
    }


def together(name: str, tables: Sequence[pa.Table]) -> pa.Table:
    """A table of the rows of some others, one after the other."""
    return pa.concat_tables([arrow_schema(name).empty_table(), *tables]).combine_chunks()


def frame(name: str, table: pa.Table) -> pd.DataFrame:
    """A table as pandas has it, with the dtypes of the contract."""
    made = table.to_pandas(types_mapper=_PANDAS.get)
    for field in arrow_schema(name):
        if field.type == _ARROW["list"]:
            made[field.name] = pd.Series(_lists(table[field.name]), dtype=object)
    return made


def columns_of(name: str, made: pd.DataFrame) -> pa.Table:
    """The same the other way round, without the shapes it may have."""
    schema = arrow_schema(name)
    plain = pd.DataFrame(made)[schema.names]
    return pa.Table.from_pandas(plain, schema=schema, preserve_index=False).replace_schema_metadata(None)


def _lists(column: pa.ChunkedArray) -> list[list[str]]:
    """The cells of a column of lists; cut out of all their values, which is some ten times as fast as one by one."""
    cells: list[list[str]] = []
    for chunk in column.chunks:
        values = chunk.values.to_numpy(zero_copy_only=False).tolist()
        cells += [values[begin:end] for begin, end in pairwise(chunk.offsets.to_numpy().tolist())]
    return cells


def make_tables(
    parts: Sequence[Mapping[str, pa.Table]], others: Mapping[str, Iterable[dict]], codes: frozenset[str]
) -> dict[str, pa.Table]:
    """Every table of the contract but those of places, by name, each checked; the findings are still to come and empty.

    Parameters
    ----------
    parts : what each document has of its own, in their order
    others : the rows of the tables that are made of all documents, by name (see pipeline.building.agreements)
    codes : every code that exists, municipalities, designated wards and prefectures

    Raises
    ------
    ValueError
        When a table breaks the contract: a fault of the program, never of a document.
    """
    made = {name: [rows_table(name, rows)] for name, rows in others.items()} | {"findings": []}
    tables = {
        name: together(name, made[name] if name in made else [part[name] for part in parts]) for name in MADE
    }
    for name, table in tables.items():
        check_schema(name, table, codes)
    return tables


def _project_row(project: Project) -> dict:
    record = project.record
    return {
        "project_id": project.id,
        "source": record.source,
        "origin_code": record.origin_code,
        "category_raw": record.category_raw,
        "categories": list(project.categories),
        "category_basis": project.category_basis,
        "name": record.name or UNNAMED,
        "organiser": record.organiser,
        "summary": record.summary or None,
        "status": record.status or None,
        "start_year": project.start_year.year if project.start_year else None,
        "year_kind": project.start_year.kind if project.start_year else None,
        "source_line": record.line,
        "correction": "|".join(project.corrections) or None,
    }


def _mention_rows(project: Project, where: Mapping[int, str]) -> Iterable[dict]:
    for partner in project.partners:
        answer = partner.answer
        yield {
            "mention_id": partner.id,
            "source": project.record.source,
            "origin_code": project.record.origin_code,
            "project_id": project.id,
            "partner_text": partner.mention.text,
            "printed_code": partner.mention.code6 or None,
            "codes": list(answer.codes),
            "level": answer.level,
            "via": answer.via,
            "method": answer.method,
            "confidence": answer.confidence,
            "reason": answer.reason,
            "candidates": list(answer.candidates),
            **_year(partner),
            "source_line": partner.mention.line,
            "source_place": _place(partner.mention, where),
        }


def _year(partner: Partner) -> dict:
    year = partner.start_year
    return {
        "start_year": year.year if year else None,
        "year_kind": year.kind if year else None,
        "year_basis": partner.year_basis,
    }


def place(line: int | None, where: Mapping[int, str]) -> str | None:
    """Where a person finds a line: 「一覧!A12」 as ``where`` knows, else 「1300行目」; None for what is on no line."""
    return None if line is None else where.get(line, f"{line}行目")


def _place(mention: Mention, where: Mapping[int, str]) -> str | None:
    return mention.place or place(mention.line, where)


def _link_rows(
    project: Project,
    series: str,
    kinds: Mapping[str, Kind],
    where: Mapping[int, str],
) -> Iterable[dict]:
    """One row per place, in the order first printed, and one per mention without a place.

    A place mentioned more than once (all mentions stay in the table `mentions`) keeps the best of them:
    confident before doubtful, named itself before expanded from a group, then the higher confidence,
    then the earlier line.
    """
    best: dict[str | tuple, Partner] = {}
    for number, partner in enumerate(project.partners):
        for code in partner.answer.codes or [("unresolved", number)]:
            if code not in best or _rank(partner) < _rank(best[code]):
                best[code] = partner
    for code, partner in best.items():
        kind = kinds[partner.id]
        yield {
            "source": project.record.source,
            "series": series,
            "origin_code": project.record.origin_code,
            "project_id": project.id,
            "project_name": project.record.name or UNNAMED,
            "partner_text": partner.mention.text,
            "partner_code": code if isinstance(code, str) else None,
            "level": partner.answer.level,
            "via": partner.answer.via,
            "tie": kind.tie,
            "tie_reason": kind.reason,
            "method": partner.answer.method,
            "confidence": partner.answer.confidence,
            **_year(partner),
            "source_line": partner.mention.line,
            "source_place": _place(partner.mention, where),
        }


def _rank(partner: Partner) -> tuple:
    answer = partner.answer
    return (answer.confidence < CONFIDENT, answer.via is not None, -answer.confidence, partner.mention.line)


def changes_table(rows: Iterable[dict]) -> pa.Table:
    """The table `changes`, in the order given."""
    table = rows_table("changes", rows)
    check_schema("changes", table, frozenset())
    return table


def findings_table(findings: Sequence[pa.Table]) -> pa.Table:
    """The table `findings`: the gravest first, then by document and line.

    Raises
    ------
    ValueError
        When a rule gives a severity that is none: a fault of the program.
    """
    table = together("findings", findings)
    check_schema("findings", table, frozenset())
    rows = frame("findings", table)
    rows = rows.assign(order=rows.severity.map(SEVERITIES.index))
    by = ["order", "source", "source_line", "rule", "subject"]
    return columns_of("findings", rows.sort_values(by, kind="stable", ignore_index=True))


def places_tables(reference: Path, shapes: Boundaries) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The GeoDataFrames `municipalities` (designated wards without a shape) and `prefectures`, each checked.

    Parameters
    ----------
    reference : the directory of municipalities.csv and prefectures.csv
    shapes : the boundaries in force; areas are the official ones where these are imported

    Raises
    ------
    ValueError : one breaks the contract: a fault of the reference data.
    """
    municipalities = _places("municipalities", reference, load_municipal_polygons(shapes.folder))
    area = municipalities.code.map(official_areas(shapes)).astype("Float64")
    municipalities["area_km2"] = area.fillna(municipalities.area_km2)
    prefectures = _places("prefectures", reference, load_prefecture_polygons(shapes.folder))
    codes = frozenset(municipalities.code) | frozenset(prefectures.code)
    for name, made in (("municipalities", municipalities), ("prefectures", prefectures)):
        check_schema(name, columns_of(name, made), codes)
    return municipalities, prefectures


def _places(name: str, reference: Path, polygons: pd.DataFrame) -> pd.DataFrame:
    import geopandas

    columns = TABLES[name]
    path = reference / f"{name}.csv"
    table = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
    table = table.merge(polygons[["code", "geometry"]], on="code", how="left")[list(columns)]
    table = table.astype({column: dtype for column, dtype in columns.items() if dtype != "geometry"})
    return geopandas.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def check_schema(name: str, table: pa.Table, codes: frozenset[str]) -> None:
    """Raise ValueError where `table` breaks the contract of geo.ledger.schema.

    Parameters
    ----------
    name : a key of SCHEMA
    table : what is about to be written under that name, without shapes
    codes : every code that exists, municipalities, designated wards and prefectures
    """
    if not table.schema.equals(arrow_schema(name)):
        raise ValueError(f"{name}: columns {table.schema}, expected {arrow_schema(name)}")
    for field in table.schema:
        column, spec = table[field.name], SCHEMA[name].columns[field.name]
        if column.null_count and not spec.null:
            raise ValueError(f"{name}.{field.name}: an empty cell")
        if spec.values and not _different(column) <= {*spec.values}:
            raise ValueError(f"{name}.{field.name}: not one of {spec.values}")
        if codes and field.name in _CODES and (unknown := _different(column) - codes):
            raise ValueError(f"{name}.{field.name}: no such codes {sorted(unknown)[:5]}")
    key = list(SCHEMA[name].key)
    if key and table.group_by(key).aggregate([]).num_rows < table.num_rows:
        raise ValueError(f"{name}: {key} not unique")
    if "confidence" in table.schema.names and table.num_rows:
        least, most = pc.min_max(table["confidence"]).as_py().values()
        if least < 0 or most > 1:
            raise ValueError(f"{name}.confidence: outside 0–1")


def _different(column: pa.ChunkedArray) -> set[str]:
    """What stands in a column, or in the lists of one, each once."""
    plain = pc.list_flatten(column) if pa.types.is_list(column.type) else column
    return set(pc.unique(plain).drop_null().to_pylist())


def places_file(made: pd.DataFrame) -> bytes:
    """A table of places as GeoParquet; the same table, the same bytes."""
    file = BytesIO()
    made.to_parquet(file, index=False, compression="zstd")
    return file.getvalue()


def write_table(name: str, table: pa.Table, path: Path) -> None:
    """Write any other table as Parquet, as pandas reads it back; the same table, the same bytes."""
    empty = frame(name, arrow_schema(name).empty_table())
    told = pa.Table.from_pandas(empty, schema=arrow_schema(name), preserve_index=False).schema.metadata
    parquet.write_table(table.replace_schema_metadata(told), path, compression="zstd")
