"""The single file in a real browser, from file:// with no network: it filters, says nothing on the console."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from geo.insight.flows import flows
from geo.insight.metrics import key_figures, prefecture_table
from geo.ledger.selection import Selection
from pipeline.deliver.html import write as single_file
from pipeline.deliver.plain_facts import facts
from pipeline.deliver.views import first_view
from tests.e2e import serving
from tests.e2e.test_accessibility import violations
from tests.printed import printed

HOSTILE = (
    '</script><script>document.title="run"</script><img src=x onerror="document.title=1">"\'🗾\u2028=1+1'
)


@pytest.fixture(scope="module")
def opened(browser, dataset, tmp_path_factory):
    """The page of all origins, with one project and one origin's partner of hostile words; nothing may be asked for."""
    projects = dataset.projects.copy()
    shown = dataset.select(replace(first_view(dataset), origins=("13112",))).projects
    first = projects.index[projects.project_id == shown.project_id.iloc[0]][0]
    projects.loc[first, "name"] = HOSTILE
    hostile = replace(dataset, projects=projects)
    path = tmp_path_factory.mktemp("single") / "all.html"
    path.write_bytes(single_file(hostile, first_view(hostile)))
    assert path.stat().st_size < 2_000_000
    context = browser.new_context(offline=True, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri())
    # Not wait_for_function: it evaluates text in the page, which the page's own policy forbids.
    expect(page.locator("#map")).to_have_attribute("data-painted", re.compile("[1-9]"))
    yield page
    context.close()
    assert {url.split("#")[0] for url in asked} == {path.as_uri()}
    assert problems == []


@pytest.fixture
def page(opened):
    before = opened.locator("#map").get_attribute("data-painted")
    opened.get_by_role("button", name="条件をはじめに戻す").click()
    # Not only the words, which may have stood there already: the page is drawn anew a moment after the press.
    expect(opened.locator("#map")).not_to_have_attribute("data-painted", before)
    expect(opened.locator("#in-force")).to_have_text("絞り込みなし")
    return opened


def figures(page) -> dict[str, str]:
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-figure]')].map((e) => [e.dataset.figure, e.textContent]))"
    )


def expected(dataset, **changes) -> dict[str, str]:
    counted = key_figures(dataset.select(replace(first_view(dataset), **changes)))
    return {
        "municipalities": f"{counted.municipalities:,} / {counted.universe:,}",
        "prefectures": f"{counted.prefectures} / 47",
        "coverage": f"{counted.coverage:.1%}",
        "projects": f"{counted.projects:,}",
    }


def test_it_opens_with_the_figures_of_the_screens(page, dataset):
    assert figures(page) == expected(dataset)
    assert page.evaluate("document.querySelectorAll('path.koryu-area').length") == 47
    reached = key_figures(dataset.select(first_view(dataset))).prefectures
    assert int(page.locator("#map").get_attribute("data-flows")) == reached


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        ({"origin": "13112"}, {"origins": ("13112",)}),
        ({"category": "災害・防災"}, {"categories": ("災害・防災",)}),
        ({"from": "2000", "to": "2010"}, {"year_from": 2000, "year_to": 2010}),
    ],
)
def test_each_filter_counts_as_the_screens_do(page, dataset, asked, changes):
    before = page.locator("#map").get_attribute("data-painted")
    for name, value in asked.items():
        page.locator(f"[name={name}]").select_option(value)
    assert figures(page) == expected(dataset, **changes)
    expect(page.locator("#map")).not_to_have_attribute("data-painted", before)
    table = flows(dataset.select(replace(first_view(dataset), **changes)), start="all")
    assert page.locator("#flows tbody tr").count() == len(table)
    # Measured from the origins that are asked for, to a kilometre that rounding may make.
    cells = page.locator("#flows td[data-title=距離]").all_inner_texts()
    written = sorted(int(cell.removesuffix(" km").replace(",", "")) for cell in cells if cell)
    assert written == pytest.approx(sorted(table.distance_km.dropna().round()), abs=1)


