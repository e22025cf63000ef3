"""An address says everything that is seen: it opens the same view elsewhere, and the way back is a step an action."""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests import screens
from tests.e2e import serving

#: Controls of a screen, by the class that Streamlit gives their container, which is k-… for what only holds others.
CONTROLS = """() => [...document.querySelectorAll('[data-testid=stMain] [class*="st-key-"]')]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.className.match(/st-key-([\\w-]+)/)[1],
    one.querySelector('[role=radio]') ? 'radio' : one.querySelector('[role=combobox]') ? 'box'
      : one.querySelector('input[type=text]') ? 'text' : one.querySelector('details > summary') ? 'details'
      : one.querySelector('.k-board thead button') ? 'board' : ''])
  .filter(([key, kind]) => kind && !key.startsWith('k-'))"""

#: Screens that have nothing to choose as they open: what is chosen elsewhere, or of a file.
WITHOUT = ("flow_map", "own_list", "changes", "indicators", "corrections")

#: Everything that is set or open, and every word of the screen.
SEEN = """() => {
  const say = (one) =>
    one.type === 'checkbox' ? one.checked
      : one.matches('input') ? one.value
      : one.matches('details') ? one.open
      : one.getAttribute('aria-checked') ?? one.getAttribute('aria-selected') ?? '';
  const name = (one) => one.getAttribute('aria-label') ?? one.querySelector('summary')?.textContent ?? one.textContent;
  const set = [...document.querySelectorAll('.stApp :is(input, [role=radio], [role=tab], details, [data-tag])')]
    .filter((one) => one.checkVisibility() && !one.closest('.st-key-k-find, .koryu-map'))
    .map((one) => `${name(one)}: ${say(one)}`);
  return { set, words: document.querySelector('[data-testid=stMainBlockContainer]').innerText.split('\\n') };
}"""

#: What the map shows, and which part of it.
DRAWN = """() => ({
  flows: map.koryu.canvas.flows.map((flow) => flow.key).sort(),
  signs: (map.koryu.canvas.signed?.places ?? []).map((place) => `${place.code} ${place.sign.label}`),
  areas: document.querySelectorAll('path.koryu-area').length,
  zoom: map.getZoom().toFixed(2),
  at: [map.getCenter().lat, map.getCenter().lng],
})"""


def heading(page) -> str:
    return page.locator("h1").first.inner_text()


def link(page) -> str:
    """What stands in the address bar: the page's own answer, because the driver hears of it later."""
    return page.evaluate("location.href")


def seen(opened: serving.Window) -> dict:
    """What a reader sees of a screen: the window's title, words, what is chosen, and the map."""
    opened.page.locator("h1").first.wait_for()
    opened.quiet()
    of = opened.page.locator("iframe[src*=folium]").count()
    frames = [opened.map_frame(number, of) for number in range(of)]
    found = opened.page.evaluate(SEEN) | {"title": opened.page.title()}
    if frames:
        found["maps"] = [frame.evaluate(DRAWN) for frame in frames]
        found["at"] = [degrees for drawn in found["maps"] for degrees in drawn.pop("at")]
    return found


def same(there: dict, here: dict) -> bool:
    """Whether two screens show the same; the middle of a map may lie half a pixel off, 0.03° where all of Japan is narrow."""
    return there == here | ({"at": pytest.approx(here["at"], abs=0.03)} if "at" in here else {})


def expect(second: serving.Window, first: serving.Window, what: object) -> None:
    """Wait until two windows show the same; a map is painted some time after the server's answer, in both."""
    for _ in range(20):
        if same(there := seen(second), here := seen(first)):
            return
    pytest.fail(f"{what}\n{second.page.url}\n{unlike(there, here)}")


def unlike(there: dict, here: dict) -> list[str]:
    """What only one of two screens shows."""
    lines = [
        {f"{key}: {line}" for key, value in seen.items() for line in _lines(value)} for seen in (there, here)
    ]
    return sorted(lines[0] ^ lines[1])


def _lines(value: object) -> list:
    return list(value.items()) if isinstance(value, dict) else value if isinstance(value, list) else [value]


