"""Names read on a Dask cluster: make test-cluster starts one of two workers and kills one of them."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import contextmanager

import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.cli import commands
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Decision, Geocoder
from pipeline.reading.geocode.columns import ColumnGeocoder
from pipeline.tables import cluster
from pipeline.tables.cluster import on_cluster
from pipeline.tables.spread import here
from tests.pipeline.tables.test_spread import Deadly, batches

GAZETTEER = Gazetteer.load()
COLUMNS = ColumnGeocoder(Geocoder(GAZETTEER, [Decision("川場村", ("13103",))]), GAZETTEER)
heavy = pytest.mark.skipif("KORYU_CLUSTER" not in os.environ, reason="make test-cluster: starts a cluster")


@contextmanager
def two_workers():
    """A scheduler, and the ids of its two workers' processes."""
    distributed = pytest.importorskip("distributed")
    settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": True}
    with distributed.LocalCluster(**settings) as made, distributed.Client(made) as client:
        yield made.scheduler_address, list(client.run(os.getpid).values())


@heavy
def test_a_worker_killed_in_the_middle_loses_nothing():
    asked = batches(30)
    expected = list(here(COLUMNS)(asked))
    answered = []
    with two_workers() as (address, workers), on_cluster(COLUMNS, address) as spread:
        for number, answers in enumerate(spread(iter(asked))):
            answered.append(answers)
            if number == 4:
                os.kill(workers[0], signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    assert answered == expected


@heavy
def test_the_command_writes_the_same_file_to_the_byte(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [name for batch in batches(5) for name in batch["name"].to_pylist()]
    (tmp_path / "in.csv").write_text("\n".join(["相手方", *names]), encoding="utf-8")
    command = ["geocode", "--table", "in.csv", "--column", "相手方", "--out"]
    assert commands.main([*command, "one.csv"]) == 0
    with two_workers() as (address, _):
        assert commands.main([*command, "two.csv", "--dask", address]) == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@heavy
def test_what_goes_wrong_on_the_cluster_is_a_sentence(monkeypatch):
    with two_workers() as (address, _):
        with on_cluster(COLUMNS, address) as spread, monkeypatch.context() as patched:
            patched.setattr(cluster, "version", lambda: "another")
            with on_cluster(COLUMNS, address) as other, pytest.raises(SourceError, match="同じ wheel"):
                list(other(batches(1)))
            assert len(list(spread(batches(2)))) == 2
        deadly = Deadly(Geocoder(GAZETTEER, decisions=()), GAZETTEER)
        said = pytest.raises(SourceError, match="続けて止まりました")
        with on_cluster(deadly, address) as spread, said:
            list(spread(batches(1)))


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(SourceError, match=r"pip install 'koryu-map\[cluster\]'"),
        on_cluster(COLUMNS, "tcp://x"),
    ):
        pass


@heavy
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "127.0.0.1:{port}", "nonsense://x", ""])
def test_where_nothing_answers_it_is_said(monkeypatch, address):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError, match="つながりません"), on_cluster(COLUMNS, address.format(port=port)):
        pass


def test_the_version_is_that_of_the_program_and_its_reference_files(monkeypatch, tmp_path):
    own = cluster.version()
    monkeypatch.setattr(cluster, "REFERENCE_DIR", tmp_path)
    assert cluster.version.__wrapped__() != own