@pytest.mark.parametrize(("name", "field"), [("unknown", "unknown_years"), ("networks", "networks")])
def test_each_tick_counts_as_the_screens_do(page, dataset, name, field):
    box = page.locator(f"[name={name}]")
    asked = not box.is_checked()
    box.set_checked(asked)
    assert figures(page) == expected(dataset, **{field: asked})


def test_the_plain_tables_under_a_filter_are_those_written_for_that_view(page, dataset):
    def read(place: str) -> list[list[str]]:
        return page.evaluate(
            f"[...document.querySelectorAll('#{place} tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"
        )

    hostile = read("all-projects")
    assert len(hostile) == len(dataset.select(first_view(dataset)).projects)
    page.locator("[name=category]").select_option("スポーツ")
    page.locator("[name=networks]").check()
    written = facts(dataset, replace(first_view(dataset), categories=("スポーツ",), networks=True))
    assert read("all-prefectures") == [list(row) for row in written.prefectures.rows]
    told = {(row[0], row[1], row[5]): row for row in read("all-projects") if row[0] != HOSTILE}
    rows = {(row[0], row[1], row[5]): list(row) for row in written.projects.rows}
    assert {place: row for place, row in rows.items() if place in told} == told
    assert len(rows) - len(told) <= 1
    assert page.locator("#all-projects h2").inner_text() == written.projects.title
    page.get_by_role("button", name="条件をはじめに戻す").click()
    expect(page.locator("#in-force")).to_have_text("絞り込みなし")
    assert read("all-projects") == hostile


def test_the_table_sorts_is_searched_and_opens_the_projects(page):
    page.locator("[name=origin]").select_option("13112")
    page.get_by_role("button", name="相手", exact=True).click()
    assert page.locator("#flows th[aria-sort=ascending]").inner_text().startswith("相手")
    page.locator("[name=words]").fill("群馬県川場村")
    found = page.locator("#flows tbody tr")
    assert 1 <= found.count() < 20
    row = page.locator("#flows tbody tr", has=page.get_by_role("button", name="川場村", exact=True))
    assert row.locator("td").first.inner_text() == "群馬県"
    row.get_by_role("button").click()
    assert page.locator("#detail h2").inner_text().startswith("群馬県川場村との事業（")
    assert page.locator("#detail li").count() > 0


def test_hostile_words_arrive_as_text(page):
    page.locator("[name=words]").fill("onerror=")
    page.locator("#flows tbody button").first.click()
    said = page.locator("#detail li strong").all_text_contents()
    assert HOSTILE in said
    assert page.locator("#detail img, #flows img, #detail script").count() == 0
    assert page.title() == "23区と全国の市区町村の連携"


@pytest.mark.parametrize("origin", ["13102", "13112"])
def test_the_words_say_what_the_map_shows(page, dataset, origin):
    page.locator("[name=origin]").select_option(origin)
    table = prefecture_table(dataset.select(replace(first_view(dataset), origins=(origin,))))
    gaps = table["name"][~table.reached]
    most = table.n_partners.max()
    said = page.locator("#summary").inner_text()
    leader = re.search(rf"個別の連携の相手の市区町村が多いのは、(\w+)（{most}）、", said)[1]
    assert leader in set(table["name"][table.n_partners == most])
    assert said.endswith(f"個別の連携のない{len(gaps)}都道府県: {'・'.join(gaps)}。")


def test_a_project_says_where_it_is_printed(page, dataset):
    page.locator("[name=words]").fill("川場村")
    page.get_by_role("button", name="川場村", exact=True).click()
    projects = dataset.select(first_view(dataset)).projects
    printed = {f"{name} {line:,}行目" for name, line in zip(projects.name, projects.source_line, strict=True)}
    for item in page.locator("#detail li").all():
        name, said = item.locator("strong").inner_text(), item.locator("span").inner_text()
        if name != HOSTILE:
            assert f"{name} {said.split()[-1]}" in printed


