"""Every control of every screen, found and pressed in a session of its own: nothing breaks.

What there is to press is found on the page, by what it is (its role or element), never from a list of ours.
Each press has a fresh tab and a fresh session of the server; tabs share one cache of files, because a browser that
fetches and compiles the same scripts hundreds of times would take a quarter of an hour.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, ElementHandle

from tests import screens
from tests.e2e import serving

#: Tabs that load while another is pressed.
AHEAD = 3

#: Boxes with more choices than that (all municipalities …) are tried with their last one only.
FEW = 6

#: A line of a list that is open; those of the browser's own lists have no such word.
OPTION = "[role=option]"

#: The origin with a document of its own beside the list of all.
ORIGIN = "世田谷区"

#: Sorts (of FIND) of what frames every screen and is pressed on the first, and of what of a screen is pressed once,
#: whatever it shows.
FRAME = {"link", "type", "select", "press"}
ONCE = {"tab", "save", "sort", "type", "grid", "choose", "fold", "check"}

#: Everything that can be pressed, in the order of the page, with what tells it apart when the page is opened again.
#: Of the cells, rows and links of one table or list the first of each sort stands for all: they differ in their
#: words, not in what they do. All headings of a table are one press, as sorting asks the server for nothing.
FIND = """() => {
  const SORTS = {
    radio: '[role=radio]:not([aria-checked=true])', tab: '[role=tab]:not([aria-selected=true])',
    check: 'input[type=checkbox], [role=switch]', slide: 'input[type=range], [role=slider]',
    choose: '[role=combobox]', select: 'select', type: 'input:is([type=text], [type=search]):not([role])',
    fold: 'summary', save: '[data-testid=stDownloadButton] button', sort: '.k-board thead button',
    cell: 'td[tabindex], th[tabindex]', grid: '[data-testid=stDataFrame] .dvn-scroller',
    map: 'iframe[src*=folium]', link: 'a[href]', press: 'button, [role=button]',
  };
  const box = (e) => e.closest('[data-testid=stHtml], [data-testid=stElementContainer]');
  const place = (e) => e.matches('td, th') ? e.tagName + (e.closest('thead') ? 'h' : 'b') : '';
  const found = [], seen = new Set(), groups = [], nth = {};
  const every = document.querySelectorAll(Object.values(SORTS).join());
  for (const element of every) {
    const sort = Object.keys(SORTS).find((one) => element.matches(SORTS[one]));
    const shown = element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width;
    const off = element.disabled || element.getAttribute('aria-disabled') === 'true' || element.closest('[inert]');
    if (off || (!shown && sort !== 'check') || element.matches('[role=radio], [role=tab]') && sort === 'press') continue;
    // The chevron of a box opens the list that its box opens.
    if (sort === 'press' && element.closest('.stSelectbox, .stMultiSelect') && !/外す/.test(element.ariaLabel)) continue;
    const group = box(element);
    const many = ['cell', 'sort', 'fold', 'link', 'press', 'slide'].includes(sort) && group;
    if (many && !groups.includes(group)) groups.push(group);
    const kind = many ? [sort, place(element), groups.indexOf(group)].join() : null;
    if (kind && seen.has(kind)) continue;
    seen.add(kind);
    const name = (element.ariaLabel || element.labels?.[0]?.innerText || element.innerText || element.title || '').trim();
    const key = `${sort} ${name.split('\\n').pop().slice(0, 40)}`;
    nth[key] = (nth[key] ?? 0) + 1;
    const side = !element.closest('[data-testid=stMain]');
    const folded = Boolean(element.closest('[data-testid=stExpanderDetails]'));
    found.push({ sort, name: `${key} ${nth[key]}`, side, folded, href: element.href ?? '', element });
  }
  return found;
}"""


@dataclass(frozen=True)
class Press:
    """A control of the screen at an address: its ``name`` by FIND.

    ``side``: in the panel beside every screen; ``folded``: there once everything on the screen is unfolded.
    """

    address: str
    name: str = ""
    side: bool = False
    folded: bool = False


@pytest.fixture(scope="module")
def context(browser):
    """Where the tabs share their cache; what a page may keep in the browser is forgotten by each."""
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 1440, "height": 900}, locale="ja-JP", accept_downloads=True
    )
    context.add_init_script("if (window === top) localStorage.clear()")
    yield context
    context.close()


def open_tab(context: BrowserContext, address: str) -> serving.Window:
    """A tab that has begun to load."""
    tab = serving.watch(context.new_page())
    tab.page.goto(address, wait_until="commit")
    return tab


def tabs(context: BrowserContext, waiting: deque[Press]) -> Iterator[tuple[Press, serving.Window]]:
    """A tab for each place of a queue, which may grow meanwhile; the next ones load while one is in hand."""
    loading: deque[tuple[Press, serving.Window]] = deque()
    while waiting or loading:
        while waiting and len(loading) < AHEAD:
            loading.append((waiting[0], open_tab(context, waiting.popleft().address)))
        yield loading.popleft()


def found(tab: serving.Window) -> dict[str, dict]:
    """What can be pressed on a page, by its name; the elements themselves come with ``element``."""
    return {
        one["name"]: one for one in tab.page.evaluate(f"({FIND})().map(({{ element, ...rest }}) => rest)")
    }


def element(tab: serving.Window, name: str) -> ElementHandle:
    one = tab.page.evaluate_handle(f"(name) => ({FIND})().find((one) => one.name === name)?.element", name)
    assert one.as_element(), f"not there when the page is opened again: {name}"
    return one.as_element()


def explore(tab: serving.Window, address: str) -> tuple[list[Press], list[str]]:
    """What there is to press at an address that has begun to load, and the addresses of its screen's other tabs."""
    screens.settled(tab)
    controls = found(tab)
    presses = [Press(address, name, one["side"]) for name, one in controls.items()]
    if unfold(tab):
        presses += [Press(address, name, folded=True) for name, one in found(tab).items() if one["folded"]]
    others = []
    for name in [name for name, one in controls.items() if one["sort"] == "tab"]:
        element(tab, name).click()
        tab.quiet()
        others.append(tab.page.url)
    tab.page.close()
    return presses, others