def turn(opened: serving.Window, key: str, kind: str) -> None:
    """Change a control as a reader does: another choice, some words, open, another order."""
    page = opened.page
    control = page.locator(f"[data-testid=stMain] .st-key-{key}").first
    if kind == "radio":
        control.get_by_role("radio").last.click()
    elif kind == "box":
        box = control.get_by_role("combobox").first
        opened.reach(box)
        box.press("ArrowDown")
        options = page.locator("[role=option]")
        options.first.wait_for()
        options.nth(min(2, options.count() - 1)).click()
        # A box for several choices stays open, and hides all else.
        if box.get_attribute("aria-expanded") == "true":
            box.press("Escape")
    elif kind == "text":
        box = control.locator("input")
        box.fill("川")
        box.press("Enter")
    elif kind == "details":
        control.locator("summary").first.click()
    elif kind == "board":
        control.locator("thead button").first.click()
    opened.quiet()


def turn_everything(opened: serving.Window) -> list[str]:
    """Change every control there is, and those that this brings; gives their names."""
    turned: list[str] = []
    while left := [(key, kind) for key, kind in opened.page.evaluate(CONTROLS) if key not in turned]:
        turned.append(left[0][0])
        turn(opened, *left[0])
    return turned


def choose(opened: serving.Window, label: str, option: str) -> None:
    page = opened.page
    box = page.get_by_role("combobox", name=label, exact=True)
    opened.reach(box)
    box.fill(option)
    page.get_by_role("option", name=option).first.wait_for()
    box.press("Enter")
    box.press("Escape")
    opened.quiet()


def go(opened: serving.Window, name: str) -> None:
    """To a screen by the navigation."""
    page = opened.page
    page.locator(".st-key-k-nav").get_by_role("link", name=name, exact=True).click()
    page.locator(".st-key-k-nav a[aria-current=page]", has_text=name).wait_for()
    opened.quiet()


@pytest.fixture
def elsewhere(browser):
    """Where a link is opened, as by a first visitor."""
    with serving.window(browser) as opened:
        yield opened


@pytest.fixture(scope="session")
def chosen(browser, address):
    """The link of a first screen on which an origin, a condition and a part of the map were chosen."""
    with serving.window(browser) as opened:
        page = opened.page
        page.goto(address)
        screens.settled(opened)
        choose(opened, "区", "港区")
        page.locator("label", has_text="広域の集まり").click()
        opened.quiet()
        opened.map_frame().get_by_role("button", name="東京").click()
        page.wait_for_function("location.hash.startsWith('#map=')")
        opened.still()
        return link(page)


@pytest.mark.parametrize("screen", screens.SCREENS)
def test_a_link_opens_what_is_seen_on_every_screen(window, elsewhere, chosen, screen):
    links = {}
    page = window.page
    page.goto(chosen)
    screens.settled(window)
    go(window, page.locator(".st-key-k-nav a").nth(list(screens.SCREENS).index(screen)).inner_text())
    tabs = [tab.inner_text() for tab in page.get_by_role("tab").all()]
    for tab in tabs or [""]:
        if tab:
            page.get_by_role("tab", name=tab, exact=True).click()
            window.quiet()
        turned = turn_everything(window)
        elsewhere.leave()
        elsewhere.begin()
        elsewhere.page.goto(link(page))
        expect(elsewhere, window, (screen, tab, turned))
        assert elsewhere.problems == []
        links[tab] = turned
    assert screen in WITHOUT or sum(map(len, links.values())) > 0, links


def test_a_link_holds_every_condition_of_the_panel(window, elsewhere, address):
    page = window.page
    page.goto(f"{address}/prefectures")
    screens.settled(window)
    choose(window, "区", "世田谷区")
    choose(window, "分野", "災害・防災")
    choose(window, "資料", "世田谷区の交流一覧")
    page.get_by_role("radio", name="この年までに").click()
    window.quiet()
    slider = page.get_by_role("slider", name="この年までに始まった事業")
    for _ in range(5):
        slider.press("ArrowLeft")
    window.quiet()
    for label in ("開始年が不明", "広域の集まり", "特別区どうし", "都内の連携"):
        page.locator("label", has_text=label).click()
    window.quiet()
    elsewhere.page.goto(link(page))
    expect(elsewhere, window, "the panel")
    assert len(parse_qs(urlsplit(link(page)).query, keep_blank_values=True)) == 9
    page.get_by_role("button", name="条件をはじめに戻す").click()
    page.wait_for_function("location.search === ''")


def find(opened: serving.Window, words: str, hit: str) -> None:
    page = opened.page
    page.locator(".st-key-k-find input").fill(words)
    found = page.locator(".st-key-k-hits").locator("a, button").filter(has_text=hit)
    found.first.click()
    page.locator(".st-key-k-hits").wait_for(state="detached")
    opened.quiet()


