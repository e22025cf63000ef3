"""The log of a server: a line of JSON each, nothing of a visitor, and never in the way of the screens."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest

from pipeline.atomic import WriteError
from pipeline.serving import journal


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "koryu.log"
    journal.open_at(str(path))
    yield path
    journal.open_at(None)


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_nothing_is_written_unless_asked_for(capsys):
    journal.note("start")
    with journal.drawing("gaps", lambda: pytest.fail("counted")):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_line_says_when_and_what(log):
    journal.note("start", port=8501)
    with journal.drawing("gaps", lambda: 3) as noted:
        noted["fault"] = "KeyError"
    start, screen = lines(log)
    assert start["time"].endswith("Z")
    assert (start["event"], start["port"]) == ("start", 8501)
    assert {key: screen[key] for key in ("event", "screen", "sessions", "fault")} == {
        "event": "screen",
        "screen": "gaps",
        "sessions": 3,
        "fault": "KeyError",
    }
    assert 0 <= screen["ms"] < 5_000
    if os.name != "nt":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_screen_that_was_left_is_noted_too(log):
    with pytest.raises(KeyboardInterrupt), journal.drawing("gaps", lambda: 1):
        raise KeyboardInterrupt
    assert [line["screen"] for line in lines(log)] == ["gaps"]


def test_a_file_that_is_turned_over_is_begun_anew(log):
    journal.note("one")
    log.rename(log.with_suffix(".1"))
    journal.note("two")
    assert [line["event"] for line in lines(log)] == ["two"]


def test_lines_of_several_never_mix(log):
    many = [
        threading.Thread(target=lambda: [journal.note("x", text="長い" * 300) for _ in range(20)])
        for _ in range(8)
    ]
    for one in many:
        one.start()
    for one in many:
        one.join()
    assert len(lines(log)) == 160


def test_a_log_that_cannot_be_written_stops_the_start_and_no_screen(tmp_path, log):
    with pytest.raises(WriteError, match="書き込めません"):
        journal.open_at(str(tmp_path))
    log.unlink()
    log.mkdir()  # now there is a folder in its place
    journal.note("one")


def test_to_stderr(capsys):
    journal.open_at(journal.STDERR)
    try:
        journal.note("stop")
    finally:
        journal.open_at(None)
    assert json.loads(capsys.readouterr().err)["event"] == "stop"
