"""Next March in a real browser: the new list dropped, looked at, accepted; what changed; and last year's view kept."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.building.run import build
from tests import screens
from tests.e2e import serving
from tests.e2e.test_accessibility import foreign, violations

LIST = "tokyo23_linkage_r8"


def next_march(text: str) -> str:
    """The list of a year later: the date, a project less, one more, one under another name, one with another partner."""
    text = text.replace("令和8年3月31日現在", "令和9年3月31日現在")
    lines = text.split("\n")
    at = {
        name: next(i for i, line in enumerate(lines) if name in line)
        for name in ("つまごい祭り", "コーラスフェスティバル", "きやどっこまつり")
    }
    lines[at["コーラスフェスティバル"]] = lines[at["コーラスフェスティバル"]].replace(
        "フェスティバル", "フェスティバル2027"
    )
    added = (
        lines[at["きやどっこまつり"]]
        .replace("きやどっこまつり", "氷見ぶり祭り")
        .replace("秋田県五城目町", "富山県氷見市")
    )
    lines.insert(at["きやどっこまつり"] + 1, added.replace("平成6年", "令和8年度"))
    del lines[at["つまごい祭り"]]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def two(root, tmp_path_factory):
    """The app, with editing, on a build and sources of this module's own, and the next edition of the list."""
    folder = tmp_path_factory.mktemp("editions")
    sources = Path(shutil.copytree(root / "data" / "sources", folder / "sources"))
    decisions = Path(shutil.copy(root / "data" / "reference" / "decisions.csv", folder))
    build(sources, folder / "build")
    text = next_march((sources / f"{LIST}.txt").read_text("utf-8"))
    environment = {"KORYU_DATA": str(folder / "build"), "KORYU_EDIT": "1", "KORYU_DECISIONS": str(decisions)}
    with serving.app(environment) as address:
        yield address, text.encode()


def test_the_new_list_is_seen_before_it_is_accepted_and_then_in_force(browser, two):
    address, text = two
    with serving.window(browser) as window:
        page = window.page
        page.goto(f"{address}/own_list")
        page.get_by_role("heading", name="一覧を選ぶ").wait_for()
        page.locator(".st-key-own_list_file input[type=file]").set_input_files(
            {"name": "新しい一覧.txt", "mimeType": "text/plain", "buffer": text}
        )
        page.get_by_role("heading", name="今の版（令和8年3月31日現在）との違い").wait_for(timeout=90_000)
        expect(
            page.get_by_text("1の事業が始まり、1の事業が終わり、1の事業の名前が変わりました。")
        ).to_be_visible()
        page.get_by_role("button", name="令和9年3月31日現在の版を加えて").click()
        page.get_by_text("資料に加え、データを作り直しました").wait_for(timeout=90_000)
        window.quiet()
        page.locator(".st-key-k-nav").get_by_role("link", name="前年との違い").click()
        page.locator("h1", has_text="1の事業が始まり、1の事業が終わりました").wait_for()
        assert "令和8年3月31日から令和9年3月31日まで" in page.locator("h1").inner_text()
        frame = window.map_frame()
        assert frame.evaluate("map.koryu.canvas.flows.map((flow) => [flow.name, flow.gone])") == [
            ["氷見市", False]
        ]
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text("基準日 令和9年3月31日")
        assert window.problems == []


def test_last_years_view_is_opened_by_a_link_and_is_not_added_up(browser, two):
    address, _ = two
    with serving.window(browser) as window:
        page = window.page
        page.goto(address)
        screens.settled(window)
        newest = page.locator("h1").inner_text()
        expect(page.locator(".k-conditions")).to_contain_text("令和9年3月31日現在")
        box = page.get_by_role("combobox", name="版")
        window.reach(box)
        box.click()
        page.get_by_role("option", name=re.compile("令和8年3月31日現在")).click()
        window.quiet()
        expect(page.locator(".k-conditions")).to_contain_text("令和8年3月31日現在")
        assert "edition" in page.url
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text("基準日 令和8年3月31日")
        with serving.window(browser) as other:
            other.page.goto(page.url)
            screens.settled(other)
            assert other.page.locator("h1").inner_text() == page.locator("h1").inner_text()
            assert other.problems == []
        assert newest.startswith("23区は")
        assert window.problems == []


def test_what_changed_can_be_used_by_everybody(browser, two, root):
    address, text = two
    said = "\n".join(path.read_text("utf-8") for path in (root / "data" / "sources").glob("*.t*"))
    with serving.window(browser) as window:
        window.page.goto(f"{address}/changes")
        screens.settled(window)
        assert violations(window) + foreign(window, said) == []
        serving.set_look(window, "dark")
        assert violations(window, runOnly=["color-contrast"]) == []
        window.page.set_viewport_size({"width": 390, "height": 844})
        window.page.reload()
        screens.settled(window)
        assert violations(window) == []
