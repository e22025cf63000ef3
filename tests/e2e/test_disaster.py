"""災害の備え in a real browser: a zone brought as a map and as a list of codes, and the answer in three steps."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import quote

import pytest
import shapely
from pptx import Presentation
from pypdf import PdfReader

from geo.insight import disaster
from geo.ledger.selection import Selection

ZONE = shapely.box(138.2, 34.5, 140.2, 36.2)
HERE = "disaster?ward=" + quote("渋谷区")


@pytest.fixture(scope="module")
def partners(dataset) -> dict[str, bool]:
    """The partner municipalities of 渋谷区, and whether their offices lie in ZONE."""
    selection = disaster.narrowed(Selection(origins=("13113",), sources=tuple(dataset.sources[:1])))
    codes = dataset.select(selection).links.municipality_code.dropna().unique()
    places = dataset.places
    return {code: ZONE.covers(shapely.Point(places[code].lon, places[code].lat)) for code in codes}


def bring(window, name: str, content: bytes) -> None:
    window.page.get_by_text("区域を読み込む").first.click()
    window.quiet()
    window.page.locator(".st-key-zone_file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    window.page.get_by_role("combobox", name="区域", exact=True).wait_for()
    window.quiet()


def saved(window, label: str) -> bytes:
    with window.page.expect_download() as download:
        window.page.get_by_role("button", name=label).first.click()
    return download.value.path().read_bytes()


def test_a_map_is_brought_and_the_answer_read_in_three_steps(window, address, partners):
    window.page.goto(f"{address}/{HERE}")  # 1: the screen; 2 and 3: the part to bring a zone, and the file
    window.quiet()
    shape = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(ZONE)}
    bring(window, "想定区域.geojson", json.dumps(shape).encode())
    inside = sum(partners.values())
    more = window.page.locator("p.k-more")
    assert more.inner_text() == (
        f"「想定区域」の外は{len(partners) - inside}市区町村、中は{inside}市区町村です。渋谷区は区域の中です。"
    )
    legend = window.map_frame().locator(".koryu-legend")
    assert f"区域の外（{len(partners) - inside}）" in legend.inner_text()
    assert f"区域の中（{inside}）" in legend.inner_text()
    # By another rule, which the address keeps, others may be inside.
    assert window.page.get_by_role("combobox", name="「区域の中」とするもの").is_visible()
    csv = saved(window, "行）をCSVで保存").decode("utf-8-sig")
    assert len(csv.splitlines()) == 1 + len(partners)
    assert csv.count("区域「想定区域」（出典の記入なし、時点の記入なし。利用者が読み込んだもの）") == len(
        partners
    )
    text = "".join(PdfReader(io.BytesIO(saved(window, "A4（PDF）で保存"))).pages[0].extract_text().split())
    assert "区域「想定区域」（出典の記入なし" in text
    assert f"の外は{len(partners) - inside}市区町村" in text
    deck = Presentation(io.BytesIO(saved(window, "スライドで保存")))
    said = "".join(shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame)
    assert "渋谷区の個別の連携の相手" in said


def test_a_list_of_codes_is_brought_and_outlives_a_change_of_screen(window, address, partners):
    window.page.goto(f"{address}/{HERE}")
    window.quiet()
    codes = [code for code, inside in partners.items() if inside]
    bring(window, "推進地域.csv", ("団体コード\n" + "\n".join([*codes, "99999"])).encode("cp932"))
    sentence = f"「推進地域」の外は{len(partners) - len(codes)}市区町村、中は{len(codes)}市区町村です。渋谷区は区域の外です。"
    assert window.page.locator("p.k-more").inner_text() == sentence
    assert window.page.get_by_text("読み取れなかったところ 1").is_visible()
    for screen in ("空白を探す", "災害の備え"):
        window.page.locator(".st-key-k-nav").get_by_role("link", name=screen, exact=True).click()
        window.page.get_by_role("link", name=screen, exact=True).and_(
            window.page.locator("[aria-current=page]")
        ).wait_for()
        window.quiet()
    assert window.page.locator("p.k-more").inner_text() == sentence


def test_what_cannot_be_read_is_said_at_once(window, address):
    window.page.goto(f"{address}/{HERE}")
    window.quiet()
    window.page.get_by_text("区域を読み込む").first.click()
    window.quiet()
    window.page.locator(".st-key-zone_file input[type=file]").set_input_files(
        {"name": "区域.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04 and no more"}
    )
    said = window.page.get_by_test_id("stAlert").first
    said.wait_for()
    assert re.fullmatch(r"ファイル「区域\.zip」は.*壊れている.*。", said.inner_text().strip())
    window.quiet()
