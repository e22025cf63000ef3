from __future__ import annotations

import sys

from pages.shared.frame import later


def test_what_later_screens_need_is_loaded_behind_the_first_once(monkeypatch):
    monkeypatch.setattr(later, "PAUSE", 0)
    monkeypatch.setattr(later, "MODULES", ("wave",))
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    later.load.clear()
    thread = later.load()
    thread.join(10)
    assert "wave" in sys.modules
    assert later.load() is thread
    later.load.clear()