def unfold(tab: serving.Window) -> int:
    """Open everything of the screen that is folded, and say how many that were."""
    folds = tab.page.locator("[data-testid=stMain] [data-testid=stExpander] details:not([open]) > summary")
    count = folds.count()
    for _ in range(count):
        folds.first.click()
        tab.quiet()
    return count


def press(tab: serving.Window, name: str) -> None:
    """Do with a control what it is for."""
    page, one = tab.page, element(tab, name)
    sort = name.split()[0]
    if sort == "save":
        with page.expect_download(timeout=240_000) as saved:
            one.click()
        assert saved.value.failure() is None
    elif sort == "check":
        one.evaluate("(one) => one.closest('label').click()")
    elif sort == "slide":
        one.focus()
        page.keyboard.press("ArrowRight" if one.evaluate("(one) => one.value === one.min") else "ArrowLeft")
    elif sort == "choose":
        choose(tab, name)
    elif sort == "select":
        for value in one.evaluate("(one) => [...one.options].map((option) => option.value)"):
            one.select_option(value)
    elif sort == "type":
        one.fill("市")
        one.press("Enter")
    elif sort == "sort":
        for heading in (
            one.evaluate_handle("(one) => [...one.closest('tr').children]").get_properties().values()
        ):
            heading.as_element().query_selector("button").click()
    elif sort == "grid":
        one.click(position={"x": 40, "y": 60})
    elif sort == "map":
        press_map(tab, one)
    elif sort == "link":  # the one that skips the panel is seen only while it has the focus
        one.evaluate("(one) => one.removeAttribute('target')")
        one.press("Enter")
    else:
        one.click()
    tab.quiet()


def choose(tab: serving.Window, name: str) -> None:
    """Choose in a box: of a short list one after the other, the last one first; of a long one the last."""
    left: list[str] | None = None
    while left is None or left:
        box = element(tab, name)
        box.scroll_into_view_if_needed()
        tab.still()
        box.click()
        options = tab.page.locator(OPTION)
        options.first.wait_for()
        words = options.all_inner_texts()
        if left is None:
            left = words if len(words) <= FEW else words[-1:]
        if (choice := left.pop()) in words:  # what was chosen may have left the list
            options.nth(words.index(choice)).click()
        tab.page.keyboard.press("Escape")
        tab.quiet()
        if tab.broken() or tab.page.evaluate(f"(name) => !({FIND})().some((one) => one.name === name)", name):
            break


def press_map(tab: serving.Window, map_: ElementHandle) -> None:
    """Every button of a map, then an area of it."""
    maps = tab.page.locator("iframe[src*=folium]").element_handles()
    number = next(number for number, one in enumerate(maps) if one.evaluate("(a, b) => a === b", map_))
    frame = tab.map_frame(number, len(maps))
    for button in frame.locator("button, summary, [role=button]").all():
        if button.is_visible():
            button.click()
    area = frame.evaluate_handle(
        "[...document.querySelectorAll('path.koryu-area')].find((one) => one.getBoundingClientRect().width > 8)"
    )
    box = area.as_element().bounding_box()
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def wrong(tab: serving.Window, one: Press) -> list[str]:
    """Press a control of a tab that has begun to load, and say what went wrong."""
    try:
        screens.settled(tab)
        if one.folded:
            unfold(tab)
        press(tab, one.name)
        if not (said := [*tab.broken(), *tab.problems]):
            tab.page.locator("h1").first.wait_for()
        return said
    except (AssertionError, serving.Error) as error:
        return [str(error)]
    finally:
        tab.page.close()


def every_press(context: BrowserContext, address: str) -> list[Press]:
    """Every press there is: of each screen and each of its tabs, for all origins and for one, then of what a link opens.

    What frames the screens (navigation, search, colours, the panel's buttons) is pressed on the first; the panel's
    filters on all, but not beside one origin; what of a screen does the same whatever it shows (ONCE) is pressed once a screen.
    """
    names = screens.SCREENS.values()
    presses, pressed = [], set()
    beside_one = [f"{name}?ward={quote(ORIGIN)}" for name in names]
    for number, paths in enumerate((names, beside_one, screens.VIEWS.values())):
        waiting = deque(Press(f"{address}/{path}") for path in paths)
        told = {place.address for place in waiting}
        for place, tab in tabs(context, waiting):
            there, others = explore(tab, place.address)
            waiting += [Press(other) for other in others if other not in told]
            told |= set(others)
            for one in there:
                sort, path = one.name.split()[0], urlsplit(one.address).path
                frames = one.side and sort in FRAME
                key = one.name if frames else (path, one.name)
                once = frames or sort in ONCE or (one.side and number) or number == 2
                if not (once and key in pressed):
                    presses.append(one)
                pressed.add(key)
    return presses


@pytest.mark.skipif(not os.environ.get("KORYU_FUZZ"), reason="takes many minutes: make fuzz presses them all")
def test_no_control_breaks_a_screen(context, address):
    before = serving.logged()
    presses, found_wrong = every_press(context, address), {}
    assert len(presses) > 200
    waiting = deque(presses)
    for one, tab in tabs(context, waiting):
        if said := wrong(tab, one):
            found_wrong[one] = said
    assert not found_wrong, "\n".join(
        f"{one.address} {one.name}: {said}" for one, said in found_wrong.items()
    )
    assert serving.raised(before) == []
