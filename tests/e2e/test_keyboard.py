"""Every control of every screen is reached and left with the Tab key, and shows where one is."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests import screens

#: Marks what the Tab key has to reach: of a row of choices, tabs or a table one walks with the arrow keys, one.
MARK = """() => {
  const controls = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]';
  const inside = [...document.querySelectorAll(controls)].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })
      && !one.closest('[inert], [aria-hidden=true], [data-testid=stDataFrame]'));
  const chosen = (one) => one.getAttribute('role') !== 'radio' || one.getAttribute('aria-checked') === 'true';
  return inside.filter(chosen).map((one, i) => {
    one.dataset.reach = i;
    return `${i} ${one.tagName} ${one.getAttribute('aria-label') ?? one.innerText ?? ''}`.slice(0, 60);
  });
}"""

#: What has the focus (backwards, the last of a row of choices), and whether it or what is drawn round it has a ring.
FOCUS = """() => {
  let one = document.activeElement;
  const chosen = one.closest('[role=radiogroup]')?.querySelector('[data-reach]');
  const reach = (chosen ?? one).dataset.reach ?? '';
  while (one.tagName === 'IFRAME') one = one.contentDocument.activeElement;
  const ringed = (e) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  let ring = false;
  // A cell of a drawn table is there for screen readers only: what is seen is the drawing.
  const drawn = one.closest('[data-testid=stDataFrame]') ?? one;
  for (let e = drawn, i = 0; e && i < 5 && !ring; e = e.parentElement, i++) ring = ringed(e);
  return { reach, end: one === document.body, ring, what: one.outerHTML.slice(0, 120) };
}"""

VIEWS = {
    "flow_map": "?table=true",
    "prefectures": "prefectures?partner=20000",
    "gaps": f"gaps?ward={quote('港区')}&partner=31000&star=13103-31328.31302&hide=13103-31364",
    "wards": f"wards?ward={quote('港区')}&projects=true",
    "compare": f"compare?ask={quote('自分で決める')}",
    "partners": "partners?partner=20202",
    "trends": f"trends?topic={quote('広域連携協定')}",
    "changes": "changes",
    "disaster": f"disaster?ward={quote('港区')}&zone_open=true",
    "indicators": "indicators",
    "present": "present",
    "own_list": "own_list",
    "corrections": "corrections",
    "quality": f"quality?part={quote('指摘')}",
}


def walk(page, key: str) -> tuple[set[str], list[str]]:
    """Press a key once round the page: what was reached, and what showed no ring."""
    reached, bare = set(), []
    for _ in range(300):
        page.keyboard.press(key)
        focus = page.evaluate(FOCUS)
        if focus["end"]:
            return reached, bare
        reached.add(focus["reach"])
        if not focus["ring"]:
            bare.append(focus["what"])
    raise AssertionError(f"no way out of {focus}")


@pytest.mark.parametrize("name", VIEWS)
def test_the_tab_key_reaches_every_control_and_gets_out_again(reader, address, name):
    page = reader.page
    reader.visit(f"{address}/{VIEWS[name]}")
    screens.settled(reader)
    marked = page.evaluate(MARK)
    for key in ("Tab", "Shift+Tab"):
        reached, bare = walk(page, key)
        missed = [label for label in marked if label.split(" ")[0] not in reached]
        assert len(reached) > 20, key
        assert missed == [], key
        assert bare == [], key


def test_every_screen_is_walked_through():
    assert set(VIEWS) == set(screens.SCREENS)


def test_the_first_tab_leads_past_the_panel(window, address):
    page = window.page
    page.goto(address)
    screens.settled(window)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "本文へ移動"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "IFRAME", "the map is the first thing on it"
    assert page.evaluate("document.documentElement.lang") == "ja"
    places = page.evaluate(
        "[...document.querySelectorAll('[role=navigation], [role=search], main')].map((one) => one.ariaLabel)"
    )
    assert places == ["探す", "画面", None]


def test_search_and_filters_need_no_mouse(window, address):
    page = window.page
    page.goto(address)
    screens.settled(window)
    page.locator(".st-key-k-find input").focus()
    page.keyboard.type("つるおかし")
    page.locator(".st-key-k-hits [data-words=つるおかし]").wait_for()
    window.quiet()  # the hits of what was typed before have gone
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.st-key-k-hits')"):
            break
    page.keyboard.press("Enter")
    page.locator("h1", has_text="山形県鶴岡市").wait_for()
    window.quiet()
    page.get_by_role("radio", name="この年に始まった").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    slider = page.get_by_role("slider", name="この年までに始まった事業")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("new URLSearchParams(location.search).has('as_of')")
    box = page.get_by_role("checkbox", name="広域の集まりも含める")
    box.focus()
    page.keyboard.press("Space")
    page.locator(".k-conditions", has_text="広域の集まりを含む").wait_for()


def test_a_map_is_moved_with_the_keys(window, address):
    window.page.goto(address)
    frame = window.map_frame()
    frame.locator(".koryu-map").focus()
    zoom = frame.evaluate("map.getZoom()")
    window.page.keyboard.press("+")
    frame.wait_for_function("zoom => map.getZoom() > zoom", arg=zoom)
    window.page.wait_for_function("location.hash.startsWith('#map=')")
