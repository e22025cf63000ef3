"""The published site in a real browser, from file:// with no network."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from geo.insight.metrics import key_figures
from pipeline.deliver import site_data, site_plan
from pipeline.deliver.site import publish
from pipeline.deliver.views import first_view
from tests.e2e.serving import Window
from tests.e2e.test_accessibility import violations
from tests.spellings import LATIN


@pytest.fixture(scope="module")
def site(dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "sub folder" / "public"
    publish(dataset, first_view(dataset), out)
    return out


@pytest.fixture
def page(browser, site):
    """A page without network; it has to ask for files of the site only, and to say nothing on the console."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(site.as_uri()) and not url.startswith("data:")] == []
    assert problems == []


def test_search_by_reading_leads_to_the_place_in_its_prefecture(page, site):
    page.goto((site / "index.html").as_uri())
    expect(page.locator("#map")).to_have_attribute("data-flows", "45")
    page.locator("#find").fill("カワバムラ")
    page.locator("#hits").get_by_role("option", name="群馬県川場村").click()
    expect(page.locator("h1")).to_have_text("23区と群馬県の市区町村の連携")
    expect(page.locator("#flows tbody tr")).to_have_count(1)
    # 47 prefectures, and over them the municipalities of one.
    expect(page.locator("path.koryu-area")).to_have_count(47 + 35)


def test_a_ward_page_shows_the_ward_and_filters(page, site, dataset):
    page.goto((site / "wards" / "13112.html").as_uri())
    selection = first_view(dataset)
    own = key_figures(dataset.select(type(selection)(sources=selection.sources, origins=("13112",))))
    expect(page.locator("[data-figure=municipalities]")).to_have_text(f"{own.municipalities} / 1,718")
    assert not page.locator("[name=origin]").is_visible()
    page.locator("[name=category]").select_option("災害・防災")
    expect(page.locator("#in-force")).to_have_text("絞り込み: 災害・防災")
    expect(page.locator("#projects li")).to_have_count(own.projects)
    assert violations(Window(page), preload=False) == []
    page.locator("#pages").get_by_role("link", name="群馬県").click()
    expect(page.locator("h1")).to_have_text("23区と群馬県の市区町村の連携")
    page.locator("#pages").get_by_role("link", name="世田谷区").click()
    page.get_by_role("link", name="交流マップ").click()
    expect(page.locator("h1")).to_have_text("23区と全国の市区町村の連携")


