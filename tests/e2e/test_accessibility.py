"""No screen has a serious or critical violation by axe-core, wide and narrow, light and dark, its map included."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests import screens
from tests.e2e import serving

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = {"serious", "critical"}

#: What a link can open on the screens beside what ``make screens`` shows.
OPENED = {
    "flow_map table": "?table=true",
    "wards one": f"wards?ward={quote('世田谷区')}",
    "partners one": "partners?partner=20202",
    **{
        f"trends {name}": f"trends?topic={quote(name)}"
        for name in ("始まった年", "広域連携協定", "年表", "資料をくらべる")
    },
    **{f"quality {name}": f"quality?part={quote(name)}" for name in ("指摘", "読み取り方", "資料と照合")},
}


@pytest.fixture(scope="module")
def address(serve, root, build_dir):
    """The app on the real build."""
    return serve(root / "app.py", {"KORYU_DATA": str(build_dir)})


def violations(opened: serving.Window, **options) -> list[str]:
    """What axe-core, run with ``options``, calls serious or critical, in the page and in the frames of its maps."""
    for frame in opened.page.frames:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    options |= {"resultTypes": ["violations"]}
    found = opened.page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']} {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("size", "more"), [((1440, 900), OPENED), ((390, 844), {})], ids=["wide", "narrow"])
def test_no_screen_has_a_grave_violation(browser, address, size, more):
    found = {}
    with serving.window(browser, *size) as opened:
        opened.page.goto(address)
        for name, path in (screens.screens(opened.page) | screens.VIEWS | more).items():
            opened.page.goto(f"{address}/{path}")
            screens.settled(opened)
            found[name] = violations(opened)
            if more:  # colours are the same wide and narrow
                serving.set_look(opened, "dark")
                found[f"{name}, dark"] = violations(opened, runOnly=["color-contrast"])
                serving.set_look(opened, "light")
    assert found == dict.fromkeys(found, [])


def test_the_check_sees_page_and_map(window, address):
    window.page.goto(address)
    screens.settled(window)
    for frame in (window.page, window.map_frame()):
        frame.evaluate(
            """() => {
          const pale = document.createElement('p');
          pale.style = 'position: fixed; top: 0; z-index: 9999; color: #ccc; background: #fff';
          pale.textContent = '薄い字';
          document.body.prepend(pale);
        }"""
        )
    pale = [found for found in violations(window) if found.startswith("color-contrast (serious)")]
    assert len(pale) == 2
