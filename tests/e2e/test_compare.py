"""くらべる in a real browser: from the table of shared partners to the answer, its map and its files."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import expect

from geo.insight.overlap import Overlap, Question
from geo.ledger.selection import Selection
from tests import screens
from tests.e2e import serving, test_links

LIST = ("tokyo23_linkage_r8",)
SIGNED = "map.koryu.canvas.signed"
QUESTION = f"compare?compared={quote('台東区')}&compared={quote('荒川区')}&compared={quote('墨田区')}"


def opened(page) -> list[str]:
    """Who is compared, by the address."""
    return parse_qs(urlsplit(page.url).query)["compared"]


def test_a_cell_of_the_table_opens_its_two_origins(window, address, dataset):
    page = window.page
    page.goto(f"{address}/wards?ward={quote('台東区')}&ward={quote('荒川区')}&shared=true")
    screens.settled(window)
    cell = page.locator(".k-shared tbody tr").first.locator("a").first
    assert cell.get_attribute("aria-label").startswith("台東区と荒川区：")
    assert opened_link(cell) == ["台東区", "荒川区"]
    # By keyboard: one cell takes the Tab key, the arrows go to the others, over the diagonal.
    cell.focus()
    other = dataset.origins.name.iloc[0]
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.ariaLabel").startswith(f"{other}と荒川区：")
    n = int(page.evaluate("document.activeElement.innerText.replace('なし', '0')"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=f"{other}・荒川区の両方にある").wait_for()
    window.quiet()
    heading = page.get_by_role("heading", level=1).inner_text()
    assert (f"市区町村は {n} です" if n else "市区町村はありません") in heading
    assert opened(page) == [other, "荒川区"]
    # The panel keeps what it had.
    assert parse_qs(urlsplit(page.url).query)["ward"] == ["台東区", "荒川区"]


def opened_link(link) -> list[str]:
    return parse_qs(urlsplit(link.get_attribute("href")).query)["compared"]


def test_three_steps_from_the_first_screen_to_the_answer(browser, window, address, dataset):
    page = window.page
    page.goto(address)
    screens.settled(window)
    page.locator(".st-key-k-nav").get_by_role("link", name="くらべる", exact=True).click()
    page.get_by_role("heading", level=1, name="の両方にある").wait_for()
    window.quiet()
    box = page.get_by_role("combobox", name="くらべる区")
    for name in ("台東区", "荒川区", "墨田区"):
        box.fill(name)
        page.get_by_role("option", name=name).wait_for()
        box.press("Enter")
        window.quiet()
    # What is not in the list that is open is there again once it is closed.
    box.press("Escape")
    for remove in ("中央区", "葛飾区"):
        page.get_by_role("button", name=f"{remove}を外す").click()
        window.quiet()
    page.get_by_role("radio", name="墨田区にない").click()
    window.quiet()
    selected = dataset.select(Selection(sources=LIST))
    answers = Overlap(selected, Question.missing(("13106", "13118", "13107"), "13107")).found
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(
        f"23区の一覧では、個別の連携が台東区・荒川区の両方にあり、墨田区にない市区町村は {len(answers)} です。"
    )
    with serving.window(browser) as second:
        second.page.goto(page.evaluate("location.href"))
        test_links.expect(second, window, "the answer by its address")


def test_a_sign_shows_its_projects_and_the_answer_goes_on_paper(window, address, dataset):
    page = window.page
    page.goto(f"{address}/{QUESTION}&ask={quote('墨田区にない')}")
    screens.settled(window)
    frame = window.map_frame()
    frame.wait_for_function(f"Boolean({SIGNED}) && {SIGNED}.places[0].px")
    first = frame.evaluate(f"{SIGNED}.places[0].code")
    x, y = frame.evaluate(
        f"(() => {{ const p = map.layerPointToContainerPoint({SIGNED}.places[0].px); return [p.x, p.y]; }})()"
    )
    box = page.locator("iframe[src*=folium]").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.get_by_role("heading", name=f"{dataset.names[first]}との事業").wait_for()
    window.quiet()
    for label, beginning in (
        ("A4（PDF）で保存", b"%PDF"),
        ("スライドで保存", b"PK"),
        ("CSVで保存", b"\xef\xbb\xbf"),
    ):
        with page.expect_download() as saved:
            page.get_by_role("button", name=label).click()
        with open(saved.value.path(), "rb") as file:
            assert file.read(len(beginning)) == beginning
