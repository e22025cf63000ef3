"""発表資料 in a browser: a file an origin is made with progress, stopped, made again and saved."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from pypdf import PdfReader


def test_a_page_a_ward_shows_progress_can_be_stopped_and_is_saved(window, address):
    page = window.page
    wards = "".join(
        f"&ward={name}区" for name in ["千代田", "中央", "港", "新宿", "文京", "台東", "墨田", "江東"]
    )
    page.goto(f"{address}/present?map=連携率{wards}")
    expect(page.locator("[data-testid=stImage] img")).to_be_visible(timeout=60_000)
    page.get_by_text("1区に1枚ずつ").click()
    page.get_by_role("button", name="PDFを8枚作る").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="中止").click()
    expect(page.get_by_text("中止しました。")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="PDFを8枚作る").click()
    expect(page.get_by_text("8枚ができました。")).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF（8枚）を保存").click()
    named = r"renkei_千代田区ほか7区_連携率_区ごと_R8_[0-9a-f]{8}\.pdf"
    assert re.fullmatch(named, download.value.suggested_filename)
    outline = PdfReader(Path(download.value.path())).outline
    assert len([one for one in outline if not isinstance(one, list)]) == 8
