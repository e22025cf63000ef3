"""The map in a real browser with every other host blocked: drawn, kept, clicked, hovered."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import serving
from tests.e2e.made_up import PLACES, made_up, signed_places

APP = Path(__file__).parent / "apps" / "map_app.py"
PAINTED = "document.querySelector('#map_div').dataset.painted"


DEFAULTS = {"区": "すべて", "都道府県": "なし"}
SIGNED = "map.koryu.canvas.signed"


@pytest.fixture(scope="module")
def opened(browser, serve):
    """The page and the map's document, opened once; no outside request and no console error may come."""
    with serving.window(browser) as window:
        window.page.goto(f"{serve(APP)}/?n=600")
        yield window, window.map_frame(), {}
        assert window.outside == []
        assert window.problems == []


@pytest.fixture
def painted(opened):
    """The page and the map's document, showing the whole country and everything in it."""
    _, frame, chosen = opened
    for label in list(chosen):
        choose(opened, label, DEFAULTS[label])
    frame.evaluate("map.koryu.home()")
    return opened


def choose(opened, label: str, option: str) -> None:
    """Choose an option of a select box and wait for the map to be painted anew."""
    window, frame, chosen = opened
    chosen[label] = option
    if option == DEFAULTS[label]:
        del chosen[label]
    before = frame.evaluate(PAINTED)
    box = window.page.get_by_label(label).first
    box.click()
    box.fill(option)
    window.page.keyboard.press("Enter")
    frame.wait_for_function(f"{PAINTED} !== '{before}'")
    window.quiet()


def centre(frame) -> list[float]:
    return frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")


def screen_point(window, frame, expression: str) -> tuple[float, float]:
    """Where a layer point of the map lies on the page."""
    x, y = frame.evaluate(
        f"(() => {{ const p = map.layerPointToContainerPoint({expression}); return [p.x, p.y]; }})()"
    )
    box = window.page.locator("iframe[src*=folium]").bounding_box()
    return box["x"] + x, box["y"] + y


def ink(frame) -> int:
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


def test_all_wards_open_bundled_to_prefectures(painted):
    window, frame, _ = painted
    assert frame.evaluate("map.koryu.canvas.flows.length") <= 47
    assert ink(frame) > 3000
    fills = frame.evaluate(
        "[...document.querySelectorAll('path.koryu-area')].map((p) => p.getAttribute('fill'))"
    )
    assert len(fills) == 47
    legend = frame.locator(".koryu-legend").inner_text()
    assert "線の太さ・数字：事業の数" in legend
    assert "なし" in legend
    assert frame.locator(".koryu-credit").inner_text() == "気象庁ホームページの区域データを加工して作成"


def test_a_filter_change_redraws_and_keeps_pan_and_zoom(painted):
    window, frame, _ = painted
    frame.evaluate("void map.setView([35.0, 136.0], 7, { animate: false })")
    frame.evaluate("window.stillHere = true")
    before = centre(frame), ink(frame)
    choose(painted, "区", "世田谷区")
    assert centre(frame) == before[0]
    assert ink(frame) != before[1]
    assert frame.evaluate("window.stillHere")
    assert frame.evaluate("new Set(map.koryu.canvas.flows.map((f) => f.origin.name)).size") == 1


def test_panning_and_zooming_do_not_run_the_script(painted):
    window, frame, _ = painted
    runs = window.page.get_by_text("runs: ").inner_text()
    frame.evaluate("void map.setView([34.0, 134.0], 8, { animate: false })")
    frame.evaluate("void map.panBy([150, 40], { animate: false })")
    window.page.wait_for_timeout(600)
    assert window.page.get_by_text("runs: ").inner_text() == runs


def test_closer_in_the_bundles_open_to_municipalities(painted):
    window, frame, _ = painted
    frame.evaluate("void map.setView([36.2, 139.0], 8.5, { animate: false })")
    frame.wait_for_function("map.koryu.canvas.flows.some((f) => !f.isPrefecture)")
    expect(frame.locator(".koryu-legend")).not_to_contain_text("市区町村ごとに")


def test_a_click_on_a_flow_returns_its_ids(painted):
    window, frame, _ = painted
    choose(painted, "区", "練馬区")
    flow = "map.koryu.canvas.flows.find((f) => f.code.startsWith('01'))"
    code = frame.evaluate(f"{flow}.code")
    window.page.mouse.click(*screen_point(window, frame, f"{flow}.place.end"))
    window.page.get_by_text(f"Click(kind='flow', origin_code='13120', partner_code='{code}')").wait_for()


def test_a_click_on_a_prefecture_and_beside_everything(painted):
    window, frame, _ = painted
    window.page.mouse.click(*screen_point(window, frame, "map.latLngToLayerPoint([43.4, 144.8])"))
    window.page.get_by_text("Click(kind='prefecture', origin_code=None, partner_code='01000')").wait_for()
    window.page.mouse.click(*screen_point(window, frame, "map.latLngToLayerPoint([33.0, 144.0])"))
    window.page.get_by_text("Click(kind='none', origin_code=None, partner_code=None)").wait_for()


def test_a_tooltip_tells_the_flow_as_text(painted):
    window, frame, _ = painted
    choose(painted, "区", "港区")
    window.page.mouse.move(*screen_point(window, frame, "map.koryu.canvas.flows[0].place.end"))
    tip = frame.locator(".koryu-tip")
    tip.wait_for(state="visible")
    text = tip.inner_text()
    place = PLACES.set_index("code").loc[frame.evaluate("map.koryu.canvas.flows[0].code")]
    assert text.startswith(f"港区 → {place.prefecture}{place['name']}\n")
    for word in ("事業", "分野", "最初の年", "距離", " km"):
        assert word in text
    frame.wait_for_function("map.koryu.canvas.picked !== null")


