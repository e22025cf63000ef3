"""What frames every screen, where it meets the runs of Streamlit."""

from __future__ import annotations

import pytest

from pages.shared.frame import shell


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