def test_the_way_back_is_one_step_for_each_action(window, address):
    page = window.page
    page.goto(address)
    screens.settled(window)
    actions = [
        lambda: choose(window, "区", "港区"),
        lambda: page.locator("label", has_text="広域の集まり").click(),
        lambda: go(window, "都道府県別"),
        lambda: page.locator(".st-key-metric").get_by_role("radio").last.click(),
        lambda: find(window, "松本市", "松本市"),  # another screen
        lambda: find(window, "鶴岡市", "鶴岡市"),  # the same screen
        lambda: find(window, "せたがや", "世田谷区"),  # another screen and another origin
        lambda: find(window, "品川区", "品川区"),  # another origin on the same screen
        lambda: go(window, "推移と協定"),
        lambda: page.get_by_role("tab", name="年表").click(),
        lambda: go(window, "空白を探す"),
        lambda: page.locator(".k-heat tbody tr").nth(3).locator("td").nth(5).click(),
        lambda: page.get_by_role("button", name="条件をはじめに戻す").click(),
    ]
    passed = []
    page.evaluate("window.stillHere = true")
    for action in actions:
        passed.append((link(page), heading(page)))
        entries = page.evaluate("history.length")
        action()
        window.quiet()
        assert page.evaluate("history.length") == entries + 1, link(page)
        assert link(page) != passed[-1][0]
    last = link(page), heading(page)
    for url, said in reversed(passed):
        page.go_back()
        window.quiet()
        page.locator("h1", has_text=said).wait_for()
        assert link(page) == url
    for _ in actions:
        page.go_forward()
    window.quiet()
    page.locator("h1", has_text=last[1]).wait_for()
    assert link(page) == last[0]
    assert page.evaluate("window.stillHere"), "nothing was loaded anew"


HOSTILE = {
    f"?ward={quote('<img src=x onerror=alert(1)>')}&partner={quote('<script>alert(1)</script>')}": "区・相手",
    "gaps?order=%E0%A4%A&rank=%00%FF&ward=%": "区・この画面での選択",
    f"gaps?star=<script>&hide=13112-99999&note={'~' * 9000}%FF&w_near=2": "この画面での選択",
    "trends?topic=" + "x" * 5000: "この画面での選択",
    f"quality?part={quote('指摘')}&part={quote('読み取り方')}&row=zz": "この画面での選択",
    "wards?project=../../etc/passwd&at=99999&began=abc&began=1e9": "開始年・事業・区",
    f"present?format={quote('PDF;DROP')}&size=9999999x9999999&each=maybe": "この画面での選択",
    "partners?partner=20202&partner=20202%27--": "相手",
    "prefectures#map=NaN/1e9/<script>&%E0%A4%A": "",
    "prefectures?metric=__import__&partner=99999": "相手・この画面での選択",
}


def test_what_of_a_link_cannot_be_used_is_said_in_one_line_and_does_nothing(own_window, address):
    """Every other of them; KORYU_FUZZ=1 takes all."""
    window, page = own_window, own_window.page
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for path, labels in list(HOSTILE.items())[:: 1 if os.environ.get("KORYU_FUZZ") else 2]:
        page.goto(f"{address}/{path}")
        screens.settled(window)
        said = [note.inner_text() for note in page.locator("[data-testid=stAlert]").all()]
        assert said == [f"リンクのうち「{labels}」は読み取れないため、使っていません。"] * bool(labels), path
        assert "Traceback" not in page.inner_text("body")
    note = page.locator("[data-testid=stAlert]")
    choose(window, "区", "港区")
    note.wait_for(state="detached")


def test_the_first_screen_opens_by_its_name_too(window, address):
    page = window.page
    page.goto(f"{address}/flow_map?ward={quote('港区')}")
    screens.settled(window)
    assert re.match("港区は、個別の連携で全国", heading(page))
    assert page.locator(".st-key-k-nav a[aria-current=page]").inner_text() == "流れの地図"


def test_reset_works_on_a_phone(window, address):
    page = window.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/gaps?ward={quote('港区')}&category={quote('観光')}&peers=true")
    screens.settled(window)
    page.get_by_role("button", name="条件の欄を開く").click()
    page.get_by_role("button", name="条件をはじめに戻す").click()
    page.wait_for_function("location.search === ''")
    window.quiet()
    assert page.get_by_label("港区を外す").count() == 0
    assert not page.locator("label", has_text="特別区どうし").locator("input").is_checked()
