"""The two profiles and the search in a real browser."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import expect

from tests import screens

SETAGAYA = quote("世田谷区")


def heading(window, words: str) -> None:
    window.page.locator("h1", has_text=words).wait_for()


def find(window, text: str):
    """Type into the search box; gives what it lists."""
    window.page.get_by_label("市区町村・区・事業・団体を探す").fill(text)
    hits = window.page.locator(".st-key-k-hits :is(a, button)")
    hits.first.wait_for()
    return hits


def test_the_search_goes_to_a_municipality_a_ward_and_a_project_and_keeps_the_filters(window, address):
    window.page.goto(f"{address}/trends?unknown=false")
    screens.settled(window)
    find(window, "カワバむら").filter(has_text="群馬県川場村").click()
    heading(window, "群馬県川場村は")
    assert window.query() == {"partner": ["10444"], "unknown": ["false"]}
    assert window.page.evaluate("location.pathname").endswith("/partners")
    window.page.locator(".st-key-k-hits").wait_for(state="detached")

    window.page.go_back()
    window.page.wait_for_url("**/trends?unknown=false")
    window.quiet()
    find(window, "せたがや").filter(has_text="東京都世田谷区").click()
    heading(window, "世田谷区は")
    assert window.query() == {"ward": ["世田谷区"], "unknown": ["false"]}

    find(window, "縁組協定").filter(has_text="川場村との縁組協定").click()
    window.page.locator(".st-key-k-project", has_text="川場村との縁組協定").wait_for()
    assert "project" in window.query()


def test_the_search_is_reached_and_used_with_the_keyboard(window, address):
    window.page.goto(f"{address}/wards")
    heading(window, "23区で")
    box = window.page.get_by_label("市区町村・区・事業・団体を探す")
    box.focus()
    window.page.locator("html[data-find=ready]").wait_for(state="attached")
    window.page.keyboard.insert_text("ｶﾜﾊﾞ")
    # At once, before the answer has come.
    window.page.keyboard.press("Enter")
    heading(window, "群馬県川場村は")

    window.quiet()
    navigation = window.page.locator(".st-key-k-nav")
    before = navigation.bounding_box()
    box.focus()
    window.page.keyboard.insert_text("ほっかいどう")
    hits = window.page.locator(".st-key-k-hits :is(a, button)")
    hits.nth(1).wait_for()
    window.quiet()
    assert navigation.bounding_box() == before  # what is found lies over it
    for key, number in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        window.page.keyboard.press(key)
        assert hits.nth(number).evaluate("hit => hit === document.activeElement")
    window.page.keyboard.press("Escape")
    hits.first.wait_for(state="detached")
    assert box.input_value() == ""
    window.page.keyboard.insert_text("んんんんん")
    window.page.get_by_text("は見つかりません。読みがな").wait_for()


def test_the_wards_are_sorted_by_any_column_without_the_server(window, address):
    window.page.goto(f"{address}/wards")
    names = window.page.locator(".k-board tbody th")
    names.first.wait_for()
    screens.settled(window)
    before = names.all_inner_texts()
    window.page.get_by_role("button", name="連携する市区町村").click()
    expect(names.first).to_have_text(before[-1])
    expect(window.page.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")


def test_a_sort_sorts_all_rows_and_then_shows_the_first(window, address):
    window.page.goto(f"{address}/partners")
    board = window.page.locator(".st-key-partner_rows .k-board")
    rows = board.locator("tbody tr")
    rows.first.wait_for()
    screens.settled(window)
    expect(rows).to_have_count(50)
    more = board.get_by_role("button", name="もすべて表示")
    said = more.inner_text()
    projects = board.locator("thead button", has_text="事業")
    projects.click()
    most = [int(text) for text in board.locator("tbody tr td:nth-child(3) b").all_inner_texts()]
    projects.click()
    fewest = [int(text) for text in board.locator("tbody tr td:nth-child(3) b").all_inner_texts()]
    expect(rows).to_have_count(50)
    more.click()
    every = [int(text) for text in board.locator("tbody tr td:nth-child(3) b").all_inner_texts()]
    assert said == f"ほか {len(every) - 50:,} もすべて表示"
    assert (most, fewest) == (sorted(every, reverse=True)[:50], sorted(every)[:50])
    assert every == sorted(every)
    board.get_by_role("button", name="はじめの 50 だけを表示").press("Enter")
    expect(rows).to_have_count(50)
    expect(more).to_be_focused()


def test_choosing_a_ward_sets_the_filter_and_a_tie_leads_to_the_other_side(window, address):
    window.page.goto(f"{address}/wards")
    heading(window, "23区で")
    rows = window.page.locator(".k-board tbody th > *")
    screens.settled(window)
    rows.first.focus()
    for _ in range(22):
        if window.page.evaluate("document.activeElement.textContent") == "世田谷区":
            break
        window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    heading(window, "世田谷区は")
    assert window.query() == {"ward": ["世田谷区"]}
    window.page.get_by_label("世田谷区を外す").wait_for()
    assert "世田谷区から" in window.page.locator(".k-reach svg[role=img]").get_attribute("aria-label")
    window.page.locator(".st-key-ties, .k-board").get_by_role("link", name="群馬県川場村").click()
    heading(window, "群馬県川場村は")
    window.page.get_by_role("button", name="群馬県の市区町村を見る").click()
    heading(window, "群馬県の")


def test_the_list_of_projects_shows_every_column_and_enough_of_each(window, address):
    window.page.goto(f"{address}/wards?ward={quote('港区')}&projects=true")
    board = window.page.locator(".st-key-projects_rows .k-board")
    board.locator(".cut span").first.wait_for()
    screens.settled(window)
    assert board.evaluate("one => one.scrollWidth <= one.clientWidth")
    narrowest = "one => Math.min(...[...one.querySelectorAll('.cut span')].map((cell) => cell.clientWidth))"
    assert board.evaluate(narrowest) >= 6 * 14
    window.page.set_viewport_size({"width": 320, "height": 640})  # as large as 1280 at 400%
    screens.settled(window)
    assert board.evaluate("one => one.scrollWidth") < 1000, "one project names sixty partners"
    assert window.wider() == []
