"""The app without a browser, on the real build or on another directory."""

from __future__ import annotations

import json
import re
import sys
from functools import lru_cache
from html import unescape

import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash


@pytest.fixture(autouse=True)
def no_build_of_this_machine(monkeypatch, tmp_path):
    """No test reads a build that happens to lie in data/: it says which one it means, or finds none."""
    monkeypatch.setenv("KORYU_DATA", str(tmp_path / "no build"))


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once():
    """Every AppTest reads what each installed package says of itself, a third of its time, to find parts of screens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner,
            "scan_component_manifests",
            lru_cache(manifest_scanner.scan_component_manifests),
        )
        yield


class Screen:
    """One screen in a fresh session, as a link opens it."""

    def __init__(self, root, page: str | None = None, **params: str | list[str]):
        self.app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        if page:
            # What switch_page would set after a first run: st.Page goes by its URL path.
            self.app._page_hash = calc_hash(page)
        self.app.query_params.update(params)
        self.app.run()

    @property
    def html(self) -> str:
        """Everything written as HTML."""
        return "\n".join(element.proto.body for element in self.app.get("html"))

    @property
    def heading(self) -> str:
        """The sentence the screen opens with."""
        return plain(re.search("<h1.*?</h1>", self.html)[0])

    @property
    def more(self) -> str:
        """What has to be said with that sentence; "" where nothing has."""
        return "".join(map(plain, re.findall('<p class="k-more">.*?</p>', self.html)))

    @property
    def conditions(self) -> str:
        """What is in force."""
        return plain(re.search('<p class="k-conditions">.*?</p>', self.html)[0])

    @property
    def parts(self) -> list[dict]:
        """What the parts that scripts of our own draw were given."""
        return [json.loads(element.proto.json) for element in self.app.get("bidi_component")]

    @property
    def cards(self) -> str:
        """The candidates of 空白を探す, and those that are taken along, as HTML."""
        return "\n".join(
            data["html"] for data in self.parts if isinstance(data, dict) and data.keys() == {"html", "notes"}
        )

    @property
    def boards(self) -> list[pd.DataFrame]:
        """The tables of pages/shared/parts/board.py as they are shown, their headings without the units."""
        return [
            pd.DataFrame(
                [[cell[1] if isinstance(cell, list) else cell for cell in row] for row in data["rows"]],
                columns=[heading for heading, *_ in data["columns"]],
            )
            for data in self.parts
            if isinstance(data, dict) and "columns" in data
        ]

    @property
    def notes(self) -> list[str]:
        """Boxed remarks: notes and warnings."""
        return [box.value for box in (*self.app.info, *self.app.warning, *self.app.error)]


def plain(markup: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub("<[^>]*>", "", markup))


@pytest.fixture(autouse=True)
def own_main(monkeypatch):
    """Put the main module back: AppTest makes the app it runs the main module, and what a test later starts
    as a process of its own would run the app instead."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def screen(root, build_dir, monkeypatch):
    """``screen(page, **params)`` opens a link on the real build; ``data=`` names another directory."""

    def open_(page: str | None = None, data=build_dir, **params) -> Screen:
        monkeypatch.setenv("KORYU_DATA", str(data))
        return Screen(root, page, **params)

    return open_
