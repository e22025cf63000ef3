"""From a filter change to the painted map, and what is sent for it: ``python -m tests.benchmarks.bench_map``.

The same flows in the same run are drawn in three ways: ours (all wards bundled, with the municipalities
along for closer in), ours unbundled, and a plain rebuild (a new map with a PolyLine a pair). The clock
starts at the click on the filter and stops one frame after the map says that it is painted; a plain map
says so by having as many lines as there are pairs. Sent are the bytes of the web socket's frames.
"""

from __future__ import annotations

import statistics
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e import serving

APP = Path(__file__).parent / "apps" / "map_app.py"
ONE = ("世田谷区", "練馬区", "港区", "品川区", "荒川区", "台東区", "墨田区")
BUDGETS = {"one": (200, 10), "all": (350, 60)}
BUDGET_RATIO = 8

# Runs in the page: choose a radio option, wait for the map that belongs to it, answer milliseconds.
CHANGE = """
async ([name, plain]) => {
  const inside = () => document.querySelector('iframe[title*=folium]')?.contentDocument;
  const told = () => document.querySelector('#drawn');
  const lines = () => inside()?.querySelectorAll('path.leaflet-interactive').length;
  const painted = () => inside()?.querySelector('#map_div')?.dataset.painted;
  const frame = () => new Promise(requestAnimationFrame);
  const before = painted();
  const label = [...document.querySelectorAll('label')].find((l) => l.textContent.trim() === name);
  const start = performance.now();
  label.click();
  for (;;) {
    await frame();
    if (performance.now() - start > 60000) throw new Error('never painted: ' + name);
    if (!plain && painted() !== undefined && painted() !== before) break;
    if (plain && told()?.dataset.name === name && lines() === Number(told().dataset.flows)) break;
  }
  await frame();
  return performance.now() - start;
}
"""


class Meter:
    """Counts the bytes that the page receives over its web socket."""

    def __init__(self, page: Page):
        self.received = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload if isinstance(payload, bytes) else payload.encode())

    def take(self) -> int:
        received, self.received = self.received, 0
        return received


def measure(browser, address: str, way: str, wards: tuple[str, ...]) -> dict[str, tuple[float, float, int]]:
    """Median milliseconds, median kilobytes and flows, for one ward and for all."""
    with serving.window(browser) as opened:
        page = opened.page
        meter = Meter(page)
        page.goto(f"{address}/?way={way}")
        page.locator("#drawn").wait_for(state="attached", timeout=60_000)
        page.frame_locator("iframe[title*=folium]").locator("#map_div.leaflet-container").wait_for(
            timeout=60_000
        )
        page.wait_for_timeout(2500)
        found: dict[str, list] = {"one": [], "all": []}
        flows = {}
        # The first round fills the caches of the server and is not counted.
        for nth, ward in enumerate((wards[0], *wards)):
            for kind, name in (("one", ward), ("all", "すべて")):
                meter.take()
                took = page.evaluate(CHANGE, [name, way == "plain"])
                page.wait_for_timeout(400)
                flows[kind] = int(page.locator("#drawn").get_attribute("data-flows"))
                if nth:
                    found[kind].append((took, meter.take() / 1024))
        if opened.problems or opened.outside:
            raise RuntimeError(f"{way}: {opened.problems} {opened.outside}")
    return {
        kind: (statistics.median(t for t, _ in runs), statistics.median(kb for _, kb in runs), flows[kind])
        for kind, runs in found.items()
    }


def main() -> None:
    """Measure the three ways and print them beside their budgets."""
    with sync_playwright() as playwright, serving.serve(APP) as address:
        browser = serving.launch(playwright)
        ways = {
            "rows": measure(browser, address, "rows", ONE),
            "unbundled": measure(browser, address, "unbundled", ONE),
            "plain": measure(browser, address, "plain", ONE[:3]),
        }
        browser.close()
    names = {"rows": "this map", "unbundled": "this map, not bundled", "plain": "plain st_folium rebuild"}
    print(f"{'':26}{'wards':>6}{'flows':>7}{'ms':>7}{'budget':>8}{'KB':>8}{'budget':>8}{'plain is':>11}")
    for way, found in ways.items():
        for kind, (took, sent, flows) in found.items():
            limit, size = ("", "") if way == "plain" else (f"≤{BUDGETS[kind][0]}", f"≤{BUDGETS[kind][1]}")
            ratio = "" if way == "plain" else f"{ways['plain'][kind][0] / took:.1f}× slower"
            wide = f"{names[way]:26}{kind:>6}{flows:>7}{took:>7.0f}{limit:>8}"
            print(f"{wide}{sent:>8.1f}{size:>8}  {ratio}")
    print(f"budget for all wards: the plain rebuild at least {BUDGET_RATIO}× slower")


if __name__ == "__main__":
    main()
