"""点検表 in a real browser: a tie is written, the sheet goes out, comes back filled in, and clashes are decided by a person."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import expect

from pipeline.upkeep.review_store import Change, read_ledger, save
from tests import screens
from tests.e2e import serving
from tests.e2e.test_accessibility import foreign, violations

WARD = quote("世田谷区")


@pytest.fixture(scope="module")
def office(build_dir, tmp_path_factory):
    """The app with editing, on a ledger of this module's own: (address, ledger.csv)."""
    path = tmp_path_factory.mktemp("office") / "ledger.csv"
    environment = {"KORYU_DATA": str(build_dir), "KORYU_EDIT": "1", "KORYU_LEDGER": str(path)}
    with serving.app(environment | {"KORYU_TODAY": "2026-11-30"}) as address:
        yield address, path


def test_a_tie_is_written_goes_out_on_a_sheet_and_what_clashes_is_decided(browser, office):
    address, path = office
    with serving.window(browser) as window:
        page = window.page
        page.goto(address)
        page.locator(".st-key-k-nav").get_by_role("link", name="点検表").click()
        page.goto(f"{address}/ledger?ward={WARD}")
        screens.settled(window)
        rows = page.locator(".k-board tbody tr")
        total = rows.count()
        rows.nth(1).click()
        window.quiet()
        page.get_by_role("textbox", name="担当課").fill("防災課")
        page.get_by_role("textbox", name="次回点検").fill("R8.10.1")
        page.locator("[data-testid=stForm]").get_by_text("活発", exact=True).click()
        page.get_by_role("textbox", name="書いた人").fill("防災課 山田")
        page.get_by_role("button", name="保存する").click()
        page.get_by_text("保存しました。").wait_for()
        window.quiet()
        expect(page.locator("h1")).to_have_text(
            f"世田谷区の個別の連携{total}のうち、点検の期限を過ぎたものは1です。"
        )
        (key,) = read_ledger(path).revisions

        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile("点検表をExcelで保存")).click()
        book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
        assert book.sheetnames == ["防災課", "担当課未記入"]
        assert sum(sheet.max_row - 3 for sheet in book) == total
        headings = {re.sub("（.*", "", cell.value): cell.column for cell in book["防災課"][3]}
        assert book["防災課"].cell(4, headings["照合用"]).value == "-".join(key)
        book["防災課"].cell(4, headings["状態"]).value = "見直し"
        book["担当課未記入"].cell(4, headings["担当課"]).value = "文化課"
        book["担当課未記入"].cell(5, headings["次回点検"]).value = "来年"
        # Meanwhile somebody else writes of the same tie.
        now = read_ledger(path).current(key)
        save({key: Change(replace(now.values, state="休止"), now.number)}, "佐藤", path)

        content = io.BytesIO()
        book.save(content)
        page.locator("input[type=file]").set_input_files(
            {"name": "点検表.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}
        )
        said = page.get_by_text(
            f"「点検表.xlsx」の{total}行のうち、書きかわる行が1、食い違う行が1、変わらない行が{total - 3}、読み取れない行が1です。"
        )
        said.wait_for()
        window.quiet()
        conflict = page.get_by_role("table", name=re.compile("^世田谷区 .*（防災課!A4）$"))
        expect(conflict).to_contain_text("今の内容（佐藤、")
        expect(conflict).to_contain_text("休止")
        expect(conflict).to_contain_text("見直し")
        expect(page.get_by_role("table", name=re.compile("^取り込まないところ"))).to_contain_text(
            "担当課未記入!"
        )
        assert violations(window) == []
        page.locator(".st-key-ledger_way").get_by_text("1行ずつ選ぶ").click()
        window.quiet()
        page.get_by_role("button", name="1件を取り込む").wait_for()
        page.locator(".st-key-ledger_conflicts").get_by_text("取り込む", exact=True).click()
        page.get_by_role("button", name="2件を取り込む").click()
        page.get_by_text("点検表から2件を取り込みました。").wait_for()
        window.quiet()
        kept = read_ledger(path)
        assert kept.values(key) == replace(now.values, state="見直し")
        assert [one.who for one in kept.revisions[key]] == ["防災課 山田", "佐藤", "防災課 山田"]
        assert sorted(one.section for one in map(kept.values, kept.written)) == ["文化課", "防災課"]
        assert "文化課" not in page.url
        assert window.outside + window.problems == []


def test_it_can_be_used_by_everybody_in_any_size_and_look(browser, office, root):
    address, _ = office
    said = "\n".join(path.read_text("utf-8") for path in (root / "data" / "sources").glob("*.t*"))
    with serving.window(browser, 1366, 643) as window:
        page = window.page
        page.goto(f"{address}/ledger?ward={WARD}")
        screens.settled(window)
        page.locator(".k-board tbody tr").nth(1).click()
        window.quiet()
        window.still()
        assert violations(window) + foreign(window, said) == []
        serving.set_look(window, "dark")
        assert violations(window, runOnly=["color-contrast"]) == []
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        screens.settled(window)
        assert violations(window) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_may_not_edit_finds_no_link_and_is_told_so_at_its_address(window, serve, build_dir):
    address = serve(environment={"KORYU_DATA": str(build_dir)})
    window.page.goto(f"{address}/ledger")
    screens.settled(window)
    expect(window.page.locator("h1")).to_have_text("点検表は、ここでは使えません")
    assert window.page.locator(".st-key-k-nav").get_by_role("link", name="点検表").count() == 0
