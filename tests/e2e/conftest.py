"""Fixtures of the browser tests: one browser, one server an app, one page a test, no other host."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import serving

# As long as every other wait of Playwright.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser():
    """Chromium; without it the tests are skipped, but fail where CI is set."""
    with sync_playwright() as running:
        try:
            chromium = serving.launch(running)
        except serving.Error as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no browser to test with: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve():
    """Start an app once a session: ``serve(script, {"NAME": "value"})`` gives its address; the screens without a script."""
    running: dict[tuple, str] = {}
    with ExitStack() as stack:

        def start(script=None, environment=None):
            key = (script, *sorted((environment or {}).items()))
            if key not in running:
                running[key] = stack.enter_context(
                    serving.serve(script, environment) if script else serving.app(environment)
                )
            return running[key]

        yield start


@pytest.fixture
def window(browser):
    """A fresh page (``window.page``) that has to end without outside requests and console errors."""
    with serving.window(browser) as opened:
        yield opened
        assert opened.outside == []
        assert opened.problems == []


@pytest.fixture(scope="module")
def _module_window(browser):
    with serving.window(browser) as opened:
        opened.page.add_init_script(serving.FORGET)
        yield opened


@pytest.fixture
def same_window(_module_window):
    """One page for all tests of a module that open an address and go on from there, in place of ``window``.

    Each begins wide and light with all that was kept forgotten, and has to end as one with a ``window`` of its own.
    The app's scripts are not compiled anew for each, which is half of what opening an address takes.
    """
    opened, before = _module_window, serving.logged()
    opened.outside.clear()
    opened.problems.clear()
    opened.page.set_viewport_size({"width": 1440, "height": 900})
    opened.page.emulate_media(color_scheme="light")
    yield opened
    assert opened.broken() == []
    assert serving.raised(before) == []
    assert opened.outside == []
    assert opened.problems == []
