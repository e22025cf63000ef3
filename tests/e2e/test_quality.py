"""データと品質 in a real browser: the lists, one decision from the screen to the file, and none without leave."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving


@pytest.fixture
def editing(root, build_dir, tmp_path):
    """The app started for editing, on a build and decisions of this test's own: (address, decisions.csv)."""
    build = shutil.copytree(build_dir, tmp_path / "build")
    decisions = Path(shutil.copy(root / "data" / "reference" / "decisions.csv", tmp_path))
    environment = {"KORYU_DATA": str(build), "KORYU_EDIT": "1", "KORYU_DECISIONS": str(decisions)}
    with serving.app(environment) as running:
        yield running, decisions


def open_screen(window, address: str) -> None:
    """Go to the screen by the navigation, as a visitor does."""
    window.page.goto(address)
    window.page.get_by_role("link", name="データと品質").click()
    window.page.locator("h1", has_text="連携相手方の記載").wait_for()
    window.quiet()


def choose(window, label: str, words: str) -> None:
    """Choose in a box with the keyboard."""
    box = window.page.get_by_role("combobox", name=label)
    window.reach(box)
    box.fill(words)
    # Not by the keys: the list may still be narrowed when they are pressed.
    window.page.get_by_role("option", name=words).first.click()
    window.quiet()


def first_waiting(window) -> str:
    """The first text of the review list."""
    box = window.page.get_by_role("combobox", name="記載を選ぶ")
    window.reach(box)
    box.click()
    text = window.page.get_by_role("option").first.inner_text()
    box.press("Escape")
    return re.sub(r"（[^（）]*）$", "", text)


def test_the_parts_open_and_the_link_holds_them(window, address):
    open_screen(window, address)
    for part, words in (
        ("指摘", "言葉で探す"),
        ("読み取り方", "どれだけ確かか"),
        ("資料と照合", "もとの資料"),
    ):
        window.page.get_by_role("tab", name=part).click()
        window.page.get_by_text(words).first.wait_for()
        window.page.wait_for_function(f"new URLSearchParams(location.search).get('part') === '{part}'")


def test_a_finding_is_found_by_words_and_shows_its_line(window, address):
    open_screen(window, address)
    window.page.get_by_role("tab", name="指摘").click()
    search = window.page.get_by_role("textbox", name="言葉で探す")
    search.fill("南魚沼市")
    search.press("Enter")
    window.page.wait_for_function("new URLSearchParams(location.search).get('words') === '南魚沼市'")
    window.quiet()  # the address comes before the answer
    choose(window, "指摘を選ぶ", "事業名と相手方のくいちがい")
    facts = window.page.locator(".k-facts")
    expect(facts).to_contain_text("行目")
    expect(facts).to_contain_text("確かめること")


def test_tables_have_names_and_no_english_is_left(window, address):
    open_screen(window, address)
    window.page.get_by_role("table", name="記載の一覧").wait_for()
    choose(window, "記載を選ぶ", first_waiting(window))
    for part, role, name in (
        ("確認待ち", "table", "記載の一覧"),
        ("指摘", "table", "指摘の一覧"),
        ("読み取り方", "table", "どれだけ確かか"),
        ("資料と照合", "table", "もとの資料"),
    ):
        window.page.get_by_role("tab", name=part).click()
        window.page.get_by_role(role, name=name).wait_for()
        window.quiet()
        named = re.compile(r"CSV|\.txt$|python|koryu app --edit")  # files and programs
        assert [words for words in window.english() if not named.search(words)] == []
    captions = window.page.locator(".k-table caption")
    assert captions.count() == window.page.locator(".k-table").count() > 1


@pytest.mark.parametrize("width", [320, 1440])
def test_nothing_is_wider_than_the_window(browser, address, width):
    with serving.window(browser, width, 844) as opened:
        open_phone = opened.page
        open_phone.goto(address)
        open_phone.locator("h1").wait_for()
        open_phone.locator("html[lang=ja]").wait_for(state="attached")  # our script closes the panel
        if width < 500:
            open_phone.get_by_test_id("stExpandSidebarButton").click()
        open_phone.get_by_role("link", name="データと品質").click()
        open_phone.locator("h1", has_text="連携相手方の記載").wait_for()
        for part in ("指摘", "読み取り方", "資料と照合"):
            open_phone.get_by_role("tab", name=part).click()
            opened.quiet()
            assert opened.wider() == [], part


def test_without_leave_there_is_nothing_to_write_with(window, address):
    open_screen(window, address)
    choose(window, "記載を選ぶ", first_waiting(window))
    window.page.locator(".k-facts").wait_for()
    window.quiet()
    assert window.page.get_by_role("button", name="記録").count() == 0
    assert window.page.get_by_role("textbox", name="判断した人").count() == 0


def test_a_decision_is_made_by_typing_and_is_there_for_the_next_visitor(browser, window, editing):
    address, decisions = editing
    earlier = decisions.read_bytes()
    open_screen(window, address)
    heading = window.page.locator("h1").inner_text()
    text = first_waiting(window)
    choose(window, "記載を選ぶ", text)
    page = window.page
    page.get_by_text("ほかの自治体・都道府県を選ぶ").click()
    places = page.get_by_role("combobox", name=re.compile("いくつでも"))
    window.reach(places)
    places.fill("つるおか")
    page.get_by_role("option", name="山形県鶴岡市（つるおかし）").click()
    places.press("Escape")
    page.get_by_role("textbox", name="判断した人").fill("企画課 鈴木")
    assert [words for words in window.english() if not re.search("CSV|Enter", words)] == []
    page.get_by_role("textbox", name="理由").fill("担当課に確認")
    page.get_by_role("button", name="記録して、データを作り直す").click()
    page.get_by_text(f"「{text}」は山形県鶴岡市であると記録しました").wait_for(timeout=60_000)
    expect(page.get_by_text("判断した人は企画課 鈴木です")).to_be_visible()
    expect(page.locator("h1")).not_to_have_text(heading)

    assert decisions.read_bytes().startswith(earlier)
    row = list(csv.DictReader(decisions.open(encoding="utf-8")))[-1]
    assert (row["text"], row["codes"], row["decided_by"]) == (text, "06203", "企画課 鈴木")
    with serving.window(browser) as other:
        other.page.goto(f"{address}/quality?list={quote('人が決めたもの')}")
        screens.settled(other)
        choose(other, "記載を選ぶ", text)
        other.page.locator(".k-facts", has_text="山形県鶴岡市").wait_for()