def test_no_column_is_cut_and_nothing_grave_found_by_axe(page):
    page.get_by_role("button", name="川場村", exact=True).click()
    try:
        for width in (390, 1024, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            cut = page.evaluate(
                "(e => [e.scrollWidth - e.clientWidth, document.documentElement.scrollWidth - innerWidth])(document.querySelector('.scroll'))"
            )
            assert cut == [0, 0], width
            # From 1200 pixels on the page has one form, with the same elements in the same colours.
            if width != 1280:
                assert violations(serving.Window(page)) == []
        heads = page.locator("#flows").get_by_role("columnheader")
        expect(heads).to_have_count(7)
        heads.nth(6).get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(heads.nth(6)).to_have_attribute("aria-sort", "ascending")
    finally:
        page.set_viewport_size({"width": 1366, "height": 900})


def test_a_link_brings_the_filters_back(page):
    page.locator("[name=origin]").select_option("13112")
    page.locator("[name=unknown]").uncheck()
    page.locator("[name=words]").fill("川場村")
    before = figures(page), page.locator("#found").inner_text()
    address = page.evaluate("location.href")
    page.get_by_role("button", name="条件をはじめに戻す").click()
    expect(page.locator("#in-force")).to_have_text("絞り込みなし")
    page.goto(address)
    expect(page.locator("#in-force")).to_have_text("絞り込み: 世田谷区／開始年の不明を除く")
    assert (figures(page), page.locator("#found").inner_text()) == before


def test_paper_has_the_map_and_the_table_with_its_headings_on_each_page_but_no_filters(page):
    page.locator("[name=origin]").select_option("13112")
    sheets = printed(page.pdf())
    assert "線の太さ" in sheets[0]
    tables = [text for text in sheets if " km" in text]
    assert len(tables) > 1
    assert all("最初の年" in text for text in tables)
    page.emulate_media(media="print")
    try:
        assert not page.locator("#filters").is_visible()
        assert page.locator("#map").is_visible()
        # The legend stands whole beside the map, and nothing of it on the map.
        assert not page.locator("#map .koryu-legend").is_visible()
        assert page.locator("#flows table").is_visible()
    finally:
        page.emulate_media(media="screen")


def test_a_page_of_nothing_says_so_and_one_without_a_script_is_read_by_everyone(browser, dataset, tmp_path):
    path = tmp_path / "none.html"
    nothing = Selection(origins=("13101",), year_to=1, unknown_years=False)
    path.write_bytes(single_file(dataset, nothing))
    with serving.window(browser) as window:
        window.page.goto(path.as_uri())
        expect(window.page.locator("#reach")).to_contain_text("この条件に合う連携はありません")
        expect(window.page.locator("main")).to_contain_text("までに始まったと分かるもの／個別の連携だけ")
        assert not window.page.locator("[name=unknown], [name=networks]").locator("visible=true").count()
        assert window.problems == []
        path.write_bytes(single_file(dataset, replace(first_view(dataset), origins=("13112",)), script=False))
        for width, look in ((390, "light"), (1366, "dark")):
            window.page.set_viewport_size({"width": width, "height": 800})
            window.page.emulate_media(color_scheme=look)
            window.page.goto(path.as_uri())
            assert violations(window) == []
            assert window.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_it_is_dark_where_the_pc_is_and_light_on_paper(page):
    def grounds() -> set[str]:
        return set(page.evaluate("[getComputedStyle(document.body).backgroundColor, koryu.colour('ground')]"))

    light = grounds()
    try:
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-look", "dark")
        assert violations(serving.Window(page), runOnly=["color-contrast"]) == []
        assert len(grounds()) == len(light) == 1
        assert grounds() != light
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in light
    finally:
        page.emulate_media(media="screen", color_scheme="light")
