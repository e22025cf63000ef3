"""The questions of docs/questions.md: their steps taken in a browser, their answers read on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import screens
from tests.questions import MOST_STEPS, PAGE, QUESTIONS, Tables, page


@pytest.fixture(scope="session")
def counted(build_dir):
    return Tables(build_dir)


def test_the_page_of_questions_is_as_the_tables_say(counted):
    assert PAGE.read_text(encoding="utf-8") == page(counted)
    assert len({one.ja for one in QUESTIONS}) >= 20
    assert max(len(one.steps) for one in QUESTIONS) <= MOST_STEPS


@pytest.mark.parametrize("question", QUESTIONS, ids=[one.en for one in QUESTIONS])
def test_the_answer_stands_on_the_screen(window, address, counted, question):
    window.page.goto(address)
    screens.settled(window)
    for step in question.steps:
        step.take(window)
        window.quiet()
    expect(window.page.get_by_test_id("stMain")).to_contain_text(question.says(counted))
