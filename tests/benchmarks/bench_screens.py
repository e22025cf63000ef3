"""The first view after a start, and a change of filter on every screen: ``python -m tests.benchmarks.bench_screens``.

A first view is that of a new server, started as ``make run`` starts it, and a new browser: from the moment the
server answers to the painted map. What the command takes until it answers is printed beside it. The browser is
not watched there, because each of the hundred files of a first view would have to pass the watch.

A change of filter leaves the wide networks out, or takes them in again, for all origins (for one, on the two
profiles); where that filter does not count, it chooses one origin more. It is over with the last thing that changes
on the screen or is drawn on it (map, table, WebGL) before it keeps still for a second. The same flows are drawn by
pydeck and by our map alone in the same run, and timed the same way; there all origins and one origin take turns, often
enough for a median, as pydeck draws some of them twice.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.building.run import build
from tests import screens
from tests.e2e import serving

APP = Path(__file__).parent / "apps" / "map_app.py"
STARTS, ROUNDS = 3, 9
FIRST, CHANGE = 4000, 350  # budgets in milliseconds
SIZE = {"width": 1440, "height": 900}
WARDS = ("港区", "世田谷区", "練馬区", "品川区", "荒川区", "台東区")
TICK = "10団体以上"

# Every drawing call of WebGL leaves its time: deck.gl changes nothing else when it draws.
WEBGL = """
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext])
  for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
    const draw = kind.prototype[name];
    if (draw) kind.prototype[name] = function (...given) {
      window.webglDrawn = performance.now();
      return draw.apply(this, given);
    };
  }
"""

# In the page: `window.taken` is a promise of the milliseconds from the next click or key to the last change.
WATCH = """
() => {
  let start = 0, last = 0;
  const observer = new MutationObserver(() => { last = performance.now(); });
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document.querySelector('[data-testid=stMain]'), everything);
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentDocument) observer.observe(frame.contentDocument.body, everything);
  const begin = () => { start = start || performance.now(); };
  for (const kind of ['click', 'keydown']) document.addEventListener(kind, begin, { once: true, capture: true });
  window.taken = new Promise((resolve) => {
    const timer = setInterval(() => {
      const end = Math.max(last, window.webglDrawn ?? 0, start);
      if (!start || performance.now() - end < 1000) return;
      clearInterval(timer);
      observer.disconnect();
      resolve(end - start);
    }, 50);
  });
}
"""


def first_view(browser: Browser, environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds from the command to the server's first answer, and from there to the painted map."""
    start = time.perf_counter()
    with (
        serving.app(environment) as address,
        browser.new_context(viewport=SIZE, locale="ja-JP", bypass_csp=True) as context,
    ):
        answered = time.perf_counter()
        opened = serving.Window(context.new_page())
        opened.page.goto(address)
        opened.map_frame()
        return (answered - start) * 1000, (time.perf_counter() - answered) * 1000


def change(page: Page, act: Callable[[], None]) -> float:
    """Milliseconds from the click or key of ``act`` to the last change."""
    page.evaluate(WATCH)
    act()
    return page.evaluate("window.taken")


def change_of_filter(page: Page, origin: str) -> float:
    """Milliseconds of a change of a filter that counts on this screen."""
    tick = page.locator("label", has_text=TICK).last
    if tick.get_attribute("data-disabled") is None:
        return change(page, tick.click)
    page.get_by_label("区", exact=True).first.fill(origin)
    page.wait_for_timeout(500)
    return change(page, lambda: page.keyboard.press("Enter"))


def every_screen(browser: Browser, address: str) -> dict[str, list[float]]:
    """Milliseconds of each change of filter, by screen."""
    found = {}
    with serving.window(browser) as opened:
        opened.page.goto(address)
        # What trends shows first was published as it is: no filter counts there.
        views = screens.SCREENS | {"trends": f"trends?topic={quote('始まった年')}"}
        views |= {name: screens.VIEWS[name] for name in ("wards_one", "partners_one")}
        for name, path in views.items():
            opened.page.goto(f"{address}/{path}")
            screens.settled(opened)
            found[name] = [change_of_filter(opened.page, origin) for origin in WARDS]
    return found


def every_way(browser: Browser, address: str) -> dict[str, list[float]]:
    """Milliseconds to draw all origins again after one origin, by pydeck and by our map alone."""
    found = {}
    for way in ("rows", "pydeck"):
        with serving.window(browser, own=True) as opened:
            opened.page.add_init_script(WEBGL)
            opened.page.goto(f"{address}/?way={way}")
            opened.page.locator("#drawn").wait_for(state="attached", timeout=60_000)
            opened.page.wait_for_timeout(4000)
            for _ in range(ROUNDS):
                change(opened.page, opened.page.locator("label", has_text=WARDS[0]).last.click)
                found.setdefault(way, []).append(
                    change(opened.page, opened.page.locator("label", has_text="すべて").last.click)
                )
    return found


def report(name: str, values: Sequence[float], budget: int | None) -> None:
    middle, limit = statistics.median(values), f"budget ≤ {budget}" if budget else ""
    print(f"{name:34} median {middle:6.0f}  min {min(values):6.0f}  max {max(values):6.0f} ms  {limit}")


def main() -> None:
    """Measure and print beside the budgets."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "build"
        build(serving.ROOT / "data" / "sources", data)
        browser, environment = serving.launch(playwright), {"KORYU_DATA": str(data)}
        ready, seen = zip(*(first_view(browser, environment) for _ in range(STARTS)), strict=True)
        report("the command, until it answers", ready, None)
        report("first view", seen, FIRST)
        with serving.app(environment) as address:
            for name, values in every_screen(browser, address).items():
                report(f"change of filter: {name}", values, CHANGE)
        with serving.serve(APP, environment) as address:
            names = {"rows": "all wards: our map alone", "pydeck": "all wards: pydeck"}
            for way, values in every_way(browser, address).items():
                report(names[way], values, None)
        browser.close()


if __name__ == "__main__":
    main()
