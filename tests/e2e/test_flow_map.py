"""What the flow map offers beside its first view: years that go by, a closer look at Tokyo, tiles on request."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving
from tests.scattered import scattered

AS_OF = f"years={quote('この年までに')}"


def test_the_years_go_by_and_stop_at_the_last(window, address):
    page = window.page
    page.goto(f"{address}/?{AS_OF}&as_of=2023&unknown=false")
    window.map_frame()
    before = page.locator("h1").inner_text()
    page.get_by_role("button", name="年を進めて見る").click()
    page.wait_for_function("!new URLSearchParams(location.search).has('as_of')")  # 2025 is the default
    page.get_by_role("button", name="年を進めて見る").wait_for()
    expect(page.locator("h1")).not_to_have_text(before)
    expect(page.get_by_role("slider")).to_have_value("2025")


def test_the_years_can_be_stopped_and_the_address_says_where(window, address):
    page = window.page
    page.goto(f"{address}/?{AS_OF}&as_of=1990")
    frame = window.map_frame()
    page.get_by_role("button", name="年を進めて見る").click()
    page.wait_for_function("new URLSearchParams(location.search).get('as_of') >= '1992'")
    page.get_by_role("button", name="止める").click()
    year = window.query()["as_of"][0]  # once the year that was already asked for has come
    page.wait_for_timeout(1000)  # longer than a year stays
    expect(frame.locator(".koryu-stamp b")).to_have_text(f"{year}年度")
    expect(page.locator(".k-conditions")).to_contain_text(f"（{year}年度）までに始まった")
    expect(page.get_by_role("slider")).to_have_value(year)
    assert window.query()["as_of"] == [year]


def test_two_wards_are_told_apart_and_share_a_point(window, address):
    window.page.goto(f"{address}/?ward={quote('世田谷区')}&ward={quote('港区')}&partner=20000")
    frame = window.map_frame()
    legend = frame.locator(".koryu-legend").inner_text()
    for words in ("港区の連携先", "世田谷区の連携先", "共通の連携先", "選んだところ", "なし"):
        assert words in legend
    assert frame.evaluate("new Set(map.koryu.canvas.flows.map((flow) => flow.colour)).size") == 2
    # The municipality both have as a partner tells of both.
    tip = frame.evaluate(
        """() => {
          const { canvas } = map.koryu;
          const shared = canvas.places.find((place) => place.shared);
          return koryu.flowTooltip(canvas.at(shared.end)).textContent;
        }"""
    )
    assert "港区 から" in tip
    assert "世田谷区 から" in tip
    expect(frame.locator("path.koryu-outline")).to_have_count(1)


def test_tokyo_opens_to_its_municipalities(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    frame.locator("button", has_text="東京").click()
    frame.wait_for_function("map.getZoom() > 8.5")
    frame.wait_for_function("map.koryu.canvas.flows.some((flow) => flow.code === '13201')")
    # With the outlines of its municipalities, and of those around it.
    frame.wait_for_function("document.querySelectorAll('path.koryu-outlines').length >= 4")
    frame.locator("button", has_text="全国").click()
    frame.wait_for_function("map.getZoom() < 6")
    expect(frame.locator("path.koryu-outlines")).to_have_count(0)


def test_tiles_are_asked_for_only_when_switched_on(browser, address):
    with serving.window(browser) as opened:
        opened.page.goto(address)
        frame = opened.map_frame()
        frame.evaluate("void map.setZoom(8, { animate: false })")
        assert opened.outside == []
        # Not check(): every other host is out of reach here, and the box may be off again before check() looks.
        frame.get_by_label("地理院タイル（外部に接続）").click()
        frame.get_by_label("地理院タイルに接続できません").wait_for()
        expect(frame.locator("#map_div.koryu-tiled")).to_have_count(0)
        assert opened.outside
        assert {urlsplit(url).hostname for url in opened.outside} == {"cyberjapandata.gsi.go.jp"}


def test_tiles_are_credited_while_they_are_shown(browser, address):
    with serving.window(browser, own=True) as opened:
        pixel = screens.small(opened.page.screenshot())
        asked = []

        def answer(route):
            """Every other tile does not exist, as outside Japan."""
            asked.append(route.request.url)
            if len(asked) % 2:
                route.fulfill(status=404)
            else:
                route.fulfill(body=pixel, content_type="image/png")

        opened.page.route("**/xyz/pale/**", answer)
        opened.page.goto(address)
        frame = opened.map_frame()
        credit = frame.locator(".koryu-credit")
        box = frame.get_by_label("地理院タイル（外部に接続）")
        box.check()
        expect(credit).to_have_text("地理院タイル・気象庁ホームページの区域データを加工して作成")
        frame.locator("img.leaflet-tile-loaded").first.wait_for()
        frame.wait_for_function(
            "[...document.querySelectorAll('img.leaflet-tile')].every((tile) => tile.complete)"
        )
        assert len(asked) > 4
        assert box.is_checked()
        box.uncheck()
        expect(credit).to_have_text("気象庁ホームページの区域データを加工して作成")
        expect(frame.locator("img.leaflet-tile")).to_have_count(0)


def test_back_takes_a_filter_back(window, address):
    page = window.page
    page.goto(address)
    screens.settled(window)
    before = page.locator("h1").inner_text()
    box = page.get_by_role("combobox", name="区", exact=True)
    box.fill("港区")
    page.get_by_role("option", name="港区").wait_for()
    box.press("Enter")
    page.locator("h1", has_text="港区").wait_for()
    assert window.query() == {"ward": ["港区"]}
    page.go_back()
    expect(page.locator("h1")).to_have_text(before)
    expect(page.get_by_label("港区を外す")).to_have_count(0)


def test_origins_all_over_the_country_are_seen_by_prefecture_and_closer_up_one_by_one(
    window, serve, build_dir, tmp_path
):
    """Only what is looked at is sent, and what the map leaves out it says."""
    page = window.page
    folder = scattered(build_dir, tmp_path / "build")
    page.goto(f"{serve(environment={'KORYU_DATA': str(folder)})}/")
    frame = window.map_frame()
    levels = "map.koryu.rows.flows.levels"
    assert frame.evaluate(f"{levels}.map((level) => level.between)") == [True]
    ends = frame.evaluate("map.koryu.canvas.flows.map((flow) => [flow.origin.code, flow.code])")
    assert len(ends) > 100
    assert all(start.endswith("000") and end.endswith("000") and start != end for start, end in ends)
    # By keyboard alone; the map says what it shows and gets it.
    box = frame.locator("#map_div")
    box.focus()
    frame.evaluate("void map.setView([35.6, 139.6], 7.4, { animate: false })")
    page.keyboard.press("+")
    frame.wait_for_function(f"{levels}.length === 2 && map.koryu.canvas.level.area")
    window.quiet()
    close = "map.koryu.canvas.level"
    assert frame.evaluate(f"{close}.origins.every((origin) => !origin.code.endsWith('000'))")
    labels = dict(frame.evaluate("map.koryu.canvas.places.map((place) => [place.code, place.value])"))
    sent = dict(frame.evaluate(f"{close}.ends.map((end) => [end.code, end.value])"))
    assert labels
    assert labels.items() <= sent.items()
    note = frame.get_by_role("status")
    expect(note).to_be_empty()
    # As if more lines ended there than are sent.
    drawn = frame.evaluate("map.koryu.canvas.flows.length")
    frame.evaluate(
        """() => {
          const { flows } = map.koryu.rows;
          const [, part] = flows.levels;
          part.ends.lines = part.ends.lines.map((lines) => lines + 1);
          map.koryu.set({ ...map.koryu.rows, flows }, map.koryu.layer);
        }"""
    )
    expect(note).to_contain_text("太い順に")
    assert frame.evaluate("map.koryu.canvas.flows.length") == drawn
    # Back to the country nothing of it is sent any more.
    frame.evaluate("map.koryu.home()")
    frame.wait_for_function(f"{levels}.length === 1")
    window.quiet()
