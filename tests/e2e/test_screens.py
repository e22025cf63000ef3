"""Both screens in a real browser on the real build, with every other host blocked."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

SETAGAYA = quote("世田谷区")
PAINTED = "document.querySelector('#map_div').dataset.painted"


@pytest.fixture(scope="session")
def address(serve, root, build_dir):
    """The app on the real build."""
    return serve(root / "app.py", {"KORYU_DATA": str(build_dir)})


def heading(window) -> str:
    """The sentence the screen opens with."""
    return window.page.locator("h1").inner_text()


def state(window) -> dict[str, list[str]]:
    """The query parameters of the address bar."""
    return parse_qs(urlsplit(window.page.url).query)


def choose_ward(window, name: str) -> None:
    box = window.page.get_by_role("combobox", name="区", exact=True)
    box.fill(name)
    window.page.get_by_role("option", name=name).wait_for()
    box.press("Enter")
    window.page.locator("h1", has_text=name).wait_for()


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


def test_the_first_view_answers_without_a_click(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    assert re.fullmatch(r"23区は、全国 \d+ 都道府県・[\d,]+ 市区町村とつながっています。", heading(window))
    assert drawn(frame) > 3000
    # Where ties are thickest, and where they are thin.
    assert window.page.locator(".k-ends .k-rank").count() == 2
    assert window.page.locator(".k-ends .k-rank").last.locator("tbody tr:visible").count() >= 5
    assert window.page.evaluate("document.documentElement.lang") == "ja"
    assert (
        "外部通信なし・基準日 令和8年3月31日" in window.page.locator("[data-testid=stSidebar]").inner_text()
    )


def test_a_filter_changes_map_figures_and_address_and_keeps_pan_and_zoom(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    frame.evaluate("map.setView([35.0, 136.0], 7, { animate: false })")
    frame.evaluate("window.stillHere = true")
    where = frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")
    before, painted = heading(window), frame.evaluate(PAINTED)
    choose_ward(window, "世田谷区")
    frame.wait_for_function(f"{PAINTED} !== '{painted}'")
    assert heading(window) != before
    assert state(window) == {"ward": ["世田谷区"]}
    assert frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]") == where
    assert frame.evaluate("window.stillHere")
    assert frame.evaluate("map.koryu.canvas.flows.every((flow) => flow.origin.name === '世田谷区')")


def test_quick_changes_all_arrive(window, address):
    window.page.goto(address)
    window.map_frame()
    for label in ("開始年が不明", "10団体以上", "特別区どうし", "都内の連携"):
        tick(window, label)
    window.page.locator(".k-conditions", has_text="都内を除く").wait_for()
    window.page.wait_for_function("new URLSearchParams(location.search).get('home') === 'false'")
    assert state(window) == {"unknown": ["false"], "network": ["false"], "peers": ["true"], "home": ["false"]}
    conditions = window.page.locator(".k-conditions").inner_text()
    for word in ("開始年の不明を除く", "広域の集まりを除く", "特別区どうしを含む"):
        assert word in conditions


def test_a_click_on_a_flow_shows_its_projects_and_their_lines(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}")
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
    projects.first.wait_for()
    assert projects.count() > 0
    assert "行目" in projects.first.inner_text()
    assert state(window)["partner"] == ["01471"]
    window.page.get_by_role("button", name="閉じて順位に戻る").click()
    window.page.locator(".k-rank").wait_for()
    assert "partner" not in state(window)


def test_the_prefectures_drill_down_and_back(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}")
    window.map_frame()
    window.page.get_by_role("link", name="都道府県別").click()
    window.page.locator("h1", has_text="が最も多いのは").wait_for()
    frame = window.map_frame()
    assert frame.locator("path.koryu-area").count() >= 47
    box = window.page.get_by_role("combobox", name="都道府県を選ぶ")
    box.fill("群馬県")
    window.page.get_by_role("option", name="群馬県").wait_for()
    box.press("Enter")
    window.page.locator("h1", has_text="群馬県の").wait_for()
    assert re.search(r"35 市区町村のうち \d+", heading(window))
    frame.wait_for_function("document.querySelectorAll('path.koryu-area').length > 60")
    assert state(window)["partner"] == ["10000"]


def test_what_is_looked_at_goes_along_to_the_other_screen(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}&partner=10000")
    window.map_frame()
    window.page.locator(".k-projects li").first.wait_for()
    window.page.get_by_role("link", name="都道府県別").click()
    window.page.locator("h1", has_text="世田谷区は、群馬県の").wait_for()
    assert state(window) == {"ward": ["世田谷区"], "partner": ["10000"]}
    window.page.go_back()
    window.page.locator("h1", has_text="世田谷区は、全国").wait_for()


def test_reset_clears_filters_widgets_and_address(window, address):
    window.page.goto(f"{address}/?ward={SETAGAYA}&unknown=false&years={quote('この年までに')}&as_of=2000")
    window.map_frame()
    window.page.get_by_role("button", name="条件をはじめに戻す").click()
    window.page.locator("h1", has_text="23区は").wait_for()
    window.page.wait_for_function("location.search === ''")
    assert window.page.locator("label", has_text="開始年が不明").locator("input").is_checked()
    assert window.page.get_by_label("世田谷区を外す").count() == 0
    assert window.page.get_by_role("radio", name="この年に始まった").is_checked()
