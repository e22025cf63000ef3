"""The map beside other ways to draw the same flows, in one browser: ``python -m tests.benchmarks.bench_map``.

The flows of a fresh build, and of the nation in the folder that KORYU_NATION names, are drawn by the screen
流れの地図 itself, by the map alone (and once with every pair as a line), by a plain rebuild of streamlit-folium with
a line a pair, by pydeck, and by flowmap.gl, which npm fetches for this. All but the screen stand in the same app beside
the same choice of origins, and get their flows from the server with every change.

The clock starts with the address, or with the click or key that changes the filter, and stops one frame after the map
says that it is painted; a plain map says so by having a line a pair, and what is drawn by WebGL by its last call, when
a pixel of it has been read. Sent is what comes over the wire, compressed as it is. While a map is dragged, the time from
one frame to the next is taken down. What takes longer than GIVE_UP seconds is given up, and all that would follow.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from geo.ledger.dataset import Dataset
from pipeline.building.run import build
from tests.benchmarks.wire import Meter, counted
from tests.e2e import serving

HERE = Path(__file__).parent
APP = HERE / "apps" / "map_app.py"
ALL = "すべて"
NAMES = {
    "screen": "the flow map screen",
    "rows": "the map alone",
    "unbundled": "the map alone, each pair",
    "plain": "plain streamlit-folium",
    "pydeck": "pydeck arcs",
    "flowmap": "flowmap.gl",
}
OURS, OTHERS = "rows", ("plain", "pydeck", "flowmap")
GIVE_UP = 60
#: Milliseconds (median) and kilobytes of a change: for one origin, for one prefecture, for all.
BUDGETS = {"one": (200, 10), "prefecture": (350, 60), "all": (350, 60)}
NATION_BUDGETS = {"one": (350, 60), "prefecture": (350, 60), "all": (350, 60)}

# In every frame: when WebGL drew last (milliseconds of the clock), and when so many instances at once.
DRAWS = """
for (const kind of [window.WebGLRenderingContext, window.WebGL2RenderingContext]) {
  for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
    const draw = kind?.prototype[name];
    if (!draw) continue;
    kind.prototype[name] = function (...given) {
      draw.apply(this, given);
      const top = window.top;
      const webgl = (top.webgl ??= { open: new Set(), at: 0, times: {} });
      if (!webgl.open.size)
        setTimeout(() => {
          // To read a pixel waits for what was drawn; a drag is not held up.
          if (!top.dragging) this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
          webgl.at = performance.timeOrigin + performance.now();
          for (const n of webgl.open) webgl.times[n] = webgl.at;
          webgl.open.clear();
        });
      webgl.open.add(name.endsWith('Instanced') ? given.at(-1) : 1);
    };
  }
}
"""

# In the page: `window.taken` is a promise of the milliseconds from the next click or key, or from the address, to the
# painted map; null when that takes too long.
WATCH = """
([name, way, first, seconds]) => {
  const clock = () => performance.timeOrigin + performance.now();
  const frame = () => new Promise(requestAnimationFrame);
  const inside = (kind) => document.querySelector(`iframe[src*=${kind}]`)?.contentDocument;
  const told = () => document.querySelector('#drawn')?.dataset;
  const painted = () => inside('folium')?.querySelector('#map_div')?.dataset.painted;
  const lines = () => inside('folium')?.querySelectorAll('path.leaflet-interactive').length;
  const before = painted();
  let start = first ? performance.timeOrigin : 0;
  const still = (n) => {
    const drawn = window.webgl;
    const at = drawn && (n ? drawn.times[n] : drawn.at);
    return at > start && !drawn.open.size && clock() - drawn.at > 700 && at;
  };
  const drawn = {
    plain: () => told()?.name === name && lines() === Number(told().flows) && clock(),
    pydeck: () => told()?.name === name && still(Number(told().flows)),
    flowmap: () => inside('flowmap')?.body?.dataset.name === name && still(),
  }[way] ?? (() => painted() !== undefined && painted() !== before && clock());
  const begin = () => { start = start || clock(); };
  for (const kind of ['click', 'keydown']) document.addEventListener(kind, begin, { once: true, capture: true });
  window.taken = (async () => {
    let at = 0;
    while (!start || !(at = drawn())) {
      if (start && clock() - start > 1000 * seconds) return null;
      await frame();
    }
    await frame();
    return (way === 'pydeck' || way === 'flowmap' ? at : clock()) - start;
  })();
}
"""

# In the page: take down when frames come, until `window.dragging` is called.
FRAMES = """
() => {
  const times = [];
  let on = true;
  const next = (at) => { times.push(at); if (on) requestAnimationFrame(next); };
  requestAnimationFrame(next);
  window.dragging = () => { on = false; window.dragging = null; return times.slice(1).map((at, i) => at - times[i]); };
}
"""


@dataclass
class Found:
    """Of one way: first paint (ms, KB), changes by kind (ms, KB), and frames of a drag (median and longest ms).

    What is missing took too long, or failed.
    """

    failed: bool = False
    first: tuple[float, float] | None = None
    changes: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    drag: tuple[float, float] | None = None

    def change(self, kind: str) -> tuple[float, float] | None:
        """Median milliseconds and most kilobytes of a kind of change."""
        if not (runs := self.changes.get(kind)):
            return None
        return statistics.median(took for took, _ in runs), max(sent for _, sent in runs)


def measure(browser: Browser, address: str, way: str, heading: str, options: list[tuple[str, str]]) -> Found:
    """Open the address and choose each of the options (kind, name), going back to all in between."""
    found = Found()
    with serving.window(browser, own=True) as opened, counted(address) as (passage, meter):
        page = opened.page
        page.set_default_timeout(1000 * (GIVE_UP + 60))
        page.add_init_script(DRAWS)
        # Streamlit gives pydeck a map of another host behind its arcs; here it is an empty one.
        empty = {"version": 8, "sources": {}, "layers": []}
        page.route("https://basemaps.cartocdn.com/**", lambda route: route.fulfill(json=empty))
        page.goto(f"{passage}/?way={way}", wait_until="commit")
        page.evaluate(WATCH, [ALL, way, True, GIVE_UP])
        took = page.evaluate("window.taken")
        if took is None:
            return found
        page.wait_for_timeout(3000)
        found.first = took, meter.take() / 1024
        for kind, name in options:
            for what, chosen in ((kind, name), ("all", ALL)):
                answer = _change(opened, meter, way, heading, chosen)
                if answer is None:
                    return found
                found.changes.setdefault(what, []).append(answer)
        found.drag = _drag(opened)
        if way not in OTHERS and (opened.problems or opened.outside):
            raise RuntimeError(f"{way}: {opened.problems} {opened.outside}")
    return found


def _change(opened: serving.Window, meter: Meter, way: str, heading: str, name: str):
    """Choose an origin, a prefecture or all, and give milliseconds and kilobytes; None where it takes too long."""
    page = opened.page
    if way == "screen":
        box = page.get_by_label(heading, exact=True).first
        box.click()
        if name != ALL:
            box.fill(name)
    page.wait_for_timeout(500)
    meter.take()
    page.evaluate(WATCH, [name, way, False, GIVE_UP])
    if way == "screen":
        page.keyboard.press("Backspace" if name == ALL else "Enter")
    else:
        # By its whole name: 「すべて」 ends the name of each prefecture, too.
        page.locator("label", has_text=re.compile(f"^{name}$")).evaluate("(label) => label.click()")
    took = page.evaluate("window.taken")
    page.wait_for_timeout(600)
    if way == "screen":
        page.keyboard.press("Escape")
    return None if took is None else (took, meter.take() / 1024)


def _drag(opened: serving.Window) -> tuple[float, float]:
    """Drag the map to and fro; median and longest milliseconds from one frame to the next, its last paint included."""
    page = opened.page
    box = page.locator("iframe, [data-testid=stDeckGlJsonChart]").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(60):
        page.mouse.move(x + 100 - abs(step % 40 - 20) * 10, y - 20)
    page.mouse.up()
    page.wait_for_timeout(400)
    frames = page.evaluate("window.dragging()")
    return statistics.median(frames), max(frames)


def ways(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """What there is to be measured, each with its environment."""
    bundle = flowmap_gl()
    for way in ("rows", "unbundled", "plain", "pydeck", "flowmap"):
        if way != "flowmap" or bundle:
            yield way, {"KORYU_DATA": str(folder), "FLOWMAP": str(bundle or "")}


def flowmap_gl() -> Path | None:
    """The folder of a component that draws with flowmap.gl, fetched and bundled; None where npm cannot."""
    folder = HERE / "flowmap"
    served = folder / "node_modules" / ".served"
    quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    try:
        if not (folder / "node_modules" / "esbuild").is_dir():
            subprocess.run(["npm", "install", *quiet], cwd=folder, check=True)
        bundled = ["app.js", "--bundle", "--minify", "--format=esm", f"--outfile={served / 'bundle.js'}"]
        subprocess.run(
            [folder / "node_modules" / ".bin" / "esbuild", *bundled, "--log-level=error"],
            check=True,
            cwd=folder,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    shutil.copy(folder / "index.html", served)
    return served


def options(dataset: Dataset) -> list[tuple[str, str]]:
    """What is chosen: (kind, name), as the app offers it."""
    origins = dataset.origins
    some = [("one", name) for name in origins.name[:: max(len(origins) // 7, 1)]]
    prefectures = sorted(set(zip(origins.prefecture_code, origins.prefecture, strict=True)))
    if len(prefectures) > 1:
        some += [("prefecture", f"{name}のすべて") for name in sorted({name for _, name in prefectures})[::9]]
    return some


def compare(browser: Browser, folder: Path, title: str, budgets: dict) -> None:
    """Measure all ways on one build, and print them beside each other."""
    dataset = Dataset.load(folder)
    asked = options(dataset)
    heading = dataset.naming.heading
    found: dict[str, Found] = {}
    with serving.app({"KORYU_DATA": str(folder)}) as address:
        found["screen"] = _try(browser, address, "screen", heading, asked)
    for way, environment in ways(folder):
        with serving.serve(APP, environment) as address:
            few = asked[:2] + asked[-1:] if way in OTHERS else asked
            found[way] = _try(browser, address, way, heading, few)
    print(f"\n{title}: milliseconds / kilobytes sent; of a drag milliseconds a frame, median / longest")
    kinds = [kind for kind in budgets if any(found_.change(kind) for found_ in found.values())]
    print(f"{'':26}{'first paint':>18}" + "".join(f"{f'to {kind}':>18}" for kind in kinds) + f"{'drag':>14}")
    for way, each in found.items():
        cells = [each.first, *(each.change(kind) for kind in kinds)]
        written = "".join(f"{_pair(cell, each.failed):>18}" for cell in cells)
        print(f"{NAMES[way]:26}{written}{_pair(each.drag, each.failed):>14}", flush=True)
    limits = "".join(f"{f'≤{ms} / ≤{kb}':>18}" for ms, kb in (budgets[kind] for kind in kinds))
    print(f"{'budget of ours':26}{'':18}{limits}")
    for other in OTHERS:
        if other in found and not found[other].failed:
            _beside(found[OURS], found[other], NAMES[other], kinds)


def _try(browser: Browser, address: str, way: str, heading: str, asked: list[tuple[str, str]]) -> Found:
    try:
        return measure(browser, address, way, heading, asked)
    except (Error, AssertionError) as error:
        print(f"{NAMES[way]}: {str(error).splitlines()[0]}")
        return Found(failed=True)


def _pair(cell: tuple[float, float] | None, failed: bool) -> str:
    return f"{cell[0]:,.0f} / {cell[1]:,.0f}" if cell else "failed" if failed else f"over {GIVE_UP} s"


def _beside(ours: Found, other: Found, name: str, kinds: list[str]) -> None:
    """Say where another way is faster, or sends less, than ours."""
    pairs = {"first paint": (ours.first, other.first), "drag": (ours.drag, other.drag)}
    pairs |= {f"to {kind}": (ours.change(kind), other.change(kind)) for kind in kinds}
    behind = []
    for what, (mine, theirs) in pairs.items():
        for nth, unit in enumerate(("ms", "ms longest" if what == "drag" else "KB")):
            # A frame more or less is none.
            if mine and theirs and mine[nth] > theirs[nth] + (17 if unit != "KB" else 0):
                behind.append(f"{what} {mine[nth]:,.0f} against {theirs[nth]:,.0f} {unit}")
    print(f"beside {name}: " + ("ahead everywhere" if not behind else "behind in " + "; ".join(behind)))


def main() -> None:
    """Measure the wards of a fresh build, and the nation where there is one."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "build"
        build(serving.ROOT / "data" / "sources", data)
        browser = serving.launch(playwright)
        compare(browser, data, "data/sources", BUDGETS)
        if nation := os.environ.get("KORYU_NATION"):
            compare(browser, Path(nation) / "build", "the nation", NATION_BUDGETS)
        else:
            print("\nnation: name its folder in KORYU_NATION (python -m tests.benchmarks.make_nation FOLDER)")
        browser.close()


if __name__ == "__main__":
    main()
