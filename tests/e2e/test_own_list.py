"""一覧を読み込む in a real browser: files of every kind dropped, corrected, looked at, kept; and nobody else's business."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from pipeline.deliver.list_template import worked_example
from tests.e2e import serving
from tests.lists import text_table

ROWS = [
    ["交流先一覧（文京区）"],
    ["市町村", "協定の名", "始まり"],
    ["長野県松本市", "災害時相互応援協定", "平成28年度"],
    ["北海道函館市", "観光交流", "H5.4.1"],
    ["まつもと村", "物産展", "2016"],
]


def choose_file(window, name: str, content: bytes) -> None:
    """Give the screen a file, and wait until it was read."""
    window.page.locator(".st-key-own_list_file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    window.page.get_by_role("heading", name="読み取り方を確かめる").wait_for()
    window.quiet()


def open_screen(window, address: str) -> None:
    window.page.goto(f"{address}/own_list")
    window.page.get_by_role("heading", name="一覧を選ぶ").wait_for()
    window.quiet()


def headline(window) -> str:
    return window.page.locator("h1").first.inner_text()


def say(window, label: str, words: str) -> None:
    """Choose in a box with the keyboard."""
    box = window.page.get_by_role("combobox", name=re.compile(label))
    window.reach(box)
    box.fill(words)
    window.page.get_by_role("option", name=words).first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    window.quiet()


def lists_of(shared_lists: Path) -> list[str]:
    return sorted(path.name for path in shared_lists.iterdir() if path.suffix != ".tsv")


LISTS = Path(__file__).resolve().parents[3] / "shared" / "lists"
FILES = lists_of(LISTS) if LISTS.is_dir() else []


@pytest.mark.skipif(not FILES, reason="the lists to try are not on this machine")
@pytest.mark.parametrize("name", FILES or ["none"])
def test_a_list_of_any_form_is_on_the_map(window, address, name):
    """At most one correction: whose list it is, where nothing in it says so."""
    open_screen(window, address)
    choose_file(window, name, (LISTS / name).read_bytes())
    origins = dict(
        line.split("\t")[:2] for line in (LISTS / "origins.tsv").read_text("utf-8").splitlines() if line
    )
    if name in origins:
        say(window, "連携元", origins[name])
    expect(window.page.locator(".st-key-k-own")).to_contain_text("保存されていません")
    assert "つながっています" in headline(window)
    frame = window.map_frame()
    frame.locator("path.leaflet-interactive, canvas").first.wait_for(state="attached")
    window.page.get_by_role("heading", name="続ける").wait_for()


def test_a_role_is_corrected_a_name_settled_and_both_taken_back(window, address):
    open_screen(window, address)
    choose_file(window, "list.csv", text_table(ROWS))
    expect(window.page.get_by_text("1件はまだ決まっていません")).to_be_visible()
    say(window, "まつもと村", "長野県松川村")
    expect(window.page.get_by_text("決まらないものはありません")).to_be_visible()
    say(window, "B列「協定の名」", "備考")
    expect(window.page.locator(".k-table", has_text="B 備考")).to_be_visible()
    window.page.get_by_role("button", name="ひとつ前に戻す").click()
    expect(window.page.locator(".k-table", has_text="B 事業")).to_be_visible()
    window.quiet()
    window.page.get_by_role("button", name="はじめの読み取りに戻す").click()
    expect(window.page.get_by_text("1件はまだ決まっていません")).to_be_visible()


def test_cells_are_pasted_and_every_screen_goes_on_with_them(window, address):
    open_screen(window, address)
    window.page.get_by_label("Excel のセルを貼り付ける").fill("\n".join("\t".join(row) for row in ROWS))
    window.page.get_by_role("button", name="貼り付けた表を読む").click()
    window.page.get_by_role("heading", name="読み取り方を確かめる").wait_for()
    window.quiet()
    for name in (
        "流れの地図",
        "都道府県別",
        "空白を探す",
        "区の横顔",
        "推移と協定",
        "発表資料",
        "データと品質",
    ):
        window.page.locator(".st-key-k-nav").get_by_role("link", name=name).click()
        window.page.locator(".st-key-k-nav a[aria-current]", has_text=name).wait_for()
        window.quiet()
        expect(window.page.locator(".st-key-k-own")).to_contain_text("交流先一覧")
        assert "23区" not in headline(window)
    window.page.get_by_role("button", name="もとの資料に戻る").click()
    window.quiet()
    expect(window.page.locator(".st-key-k-own")).to_have_count(0)
    window.page.locator(".st-key-k-nav").get_by_role("link", name="流れの地図").click()
    expect(window.page.locator("h1").first).to_contain_text("23区")


def test_two_visitors_do_not_see_each_others_list(browser, address):
    with serving.window(browser) as one, serving.window(browser) as other:
        for window, origin in ((one, "文京区"), (other, "小田原市")):
            open_screen(window, address)
            choose_file(window, "list.csv", text_table([[f"交流先一覧（{origin}）"], *ROWS[1:]]))
        for window, own, strange in ((one, "文京区", "小田原市"), (other, "小田原市", "文京区")):
            window.page.locator(".st-key-k-nav").get_by_role("link", name="流れの地図").click()
            window.quiet()
            assert headline(window).startswith(own)
            assert strange not in window.page.locator("body").inner_text()
        with serving.window(browser) as third:
            third.page.goto(address)
            expect(third.page.locator("h1").first).to_contain_text("23区")
            assert third.problems == []
        assert one.problems == other.problems == one.outside == other.outside == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("絵.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "画像"),
        ("空.csv", b"", "空です"),
        ("式.csv", b"=cmd|'/c calc'!A1,<script>alert(1)</script>\n1,2\n", "見つかりません"),
        ("だれの.csv", "相手方,事業名\n長野県松本市,物産展\n".encode(), "どの自治体の一覧か分かりません"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(window, address, name, content, said):
    open_screen(window, address)
    window.page.locator(".st-key-own_list_file input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    alert = window.page.get_by_role("alert").filter(has_text=said)
    alert.wait_for()
    assert "--" not in alert.inner_text()


def test_the_worked_example_reads_as_it_stands(window, address, tmp_path):
    open_screen(window, address)
    with window.page.expect_download() as saved:
        window.page.get_by_role("button", name="記入例（Excel）").click()
    saved.value.save_as(tmp_path / "example.xlsx")
    assert (tmp_path / "example.xlsx").read_bytes() == worked_example()
    choose_file(window, "example.xlsx", worked_example())
    assert headline(window).startswith("小田原市は、")
    with window.page.expect_download() as saved:
        window.page.get_by_role("button", name="直した一覧（Excel）").click()
    saved.value.save_as(tmp_path / "corrected.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "corrected.xlsx").active.values)
    assert ("長野県", "安曇野市", "202207") in [row[2:5] for row in rows]


def test_a_list_is_kept_where_the_operator_allows_it(browser, root, tmp_path):
    """The document, its definition and what was settled by hand; then everybody sees it."""
    from pipeline.building.run import build

    sources = Path(shutil.copytree(root / "data" / "sources", tmp_path / "sources"))
    decisions = Path(shutil.copy(root / "data" / "reference" / "decisions.csv", tmp_path))
    build(sources, tmp_path / "build")
    environment = {
        "KORYU_DATA": str(tmp_path / "build"),
        "KORYU_EDIT": "1",
        "KORYU_DECISIONS": str(decisions),
    }
    with serving.app(environment) as running, serving.window(browser) as window:
        open_screen(window, running)
        choose_file(window, "bunkyo_r8.csv", text_table(ROWS))
        say(window, "まつもと村", "長野県松川村")
        window.page.get_by_text("この資料を加える").click()
        window.page.get_by_label("基準日").fill("令和8年4月1日")
        window.page.get_by_label("加える人").fill("企画課 山田")
        window.page.get_by_role("button", name="加えて、データを作り直す").click()
        window.page.get_by_text("資料に加え、データを作り直しました").wait_for()
        window.quiet()
        assert window.problems == []
    assert (sources / "bunkyo_r8.csv").is_file()
    assert 'layout = "table"' in (sources / "bunkyo_r8.toml").read_text("utf-8")
    assert "まつもと村" in decisions.read_text("utf-8")
    import pandas as pd

    links = pd.read_parquet(tmp_path / "build" / "links.parquet")
    own = links[links.source == "bunkyo_r8"]
    assert set(own.partner_code) == {"20202", "01202", "20482"}
    assert set(own.method) >= {"decision"}
