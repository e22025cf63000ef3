"""What frames every screen, where it meets the runs of Streamlit."""

from __future__ import annotations

import json

import pytest

from pages.shared.frame import shell
from pipeline.serving import journal


def test_a_run_that_was_left_ends_before_it_puts_its_body_anywhere(monkeypatch):
    """Streamlit ends a run that was told to stop when it asks for the session's state."""

    class Stopped(BaseException):
        pass

    class State:
        def get(self, key):
            raise Stopped

    put = []
    monkeypatch.setattr(shell.st, "session_state", State())
    monkeypatch.setattr(shell.st, "fragment", lambda **_: lambda body: lambda: put.append(body))
    with pytest.raises(Stopped):
        shell.show(lambda view: None)
    assert put == []


def test_a_screen_that_is_drawn_is_logged_and_nothing_of_what_was_asked(screen, tmp_path):
    journal.open_at(str(tmp_path / "log"))
    try:
        screen(page="gaps", ward="13107")
    finally:
        journal.open_at(None)
    (line,) = (tmp_path / "log").read_text("utf-8").splitlines()
    assert set(json.loads(line)) == {"time", "event", "screen", "ms", "sessions"}
    assert json.loads(line)["screen"] == "gaps"
