"""From a filter change to the painted map, and what is sent for it: ``python -m tests.benchmarks.bench_map``.

The flows of a fresh build are drawn in the same run by the screen 流れの地図 itself, by the map alone (all
origins bundled, with every pair along for closer in, and once not bundled), and by a plain rebuild (a new
folium map with a PolyLine a pair). The clock starts with the click or key that changes the filter and stops
one frame after the map says that it is painted; a plain map says so by having a line a pair. Sent is what
comes over the wire, compressed as it is, the most of any change; beside it the same messages unpacked.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pipeline.building.run import build
from tests.benchmarks.wire import Meter, counted
from tests.e2e import serving

APP = Path(__file__).parent / "apps" / "map_app.py"
WARDS = ("世田谷区", "練馬区", "品川区", "荒川区", "台東区", "墨田区", "港区")
ALL = "すべて"
NAMES = {
    "screen": "the flow map screen",
    "rows": "the map alone",
    "unbundled": "the map alone, unbundled",
    "plain": "plain st_folium rebuild",
}
#: Milliseconds (median) and kilobytes for one origin and for all; how much slower plain has to be for all.
BUDGETS = {"one": (200, 10), "all": (350, 60)}
BUDGET_RATIO = 8

# In the page: `window.taken` is a promise of the milliseconds from the next click or key to the painted map.
WATCH = """
([name, plain]) => {
  const inside = () => document.querySelector('iframe[src*=folium]')?.contentDocument;
  const painted = () => inside()?.querySelector('#map_div')?.dataset.painted;
  const lines = () => inside()?.querySelectorAll('path.leaflet-interactive').length;
  const told = () => document.querySelector('#drawn')?.dataset;
  const before = painted();
  const drawn = plain
    ? () => told()?.name === name && lines() === Number(told().flows)
    : () => painted() !== undefined && painted() !== before;
  const frame = () => new Promise(requestAnimationFrame);
  let start = 0;
  const begin = () => { start = start || performance.now(); };
  for (const kind of ['click', 'keydown']) document.addEventListener(kind, begin, { once: true, capture: true });
  window.taken = (async () => {
    while (!start || !drawn()) await frame();
    await frame();
    return performance.now() - start;
  })();
}
"""


def change(opened: serving.Window, meter: Meter, way: str, name: str) -> tuple[float, float, float]:
    """Choose an origin, or all, and give milliseconds, kilobytes sent and kilobytes unpacked."""
    page = opened.page
    box = page.get_by_label("区", exact=True).first
    if way == "screen":
        box.click()
        if name != ALL:
            box.fill(name)
    page.wait_for_timeout(500)
    meter.take()
    opened.received = 0
    page.evaluate(WATCH, [name, way == "plain"])
    if way == "screen":
        page.keyboard.press("Backspace" if name == ALL else "Enter")
    else:
        page.locator("label", has_text=name).last.evaluate("(label) => label.click()")
    took = page.evaluate("window.taken")
    page.wait_for_timeout(600)
    if way == "screen":
        page.keyboard.press("Escape")
    return took, meter.take() / 1024, opened.received / 1024


def measure(browser, address: str, way: str) -> dict[str, tuple[float, float, float]]:
    """Median milliseconds, most kilobytes sent and unpacked, for one origin and for all."""
    found: dict[str, list] = {"one": [], "all": []}
    with serving.window(browser) as opened, counted(address) as (passage, meter):
        opened.page.goto(f"{passage}/?way={way}")
        opened.page.frame_locator("iframe[src*=folium]").locator(".leaflet-container").wait_for(
            timeout=60_000
        )
        opened.page.wait_for_timeout(3000)
        for origin in WARDS[:3] if way == "plain" else WARDS:
            found["one"].append(change(opened, meter, way, origin))
            found["all"].append(change(opened, meter, way, ALL))
        if opened.problems or opened.outside:
            raise RuntimeError(f"{way}: {opened.problems} {opened.outside}")
    return {
        kind: (statistics.median(took), max(sent), max(unpacked))
        for kind, (took, sent, unpacked) in ((kind, zip(*runs, strict=True)) for kind, runs in found.items())
    }


def main() -> None:
    """Measure the ways and print them beside the budgets."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "build"
        build(serving.ROOT / "data" / "sources", data)
        browser = serving.launch(playwright)
        environment = {"KORYU_DATA": str(data)}
        with serving.app(environment) as address:
            found = {"screen": measure(browser, address, "screen")}
        with serving.serve(APP, environment) as address:
            found |= {way: measure(browser, address, way) for way in ("rows", "unbundled", "plain")}
        browser.close()
    print(
        f"{'':26}{'origins':>6}{'ms':>7}{'budget':>8}{'KB':>9}{'budget':>8}{'unpacked':>10}{'plain takes':>13}"
    )
    for way, kinds in found.items():
        for kind, (took, sent, unpacked) in kinds.items():
            line = f"{NAMES[way]:26}{kind:>6}{took:>7.0f}"
            if way == "plain":
                print(f"{line}{'':8}{sent:>9.1f}{'':8}{unpacked:>10.1f}")
                continue
            limit, size = BUDGETS[kind]
            ratio = found["plain"][kind][0] / took
            print(f"{line}{f'≤{limit}':>8}{sent:>9.1f}{f'≤{size}':>8}{unpacked:>10.1f}{ratio:>12.1f}×")
    print(f"for all wards, plain has to take at least {BUDGET_RATIO}× as long")


if __name__ == "__main__":
    main()
