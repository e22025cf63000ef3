"""空白を探す in a real browser on the real build: from the matrix to the candidates, by mouse and by keyboard."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from geo.insight.gaps import GAP, gap_matrix
from geo.ledger.selection import Selection
from tests import screens
from tests.e2e import serving

SETAGAYA = quote("世田谷区")

#: Row and column of the matrix a cell stands in.
WHERE = """cell => {
  const table = cell.closest('table');
  return [cell.parentElement.cells[0].textContent, table.rows[1].cells[cell.cellIndex].title];
}"""


def open_(window, address: str, query: str = "") -> None:
    window.visit(f"{address}/gaps{query}")
    window.page.locator(".k-heat").wait_for()
    window.page.locator(".k-rank").wait_for()
    screens.settled(window)


def section(window, title: str):
    return window.page.locator("h2", has_text=title)


@pytest.mark.parametrize("which", [0, 1, -1])
def test_the_chosen_gap_keeps_its_hatch_and_is_seen_to_be_chosen(reader, address, dataset, which):
    matrix = gap_matrix(dataset.select(Selection(origins=("13112",))))
    prefecture = matrix.prefecture_code[matrix.state == GAP].iloc[which]
    open_(reader, address, f"?ward={SETAGAYA}&partner={prefecture}")
    chosen = reader.page.locator(".k-heat td.z[aria-selected=true]")
    edge, hatch, room = chosen.evaluate(
        """cell => {
          const { outlineStyle, outlineWidth, outlineOffset, backgroundImage } = getComputedStyle(cell);
          // What edges and outline leave of the cell to be seen.
          const inside = Math.max(-parseFloat(outlineOffset), 0);
          return [[outlineStyle, parseFloat(outlineWidth)], backgroundImage,
            [(cell.clientWidth - 2 * inside) / cell.offsetWidth, (cell.clientHeight - 2 * inside) / cell.offsetHeight]];
        }"""
    )
    assert edge == ["solid", 3]
    assert "repeating-linear-gradient" in hatch
    assert min(room) == 1


def test_a_cell_leads_to_its_candidates_and_the_link_to_the_same(window, browser, address):
    open_(window, address)
    # The first gap of the first row, without knowing where the data has one.
    gap = window.page.locator(".k-heat tbody tr").first.locator("td.z").first
    origin, prefecture = gap.evaluate(WHERE)
    gap.click()
    section(window, f"{origin} × {prefecture}").wait_for()
    assert window.query()["ward"] == [origin]
    chosen = window.page.locator(".k-heat [aria-selected=true]")
    assert chosen.evaluate(WHERE) == [origin, prefecture]
    expect(window.page.get_by_label(f"{origin}を外す")).to_have_count(1)
    cards = window.page.locator(".k-candidates > li")
    names = cards.locator("h3").all_inner_texts()
    assert all(name.startswith(prefecture) for name in names)
    with serving.window(browser) as second:
        second.page.goto(window.page.evaluate("location.href"))
        section(second, f"{origin} × {prefecture}").wait_for()
        expect(second.page.locator(".k-candidates > li h3")).to_have_text(names)
        assert second.outside == []


def test_the_evidence_unfolds(window, address):
    open_(window, address, f"?ward={SETAGAYA}&partner=31000")
    card = window.page.locator(".k-candidates > li").first
    line = card.locator("details li").first
    expect(line).to_be_hidden()
    card.locator("summary").click()
    expect(line).to_be_visible()
    expect(line).to_contain_text("行目")


def test_the_keyboard_walks_through_the_matrix_and_chooses(window, address):
    open_(window, address, f"?ward={SETAGAYA}&partner=31000")
    stops = window.page.locator(".k-heat [tabindex='0']")
    stops.wait_for()
    assert stops.evaluate(WHERE) == ["世田谷区", "鳥取県"]
    stops.focus()
    window.page.keyboard.press("ArrowLeft")
    assert window.page.locator(".k-heat :focus").evaluate(WHERE) == ["世田谷区", "和歌山県"]
    # Row and column light up, and stand below as words.
    expect(window.page.locator(".k-read")).to_have_text("世田谷区 × 和歌山県：・広域の集まりだけ")
    expect(window.page.locator(".k-cross:visible")).to_have_count(2)
    window.page.keyboard.press("Enter")
    section(window, "世田谷区 × 和歌山県").wait_for()
    assert window.query()["partner"] == ["30000"]
    # The choice draws the screen anew and leaves the focus where it was.
    window.page.keyboard.press("ArrowRight")
    assert window.page.locator(".k-heat :focus").evaluate(WHERE) == ["世田谷区", "鳥取県"]
    for _ in range(30):
        window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("Home")
    head = window.page.locator(".k-heat :focus")
    assert head.get_attribute("data-p") == "01000"
    assert head.evaluate("one => one.tagName") == "TH"


def test_the_matrix_fits_a_desktop_and_scrolls_in_its_own_box_on_a_phone(browser, address):
    for width, fits in ((1440, True), (320, False)):
        with serving.window(browser, width, 844) as opened:
            open_(opened, address, f"?ward={SETAGAYA}")
            box = opened.page.locator(".k-matrix")
            assert box.evaluate("one => one.scrollWidth <= one.clientWidth") == fits
            assert opened.wider() == []
            # The names of the origins stay in sight.
            name = opened.page.locator(".k-heat tbody th").first
            left = name.bounding_box()["x"]
            box.evaluate("one => one.scrollTo(400, 0)")
            assert name.bounding_box()["x"] == pytest.approx(left, abs=1)


def test_what_is_taken_along_is_in_the_link(window, browser, address):
    open_(window, address, f"?ward={SETAGAYA}&partner=28000")
    cards = window.page.locator(".k-candidates > li")
    first, second, third = (cards.nth(n).locator("h3").inner_text() for n in range(3))
    star = window.page.get_by_role("button", name=f"{first}を持ち帰る")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    # By keyboard; what was pressed keeps the focus.
    window.page.get_by_role("button", name=f"{second}を持ち帰る").focus()
    window.page.keyboard.press("Enter")
    taken = window.page.locator(".k-taken > li")
    expect(taken.locator("h3")).to_have_text([first, second])
    assert window.page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{second}を持ち帰る"
    note = window.page.get_by_label(f"{second}のメモ")
    note.fill("防災課と相談 <b>")
    note.press("Tab")
    window.page.get_by_role("button", name=f"{second}を上へ").click()
    expect(taken.locator("h3")).to_have_text([second, first])
    window.page.get_by_role("button", name=f"{third}を隠す").click()
    expect(window.page.locator(".k-hidden summary")).to_have_text("隠した候補 1")
    expect(cards.locator("h3").filter(has_text=third)).to_have_count(0)
    screens.settled(window)
    with serving.window(browser) as again:
        again.page.goto(window.page.evaluate("location.href"))
        expect(again.page.locator(".k-taken h3")).to_have_text([second, first])
        expect(again.page.get_by_label(f"{second}のメモ")).to_have_value("防災課と相談 <b>")
        expect(again.page.locator(".k-hidden summary")).to_have_text("隠した候補 1")
        assert "読み取れない" not in again.page.locator("body").inner_text()
        assert again.outside == []


def test_what_is_taken_along_goes_home_as_a_memo_and_comes_back_from_the_workbook(window, address, tmp_path):
    board = tmp_path / "募集.csv"
    board.write_text("自治体名,求める内容\n智頭町,災害時相互応援協定\nなぞの村,祭り\n", "utf-8")
    unused = quote("使わない")
    link = f"?ward={SETAGAYA}&partner=31000&star=13112-31328&note=13112-31328-44GC&w_near={unused}"
    open_(window, address, link)
    window.page.get_by_text("連携先を募集している自治体の一覧を使う").click()
    window.page.locator(".st-key-seekers_file input[type=file]").set_input_files(board)
    card = window.page.locator(".k-candidates > li", has_text="鳥取県智頭町")
    expect(card).to_contain_text("連携先を募集中（募集 2行目: 災害時相互応援協定）")
    expect(window.page.get_by_text("自治体が決まらないのは 1 です。")).to_be_visible()
    card.locator("summary").click()
    proof = card.locator("details li").last.inner_text().split(": ", 1)[1]
    window.page.get_by_text("起案メモ（A4・PDF）にする").click()
    window.page.get_by_label("起案者").fill("交流 花子")
    window.page.get_by_label("起案者").press("Enter")
    screens.settled(window)
    with window.page.expect_download() as saved:
        window.page.get_by_role("button", name="起案メモをPDFで保存").click()
    memo = "".join(PdfReader(saved.value.path()).pages[0].extract_text().split())
    what, where = proof.rsplit("　", 1)
    for words in (f"{what}〔{where}〕", "災害時相互応援協定", "交流花子", "メモあ"):
        assert "".join(words.split()) in memo
    with window.page.expect_download() as saved:
        window.page.get_by_role("button", name="持ち帰る候補をExcelで保存").click()
    window.page.get_by_role("button", name="鳥取県智頭町を外す").click()
    window.page.get_by_text("理由の重み", exact=True).click()
    window.page.locator(".st-key-w_near").get_by_text("ふつう").click()
    expect(window.page.locator(".k-taken")).to_have_count(0)
    book = tmp_path / "mochikaeri.xlsx"
    saved.value.save_as(book)
    window.page.get_by_text("保存した候補を読み込む").click()
    window.page.locator(".st-key-picks_file input[type=file]").set_input_files(book)
    expect(window.page.locator(".k-taken h3")).to_have_text(["鳥取県智頭町"])
    expect(window.page.get_by_text("持ち帰る候補 1、隠した候補 0 を読み込みました。")).to_be_visible()
    expect(window.page.get_by_label("鳥取県智頭町のメモ")).to_have_value("あ")
    assert [window.query()[name] for name in ("star", "w_near")] == [["13112-31328"], ["使わない"]]
