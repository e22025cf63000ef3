"""The tables in a real PostGIS: the same rows as on the screens, replaced as a whole, and errors that tell no password.

A cluster of its own is started for them, as a user that is not root. Skipped where PostgreSQL with PostGIS is missing:
``apt-get install postgresql-15-postgis-3`` (or the version of the system), for one test ``gdal-bin`` too.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.ledger.selection import Selection
from pipeline.cli import commands as cli
from pipeline.deliver import postgis
from pipeline.deliver.opendata.published import PUBLISHED
from pipeline.deliver.views import EVERYTHING
from pipeline.intake.records import SourceError

sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy comes with the extra postgis")
pytest.importorskip("geoalchemy2", reason="GeoAlchemy2 comes with the extra postgis")
pytest.importorskip("psycopg", reason="psycopg comes with the extra postgis")

PASSWORD = "himitsu-9f"
USER = "koryu"

#: 世田谷区 and 群馬県, 災害・防災: the projects with their partners and years, as somebody asks a database.
QUESTION = """
SELECT p.name, l.partner_text, l.start_year, l.year_kind
FROM {schema}.links l
JOIN {schema}.projects p USING (project_id)
JOIN {schema}.origins o ON o.origin_id = l.origin_id
JOIN {schema}.places a ON a.place_id = l.partner_id
WHERE l.drawn AND o.name = '世田谷区' AND a.prefecture = '群馬県'
  AND '災害・防災' = ANY (string_to_array(p.categories, '|'))
ORDER BY l.start_year NULLS LAST, p.name, l.partner_text
"""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that has PostGIS beside it."""
    found = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if list(Path(f"/usr/share/postgresql/{path.parts[-3]}/extension").glob("postgis.control"))
    ]
    return max(found, key=lambda path: float(path.parts[-3])).parent if found else None