def test_places_with_signs_are_drawn_told_and_clicked(painted):
    window, frame, _ = painted
    signs = window.page.get_by_text("しるし", exact=True)
    signs.click()
    frame.wait_for_function(f"Boolean({SIGNED})")
    window.quiet()
    expected = signed_places(made_up(600))
    assert frame.evaluate(f"{SIGNED}.places.map((each) => each.code)") == list(expected.places.code)
    legend = frame.locator(".koryu-legend")
    for sign in expected.signs:
        assert f"{sign.label}（{expected.counts[sign.key]}）" in legend.inner_text()
    shapes = legend.locator(".koryu-sign").evaluate_all("(all) => all.map((each) => each.className)")
    assert [each.split("-")[-1] for each in shapes] == ["dot", "square", "triangle", "origin"]
    # One that no other lies upon.
    alone = frame.evaluate(
        f"""() => {SIGNED}.places.find((one) => {SIGNED}.places.every(
          (other) => other === one || other.px.distanceTo(one.px) > 20)).code"""
    )
    spot = screen_point(window, frame, f"{SIGNED}.places.find((each) => each.code === '{alone}').px")
    window.page.mouse.move(*spot)
    tip = frame.locator(".koryu-tip")
    tip.wait_for(state="visible")
    row = expected.places.set_index("code").loc[alone]
    label = next(sign.label for sign in expected.signs if sign.key == row.sign)
    place = PLACES.set_index("code").loc[alone]
    assert tip.inner_text().split() == [place.prefecture + place["name"], "相手の数", label, row.note]
    window.page.mouse.click(*spot)
    window.page.get_by_text(
        f"Click(kind='municipality', origin_code=None, partner_code='{alone}')"
    ).wait_for()
    window.page.get_by_text("束ねる", exact=True).click()
    frame.wait_for_function(f"!{SIGNED}")
    window.quiet()


def test_the_browser_counts_the_kilometres_of_the_tables(painted):
    _, frame, _ = painted
    choose(painted, "区", "港区")
    counted = frame.evaluate("map.koryu.canvas.flows.map((flow) => [flow.code, flow.km])")
    table = made_up(600).query("origin_name == '港区'")
    assert dict(counted) == dict(zip(table.partner_code, table.distance_km.round().astype(int), strict=True))


def test_hostile_names_stay_text(painted):
    window, frame, _ = painted
    name = "</script><img src=x onerror=alert(1)>"
    frame.evaluate(
        "(name) => map.koryu.tooltip.show(koryu.areaTooltip(name, name, name), L.point(50, 50))", name
    )
    tip = frame.locator(".koryu-tip")
    assert name in tip.inner_text()
    assert tip.locator("img").count() == 0


def test_a_prefecture_opens_to_its_municipalities_and_closes(painted):
    window, frame, _ = painted
    choose(painted, "都道府県", "長野県")
    frame.wait_for_function("document.querySelectorAll('path.koryu-area').length === 47 + 77")
    frame.wait_for_function("map.getZoom() >= 7")
    assert "連携の有無" in frame.locator(".koryu-legend").inner_text()
    choose(painted, "都道府県", "なし")
    frame.wait_for_function("document.querySelectorAll('path.koryu-area').length === 47")


def test_a_prefecture_with_far_islands_is_shown_by_its_main_one(painted):
    window, frame, _ = painted
    choose(painted, "都道府県", "東京都")
    frame.wait_for_function("map.getZoom() >= 8.5 && map.getBounds().contains([35.8, 139.1])")


def test_far_islands_are_drawn_inside_their_frames(painted):
    _, frame, _ = painted
    naha = frame.evaluate("(({ lat, lng }) => [lat, lng])(koryu.place(26.21, 127.68))")
    assert 38 < naha[0] < 43
    assert 127 < naha[1] < 137
    tokyo = frame.evaluate("(({ lat, lng }) => [lat, lng])(koryu.place(35.69, 139.69))")
    assert tokyo == [35.69, 139.69]


def test_the_map_is_reached_and_moved_by_keyboard(painted):
    window, frame, _ = painted
    box = frame.locator("#map_div")
    assert box.get_attribute("aria-label") == "試験の地図"
    assert frame.evaluate("document.documentElement.lang") == "ja"
    before = centre(frame)
    box.focus()
    window.page.keyboard.press("ArrowLeft")
    frame.wait_for_function("before => map.getCenter().lng < before", arg=before[1])


@pytest.mark.parametrize("script", ["leaflet/leaflet.js", "koryu/marks.js", "koryu/flowmap.js"])
def test_a_missing_script_leaves_a_sentence_not_a_blank(browser, serve, script):
    with serving.window(browser, own=True) as opened:
        opened.page.route(f"**/{script}", lambda route: route.abort())
        opened.page.goto(f"{serve(APP)}/?n=50")
        box = opened.page.locator(".st-key-k-map-map")
        box.locator("iframe").wait_for(state="attached")
        opened.page.wait_for_timeout(500)
        said, on_top = box.evaluate(
            """(box) => {
          const { x, y, width } = box.getBoundingClientRect();
          const over = document.elementFromPoint(x + width / 2, y + 205);
          return [getComputedStyle(box, '::before').content, over === box];
        }"""
        )
        assert "表示されないときは、ページを再読み込みしてください" in said
        assert on_top


def test_missing_boundaries_leave_a_sentence(browser, serve):
    with serving.window(browser, own=True) as opened:
        opened.page.route("**/prefectures.json", lambda route: route.abort())
        opened.page.goto(f"{serve(APP)}/?n=50")
        frame = opened.page.frame_locator("iframe[src*=folium]")
        frame.get_by_text("地図の区域データを読み込めませんでした").wait_for()
