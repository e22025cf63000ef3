"""Both screens in a real browser on the real build, with every other host blocked."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving

SETAGAYA = quote("世田谷区")
PAINTED = "document.querySelector('#map_div').dataset.painted"


def heading(window) -> str:
    """The sentence the screen opens with."""
    return window.page.locator("h1").inner_text()


def choose_origin(window, name: str) -> None:
    box = window.page.get_by_role("combobox", name="区", exact=True)
    window.reach(box)
    box.fill(name)
    window.page.get_by_role("option", name=name).wait_for()
    box.press("Enter")
    window.page.locator("h1", has_text=name).wait_for()
    window.quiet()


def tick(window, label: str) -> None:
    window.page.locator("label", has_text=label).click()


def drawn(frame) -> int:
    """How many pixels of the flow canvas are drawn on."""
    return frame.evaluate(
        """() => {
          const canvas = document.querySelector('canvas.koryu-canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
          return drawn;
        }"""
    )


def test_the_navigation_leads_to_every_screen(window, address):
    window.page.goto(address)
    links = window.page.locator(".st-key-k-nav a")
    links.first.wait_for()
    ends = [link.get_attribute("href").split("?")[0].rsplit("/", 1)[-1] for link in links.all()]
    assert ends == list(screens.SCREENS.values())


def test_the_very_first_visitor_may_come_by_a_link_to_any_screen(browser, build_dir):
    with serving.app({"KORYU_DATA": str(build_dir)}) as fresh, serving.window(browser) as opened:
        opened.page.goto(f"{fresh}/gaps?ward={SETAGAYA}")
        screens.settled(opened)
        assert "世田谷区" in heading(opened)
        assert opened.page.get_by_role("dialog").count() == 0
        assert opened.problems == []


def test_the_first_view_answers_without_a_click(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    assert re.fullmatch(
        r"23区は、個別の連携で全国 \d+ 都道府県・[\d,]+ 市区町村とつながっています。", heading(window)
    )
    assert drawn(frame) > 3000
    # Where ties are thickest, and where they are thin.
    expect(window.page.locator(".k-ends .k-rank")).to_have_count(2)
    assert window.page.locator(".k-ends .k-rank").last.locator("tbody tr:visible").count() >= 5
    expect(window.page.locator("html")).to_have_attribute("lang", "ja")
    expect(window.page.locator("[data-testid=stSidebar]")).to_contain_text(
        "外部通信なし・基準日 令和8年3月31日"
    )


def test_a_filter_changes_map_figures_and_address_and_keeps_pan_and_zoom(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    frame.evaluate("void map.setView([35.0, 136.0], 7, { animate: false })")
    frame.evaluate("window.stillHere = true")
    where = frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
    before, painted = heading(window), frame.evaluate(PAINTED)
    window.received = 0
    choose_origin(window, "世田谷区")
    frame.wait_for_function(f"{PAINTED} !== '{painted}'")
    assert heading(window) != before
    assert window.query() == {"ward": ["世田谷区"]}
    # Of these a kilobyte twice is the list of screens, which Streamlit repeats with every run.
    assert 0 < window.received <= 11 * 1024
    assert frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]") == where
    assert frame.evaluate("window.stillHere")
    assert frame.evaluate("map.koryu.canvas.flows.every((flow) => flow.origin.name === '世田谷区')")


def test_quick_changes_all_arrive(window, address):
    window.page.goto(address)
    window.map_frame()
    for label in ("開始年が不明", "広域の集まり", "特別区どうし", "都内の連携"):
        tick(window, label)
    window.page.locator(".k-conditions", has_text="都内を除く").wait_for()
    window.page.wait_for_function("new URLSearchParams(location.search).get('home') === 'false'")
    assert window.query() == {
        "unknown": ["false"],
        "network": ["true"],
        "peers": ["true"],
        "home": ["false"],
    }
    conditions = window.page.locator(".k-conditions").inner_text()
    for word in ("開始年の不明を除く", "広域の集まりを含む", "特別区どうしを含む"):
        assert word in conditions


def test_a_click_on_a_flow_shows_its_projects_and_their_lines(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}")
    screens.settled(window)  # what comes late may move the map
    frame = window.map_frame()
    # A bilateral partner far from the others, so that the click meets no other flow.
    x, y = frame.evaluate(
        """() => {
          const flow = map.koryu.canvas.flows.find((one) => one.code === '01471');
          const point = map.layerPointToContainerPoint(flow.place.end);
          return [point.x, point.y];
        }"""
    )
    box = window.page.locator("iframe[src*=folium]").bounding_box()
    window.page.mouse.click(box["x"] + x, box["y"] + y)
    projects = window.page.locator(".k-projects li")
    expect(projects.first).to_contain_text("行目")
    assert window.query()["partner"] == ["01471"]
    window.page.get_by_role("button", name="閉じて順位に戻る").click()
    window.page.locator(".k-rank").first.wait_for()
    assert "partner" not in window.query()


def test_the_prefectures_drill_down_and_back(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}")
    window.map_frame()
    window.page.get_by_role("link", name="都道府県別").click()
    window.page.locator("h1", has_text="が最も多いのは").wait_for()
    frame = window.map_frame()
    expect(frame.locator("path.koryu-area")).to_have_count(47)
    box = window.page.get_by_role("combobox", name="都道府県を選ぶ")
    window.reach(box)
    box.fill("群馬県")
    window.page.get_by_role("option", name="群馬県").wait_for()
    box.press("Enter")
    window.page.locator("h1", has_text="群馬県の").wait_for()
    assert re.search(r"35 市区町村のうち \d+", heading(window))
    frame.wait_for_function("document.querySelectorAll('path.koryu-area').length > 60")
    assert window.query()["partner"] == ["10000"]


def test_what_is_looked_at_goes_along_to_the_other_screen(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}&partner=10000")
    window.map_frame()
    window.page.locator(".k-projects li").first.wait_for()
    window.page.get_by_role("link", name="都道府県別").click()
    window.page.locator("h1", has_text="世田谷区は、個別の連携で、群馬県の").wait_for()
    assert window.query() == {"ward": ["世田谷区"], "partner": ["10000"]}
    window.page.go_back()
    window.page.locator("h1", has_text="世田谷区は、個別の連携で全国").wait_for()


def test_reset_clears_filters_widgets_and_address(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}&unknown=false&years={quote('この年までに')}&as_of=2000")
    window.map_frame()
    window.page.get_by_role("button", name="条件をはじめに戻す").click()
    window.page.locator("h1", has_text="23区は").wait_for()
    window.page.wait_for_function("location.search === ''")
    expect(window.page.locator("label", has_text="開始年が不明").locator("input")).to_be_checked()
    expect(window.page.get_by_label("世田谷区を外す")).to_have_count(0)
    expect(window.page.get_by_role("radio", name="この年に始まった")).to_be_checked()
