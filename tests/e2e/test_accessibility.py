"""No screen has a grave violation by axe-core, wide and narrow, light and dark, its map included, or is in English."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import screens
from tests.e2e import serving
from tests.lists import text_table

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = {"moderate", "serious", "critical"}

#: Conditions that leave nothing.
NOTHING = f"ward={quote('港区')}&began=1967&began=1968&unknown=false&home=false"

#: Names of formats, programs and keys, as they are called in Japanese too.
NAMES = {
    "CSV",
    "PDF",
    "PNG",
    "SVG",
    "HTML",
    "PowerPoint",
    "Excel",
    "Word",
    "toml",
    "GeoJSON",
    "GeoPackage",
    "QGIS",
    "UTF",
    "Shift",
    "JIS",
    "koryu",
    "app",
    "edit",
    "Enter",
}

#: What a link can open on the screens beside what ``make screens`` shows.
OPENED = {
    "flow_map table": "?table=true",
    **{
        f"trends {name}": f"trends?topic={quote(name)}"
        for name in ("始まった年", "広域連携協定", "年表", "資料をくらべる")
    },
    **{f"quality {name}": f"quality?part={quote(name)}" for name in ("指摘", "読み取り方", "資料と照合")},
    **{f"{name} nothing": f"{name}?{NOTHING}" for name in ("gaps", "wards", "partners", "present")},
    "quality nothing": f"quality?part={quote('指摘')}&words={quote('あり得ない')}",
    "wards shared": "wards?shared=true",
    "wards projects": f"wards?ward={quote('世田谷区')}&projects=true&table=true",
    "compare periods": f"compare?compare={quote('前後比較')}&table=true",
    "gaps taken along": f"gaps?ward={quote('世田谷区')}&partner=31000&star=13112-31328.10444&hide=13112-31302",
    "a wrong link": "gaps?ward=x",
}


def violations(opened: serving.Window, **options) -> list[str]:
    """What axe-core, run with ``options``, calls serious or critical, in the page and in the frames of its maps."""
    for frame in opened.page.frames:
        if not frame.evaluate("'axe' in window"):
            frame.evaluate(AXE.read_text(encoding="utf-8"))
    options |= {"resultTypes": ["violations"]}
    found = opened.page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']} {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def foreign(opened: serving.Window, documents: str) -> list[str]:
    """Texts and labels with a Latin word that is no name of a program and stands in no document."""
    known = NAMES | set(re.findall("[A-Za-z]{3,}", documents))
    return [text for text in opened.english() if not set(re.findall("[A-Za-z]{3,}", text)) <= known]


@pytest.fixture(scope="module")
def documents(root, build_dir):
    """What the documents print, how their files are called, and what made the tables."""
    files = sorted((root / "data" / "sources").glob("*.txt"))
    said = [file.name + file.read_text(encoding="utf-8") for file in files]
    return "\n".join([*said, (build_dir / "build.json").read_text(encoding="utf-8")])


@pytest.mark.parametrize("name", [*screens.SCREENS, *screens.VIEWS, *OPENED])
def test_no_screen_has_a_grave_violation_or_an_english_word(reader, address, documents, name):
    reader.visit(f"{address}/{(screens.SCREENS | screens.VIEWS | OPENED)[name]}")
    screens.settled(reader)
    assert violations(reader) + foreign(reader, documents) + reader.wider() == []
    serving.set_look(reader, "dark")
    assert violations(reader, runOnly=["color-contrast"]) == []


#: Narrow, the parts of a view stand as those of its screen do, but for those behind a tab.
NARROW = screens.SCREENS | {
    name: path for name, path in OPENED.items() if name.startswith(("trends", "quality"))
}
if os.environ.get("KORYU_FUZZ"):
    NARROW |= screens.VIEWS


@pytest.mark.parametrize("name", NARROW)
def test_no_screen_has_one_on_the_narrowest_phone(browser, address, documents, name):
    """As wide as 1280 pixels at 400%, which nothing needs to be moved aside for; the colours are the same."""
    with serving.window(browser, 320, 640, stays=True) as opened:
        opened.visit(f"{address}/{NARROW[name]}")
        screens.settled(opened)
        narrow = violations(opened, rules={"color-contrast": {"enabled": False}})
        assert narrow + foreign(opened, documents) + opened.wider() == []
        assert opened.outside + opened.problems == []


def test_a_list_of_ones_own_has_none_either(browser, address, documents):
    rows = [["市町村", "事業名", "謎"], ["長野県松本市", "物産展", "あ"], ["まつもと村", "観光", "い"]]
    with serving.window(browser) as opened:
        opened.page.goto(f"{address}/own_list")
        screens.settled(opened)
        content = text_table([["交流先（文京区）"], *rows])
        opened.page.locator(".st-key-own_list_file input[type=file]").set_input_files(
            {"name": "一覧.csv", "mimeType": "text/csv", "buffer": content}
        )
        opened.page.get_by_text("まだ決まっていません").wait_for()
        screens.settled(opened)
        for fold in opened.page.locator("details:visible > summary").all():
            fold.click()
        opened.quiet()
        found = {"wide": violations(opened) + foreign(opened, documents)}
        serving.set_look(opened, "dark")
        found["dark"] = violations(opened, runOnly=["color-contrast"])
    assert found == dict.fromkeys(found, [])


def test_what_opens_over_a_screen_has_none_either(browser, address, documents):
    with serving.window(browser) as opened:
        page = opened.page
        page.goto(f"{address}/quality?part={quote('指摘')}")
        screens.settled(opened)

        def sound() -> None:
            opened.quiet()
            page.wait_for_timeout(250)
            opened.still()
            # What Streamlit opens lies beside the page's parts, not in one of them.
            grave = violations(opened, rules={"region": {"enabled": False}})
            assert grave + foreign(opened, documents) == []

        page.locator(".st-key-k-find input").fill("まつ")
        page.locator(".st-key-k-hits").locator("a, button").first.wait_for()
        sound()
        page.locator(".st-key-k-find input").fill("んんん")
        page.get_by_text("見つかりません").wait_for()
        sound()
        page.locator(".st-key-k-find input").fill("")
        box = page.get_by_role("combobox", name="区", exact=True)
        box.fill("区")
        page.locator("[role=option]").first.wait_for()
        sound()
        box.fill("んんん")
        sound()
        box.fill("")
        box.press("Escape")
        page.locator("[role=option]").first.wait_for(state="detached")
        page.get_by_role("textbox", name="言葉で探す").fill("書きかけ")
        sound()
        page.get_by_role("button", name="資料の説明").hover()
        page.get_by_text("特別区長会、令和8年3月31日現在").first.wait_for()
        sound()


def test_a_lost_server_is_said_in_japanese(browser, root, build_dir):
    with serving.window(browser) as opened:
        with serving.app({"KORYU_DATA": str(build_dir)}) as short_lived:
            opened.page.goto(short_lived)
            screens.settled(opened)
        opened.page.get_by_text("サーバーの応答がありません").wait_for(timeout=60_000)
        assert [text for text in opened.english() if "CSV" not in text] == []


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
