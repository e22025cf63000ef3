"""A list of a session's own, without a browser: what is counted of it goes with it."""

from __future__ import annotations

import gc
import weakref

from geo.ledger.selection import Selection
from pages.shared.frame.current import Shown
from pipeline.building.own_list import make_own_list
from pipeline.building.run import Tools
from pipeline.deliver.list_template import worked_example
from pipeline.intake.grid import open_file


def test_what_was_counted_of_a_list_goes_with_it():
    data = worked_example()
    own = make_own_list(data, open_file(data, "a.xlsx"), "a.xlsx", Tools.load())
    shown = Shown(own.made.dataset, object())
    shown.ask(lambda dataset, selection: dataset.select(selection).ties, 8, (Selection(),))
    gone = weakref.ref(shown.dataset)
    gc.disable()
    try:
        del shown, own
        assert gone() is None
    finally:
        gc.enable()
