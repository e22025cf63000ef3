"""Light and dark: as the PC is set, or as the reader chose, the map and Streamlit's own parts with it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests import screens
from tests.e2e import serving
from tests.geo.draw.test_palettes import LOOKS


def grounds(page) -> list[str]:
    """The colours behind everything: Streamlit's for the page and for the panel, ours, and what the map calls so."""
    found = page.evaluate(
        """() => ['.stApp', '[data-testid=stSidebar]', '.k-look select'].map(
          (name) => getComputedStyle(document.querySelector(name)).backgroundColor)"""
    )
    frame = next((each for each in page.frames if "folium" in each.url), None)
    found += [frame.evaluate("koryu.colour('ground')")] if frame else []
    return ["#" + "".join(f"{int(n):02x}" for n in re.findall(r"\d+", colour)) for colour in found]


def await_grounds(page, look: str) -> None:
    """Wait until every ground has its colour of a look."""
    colours = LOOKS[look]
    wanted = [colours["ground"], colours["side"], colours["ground"], colours["ground"]]
    for _ in range(100):
        if (found := grounds(page)) == wanted[: len(found)]:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{look}: {found}")


def test_the_choice_holds_for_page_and_map_at_once_and_is_remembered_everywhere(own_window, address):
    window, sent = own_window, []
    window.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    window.page.goto(address)
    screens.settled(window)
    page, choice = window.page, window.page.get_by_label("画面の色")
    assert choice.locator("option:checked").inner_text() == "端末に合わせる"
    await_grounds(page, "light")

    before = len(sent)
    choice.select_option(label="暗い")
    window.map_frame().wait_for_function("document.documentElement.dataset.look === 'dark'")
    await_grounds(page, "dark")
    assert len(sent) == before, "the look is no matter of the server"
    expect(page.get_by_role("menu")).to_have_count(0)

    page.goto(f"{address}/quality")
    early = page.locator(".stApp").evaluate("(app) => getComputedStyle(app).colorScheme")
    screens.settled(window)
    assert (early, choice.input_value()) == ("dark", "Dark")
    await_grounds(page, "dark")

    choice.focus()
    for _ in range(2):  # faster than the menu opens
        page.keyboard.press("ArrowUp")
    assert choice.input_value() == "System"
    for look in ("light", "dark"):
        serving.set_look(window, look)
        await_grounds(page, look)
    page.wait_for_function(
        """() => {
          const kept = Object.entries(localStorage).filter(([name]) => name.startsWith('stActiveTheme'));
          return kept.length && kept.every(([, look]) => JSON.parse(look) === 'System');
        }"""
    )


#: Colours that tell something: of a bar and its ground, a tick and its ground, what the map draws with.
TELLING = """() => {
  const colour = (name, part) => getComputedStyle(document.querySelector(name))[part];
  return [colour('.k-rank i', 'backgroundColor'), colour('.stApp', 'backgroundColor'),
    colour('.stCheckbox [data-selected] > div', 'backgroundColor'), colour('.stCheckbox polyline', 'stroke'),
    colour('[role=radio][aria-checked=true]', 'backgroundColor')];
}"""


def test_the_own_colours_of_a_pc_and_paper_leave_what_colour_tells(window, address):
    page = window.page
    page.emulate_media(forced_colors="active")
    page.goto(address)
    screens.settled(window)
    bar, ground, tick, stroke, chosen = page.evaluate(TELLING)
    assert bar != ground
    assert tick not in (ground, stroke)
    assert chosen != ground
    frame = window.map_frame()
    drawn = "() => [...new Set(['blue', 'ink', 'ground'].map(koryu.colour))].length"
    assert frame.evaluate(drawn) == 3

    page.emulate_media(forced_colors="none", color_scheme="dark", media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    window.still()
    assert (
        page.locator(".stApp").evaluate("(app) => getComputedStyle(app).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )
    ink = page.locator("h1").evaluate("(words) => getComputedStyle(words).color")
    assert "#" + "".join(f"{int(n):02x}" for n in re.findall(r"\d+", ink)) == LOOKS["light"]["ink"]
