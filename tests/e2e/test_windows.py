"""What the other browser tests rely on: a window is as new each time, and what goes wrong in one is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import serving

APP = Path(__file__).parent / "apps" / "faulty.py"

#: What a page may keep, and how it was set.
KEPT = """async () => [localStorage.kept, sessionStorage.kept, document.cookie.includes('kept'),
  (await indexedDB.databases()).length, history.length, innerWidth,
  matchMedia('(prefers-color-scheme: dark)').matches, document.querySelectorAll('h1:hover').length]"""


@pytest.fixture(scope="module")
def address(serve):
    """A page that does what it is told to in its address."""
    return serve(APP)


def opened_at(address: str, browser, look, **size: int):
    """What ``look`` sees in a window at an address, and the window."""
    with serving.window(browser, **size) as opened:
        opened.page.goto(address)
        opened.page.locator("h1").wait_for()
        opened.quiet()
        return opened, look(opened)


def test_nothing_is_left_of_the_visit_before(browser, address):
    first, new = opened_at(address, browser, lambda opened: opened.page.evaluate(KEPT))

    def use(opened: serving.Window) -> list:
        page = opened.page
        page.evaluate(
            """async () => {
          localStorage.kept = sessionStorage.kept = 1;
          document.cookie = 'kept=1';
          await new Promise((done) => { indexedDB.open('kept').onsuccess = done; });
          history.pushState(1, '', '?kept');
        }"""
        )
        page.emulate_media(color_scheme="dark")
        page.locator("h1").hover()
        return page.evaluate(KEPT)

    used, kept = opened_at(address, browser, use, width=800)
    assert all(there != fresh for there, fresh in zip(kept, new, strict=True)), kept
    again, seen = opened_at(address, browser, lambda opened: opened.page.evaluate(KEPT))
    assert seen == new
    assert first is used is again, "the same page"


def test_two_at_once_are_two_visitors(browser, address):
    with serving.window(browser) as one, serving.window(browser) as other:
        for opened in (one, other):
            opened.page.goto(address)
        one.page.evaluate("localStorage.kept = 1, document.cookie = 'kept=1'")
        assert other.page.evaluate("[localStorage.kept, document.cookie.includes('kept')]") == [None, False]


@pytest.mark.parametrize("fault", ["raise", "said"])
def test_a_screen_that_raises_fails_whoever_leaves_it(browser, address, fault):
    opened_at(address, browser, lambda _: None)
    with pytest.raises(AssertionError):
        opened_at(f"{address}/?fault={fault}", browser, lambda _: None)
    opened_at(address, browser, lambda _: None)


def test_complaints_and_requests_of_a_window_that_was_used_before_are_its_own(browser, address):
    before, _ = opened_at(address, browser, lambda _: None)
    with serving.window(browser) as opened:
        assert opened is before
        opened.page.goto(address)
        with opened.page.expect_console_message(lambda message: message.text == "wrong"):
            opened.page.evaluate("void fetch('http://example.com/').catch(() => console.error('wrong'))")
        assert opened.outside == ["http://example.com/"]
        assert any(said.startswith("wrong") for said in opened.problems)
    with serving.window(browser) as opened:
        assert opened is before
        assert opened.outside == opened.problems == []


def test_a_window_whose_server_ended_is_not_used_again(browser):
    with serving.serve(APP) as short_lived:
        with serving.window(browser) as first:
            first.page.goto(short_lived)
            first.page.locator("h1").wait_for()
            serving.kill(short_lived)
        with serving.window(browser) as second:
            assert second is not first
