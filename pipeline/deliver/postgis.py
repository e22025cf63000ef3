"""The published tables in a PostGIS database: keys, references, comments in Japanese, shapes; all of them or none.

Needs the extra ``postgis`` (SQLAlchemy, GeoAlchemy2, psycopg). Everything is one transaction: who reads meanwhile
waits for it, and a run that fails leaves the tables of before as they were. No message holds the address given, for it may hold
a password.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Polygon

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.codes import lettered
from pipeline.deliver.opendata.published import PUBLISHED, tables
from pipeline.intake.records import SourceError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

#: Where the tables are put, unless something else is said.
SCHEMA = "koryu"

#: What the comment of each table begins with: a table without it is somebody else's, and is never replaced.
_MARK = "交流マップ: "

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_HOST = re.compile(r"[\w.,\-\[\]:/ ]*")
_PATIENCE = 10  # seconds until a server that does not answer is given up
_SRID = 4326

#: What the shapes of the table of places are.
_SHAPES = {
    "geom": ("MULTIPOLYGON", "境界（EPSG:4326）。行政区は空"),
    "point": ("POINT", "役所の位置（EPSG:4326）"),
}

#: SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) → what is wrong and what to do.
_STATES = {
    "42501": "この利用者には、スキーマや表を作る権限がありません。データベースの管理者に確かめてください",
    "2BP01": "前の表を、ほかのビューや表が使っています。それを消すか、別の --schema を指定してください",
    "53100": "データベースのディスクの空き容量がありません",
    "55P03": "前の表を、ほかの人が使っています。少し待ってから、もう一度実行してください",
    "25006": "このデータベースは読み取り専用です",
}


def write(dataset: Dataset, selection: Selection, dsn: str, schema: str = SCHEMA) -> dict[str, int]:
    """Put the published tables of a selection into a database, in place of those of before; rows by table.

    Parameters
    ----------
    dsn : where the database is: ``postgresql://user@host:5432/database``
    schema : which schema they are put into; it is made where there is none

    Raises
    ------
    SourceError
        when the extra is not installed, the database cannot be reached, lacks PostGIS or refuses; nothing was changed.
    """
    try:
        import geoalchemy2  # noqa: F401
        import psycopg
        from sqlalchemy.exc import DBAPIError
    except ImportError as error:
        raise SourceError(
            "PostGIS に書き出すための部品がありません。「pip install 'koryu-map[postgis]'」で入れてから、もう一度実行してください。"
        ) from error
    if not _NAME.fullmatch(schema):
        raise SourceError(
            f"--schema の「{schema}」は使えません。英小文字・数字・下線の、63字までの名前にしてください。"
        )
    made = tables(dataset, selection)
    engine, where = _engine(dsn)
    try:
        connection = _connected(engine, where)
        with connection, connection.begin():
            _check(connection, schema)
            _replace(connection, schema, made, dataset)
    # What GeoPandas copies goes past SQLAlchemy, whose errors hold that of the driver.
    except (DBAPIError, psycopg.Error) as error:
        state = str(getattr(getattr(error, "orig", error), "sqlstate", ""))
        said = _STATES.get(state, "途中でデータベースが受け付けませんでした")
        # Neither the statement nor what it was given is told: only what a person can act on.
        raise SourceError(f"{where} に書き込めません。{said}。前の表はそのままです。") from None
    finally:
        engine.dispose()
    return {name: len(table) for name, table in made.items()}


def _engine(dsn: str) -> tuple[Engine, str]:
    """The way to a database, and its name for messages, which has no password."""
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError

    form = "postgresql://利用者@ホスト:5432/データベース"
    try:
        url = make_url(dsn)
        port = url.port
    except (ArgumentError, ValueError):
        raise SourceError(f"--dsn を読み取れません。{form} の形で指定してください。") from None
    if url.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise SourceError(f"--dsn は PostgreSQL のものではありません。{form} の形で指定してください。")
    host = url.host or str(url.query.get("host", "")) or "localhost"
    # A sign of a password that is not written as %40 cuts the address at a wrong place: the rest of it is no name.
    if not _HOST.fullmatch(host) or re.search(r"[@/:]", url.database or ""):
        raise SourceError(
            f"--dsn を読み取れません。{form} の形で指定してください。パスワードの記号（@ / : など）は %40 のように書くか、"
            "パスワードを環境変数 PGPASSWORD に入れてください。"
        )
    where = f"データベース「{url.database or ''}」（{host}{f':{port}' if port else ''}）"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _PATIENCE},
        # What goes wrong is told without the rows that were being written.
        hide_parameters=True,
    )
    return engine, where


def _connected(engine: Engine, where: str) -> Connection:
    from sqlalchemy.exc import DBAPIError

    try:
        return engine.connect()
    except DBAPIError as error:
        words = str(error.orig).lower()
        said = "サーバーが動いているか、ホストとポートを確かめてください"
        if "password" in words or "authentication" in words:
            said = "利用者の名前かパスワードが違います"
        elif "database" in words and "exist" in words:
            said = "その名前のデータベースがありません"
        elif "role" in words and "exist" in words:
            said = "その名前の利用者がいません"
        raise SourceError(f"{where} に接続できません。{said}。") from None
    except (UnicodeError, TypeError, ValueError):
        raise SourceError(f"{where} に接続できません。--dsn の書き方を確かめてください。") from None


def _check(connection: Connection, schema: str) -> None:
    """SourceError where the database lacks PostGIS, or has a table of another under one of our names."""
    from sqlalchemy import text

    if not connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")):
        raise SourceError(
            "このデータベースには PostGIS が入っていません。データベースの管理者に"
            "「CREATE EXTENSION postgis」を実行してもらってください。"
        )
    found = connection.execute(
        text(
            "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :schema AND c.relname = ANY(:names)"
        ),
        {"schema": schema, "names": list(PUBLISHED)},
    )
    others = sorted(name for name, comment in found if not comment.startswith(_MARK))
    if others:
        raise SourceError(
            f"スキーマ「{schema}」に、このソフトのものではない表「{others[0]}」があります。"
            "消してしまわないように中止しました。別の --schema を指定してください。"
        )


def _replace(connection: Connection, schema: str, made: dict[str, pd.DataFrame], dataset: Dataset) -> None:
    """Drop our tables and make them anew, with their rows; inside the transaction of the caller."""
    from sqlalchemy import text

    described = _described(schema)
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
    connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    described.drop_all(connection)
    described.create_all(connection)
    for name, table in made.items():
        rows = _plain(name, table)
        if name == "places":
            _shaped(rows, dataset).to_postgis(
                name, connection, schema=schema, if_exists="append", index=False
            )
            connection.execute(
                text(f'UPDATE "{schema}".places SET point = ST_SetSRID(ST_MakePoint(lon, lat), {_SRID})')
            )
        else:
            records = rows.to_dict("records")
            if records:
                connection.execute(described.tables[f"{schema}.{name}"].insert(), records)


def _described(schema: str) -> MetaData:
    """Every table with its columns, keys, references and comments."""
    from geoalchemy2 import Geometry
    from sqlalchemy import (
        BigInteger,
        Boolean,
        Column,
        Date,
        Double,
        ForeignKeyConstraint,
        Index,
        MetaData,
        PrimaryKeyConstraint,
        Table,
        Text,
    )

    kinds: dict[str, Any] = {
        "string": Text,
        "integer": BigInteger,
        "number": Double,
        "boolean": Boolean,
        "date": Date,
    }
    described = MetaData(schema=schema)
    for name, published in PUBLISHED.items():
        parts: list[Any] = [
            Column(
                field.name,
                kinds[field.kind],
                nullable=not field.required,
                comment=f"{field.title}。{field.description}" + (f"（{field.unit}）" if field.unit else ""),
            )
            for field in published.fields
        ]
        if name == "places":
            parts += [
                Column(shape, Geometry(kind, srid=_SRID), comment=said)
                for shape, (kind, said) in _SHAPES.items()
            ]
        parts.append(PrimaryKeyConstraint(*published.key))
        for field in published.fields:
            if field.refers:
                to, column = field.refers
                parts.append(ForeignKeyConstraint([field.name], [f"{schema}.{to}.{column}"]))
                if (field.name,) != published.key:
                    parts.append(Index(f"{name}_{field.name}", field.name))
        Table(name, described, *parts, comment=f"{_MARK}{published.title}。{published.description}")
    return described


def _plain(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows as a database takes them: dates as such, and no character that its texts cannot hold."""
    shown = {}
    for field in PUBLISHED[name].fields:
        cells = table[field.name]
        if field.kind == "date":
            cells = pd.to_datetime(cells, format="%Y-%m-%d").dt.date
        elif field.kind == "string":
            cells = cells.str.replace("\x00", "\ufffd", regex=False)
        shown[field.name] = cells.astype(object).where(cells.notna(), None)
    return pd.DataFrame(shown, dtype=object)


def _shaped(rows: pd.DataFrame, dataset: Dataset) -> gpd.GeoDataFrame:
    """The places, cities before their wards, with their shapes as multipolygons."""
    shapes = {
        lettered(code): shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
        for places in (dataset.municipalities, dataset.prefectures)
        for code, shape in zip(places.code, places.geometry, strict=True)
        if isinstance(shape, Polygon | MultiPolygon)
    }
    return gpd.GeoDataFrame(
        rows, geometry=gpd.GeoSeries(rows.place_id.map(shapes), crs=_SRID).rename("geom"), crs=_SRID
    ).rename_geometry("geom")
