"""Years typed and chosen in a real browser: below the sliders of every screen, and in 前後比較 with its two maps."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import expect

from geo.insight.periods import between_years
from geo.ledger.selection import Selection
from tests import screens
from tests.e2e import serving

PERIODS = f"compare?compare={quote('前後比較')}"


def test_typed_years_move_the_slider_and_stand_in_the_link(window, address):
    page = window.page
    page.goto(f"{address}/prefectures")
    screens.settled(window)
    box = page.get_by_role("textbox", name="年を入力する")
    window.reach(box)
    box.fill("Ｈ20〜28")
    box.press("Enter")
    assert window.query() == {"began": ["2008", "2016"]}
    expect(page.locator("h1")).to_contain_text(
        "平成20年（2008年）から平成28年度（2016年度）までに始まった連携では"
    )
    expect(box).to_have_value("")
    box.fill("再来年")
    box.press("Enter")
    expect(page.get_by_text("「再来年」は年として読み取れません。")).to_be_visible()
    assert window.query() == {"began": ["2008", "2016"]}
    page.get_by_text("すべて", exact=True).click()
    assert window.query() == {}
    expect(page.get_by_text("「再来年」は")).to_have_count(0)


def test_two_maps_show_what_was_added_and_the_link_keeps_the_years(window, address, dataset):
    page = window.page
    page.goto(f"{address}/{PERIODS}")
    screens.settled(window)
    before = page.get_by_role("textbox", name="前の年度まで")
    before.fill("h12")
    before.press("Enter")
    assert window.query()["from"] == ["h12"]
    last = dataset.years[1]
    found = between_years(dataset, Selection(sources=("tokyo23_linkage_r8",)), 2000, last)
    expect(page.locator("h1")).to_contain_text(
        f"平成12年度（2000年度）までの{len(found.before.places)}市区町村が"
    )
    frames = [window.map_frame(number, of=2) for number in (0, 1)]
    drawn = [frame.evaluate("map.koryu.canvas.signed.places.length") for frame in frames]
    assert drawn == [len(found.before.places), len(found.after.places)]
    assert len({page.locator("iframe").nth(n).get_attribute("title") for n in (0, 1)}) == 2
    boxes = [page.locator("iframe").nth(n).bounding_box() for n in (0, 1)]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
    for kind, start in (("A4（PDF）で保存", b"%PDF"), ("スライドで保存", b"PK")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=kind).click()
        assert saved.value.path().read_bytes().startswith(start)


def test_the_maps_stand_below_each_other_on_a_phone(browser, address):
    with serving.window(browser, 390, 844) as window:
        window.page.goto(f"{address}/{PERIODS}&from=2010&partner=02202")
        screens.settled(window)
        boxes = [window.page.locator("iframe").nth(n).bounding_box() for n in (0, 1)]
        assert boxes[0]["y"] + boxes[0]["height"] < boxes[1]["y"]
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert window.problems == []
