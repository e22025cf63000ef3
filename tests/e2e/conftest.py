"""Fixtures of the browser tests: one browser, one server an app, one page a test or a file, no other host."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import serving

# As long as every other wait of Playwright.
expect.set_options(timeout=30_000)


#: Several browsers share two processors: what others would do beside the scripts costs each of them time, and so does
#: every picture of what fades or slides.
THRIFT = ("--js-flags=--single-threaded", "--force-prefers-reduced-motion")


@pytest.fixture(scope="session")
def browser():
    """Chromium; without it the tests are skipped, but fail where CI is set."""
    with sync_playwright() as running:
        try:
            chromium = serving.launch(running, *THRIFT)
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


@pytest.fixture(scope="session")
def address(serve, build_dir):
    """The app on the real build, as it is started without --edit."""
    return serve(environment={"KORYU_DATA": str(build_dir)})


@contextmanager
def _sound(browser, **how):
    """A window (``serving.window``) that has to end without outside requests and console errors."""
    with serving.window(browser, **how) as opened:
        yield opened
        assert opened.outside == []
        assert opened.problems == []


@pytest.fixture
def window(browser):
    """A page as a first visitor has it (``window.page``) that has to end without outside requests and console errors."""
    with _sound(browser) as opened:
        yield opened


@pytest.fixture
def reader(browser):
    """``window`` for a test of what an address shows: who is on the app already opens it (``Window.visit``)."""
    with _sound(browser, stays=True) as opened:
        yield opened


@pytest.fixture
def own_window(browser):
    """``window`` for a test that sets something of the page which cannot be taken back: routes, listeners."""
    with _sound(browser, own=True) as opened:
        yield opened
