"""Names read by several processes: the same answers in the same order, also where a process dies."""

from __future__ import annotations

import os
import signal
from multiprocessing import active_children

import pyarrow as pa
import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.cli import commands
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.reading.geocode.columns import ASKED, ColumnGeocoder
from pipeline.tables import table_readers
from pipeline.tables.spread import TRIES, here, in_processes
from tests.benchmarks.noisy_names import noisy_names

GAZETTEER = Gazetteer.load()
COLUMNS = ColumnGeocoder(Geocoder(GAZETTEER, decisions=()), GAZETTEER)


def batches(number: int, rows: int = 40) -> list[pa.RecordBatch]:
    names = list(noisy_names(GAZETTEER, number * rows))
    table = pa.table(
        {"name": names, "prefecture": [None] * len(names), "code": [None] * len(names)}, schema=ASKED
    )
    return table.to_batches(max_chunksize=rows)


class Deadly(ColumnGeocoder):
    """Ends every process that asks it."""

    def answer(self, asked: pa.RecordBatch) -> pa.RecordBatch:
        os._exit(9)


def test_a_process_killed_in_the_middle_loses_nothing():
    asked = batches(9)
    expected = list(here(COLUMNS)(asked))
    answered, killed = [], []
    with in_processes(COLUMNS, 2) as spread:
        for number, answers in enumerate(spread(iter(asked))):
            answered.append(answers)
            if number == 2:
                killed = [process.pid for process in active_children()][:1]
                os.kill(killed[0], signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert killed
    assert answered == expected
    assert not active_children()


@pytest.mark.skipif("KORYU_CLUSTER" not in os.environ, reason="set KORYU_CLUSTER=1: starts many processes")
def test_processes_that_die_again_and_again_end_with_a_sentence():
    deadly = Deadly(Geocoder(GAZETTEER, decisions=()), GAZETTEER)
    said = pytest.raises(SourceError, match=f"続けて{TRIES}回.*--workers")
    with in_processes(deadly, 1) as spread, said:
        list(spread(batches(3)))
    assert not active_children()


@pytest.mark.skipif("KORYU_CLUSTER" not in os.environ, reason="set KORYU_CLUSTER=1: starts many processes")
@pytest.mark.parametrize("out", [".csv", ".parquet"])
def test_the_file_is_the_same_to_the_byte(tmp_path, monkeypatch, out):
    monkeypatch.setattr(table_readers, "PIECE", 50)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("\n".join(["相手方", *noisy_names(GAZETTEER, 400)]), encoding="utf-8")
    command = ["geocode", "--table", "in.csv", "--column", "相手方", "--out"]
    assert commands.main([*command, f"one{out}"]) == 0
    assert commands.main([*command, f"two{out}", "--workers", "2"]) == 0
    assert (tmp_path / f"one{out}").read_bytes() == (tmp_path / f"two{out}").read_bytes()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--workers", "0"], "1 から 60 まで"),
        (["--workers", "61"], "1 から 60 まで"),
        (["--workers", "2", "--dask", "tcp://127.0.0.1:1"], "どちらか1つ"),
    ],
)
def test_options_that_do_not_fit_are_said(tmp_path, monkeypatch, capsys, options, word):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("相手方\n金沢市\n", encoding="utf-8")
    command = ["geocode", "--table", "in.csv", "--column", "相手方", "--out", "out.csv"]
    assert commands.main([*command, *options]) == 2
    said = capsys.readouterr().err
    assert word in said
    assert said.strip().splitlines()[-1].endswith("。")
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]