def as_user(*command: str) -> None:
    """Run as somebody who is not root: PostgreSQL refuses to serve under it."""
    who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*who, *command], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a database with PostGIS, in a cluster that is gone afterwards."""
    bin_ = programs()
    if not bin_:
        pytest.skip("PostgreSQL with PostGIS is not installed (apt-get install postgresql-15-postgis-3)")
    if os.geteuid() == 0 and not (
        shutil.which("runuser") and Path("/etc/passwd").read_text().count("postgres:")
    ):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(tempfile.mkdtemp(prefix="koryu-pg-"))
    try:
        secret = home / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
            shutil.chown(secret, "postgres")
        data = str(home / "data")
        as_user(
            *(str(bin_ / "initdb"), "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        )
        options = f"-F -h 127.0.0.1 -p {port} -k {home}"
        as_user(str(bin_ / "pg_ctl"), "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start")
        try:
            address = f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}"
            for name in ("koryu", "plain"):
                engine(f"{address}/postgres", f"CREATE DATABASE {name}")
            engine(f"{address}/koryu", "CREATE EXTENSION postgis")
            yield f"{address}/koryu"
        finally:
            as_user(str(bin_ / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def engine(address: str, *statements: str) -> list:
    """Run statements one by one; the rows of the last."""
    made = sqlalchemy.create_engine(
        address.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    try:
        with made.connect() as connection:
            done = [connection.execute(sqlalchemy.text(statement)) for statement in statements]
            return done[-1].fetchall() if done[-1].returns_rows else []
    finally:
        made.dispose()


@pytest.fixture(scope="module")
def filled(server, dataset) -> str:
    """The address of the database with every table in it."""
    postgis.write(dataset, EVERYTHING, server)
    return server


def shown(dataset) -> list[tuple]:
    """The rows that a screen shows for QUESTION, by plain pandas from the built tables."""
    links = pd.read_parquet(dataset.folder / "links.parquet")
    projects = pd.read_parquet(dataset.folder / "projects.parquet").set_index("project_id")
    links = links[
        (links.origin_code == "13112")
        & links.partner_code.fillna("").str.startswith("10")
        & (links.confidence >= 0.8)
        & links.project_id.map(projects.categories.map(lambda names: "災害・防災" in names))
    ]
    rows = [
        (
            projects.name[row.project_id],
            row.partner_text,
            None if pd.isna(row.start_year) else int(row.start_year),
            None if pd.isna(row.year_kind) else row.year_kind,
        )
        for row in links.itertuples()
    ]
    return sorted(rows, key=lambda row: (row[2] is None, row[2] or 0, row[0], row[1]))


def test_the_question_of_an_office_is_answered_with_the_rows_of_the_screen(filled, dataset):
    expected = shown(dataset)
    assert expected
    assert [tuple(row) for row in engine(filled, QUESTION.format(schema="koryu"))] == expected
    seen = dataset.select(
        Selection(origins=("13112",), categories=("災害・防災",), networks=True, peers=True)
    ).links
    assert len(seen[seen.prefecture_code == "10000"]) == len(expected)


def test_ogr2ogr_reads_the_same(filled, dataset, tmp_path):
    if not shutil.which("ogr2ogr"):
        pytest.skip("ogr2ogr is not installed (apt-get install gdal-bin)")
    out = tmp_path / "answer.geojson"
    query = QUESTION.format(schema="koryu").replace("SELECT p.name,", "SELECT a.point AS geom, p.name,")
    address = sqlalchemy.make_url(filled)
    source = f"PG:host={address.host} port={address.port} dbname={address.database} user={address.username}"
    subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", str(out), source, "-sql", query],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PGPASSWORD": PASSWORD},
    )
    features = json.loads(out.read_text("utf-8"))["features"]
    rows = [
        tuple(feature["properties"][name] for name in ("name", "partner_text", "start_year", "year_kind"))
        for feature in features
    ]
    assert rows == shown(dataset)
    assert all(138 < feature["geometry"]["coordinates"][0] < 140 for feature in features)


def test_tables_have_keys_references_comments_and_shapes(filled, dataset):
    counts = {name: engine(filled, f"SELECT count(*) FROM koryu.{name}")[0][0] for name in PUBLISHED}
    assert counts["links"] == len(dataset.links)
    assert counts["projects"] == len(dataset.projects)
    assert counts["places"] == 1741 + 171 + 47
    made = sqlalchemy.create_engine(filled.replace("postgresql:", "postgresql+psycopg:"))
    try:
        inspected = sqlalchemy.inspect(made)
        for name, published in PUBLISHED.items():
            key = inspected.get_pk_constraint(name, schema="koryu")["constrained_columns"]
            assert tuple(key) == published.key
            assert published.title in inspected.get_table_comment(name, schema="koryu")["text"]
            columns = {column["name"]: column for column in inspected.get_columns(name, schema="koryu")}
            for field in published.fields:
                assert columns[field.name]["comment"].startswith(field.title)
            keys = inspected.get_foreign_keys(name, schema="koryu")
            assert {(key["constrained_columns"][0], key["referred_table"]) for key in keys} == {
                (field.name, field.refers[0]) for field in published.fields if field.refers
            }
    finally:
        made.dispose()
    ((srid, valid, number),) = engine(
        filled,
        "SELECT min(ST_SRID(geom)), bool_and(ST_SRID(point) = 4326), count(geom) FROM koryu.places",
    )
    assert (srid, valid, number) == (4326, True, 1741 + 47)
    # 世田谷区's office lies within its own boundary, and nothing of it in another.
    (row,) = engine(
        filled,
        "SELECT string_agg(b.name, ',') FROM koryu.places a JOIN koryu.places b ON ST_Contains(b.geom, a.point) "
        "WHERE a.place_id = 'c131121' AND b.kind <> 'prefecture'",
    )
    assert row[0] == "世田谷区"


def test_it_is_replaced_as_a_whole_or_not_at_all(server, dataset, monkeypatch):
    setagaya = Selection(origins=("13112",), networks=True, peers=True)
    postgis.write(dataset, setagaya, server, "mada")
    n = len(dataset.select(setagaya).links)
    count = "SELECT count(*), count(DISTINCT origin_code) FROM mada.links"
    assert engine(server, count) == [(n, 1)]
    # A key that is there twice fails when almost everything has been written.
    broken = replace(dataset, events=pd.concat([dataset.events, dataset.events.iloc[:1]]))
    with pytest.raises(SourceError, match="前の表はそのままです"):
        postgis.write(broken, EVERYTHING, server, "mada")
    assert engine(server, count) == [(n, 1)]
    engine(server, "CREATE VIEW public.mine AS SELECT * FROM mada.links")
    with pytest.raises(SourceError, match="ほかのビューや表が使っています"):
        postgis.write(dataset, setagaya, server, "mada")
    assert engine(server, count, "DROP VIEW public.mine", count) == [(n, 1)]
    engine(server, "CREATE SCHEMA other", "CREATE TABLE other.links (letter text)")
    with pytest.raises(SourceError, match="このソフトのものではない表「links」"):
        postgis.write(dataset, setagaya, server, "other")
    assert engine(server, "SELECT count(*) FROM other.links") == [(0,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda address: address.replace(PASSWORD, "machigai-8a"), "パスワードが違います"),
        (lambda address: address.removesuffix("koryu") + "nai", "その名前のデータベースがありません"),
        (lambda address: address.removesuffix("koryu") + "plain", "PostGIS が入っていません"),
        (lambda _: f"postgresql://{USER}:{PASSWORD}@127.0.0.1:1/koryu", "サーバーが動いているか"),
        (lambda _: f"mysql://{USER}:{PASSWORD}@127.0.0.1/koryu", "PostgreSQL のものではありません"),
        (lambda _: f"{USER}:{PASSWORD}@127.0.0.1", "読み取れません"),
        (lambda _: f"postgresql://{USER}:{PASSWORD}@127.0.0.1:port/koryu", "読み取れません"),
        (lambda _: f"postgresql://{USER}:p@{PASSWORD}@127.0.0.1/koryu", "%40"),
        (lambda _: f"postgresql://ko/ryu:{PASSWORD}@127.0.0.1/koryu", "%40"),
    ],
)
def test_what_goes_wrong_is_one_sentence_without_a_password(server, build_dir, capsys, change, said):
    asked = ["export", "--format", "postgis", "--data", str(build_dir), "--dsn", change(server)]
    assert cli.main(asked) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert PASSWORD not in told
    assert "machigai" not in told


def test_the_command_fills_a_schema(server, build_dir, dataset, capsys):
    asked = ["export", "--format", "postgis", "--data", str(build_dir), "--ward", "港区", "--dsn", server]
    assert cli.main([*asked, "--schema", "minato"]) == 0
    told = capsys.readouterr().err
    assert "minato" in told
    assert "港区" in told
    assert PASSWORD not in told
    assert engine(server, "SELECT DISTINCT origin_code FROM minato.projects") == [("131032",)]
    assert cli.main([*asked, "--schema", "Minato; DROP"]) == 2
    assert "--schema" in capsys.readouterr().err
