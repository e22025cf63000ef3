"""指標を重ねる in a real browser: a table dropped, the answer read in three steps, and what can be taken along."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import expect

from geo.places.codes import to_code6
from geo.places.gazetteer import Gazetteer
from tests.e2e import serving
from tests.e2e.test_accessibility import foreign, violations

ABOVE = ["市区町村別の人口（令和7年1月1日現在）", "出典：架空統計局「練習用の数」"]


def made_up() -> bytes:
    """Numbers of nobody: one a municipality, as a statistics office prints them, in CP932, codes without their zeros."""
    gazetteer = Gazetteer.load()
    rows: list[list[str]] = [[line] for line in ABOVE]
    rows += [["団体コード", "都道府県", "市区町村", "人口（人）"], ["", "全国", "合計", "9"]]
    for prefecture in gazetteer.prefectures:
        for place in gazetteer.members(prefecture.code):
            number = 1_000 + int(place.code) * 7919 % 400_000
            rows.append([str(int(to_code6(place.code))), prefecture.name, place.name, f"{number:,}"])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("cp932")


def test_a_dropped_table_answers_in_three_steps_and_can_be_taken_along(browser, address):
    with serving.window(browser) as window:
        page = window.page
        page.goto(f"{address}/indicators")
        page.locator("h1", has_text="連携に重ねます").wait_for()
        # One: the file.
        page.locator(".st-key-indicators_file input[type=file]").set_input_files(
            {"name": "人口.csv", "mimeType": "text/csv", "buffer": made_up()}
        )
        page.locator("h1", has_text="人口10万人当たりの事業が最も多いのは、").wait_for()
        window.quiet()
        assert page.locator("[class*=st-key-k-map-indicator] iframe").count() == 2
        expect(page.locator(".k-conditions")).to_contain_text("架空統計局「練習用の数」、令和7年1月1日現在")
        assert violations(window) == []
        # Two: candidates of like size; three: of whom.
        page.get_by_role("radio", name="近い規模の候補").click()
        page.locator("h1", has_text="に入るのは、").wait_for()
        box = page.get_by_role("combobox", name="規模をくらべる区")
        box.fill("世田谷区")
        box.press("Enter")
        page.locator("h1", has_text="世田谷区の±20%に入るのは、").wait_for()
        window.quiet()
        assert foreign(window, "") == []
        with page.expect_download() as saved:
            page.get_by_role("button", name="候補をCSVで保存").click()
        rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text("utf-8-sig"))))
        assert f"{len(rows):,} 市区町村" in page.locator("h1").inner_text()
        assert {row["指標の時点"] for row in rows} == {"令和7年1月1日現在（2025年）"}
        page.get_by_role("radio", name="散布図で").click()
        page.locator("h1", has_text="関係").wait_for()
        window.quiet()
        assert page.locator(".k-scatter i").count() == 47
        assert violations(window) == []
        with page.expect_download() as saved:
            page.get_by_role("button", name="スライドで保存").click()
        assert saved.value.path().read_bytes().startswith(b"PK")
        page.get_by_role("radio", name="相手と人数で").click()
        page.locator("h1", has_text="の人口の中央値は、").wait_for()
        window.quiet()
        # What is not used is listed, with its place.
        page.get_by_text("読み取った内容（").click()
        expect(page.get_by_text("合計やまとまりの行です")).to_be_visible()
        # Another screen and back: it is still there; another session knows nothing of it.
        page.locator(".st-key-k-nav").get_by_role("link", name="都道府県別").click()
        window.quiet()
        page.locator(".st-key-k-nav").get_by_role("link", name="指標を重ねる").click()
        page.locator(".k-conditions", has_text="架空統計局").wait_for()
        assert window.problems == []
    with serving.window(browser) as other:
        other.page.goto(f"{address}/indicators")
        other.page.locator("h1", has_text="連携に重ねます").wait_for()
        assert other.problems == []


def test_a_file_without_municipalities_is_one_sentence(window, address):
    page = window.page
    page.goto(f"{address}/indicators")
    page.locator("h1", has_text="連携に重ねます").wait_for()
    page.locator(".st-key-indicators_file input[type=file]").set_input_files(
        {"name": "名簿.csv", "mimeType": "text/csv", "buffer": "氏名,点\n山田,3\n佐藤,4\n".encode("cp932")}
    )
    expect(page.get_by_role("alert")).to_contain_text("市区町村の名前か団体コードの並ぶ列が見つかりません。")