def test_the_search_knows_former_names_on_a_phone(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((site / "wards" / "13112.html").as_uri())
    page.locator("#find").fill("つくいまち")
    expect(page.locator("#hit-count")).to_contain_text("見つかりません")
    expect(page.locator("#find")).to_have_attribute("aria-expanded", "false")
    page.locator("#find").fill("駒が根")
    expect(page.locator("#hits").get_by_role("option").first).to_contain_text("長野県駒ヶ根市")
    page.locator("#find").fill("津久井町")
    expect(page.locator("#hit-count")).to_have_text("1件。↑↓ で選び、Enter で開く")
    assert violations(Window(page), preload=False) == []
    page.locator("#hits").get_by_role("option").click()
    expect(page.locator("h1")).to_have_text("23区と神奈川県の市区町村の連携")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


#: What is found first, beside the names in Latin letters that the search of the screens is held to as well.
FIRST = {
    "せたがや": "世田谷区",
    "20202": "長野県松本市",
    "２０２０２９": "長野県松本市",
    "1202": "北海道函館市",
    "篠山町": "兵庫県丹波篠山市",
    "群馬県　川場村": "群馬県川場村",
    "川場 群馬": "群馬県川場村",
    "川場村 知らない言葉": "群馬県川場村",
    "群馬県 川場村 縁組": "川場村との縁組協定",
    "世田谷区 かわば 縁組": "川場村との縁組協定",
    "災害 20202": "大規模災害時における相互応援協定書",
}


def test_what_the_search_finds_first(page, site, dataset):
    page.goto((site / "compare.html").as_uri())
    own, prefectures = set(dataset.origins.code), set(dataset.prefectures.code)
    names = dataset.names | {code: dataset.places[code].name for code in own | prefectures}
    for text, first in (FIRST | {text: names[code] for text, code in LATIN.items()}).items():
        page.locator("#find").fill(text)
        expect(page.locator("#hits .name").first, text).to_have_text(first)
    for path in ("compare/13112.html", "data/index.html"):
        page.goto((site / path).as_uri())
        assert violations(Window(page), preload=False) == [], path


def test_enter_opens_what_is_marked_and_arrows_move_the_mark(page, site):
    page.goto((site / "index.html").as_uri())
    box = page.get_by_role("combobox", name="サイト内をさがす")
    box.fill("かわば")
    box.press("Enter")  # before the index is there or after: it goes
    expect(page.locator("h1")).to_have_text("23区と群馬県の市区町村の連携")
    hits, marked = page.locator("#hits").get_by_role("option"), page.locator("[aria-selected=true]")
    box.fill("府中")
    expect(hits.nth(2)).to_be_visible()
    for keys, at in (([], 0), (["ArrowDown"], 1), (["ArrowUp", "ArrowUp"], -1), (["ArrowDown"], 0)):
        for key in keys:
            box.press(key)
        expect(marked).to_have_text(hits.nth(at).inner_text())
        expect(marked).to_have_id(box.get_attribute("aria-activedescendant"))
    expect(box).to_be_focused()
    # First it shuts, then it forgets; an arrow opens it again.
    box.press("Escape")
    expect(box).to_have_value("府中")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(hits).to_have_count(0)
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    name = marked.locator(".name").inner_text()
    box.press("Enter")
    expect(page.locator("h1")).to_contain_text(name[:3])
    box.fill("かわば")
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")


def test_what_was_shut_stays_shut_when_the_index_comes(page, site):
    coming = []
    page.route("**/search*.js", lambda route: coming.append(route))
    page.goto((site / "index.html").as_uri())
    box = page.get_by_role("combobox", name="サイト内をさがす")
    box.fill("かわば")
    expect(page.locator("#hit-count")).to_have_text("読み込んでいます…")
    box.press("Enter")
    box.press("Escape")
    coming[0].continue_()
    expect(page.locator("#hits .name").first).to_have_text("群馬県川場村")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert page.url == (site / "index.html").as_uri(), "Enter was taken back"
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")


def test_without_scripts_the_lists_stand_alone(browser, site):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "wards" / "13112.html").as_uri())
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("[data-figure=municipalities]")).to_have_text(re.compile(r"^\d+ / 1,718$"))
    expect(page.locator(".projects li").first).to_be_visible()
    page.get_by_role("link", name="世田谷区とほかの区の連携先をくらべる").click()
    expect(page.locator("#missing tbody tr").first).to_be_visible()
    context.close()


def test_of_many_origins_prefectures_lead_to_theirs_and_projects_are_found_by_place(
    browser, dataset, tmp_path, monkeypatch
):
    monkeypatch.setattr(site_plan, "MOST", 2)
    monkeypatch.setattr(site_data, "DATA_FILES", {})
    view = replace(first_view(dataset), origins=("13101", "13112", "13118"))
    publish(dataset, view, tmp_path / "site", workers=1)
    context = browser.new_context(offline=True)
    page, problems = context.new_page(), []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((tmp_path / "site" / "index.html").as_uri())
    expect(page.locator("path.koryu-area")).to_have_count(47)
    assert violations(Window(page), preload=False) == []
    box, hits = page.locator("#find"), page.locator("#hits .name")
    box.fill("縁組")
    expect(page.locator("#hit-count")).to_contain_text(
        "事業もさがすには、都道府県か自治体の名前を足してください。"
    )
    box.fill("世田谷区 縁組")
    expect(hits.first).to_have_text("川場村との縁組協定")
    expect(page.locator("#hit-count")).to_contain_text("事業は東京都のものからさがしています。")
    box.fill("")
    page.locator("path.koryu-area").nth(list(dataset.prefectures.code).index("13000")).dispatch_event("click")
    expect(page.locator("h1")).to_contain_text("東京都の市区町村の連携")
    expect(page.locator("path.koryu-area")).to_have_count(47 + 62)
    assert violations(Window(page), preload=False) == []
    page.locator(".lists").get_by_role("link", name="世田谷区").click()
    own = key_figures(dataset.select(replace(view, origins=("13112",))))
    expect(page.locator("[data-figure=projects]")).to_have_text(f"{own.projects:,}")
    page.locator("[name=category]").select_option("災害・防災")
    expect(page.locator("#in-force")).to_have_text("絞り込み: 災害・防災")
    context.close()
    assert problems == []
