"""推移と協定 in a real browser: its parts, the map of the agreements, and the way to a partner's projects."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving

#: A word of each part that is there only once the part is drawn.
PARTS = {
    "始まった年": "分けて見る",
    "広域連携協定": "協定ごとの、連携のある市町村",
    "年表": "言葉で探す",
    "資料をくらべる": "資料B",
    "公表された推移": "年度ごとの数",
}


def open_part(window, address: str, part: str, **params: str) -> None:
    """Open a link to one part."""
    query = "&".join(f"{key}={quote(value)}" for key, value in {"topic": part, **params}.items())
    window.visit(f"{address}/trends?{query}")
    window.page.get_by_text(PARTS[part]).first.wait_for()
    screens.settled(window)


def choose(window, label: str, words: str) -> None:
    """Choose in a box with the keyboard."""
    box = window.page.get_by_role("combobox", name=label)
    window.reach(box)
    box.fill(words)
    window.page.get_by_role("option", name=words).first.wait_for()
    box.press("Enter")


def test_the_parts_open_by_navigation_and_tabs_and_no_english_is_left(window, address):
    page = window.page
    page.goto(address)
    page.get_by_role("link", name="推移と協定").click()
    page.locator("h1", has_text="公表された").wait_for()
    for part, words in PARTS.items():
        page.get_by_role("tab", name=part).click()
        page.get_by_text(words).first.wait_for()
        page.wait_for_function(
            "part => (new URLSearchParams(location.search).get('topic') ?? '公表された推移') === part",
            arg=part,
        )
        body = page.locator("[data-testid=stMain]").inner_text()
        assert not re.search(r"\b(Choose|Select|No |options|empty|search|None|nan|NaN|NaT)\b", body), part


def test_the_map_shows_every_member_and_a_click_leads_to_its_projects(window, address):
    open_part(window, address, "広域連携協定")
    frame = window.map_frame()
    # Nine prefectures are open, with members and others, over the 47.
    frame.wait_for_function("document.querySelectorAll('path.koryu-area').length > 47 + 372")
    # Legend and switch do not lie over each other on the narrowest map there is on a desktop.
    assert frame.evaluate(
        """() => {
          const [legend, tiles] = ['.koryu-legend[open]', '.koryu-tiles']
            .map((one) => document.querySelector(one).getBoundingClientRect());
          return legend.right < tiles.left || legend.bottom < tiles.top;
        }"""
    )
    choose(window, "協定を選ぶ", "群馬県町村会")
    page = window.page
    page.get_by_text("この一覧（23 市町村）").wait_for()
    assert window.query()["agreement"] == ["群馬県町村会"]
    frame.wait_for_function("map.getZoom() > 7 && !map._animatingZoom")
    spot = frame.evaluate(
        """() => {
          const point = map.latLngToContainerPoint(map.koryu.places.get('10444').at);
          return [point.x, point.y];
        }"""
    )
    box = page.locator("iframe[src*=folium]").bounding_box()
    page.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
    page.locator(".k-projects li").first.wait_for()
    assert window.query()["partner"] == ["10444"]
    expect(page.locator("[data-testid=stMain]")).to_contain_text("川場村との事業")
    page.get_by_role("button", name="閉じて順位に戻る").click()
    page.get_by_text("協定ごとの、連携のある市町村").wait_for()
    assert "partner" not in window.query()


def test_the_lines_of_the_growth_chart_lie_at_their_values(window, address):
    open_part(window, address, "始まった年")
    chart = window.page.locator(".k-growth")
    off = chart.evaluate(
        """(chart) => {
          const { top, bottom } = chart.querySelector('.k-bars').getBoundingClientRect();
          const lines = [...chart.querySelectorAll('.k-grid span')];
          const worth = (line) => Number(line.textContent.replaceAll(',', ''));
          const highest = Math.max(...lines.map(worth));
          return lines.map((line) =>
            line.getBoundingClientRect().top - bottom + (worth(line) / highest) * (bottom - top));
        }"""
    )
    assert len(off) >= 3
    assert max(map(abs, off)) < 1


def test_the_answer_of_one_ward_is_a_link(browser, address):
    with serving.window(browser) as first:
        open_part(first, address, "広域連携協定", ward="世田谷区", agreement="群馬県町村会")
        first.map_frame()
        said = first.page.locator("h1").inner_text()
        assert re.fullmatch(
            r"広域連携協定の 372 市町村のうち、\d+ 市町村（\d+%）と、世田谷区が個別に連携しています。", said
        )
        first.page.get_by_text("この一覧（23 市町村）").wait_for()
        assert first.outside == []
        assert first.problems == []


def test_the_chronology_is_searched_by_typing(window, address):
    open_part(window, address, "年表")
    page = window.page
    every = page.locator(".k-events time").count()
    search = page.get_by_role("textbox", name="言葉で探す")
    search.fill("川場村")
    search.press("Enter")
    page.wait_for_function(
        "n => { const now = document.querySelectorAll('.k-events time').length; return now > 0 && now < n }",
        arg=every,
    )
    expect(page.locator(".k-events").first).to_contain_text("川場村")
    assert window.query()["event_words"] == ["川場村"]


def test_a_differing_year_is_chosen_with_the_keyboard_and_shows_both_lines(window, address):
    open_part(window, address, "資料をくらべる", document_b="品川区の協定")
    choose(window, "相手先を選ぶ", "岩手県宮古市")
    facts = window.page.locator(".k-facts", has_text="品川区と岩手県宮古市")
    expect(facts).to_contain_text("平成13年度（2001年度） と 平成14年（2002年）")
    expect(facts).to_contain_text("943行目")


def test_several_documents_are_taken_together_and_the_link_holds_them(window, address):
    page = window.page
    page.goto(address)
    screens.settled(window)
    choose(window, "資料", "世田谷区の交流一覧")
    page.locator(".k-conditions", has_text="事業は資料ごとに数える").wait_for()
    page.wait_for_function("new URLSearchParams(location.search).getAll('source').length === 2")
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".k-conditions", has_text="世田谷区交流情報データベース（令和6年4月現在）").wait_for()
    page.get_by_role("button", name="条件をはじめに戻す").click()
    page.wait_for_function("!new URLSearchParams(location.search).has('source')")
    page.wait_for_function("!document.querySelector('.k-conditions').textContent.includes('世田谷区交流')")


@pytest.mark.parametrize("width", [320, 1920])
def test_nothing_is_wider_than_the_window(browser, address, width):
    with serving.window(browser, width, 844) as opened:
        for part in PARTS:
            open_part(opened, address, part)
            assert opened.wider() == [], part
        assert opened.outside == []
        assert opened.problems == []
